"""Findings in log calls -> the same, told where else the record travels.

An error tracker that is set up anywhere in the project takes log records as breadcrumbs and
events: Sentry's logging integration from INFO and from ERROR on (2.75), New Relic all (14.1).
The project is searched once per root, and only when a finding asks.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator, Mapping

from gdprlint.model import Finding
from gdprlint.tuples import NamedTuple

MAX_FILES = 5_000
MAX_FOLDERS = 2_000
_PASSED_OVER = frozenset(
    ("tests", "test", "fixtures", "examples", "docs", "node_modules", "site-packages", "venv",
     "__pycache__", "build", "dist")
)  # fmt: skip
_LEVELS: Mapping[str, int] = {
    "debug": 10, "info": 20, "warning": 30, "warn": 30, "error": 40, "exception": 40,
    "critical": 50, "fatal": 50,
}  # fmt: skip


class Tracker(NamedTuple):
    """What a tracker takes: from level `record` on with the next event, from `event` on at once."""

    label: str
    mark: bytes
    record: int
    event: int


TRACKERS = (
    Tracker("Sentry", b"sentry_sdk." + b"init(", 20, 40),
    Tracker("New Relic", b"newrelic.agent." + b"initialize(", 10, 10),
)


def couple(findings: Iterable[Finding], root: str) -> Iterator[Finding]:
    """Add to findings of log calls which trackers the record reaches as well."""
    for finding in findings:
        level = _LEVELS.get(finding.level)
        if level is None or not finding.rule.startswith("GDL1"):
            yield finding
            continue
        notes = [note for found in trackers_of(root) if (note := _note(*found, level))]
        yield finding._replace(reason="; ".join([finding.reason, *notes])) if notes else finding


def _note(tracker: Tracker, path: str, level: int) -> str:
    if level < tracker.record:
        return ""
    form = "as an event" if level >= tracker.event else "with the next event"
    return f"the record also goes to {tracker.label} {form} (set up in {path})"


@functools.lru_cache(maxsize=8)
def trackers_of(root: str) -> tuple[tuple[Tracker, str], ...]:
    """The trackers that files below `root` set up, each with the first such file."""
    found: dict[Tracker, str] = {}
    for file in _python_files(root):
        try:
            with open(file, "rb") as stream:
                content = stream.read()
        except OSError:
            continue
        for tracker in TRACKERS:
            if tracker.mark in content and tracker not in found:
                found[tracker] = os.path.relpath(file, root).replace(os.sep, "/")
    return tuple((tracker, found[tracker]) for tracker in TRACKERS if tracker in found)


def _python_files(root: str) -> Iterator[str]:
    count = 0
    for number, (folder, folders, files) in enumerate(os.walk(root)):
        if number >= MAX_FOLDERS:
            return
        folders[:] = sorted(n for n in folders if n not in _PASSED_OVER and not n.startswith("."))
        for name in sorted(files):
            if name.endswith(".py"):
                count += 1
                if count > MAX_FILES:
                    return
                yield os.path.join(folder, name)
