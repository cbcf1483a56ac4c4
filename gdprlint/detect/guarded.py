"""What production hardly runs: tests, samples, and the branch that a debug switch guards."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from gdprlint.detect.walking import walk_statements
from gdprlint.files.test_paths import is_test

if TYPE_CHECKING:
    from gdprlint.model import Span

_SAMPLE_PATH = re.compile(r"(^|/)(docs?|examples?|samples?|tutorials?)/")
_DEBUG_SWITCH = re.compile(r"(?i)(\b|_)(debug|dev|devel|development|verbose)(\b|_)")


def is_unlikely_to_run(span: Span, tree: ast.Module | None) -> bool:
    """Whether what stands there is set up in tests, samples or under a debug switch only."""
    if is_test(span.path) or _SAMPLE_PATH.search(span.path):
        return True
    return tree is not None and span.line in _debug_lines(tree)


@lru_cache(maxsize=1)
def _debug_lines(tree: ast.Module) -> frozenset[int]:
    """The lines in the first branch of an `if` that asks for debugging."""
    return frozenset(
        line
        for node in walk_statements(tree)
        if isinstance(node, ast.If) and _asks_for_debug(node.test)
        for line in range(node.body[0].lineno, (node.body[-1].end_lineno or 0) + 1)
    )


def _asks_for_debug(test: ast.expr) -> bool:
    """Whether a condition holds in development only: `settings.DEBUG`, `stage == "dev"`."""
    if isinstance(test, ast.BoolOp):
        parts = map(_asks_for_debug, test.values)
        return any(parts) if isinstance(test.op, ast.And) else all(parts)
    if isinstance(test, ast.Compare):
        is_equal = isinstance(test.ops[0], ast.Eq | ast.In | ast.Is)
        return is_equal and any(map(_speaks_of_debug, (test.left, *test.comparators)))
    return not isinstance(test, ast.UnaryOp) and _speaks_of_debug(test)


def _speaks_of_debug(node: ast.expr) -> bool:
    return _DEBUG_SWITCH.search(ast.unparse(node)) is not None
