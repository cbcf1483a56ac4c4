"""A run -> the part of its findings that counts: not in the baseline, on changed lines."""

from __future__ import annotations

from gdprlint.model import UsageError
from gdprlint.settings.keys import KEYS
from gdprlint.settings.record import Settings
from gdprlint.settings.resolve import FLAG_ORIGIN
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from gdprlint.check import Run
    from gdprlint.files.changed import Changes


def changes_of(arguments: Namespace, root: str) -> Changes | None:
    """The changed lines that `--changed-since` or `--staged` ask for."""
    if not arguments.changed_since and not arguments.staged:
        return None
    from gdprlint.files.changed import changed_since, staged_changes

    if arguments.changed_since and arguments.staged:
        raise UsageError("--changed-since and --staged exclude each other")
    return (
        staged_changes(root) if arguments.staged else changed_since(root, arguments.changed_since)
    )


def narrowed(run: Run, arguments: Namespace) -> Run:
    """The run without accepted findings and without those outside of the changed lines."""
    report = run.report
    if run.settings.baseline:
        from gdprlint.baseline import fixed_notice, read_baseline, split

        parted = split(report, read_baseline(run.settings.baseline), run.paths)
        report = parted.report
        if parted.fixed and not run.changes and not narrows_rules(run.settings):
            notices = (*report.notices, fixed_notice(len(parted.fixed)))
            report = report._replace(notices=notices)
    if run.changes:
        kept = tuple(finding for finding in report.findings if run.changes.touch(finding))
        gone = len(report.findings) - len(kept)
        hidden = {**report.hidden, "unchanged": gone} if gone else report.hidden
        report = report._replace(findings=kept, hidden=hidden)
    return run._replace(report=report)


def narrows_rules(settings: Settings) -> bool:
    """Whether the command line chose rules or thresholds: then an absent finding says nothing."""
    chosen = (key.name for key in KEYS if key.group == "Rules" or key.name == "policy")
    return any(settings.origins.get(name) == FLAG_ORIGIN for name in chosen)
