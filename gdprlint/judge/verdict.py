"""The findings of one file -> those that are shown, and how many are hidden for which reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gdprlint.judge.fingerprints import with_fingerprints
from gdprlint.judge.selection import is_ignored_in
from gdprlint.judge.suppressions import Suppression, is_suppressed
from gdprlint.model import CONFIDENCE_ORDER, SEVERITY_ORDER, Finding, Severity
from gdprlint.settings.record import Settings


class Verdict(NamedTuple):
    """What is shown of a file, and the reason each hidden finding was hidden for."""

    shown: tuple[Finding, ...]
    hidden: tuple[str, ...]


def judge(
    findings: Iterable[Finding],
    *,
    file: str,
    settings: Settings,
    selected: frozenset[str],
    suppressions: Sequence[Suppression],
    today: str,
) -> Verdict:
    """Sort, drop duplicates, number, then hide; `file` is absolute, `today` an ISO date.

    Fingerprints are given before anything is hidden, so that a threshold does not change them.
    """
    wanted = [
        with_severity(finding, settings)
        for finding in findings
        if finding.rule in selected and not is_ignored_in(settings, file, finding.rule)
    ]
    if not wanted:
        return Verdict((), ())
    shown: list[Finding] = []
    hidden: list[str] = []
    for finding in with_fingerprints(sorted(without_duplicates(wanted), key=order)):
        reason = hiding_reason(finding, settings, suppressions, today)
        if reason:
            hidden.append(reason)
        else:
            shown.append(finding)
    return Verdict(tuple(shown), tuple(hidden))


def hiding_reason(
    finding: Finding, settings: Settings, suppressions: Sequence[Suppression], today: str
) -> str:
    """Why a finding is not shown, "" if it is."""
    if is_suppressed(finding, suppressions, today):
        return "suppressed"
    if CONFIDENCE_ORDER[finding.confidence] < CONFIDENCE_ORDER[settings.min_confidence]:
        return "confidence"
    if SEVERITY_ORDER[finding.severity] < SEVERITY_ORDER[settings.min_severity]:
        return "severity"
    return ""


def with_severity(finding: Finding, settings: Settings) -> Finding:
    """Apply the `severity` table of the settings."""
    severity = settings.severity.get(finding.rule)
    if severity is None:
        return finding
    chosen: Severity = (
        "error" if severity == "error" else "warning" if severity == "warning" else "info"
    )
    return finding._replace(severity=chosen)


def without_duplicates(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each (place, rule, category, expression): the surest, then the first."""
    kept: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        key = (finding.span, finding.rule, finding.category, finding.expr)
        other = kept.get(key)
        if (
            other is None
            or CONFIDENCE_ORDER[finding.confidence] > CONFIDENCE_ORDER[other.confidence]
        ):
            kept[key] = finding
    return list(kept.values())


def order(finding: Finding) -> tuple[str, int, int, str, str, str]:
    """Path, line, column, rule, then what makes the order total."""
    span = finding.span
    return span.path, span.line, span.column, finding.rule, finding.category, finding.expr
