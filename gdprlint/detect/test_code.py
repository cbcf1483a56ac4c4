"""Test code works on invented data: what it prints or raises, or hands to the code under test,
says less than the same line in an application. What a test logs itself keeps its weight."""

from __future__ import annotations

from gdprlint.detect.gates import LASTING
from gdprlint.files.test_paths import is_test
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.observations import Flow


def is_invented(flow: Flow) -> bool:
    """Whether a flow starts in test code and is printed, raised or shown by the code under test."""
    if not is_test(flow.span.path):
        return False
    if flow.sinks not in LASTING:
        return True
    return any(step.role == "sink" and step.span.path != flow.span.path for step in flow.steps)
