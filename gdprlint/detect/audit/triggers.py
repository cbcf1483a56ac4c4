"""Where a duty is carried out: the finder for each `effect` that a rule of kind `audit` names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from gdprlint.detect.audit.consents import consents
from gdprlint.detect.audit.copies import copies
from gdprlint.detect.audit.erasures import erasures
from gdprlint.detect.audit.site import Effect, Site, savings, speaks_of
from gdprlint.model import Rule


def find_effects(site: Site, rule: Rule) -> Iterator[Effect]:
    """The effects in one function that a rule of kind `audit` asks an event for."""
    yield from FINDERS[str(rule.match["effect"])](site, rule)


def rights_changes(site: Site, rule: Rule) -> Iterator[Effect]:
    """Rectification, restriction, objection: stored in a function that says so."""
    if speaks_of(site, rule):
        yield from savings(site)


FINDERS: Mapping[str, Callable[[Site, Rule], Iterator[Effect]]] = {
    "erasure": erasures,
    "consent": consents,
    "change": rights_changes,
    "copy": copies,
    "reversal": copies,
}
