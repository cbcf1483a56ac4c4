"""INI text -> configuration: `logging.config.fileConfig`, supervisor programs, test options.

`configparser` decides whether the file is valid; places come from a scan of its lines.
"""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator, Mapping

from gdprlint.detect.folding import fold, level_of
from gdprlint.detect.module import Module
from gdprlint.detect.setting.commands import read_command
from gdprlint.detect.setting.model import (
    FORMATTER,
    LOGGER,
    Configuration,
    item,
    span_at,
    text_argument,
)
from gdprlint.engine.observations import UNKNOWN, AnalysisError, Argument, CallSeen

_SECTION = re.compile(r"^\[([^\]]+)\]")
_OPTION = re.compile(r"^([^\s#;:=][^:=]*?)\s*[:=]\s*(.*)$")
Lines = Mapping[tuple[str, str], int]


def read_ini(path: str, text: str) -> Configuration:
    """What an INI file configures."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        line = getattr(error, "lineno", None) or _first_error(error)
        return Configuration(error=AnalysisError(line, 1, f"is not valid INI: {_reason_of(error)}"))
    lines = _line_numbers(text)
    return Configuration(tuple(_items(path, parser, lines)))


def _reason_of(error: configparser.Error) -> str:
    """What is wrong, without the text of the line, which may hold a secret."""
    if isinstance(error, configparser.MissingSectionHeaderError):
        return "no section begins before the first option"
    if isinstance(error, configparser.ParsingError):
        return "the line is neither a section nor an option"
    return str(error).splitlines()[0].rstrip(":")


def _first_error(error: configparser.Error) -> int:
    errors = getattr(error, "errors", None)
    return int(errors[0][0]) if errors else 1


def _line_numbers(text: str) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        header, option = _SECTION.match(line), _OPTION.match(line)
        if header:
            section = header.group(1)
            found[section, ""] = number
        elif option and not line[:1].isspace():
            found.setdefault((section, option.group(1).lower()), number)
    return found


def _items(path: str, parser: configparser.RawConfigParser, lines: Lines) -> Iterator[CallSeen]:
    for section in parser.sections():
        options = dict(parser.items(section))
        if section.startswith("handler_"):
            yield from _handler(path, section, options, lines)
        elif section.startswith("formatter_") and options.get("format"):
            text = _argument(path, section, "format", options["format"], lines)
            yield item(FORMATTER, {"fmt": text}, text.span, symbol=section)
        elif section.startswith("logger_"):
            yield from _logger(path, section, options, lines)
        elif section.startswith("program:") and options.get("command"):
            line = lines.get((section, "command"), 1)
            yield from read_command(options["command"], path, line)
        if options.get("addopts"):
            text = _argument(path, section, "addopts", options["addopts"], lines)
            yield item("setting.pytest", {"addopts": text}, text.span)


def _argument(path: str, section: str, key: str, value: str, lines: Lines) -> Argument:
    return text_argument(value, path, lines.get((section, key), lines.get((section, ""), 1)))


def _handler(
    path: str, section: str, options: Mapping[str, str], lines: Lines
) -> Iterator[CallSeen]:
    kind = options.get("class") or ""
    if not kind:
        return
    line = lines.get((section, "args"), lines.get((section, "class"), 1))
    positional, is_known = _evaluate(options.get("args") or "()", path, line)
    keywords, are_known = _evaluate(
        options.get("kwargs") or "{}", path, lines.get((section, "kwargs"), line)
    )
    arguments = keywords if isinstance(keywords, Mapping) else {}
    yield item(
        _qualified(kind),
        {str(key): value for key, value in arguments.items()},
        span_at(path, line, 1, len(kind)),
        symbol=section,
        positional=positional if isinstance(positional, tuple | list) else (),
        is_complete=is_known and are_known,
    )


def _qualified(kind: str) -> str:
    """`fileConfig` looks a class up in the namespace of `logging` first."""
    if kind.startswith("handlers."):
        return f"logging.{kind}"
    return kind if "." in kind else f"logging.{kind}"


def _evaluate(text: str, path: str, line: int) -> tuple[object, bool]:
    """The folded value of an `args` or `kwargs` expression, and whether it is known."""
    try:
        tree = ast.parse(text.strip().replace("\n", " "))
    except (SyntaxError, ValueError, RecursionError):
        return UNKNOWN, False
    if not tree.body or not isinstance(tree.body[0], ast.Expr):
        return UNKNOWN, False
    value = fold(tree.body[0].value, Module(path, text, tree)).value
    return _moved(value, path, line), value is not UNKNOWN


def _moved(value: object, path: str, line: int) -> object:
    """The same value with all parts on the line of the file they were read from."""
    if isinstance(value, tuple | list):
        return tuple(_moved_argument(part, path, line) for part in value)
    if isinstance(value, Mapping):
        return {key: _moved_argument(part, path, line) for key, part in value.items()}
    return value


def _moved_argument(argument: Argument, path: str, line: int) -> Argument:
    span = span_at(path, line, argument.span.column, len(argument.text))
    return Argument(_moved(argument.value, path, line), span, argument.text)


def _logger(
    path: str, section: str, options: Mapping[str, str], lines: Lines
) -> Iterator[CallSeen]:
    name = options.get("qualname") or section.removeprefix("logger_")
    arguments = {"name": _argument(path, section, "qualname", name, lines)}
    if options.get("level"):
        level = _argument(path, section, "level", options["level"], lines)
        arguments["level"] = level._replace(value=level_of(level))
    yield item(LOGGER, arguments, arguments["name"].span, symbol=section)
