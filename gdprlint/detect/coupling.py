"""Findings in log calls -> the same, told where else the record travels.

An error tracker or a log shipper that is set up anywhere in the project takes log records as well;
which do, and from what level, is the table `records` of a processor in the catalogue. The project
is searched once per root, and only when a finding asks.
"""

from __future__ import annotations

import ast
import functools
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gdprlint.detect.folding import LEVELS
from gdprlint.detect.module import dotted
from gdprlint.model import Finding
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    from gdprlint.policy import Policy

NEVER = 1_000
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
    """What a service takes: from level `record` on with the next event, from `event` on at once.

    `marks` tell that a file sets it up. `handler` is a call in the same file whose parameters
    `record` and `event` replace the two levels, None standing for "not at all".
    """

    label: str
    marks: tuple[str, ...]
    record: int
    event: int
    handler: str
    parameters: tuple[str, str]


class Setup(NamedTuple):
    """A tracker the project sets up, the file that does it, and the levels in force there."""

    tracker: Tracker
    path: str
    record: int
    event: int


def couple(findings: Iterable[Finding], root: str, policy: Policy) -> Iterator[Finding]:
    """Add to findings of log calls which trackers the record reaches as well."""
    found: tuple[Setup, ...] | None = None
    for finding in findings:
        level = _LEVELS.get(finding.level)
        if level is None or not finding.rule.startswith("GDL1"):
            yield finding
            continue
        if found is None:
            found = set_up(root, read_trackers(receivers_of_records(policy.catalogue)))
        notes = [note for setup in found if (note := _note(setup, level))]
        yield finding._replace(reason="; ".join([finding.reason, *notes])) if notes else finding


def receivers_of_records(catalogue: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The tables `records` of the processors that have one, by the processor's label."""
    return {
        processor["label"]: processor["records"]
        for processor in catalogue.get("processor", {}).values()
        if "records" in processor
    }


def read_trackers(rows: Mapping[str, Mapping[str, Any]]) -> tuple[Tracker, ...]:
    """Labels and tables `records` as trackers."""
    return tuple(
        Tracker(
            label,
            tuple(row["marks"]),
            row["record"],
            row["event"],
            row.get("handler", ""),
            tuple(row.get("parameters", ("", ""))),
        )
        for label, row in rows.items()
    )


def _note(setup: Setup, level: int) -> str:
    if level < min(setup.record, setup.event):
        return ""
    form = "as an event" if level >= setup.event else "with the next event"
    return f"the record also goes to {setup.tracker.label} {form} (set up in {setup.path})"


@functools.lru_cache(maxsize=8)
def set_up(root: str, trackers: tuple[Tracker, ...]) -> tuple[Setup, ...]:
    """The trackers that files below `root` set up, each with the first such file."""
    found: dict[Tracker, Setup] = {}
    marks = [(tracker, mark.encode()) for tracker in trackers for mark in tracker.marks]
    for file in _python_files(root):
        try:
            with open(file, "rb") as stream:
                content = stream.read()
        except OSError:
            continue
        near = [(tracker, mark) for tracker, mark in marks if mark in content]
        if not near:
            continue
        code = code_of(content)
        for tracker, mark in near:
            if tracker not in found and mark in code:
                path = os.path.relpath(file, root).replace(os.sep, "/")
                levels = _levels_in(content, tracker)
                found[tracker] = Setup(tracker, path, *levels)
    return tuple(found[tracker] for tracker in trackers if tracker in found)


def code_of(content: bytes) -> bytes:
    """What a file calls, names and imports, without its comments and texts; all of it if it does
    not parse."""
    tree = _parsed(content)
    if tree is None:
        return content
    return "\n".join(part for node in ast.walk(tree) for part in _names_in(node)).encode()


def _names_in(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        yield f"{dotted(node.func)}("
    elif isinstance(node, ast.ImportFrom):
        yield from (f"from {node.module} import {alias.name}" for alias in node.names)
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, (ast.Name, ast.Attribute)):
        yield dotted(node)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            names_a_class = isinstance(key, ast.Constant) and key.value in ("class", "()")
            if names_a_class and isinstance(value, ast.Constant):
                yield str(value.value)


def _levels_in(content: bytes, tracker: Tracker) -> tuple[int, int]:
    """The levels that the file hands to the tracker's handler, its defaults where it does not."""
    given: dict[str, int] = {}
    if tracker.handler and tracker.handler.encode() in content:
        for node in ast.walk(_parsed(content) or ast.Module([], [])):
            if isinstance(node, ast.Call) and dotted(node.func).endswith(tracker.handler):
                given = {k.arg: _level_in(k.value) for k in node.keywords if k.arg}
    record, event = tracker.parameters
    return given.get(record, tracker.record), given.get(event, tracker.event)


def _parsed(content: bytes) -> ast.Module | None:
    try:
        return ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _level_in(node: ast.expr) -> int:
    """The level an expression names; None is above all, what is not known is below."""
    if isinstance(node, ast.Constant) and node.value is None:
        return NEVER
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    return LEVELS.get(dotted(node).rpartition(".")[2], 0)


def _python_files(root: str) -> Iterator[str]:
    count = 0
    for number, (folder, folders, files) in enumerate(os.walk(root)):
        if number >= MAX_FOLDERS:
            return
        folders[:] = sorted(n for n in folders if n not in _PASSED_OVER and not n.startswith("."))
        for name in sorted(files):
            file = os.path.join(folder, name)
            if name.endswith(".py") and os.path.isfile(file):  # a pipe would be waited for
                count += 1
                if count > MAX_FILES:
                    return
                yield file
