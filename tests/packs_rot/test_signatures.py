"""The signatures the packs name exist in the installed libraries: a pack that rots turns red.

Skipped library by library where it is not installed: `pip install -e .[dev,packs]` has them all.
"""

from __future__ import annotations

import importlib
import inspect
import logging
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from gdprlint.detect.alternative import read_alternatives
from gdprlint.detect.retention import days_of
from gdprlint.detect.signatures import Signature, read_signatures
from gdprlint.policy import load_policy

SIGNATURES = {
    name: signature
    for name, signature in read_signatures(load_policy((), cache_dir=None).catalogue).items()
    if name == signature.name and not name.startswith("setting.") and signature.name.count(".")
}
BUILT_AT_RUN_TIME = ("boto3.logs.", "boto3.s3.")
"""Methods that botocore makes from its service models; they take keywords only."""

FORMER_NAMES = ("graypy.GELFHandler",)
"""What the current release no longer has, and older ones of the lock files do."""
OF_THE_CONFIGURATION = ("filters", "filemode", "mode")
"""Keys of a configured handler, and of another function of the same alternative."""

GUNICORN_NAMES = ("accesslog", "access_log_format", "syslog", "syslog_addr", "reload")
SENTRY_OPTIONS = (
    "dsn", "send_default_pii", "include_local_variables", "max_request_body_size", "before_send",
    "event_scrubber", "enable_logs",
)  # fmt: skip


def resolve(name: str) -> Any:
    """The object behind a dotted name; skips if its library is not installed."""
    parts = name.split(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _resolve(parts)


def _resolve(parts: Sequence[str]) -> Any:
    for size in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:size]))
        except ModuleNotFoundError:
            continue
        except ImportError as error:
            pytest.skip(str(error).strip().splitlines()[0])
        if getattr(found, "__file__", None) is None:
            break  # a namespace without the part that is meant
        for part in parts[size:]:
            found = getattr(found, part)
        return found
    pytest.skip(f"{parts[0]} is not installed")


def parameters_of(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """Parameters of a function, a method or a class, `self` left out."""
    target = function.__init__ if inspect.isclass(function) else function
    try:
        found = inspect.signature(target).parameters
    except ValueError:
        pytest.skip(f"{function.__name__} is built in and tells no signature")
    return {name: parameter for name, parameter in found.items() if name != "self"}


def cases() -> Iterator[Any]:
    for name, signature in SIGNATURES.items():
        if not name.startswith(BUILT_AT_RUN_TIME):
            yield pytest.param(name, signature, id=name)


@pytest.mark.parametrize(("name", "signature"), list(cases()))
def test_parameters_stand_where_the_pack_says(name: str, signature: Signature) -> None:
    known = parameters_of(resolve(name))
    if not signature.parameters or any(p.kind is p.VAR_POSITIONAL for p in known.values()):
        return

    assert tuple(known)[: len(signature.parameters)] == signature.parameters


@pytest.mark.parametrize(("name", "signature"), list(cases()))
def test_defaults_are_what_the_pack_says(name: str, signature: Signature) -> None:
    known = parameters_of(resolve(name))
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in known.values()):
        known = {key: value for key, value in known.items() if value.kind is not value.VAR_KEYWORD}

    for parameter, value in signature.defaults.items():
        if parameter in known:
            actual = known[parameter].default
            actual = list(actual) if isinstance(actual, tuple) else actual
            assert actual == value
        assert parameter in known or "." in parameter or _takes_any(resolve(name)), parameter


def named_by_rules() -> Iterator[Any]:
    """The parameters that the alternatives of the rules name, by the call they name."""
    for rule in load_policy((), cache_dir=None).rules.values():
        for alternative in read_alternatives(rule):
            paths = (*alternative.when, *alternative.unless)
            wanted = {path.partition(".")[0] for path in paths if not path.startswith("@")}
            for name in alternative.names:
                if name in FORMER_NAMES or name.startswith(("setting.", *BUILT_AT_RUN_TIME)):
                    continue
                if wanted:
                    yield pytest.param(name, wanted, id=f"{rule.id} {name} {min(wanted)}")


@pytest.mark.parametrize(("name", "wanted"), list(named_by_rules()))
def test_parameters_of_rules_exist(name: str, wanted: set[str]) -> None:
    missing = wanted - parameters_of(resolve(name)).keys() - set(OF_THE_CONFIGURATION)
    find_options = OPTIONS.get(name)
    if missing and find_options is None and _takes_any(resolve(name)):
        pytest.skip(f"{name} takes any keyword")

    assert sorted(missing - set(find_options() if find_options else ())) == []


def _engine_options() -> Iterable[str]:
    engine = importlib.import_module("sqlalchemy.engine.base").Engine
    return inspect.signature(engine.__init__).parameters


def _loguru_options() -> Iterable[str]:
    return inspect.signature(importlib.import_module("loguru._file_sink").FileSink).parameters


OPTIONS: Mapping[str, Callable[[], Iterable[str]]] = {
    "loguru.logger.add": _loguru_options,
    "logging.basicConfig": lambda: re.findall(r"(?m)^ *(\w+) ", logging.basicConfig.__doc__ or ""),
    "sentry_sdk.init": lambda: importlib.import_module("sentry_sdk.consts").DEFAULT_OPTIONS,
    "rollbar.init": lambda: importlib.import_module("rollbar").SETTINGS,
    "sqlalchemy.create_engine": _engine_options,
    "sqlalchemy.engine.create_engine": _engine_options,
    "boto3.client": lambda: parameters_of(importlib.import_module("boto3.session").Session.client),
    "honeybadger.honeybadger.configure": lambda: vars(
        importlib.import_module("honeybadger.config").Configuration()
    ),
}


def test_create_engine_defaults() -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    engine = sqlalchemy.create_engine("sqlite://")

    assert engine.hide_parameters is False
    assert not engine.echo


def test_boto3_client_parameters() -> None:
    session = pytest.importorskip("boto3.session")
    known = parameters_of(session.Session.client)

    assert list(known)[:2] == ["service_name", "region_name"]
    assert "endpoint_url" in known


def test_watchtower_keeps_for_ever_by_default() -> None:
    watchtower = pytest.importorskip("watchtower")
    known = parameters_of(watchtower.CloudWatchLogHandler)

    assert known["log_group_retention_days"].default is None
    assert known["create_log_group"].default is True


def test_loguru_options() -> None:
    loguru = pytest.importorskip("loguru")
    known = inspect.signature(loguru.logger.add).parameters

    assert known["diagnose"].default is True
    assert {"rotation", "retention"} <= set(_loguru_options())


def test_cloudwatch_and_lifecycle_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    boto3 = pytest.importorskip("boto3")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    logs = boto3.client("logs", region_name="eu-central-1").meta.service_model
    s3 = boto3.client("s3", region_name="eu-central-1").meta.service_model
    period = logs.operation_model("PutRetentionPolicy").input_shape.members
    lifecycle = s3.operation_model("PutBucketLifecycleConfiguration").input_shape.members

    assert {"logGroupName", "retentionInDays"} <= period.keys()
    assert "Rules" in lifecycle["LifecycleConfiguration"].members
    assert "ACL" in s3.operation_model("PutObject").input_shape.members


def _takes_any(function: Callable[..., Any]) -> bool:
    kinds = [parameter.kind for parameter in parameters_of(function).values()]
    return inspect.Parameter.VAR_KEYWORD in kinds


def test_sentry_options() -> None:
    consts = pytest.importorskip("sentry_sdk.consts")
    options = consts.DEFAULT_OPTIONS

    assert [name for name in SENTRY_OPTIONS if name not in options] == []
    assert options["include_local_variables"] is True
    assert options["max_request_body_size"] == "medium"
    assert not options["send_default_pii"]


def test_gunicorn_settings() -> None:
    config = pytest.importorskip("gunicorn.config")
    settings = {setting.name: setting for setting in config.KNOWN_SETTINGS}
    written = SIGNATURES_OF_PROGRAMS["setting.gunicorn"].defaults

    assert [name for name in GUNICORN_NAMES if name not in settings] == []
    assert settings["accesslog"].default is None
    assert settings["access_log_format"].default == written["access_log_format"]
    assert settings["syslog"].default is written["syslog"]


SIGNATURES_OF_PROGRAMS = read_signatures(load_policy((), cache_dir=None).catalogue)


def test_uvicorn_writes_an_access_log_by_default() -> None:
    uvicorn = pytest.importorskip("uvicorn")

    assert inspect.signature(uvicorn.Config).parameters["access_log"].default is True


def test_typer_hides_locals_by_default() -> None:
    typer = pytest.importorskip("typer")
    default = inspect.signature(typer.Typer).parameters["pretty_exceptions_show_locals"].default

    assert default is False


def test_fastapi_debug_is_off() -> None:
    fastapi = pytest.importorskip("fastapi")

    assert inspect.signature(fastapi.FastAPI).parameters["debug"].default is False


def test_django_mail_handler_and_transport() -> None:
    log = pytest.importorskip("django.utils.log")
    defaults = importlib.import_module("django.conf.global_settings")

    assert inspect.signature(log.AdminEmailHandler).parameters["include_html"].default is False
    assert defaults.EMAIL_USE_TLS is False
    assert defaults.EMAIL_USE_SSL is False
    assert defaults.DEBUG is False


def test_structlog_shows_locals_by_default() -> None:
    tracebacks = pytest.importorskip("structlog.tracebacks")
    known = inspect.signature(tracebacks.ExceptionDictTransformer).parameters

    assert known["show_locals"].default is True


def test_httpx_logs_the_url_at_info() -> None:
    pytest.importorskip("httpx")
    source = inspect.getsource(importlib.import_module("httpx._client"))

    assert "logger.info(" in source
    assert "request.url" in source


def test_boto3_stream_logger_is_at_debug() -> None:
    boto3 = pytest.importorskip("boto3")

    assert inspect.signature(boto3.set_stream_logger).parameters["level"].default == 10


@pytest.mark.parametrize("text", ["10 days", "1 week", "2 weeks 3 days", "1.5 h", "1 month"])
def test_durations_are_read_as_loguru_reads_them(text: str) -> None:
    parsers = pytest.importorskip("loguru._string_parsers")

    assert days_of(text) == pytest.approx(parsers.parse_duration(text).total_seconds() / 86_400)
