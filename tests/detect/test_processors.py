"""Processors: who is set up, whether the settings name them, where the data go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from gdprlint.detect.processor import detect
from gdprlint.detect.uses import find_uses
from gdprlint.engine.observations import UNKNOWN, CallSeen, Observations
from tests.detect.checking import POLICY, call, settings

RULES = [rule for rule in POLICY.rules.values() if rule.kind == "processor"]
Entries = Mapping[str, Mapping[str, Any]]
DPA = {"dpa": "C-17"}


def found(seen: CallSeen, entries: Entries | None = None) -> list[str]:
    """Ids of the rules that one call breaks."""
    own = settings()._replace(processors=entries or {})
    observations = Observations("shop.py", "", None, calls=(seen,))
    return sorted(finding.rule for finding in detect(observations, RULES, POLICY, own))


@pytest.mark.parametrize(
    ("seen", "entries", "expected"),
    [
        (call("rollbar.init", "t"), {}, ["GDL701", "GDL703"]),
        (call("rollbar.init", "t"), {"rollbar": {}}, ["GDL701", "GDL703"]),
        (call("rollbar.init", "t"), {"rollbar": DPA}, ["GDL703"]),
        (call("rollbar.init", "t"), {"errors": {**DPA, "imports": ["rollbar"]}}, ["GDL703"]),
        (call("rollbar.init", "t"), {"rollbar": {**DPA, "transfer": "DPF"}}, []),
        (call("rollbar.init", "t", is_complete=False), {"rollbar": DPA}, []),
        (call("rollbar.init", "t"), {"rollbar": {**DPA, "region": "us"}}, ["GDL703", "GDL705"]),
        (call("sentry_sdk.init"), {"sentry": DPA}, []),
        (call("sentry_sdk.init", UNKNOWN), {"sentry": DPA}, []),
        (call("sentry_sdk.init", "https://k@o1.ingest.de.sentry.io/2"), {"sentry": DPA}, []),
        (
            call("sentry_sdk.init", "https://k@o1.ingest.us.sentry.io/2"),
            {"sentry": DPA},
            ["GDL702"],
        ),
        (call("sentry_sdk.init", "https://k@o1.ingest.sentry.io/2"), {"sentry": DPA}, ["GDL702"]),
        (call("sentry_sdk.init", "https://k@sentry.example.org/2"), {"sentry": DPA}, []),
        (call("boto3.client", "logs"), {}, []),
        (call("boto3.client", "logs", region_name="eu-west-3"), {}, []),
        (call("boto3.client", "logs", region_name="us-west-2"), {}, ["GDL702"]),
        (call("boto3.client", "logs", "sa-east-1"), {}, ["GDL702"]),
        (call("boto3.client", "s3", "us-east-1", endpoint_url=UNKNOWN), {}, []),
        (call("logzio.handler.LogzioHandler", "t"), {"logzio": DPA}, ["GDL703"]),
        (call("logging.handlers.SysLogHandler", ("logs.example.org", 514)), {}, []),
        (call("logging.handlers.SysLogHandler"), {}, []),
        (
            call("logging.handlers.SysLogHandler", ("logs5.papertrailapp.com", 514)),
            {},
            ["GDL701", "GDL702"],
        ),
        (call("logging_loki.LokiHandler", url="https://loki.example.org"), {}, []),
        (
            call("logging_loki.LokiHandler", url="https://logs-prod-eu-west-0.grafana.net"),
            {},
            ["GDL701"],
        ),
        (call("appsignal.Appsignal"), {"appsignal": {**DPA, "region": "nl"}}, []),
        (call("appsignal.Appsignal"), {"appsignal": {**DPA, "reviewed": "2020-01-01"}}, ["GDL705"]),
        (call("print", "x"), {}, []),
    ],
)
def test_processors(seen: CallSeen, entries: Entries, expected: list[str]) -> None:
    assert found(seen, entries) == expected


def test_a_key_is_never_shown() -> None:
    own = settings()._replace(processors={})
    seen = call("sentry_sdk.init", "https://secretkey@o1.ingest.us.sentry.io/2")
    observations = Observations("shop.py", "", None, calls=(seen,))

    messages = [finding.message for finding in detect(observations, RULES, POLICY, own)]

    assert messages
    assert not [message for message in messages if "secretkey" in message]


def test_every_processor_is_complete() -> None:
    table: Mapping[str, Any] = POLICY.catalogue["processor"]

    for id, entry in table.items():
        assert entry["calls"], id
        for row in entry.get("region", ()):
            assert row["parameter"], id
            assert {"eea", "outside"} <= row.keys(), id


def test_a_file_without_calls_has_no_uses() -> None:
    assert list(find_uses((), POLICY, settings())) == []
