"""Rules of kind `mask`: a function that promises to hide a value hands it back in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gdprlint.engine.observations import Observations
from gdprlint.model import Finding, Rule, Step

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings


def detect(
    observations: Observations, rules: Sequence[Rule], policy: Policy, settings: Settings
) -> Iterator[Finding]:
    """One finding for each broken promise, at the `return` that breaks it."""
    for rule in rules:
        for seen in observations.masks:
            steps = (
                Step(seen.span, "source", f"`{seen.name}` promises to hide `{seen.parameter}`"),
                Step(seen.return_span, "sink", f"`{seen.parameter}` is returned in full"),
            )
            yield Finding(
                rule=rule.id,
                severity=rule.severity,
                confidence="likely",
                message=rule.message.format(
                    expr=seen.parameter, sink=seen.name, category="value", name=seen.name
                ),
                span=seen.return_span,
                steps=steps,
                reason="every path of the function was followed",
                expr=seen.parameter,
                symbol=seen.name,
                remedy=rule.remedy,
            )
