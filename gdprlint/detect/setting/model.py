"""The one model of a configuration: every configured thing is a call with arguments.

A handler is the call of its class, a formatter a call of `logging.Formatter`, whatever carrier
they come from (dictConfig, INI, YAML ...). What is no call is one by convention: a logger is
`setting.logger(name, level, handlers)`, the keys of a settings module are the arguments of
`setting.django`, the options of a command line those of `setting.gunicorn`. So one rule form and
one matcher serve code and configuration alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from gdprlint.engine.observations import UNKNOWN, AnalysisError, Argument, CallSeen
from gdprlint.model import Span
from gdprlint.tuples import NamedTuple

_NUMBER = re.compile(r"-?[0-9]{1,18}")
LOGGER = "setting.logger"
ENVIRONMENT = "setting.environment"
FORMATTER = "logging.Formatter"
STREAM_HANDLERS = frozenset(("logging.StreamHandler", "logging.NullHandler"))
Table = Mapping[object, Argument]


class Configuration(NamedTuple):
    """What a document configures, or why it cannot be read.

    `notice` names a reader that is missing: the document was skipped.
    """

    items: tuple[CallSeen, ...] = ()
    error: AnalysisError | None = None
    notice: str = ""


def item(
    name: str,
    arguments: Mapping[str, Argument],
    span: Span,
    *,
    symbol: str = "",
    positional: Iterable[Argument] = (),
    is_complete: bool = True,
) -> CallSeen:
    """A configured thing as a call; `is_complete` is false if more keys may be set elsewhere."""
    return CallSeen(
        name=name,
        positional=tuple(positional),
        keywords=arguments,
        has_unknown_keywords=not is_complete,
        span=span,
        symbol=symbol,
        statement=None,
    )


def table_of(argument: Argument | None) -> Table:
    """The entries of a mapping, none of anything else."""
    value = argument.value if argument is not None else None
    return value if isinstance(value, Mapping) else {}


def span_at(path: str, line: int, column: int = 1, length: int = 1) -> Span:
    """A span on one line; all 1-based."""
    return Span(path, line, column, line, column + max(length, 1))


def text_argument(value: object, path: str, line: int, column: int = 1) -> Argument:
    """An argument read from plain text."""
    text = value if isinstance(value, str) else repr(value)
    return Argument(value, span_at(path, line, column, len(text)), text)


def scalar(text: str) -> object:
    """A value written in an environment or on a command line: numbers and booleans are read."""
    word = text.strip().strip("\"'")
    if word.lower() in ("true", "yes", "on"):
        return True
    if word.lower() in ("false", "no", "off"):
        return False
    if word.lower() in ("none", "null"):
        return None
    if _NUMBER.fullmatch(word):
        return int(word)
    return UNKNOWN if "$" in word or "{{" in word else word
