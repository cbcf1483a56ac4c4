"""A `logging.config.dictConfig` dictionary -> the handlers, formatters and loggers it sets up.

The dictionary comes as an `Argument`, so it may stem from Python, YAML, JSON or TOML. A part that
is built at run time is unknown and stays silent. Schema: CPython 3.13 `logging.config`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gdprlint.detect.folding import level_of
from gdprlint.detect.setting.model import (
    FORMATTER,
    LOGGER,
    STREAM_HANDLERS,
    Table,
    item,
    table_of,
)
from gdprlint.engine.observations import UNKNOWN, Argument, CallSeen
from gdprlint.model import Span

_PARTS = ("handlers", "loggers", "root", "formatters")
_RESERVED = frozenset(("class", "()", "formatter", "level", "."))


def is_dictconfig(argument: Argument) -> bool:
    """True for a mapping with the schema's `version` and at least one of its parts."""
    table = argument.value
    if not isinstance(table, Mapping) or not isinstance(table.get("version"), Argument):
        return False
    return table["version"].value == 1 and any(part in table for part in _PARTS)


def read_dictconfig(argument: Argument) -> Iterator[CallSeen]:
    """The configured things, handlers that no logger uses left out."""
    config = table_of(argument)
    handlers = table_of(config.get("handlers"))
    used = _used_handlers(config)
    for name, entry in handlers.items():
        if used is None or name in used:
            yield from _handler(str(name), entry)
    for name, entry in table_of(config.get("formatters")).items():
        yield from _formatter(str(name), entry)
    for name, entry in _loggers(config):
        yield from _logger(name, entry, config)


def read_change(path: Sequence[object], value: Argument, span: Span) -> Iterator[CallSeen]:
    """What an assignment into a configuration sets up: `LOGGING["handlers"]["mail"] = {...}`.

    `path` holds the keys from the dictionary down; a logger of the base may be given a level only.
    """
    match path:
        case ["handlers", name] if isinstance(value.value, Mapping):
            yield from _handler(str(name), value)
        case ["formatters", name] if isinstance(value.value, Mapping):
            yield from _formatter(str(name), value)
        case ["loggers", name] if isinstance(value.value, Mapping):
            yield from _logger(str(name) or "root", value, {})
        case ["root"] if isinstance(value.value, Mapping):
            yield from _logger("root", value, {})
        case ["loggers", name, "level"]:
            yield _level(str(name) or "root", value, span)
        case ["root", "level"]:
            yield _level("root", value, span)
        case [("handlers" | "loggers" | "formatters") as part] if isinstance(value.value, Mapping):
            for name, inner in value.value.items():
                yield from read_change([part, name], inner, span)


def _level(name: str, value: Argument, span: Span) -> CallSeen:
    arguments = {
        "name": Argument(name, span, name),
        "level": value._replace(value=level_of(value)),
    }
    return item(LOGGER, arguments, span, symbol=f"loggers.{name}")


def _loggers(config: Table) -> Iterator[tuple[str, Argument]]:
    for name, entry in table_of(config.get("loggers")).items():
        yield str(name) or "root", entry
    if "root" in config:
        yield "root", config["root"]


def _used_handlers(config: Table) -> frozenset[object] | None:
    """Names of handlers some logger uses; None if that is not known."""
    used: set[object] = set()
    entries = list(_loggers(config))
    for _, entry in entries:
        listed = table_of(entry).get("handlers")
        if entry.value is UNKNOWN or (listed and not isinstance(listed.value, list | tuple)):
            return None
        for name in listed.value if listed and isinstance(listed.value, list | tuple) else ():
            if not isinstance(name.value, str):
                return None
            used.add(name.value)
    for entry in table_of(config.get("handlers")).values():
        target = table_of(entry).get("target") or table_of(entry).get("handlers")
        if target is None:
            continue
        inner = target.value if isinstance(target.value, list | tuple) else [target]
        used.update(part.value for part in inner if isinstance(part.value, str))
    return frozenset(used) if entries else None


def _handler(name: str, entry: Argument) -> Iterator[CallSeen]:
    table = table_of(entry)
    kind = table.get("class") or table.get("()")
    if kind is None or not isinstance(kind.value, str):
        return
    arguments = {str(key): value for key, value in table.items() if key not in _RESERVED}
    place = kind.span if kind.span.path else entry.span
    yield item(
        kind.value.removeprefix("ext://"),
        {key: _reference(value) for key, value in arguments.items()},
        place,
        symbol=f"handlers.{name}",
    )


def _reference(argument: Argument) -> Argument:
    """`ext://` and `cfg://` name objects that are known at run time only."""
    if isinstance(argument.value, str) and argument.value.startswith(("ext://", "cfg://")):
        return argument._replace(value=UNKNOWN)
    return argument


def _formatter(name: str, entry: Argument) -> Iterator[CallSeen]:
    table = table_of(entry)
    text = table.get("format") or table.get("fmt")
    if text is None:
        return
    kind = table.get("class") or table.get("()")
    arguments = {"fmt": text} if kind is None else {"fmt": text, "class": kind}
    yield item(FORMATTER, arguments, text.span, symbol=f"formatters.{name}")


def _logger(name: str, entry: Argument, config: Table) -> Iterator[CallSeen]:
    table = table_of(entry)
    if not table:
        return
    written = table.get("level")
    level = _effective_level(table, config)
    arguments = {"name": Argument(name, entry.span, name)}
    if written is not None:
        arguments["level"] = written._replace(value=level)
    yield item(LOGGER, arguments, entry.span, symbol=f"loggers.{name}")


def _effective_level(table: Table, config: Table) -> object:
    """The least level that gets through the logger and one of its handlers."""
    own = level_of(table.get("level"))
    listed = table.get("handlers")
    if not isinstance(own, int) or listed is None or not isinstance(listed.value, list | tuple):
        return own
    propagate = table.get("propagate")
    if not listed.value or (propagate is None or propagate.value is not False):
        return own
    handlers = table_of(config.get("handlers"))
    levels = [
        level_of(table_of(handlers.get(name.value)).get("level")) or 0
        for name in listed.value
        if _class_of(handlers.get(name.value)) not in STREAM_HANDLERS - {"logging.StreamHandler"}
    ]
    known = [level for level in levels if isinstance(level, int)]
    return max(own, min(known)) if known and len(known) == len(levels) else own


def _class_of(entry: Argument | None) -> object:
    kind = table_of(entry).get("class")
    return kind.value if kind is not None else None
