"""Rules of kind `field`: the generated text of a class shows personal fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gdprlint.detect.flow import closeness
from gdprlint.detect.nouns import noun_of
from gdprlint.engine.observations import ClassSeen, Observations, Shown
from gdprlint.model import Finding, Rule

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings


def detect(
    observations: Observations, rules: Sequence[Rule], policy: Policy, settings: Settings
) -> Iterator[Finding]:
    """One finding for each personal field that a class's generated text reveals."""
    for rule in rules:
        categories = rule.match.get("categories", ())
        wanted = tuple(categories) if isinstance(categories, (list, tuple)) else ()
        for seen in observations.classes:
            for shown in seen.shown:
                if closeness(shown.category, wanted, policy):
                    yield _finding(seen, shown, rule, policy)


def _finding(seen: ClassSeen, shown: Shown, rule: Rule, policy: Policy) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        confidence=shown.confidence,
        message=rule.message.format(
            category=noun_of(shown.category, policy),
            expr=f"{seen.name}.{shown.field}",
            sink=f"{seen.kind} repr",
            field=shown.field,
            cls=seen.name,
        ),
        span=shown.span,
        reason=shown.reason,
        category=shown.category,
        expr=f"{seen.name}.{shown.field}",
        sink=f"{seen.kind} repr",
        symbol=seen.name,
        remedy=rule.remedy,
    )
