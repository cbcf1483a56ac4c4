"""The period a log is kept, computed from arguments alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gdprlint.detect.condition import Bound
from gdprlint.detect.retention import (
    NO_FILE,
    NOT_KNOWN,
    SIZE_BOUND,
    UNBOUNDED,
    Period,
    days_of,
    effective_retention,
)
from gdprlint.engine.observations import UNKNOWN

TIMED = "logging.handlers.TimedRotatingFileHandler"
ROTATING = "logging.handlers.RotatingFileHandler"
LOGURU = "loguru.logger.add"
GROUP = "watchtower.CloudWatchLogHandler"
LIFECYCLE = "boto3.s3.put_bucket_lifecycle_configuration"

DEFAULTS: Mapping[str, Mapping[str, object]] = {
    TIMED: {"when": "h", "interval": 1, "backupCount": 0},
    ROTATING: {"maxBytes": 0, "backupCount": 0},
}


def rule(**parts: object) -> dict[str, object]:
    return {"LifecycleConfiguration.Rules": [parts]}


def days(number: float) -> Period:
    return Period("days", number)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        (TIMED, {}, UNBOUNDED),
        (TIMED, {"when": "midnight"}, UNBOUNDED),
        (TIMED, {"when": "midnight", "backupCount": 30}, days(31)),
        (TIMED, {"when": "D", "interval": 7, "backupCount": 3}, days(28)),
        (TIMED, {"when": "w0", "backupCount": 51}, days(364)),
        (TIMED, {"when": "W6", "interval": 2, "backupCount": 1}, days(28)),
        (TIMED, {"when": "H", "interval": 12, "backupCount": 3}, days(2)),
        (TIMED, {"when": "M", "interval": 720, "backupCount": 1}, days(1)),
        (TIMED, {"when": "S", "interval": 86400, "backupCount": 1}, days(2)),
        (TIMED, {"when": "X", "backupCount": 1}, NOT_KNOWN),
        (TIMED, {"when": UNKNOWN, "backupCount": 1}, NOT_KNOWN),
        (TIMED, {"when": "D", "backupCount": UNKNOWN}, NOT_KNOWN),
        (ROTATING, {}, UNBOUNDED),
        (ROTATING, {"maxBytes": 1000}, UNBOUNDED),
        (ROTATING, {"backupCount": 5}, UNBOUNDED),
        (ROTATING, {"maxBytes": 1000, "backupCount": 5}, SIZE_BOUND),
        (ROTATING, {"maxBytes": 1000, "backupCount": UNKNOWN}, NOT_KNOWN),
        ("logging.FileHandler", {"filename": "a.log"}, UNBOUNDED),
        ("logging.FileHandler", {"filename": "/dev/stdout"}, NO_FILE),
        ("logging.basicConfig", {}, NO_FILE),
        (LOGURU, {"sink": "a.log"}, UNBOUNDED),
        (LOGURU, {"sink": UNKNOWN}, NOT_KNOWN),
        (LOGURU, {"sink": None}, NO_FILE),
        (LOGURU, {"sink": "a.log", "retention": "10 days"}, UNBOUNDED),
        (LOGURU, {"sink": "a.log", "rotation": "1 day", "retention": "10 days"}, days(11)),
        (LOGURU, {"sink": "a.log", "rotation": "00:00", "retention": 6}, days(7)),
        (LOGURU, {"sink": "a.log", "rotation": "weekly", "retention": 3}, days(28)),
        (LOGURU, {"sink": "a.log", "rotation": "5 MB", "retention": 3}, SIZE_BOUND),
        (LOGURU, {"sink": "a.log", "rotation": "5 MB", "retention": "2 weeks"}, days(14)),
        (LOGURU, {"sink": "a.log", "rotation": "1 day", "retention": 30.0}, days(31)),
        (LOGURU, {"sink": "a.log", "rotation": "1 day", "retention": UNKNOWN}, NOT_KNOWN),
        (GROUP, {}, UNBOUNDED),
        (GROUP, {"log_group_retention_days": 90}, days(90)),
        (GROUP, {"log_group_retention_days": UNKNOWN}, NOT_KNOWN),
        ("boto3.logs.put_retention_policy", {"retentionInDays": 400}, days(400)),
        (LIFECYCLE, rule(Status="Enabled", Expiration={"Days": 90}), days(90)),
        (LIFECYCLE, rule(Status="Disabled", Expiration={"Days": 90}), NOT_KNOWN),
        (LIFECYCLE, rule(Expiration=UNKNOWN), NOT_KNOWN),
        ("logging.StreamHandler", {}, NOT_KNOWN),
    ],
)
def test_effective_retention(name: str, arguments: Mapping[str, object], expected: Period) -> None:
    values = {**DEFAULTS.get(name, {}), **arguments}

    period = effective_retention(name, lambda key: Bound(values.get(key), "", key in arguments))

    assert period.kind == expected.kind
    assert period.days == pytest.approx(expected.days)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("10 days", 10),
        ("1 week", 7),
        ("2 weeks 3 days", 17),
        ("1.5 h", 0.0625),
        ("1 month", 2_628_000 / 86_400),
        ("1 year", 365),
        ("daily", None),
        ("5 MB", None),
        (7.0, 7.0),
        (None, None),
    ],
)
def test_days_of(value: object, expected: float | None) -> None:
    assert days_of(value) == (None if expected is None else pytest.approx(expected))
