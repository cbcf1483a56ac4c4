"""Dockerfile, compose file, Procfile, script, unit of a service, environment file -> configuration.

Only what starts a known program or sets a variable is read; everything else is passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from gdprlint.detect.setting.commands import PROGRAMS, WRAPPERS, read_command
from gdprlint.detect.setting.data_files import read_yaml
from gdprlint.detect.setting.model import (
    ENVIRONMENT,
    Configuration,
    Table,
    item,
    scalar,
    table_of,
    text_argument,
)
from gdprlint.engine.observations import UNKNOWN, Argument, CallSeen

_INSTRUCTION = re.compile(r"(?i)^\s*(CMD|ENTRYPOINT|RUN|ENV)\s+(.*)$")
_PAIR = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(\"[^\"]*\"|'[^']*'|\S*)")
_PROCESS = re.compile(r"^\s*[A-Za-z0-9_-]+:\s*(.+)$")
_EXPORT = re.compile(r"^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)=(\"[^\"]*\"|'[^']*'|\S*)\s*(?:#.*)?$")
_CORE_LIMIT = re.compile(r"\b(?:ulimit\s+(?:-[SH]\s+)?-[SH]?c\s+|LimitCORE\s*=\s*)(\S+)")
_PROGRAM = re.compile(rf"(?:^|[\s/;&|(])(?:{'|'.join((*PROGRAMS, *WRAPPERS))})(?=\s|$)")


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines joined over trailing backslashes, comments left out; with the first line's number."""
    start, parts = 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            continue
        start = start or number
        if line.rstrip().endswith("\\"):
            parts.append(line.rstrip()[:-1])
            continue
        yield start, " ".join([*parts, line])
        start, parts = 0, []
    if parts:
        yield start, " ".join(parts)


def read_dockerfile(path: str, text: str) -> Configuration:
    """CMD, ENTRYPOINT, RUN and ENV instructions."""
    return Configuration(tuple(_docker_items(path, text)))


def _docker_items(path: str, text: str) -> Iterator[CallSeen]:
    entry = ""
    for line, content in logical_lines(text):
        instruction = _INSTRUCTION.match(content)
        if not instruction:
            continue
        word, rest = instruction.group(1).upper(), instruction.group(2).strip()
        command = _exec_form(rest)
        if word == "ENV":
            yield from _environment_line(rest, path, line)
        elif word == "ENTRYPOINT":
            entry = command if rest.startswith("[") else ""
            yield from read_command(command, path, line)
        elif word == "CMD" and entry and command.startswith("-"):
            yield from read_command(f"{entry} {command}", path, line)
        elif word == "CMD":
            yield from read_command(command, path, line)


def _exec_form(text: str) -> str:
    """`["gunicorn", "app"]` as the command it runs."""
    if text.startswith("["):
        try:
            words = json.loads(text)
        except ValueError:
            return text
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            is_shell = len(words) > 2 and words[:2] in (["sh", "-c"], ["/bin/sh", "-c"])
            return words[2] if is_shell else " ".join(words)
    return text


def _environment_line(text: str, path: str, line: int) -> Iterator[CallSeen]:
    pairs = _PAIR.findall(text)
    if not pairs and " " in text:
        pairs = [text.split(None, 1)]
    for name, value in pairs:
        yield _variable(name, value, path, line)


def _variable(name: str, value: str, path: str, line: int) -> CallSeen:
    argument = text_argument(value.strip("\"'"), path, line)._replace(value=scalar(value))
    return item(ENVIRONMENT, {name: argument}, argument.span, is_complete=False)


def read_procfile(path: str, text: str) -> Configuration:
    """`name: command` lines."""
    items: list[CallSeen] = []
    for line, content in logical_lines(text):
        process = _PROCESS.match(content)
        if process:
            items.extend(read_command(process.group(1), path, line))
    return Configuration(tuple(items))


def read_shell(path: str, text: str) -> Configuration:
    """Lines of a script that start a known program or export a variable."""
    items: list[CallSeen] = []
    for line, content in logical_lines(text):
        export = _EXPORT.match(content)
        limit = _CORE_LIMIT.search(content)
        if export:
            items.append(_variable(export.group(1), export.group(2), path, line))
        elif limit:
            items.append(_core_limit(text_argument(scalar(limit.group(1)), path, line)))
        elif _PROGRAM.search(content):
            items.extend(read_command(content, path, line))
    return Configuration(tuple(items))


def _core_limit(size: Argument) -> CallSeen:
    """The size of core dumps, as `ulimit -c` or a compose file sets it."""
    return item("setting.shell", {"core": size}, size.span)


def read_environment(path: str, text: str) -> Configuration:
    """`NAME=value` lines of an environment file."""
    found = ((line, _EXPORT.match(content)) for line, content in logical_lines(text))
    return Configuration(
        tuple(_variable(pair[1], pair[2], path, line) for line, pair in found if pair)
    )


def read_compose(path: str, text: str) -> Configuration:
    """`command`, `entrypoint` and `environment` of the services of a compose file."""
    data = read_yaml(path, text)
    items: list[CallSeen] = []
    for document in data.documents:
        services = table_of(table_of(document).get("services"))
        for service in services.values():
            items.extend(_service(table_of(service), path))
    return Configuration(tuple(items), data.error, data.notice)


def _service(service: Table, path: str) -> Iterator[CallSeen]:
    for key in ("entrypoint", "command"):
        given = service.get(key)
        if given is None:
            continue
        value = given.value
        words = [str(word.value) for word in value] if isinstance(value, list) else [str(value)]
        yield from read_command(" ".join(words), path, given.span.line, given.span.column)
    core = table_of(service.get("ulimits")).get("core")
    if core is not None:
        size = core.value if isinstance(core.value, int) else UNKNOWN
        yield _core_limit(core._replace(value=size))
    environment = service.get("environment")
    if environment is None:
        return
    if isinstance(environment.value, Mapping):
        for name, value in environment.value.items():
            plain = scalar(value.value) if isinstance(value.value, str) else value.value
            keys = {str(name): value._replace(value=plain)}
            yield item(ENVIRONMENT, keys, value.span, is_complete=False)
    for entry in environment.value if isinstance(environment.value, list) else ():
        name, has_value, value = str(entry.value).partition("=")
        if has_value:
            keys = {name: Argument(scalar(value), entry.span, value)}
            yield item(ENVIRONMENT, keys, entry.span, is_complete=False)
