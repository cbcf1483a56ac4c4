"""Test code works on invented data, and so does code that fills a database with samples: what
they print, raise or log, or hand to the code under test, says less than the same line in an
application."""

from __future__ import annotations

import re

from gdprlint.detect.gates import LASTING
from gdprlint.files.test_paths import is_test
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.observations import Flow

_MADE_UP = re.compile(
    r"(^|/)(seeds?|seeders?|demos?|benchmarks?|playground|fakes?|dummy|dummies|emulators?|simulators?|([a-z]+[_-])?(fake|dummy|mock|sample|demo|test)[_-]?data)/"
    r"|(^|/)((seed|fake|dummy|random|mock|sample|demo|test)_?(data|users?|db|database)(_\w+)?"
    r"|seeds?|seeders?|seeding|(seed|fake|dummy|sample|demo)[_-](generator|creator|loader)s?[\w-]*"
    r"|(generate|create|make|load|populate)[_-](seed|fake|dummy|random|mock|sample|demo|test)[\w-]*)\.py$"
)


def is_invented(flow: Flow) -> bool:
    """Whether a flow starts in test code, or where data are made up; what a test itself logs of a
    value that only its type tells of keeps its weight."""
    source = next((step.span.path for step in flow.steps if step.role == "source"), flow.span.path)
    if _MADE_UP.search(source):
        return True
    if not is_test(flow.span.path):
        return False
    if flow.sinks not in LASTING or flow.confidence != "certain":
        return True
    return any(step.role == "sink" and step.span.path != flow.span.path for step in flow.steps)
