"""GDL407: an audit event carries the data it is about."""

from __future__ import annotations

from collections.abc import Iterator

from gdprlint.detect.audit.bench import Bench
from gdprlint.detect.flow import closeness
from gdprlint.detect.nouns import noun_of
from gdprlint.detect.pseudonym.bench import finding_at, names
from gdprlint.model import Finding, Rule


def find_data_in_events(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """Flows of the rule's categories into an audit call."""
    wanted = names(rule, "categories")
    for flow in bench.observations.flows:
        if (
            flow.sinks == "audit"
            and flow.disclosure == "full"
            and flow.form in names(rule, "forms")
            and closeness(flow.category, wanted, bench.policy)
        ):
            yield finding_at(
                rule,
                flow.span,
                flow.confidence,
                category=flow.category,
                label=noun_of(flow.category, bench.policy),
                expr=flow.expr,
                sink=flow.sink,
                reason=flow.reason,
                steps=flow.steps,
                symbol=flow.symbol,
            )
