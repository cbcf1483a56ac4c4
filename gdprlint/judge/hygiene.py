"""Directives and the findings they hide -> what is wrong with the directives (GDL801, GDL802).

A directive has to say which rule, on which lawful basis (GDPR Art. 6(1)) and for which purpose;
one that hides data of Art. 9 or 10 needs an exception of Art. 9(2) as well. What is misspelt in it
would hide nothing, or for ever, without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gdprlint.judge.selection import ALL
from gdprlint.judge.suppressions import OPTIONS, Suppression, by_lines, covers
from gdprlint.model import Finding, Rule, Span
from gdprlint.settings.keys import BASES
from gdprlint.settings.record import Settings, Table
from gdprlint.tuples import NamedTuple

UNJUSTIFIED = "GDL801"
STALE = "GDL802"
SPECIAL = ("special", "criminal")
NEAR = 0.75
"""How much of a word has to agree with an option to be a slip of the pen (`untl=`)."""
_ASSIGNED = re.compile(r"\b(\w+)=")


class Claim(NamedTuple):
    """What a directive or an exemption puts forward; texts are "" when left out."""

    rules: tuple[str, ...]
    basis: str
    purpose: str
    until: str
    art9: str


def check_directives(
    suppressions: Sequence[Suppression],
    findings: Sequence[Finding],
    rules: Mapping[str, Rule],
    settings: Settings,
    *,
    selected: frozenset[str],
    classes: Mapping[str, str],
    today: str,
) -> Iterator[Finding]:
    """Findings about the directives of one file.

    `findings` are those of the file before anything is hidden, `classes` the legal class by
    category, `today` an ISO date.
    """
    beside = by_lines(findings, lambda finding: (finding.span.line, finding.span.end_line))
    for suppression in suppressions:
        near = beside(suppression.first_line, suppression.last_line)
        hidden = [f for f in near if f.rule in selected and covers(suppression, f)]
        needs_art9 = any(classes.get(finding.category) in SPECIAL for finding in hidden)
        claim = claim_of(suppression)
        lacking = list(faults(claim, settings, needs_art9=needs_art9))
        lacking += (no_rule(name, rules) for name in claim.rules if is_unknown(name, rules))
        lacking += unread_options(suppression.why)
        if suppression.form == "malformed" and claim.rules:
            lacking.append("it stands too far from the top of the file")
        if lacking and UNJUSTIFIED in rules:
            yield hygiene_finding(rules[UNJUSTIFIED], suppression, "; ".join(lacking))
        stale = staleness(suppression, hidden, selected, today)
        if stale and STALE in rules:
            yield hygiene_finding(rules[STALE], suppression, stale)


def claim_of(suppression: Suppression) -> Claim:
    """What the directive puts forward."""
    return Claim(
        suppression.rules,
        suppression.basis,
        suppression.purpose,
        suppression.until,
        suppression.art9,
    )


def faults(claim: Claim, settings: Settings, *, needs_art9: bool) -> Iterator[str]:
    """What a claim lacks or gets wrong, in words."""
    if not claim.rules or ALL in claim.rules:
        yield "it names no rule"
    if not claim.basis:
        yield "it has no lawful basis"
    elif claim.basis not in BASES:
        yield f"`{claim.basis}` is no basis of GDPR Art. 6(1)"
    if not claim.purpose:
        yield "it has no purpose"
    elif settings.purposes and claim.purpose not in settings.purposes:
        yield f"purpose `{claim.purpose}` is not declared in the settings"
    if claim.until and not is_date(claim.until):
        yield f"`{claim.until}` is no date"
    if needs_art9 and not (claim.art9 or art9_of(claim.purpose, settings.purposes)):
        yield "it hides data of Art. 9 or 10 without an exception of Art. 9(2)"


def is_unknown(name: str, rules: Mapping[str, Rule]) -> bool:
    """Whether no rule has the id or begins with it; another pack's may, and is not loaded."""
    if name == ALL or any(id.startswith(name) for id in rules):
        return False
    family = name.rstrip("0123456789")
    return not family.isupper() or any(id.startswith(family) for id in rules)


def no_rule(name: str, rules: Mapping[str, Rule]) -> str:
    """That a name is no id, and the id that it stands for if it is the name of a rule."""
    meant = next((f", write `{id}`" for id, rule in rules.items() if rule.name == name), "")
    return f"`{name}` is the id of no rule{meant}"


def unread_options(why: str) -> Iterator[str]:
    """Options in the reason of a directive: misspelt, or behind the words they go before."""
    from difflib import get_close_matches

    for word in _ASSIGNED.findall(why):
        if meant := get_close_matches(word, OPTIONS, 1, NEAR):
            yield f"`{word}=` is not read, write `{meant[0]}=` in front of the reason"


def art9_of(purpose: str, purposes: Mapping[str, Table]) -> str:
    """The exception that a declared purpose rests on."""
    return str(purposes.get(purpose, {}).get("art9", ""))


def is_date(text: str) -> bool:
    """YYYY-MM-DD, and a day that exists."""
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def staleness(
    suppression: Suppression, hidden: Sequence[Finding], selected: frozenset[str], today: str
) -> str:
    """Why a directive has to be renewed, narrowed or removed; "" if it is in order."""
    if suppression.form == "malformed":
        return ""
    if suppression.until and is_date(suppression.until) and today > suppression.until:
        return f"expired on {suppression.until}"
    watched = [
        name for name in suppression.rules if any(rule.startswith(name) for rule in selected)
    ]
    unused = [name for name in watched if not any(f.rule.startswith(name) for f in hidden)]
    if unused:
        return f"`{unused[0]}` hides nothing here"
    wide = next((name for name in suppression.rules if is_wide(name, hidden)), "")
    if wide:
        meant = ", ".join(sorted({f.rule for f in hidden if f.rule.startswith(wide)}))
        return f"`{wide}` is wider than the finding, which is {meant}"
    if suppression.form == "file" and len({finding.span.line for finding in hidden}) == 1:
        return "the whole file is left out for one finding"
    return ""


def is_wide(name: str, hidden: Iterable[Finding]) -> bool:
    """A prefix where the id of a rule would do."""
    return any(finding.rule.startswith(name) and finding.rule != name for finding in hidden)


def hygiene_finding(rule: Rule, suppression: Suppression, reason: str) -> Finding:
    """A finding about one directive."""
    return finding_about(rule, suppression.span, "`gdprlint: " + suppression.verb + "`", reason)


def finding_about(rule: Rule, span: Span, subject: str, reason: str, message: str = "") -> Finding:
    """A finding about a directive or a declaration; `reason` goes into the rule's message."""
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        confidence="certain",
        message=message or rule.message.format(expr=subject, reason=reason),
        span=span,
        reason=reason,
        expr=subject,
        remedy=rule.remedy,
    )
