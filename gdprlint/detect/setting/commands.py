"""A command line of a server or a tool -> its options as settings.

The long option is the key, so `gunicorn --access-logfile -` and `accesslog = "-"` in
`gunicorn.conf.py` meet under one name. Variables in a command are unknown.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gdprlint.detect.setting.model import ENVIRONMENT, item, scalar, span_at
from gdprlint.engine.observations import Argument, CallSeen
from gdprlint.model import Span

_ENVIRONMENT = re.compile(r"^([A-Z][A-Z0-9_]*)=(.*)$")

PROGRAMS: Mapping[str, Mapping[str, str]] = {
    "gunicorn": {
        "--access-logfile": "accesslog",
        "--access-logformat": "access_log_format",
        "--log-syslog": "syslog",
        "--log-syslog-to": "syslog_addr",
        "--log-level": "loglevel",
        "--reload": "reload",
        "--capture-output": "capture_output",
        "--log-config": "logconfig",
    },
    "uvicorn": {
        "--access-log": "access_log",
        "--no-access-log": "!access_log",
        "--log-level": "log_level",
        "--reload": "reload",
        "--log-config": "log_config",
    },
    "hypercorn": {"--access-logfile": "accesslog", "--access-logformat": "access_log_format"},
    "granian": {"--access-log": "access_log", "--access-log-fmt": "access_log_format"},
    "daphne": {"--access-log": "access_log"},
    "flask": {"--debug": "debug", "--debugger": "debug"},
    "pytest": {"-l": "showlocals", "--showlocals": "showlocals"},
    "celery": {"-l": "loglevel", "--loglevel": "loglevel"},
}
WRAPPERS = ("newrelic-admin", "ddtrace-run", "opentelemetry-instrument", "logfire")
"""Programs that start another one and report on it."""
_FLAGS = frozenset(
    ("--log-syslog", "--reload", "--capture-output", "--access-log", "--no-access-log", "--debug",
     "--debugger", "-l", "--showlocals")
)  # fmt: skip


def read_command(text: str, path: str, line: int, column: int = 1) -> Iterator[CallSeen]:
    """The programs a command line starts, with their options, and the variables it sets."""
    try:
        words = shlex.split(text, comments=False)
    except ValueError:
        words = text.split()
    span = span_at(path, line, column, len(text.strip()))
    index = 0
    while index < len(words):
        word = words[index]
        variable = _ENVIRONMENT.match(word)
        program = word.rpartition("/")[2]
        if variable:
            value = Argument(scalar(variable.group(2)), span, variable.group(2))
            arguments = {variable.group(1): value}
            yield item(ENVIRONMENT, arguments, span, is_complete=False)
        elif program in WRAPPERS:
            yield item(f"setting.{program}", {}, span)
        elif program in PROGRAMS:
            end = next((i for i in range(index, len(words)) if words[i] in ("&&", ";", "|")), None)
            options = words[index + 1 : end]
            yield item(f"setting.{program}", _options(program, options, span), span)
            index = len(words) if end is None else end
        index += 1


def _options(program: str, words: Sequence[str], span: Span) -> dict[str, Argument]:

    known = PROGRAMS[program]
    found: dict[str, Argument] = {}
    for index, word in enumerate(words):
        option, has_value, value = word.partition("=")
        key = known.get(option)
        if key is None:
            continue
        if key.startswith("!"):
            found[key[1:]] = Argument(False, span, word)
        elif option in _FLAGS and (program not in ("celery", "daphne") or option == "--debug"):
            found[key] = Argument(True, span, word)
        elif has_value:
            found[key] = Argument(scalar(value), span, value)
        elif index + 1 < len(words):
            found[key] = Argument(scalar(words[index + 1]), span, words[index + 1])
    return found


def options_in_variables(items: Iterable[CallSeen]) -> Iterator[CallSeen]:
    """What `GUNICORN_CMD_ARGS` adds to every command of gunicorn."""
    for call in items:
        given = call.keywords.get("GUNICORN_CMD_ARGS") if call.name == ENVIRONMENT else None
        if given is not None and isinstance(given.value, str):
            span = given.span
            yield from read_command(f"gunicorn {given.value}", span.path, span.line, span.column)
