"""The flags that mend: check, fix file by file, write or show; and fixes for reports.

Knows the order of run -> fix -> run; loaded only when asked for.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence

from gdprlint.files.source import SourceText, decode_source
from gdprlint.fix.context import Proposal
from gdprlint.fix.document import Document, encode, open_document
from gdprlint.fix.files import replace_file, unified_diff
from gdprlint.fix.mend import Dropped, Known, Mended, mend, mend_once
from gdprlint.fix.propose import fix_of
from gdprlint.loading import program_for
from gdprlint.model import Finding, Fix, Report, UsageError
from gdprlint.reading import Request, Target
from gdprlint.report.summary import counted
from gdprlint.run import analyse_file
from gdprlint.targets import SettingsFor
from gdprlint.tuples import NamedTuple
from gdprlint.workbench import Workbench, with_workbenches

MAX_PASSES = 3
PYTHON = (".py", ".pyi", ".pyw")
NOT_WRITTEN = "changed while it was being fixed and was left alone"


class Job(NamedTuple):
    """What is to be mended: the targets of a run, and whether meaning may change."""

    request: Request
    settings_for: SettingsFor
    root: str
    targets: Sequence[Target]
    unsafe: bool

    def workbenches(self, edited: Mapping[str, str]) -> Iterator[tuple[Target, Workbench]]:
        """The targets that hold nothing but Python, with fresh programs that see the edits."""
        targets = [target for target in self.targets if target.path.endswith(PYTHON)]
        for target, bench in with_workbenches(self.request, self.settings_for, self.root, targets):
            if not bench.is_open:
                program = program_for(bench.settings, bench.policy, self.root, edited)
                program.ledger.is_recording = False
                bench.program = program
            yield target, bench


class Fixed(NamedTuple):
    """One file with fixes: what it was, what it became."""

    target: Target
    data: bytes
    before: Document
    mended: Mended
    has_findings: bool
    has_changed: bool


class Outcome(NamedTuple):
    """What `--fix` did: how many findings went from which files, and what it has to tell."""

    findings: int
    files: frozenset[str]
    notices: tuple[str, ...]


def fix_files(job: Job) -> Outcome:
    """Fix the targets on disk."""
    findings, files, notices = 0, set[str](), list[str]()
    for fixed in settled(job):
        path = fixed.target.path
        notices += [told(path, entry) for entry in fixed.mended.dropped]
        after = encode(fixed.mended.document)
        if not fixed.mended.applied:
            continue
        if after is None or not replace_file(fixed.target.file, fixed.data, after):
            notices.append(f"{path}: {NOT_WRITTEN}")
            continue
        findings += len(fixed.mended.applied)
        files.add(path)
    told_once = tuple(dict.fromkeys(notices))
    return Outcome(findings, frozenset(files), (*told_once, summary(findings, len(files))))


def settled(job: Job) -> list[Fixed]:
    """Every readable target with its fixes in memory, in the order of the targets.

    A fix in one file may free another, so passes repeat; later ones look only at files that had
    a finding, and see what the earlier ones made of the others.
    """
    done: dict[str, Fixed] = {}
    for _ in range(MAX_PASSES):
        passed = fixed_targets(job, done)
        done.update((fixed.target.path, fixed) for fixed in passed)
        if not any(fixed.has_changed for fixed in passed):
            break
        job = job._replace(targets=[fixed.target for fixed in passed if fixed.has_findings])
    return list(done.values())


def told(path: str, dropped: Dropped) -> str:
    """The notice of a fix that was not kept."""
    place = dropped.finding.span
    rule = dropped.finding.rule
    return f"{path}:{place.line}: the fix of {rule} was dropped: {dropped.reason}"


def summary(findings: int, files: int, done: str = "fixed", undone: str = "was fixed") -> str:
    """How much was fixed, or would be."""
    if not findings:
        return f"nothing {undone}"
    return f"{done} {counted(findings, 'finding')} in {counted(files, 'file')}"


def write_diff(job: Job) -> int:
    """Print what `--fix` would change, write nothing; 1 if there is something to change."""
    findings = files = 0
    for fixed in settled(job):
        for entry in fixed.mended.dropped:
            sys.stderr.write(f"gdprlint: {told(fixed.target.path, entry)}\n")
        if fixed.mended.applied:
            findings += len(fixed.mended.applied)
            files += 1
            before, after = fixed.before.text, fixed.mended.document.text
            sys.stdout.write(unified_diff(fixed.target.path, before, after))
    told_last = summary(findings, files, "would fix", "would be fixed")
    sys.stderr.write(f"gdprlint: {told_last}\n")
    return int(files > 0)


def fix_stdin(job: Job) -> int:
    """Print standard input with its fixes; 0."""
    for fixed in settled(job):
        sys.stdout.buffer.write(encode(fixed.mended.document) or fixed.data)
    return 0


def fixed_targets(job: Job, done: Mapping[str, Fixed]) -> list[Fixed]:
    """Every target whose text could be read, with one more pass of fixes, given the earlier."""
    edited = {path: fixed.mended.document.text for path, fixed in done.items()}
    passed: list[Fixed] = []
    for target, bench in job.workbenches(edited):
        earlier = done.get(target.path) or opened(target)
        if earlier is None:
            continue
        document, applied, _ = earlier.mended
        known = knowledge(job, target, bench)
        findings = known.recheck(document.text)
        mended = mend(document, findings, known) if findings else Mended(document, (), ())
        has_changed = bool(mended.applied)
        mended = mended._replace(applied=(*applied, *mended.applied))
        passed.append(
            earlier._replace(mended=mended, has_findings=bool(findings), has_changed=has_changed)
        )
    return passed


def opened(target: Target) -> Fixed | None:
    """A target before its fixes, None if its text cannot be read."""
    data = read_bytes(target)
    document = open_document(target.path, data)
    if document is None or decode_source(data, target.path).error is not None:
        return None
    unchanged = Mended(document, (), ())
    return Fixed(target, data, document, unchanged, has_findings=False, has_changed=False)


def knowledge(job: Job, target: Target, bench: Workbench) -> Known:
    """What `mend` needs of a workbench."""

    def recheck(text: str) -> Sequence[Finding]:
        if not text or text.isspace():
            return ()
        checked = analyse_file(job.request, target, SourceText(target.path, text), bench)
        return checked.verdict.shown

    return Known(bench.settings, bench.policy, bench.program, recheck, job.unsafe)


def read_bytes(target: Target) -> bytes:
    """The bytes of a target, nothing if it cannot be read."""
    if target.is_stdin:
        return sys.stdin.buffer.read()
    try:
        with open(target.file, "rb") as stream:
            return stream.read()
    except OSError:
        return b""


def with_fixes(report: Report, job: Job) -> Report:
    """The report with a tested fix on every finding that has one."""
    concerned = {
        finding.span.path
        for finding in report.findings
        if finding.rule in report.rules and report.rules[finding.rule].fix != "no"
    }
    wanted = [t for t in job.targets if t.path in concerned and not t.is_stdin]
    fixes: dict[tuple[str, str, int], Fix] = {}
    for target, bench in job._replace(targets=wanted).workbenches({}):
        document = open_document(target.path, read_bytes(target))
        if document is None:
            continue
        known = knowledge(job, target, bench)
        kept = tested(document, known.recheck(document.text), known)
        fixes.update((key_of(proposal.finding), fix_of(proposal)) for proposal in kept)
    findings = (finding._replace(fix=fixes.get(key_of(finding))) for finding in report.findings)
    return report._replace(findings=tuple(findings))


def tested(document: Document, findings: Sequence[Finding], known: Known) -> list[Proposal]:
    """Every fix that holds; those of one round hold together, each of another round for itself."""
    found: list[Proposal] = []
    waiting, done = list(findings), list[Finding]()
    while waiting:
        kept, dropped = mend_once(document, waiting, known, beside=done)
        found += kept
        if not kept:
            break
        seen = {id(proposal.finding) for proposal in kept} | {id(d.finding) for d in dropped}
        done += [finding for finding in waiting if id(finding) in seen]
        waiting = [finding for finding in waiting if id(finding) not in seen]
    return found


def key_of(finding: Finding) -> tuple[str, str, int]:
    """What tells a finding from all others of a report."""
    return finding.span.path, finding.fingerprint, finding.occurrence


def carry_out(arguments: Namespace, job: Job) -> int | Outcome:
    """Do what the flags ask for: an exit status, or an outcome the report has yet to follow."""
    if arguments.staged or arguments.changed_since:
        raise UsageError("--fix works on whole files", "leave out --staged and --changed-since")
    if arguments.diff:
        return write_diff(job)
    if job.request.stdin_filename:
        return fix_stdin(job)
    outcome = fix_files(job)
    if not arguments.fix_only:
        return outcome
    sys.stderr.writelines(f"gdprlint: {notice}\n" for notice in outcome.notices)
    return 0
