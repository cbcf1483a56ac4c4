"""From what the engine saw to findings: one module for each kind of rule, loaded when needed."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence

from gdprlint.detect.gates import DOUBTED, GATES, is_passed_over
from gdprlint.engine.observations import once
from gdprlint.files.test_paths import is_test
from gdprlint.model import Finding, Rule
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.detect.gates import Gate
    from gdprlint.engine.observations import Observations
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

KINDS = {
    "flow": "gdprlint.detect.flow",
    "field": "gdprlint.detect.field",
    "mask": "gdprlint.detect.mask",
    "call": "gdprlint.detect.call",
    "setting": "gdprlint.detect.setting",
    "processor": "gdprlint.detect.processor",
    "transfer": "gdprlint.detect.transfer",
    "pseudonym": "gdprlint.detect.pseudonym",
    "audit": "gdprlint.detect.audit",
    "literal": "gdprlint.detect.literal",
    "inventory": "gdprlint.detect.inventory",
    "class": "gdprlint.detect.table",
}
FORMS = {"call": ("call", "setting"), "setting": ("setting",), "class": ("class",)}
"""Tables of `[match]` that any kind of rule may carry, and the modules that read them.

A configured handler is matched like the call that would construct it.
"""

_BY_KIND = "rules by kind"


def detect(
    observations: Observations,
    policy: Policy,
    settings: Settings,
    gates: Mapping[str, Gate] = GATES,
) -> Iterator[Finding]:
    """All findings of one file, kind by kind, in no particular order."""
    found = list(_detect(observations, policy, settings, gates))
    if found:
        from gdprlint.detect.coupling import couple

        yield from couple(found, settings.root, policy)


def _detect(
    observations: Observations, policy: Policy, settings: Settings, gates: Mapping[str, Gate]
) -> Iterator[Finding]:
    for kind, rules in open_kinds(observations, policy, settings, gates):
        is_doubted = kind in DOUBTED and is_test(observations.path)
        module = importlib.import_module(KINDS[kind])
        for finding in module.detect(observations, rules, policy, settings):
            yield finding._replace(confidence="possible") if is_doubted else finding


def open_kinds(
    observations: Observations,
    policy: Policy,
    settings: Settings,
    gates: Mapping[str, Gate] = GATES,
) -> Iterator[tuple[str, Sequence[Rule]]]:
    """The kinds of rules that may find something in a file, with those rules."""
    path, shared = observations.path, observations.shared
    passes_over = is_passed_over(path, observations.text, settings)
    for kind, rules in once(shared, _BY_KIND, policy.rules, lambda: _rules_by_kind(policy)):
        if passes_over and kind in DOUBTED:
            continue
        gate = gates.get(kind)
        if gate is None or gate(observations, rules, settings):
            yield kind, rules


def _rules_by_kind(policy: Policy) -> Sequence[tuple[str, Sequence[Rule]]]:
    """The kinds that have rules, in the order of `KINDS`."""
    by_kind: dict[str, list[Rule]] = {}
    for rule in policy.rules.values():
        readers = [kind for form in FORMS if form in rule.match for kind in FORMS[form]]
        for kind in dict.fromkeys((rule.kind, *readers)):
            by_kind.setdefault(kind, []).append(rule)
    return tuple((kind, by_kind[kind]) for kind in KINDS if kind in by_kind)
