"""The baseline: findings that were accepted when the tool was introduced, one line each.

An entry holds no line number, no date and no source text: path, rule, enclosing name, hash of the
normalised expression and occurrence, separated by tabs and sorted. Moving or re-indenting code
keeps its entry. The verb `baseline` writes, prunes and shows the file.
"""

from __future__ import annotations

import os
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gdprlint.files.git import work_tree_of
from gdprlint.files.notebook import file_of
from gdprlint.flags import add_check_flags
from gdprlint.judge.fingerprints import expression_hash
from gdprlint.model import Finding, Report, UsageError
from gdprlint.report.summary import counted
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    from gdprlint.check import Run

ACTIONS = ("write", "prune", "show")
DEFAULT_NAME = "gdprlint.baseline"
HEADER = "# accepted findings, written by `gdprlint baseline write`; format 1\n"
AT_MODULE_LEVEL = "-"
_NUMBER = re.compile(r"[0-9]{1,9}")
_ESCAPES = {"%": "%25", "\t": "%09", "\n": "%0A", "\r": "%0D"}


class Entry(NamedTuple):
    """One accepted finding; `path` is relative to the root with forward slashes."""

    path: str
    rule: str
    symbol: str
    expression: str
    occurrence: int


class Split(NamedTuple):
    """A report without the accepted findings, those, and the entries nothing stands for."""

    report: Report
    accepted: tuple[Finding, ...]
    fixed: tuple[Entry, ...]


def entry_of(finding: Finding) -> Entry:
    """The entry that accepts a finding."""
    return Entry(
        path=file_of(finding.span.path),
        rule=finding.rule,
        symbol=finding.symbol or AT_MODULE_LEVEL,
        expression=expression_hash(finding.expr),
        occurrence=finding.occurrence,
    )


def split(report: Report, entries: Iterable[Entry], checked: Iterable[str]) -> Split:
    """Take the accepted findings out of `report`; `checked` are the paths that were looked at.

    An entry is fixed if its file was checked, or is gone, and the finding is not there any more.
    """
    known = frozenset(entries)
    accepted = tuple(finding for finding in report.findings if entry_of(finding) in known)
    kept = tuple(finding for finding in report.findings if entry_of(finding) not in known)
    hidden = {**report.hidden, "baseline": len(accepted)} if accepted else report.hidden
    present = {entry_of(finding) for finding in accepted}
    looked_at = frozenset(checked)
    fixed = (
        entry
        for entry in known - present
        if entry.path in looked_at or not os.path.exists(os.path.join(report.root, entry.path))
    )
    return Split(report._replace(findings=kept, hidden=hidden), accepted, tuple(sorted(fixed)))


def read_baseline(file: str) -> frozenset[Entry]:
    """The entries of a baseline file. Raises `UsageError` for a line that is none."""
    try:
        with open(file, encoding="utf-8", errors="surrogatepass") as stream:
            lines = stream.read().split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8"
        raise UsageError(
            f"baseline {os.path.relpath(file)}: {reason.lower()}",
            "`gdprlint baseline write` makes one",
        ) from error
    return frozenset(
        read_entry(line, f"{os.path.relpath(file)}:{number}")
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.startswith("#")
    )


def read_entry(line: str, place: str) -> Entry:
    """One line of the file; `place` names it in messages."""
    fields = line.rstrip("\r").split("\t")
    if len(fields) != len(Entry._fields) or not _NUMBER.fullmatch(fields[4]):
        is_conflict = line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||"))
        hint = "resolve the merge: keep the lines of both sides" if is_conflict else ""
        raise UsageError(f"{place}: not an entry of a baseline", hint)
    path = fields[0]
    for char, escape in reversed(_ESCAPES.items()):
        path = path.replace(escape, char)
    return Entry(path, fields[1], fields[2], fields[3], int(fields[4]))


def write_baseline(file: str, entries: Iterable[Entry]) -> None:
    """Write the file: a heading, then one sorted line for each entry."""
    lines = sorted({line_of(entry) for entry in entries})
    try:
        with open(file, "w", encoding="utf-8", errors="surrogatepass", newline="\n") as stream:
            stream.writelines((HEADER, *lines))
    except OSError as error:
        raise UsageError(f"baseline {file}: {(error.strerror or '').lower()}") from error


def line_of(entry: Entry) -> str:
    """An entry as it stands in the file."""
    path = "".join(_ESCAPES.get(char, char) for char in entry.path)
    return (
        "\t".join((path, entry.rule, entry.symbol, entry.expression, str(entry.occurrence))) + "\n"
    )


def fixed_notice(number: int) -> str:
    """What is said of entries that stand for nothing any more."""
    entries = "1 entry of the baseline has" if number == 1 else ""
    entries = entries or f"{number} entries of the baseline have"
    return f"{entries} been fixed: `gdprlint baseline prune` removes them"


# the verb


def add_arguments(parser: ArgumentParser) -> None:
    """The action, and the flags of `check`."""
    parser.add_argument("action", metavar="ACTION", help="write, prune or show")
    add_check_flags(parser, is_check=False)


def execute(arguments: Namespace) -> int:
    """Check without a baseline, then write, prune or show; the exit status is 0."""
    from gdprlint.check import run_check
    from gdprlint.settings.values import nearest

    if arguments.action not in ACTIONS:
        hint = nearest(arguments.action, ACTIONS) or "one of write, prune, show"
        raise UsageError(f"unknown action `{arguments.action}`", hint)
    if arguments.changed_since or arguments.staged:
        raise UsageError("a baseline is made of whole files", "leave out the changed lines")
    run = run_check(arguments)
    file = run.settings.baseline or os.path.join(run.report.root, DEFAULT_NAME)
    known = read_baseline(file) if os.path.exists(file) or arguments.action != "write" else ()
    parted = split(run.report, known, run.paths)
    if arguments.action == "show":
        show(run, parted, arguments)
    elif arguments.action == "prune":
        write_baseline(file, frozenset(known) - frozenset(parted.fixed))
        sys.stdout.write(f"{os.path.relpath(file)}: removed {len(parted.fixed)}, ")
        sys.stdout.write(f"kept {len(known) - len(parted.fixed)}\n")
    else:
        entries = {entry_of(finding) for finding in run.report.findings}
        write_baseline(file, (frozenset(known) - frozenset(parted.fixed)) | entries)
        tell_written(file, run, len(entries))
    return 0


def tell_written(file: str, run: Run, number: int) -> None:
    """What was written, and the two lines that make it work for everyone."""
    shown = os.path.relpath(file)
    sys.stdout.write(f"{shown}: {counted(number, 'finding')} accepted\n")
    if not run.settings.baseline:
        sys.stdout.write(f'settings: add `baseline = "{os.path.basename(file)}"` to use it\n')
    if add_merge_attribute(file):
        sys.stdout.write(".gitattributes: added `merge=union`, so that branches do not conflict\n")


def add_merge_attribute(file: str) -> bool:
    """Let git keep the lines of both sides when branches merge; False if it does so already.

    `union` is built into git (gitattributes(5)). An entry too many is harmless: it is reported as
    fixed, and pruned.
    """
    folder = os.path.dirname(file)
    if not work_tree_of(folder):
        return False
    attributes = os.path.join(folder, ".gitattributes")
    name = os.path.basename(file)
    text = ""
    if os.path.exists(attributes):
        with open(attributes, encoding="utf-8", newline="") as stream:
            text = stream.read()
    if any(line.split()[:1] in ([name], [f"/{name}"]) for line in text.split("\n")):
        return False
    with open(attributes, "a", encoding="utf-8", newline="") as stream:
        separator = "" if not text or text.endswith("\n") else "\n"
        stream.write(f"{separator}/{name} merge=union\n")
    return True


def show(run: Run, parted: Split, arguments: Namespace) -> None:
    """The accepted findings where they stand now, then the entries that are fixed."""
    from gdprlint.check import write_report

    report = run.report._replace(findings=parted.accepted, hidden={})
    write_report(report, run.settings, arguments)
    for entry in parted.fixed:
        sys.stdout.write(f"fixed: {entry.path}: {entry.rule} in {entry.symbol}\n")
