"""The findings of one file -> its text without them, edit by edit tested; or the reason why not.

Round by round: propose, apply what does not overlap, parse, compare, check again, and drop what
broke something or did not help.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from gdprlint.fix.class_table import ClassTable
from gdprlint.fix.context import Proposal, Setting
from gdprlint.fix.document import Document, moved, spliced
from gdprlint.fix.propose import propose
from gdprlint.fix.tree import parse_tree
from gdprlint.fix.verify import problem_with
from gdprlint.model import SEVERITY_ORDER, Edit, Finding, Rule, Span
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    from gdprlint.engine.program import Program
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

MAX_ROUNDS = 8
Recheck = Callable[[str], Sequence[Finding]]
Identity = tuple[str, str, str]


class Known(NamedTuple):
    """What a file is mended with."""

    settings: Settings
    policy: Policy
    program: Program
    recheck: Recheck
    unsafe: bool

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules by id."""
        return self.policy.rules


class Dropped(NamedTuple):
    """A fix that was not kept, and why."""

    finding: Finding
    reason: str


class Mended(NamedTuple):
    """A file after its fixes."""

    document: Document
    applied: tuple[Proposal, ...]
    dropped: tuple[Dropped, ...]


def mend(document: Document, findings: Sequence[Finding], known: Known) -> Mended:
    """Apply all fixes that hold, until none is left."""
    applied: list[Proposal] = []
    dropped: dict[Identity, Dropped] = {}
    for _ in range(MAX_ROUNDS):
        kept, failed = mend_once(document, findings, known, tried=frozenset(dropped))
        dropped.update((identity(entry.finding), entry) for entry in failed)
        if not kept:
            break
        document = spliced(document, edits_of(kept))
        findings = known.recheck(document.text)
        applied += kept
    return Mended(document, tuple(applied), tuple(dropped.values()))


def mend_once(
    document: Document,
    findings: Sequence[Finding],
    known: Known,
    *,
    tried: frozenset[Identity] = frozenset(),
    beside: Sequence[Finding] = (),
) -> tuple[list[Proposal], list[Dropped]]:
    """The fixes of one round that hold together, and those that do not.

    `beside` are findings of the document that are not to be mended: no fix brings them up.
    """
    chosen = choose(document, findings, known, tried)
    dropped: list[Dropped] = []
    while chosen:
        failed = failures(document, (*findings, *beside), chosen, known)
        if not failed:
            break
        dropped += failed
        gone = {id(entry.finding) for entry in failed}
        chosen = [proposal for proposal in chosen if id(proposal.finding) not in gone]
    return chosen, dropped


def choose(
    document: Document, findings: Sequence[Finding], known: Known, tried: frozenset[Identity]
) -> list[Proposal]:
    """Proposals that do not overlap, the gravest findings first."""
    tree = parse_tree(document.path, document.text)
    if tree is None:
        return []
    classes = ClassTable(known.program)
    setting = Setting(document, tree, known.settings, known.policy, classes)
    chosen: list[Proposal] = []
    taken: list[tuple[int, int]] = []
    imported: dict[Span, Edit] = {}
    for finding in sorted(findings, key=lambda found: -SEVERITY_ORDER[found.severity]):
        if identity(finding) in tried:
            continue
        proposal = propose(finding, known.rules.get(finding.rule), setting)
        if proposal is None or (proposal.safety == "unsafe" and not known.unsafe):
            continue
        extent = hull(document, proposal.edits)
        # another import at the same place waits for the next round, which sees the first
        waits = any(imported.get(edit.span, edit) != edit for edit in proposal.imports)
        if not waits and not any(is_overlapping(extent, other) for other in taken):
            chosen.append(proposal)
            taken.append(extent)
            imported.update((edit.span, edit) for edit in proposal.imports)
    return chosen


def failures(
    document: Document, findings: Sequence[Finding], chosen: Sequence[Proposal], known: Known
) -> list[Dropped]:
    """Which of the proposals break something, or leave their finding; empty if all hold."""
    edits = edits_of(chosen)
    after = spliced(document, edits)
    problem = problem_with(document, after, edits)
    if problem:
        return alone_at_fault(document, chosen) or [Dropped(chosen[-1].finding, problem)]
    found = known.recheck(after.text)
    before = [(finding.rule, moved(document, edits, after, finding.span)) for finding in findings]
    failed: list[Dropped] = []
    for proposal in chosen:
        place = moved(document, edits, after, proposal.finding.span)
        nearby = [other for other in found if is_touching(other.span, place)]
        if any(is_same_finding(other, proposal.finding) for other in nearby):
            failed.append(Dropped(proposal.finding, "it does not remove the finding"))
            continue
        old = {rule for rule, span in before if is_touching(span, place)}
        new = sorted({other.rule for other in nearby} - old)
        if new:
            failed.append(Dropped(proposal.finding, f"it brings up {', '.join(new)}"))
    return failed


def alone_at_fault(document: Document, chosen: Sequence[Proposal]) -> list[Dropped]:
    """Proposals that break the file by themselves."""
    failed: list[Dropped] = []
    for proposal in chosen if len(chosen) > 1 else ():
        edits = edits_of([proposal])
        problem = problem_with(document, spliced(document, edits), edits)
        if problem:
            failed.append(Dropped(proposal.finding, problem))
    return failed


def edits_of(proposals: Iterable[Proposal]) -> list[Edit]:
    """All edits of some proposals; what they import together stands once."""
    edits: dict[Edit, None] = {}
    for proposal in proposals:
        edits.update(dict.fromkeys((*proposal.imports, *proposal.edits)))
    return list(edits)


def identity(finding: Finding) -> Identity:
    """What stays the same of a finding while its file is edited."""
    return finding.rule, finding.message, finding.symbol


def is_same_finding(other: Finding, finding: Finding) -> bool:
    """Whether a finding is one that was to go."""
    same = (other.rule, other.category, other.message)
    return same == (finding.rule, finding.category, finding.message)


def hull(document: Document, edits: Iterable[Edit]) -> tuple[int, int]:
    """From the first to the last character the edits touch."""
    places = [
        (
            document.offset(edit.span.line, edit.span.column),
            document.offset(edit.span.end_line, edit.span.end_column),
        )
        for edit in edits
    ]
    return min(start for start, _ in places), max(end for _, end in places)


def is_overlapping(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two extents share a character, or begin or end at the same place."""
    shares = max(one[0], other[0]) < min(one[1], other[1])
    return shares or one[0] == other[0] or one[1] == other[1]


def is_touching(one: Span, other: Span) -> bool:
    """Whether two spans of a file meet."""
    first = (one.line, one.column) <= (other.end_line, other.end_column)
    return first and (other.line, other.column) <= (one.end_line, one.end_column)
