"""Literal Python -> arguments: what a settings module or a dictConfig says without being run.

In comes an expression and the constants of its module, out goes an `Argument` whose value is
folded one level at a time, `UNKNOWN` wherever the source does not fix it.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from gdprlint.detect.module import Module, dotted, span_of
from gdprlint.engine.observations import UNKNOWN, Argument, within_reason

MAX_DEPTH = 24

ENVIRONMENT_READERS = frozenset((
    "os.environ.get", "os.getenv", "environ.get", "getenv", "config", "env", "env.str", "env.bool",
    "env.int", "env.get_value", "env.list", "env.float", "decouple.config", "get_env_variable",
    "get_env", "get_env_var", "config.get",
))  # fmt: skip
LEVELS: Mapping[str, int] = {
    "NOTSET": 0,
    "TRACE": 5,
    "DEBUG": 10,
    "INFO": 20,
    "WARN": 30,
    "WARNING": 30,
    "ERROR": 40,
    "FATAL": 50,
    "CRITICAL": 50,
}
_NUMBER = re.compile(r"[0-9]{1,18}")
_OPERATIONS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.BitOr: lambda left, right: int(left) | int(right),
}


def level_of(argument: Argument | None) -> object:
    """A level as a number: 10 for "DEBUG", `UNKNOWN` if it is not fixed, None if not given."""
    if argument is None:
        return None
    value = argument.value
    if isinstance(value, str):
        return LEVELS.get(value.upper().rpartition(".")[2], UNKNOWN)
    if isinstance(value, int):
        return value
    return LEVELS.get(argument.text.rpartition(".")[2], UNKNOWN)


def fold(node: ast.expr, module: Module, depth: int = 0) -> Argument:
    """The argument an expression stands for."""
    value = UNKNOWN if depth > MAX_DEPTH else _value(node, module, depth + 1)
    return Argument(within_reason(value), span_of(module, node), _text(node, module))


def _text(node: ast.expr, module: Module) -> str:
    if isinstance(node, ast.Dict | ast.List | ast.Set):
        return ""
    return ast.unparse(node)


def _value(node: ast.expr, module: Module, depth: int) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Tuple):
        return tuple(fold(item, module, depth) for item in node.elts)
    if isinstance(node, ast.List | ast.Set):
        return [fold(item, module, depth) for item in node.elts]
    if isinstance(node, ast.Dict):
        return _dict(node, module, depth)
    if isinstance(node, ast.Name):
        return _value_of_name(node, module, depth)
    if isinstance(node, ast.Attribute):
        is_level = dotted(node.value) == "logging"
        return LEVELS.get(node.attr, UNKNOWN) if is_level else _outside(node, module)
    if isinstance(node, ast.UnaryOp):
        return _unary(node, module, depth)
    if isinstance(node, ast.BinOp):
        return _binary(node, module, depth)
    if isinstance(node, ast.Call):
        return _call(node, module, depth)
    return UNKNOWN


def _value_of_name(node: ast.Name, module: Module, depth: int) -> object:
    """What a name stands for; how much of it is told depends on the depth it is asked for at."""
    bound = module.names.get(node.id)
    if bound is None:
        return _outside(node, module)
    key = (node.id, depth)
    if key not in module.folded:
        module.folded[key] = fold(bound, module, depth).value
    return module.folded[key]


def _outside(node: ast.expr, module: Module) -> object:
    """What a name that the module takes from elsewhere stands for."""
    name = dotted(node)
    if module.outside is None or not name or name.partition(".")[0] in module.bound:
        return UNKNOWN
    try:
        return module.outside(name)
    except RecursionError:
        return UNKNOWN


def _dict(node: ast.Dict, module: Module, depth: int) -> object:
    items: dict[object, Argument] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            inner = fold(value, module, depth).value
            if not isinstance(inner, dict):
                return UNKNOWN
            items.update(inner)
            continue
        name = fold(key, module, depth).value
        if isinstance(name, str | int):
            items[name] = fold(value, module, depth)
    return items


def _unary(node: ast.UnaryOp, module: Module, depth: int) -> object:
    value = fold(node.operand, module, depth).value
    if isinstance(node.op, ast.USub) and isinstance(value, int | float):
        return -value
    if isinstance(node.op, ast.Not) and isinstance(value, bool):
        return not value
    return UNKNOWN


def _binary(node: ast.BinOp, module: Module, depth: int) -> object:
    left, right = fold(node.left, module, depth).value, fold(node.right, module, depth).value
    if isinstance(node.op, ast.Div) and isinstance(right, str):
        return f"{left}/{right}" if isinstance(left, str) else f"./{right}"
    if isinstance(left, str) and isinstance(right, str) and isinstance(node.op, ast.Add):
        return left + right
    operation = _OPERATIONS.get(type(node.op))
    if operation is None or not isinstance(left, int | float) or not isinstance(right, int | float):
        return UNKNOWN
    if right == 0 and isinstance(node.op, ast.Div | ast.FloorDiv):
        return UNKNOWN
    return operation(left, right)


def _call(node: ast.Call, module: Module, depth: int) -> object:
    name = dotted(node.func)
    keywords = {k.arg: fold(k.value, module, depth) for k in node.keywords if k.arg}
    arguments = [fold(item, module, depth) for item in node.args]
    if name == "dict" and not arguments and len(keywords) == len(node.keywords):
        return keywords
    if name.rpartition(".")[2] == "timedelta" and not arguments:
        return _timedelta(keywords)
    if name in ENVIRONMENT_READERS:
        default = keywords.get("default") or (arguments[1] if len(arguments) > 1 else None)
        return default.value if default else UNKNOWN
    if name.endswith("path.join") and arguments and isinstance(arguments[-1].value, str):
        known = [a.value for a in arguments if isinstance(a.value, str)]
        return "/".join(known) if len(known) == len(arguments) else "./" + "/".join(known)
    if name in ("str", "int", "bool", "Path", "pathlib.Path") and len(arguments) == 1:
        return _converted(name, arguments[0].value)
    return UNKNOWN


def _converted(name: str, value: object) -> object:
    if value is UNKNOWN or name == "bool":
        return UNKNOWN
    if name == "int":
        return int(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value
    return str(value) if isinstance(value, str | int) else UNKNOWN


def _timedelta(keywords: Mapping[str, Argument]) -> object:
    """The period in days, as a float."""
    units = {name: argument.value for name, argument in keywords.items()}
    numbers = {name: value for name, value in units.items() if isinstance(value, int | float)}
    try:
        days = timedelta(**numbers) / timedelta(days=1)
        return days if len(numbers) == len(units) else UNKNOWN
    except (TypeError, OverflowError):
        return UNKNOWN
