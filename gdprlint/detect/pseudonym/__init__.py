"""Rules of kind `pseudonym`: is what hides a person a pseudonym at all?

`problem` of `[match]` names the check; each is a function from a `Bench` to findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gdprlint.detect.pseudonym.bench import Bench, open_bench
from gdprlint.detect.pseudonym.beside import find_pairs
from gdprlint.detect.pseudonym.claim import find_claims
from gdprlint.detect.pseudonym.digest import find_plain_digests
from gdprlint.detect.pseudonym.encoding import find_encodings
from gdprlint.detect.pseudonym.masking import find_weak_masks
from gdprlint.detect.pseudonym.secret import find_weak_secrets
from gdprlint.detect.pseudonym.unwrapped import find_unwrapped
from gdprlint.engine.observations import Observations
from gdprlint.model import Finding, Rule

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

PROBLEMS: Mapping[str, Callable[[Bench, Rule], Iterator[Finding]]] = {
    "unwrapped": find_unwrapped,
    "digest": find_plain_digests,
    "secret": find_weak_secrets,
    "beside": find_pairs,
    "encoding": find_encodings,
    "mask": find_weak_masks,
    "claim": find_claims,
}


def detect(
    observations: Observations, rules: Sequence[Rule], policy: Policy, settings: Settings
) -> Iterator[Finding]:
    """The findings of all rules of this kind in one file."""
    bench = open_bench(observations, policy, settings)
    for rule in rules:
        yield from PROBLEMS[str(rule.match["problem"])](bench, rule)
