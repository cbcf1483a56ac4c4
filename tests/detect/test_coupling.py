"""Findings in log calls name the trackers that take the record as well."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gdprlint.detect.coupling import couple
from gdprlint.model import Finding, Span
from tests.detect.checking import POLICY

SENTRY = "import sentry_sdk\nsentry_sdk.init(DSN)\n"
QUIET = SENTRY + "LoggingIntegration(level=logging.WARNING, event_level=None)\n"
EAGER = SENTRY + "LoggingIntegration(event_level=logging.INFO)\n"
SHIPPER = "import watchtower\nhandler = watchtower.CloudWatchLogHandler('shop')\n"
NAMED = "LOGGING = {'handlers': {'c': {'class': 'watchtower.CloudWatchLogHandler'}}}\n"
SPOKEN_OF = "DAYS = {'watchtower.CloudWatchLogHandler': 30}  # sentry_sdk.init(dsn)\n"
NEW_RELIC = "import newrelic.agent\nnewrelic.agent.initialize('newrelic.ini')\n"


def told(root: Path, level: str, rule: str = "GDL101") -> str:
    span = Span("shop/mail.py", 1, 1, 1, 2)
    finding = Finding(rule, "warning", "likely", "found", span, reason="name", level=level)
    return next(couple([finding], str(root), POLICY)).reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")

    assert told(tmp_path, "error") == "name"


@pytest.mark.parametrize(
    ("file", "text", "level", "rule", "expected"),
    [
        ("shop/app.py", "", "error", "GDL101", "name"),
        ("shop/app.py", SENTRY, "debug", "GDL101", "name"),
        ("shop/app.py", SENTRY, "", "GDL101", "name"),
        ("shop/app.py", SENTRY, "error", "GDL704", "name"),
        ("tests/app.py", SENTRY, "error", "GDL101", "name"),
        ("shop/app.txt", SENTRY, "error", "GDL101", "name"),
        ("shop/app.py", SENTRY, "info", "GDL101", "Sentry with the next event"),
        ("shop/app.py", SENTRY, "error", "GDL103", "Sentry as an event (set up in shop/app.py)"),
        ("shop/app.py", QUIET, "info", "GDL101", "name"),
        ("shop/app.py", QUIET, "error", "GDL101", "Sentry with the next event"),
        ("shop/app.py", EAGER, "info", "GDL101", "Sentry as an event"),
        ("shop/app.py", SENTRY + "LoggingIntegration(", "info", "GDL101", "Sentry with the next"),
        ("shop/app.py", SHIPPER, "debug", "GDL101", "AWS CloudWatch as an event"),
        ("shop/app.py", NAMED, "debug", "GDL101", "AWS CloudWatch as an event"),
        ("shop/app.py", SPOKEN_OF, "error", "GDL101", "name"),
        ("shop/app.py", NEW_RELIC, "debug", "GDL101", "New Relic as an event"),
    ],
)
def test_couple(tmp_path: Path, file: str, text: str, level: str, rule: str, expected: str) -> None:
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(text, encoding="utf-8")

    reason = told(tmp_path, level, rule)

    assert expected in reason
    assert (reason == "name") == (expected == "name")
