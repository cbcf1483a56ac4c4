"""Rules of kind `flow`: a category of data reaches a set of sinks.

Each flow goes to the one rule that names its category most closely (an id before a prefix before
a class), so that a leak is one finding. A rule that names `forms` (the text or the dump of an
object) goes before one that does not, and sees all fields of one object as one flow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gdprlint.detect.nouns import noun_of
from gdprlint.detect.test_code import is_invented
from gdprlint.engine.observations import Flow, Observations
from gdprlint.model import CONFIDENCE_ORDER, Confidence, Finding, Rule
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

_DISCLOSURE_ORDER = ("keyed", "digest", "partial", "full")
_EXACT, _PREFIX, _CLASS, _NO_MATCH = 3, 2, 1, 0
_MOST_LABELS = 3


class _Pattern(NamedTuple):
    rule: Rule
    categories: tuple[str, ...]
    excluded: tuple[str, ...]
    sinks: frozenset[str]
    least: int
    forms: frozenset[str]


def detect(
    observations: Observations, rules: Sequence[Rule], policy: Policy, settings: Settings
) -> Iterator[Finding]:
    """One finding for each flow that a rule of this kind claims."""
    patterns = _patterns(rules, policy)
    claimed: dict[tuple[str, object], tuple[Rule, list[Flow]]] = {}
    for flow in observations.flows:
        pattern = _choose(flow, patterns, policy)
        if pattern is not None:
            identity = (flow.span, flow.sink) if pattern.forms else len(claimed)
            key = (pattern.rule.id, identity)
            claimed.setdefault(key, (pattern.rule, []))[1].append(flow)
    for rule, flows in claimed.values():
        yield _finding(flows, rule, policy)


_compiled: dict[tuple[str, int], tuple[_Pattern, ...]] = {}


def claimant(flow: Flow, rules: Sequence[Rule], policy: Policy) -> Rule | None:
    """The one rule of kind `flow` that reports a flow, if any does."""
    pattern = _choose(flow, _patterns(rules, policy), policy)
    return None if pattern is None else pattern.rule


def _patterns(rules: Sequence[Rule], policy: Policy) -> tuple[_Pattern, ...]:
    key = (policy.digest, len(rules))
    known = _compiled.get(key)
    if known is None:
        known = _compiled[key] = tuple(_compile(rule, policy) for rule in rules)
    return known


def _compile(rule: Rule, policy: Policy) -> _Pattern:
    match = rule.match
    return _Pattern(
        rule,
        _names(match, "categories"),
        _names(match, "except_categories"),
        sink_sets(_names(match, "sinks"), policy.sets),
        _DISCLOSURE_ORDER.index(str(match.get("disclosure", "full"))),
        frozenset(_names(match, "forms")),
    )


def _names(match: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = match.get(key, ())
    return tuple(str(v) for v in value) if isinstance(value, (list, tuple)) else ()


def sink_sets(names: Sequence[str], sets: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The sink sets that names like `@log` stand for, groups resolved."""
    found: set[str] = set()
    for name in names:
        bare = name.lstrip("@")
        found.add(bare)
        found.update(member.lstrip("@") for member in sets.get(bare, sets.get(name, ())))
    return frozenset(found)


def _choose(flow: Flow, patterns: Sequence[_Pattern], policy: Policy) -> _Pattern | None:
    best: _Pattern | None = None
    rank: tuple[int, bool] = (_NO_MATCH, True)
    level = _DISCLOSURE_ORDER.index(flow.disclosure)
    for pattern in patterns:
        if flow.sinks not in pattern.sinks or level < pattern.least:
            continue
        if pattern.forms and flow.form not in pattern.forms:
            continue
        found = (closeness(flow.category, pattern.categories, policy), bool(pattern.forms))
        if found > rank and not closeness(flow.category, pattern.excluded, policy):
            best, rank = pattern, found
    return best


def closeness(category: str, patterns: Sequence[str], policy: Policy) -> int:
    """How closely the best of the patterns names a category; 0 if none does."""
    best = _NO_MATCH
    for pattern in patterns:
        if pattern == category:
            return _EXACT
        if pattern.endswith(".*") and category.startswith(pattern[:-1]):
            best = max(best, _PREFIX)
        elif pattern.startswith("class:"):
            known = policy.categories.get(category)
            if known is not None and known.legal_class == pattern[6:]:
                best = max(best, _CLASS)
    return best


def _labels(flows: Sequence[Flow], policy: Policy) -> str:
    """What the flows show, each once: `e-mail address, telephone number and 2 more`."""
    labels = list(dict.fromkeys(noun_of(flow.category, policy) for flow in flows))
    more = len(labels) - _MOST_LABELS
    return "; ".join(labels[:_MOST_LABELS]) + (f" and {more} more" if more > 0 else "")


def _confidence(flow: Flow, policy: Policy) -> Confidence:
    """How sure the leak is: data of low sensitivity (a postal code, a browser's name) that only a
    name tells of says little about a person on its own."""
    if is_invented(flow):
        return "possible"
    known = policy.categories.get(flow.category)
    if known is None or known.sensitivity != "low" or flow.confidence == "certain":
        return flow.confidence
    return "possible"


def _finding(flows: Sequence[Flow], rule: Rule, policy: Policy) -> Finding:
    """One finding; where several fields of one object are shown, the surest speaks for all."""
    flow = max(flows, key=lambda flow: CONFIDENCE_ORDER[_confidence(flow, policy)])
    message = rule.message.format(
        category=_labels(flows, policy),
        expr=flow.expr,
        sink=flow.sink,
    )
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        confidence=_confidence(flow, policy),
        message=message,
        span=flow.span,
        steps=flow.steps,
        reason=flow.reason,
        category=flow.category,
        expr=flow.expr,
        sink=flow.sink,
        level=flow.level,
        symbol=flow.symbol,
        remedy=rule.remedy,
        form=flow.form,
    )
