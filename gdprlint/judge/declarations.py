"""The settings themselves -> what they fail to declare (GDL801 to GDL804), once per run.

Projects without a policy are not nagged: an incomplete policy is reported where one was begun, or
where rules were asked for that cannot work without.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gdprlint.files.roots import relative_path
from gdprlint.judge.hygiene import STALE, UNJUSTIFIED, Claim, faults, finding_about
from gdprlint.judge.selection import is_selected_by
from gdprlint.model import Finding, Rule, Span
from gdprlint.settings.record import Settings, Table

INCOMPLETE = "GDL803"
UNDECLARED = "GDL804"
TOO_LONG = "GDL603"
POLICY_KEYS = ("controller", "dpo", "dpo-not-required", "purposes", "inventory", "exemptions")
"""Keys that only a project with a policy writes."""


def check_declarations(
    settings: Settings, rules: Mapping[str, Rule], root: str, today: str
) -> Iterator[Finding]:
    """Findings about one settings file; `root` is the folder that paths are relative to."""
    if INCOMPLETE in rules:
        yield from check_policy(settings, rules[INCOMPLETE], root)
    for number, exemption in enumerate(settings.exemptions):
        yield from check_exemption(settings, exemption, number, rules, root, today)
    if TOO_LONG in rules:
        yield from check_processors(settings, rules[TOO_LONG], root)
    if UNDECLARED in rules:
        for category, entry in settings.inventory.items():
            purpose = str(entry.get("purpose", ""))
            if purpose not in settings.purposes:
                reason = (
                    f"its purpose `{purpose}` is not declared" if purpose else "it has no purpose"
                )
                span = span_in(settings, root, category)
                message = f"inventory of `{category}`: {reason}"
                yield finding_about(rules[UNDECLARED], span, category, reason, message)


def check_policy(settings: Settings, rule: Rule, root: str) -> Iterator[Finding]:
    """One finding with all that an unfinished policy lacks."""
    has_policy = any(key in settings.origins for key in POLICY_KEYS)
    chosen = (*settings.select, *settings.extend_select)
    wants_audit = any(is_selected_by(id, chosen) for id in ("GDL402", "GDL803"))
    lacking = list(gaps(settings)) if has_policy else []
    if not settings.audit.get("calls") and wants_audit:
        lacking.append("audit.calls, without which the rules GDL401 to GDL410 are silent")
    if lacking:
        finding = finding_about(rule, span_in(settings, root, ""), "policy", "; ".join(lacking))
        yield finding if has_policy else finding._replace(severity="info")


def check_processors(settings: Settings, rule: Rule, root: str) -> Iterator[Finding]:
    """Processors that are declared to keep data longer than the policy lets logs be kept."""
    own = settings.retention.get("sinks")
    limits = own if isinstance(own, Mapping) else {}
    for name, entry in settings.processors.items():
        days = entry.get("retention-days", 0)
        limit = limits.get(name, settings.retention.get("default-max", 365))
        if isinstance(days, int) and isinstance(limit, int) and days > limit:
            reason = f"`{name}` is declared to keep data {days} days, the policy allows {limit}"
            yield finding_about(rule, span_in(settings, root, name), name, reason, reason)


def gaps(settings: Settings) -> Iterator[str]:
    """What a policy lacks, by the names of the keys."""
    if not settings.controller:
        yield "controller"
    if not (settings.dpo or settings.dpo_not_required):
        yield "dpo, or dpo-not-required with the reason"
    if not settings.purposes:
        yield "purposes"
    if "retention" not in settings.origins:
        yield "retention"
    for name, purpose in settings.purposes.items():
        if not purpose.get("basis"):
            yield f"purposes.{name}.basis"
        elif purpose["basis"] == "6(1)(f)" and not purpose.get("assessment"):
            yield f"purposes.{name}.assessment, the balancing of interests that 6(1)(f) asks for"


def check_exemption(
    settings: Settings,
    exemption: Table,
    number: int,
    rules: Mapping[str, Rule],
    root: str,
    today: str,
) -> Iterator[Finding]:
    """An exemption has the duties of a directive: rules, basis, purpose, and an end that holds."""
    claim = claim_of(exemption)
    span = span_in(settings, root, "exemptions", number)
    needs_art9 = any(rule.startswith("GDL103") for rule in claim.rules)
    lacking = list(faults(claim, settings, needs_art9=needs_art9))
    if not exemption.get("paths"):
        lacking.append("it names no paths")
    if lacking and UNJUSTIFIED in rules:
        yield finding_about(rules[UNJUSTIFIED], span, "exemption", "; ".join(lacking))
    if claim.until and today > claim.until and STALE in rules:
        yield finding_about(rules[STALE], span, "exemption", f"expired on {claim.until}")


def claim_of(exemption: Table) -> Claim:
    """What the exemption puts forward."""
    texts = [str(exemption.get(key, "")) for key in ("basis", "purpose", "until", "art9")]
    listed: Any = exemption.get("rules", ())
    return Claim(tuple(map(str, listed)), *texts)


def span_in(settings: Settings, root: str, word: str, number: int = 0) -> Span:
    """The line of the settings file that speaks of `word` for the n-th time, else its first."""
    file = settings.file or os.path.join(root, "pyproject.toml")
    line, width = 1, 1
    try:
        with open(file, encoding="utf-8") as stream:
            rows = stream.read().split("\n")
    except (OSError, ValueError):
        rows = []
    wanted = re.compile(rf"\b{re.escape(word)}\b" if word else r"tool\.gdprlint|\S")
    hits = [(n, row) for n, row in enumerate(rows, 1) if wanted.search(row)]
    if word == "exemptions":
        hits = [(n, row) for n, row in hits if row.lstrip().startswith("[[")] or hits
    if hits:
        line, row = hits[min(number, len(hits) - 1)]
        width = len(row)
    return Span(relative_path(file, root), line, 1, line, width + 1)
