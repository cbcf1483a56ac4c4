"""Annotations to values: what a declared type says of a parameter, field or variable."""

from __future__ import annotations

import ast

from gdprlint.engine.declared import Class, Module, bare_name
from gdprlint.engine.values import CLEAN, UNKNOWN, Val
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.program import Program

_UNWRAPPED = frozenset(
    ("Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "Mapped",
     "Awaitable", "Coroutine", "Depends", "InitVar", "type", "Type", "DynamicMapped")
)  # fmt: skip
_COLLECTIONS = frozenset(
    ("list", "List", "set", "Set", "frozenset", "FrozenSet", "tuple", "Tuple", "Sequence",
     "Iterable", "Iterator", "Collection", "Generator", "AsyncIterator", "AsyncGenerator",
     "QuerySet", "deque", "MutableSequence", "AsyncIterable", "WriteOnlyMapped")
)  # fmt: skip
_MAPPINGS = frozenset(("dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict"))
_HARMLESS = frozenset(("bool", "NoneType", "UUID", "Decimal", "timedelta", "type", "Type"))
_SCALARS = frozenset(("str", "int", "float", "bytes", "date", "datetime", "Any", "object"))


def annotated(
    program: Program, module: Module, node: ast.expr | None, depth: int = 0
) -> Val | None:
    """The value an annotation describes, or None if it says nothing of use."""
    if node is None or depth > 6:
        return None
    if isinstance(node, ast.Constant):
        return _string(program, module, node, depth)
    if isinstance(node, ast.BinOp):
        left = annotated(program, module, node.left, depth + 1)
        return left if left is not None else annotated(program, module, node.right, depth + 1)
    if isinstance(node, ast.Subscript):
        return _generic(program, module, node, depth)
    if isinstance(node, (ast.Name, ast.Attribute)):
        return _named(program, module, node)
    return None


def _string(program: Program, module: Module, node: ast.Constant, depth: int) -> Val | None:
    if not isinstance(node.value, str):
        return None
    try:
        inner = ast.parse(node.value.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    return annotated(program, module, inner, depth + 1)


def _generic(program: Program, module: Module, node: ast.Subscript, depth: int) -> Val | None:
    name = bare_name(node.value)
    inner = node.slice
    first = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
    if name in _UNWRAPPED:
        return annotated(program, module, first, depth + 1)
    if name == "Union":
        options = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        known = (annotated(program, module, o, depth + 1) for o in options)
        return next((v for v in known if v is not None), None)
    if name in _COLLECTIONS:
        return Val(type="list", element=annotated(program, module, first, depth + 1), opaque=True)
    if name in _MAPPINGS:
        last = inner.elts[-1] if isinstance(inner, ast.Tuple) and inner.elts else inner
        value = annotated(program, module, last, depth + 1)
        return Val(type="dict", element=value, opaque=True)
    return annotated(program, module, node.value, depth + 1)


def _named(program: Program, module: Module, node: ast.Name | ast.Attribute) -> Val | None:
    name = bare_name(node)
    if name in _HARMLESS:
        return CLEAN
    if name in _SCALARS:
        return Val(type="str", opaque=True) if name == "str" else UNKNOWN
    if name in _COLLECTIONS:
        return Val(type="list", opaque=True)
    if name in _MAPPINGS:
        return Val(type="dict", opaque=True)
    known = reference(program, module, node)
    ref = None if known is None else known.ref
    if isinstance(ref, Class):
        return instance(program, ref)
    if isinstance(ref, str) and not ref.startswith(("./", "fact:", "builtins.")):
        return library_instance(program, ref, name)
    return None


def library_instance(program: Program, dotted: str, name: str) -> Val:
    """An instance of a library's class; unknown classes leave the name as evidence."""
    category = program.catalogue.field_types.get(name)
    if category == "hidden" or category == "clean":
        return CLEAN
    spec = program.catalogue.types.get(dotted)
    if spec is not None:
        return Val(type=spec.name)
    return Val(type=dotted, opaque=category is not None or name.endswith(("Str", "Field")))


def instance(program: Program, cls: Class) -> Val:
    """An instance of a project class; members of enumerations are constants."""
    from gdprlint.engine.lineage import kind_of

    kind = kind_of(program, cls)
    if kind == "enum":
        return CLEAN
    if kind == "typeddict":
        return Val(type=cls)
    return Val(type=cls)


def reference(program: Program, module: Module, node: ast.expr) -> Val | None:
    """What a (dotted) name at module level refers to."""
    if isinstance(node, ast.Name):
        return program.global_of(module, node.id)
    if isinstance(node, ast.Attribute):
        base = reference(program, module, node.value)
        if base is None:
            return None
        if isinstance(base.ref, str):
            joined = base.ref + node.attr if base.ref.endswith(":") else f"{base.ref}.{node.attr}"
            return program.resolve(joined)
        if isinstance(base.ref, Module):
            return program.global_of(base.ref, node.attr) or _submodule(program, base.ref, node)
        if isinstance(base.ref, Class):
            inner = base.ref.inner.get(node.attr)
            return Val(ref=inner) if inner is not None else None
    if isinstance(node, ast.Call):
        return reference(program, module, node.func)
    if isinstance(node, ast.Subscript):
        return reference(program, module, node.value)
    return None


def _submodule(program: Program, module: Module, node: ast.Attribute) -> Val | None:
    folder, _, file = module.path.rpartition("/")
    return program.resolve(f"./{folder}:{node.attr}") if file == "__init__.py" else None
