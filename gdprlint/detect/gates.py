"""Which kinds of rules can find something in a file at all: cheap questions, asked beforehand.

A detector is loaded when its gate is open. A gate may be open for nothing, but is never shut over
a finding: the detectors ask the questions they share with their gate here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Mapping, Sequence

from gdprlint.engine.observations import once
from gdprlint.files.test_paths import is_test
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from gdprlint.engine.observations import Observations
    from gdprlint.engine.program import Program
    from gdprlint.model import Rule
    from gdprlint.settings.record import Settings

    Gate = Callable[[Observations, Sequence[Rule], Settings], bool]

KEY_MARKS = (
    ".config[", ".config.update", ".config.from_mapping", "environ[", "environ.setdefault",
    ".setLevel(", ".debuglevel", "imaplib.Debug", ".force_debug_cursor",
    '["handlers"]', "['handlers']", '["loggers"]', "['loggers']",
)  # fmt: skip
"""What stands in a module that sets a key of some configuration."""
FLASK_KEYS = ("DEBUG", "SQLALCHEMY_ECHO")
DJANGO_MARKS = ("INSTALLED_APPS", "MIDDLEWARE", "ROOT_URLCONF", "WSGI_APPLICATION")
SETTINGS_FOLDERS = frozenset(("settings", "conf", "config"))
_SETTINGS_FILES = ("settings", "gunicorn", "hypercorn", "celery")
_STORED = re.compile(r"(?m)^class \w*(?:Log|Event|History|Activity|Visit|Attempt|Audit)\w*\(")
_BY_WORDS = ("secret", "claim")
"""Problems of pseudonyms that are seen in what is written, without the engine."""
LASTING = frozenset(("logging", "structlog", "loguru", "context"))
"""Sinks that keep what a test hands to them; anything else a test shows is gone with its run."""
DOUBTED = frozenset(("call", "setting", "processor", "transfer", "field", "pseudonym", "mask"))
"""Kinds of rules whose findings in test code are `possible` at most, so looked for if asked."""
_METHODS = "methods that rules name"
_STEMS = "stems that rules name"
_LOG_WORDS = "what tests log with"
Mentioned = tuple[tuple[str, ...], tuple[str, ...]]
"""Methods of which one must be written in a file, and words of which one must be as well."""


def is_passed_over(path: str, text: str, settings: Settings) -> bool:
    """Whether a file is test code, and what is found there as `possible` was not asked for; a
    directive in it might be for one of these."""
    return is_test(path) and settings.min_confidence != "possible" and "gdprlint:" not in text


def needs_evaluation(path: str, text: str, settings: Settings, program: Program) -> bool:
    """Whether a file has to be evaluated: not if it is test code that calls no logger itself, for
    all that would be found there is `possible`, and that was not asked for."""
    own = (*settings.loggers, *settings.sinks)
    if (
        not is_passed_over(path, text, settings)
        or settings.inventory
        or any(name.rpartition(".")[2] in text for name in own)
    ):
        return True
    methods, functions = once(program.shared, _LOG_WORDS, program, lambda: _log_words(program))
    if methods.search(text):
        return True
    return any(
        library in text and any(name in text for name in names) for library, names in functions
    )


def _log_words(program: Program) -> tuple[re.Pattern[str], Sequence[tuple[str, set[str]]]]:
    """Calls of a logger's methods, and functions that log with the libraries they belong to."""
    methods = "|".join(sorted(map(re.escape, program.level_methods)))
    dotted = [name for name, spec in program.catalogue.sinks.items() if spec.set in LASTING]
    functions: dict[str, set[str]] = {}
    for name in dotted:
        functions.setdefault(name.partition(".")[0], set()).add(name.rpartition(".")[2])
    return re.compile(rf"\.(?:{methods})\s*\("), tuple(functions.items())


@functools.cache
def value_pattern() -> re.Pattern[str]:
    """Addresses, eight digits, and the national identifiers that mix letters and digits."""
    return re.compile(
        r"@[\w-]+\.\w|\d(?:[ .()/-]{0,2}\d){7}|[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]|"
        r"\b[XYZ]?\d{7,8}[A-Z]{1,2}\b|\b\d{6}[-+A]\d{3}[0-9A-Y]\b"
    )


@functools.cache
def value_marks() -> tuple[re.Pattern[str], ...]:
    """What `value_pattern` cannot match without, as patterns that are quick to search for: each
    begins with one class of characters, which `re` looks for before it tries anything else."""
    return (
        re.compile(r"@(?<=[\w.%+-]@)[\w-]+\.\w"),
        re.compile(
            r"[0-9](?:[0-9]{14,}|(?:[ .()/+A-]{0,2}[0-9]){6}|"
            r"[0-9][A-Z](?<=[A-Z]{6}[0-9][0-9][A-Z]))"
        ),
    )


DATE = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)")
"""A calendar date (ISO 8601), which is nobody's number."""


@functools.lru_cache(maxsize=1)
def value_offsets(text: str) -> Sequence[int]:
    """Where in a text (0-based) an address or a number begins that may be somebody's, in order."""
    starts = {found.start() for mark in value_marks() for found in mark.finditer(text)}
    return sorted(start for start in starts if not DATE.match(text, start))


def may_hold_values(text: str) -> bool:
    """Whether a text may hold an address or a number that is somebody's."""
    return bool(value_offsets(text))


def sets_keys(text: str) -> bool:
    """Whether a module may set keys of a configuration object."""
    return any(mark in text for mark in KEY_MARKS) or ("celery" in text and ".conf." in text)


def holds_handlers(text: str) -> bool:
    """Whether a module may hold a logging configuration."""
    return "handlers" in text and "version" in text


def may_configure(text: str) -> bool:
    """Whether a module may configure a processor: by a handler, or a variable it sets."""
    return holds_handlers(text) or "environ[" in text or "environ.setdefault" in text


def holds_config_class(text: str) -> bool:
    """Whether a module may hold a configuration class of Flask."""
    return "Config" in text and any(key in text for key in FLASK_KEYS)


def may_be_settings(path: str, text: str) -> bool:
    """Whether a module may be one whose names are settings."""
    folder = path.rpartition("/")[0].rpartition("/")[2]
    return (
        any(word in path for word in _SETTINGS_FILES)
        or folder in SETTINGS_FOLDERS
        or any(mark in text for mark in DJANGO_MARKS)
    )


def _configures(observations: Observations, rules: Sequence[Rule], settings: Settings) -> bool:
    path, text = observations.path, observations.text
    return (
        sets_keys(text)
        or holds_handlers(text)
        or holds_config_class(text)
        or may_be_settings(path, text)
    )


def _calls(observations: Observations, rules: Sequence[Rule], settings: Settings) -> bool:
    """A watched call was seen, or a method that some rule names of whatever object is written."""
    if observations.calls:
        return True
    text = observations.text
    return any(
        (not words or any(word in text for word in words))
        and any(method in text for method in methods)
        for methods, words in once(observations.shared, _METHODS, rules, lambda: _methods_of(rules))
    )


def _methods_of(rules: Sequence[Rule]) -> Sequence[Mentioned]:
    """What rules of calls name of whatever object."""
    methods: dict[tuple[str, ...], set[str]] = {}
    for rule in rules:
        for table in _listed(rule.match.get("call")):
            methods.setdefault(_words(table, "mentions"), set()).update(_words(table, "method"))
    return tuple((shortest(named), words) for words, named in methods.items() if named)


def _words(table: Any, key: str) -> tuple[str, ...]:
    return tuple(map(str, table.get(key, ())))


def _pseudonyms(observations: Observations, rules: Sequence[Rule], settings: Settings) -> bool:
    if observations.flows or observations.transforms:
        return True
    lowered = observations.text.lower()
    stems = once(observations.shared, _STEMS, rules, lambda: _stems_of(rules))
    return any(stem in lowered for stem in stems)


def _stems_of(rules: Sequence[Rule]) -> Sequence[str]:
    """What the names that rules look for in a text begin with."""
    by_words = [rule for rule in rules if rule.match.get("problem") in _BY_WORDS]
    return shortest({str(stem) for rule in by_words for stem in _listed(rule.match.get("stems"))})


def shortest(words: Collection[str]) -> tuple[str, ...]:
    """Those of the words that hold no other: a text without these holds none of them."""
    return tuple(
        word for word in sorted(words) if not any(part in word for part in words if part != word)
    )


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else ()


GATES: Mapping[str, Gate] = {
    "flow": lambda seen, rules, settings: bool(seen.flows),
    "inventory": lambda seen, rules, settings: bool(seen.flows and settings.inventory),
    "transfer": lambda seen, rules, settings: bool(seen.flows),
    "field": lambda seen, rules, settings: bool(seen.classes),
    "mask": lambda seen, rules, settings: bool(seen.masks),
    "call": _calls,
    "setting": _configures,
    "processor": lambda seen, rules, settings: bool(seen.calls) or may_configure(seen.text),
    "pseudonym": _pseudonyms,
    "audit": lambda seen, rules, settings: bool(settings.audit.get("calls")),
    "class": lambda seen, rules, settings: _STORED.search(seen.text) is not None,
    "literal": lambda seen, rules, settings: may_hold_values(seen.text),
}
"""By kind of rule: whether its detector is worth loading for a file."""
