"""From a parsed module to what it declares: functions, classes, raw fields, attribute writers.

Only module level and class bodies are walked, never function bodies; who stores which
`self.attribute` is read off the text by one regular expression.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from gdprlint.engine.declared import Class, Function, Module, Place, RawField, bare_name

_STORES = re.compile(r"\n[ \t]+(?:self|cls)\.(\w+)(?:\[[^\]\n]*\])?[ \t]*(?::[^=\n]+)?=(?!=)")
"""Lines that begin with `self.name =`."""

_SIMPLE = frozenset((ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Pass))
"""What most statements outside of functions are, and holds no other statement."""
_RECORDS = frozenset(("namedtuple", "NamedTuple"))
_TELLING = (ast.Call, ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.BinOp)
"""Values of fields that say what the field is; others are let go of."""


def declare(module: Module) -> None:
    """Fill `functions`, `classes` and `declared` of a freshly parsed module."""
    if module.tree is not None:
        _declare_block(module, module.tree.body, "")
    _find_writers(module)


def _declare_block(module: Module, body: list[ast.stmt], prefix: str) -> None:
    for index, statement in enumerate(body):
        made = _record_class(statement) if isinstance(statement, ast.Assign) else None
        if made is not None:
            body[index] = made
            declare_class(module, made, prefix)
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            function = Function(statement.name, prefix + statement.name, module, statement)
            module.declared[statement] = function
            module.functions.append(function)
        elif isinstance(statement, ast.ClassDef):
            declare_class(module, statement, prefix)
        elif statement.__class__ not in _SIMPLE:
            for block in blocks(statement):
                _declare_block(module, block, prefix)


def _record_class(node: ast.Assign) -> ast.ClassDef | None:
    """The `class` statement that `Person = namedtuple("Person", "name email")` stands for."""
    call, target = node.value, node.targets[0]
    if not isinstance(call, ast.Call) or len(call.args) < 2 or not isinstance(target, ast.Name):
        return None
    if bare_name(call.func) not in _RECORDS:
        return None
    body: list[ast.stmt] = [ast.copy_location(ast.Pass(), node)]
    for name, annotation in _record_fields(call.args[1]):
        field = ast.copy_location(ast.Name(name, ast.Store()), node)
        body.append(ast.copy_location(ast.AnnAssign(field, annotation, None, 1), node))
    made = ast.ClassDef(target.id, [call.func], [], body, [])
    made.type_params = []  # type: ignore[attr-defined]  # from Python 3.12 on every class has it
    return ast.copy_location(made, node)


def _record_fields(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    anything = ast.copy_location(ast.Name("Any", ast.Load()), node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from ((name, anything) for name in node.value.replace(",", " ").split())
    for part in node.elts if isinstance(node, (ast.List, ast.Tuple)) else ():
        if isinstance(part, ast.Tuple) and len(part.elts) == 2:
            name, annotation = part.elts
        else:
            name, annotation = part, anything
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield name.value, annotation


def declare_class(module: Module, node: ast.ClassDef, prefix: str) -> Class:
    """The class of a `class` statement, with its methods and raw fields."""
    cls = Class(node, prefix + node.name, module)
    module.declared[node] = cls
    module.classes.append(cls)
    _declare_members(module, cls, node.body)
    return cls


def _declare_members(module: Module, cls: Class, body: list[ast.stmt]) -> None:
    for statement in body:
        kind = statement.__class__
        if kind is ast.FunctionDef or kind is ast.AsyncFunctionDef:
            _declare_method(module, cls, statement)  # type: ignore[arg-type]
        elif kind is ast.AnnAssign:
            _declare_annotated(cls, statement)  # type: ignore[arg-type]
        elif kind is ast.Assign:
            _declare_assigned(cls, statement)  # type: ignore[arg-type]
        elif kind is ast.ClassDef:
            inner = declare_class(module, statement, cls.qualname + ".")  # type: ignore[arg-type]
            cls.inner[inner.name] = inner
        elif kind not in _SIMPLE:
            for block in blocks(statement):
                _declare_members(module, cls, block)


def _declare_method(
    module: Module, cls: Class, node: ast.FunctionDef | ast.AsyncFunctionDef
) -> None:
    method = Function(node.name, f"{cls.qualname}.{node.name}", module, node, cls)
    module.declared[node] = method
    module.functions.append(method)
    if "setter" not in method.flags and "overload" not in method.flags:
        cls.methods[node.name] = method


def _declare_annotated(cls: Class, node: ast.AnnAssign) -> None:
    if isinstance(node.target, ast.Name):
        cls.fields[node.target.id] = _raw_field(node, node.annotation)


def _declare_assigned(cls: Class, node: ast.Assign) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name):
            raw = _raw_field(node, None)
            if cls.name == "Meta" and target.id == "fields":
                raw = raw._replace(value=node.value)
            cls.fields[target.id] = raw


def _raw_field(node: ast.Assign | ast.AnnAssign, annotation: ast.expr | None) -> RawField:
    value = node.value if isinstance(node.value, _TELLING) else None
    place = Place(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
    return RawField(annotation, value, place)


def blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    """The nested blocks of a compound statement that run in the same scope."""
    found = [getattr(statement, name, None) for name in ("body", "orelse", "finalbody")]
    found.extend(handler.body for handler in getattr(statement, "handlers", ()))
    found.extend(case.body for case in getattr(statement, "cases", ()))
    return [block for block in found if block]


def nodes_of(tree: ast.AST) -> list[ast.AST]:
    """A tree and all that is below it, in the order of `ast.walk` and in a third of its time, apart
    from contexts of names."""
    found = [tree]
    for node in found:
        for field in node._fields:
            part = getattr(node, field, None)
            if part.__class__ is list:
                found += [it for it in part if isinstance(it, ast.AST)]
            elif isinstance(part, ast.AST) and field != "ctx":
                found.append(part)
    return found


def _find_writers(module: Module) -> None:
    methods = sorted(
        (f for f in module.functions if f.cls is not None and f.node is not None),
        key=lambda f: f.line,
    )
    if not methods:
        return
    for store, method in functions_around(_STORES, module.text, methods):
        if method.cls is not None:
            writers = method.cls.writers.setdefault(store[1], [])
            if not writers or writers[-1] is not method:
                writers.append(method)


def functions_around(
    pattern: re.Pattern[str], text: str, functions: Sequence[Function]
) -> Iterator[tuple[re.Match[str], Function]]:
    """What a pattern finds in the text of a module, each with the last of its functions, which are
    in order, that begins above where it ends."""
    starts = [function.line for function in functions]
    line, at = 1, 0
    for found in pattern.finditer(text):
        line += text.count("\n", at, found.end())
        at = found.end()
        index = bisect_right(starts, line) - 1
        if index >= 0:
            yield found, functions[index]
