"""The default format: what leaks, where, the excerpt, how sure, the law, and the way out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from gdprlint.model import Finding, Report, Rule, Step
from gdprlint.report.columns import width_of, wrap
from gdprlint.report.concise import headline
from gdprlint.report.excerpt import Label, excerpt
from gdprlint.report.options import RenderOptions
from gdprlint.report.places import lines_of, location
from gdprlint.report.style import Style, style_for
from gdprlint.report.summary import listed, write_summary
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

ELSEWHERE = "; the record also goes to "
"""What parts the reason of a finding from where else a log record travels."""
STARTS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ`")
"""What a sentence may begin with."""


def render(report: Report, stream: TextIO, options: RenderOptions) -> None:
    """Write every finding as a block, then the summary."""
    style = style_for(options.color)
    introduced: set[str] = set()
    for finding in listed(report, options):
        rows = finding_rows(finding, report, options, style, is_new=finding.rule not in introduced)
        stream.write("\n".join((*rows, "", "")))
        introduced.add(finding.rule)
    write_summary(report, stream, options)


def finding_rows(
    finding: Finding, report: Report, options: RenderOptions, style: Style, *, is_new: bool
) -> list[str]:
    """The block of one finding; the first of a rule says where to read more."""
    head = f"{finding.rule} {finding.severity}: {finding.message}"
    first, *more = wrap(head, options.width)
    start = first.removeprefix(f"{finding.rule} {finding.severity}: ")
    opening = headline(finding._replace(message=start), style, options)
    labels = labels_by_path(finding, style)
    gutter = max(
        len(str(label.span.line)) for labels_of_file in labels.values() for label in labels_of_file
    )
    rows = [opening, *(f"  {row}" for row in more)]
    margin = f"{style.dim}{' ' * gutter}"
    for path, labels_of_file in labels.items():
        is_main = path == finding.span.path
        anchor = finding.span if is_main else labels_of_file[0].span
        arrow = "-->" if is_main else ":::"
        place = location(anchor, report, options)
        rows.append(f"{margin}{arrow}{style.reset} {style.path}{place}{style.reset}")
        lines = lines_of(path, report)
        shown = excerpt(lines, labels_of_file, gutter=gutter, width=options.width, style=style)
        rows += [f"{margin} |{style.reset}", *shown] if shown else []
    rows.append(f"{margin} |{style.reset}")
    for title, text in notes(finding, report.rules.get(finding.rule)):
        if title != "more" or is_new:
            rows += note_rows(title, text, gutter, options.width, style)
    return rows


def labels_by_path(finding: Finding, style: Style) -> dict[str, list[Label]]:
    """What is marked in which file; the file of the sink comes first."""
    color = style.of(finding.severity)
    labels = {finding.span.path: [Label(finding.span, "^", "", color)]}
    steps: list[Step] = []
    for step in finding.steps:
        known = (finding.span, *(other.span for other in steps))
        if step.role != "sink" and step.span not in known:
            steps.append(step)
    for number, step in enumerate(steps, 1):
        order = f"{number}: " if len(steps) > 1 else ""
        label = Label(step.span, "-", order + (step.text or step_text(step)), style.source)
        labels.setdefault(step.span.path, []).append(label)
    return labels


def step_text(step: Step) -> str:
    """What a step without words of its own means."""
    return "the datum enters here" if step.role == "source" else "and goes on here"


def notes(finding: Finding, rule: Rule | None) -> list[tuple[str, str]]:
    """The rows below the excerpt: confidence and its reason, the law, the remedy, a tested fix."""
    reason, *elsewhere = finding.reason.split(ELSEWHERE)
    rows = [("confidence", f"{finding.confidence}, {reason}" if reason else finding.confidence)]
    rows += [("also", f"goes to {place}") for place in elsewhere]
    if rule and rule.gdpr:
        rows.append(("law", f"GDPR Art. {', '.join(rule.gdpr)}{weakness(rule)}"))
    remedy = finding.remedy or (rule.remedy if rule else "")
    if remedy:
        rows.append(("remedy", first_sentence(remedy)))
    if finding.fix:
        flags = "--fix" if finding.fix.safety == "safe" else "--fix --unsafe-fixes"
        rows.append(("fix", f"{finding.fix.title} ({flags})"))
    return [*rows, ("more", f"gdprlint rule {finding.rule}")] if rule else rows


@lru_cache(maxsize=64)
def first_sentence(text: str) -> str:
    """The first sentence of a rule's text, on one line; the rest is on the rule's page."""
    words = text.split()
    for number, (word, after) in enumerate(pairwise(words), 1):
        if word[-1] in ".!?" and after[0] in STARTS:
            return " ".join(words[:number])
    return " ".join(words)


def weakness(rule: Rule) -> str:
    """`; CWE-532`, "" for a rule without one."""
    return "; " + ", ".join(f"CWE-{number}" for number in rule.cwe) if rule.cwe else ""


@lru_cache(maxsize=256)
def note_rows(title: str, text: str, gutter: int, width: int, style: Style) -> Sequence[str]:
    """`= title: text`, wrapped under the text; most of them are the same for all of a rule."""
    lead = f"{' ' * gutter} = {title}: "
    rows = wrap(text, max(width - width_of(lead), 20))
    indent = " " * width_of(lead)
    start = f"{style.dim}{' ' * gutter} ={style.reset} {style.rule}{title}{style.reset}: "
    return [f"{start if number == 0 else indent}{row}" for number, row in enumerate(rows)]
