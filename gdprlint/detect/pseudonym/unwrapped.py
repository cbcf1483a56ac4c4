"""GDL301: an identifier the policy wants wrapped reaches a log without the project's wrapper."""

from __future__ import annotations

from collections.abc import Iterator

from gdprlint.detect.flow import claimant, closeness
from gdprlint.detect.pseudonym.bench import Bench, finding_of, names
from gdprlint.detect.pseudonym.beside import sinks_of
from gdprlint.model import Finding, Rule


def find_unwrapped(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """Flows of the wanted categories, silent unless the settings name a wrapper."""
    wrappers = bench.settings.wrapper
    if not wrappers:
        return
    wanted = bench.settings.wrapped or names(rule, "categories")
    rules = [other for other in bench.policy.rules.values() if other.kind == "flow"]
    for flow in bench.observations.flows:
        if (
            flow.disclosure == "full"
            and flow.sinks in sinks_of(bench, rule)
            and closeness(flow.category, wanted, bench.policy)
            and claimant(flow, rules, bench.policy) is None
        ):
            yield finding_of(bench, rule, flow, name=wrappers[0])
