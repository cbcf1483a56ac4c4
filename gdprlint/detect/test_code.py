"""Test code works on invented data: what it prints or raises, or hands to the code under test,
says less than the same line in an application. What a test logs itself keeps its weight."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gdprlint.engine.observations import Flow
    from gdprlint.engine.program import Program
    from gdprlint.settings.record import Settings

_TEST_PATH = re.compile(
    r"(^|/)(tests?|testing|\w+_tests|(integration|unit|functional)_test|e2e)/"
    r"|(^|/)(test_[^/]*|[^/]*_tests?|tests|conftest)\.py$"
)
LASTING = frozenset(("logging", "structlog", "loguru", "context"))
"""Sinks that keep what a test hands to them; anything else a test shows is gone with its run."""
DOUBTED = frozenset(("call", "setting", "processor", "transfer", "field", "pseudonym", "mask"))
"""Kinds of rules whose findings in test code are `possible` at most, so looked for if asked."""
_LOG_WORDS = "what tests log with"


@cache
def is_test(path: str) -> bool:
    """Whether a path, relative to the project, is one of its tests."""
    return _TEST_PATH.search(path) is not None


def is_invented(flow: Flow) -> bool:
    """Whether a flow starts in test code and is printed, raised or shown by the code under test."""
    if not is_test(flow.span.path):
        return False
    if flow.sinks not in LASTING:
        return True
    return any(step.role == "sink" and step.span.path != flow.span.path for step in flow.steps)


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
    words: Any = program.shared.get(_LOG_WORDS)
    if words is None:
        words = program.shared[_LOG_WORDS] = _log_words(program)
    methods, functions = words
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
