"""GDL409, second half: code that handles a breach and leaves no record of it (Art. 33(5))."""

from __future__ import annotations

from collections.abc import Iterator

from gdprlint.detect.audit.bench import Bench
from gdprlint.detect.audit.events import is_stub
from gdprlint.detect.audit.site import snake
from gdprlint.detect.pseudonym.bench import finding_at, names
from gdprlint.model import Finding, Rule


def find_unrecorded_incidents(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """Functions named like the handling of a breach that may end without an audit event."""
    import re

    for function in bench.module.functions.values():
        name = snake(function.node.name)
        if not any(re.search(pattern, name) for pattern in names(rule, "incidents")):
            continue
        if is_stub(function.node) or bench.events.emits(function, 0):
            continue
        if bench.search.coverage.by_callers(function):
            continue
        yield finding_at(
            rule,
            bench.name_span(function),
            "likely",
            expr=function.node.name,
            sink="it handles a breach and may end without a record",
            symbol=function.qualname,
        )
