"""One function, evaluated once: parameters become symbols, the body runs, a summary remains."""

from __future__ import annotations

import ast
from fnmatch import fnmatchcase

from gdprlint.engine.contents import tell_contents
from gdprlint.engine.declared import Class, Function, Param
from gdprlint.engine.dispatch import HANDLERS, STATEMENTS, evaluate, execute
from gdprlint.engine.expressions import EXPRESSIONS
from gdprlint.engine.factual import value_of_fact
from gdprlint.engine.frame import Frame
from gdprlint.engine.sanitizers import hides_on_some_path
from gdprlint.engine.statements import HANDLED
from gdprlint.engine.summaries import BOTTOM, Summary
from gdprlint.engine.types import annotated
from gdprlint.engine.values import CLEAN, NONE, Dep, Val, as_number, flat_deps, join_all
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.program import Program

HANDLERS.update(EXPRESSIONS)
STATEMENTS.update(HANDLED)

# a function that says it returns one of these returns no text under another name
_NUMBERS = frozenset(("int", "float", "bool"))


def evaluate_function(program: Program, function: Function) -> Summary:
    """The summary of a function, by running its body on symbolic parameters."""
    node = function.node
    if node is None:
        return Summary()
    if isinstance(node, ast.Module):
        frame = Frame(program, function, function.module.env)
        execute(frame, node.body)
    else:
        frame = Frame(program, function, {})
        _bind_parameters(frame)
        if isinstance(node, ast.Lambda):
            frame.returns.append(evaluate(frame, node.body))
        else:
            execute(frame, node.body)
            tell_contents(frame)
    return _summary(frame, node)


def _summary(frame: Frame, node: ast.AST) -> Summary:
    flows, calls = tuple(frame.flows.values()), tuple(frame.calls.values())
    masks, notes = tuple(frame.masks), tuple(frame.notes.values())
    for inner in list(frame.nested.values()):
        seen = frame.program.summary_of(inner)
        flows, calls = flows + seen.flows, calls + seen.calls
        masks, notes = masks + seen.masks, notes + seen.notes
    returns = join_all(frame.returns) if frame.returns else NONE
    is_stub = not frame.returns and _is_stub(node)
    annotation = getattr(node, "returns", None)
    if annotation is not None and (frame.returns or is_stub):
        returns = _as_declared(frame, returns, annotation)
    return Summary(
        returns,
        tuple(frame.sinks.values()),
        tuple(frame.raises),
        frame.writes or BOTTOM.writes,
        flows,
        calls,
        masks,
        notes,
        is_stub=is_stub,
        is_symbolic=bool(flat_deps(returns)),
        hides=hides_on_some_path(frame),
    )


def _as_declared(frame: Frame, value: Val, annotation: ast.expr) -> Val:
    """What a function returns, with what its signature says where the body leaves it open."""
    name = getattr(annotation, "id", "")
    if name in _NUMBERS:
        return Val(as_number(value).tags, value.deps if name == "float" else ())
    if value.type or value.ref or value.tags or value.fields or value.element or value.keys:
        return value
    declared = annotated(frame.program, frame.module, annotation)
    if declared is None or not (value.opaque or value is NONE):
        return value
    says_more = declared.element is not None or declared.type not in (None, "dict", "list", "str")
    return declared.replace(deps=value.deps) if says_more else value


def _is_stub(node: ast.AST) -> bool:
    """A body that does nothing: `pass`, `...`, a docstring, `raise NotImplementedError`."""
    for statement in getattr(node, "body", ()):
        if isinstance(statement, ast.Pass):
            continue
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        if isinstance(statement, ast.Raise):
            continue
        return False
    return True


def _bind_parameters(frame: Frame) -> None:
    function = frame.function
    own = function.params[0].name if function.params and function.has_self() else None
    for position, param in enumerate(function.params):
        dep = (Dep(function.id, param.name),)
        if param.name == own:
            value = _receiver(function, dep)
        elif param.kind in ("args", "kwargs"):
            framework = by_framework(frame, param, position)
            kind = "list" if param.kind == "args" else "dict"
            value = Val((), dep, type=kind, opaque=True)
            if framework is not None:
                value = framework.replace(deps=dep)
        else:
            value = _declared(frame, param, position, dep)
            if param.default is not None and _is_harmless_default(param.default):
                value = CLEAN if value.type is None else value
        frame.env[param.name] = value


def _is_harmless_default(node: ast.expr) -> bool:
    """A flag: `notify=False` is a switch, whatever its name says."""
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def _receiver(function: Function, deps: tuple[Dep, ...]) -> Val:
    cls = function.cls
    if cls is None:
        return Val((), deps, opaque=True)
    if "classmethod" in function.flags or function.name in ("__new__", "__init_subclass__"):
        return Val(ref=cls)
    return Val((), deps, type=cls)


def _declared(frame: Frame, param: Param, position: int, deps: tuple[Dep, ...]) -> Val:
    known = annotated(frame.program, frame.module, param.annotation)
    if known is CLEAN:
        return CLEAN
    if known is None or (known.opaque and known.type in (None, "dict")):
        framework = by_framework(frame, param, position)
        if framework is not None:
            return framework.replace(deps=deps)
    if known is None:
        return Val((), deps, opaque=True)
    return Val((), deps, type=known.type, element=known.element, opaque=known.opaque)


def by_framework(frame: Frame, param: Param, position: int) -> Val | None:
    """What a framework passes in a parameter of that name and place."""
    name = param.name
    catalogue = frame.program.catalogue
    if name not in catalogue.parameter_names:
        return None
    function = frame.function
    index = position - 1 if function.has_self() else position
    for spec in catalogue.parameters:
        if name not in spec.names or (spec.position is not None and spec.position != index):
            continue
        if spec.imports and spec.imports.isdisjoint(frame.module.imports):
            continue
        if spec.decorated_by and not _is_decorated(function, spec.decorated_by):
            continue
        if spec.needs_others and len(function.params) == 1:
            continue
        if spec.method_of and not _is_method(frame.program, function.cls, spec.method_of):
            continue
        if spec.functions and not any(fnmatchcase(function.name, p) for p in spec.functions):
            continue
        if not spec.without.isdisjoint(frame.module.imports):
            continue
        if spec.beside and spec.beside.isdisjoint(p.name for p in function.params):
            continue
        own = None if function.cls is None else Val(type=function.cls)
        return value_of_fact(frame.program, spec.fact, own, (), frame, function.node, name)
    return None


def _is_decorated(function: Function, names: frozenset[str]) -> bool:
    last = {name.rpartition(".")[2] for name in names}
    return not function.flags.isdisjoint(last)


def _is_method(program: Program, cls: Class | None, bases: frozenset[str]) -> bool:
    from gdprlint.engine.lineage import library_bases

    if cls is None:
        return False
    types = program.catalogue.types
    return any(
        base in bases or (base in types and types[base].name in bases)
        for base in library_bases(program, cls)
    )
