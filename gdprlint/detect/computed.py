"""Parameters no signature has: what follows from the arguments, or from where a call stands.

@retention           "unbounded", "size", "none", or days
@days-above-policy   days beyond the policy's maximum; @policy-maximum is that maximum
@days-below-policy   days short of its minimum for security logs
@program             a server's name
@result              "dropped" if the call stands alone as a statement, else "used"
@words               everything the call spells out
@endpoint            "open" or "guarded" in a view, "" elsewhere
@entry               True where a program is started by hand
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from gdprlint.detect.condition import Bound
from gdprlint.detect.retention import Period, effective_retention
from gdprlint.detect.signatures import Binding
from gdprlint.detect.walking import walk_lines
from gdprlint.engine.observations import UNKNOWN, Argument, Observations

if TYPE_CHECKING:
    from gdprlint.settings.record import Settings

_ROUTE = re.compile(r"(?:^|\.)(?:route|get|post|api_route|view_config|api_view|websocket)$")
_STARTER = re.compile(r"(^|_)(main|dev|debug|local)(_|$)")
_GUARD = re.compile(
    r"(?i)login|auth|permission|require|role|admin|staff|superuser|jwt|secure|protect|Depends|Security"
)


def computed(path: str, binding: Binding, observations: Observations, settings: Settings) -> Bound:
    """The value of a computed parameter."""
    value = _COMPUTED[path](binding, observations, settings)
    return Bound(value, "", value is not None)


def _period(binding: Binding) -> Period:
    return effective_retention(binding.call.name, binding.lookup)


def _retention(binding: Binding, observations: Observations, settings: Settings) -> object:
    period = _period(binding)
    if period.kind == "unknown":
        return UNKNOWN
    return _shown(period.days) if period.kind == "days" else period.kind


def _shown(days: float) -> float:
    """Days as messages tell them: to a tenth, whole ones without it."""
    rounded = round(days, 1)
    return int(rounded) if rounded.is_integer() else rounded


def _limit(binding: Binding, settings: Settings) -> float:
    own = settings.retention.get("sinks")
    for name in _names(binding) if isinstance(own, Mapping) else ():
        if isinstance(own, Mapping) and name in own:
            return float(own[name])
    return _number(settings, "default-max", 365)


def _names(binding: Binding) -> Iterator[str]:
    yield binding.call.symbol.rpartition(".")[2]
    for argument in (*binding.call.positional, *binding.call.keywords.values()):
        if isinstance(argument.value, str):
            yield argument.value


def _number(settings: Settings, key: str, default: int) -> float:
    value = settings.retention.get(key, default)
    return float(value) if isinstance(value, int | float) else float(default)


def _days_above(binding: Binding, observations: Observations, settings: Settings) -> object:
    period = _period(binding)
    if period.kind != "days":
        return UNKNOWN
    return max(0, _shown(period.days - _limit(binding, settings)))


def _days_below(binding: Binding, observations: Observations, settings: Settings) -> object:
    period = _period(binding)
    if period.kind != "days":
        return UNKNOWN
    minimum = _number(settings, "security-min", 90)
    declared = settings.audit.get("retention")
    if isinstance(declared, int) and declared > 0:
        minimum = float(declared)
    return max(0, _shown(minimum - period.days))


def _maximum(binding: Binding, observations: Observations, settings: Settings) -> object:
    return int(_limit(binding, settings))


def _program(binding: Binding, observations: Observations, settings: Settings) -> object:
    return binding.call.name.rpartition(".")[2]


def _result(binding: Binding, observations: Observations, settings: Settings) -> object:
    statement, span = binding.call.statement, binding.call.span
    if not isinstance(statement, ast.Expr):
        return "used"
    value = statement.value
    is_whole = (value.lineno, value.end_lineno) == (span.line, span.end_line)
    return "dropped" if is_whole and value.col_offset + 1 == span.column else "used"


def _words(binding: Binding, observations: Observations, settings: Settings) -> object:
    call = binding.call
    spoken = [call.symbol]
    if isinstance(call.statement, ast.Assign | ast.AnnAssign):
        spoken.append(ast.unparse(call.statement))
    for argument in (*call.positional, *call.keywords.values()):
        spoken += _spoken(argument)
    return " ".join(spoken)


def _spoken(argument: Argument) -> Iterator[str]:
    yield argument.text
    value = argument.value
    if isinstance(value, str):
        yield value
    parts = list(value.values()) if isinstance(value, Mapping) else value
    for part in parts if isinstance(parts, list | tuple) else ():
        if isinstance(part, Argument):
            yield from _spoken(part)


def _endpoint(binding: Binding, observations: Observations, settings: Settings) -> object:
    function = _enclosing(binding, observations)
    if function is None:
        return ""
    decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
    names = [text.partition("(")[0] for text in decorators]
    is_view = any(_ROUTE.search(name) for name in names)
    if not is_view:
        return ""
    guards = [*decorators, ast.unparse(function.args)]
    return "guarded" if any(_GUARD.search(text) for text in guards) else "open"


def _entry(binding: Binding, observations: Observations, settings: Settings) -> object:
    line = binding.call.span.line
    function = _enclosing(binding, observations)
    if function is not None:
        return _STARTER.search(function.name) is not None
    for statement in observations.tree.body if observations.tree else ():
        end = statement.end_lineno or 0
        if isinstance(statement, ast.If) and statement.lineno <= line <= end:
            return "__main__" in ast.unparse(statement.test)
    return False


def _enclosing(
    binding: Binding, observations: Observations
) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    line = binding.call.span.line
    found: ast.FunctionDef | ast.AsyncFunctionDef | None = None
    for node in walk_lines(observations.tree, [line]) if observations.tree else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (
            node.lineno <= line <= (node.end_lineno or 0)
        ):
            found = node
    return found


_COMPUTED: Mapping[str, Callable[[Binding, Observations, Settings], object]] = {
    "@retention": _retention,
    "@days-above-policy": _days_above,
    "@days-below-policy": _days_below,
    "@policy-maximum": _maximum,
    "@program": _program,
    "@result": _result,
    "@words": _words,
    "@endpoint": _endpoint,
    "@entry": _entry,
}
