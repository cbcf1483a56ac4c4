"""How long a log lives, computed from the arguments of its handler.

Pure: a name and a way to look up parameters come in, a `Period` goes out. Formulas and defaults:
CPython 3.13 `logging.handlers` (the oldest line a TimedRotatingFileHandler keeps is
(backupCount + 1) x interval old), loguru 0.7.3, watchtower 3.4, boto3 1.44.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

from gdprlint.detect.condition import Bound
from gdprlint.engine.observations import UNKNOWN
from gdprlint.tuples import NamedTuple

DAY = 86_400.0
Lookup = Callable[[str], Bound]


class Period(NamedTuple):
    """`days` counts for kind "days" only; "size" is bounded in volume but not in age."""

    kind: Literal["days", "unbounded", "size", "unknown", "none"]
    days: float = 0.0


UNBOUNDED = Period("unbounded")
SIZE_BOUND = Period("size")
NOT_KNOWN = Period("unknown")
NO_FILE = Period("none")

_ROTATION_SECONDS: Mapping[str, float] = {"S": 1, "M": 60, "H": 3600, "D": DAY, "MIDNIGHT": DAY}
_LOGURU_SECONDS: Mapping[str, float] = {
    "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hour": 3600,
    "d": DAY, "day": DAY, "w": 604_800, "week": 604_800, "month": 2_628_000, "y": 31_536_000,
    "year": 31_536_000,
}  # fmt: skip
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")
_DAILY = re.compile(r"(?i)^(daily|midnight|\d{1,2}:\d{2}(:\d{2})?)$")
_SIZE = re.compile(r"(?i)^\s*\d+(\.\d+)?\s*[kmgtpezy]?i?b\s*$")


def effective_retention(name: str, lookup: Lookup) -> Period:
    """The period for which the sink constructed by `name` keeps a line."""
    compute = _FORMULAS.get(name)
    return compute(lookup) if compute else NOT_KNOWN


def days_of(value: object) -> float | None:
    """A duration in days: a folded timedelta is one, loguru's text ("2 weeks 3 days") is read."""
    if isinstance(value, float):
        return float(value)
    if not isinstance(value, str):
        return None
    parts = _DURATION.findall(value)
    seconds = [_LOGURU_SECONDS.get(_unit(unit)) for _, unit in parts]
    if not parts or None in seconds:
        return None
    pairs = zip(parts, seconds, strict=True)
    return sum(float(number) * (unit or 0) for (number, _), unit in pairs) / DAY


def _unit(word: str) -> str:
    short = word.lower()
    return short[:-1] if len(short) > 1 and short.endswith("s") else short


def _unlimited_file(lookup: Lookup) -> Period:
    filename = lookup("filename")
    if filename.value is None:
        return NO_FILE
    return NO_FILE if filename.value in ("/dev/stdout", "/dev/stderr", "/dev/null") else UNBOUNDED


def _size_rotation(size: str, count: str) -> Callable[[Lookup], Period]:
    def compute(lookup: Lookup) -> Period:
        limits = (lookup(size).value, lookup(count).value)
        if 0 in limits:
            return UNBOUNDED
        return NOT_KNOWN if UNKNOWN in limits else SIZE_BOUND

    return compute


def _timed_rotation(lookup: Lookup) -> Period:
    when, interval, count = (lookup(name).value for name in ("when", "interval", "backupCount"))
    if count == 0:
        return UNBOUNDED
    if not isinstance(when, str) or not isinstance(interval, int) or not isinstance(count, int):
        return NOT_KNOWN
    unit = when.upper()
    seconds = 7 * DAY if unit.startswith("W") else _ROTATION_SECONDS.get(unit)
    return Period("days", (count + 1) * interval * seconds / DAY) if seconds else NOT_KNOWN


def _logbook_timed(lookup: Lookup) -> Period:
    count = lookup("backup_count").value
    if count == 0:
        return UNBOUNDED
    return Period("days", count + 1.0) if isinstance(count, int) else NOT_KNOWN


def _loguru(lookup: Lookup) -> Period:
    sink = lookup("sink")
    if not isinstance(sink.value, str):
        return NOT_KNOWN if sink.value is UNKNOWN else NO_FILE
    retention, rotation = lookup("retention"), lookup("rotation")
    if UNKNOWN in (retention.value, rotation.value):
        return NOT_KNOWN
    if retention.value is None or rotation.value is None:
        return UNBOUNDED
    interval = _rotation_days(rotation.value)
    if isinstance(retention.value, int):
        if interval is None:
            return SIZE_BOUND if _is_size(rotation.value) else NOT_KNOWN
        return Period("days", (retention.value + 1) * interval)
    days = days_of(retention.value)
    return NOT_KNOWN if days is None else Period("days", days + (interval or 0))


def _rotation_days(value: object) -> float | None:
    if _is_size(value):
        return None
    if isinstance(value, str) and _DAILY.match(value.strip()):
        return 1.0
    if isinstance(value, str) and value.strip().lower() == "weekly":
        return 7.0
    return days_of(value)


def _is_size(value: object) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and _SIZE.match(value) is not None)


def _days_parameter(name: str, *, absent: Period) -> Callable[[Lookup], Period]:
    def compute(lookup: Lookup) -> Period:
        bound = lookup(name)
        if bound.value is UNKNOWN:
            return NOT_KNOWN
        if isinstance(bound.value, int | float):
            return Period("days", float(bound.value)) if bound.value > 0 else UNBOUNDED
        return absent

    return compute


def _lifecycle(lookup: Lookup) -> Period:
    rules = lookup("LifecycleConfiguration.Rules").value
    if not isinstance(rules, list) or not rules:
        return NOT_KNOWN
    days: list[float] = []
    for rule in rules:
        if not isinstance(rule, Mapping):
            return NOT_KNOWN
        expiration = rule.get("Expiration")
        if rule.get("Status") == "Disabled" or expiration is UNKNOWN:
            continue
        if isinstance(expiration, Mapping) and isinstance(expiration.get("Days"), int):
            days.append(float(expiration["Days"]))
    return Period("days", max(days)) if days else NOT_KNOWN


_rotating = _size_rotation("maxBytes", "backupCount")
_FORMULAS: Mapping[str, Callable[[Lookup], Period]] = {
    "logging.FileHandler": _unlimited_file,
    "logging.basicConfig": _unlimited_file,
    "logging.handlers.WatchedFileHandler": _unlimited_file,
    "logging.handlers.RotatingFileHandler": _rotating,
    "logging.handlers.TimedRotatingFileHandler": _timed_rotation,
    "concurrent_log_handler.ConcurrentRotatingFileHandler": _rotating,
    "concurrent_log_handler.ConcurrentTimedRotatingFileHandler": _timed_rotation,
    "logbook.FileHandler": _unlimited_file,
    "logbook.RotatingFileHandler": _size_rotation("max_size", "backup_count"),
    "logbook.TimedRotatingFileHandler": _logbook_timed,
    "loguru.logger.add": _loguru,
    "watchtower.CloudWatchLogHandler": _days_parameter(
        "log_group_retention_days", absent=UNBOUNDED
    ),
    "boto3.logs.put_retention_policy": _days_parameter("retentionInDays", absent=NOT_KNOWN),
    "boto3.s3.put_bucket_lifecycle_configuration": _lifecycle,
}
