"""Calls on the watch list, recorded with their arguments folded to constants."""

from __future__ import annotations

import ast

from gdprlint.engine.arguments import Given
from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.frame import Frame
from gdprlint.engine.observations import UNKNOWN, Argument, CallSeen, within_reason
from gdprlint.engine.places import span_of, text_of
from gdprlint.engine.values import NONE, Val

MAX_FOLD = 4


def note_watched(frame: Frame, node: ast.Call, dotted: str, given: Given) -> None:
    """Record the call if a rule watches its dotted name."""
    if dotted not in frame.program.options.watch or id(node) in frame.calls:
        return
    positional = tuple(
        _argument(frame, n, v)
        for i, (n, v) in enumerate(zip(given.nodes, given.args, strict=False))
        if i not in given.starred
    )
    keywords = {
        name: _argument(frame, given.keyword_nodes[name], value)
        for name, value in given.keywords.items()
        if name != "**"
    }
    frame.calls[id(node)] = CallSeen(
        dotted,
        positional,
        keywords,
        given.has_unknown or bool(given.starred),
        span_of(frame.module, node),
        frame.function.qualname,
        frame.statement,
    )


def _argument(frame: Frame, node: ast.expr, value: Val) -> Argument:
    folded = fold(frame, node, value)
    return Argument(folded, span_of(frame.module, node), text_of(frame.module, node))


def fold(frame: Frame, node: ast.expr, value: Val | None = None, depth: int = 0) -> object:
    """The constant an expression stands for, one display level at a time, or UNKNOWN."""
    if depth > MAX_FOLD:
        return UNKNOWN
    if isinstance(node, ast.Constant):
        return within_reason(node.value)
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return [_inner(frame, item, depth) for item in node.elts]
    if isinstance(node, ast.Dict):
        return {
            key.value: _inner(frame, item, depth)
            for key, item in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant)
        }
    if isinstance(node, (ast.BinOp, ast.UnaryOp)):
        return within_reason(_arithmetic(frame, node, depth))
    if isinstance(node, ast.Call):
        return _call(frame, node, depth)
    return _through(value if value is not None else _evaluated(frame, node))


def _evaluated(frame: Frame, node: ast.expr) -> Val:

    return evaluate(frame, node)


def _through(value: Val) -> object:
    if value is NONE:
        return None
    if value.const is not None:
        return list(value.const) if isinstance(value.const, frozenset) else value.const
    if isinstance(value.ref, str) and not value.ref.startswith(("./", "fact:")):
        return UNKNOWN
    return UNKNOWN


def _inner(frame: Frame, node: ast.expr, depth: int) -> Argument:
    folded = fold(frame, node, None, depth + 1)
    return Argument(folded, span_of(frame.module, node), text_of(frame.module, node))


def _arithmetic(frame: Frame, node: ast.BinOp | ast.UnaryOp, depth: int) -> object:
    if isinstance(node, ast.UnaryOp):
        inner = fold(frame, node.operand, None, depth + 1)
        if isinstance(node.op, ast.USub) and isinstance(inner, (int, float)):
            return -inner
        return (not inner) if isinstance(node.op, ast.Not) and inner is not UNKNOWN else UNKNOWN
    left = fold(frame, node.left, None, depth + 1)
    right = fold(frame, node.right, None, depth + 1)
    if isinstance(left, str) and isinstance(right, str) and isinstance(node.op, ast.Add):
        return left + right
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        return UNKNOWN
    if isinstance(node.op, ast.Mult):
        return left * right
    if isinstance(node.op, ast.Add):
        return left + right
    if isinstance(node.op, ast.Sub):
        return left - right
    if isinstance(node.op, ast.BitOr) and isinstance(left, int) and isinstance(right, int):
        return left | right
    if isinstance(node.op, ast.Pow) and 0 <= right <= 64 and abs(left) <= 1024:
        return left**right
    if isinstance(node.op, (ast.Div, ast.FloorDiv)) and right:
        return left / right
    return UNKNOWN


def _call(frame: Frame, node: ast.Call, depth: int) -> object:
    """`timedelta(days=30)` in days; `os.environ.get(name, default)` as its default."""
    value = _evaluated(frame, node.func)
    name = value.ref if isinstance(value.ref, str) else ""
    if name == "datetime.timedelta":
        return _timedelta(frame, node, depth)
    if name in ("os.getenv", "os.environ.get") and len(node.args) == 2:
        return fold(frame, node.args[1], None, depth + 1)
    if name in ("builtins.str", "builtins.int", "builtins.bool", "pathlib.Path") and node.args:
        return fold(frame, node.args[0], None, depth + 1)
    return UNKNOWN


_UNITS = {"days": 1.0, "weeks": 7.0, "hours": 1 / 24, "minutes": 1 / 1440, "seconds": 1 / 86400}


def _timedelta(frame: Frame, node: ast.Call, depth: int) -> object:
    total = 0.0
    for arg, unit in zip(node.args, ("days", "seconds"), strict=False):
        amount = fold(frame, arg, None, depth + 1)
        if not isinstance(amount, (int, float)):
            return UNKNOWN
        total += amount * _UNITS[unit]
    for keyword in node.keywords:
        amount = fold(frame, keyword.value, None, depth + 1)
        if keyword.arg not in _UNITS or not isinstance(amount, (int, float)):
            return UNKNOWN
        total += amount * _UNITS[keyword.arg]
    return Timedelta(total)


class Timedelta(float):
    """A folded `datetime.timedelta`, in days."""

    __slots__ = ()
