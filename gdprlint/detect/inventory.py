"""Kind `inventory`: a category reaches a sink that the settings' inventory does not list for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gdprlint.detect.flow import closeness, sink_sets
from gdprlint.detect.pseudonym.bench import Bench, finding_of, names
from gdprlint.engine.observations import Flow, Observations
from gdprlint.model import Finding, Rule

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings


def detect(
    observations: Observations, rules: Sequence[Rule], policy: Policy, settings: Settings
) -> Iterator[Finding]:
    """One finding for each datum at a sink that is not declared; silent without an inventory."""
    if not settings.inventory:
        return
    bench = Bench(observations, policy, settings)
    for rule in rules:
        watched = sink_sets(names(rule, "sinks"), policy.sets)
        for flow in observations.flows:
            if flow.sinks not in watched or flow.disclosure != "full":
                continue
            if flow.category.startswith("container.") or is_declared(flow, settings, policy):
                continue
            yield finding_of(bench, rule, flow)


def is_declared(flow: Flow, settings: Settings, policy: Policy) -> bool:
    """Whether an entry of the inventory names the category and one of its sinks."""
    return any(
        closeness(flow.category, (category,), policy)
        and flow.sinks in sink_sets(listed(entry), policy.sets)
        for category, entry in settings.inventory.items()
    )


def listed(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The sinks of an entry; one that lists none means all logs."""
    sinks = entry.get("sinks", ())
    return tuple(map(str, sinks)) or ("@log",)
