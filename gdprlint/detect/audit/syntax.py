"""What the audit checks read off single nodes: last names, handlers, calls that end a path."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from gdprlint.engine.declared import bare_name

ENDS = frozenset({"abort", "exit", "_exit", "fail", "skip"})
NESTED = (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def is_end(node: ast.stmt) -> bool:
    """`abort(404)`, `sys.exit()`: a call that does not come back."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and last_name(node.value.func) in ENDS
    )


def is_true(test: ast.expr) -> bool:
    """`while True`, `while 1`."""
    return isinstance(test, ast.Constant) and bool(test.value)


def is_commit(node: ast.AST) -> bool:
    """`session.commit()`, or a call with `commit=True`."""
    return isinstance(node, ast.Call) and (
        last_name(node) == "commit"
        or any(k.arg == "commit" and is_true(k.value) for k in node.keywords)
    )


def handlers_of(node: ast.Try, raised: ast.AST | None) -> Collection[int]:
    """The handlers that may catch: by name for an explicit `raise`, else all."""
    exception = raised.exc if isinstance(raised, ast.Raise) else None
    name = last_name(exception) if exception is not None else ""
    if not name:
        return range(len(node.handlers))
    for index, handler in enumerate(node.handlers):
        if catches_all(handler) or name in caught_names(handler):
            return (index,)
    return ()


def catches_all(handler: ast.ExceptHandler) -> bool:
    """`except:`, `except Exception:`, `except BaseException:`."""
    names = caught_names(handler)
    return not names or not {"Exception", "BaseException"}.isdisjoint(names)


def caught_names(handler: ast.ExceptHandler) -> tuple[str, ...]:
    """The exceptions a handler names."""
    if handler.type is None:
        return ()
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return tuple(map(last_name, kinds))


def last_name(node: ast.AST) -> str:
    """`a.b(...)` -> "b", `a` -> "a"."""
    while isinstance(node, (ast.Call, ast.Await)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return bare_name(node)


def in_order(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a statement in the order they are evaluated, nested functions left out."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, NESTED):
            yield from in_order(child)
    yield node


def calls_in(node: ast.AST) -> Iterator[ast.Call]:
    """The calls of a function itself, in source order."""
    found = [part for part in own_nodes(node) if isinstance(part, ast.Call)]
    yield from sorted(found, key=lambda call: (call.lineno, call.col_offset))


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, NESTED):
            yield from own_nodes(child)
