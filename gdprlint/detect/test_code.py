"""Code that production hardly runs: tests, samples, and what a debug switch guards.

Test code works on invented data: what it prints or raises, or hands to the code under test, says
less than the same line in an application. What a test logs itself keeps its weight.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.observations import Flow
    from gdprlint.model import Span

_TEST_PATH = re.compile(
    r"(^|/)(tests?|testing|integration_tests?|unit_tests?|functional_tests?|e2e)/"
    r"|(^|/)(test_[^/]*|[^/]*_tests?|tests|conftest)\.py$"
)
_SAMPLE_PATH = re.compile(r"(^|/)(docs?|examples?|samples?|tutorials?)/")
_DEBUG_SWITCH = re.compile(
    r"(?i)(?<!not )\b([\w.]*[_.])?(debug|dev|devel|development|verbose)(_\w+)?\b"
)
_NEGATED = re.compile(r"(?i)\bnot\b[\w\s.(]*(debug|dev|verbose)")
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


def is_unlikely_to_run(span: Span, tree: ast.Module | None) -> bool:
    """Whether what stands there is set up in tests, samples or under a debug switch only."""
    if is_test(span.path) or _SAMPLE_PATH.search(span.path):
        return True
    return any(_is_debug_switch(test) for test in _conditions_around(span.line, tree))


def _conditions_around(line: int, tree: ast.Module | None) -> list[str]:
    """The tests of the `if`s whose first branch holds the line."""
    return [
        ast.unparse(node.test)
        for node in ast.walk(tree or ast.Module([], []))
        if isinstance(node, ast.If)
        and node.body[0].lineno <= line <= (node.body[-1].end_lineno or 0)
    ]


def _is_debug_switch(test: str) -> bool:
    return _DEBUG_SWITCH.search(test) is not None and _NEGATED.search(test) is None
