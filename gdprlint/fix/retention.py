"""Fixes of how long a log is kept: periods and numbers of files that the policy allows.

Formulas as in `detect.retention`: a rotation by time keeps (backupCount + 1) intervals, loguru its
`retention` and the file being written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import libcst as cst

from gdprlint.fix.arguments import find_argument, set_arguments
from gdprlint.fix.calls import call_of, is_text, parameters_of
from gdprlint.fix.context import Proposal, Task
from gdprlint.fix.imports import require
from gdprlint.fix.opposites import number_of
from gdprlint.fix.targets import name_of
from gdprlint.model import Edit, Safety, Span

ROTATION_DAYS: Mapping[str, float] = {"H": 1 / 24, "D": 1, "MIDNIGHT": 1}
SIZE_FILES = 10
UNBOUNDED_FILES = frozenset({"logging.FileHandler"})
SHARED_KEYWORDS = frozenset({"filename", "encoding", "delay", "errors"})
"""Parameters that FileHandler and TimedRotatingFileHandler have in common."""
NEW_GROUP, GROUP_NAME = "create_log_group", "logGroupName"
LIFECYCLE = "put_bucket_lifecycle_configuration"
AWS_PERIODS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
)  # fmt: skip
"""The values `retentionInDays` may take (CloudWatch Logs, PutRetentionPolicy)."""
Values = list[tuple[str, str]]


def fix_unbounded(task: Task) -> Proposal | None:
    """GDL601, GDL602: give the log the longest period of the policy."""
    return _propose(task, _limit(task, "default-max", 365), is_new=True)


def fix_too_long(task: Task) -> Proposal | None:
    """GDL603: shorten the period to the longest of the policy."""
    return _propose(task, _limit(task, "default-max", 365), is_new=False)


def fix_too_short(task: Task) -> Proposal | None:
    """GDL604: lengthen the period to the shortest of the policy."""
    return _propose(task, _limit(task, "security-min", 90), is_new=False, at_least=True)


def _limit(task: Task, key: str, default: int) -> int:
    value = task.setting.settings.retention.get(key, default)
    return int(value) if isinstance(value, (int, float)) else default


def _propose(task: Task, days: int, *, is_new: bool, at_least: bool = False) -> Proposal | None:
    call = call_of(task)
    if call is not None and task.finding.sink in UNBOUNDED_FILES:
        return _rotated(task, call, days)
    if call is not None and name_of(call) == NEW_GROUP:
        return _with_policy(task, call, days)
    if call is not None and name_of(call) == LIFECYCLE:
        return _shortened(task, call, days)
    periods = _PERIODS.get(task.finding.sink)
    if call is None or periods is None:
        return None
    values = periods(task, call, days, at_least)
    edits = set_arguments(task, call, values, parameters_of(task)) if values else None
    if not edits:
        return None
    shown = ", ".join(f"{name}={text}" for name, text in values)
    return task.propose(f"set `{shown}`", _safety(task, is_new=is_new), *edits)


def _rotated(task: Task, call: cst.Call, days: int) -> Proposal | None:
    """A handler that rotates at midnight in place of one that never does."""
    positional = [arg for arg in call.args if arg.keyword is None]
    keywords = {arg.keyword.value for arg in call.args if arg.keyword is not None}
    if len(positional) > 1 or not keywords <= SHARED_KEYWORDS:
        return None
    values = [("when", '"midnight"'), ("backupCount", str(days - 1))]
    edits = set_arguments(task, call, values, ())
    if edits is None:
        return None
    imported = require(task.setting, "logging.handlers", "TimedRotatingFileHandler")
    function = task.replace(call.func, imported.name)
    return task.propose("rotate the log", "unsafe", function, *edits, imports=imported.edits)


def _with_policy(task: Task, call: cst.Call, days: int) -> Proposal | None:
    """A statement behind the one that makes a log group, which gives it a period."""
    group = find_argument(call, GROUP_NAME, ())
    statement = task.tree.around(call, cst.SimpleStatementLine)
    block = None if statement is None else task.tree.parents.get(statement)
    if group is None or statement is None or len(statement.body) > 1 or block is None:
        return None
    if not isinstance(group.value, (cst.Name, cst.SimpleString)) or not isinstance(
        call.func, cst.Attribute
    ):
        return None
    place, document = task.tree.span(statement), task.setting.document
    first, last = document.line(place.line), document.line(place.end_line)
    indent = first[: len(first) - len(first.lstrip())]
    client, name = task.tree.code(call.func.value), task.tree.code(group.value)
    period = max(d for d in AWS_PERIODS if d <= days)
    new = f"{client}.put_retention_policy({GROUP_NAME}={name}, retentionInDays={period})"
    end = Span(place.path, place.end_line, len(last) + 1, place.end_line, len(last) + 1)
    return task.propose("set the period", "unsafe", Edit(end, f"\n{indent}{new}"))


def _shortened(task: Task, call: cst.Call, days: int) -> Proposal | None:
    """Every `"Days": N` of a lifecycle, at most the longest period."""
    edits = [
        task.replace(entry.value, str(days))
        for entry in task.tree.nodes(cst.DictElement)
        if is_text(entry.key, "Days")
        and (number_of(entry.value) or 0) > days
        and call in task.tree.ancestors(entry)
    ]
    return task.propose(f"set `Days` to {days}", "safe", *edits) if edits else None


def _safety(task: Task, *, is_new: bool) -> Safety:
    timed = "TimedRotating" in task.finding.sink
    return "safe" if timed or not is_new else "unsafe"


def _timed(task: Task, call: cst.Call, days: int, at_least: bool) -> Values:
    names = parameters_of(task)
    when = _text(find_argument(call, "when", names), "h").upper()
    interval = number_of(_value(find_argument(call, "interval", names))) or 1
    unit = 7 if when.startswith("W") else ROTATION_DAYS.get(when)
    if unit is None:
        return []
    count = days / (unit * interval)
    files = (math.ceil(count) if at_least else math.floor(count)) - 1
    return [("backupCount", str(files))] if files > 0 else []


def _sized(task: Task, call: cst.Call, days: int, at_least: bool) -> Values:
    size = find_argument(call, "maxBytes", parameters_of(task))
    given: Values = [] if size is not None and number_of(size.value) != 0 else [
        ("maxBytes", "10_000_000")
    ]  # fmt: skip
    return [*given, ("backupCount", str(SIZE_FILES))]


def _loguru(task: Task, call: cst.Call, days: int, at_least: bool) -> Values:
    rotation = find_argument(call, "rotation", ())
    values: Values = []
    if rotation is None or _is_none(rotation.value):
        values.append(("rotation", '"1 day"'))
    kept = days if at_least else days - 1
    return [*values, ("retention", f'"{kept} days"')]


def _is_none(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


def _days(name: str) -> Callable[[Task, cst.Call, int, bool], Values]:
    def values(task: Task, call: cst.Call, days: int, at_least: bool) -> Values:
        fitting = [d for d in AWS_PERIODS if (d >= days if at_least else d <= days)]
        chosen = (min if at_least else max)(fitting, default=0)
        return [(name, str(chosen))] if chosen else []

    return values


def _value(arg: cst.Arg | None) -> cst.BaseExpression | None:
    return None if arg is None else arg.value


def _text(arg: cst.Arg | None, default: str) -> str:
    if arg is None:
        return default
    value = arg.value.evaluated_value if isinstance(arg.value, cst.SimpleString) else ""
    return value if isinstance(value, str) else ""


_PERIODS: Mapping[str, Callable[[Task, cst.Call, int, bool], Values]] = {
    "logging.handlers.TimedRotatingFileHandler": _timed,
    "concurrent_log_handler.ConcurrentTimedRotatingFileHandler": _timed,
    "logging.handlers.RotatingFileHandler": _sized,
    "concurrent_log_handler.ConcurrentRotatingFileHandler": _sized,
    "loguru.logger.add": _loguru,
    "watchtower.CloudWatchLogHandler": _days("log_group_retention_days"),
    "boto3.logs.put_retention_policy": _days("retentionInDays"),
}
