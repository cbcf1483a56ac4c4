"""Test code works on invented data: what it prints or raises, or hands to the code under test,
says less than the same line in an application. What a test logs itself keeps its weight."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.observations import Flow

_TEST_PATH = re.compile(
    r"(^|/)(tests?|testing|integration_tests?|unit_tests?|functional_tests?|e2e)/"
    r"|(^|/)(test_[^/]*|[^/]*_tests?|tests|conftest)\.py$"
)
_SHORT_LIVED = frozenset(("print", "stdout", "exception", "response", "warnings", "echo"))


@cache
def is_test(path: str) -> bool:
    """Whether a path, relative to the project, is one of its tests."""
    return _TEST_PATH.search(path) is not None


def is_invented(flow: Flow) -> bool:
    """Whether a flow starts in test code and is printed, raised or shown by the code under test."""
    if not is_test(flow.span.path):
        return False
    if flow.sinks in _SHORT_LIVED:
        return True
    return any(step.role == "sink" and step.span.path != flow.span.path for step in flow.steps)
