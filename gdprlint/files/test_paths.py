"""Which files of a project are its tests, by their paths alone."""

from __future__ import annotations

import re
from functools import cache

_TEST_PATH = re.compile(
    r"(^|/)(tests?|unit_?tests?|testing|test_\w+|\w+_tests|(integration|unit|functional)_test|e2e)/"
    r"|(^|/)(test_[^/]*|[^/]*_tests?|run_?tests?|tests|conftest)\.py$"
)


@cache
def is_test(path: str) -> bool:
    """Whether a path, relative to the project, is one of its tests."""
    return _TEST_PATH.search(path) is not None
