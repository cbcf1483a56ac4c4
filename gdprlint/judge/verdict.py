"""The findings of one file -> those that are shown, and how many are hidden for which reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gdprlint.judge.selection import is_ignored_in
from gdprlint.model import CONFIDENCE_ORDER, SEVERITY_ORDER, Finding, Severity
from gdprlint.settings.record import Settings
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gdprlint.judge.suppressions import Suppression


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
    honour_exemptions: bool = True,
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
    from gdprlint.judge.exemptions import is_exempt
    from gdprlint.judge.fingerprints import with_fingerprints

    is_hidden = hiding_directives(suppressions, today)
    shown: list[Finding] = []
    hidden: list[str] = []
    for finding in with_fingerprints(sorted(without_duplicates(wanted), key=order)):
        is_exempted = honour_exemptions and is_exempt(settings, file, finding.rule, today)
        if is_exempted or is_hidden(finding):
            hidden.append("suppressed")
        elif reason := hiding_threshold(finding, settings):
            hidden.append(reason)
        else:
            shown.append(finding)
    return Verdict(tuple(shown), tuple(hidden))


def hiding_directives(suppressions: Sequence[Suppression], today: str) -> Callable[[Finding], bool]:
    """The answer to whether a directive in the source hides a finding; most files have none."""
    if not suppressions:
        return lambda finding: False
    from gdprlint.judge.suppressions import by_lines, is_suppressed, lines_of

    touching = by_lines(suppressions, lines_of)

    def is_hidden(finding: Finding) -> bool:
        near = touching(finding.span.line, finding.span.end_line)
        return is_suppressed(finding, near, today)

    return is_hidden


def hiding_threshold(finding: Finding, settings: Settings) -> str:
    """The threshold that the finding stays below, "" if none."""
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
