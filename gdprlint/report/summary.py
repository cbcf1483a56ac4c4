"""The last line: how many findings, in how many files, and what was hidden."""

from __future__ import annotations

from gdprlint.model import Finding, Report
from gdprlint.report.options import RenderOptions
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

HIDDEN_WORDS = {
    "suppressed": "suppressed",
    "baseline": "in the baseline",
    "unchanged": "outside the changed lines",
}
"""What a reason for hiding reads like; thresholds name their value as well."""


def counted(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary_line(report: Report, options: RenderOptions) -> str:
    """For example `3 findings (1 error, 2 warnings) in 12 files; 5 hidden below ...`."""
    total = len(report.findings)
    by_severity = [
        (severity, sum(finding.severity == severity for finding in report.findings))
        for severity in ("error", "warning", "info")
    ]
    parts = [
        counted(number, severity) if severity != "info" else f"{number} info"
        for severity, number in by_severity
        if number
    ]
    head = counted(total, "finding") if total else "no finding"
    detail = f" ({', '.join(parts)})" if parts else ""
    return f"{head}{detail} in {counted(report.files, 'file')}{hidden_clause(report, options)}"


def hidden_clause(report: Report, options: RenderOptions) -> str:
    """`; 5 hidden below --min-confidence likely`, "" if nothing is hidden."""
    thresholds = {
        "confidence": threshold_words("confidence", options.min_confidence, "possible"),
        "severity": threshold_words("severity", options.min_severity, "info"),
    }
    clauses = [
        f"{number} hidden {words}" if reason in thresholds else f"{number} {words}"
        for reason, words in (thresholds | HIDDEN_WORDS).items()
        if (number := report.hidden.get(reason, 0))
    ]
    return "; " + ", ".join(clauses) if clauses else ""


def threshold_words(name: str, value: str, lowest: str) -> str:
    """`below --min-confidence likely`: the flag and its value, for who wants to see them too;
    without them if only settings of a subfolder can hide."""
    return f"by the {name} of a subfolder" if value == lowest else f"below --min-{name} {value}"


def listed(report: Report, options: RenderOptions) -> tuple[Finding, ...]:
    """The findings that the text formats show one by one: none where they are counted."""
    return () if options.statistics else report.findings


def write_summary(report: Report, stream: TextIO, options: RenderOptions) -> None:
    """The closing lines of the text formats."""
    if options.statistics:
        write_statistics(report, stream)
    if not options.quiet:
        stream.write(summary_line(report, options) + "\n")
        stream.write(frequent_word(report))


MANY_FINDINGS = 20
LARGE_SHARE = 0.1
_WORD = r"(\w+)\W*$"


def frequent_word(report: Report) -> str:
    """The settings line to add if one name makes up more than a tenth of many findings."""
    total = len(report.findings)
    if total < MANY_FINDINGS:
        return ""
    import re

    counts: dict[str, int] = {}
    for finding in report.findings:
        found = re.search(_WORD, finding.expr)
        if found is not None and finding.form == "value":
            counts[found.group(1)] = counts.get(found.group(1), 0) + 1
    word, number = max(counts.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if number <= total * LARGE_SHARE:
        return ""
    return (
        f"`{word}` stands in {number} of {total} findings; if it is not personal here, add\n"
        f'  not-personal = ["{word}"]\n'
        "to [tool.gdprlint]\n"
    )


def write_statistics(report: Report, stream: TextIO) -> None:
    """Findings by rule, most frequent first."""
    counts: dict[str, int] = {}
    for finding in report.findings:
        counts[finding.rule] = counts.get(finding.rule, 0) + 1
    for rule, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        summary = report.rules[rule].summary if rule in report.rules else ""
        stream.write(f"{number:5}  {rule}  {summary}\n")
    if counts and report.findings:
        stream.write("\n")
