"""Alternatives of `[[match.call]]` against calls as the engine records them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gdprlint.engine.observations import UNKNOWN, CallSeen
from tests.detect.checking import argument, call, match

SYSLOG = "logging.handlers.SysLogHandler"
ROTATING = "logging.handlers.RotatingFileHandler"
LOGURU = "loguru.logger.add"
REMOTE = {"name": [SYSLOG], "when": {"address": {"host": "remote"}}}
DIAGNOSE = {"name": [LOGURU], "when": {"diagnose": {"is": True}}}


def when(parameter: str, **tests: object) -> dict[str, Any]:
    return {"name": ["f"], "when": {parameter: tests}}


@pytest.mark.parametrize(
    ("table", "seen"),
    [
        (REMOTE, call(SYSLOG)),
        (REMOTE, call(SYSLOG, "/dev/log")),
        (REMOTE, call(SYSLOG, ("localhost", 514))),
        (REMOTE, call(SYSLOG, ("192.168.1.9", 514))),
        (REMOTE, call(SYSLOG, ("::1", 514))),
        (REMOTE, call(SYSLOG, ("syslog", 514))),
        (REMOTE, call(SYSLOG, ("logs.svc.cluster.local", 514))),
        (REMOTE, call(SYSLOG, UNKNOWN)),
        (REMOTE, call(SYSLOG, (UNKNOWN, 514))),
        (REMOTE, call(SYSLOG, is_complete=False)),
        (REMOTE, call("logging.StreamHandler", ("logs.example.org", 514))),
        (DIAGNOSE, call(LOGURU, "a.log", diagnose=False)),
        (DIAGNOSE, call(LOGURU, "a.log", diagnose=UNKNOWN)),
        (DIAGNOSE, call(LOGURU, "a.log", is_complete=False)),
        (when("x", given=True), call("f")),
        (when("x", given=True), call("f", x=None)),
        (when("x", given=True), call("f", is_complete=False)),
        (when("x", given=False), call("f", x=UNKNOWN)),
        (when("x", given=False), call("f", is_complete=False)),
        (when("x", **{"is": True}), call("f", x="true")),
        (when("x", **{"is": 0}), call("f", x=None)),
        (when("x", **{"in": ["a", "b"]}), call("f", x="c")),
        (when("x", not_in=["a", "b"]), call("f", x="A")),
        (when("x", matches="^/tmp/"), call("f", x="/var/tmp/")),
        (when("x", matches="^/tmp/"), call("f", x=3)),
        (when("x", above=3), call("f", x=3)),
        (when("x", below=3), call("f", x=3)),
        (when("x", above=3), call("f", x="9")),
        (when("x", bits=4), call("f", x=0o640)),
        (when("x", scheme="http"), call("f", x="https://logs.example.org")),
        (when("x", contains="a"), call("f", x=["b"])),
        (when("x", contains="a"), call("f", x=UNKNOWN)),
        (when("x.y", **{"is": True}), call("f", x={"y": False})),
        (when("x.y", **{"is": True}), call("f", x=UNKNOWN)),
        ({**when("x", given=True), "unless": {"y": {"given": True}}}, call("f", x=1, y=2)),
        ({**when("x", given=True), "unless": {"y": {"is": 2}}}, call("f", x=1, y=UNKNOWN)),
        ({**when("x", given=True), "imports": ["httpx"]}, call("f", x=1)),
        ({**when("x", given=True), "except_paths": "shop"}, call("f", x=1)),
    ],
)
def test_stays_silent(table: Mapping[str, Any], seen: CallSeen) -> None:
    assert match(table, seen) is None


@pytest.mark.parametrize(
    ("table", "seen"),
    [
        (REMOTE, call(SYSLOG, ("logs.example.org", 514))),
        (REMOTE, call(SYSLOG, address=("logs.example.org", 514))),
        (REMOTE, call(SYSLOG, ("8.8.8.8", 514))),
        (DIAGNOSE, call(LOGURU, "a.log")),
        (DIAGNOSE, call(LOGURU, "a.log", diagnose=True)),
        (DIAGNOSE, call("loguru.Logger.add", "a.log")),
        ({"name": ["f"]}, call("f")),
        (when("x", given=True), call("f", x=UNKNOWN)),
        (when("x", given=False), call("f", x=None)),
        (when("x", **{"is": "DEBUG"}), call("f", x="debug")),
        (when("x", **{"is": True}), call("f", x=True)),
        (when("x", is_not="never"), call("f", x="always")),
        (when("x", not_in=["a", "b"]), call("f", x="c")),
        (when("x", not_matches="^/tmp/"), call("f", x="/var")),
        (when("x", truthy=True), call("f", x=[1])),
        (when("x", above=3), call("f", x=4)),
        (when("x", bits=4), call("f", x=0o644)),
        (when("x", scheme="http", host="remote"), call("f", x="http://logs.example.org/in")),
        (when("x", scheme="http"), call("f", x=["http://logs.example.org"])),
        (when("x", contains="a"), call("f", x=["a"])),
        (when("x", lacks="a"), call("f", x=["b"])),
        (when("x.y", **{"is": True}), call("f", x={"y": True})),
        (when("x", written="LIMIT"), call("f", x=argument(UNKNOWN, "LIMIT"))),
        ({**when("x", given=True), "unless": {"y": {"given": True}}}, call("f", x=1)),
    ],
)
def test_is_reported(table: Mapping[str, Any], seen: CallSeen) -> None:
    assert match(table, seen) is not None


def test_imports_of_the_file_count() -> None:
    table = {"name": ["f"], "imports": ["httpx"]}

    assert match(table, call("f"), text="import httpx") is not None
    assert match(table, call("f"), text="from httpx import Client") is not None
    assert match(table, call("f"), text="import httpx_cache") is None


def test_an_unknown_value_can_be_an_advisory() -> None:
    table = {**REMOTE, "unknown": "possible"}

    finding = match(table, call(SYSLOG, UNKNOWN))

    assert finding is not None
    assert finding.confidence == "possible"


def test_a_default_of_the_environment_counts_less() -> None:
    seen = call(ROTATING, "a.log")
    seen = seen._replace(keywords={"maxBytes": argument(0, 'int(os.environ.get("MAX", 0))')})

    finding = match({"name": [ROTATING], "when": {"maxBytes": {"is": 0}}}, seen)

    assert finding is not None
    assert finding.confidence == "likely"


@pytest.mark.parametrize(
    ("requirement", "confidence"),
    [
        ("typer==0.22.0", "certain"),
        ("typer==0.23.0", None),
        ("typer", "possible"),
        ("", "possible"),
    ],
)
def test_a_default_that_depends_on_the_version(
    tmp_path: Path, requirement: str, confidence: str | None
) -> None:
    (tmp_path / "requirements.txt").write_text(requirement, encoding="utf-8")
    table = {"name": ["typer.Typer"], "when": {"pretty_exceptions_show_locals": {"is": True}}}

    finding = match(table, call("typer.Typer"), root=str(tmp_path))

    assert (finding.confidence if finding else None) == confidence
    if confidence == "possible":
        assert finding is not None
        assert "version of typer unknown" in finding.reason


def test_the_first_alternative_that_is_broken_is_told() -> None:
    seen = call("sentry_sdk.init", "x", send_default_pii=True)

    finding = match({"name": ["sentry_sdk.init"], "message": "`{name}` {send_default_pii}"}, seen)

    assert finding is not None
    assert finding.message == "`init` True"
