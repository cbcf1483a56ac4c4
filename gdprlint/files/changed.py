"""Which lines a commit or a branch changes, as git tells it: path -> ranges of lines.

Lines are those of the new side: of the work tree for `changed_since`, of the index for
`staged_changes`. A line that was only removed changes no line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from gdprlint.files.git import run_git, work_tree_of
from gdprlint.files.notebook import file_of, is_notebook
from gdprlint.model import Finding, Span, UsageError
from gdprlint.tuples import NamedTuple

Range = tuple[int, int]
"""First and last line, 1-based and inclusive."""

WHOLE_FILE: tuple[Range, ...] = ((1, 1 << 31),)

_DIFF = (
    "diff",
    "--unified=0",
    "--inter-hunk-context=0",
    "--find-renames",
    "--diff-filter=d",
    "--text",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f"}


class Changes(NamedTuple):
    """Changed lines by path (relative to the root, forward slashes).

    `contents` holds the staged bytes of files whose work tree copy differs from them.
    """

    lines: Mapping[str, tuple[Range, ...]]
    contents: Mapping[str, bytes] = {}

    def touch(self, finding: Finding) -> bool:
        """Whether the finding, or any step of its flow, stands on a changed line."""
        return any(
            self.touch_span(span) for span in (finding.span, *(step.span for step in finding.steps))
        )

    def touch_span(self, span: Span) -> bool:
        """Whether a line of the span changed."""
        file = file_of(span.path)
        ranges = self.lines.get(file, ())
        if is_notebook(file):  # its lines are not those of its JSON: any change counts
            return bool(ranges)
        return any(first <= span.end_line and span.line <= last for first, last in ranges)


def changed_since(root: str, ref: str) -> Changes:
    """What the work tree changed since it left `ref`: commits, edits and untracked files.

    Compares with the merge base, so that what `ref` gained in the meantime does not count.
    Raises `UsageError` outside of git and for an unknown `ref`.
    """
    require_work_tree(root, "--changed-since")
    name = f"{ref}^{{commit}}"
    if ref.startswith("-") or run_git(root, "rev-parse", "--quiet", "--verify", name) is None:
        raise UsageError(
            f"--changed-since: unknown commit `{ref}`", "a shallow clone has to fetch it first"
        )
    base = run_git(root, "merge-base", ref, "HEAD")
    start = os.fsdecode(base).strip() if base else ref
    lines = dict(parse_diff(run_git(root, *_DIFF, start, "--") or b""))
    untracked = run_git(root, "ls-files", "-z", "--others", "--exclude-standard") or b""
    lines |= dict.fromkeys(names_of(untracked), WHOLE_FILE)
    return Changes(lines)


def staged_changes(root: str) -> Changes:
    """What the next commit changes, with the text it gets where the work tree says otherwise."""
    require_work_tree(root, "--staged")
    lines = dict(parse_diff(run_git(root, *_DIFF, "--cached", "--") or b""))
    edited = names_of(run_git(root, "diff", "--name-only", "-z", "--diff-filter=d", "--") or b"")
    contents = {path: run_git(root, "show", f":{path}") for path in edited if path in lines}
    return Changes(lines, {path: data for path, data in contents.items() if data is not None})


def require_work_tree(root: str, flag: str) -> None:
    """Raise `UsageError` if `root` is in no git repository, or git cannot be run in it."""
    if not work_tree_of(root):
        raise UsageError(f"{flag}: {root} is in no git repository")
    if run_git(root, "rev-parse", "--is-inside-work-tree") is None:
        raise UsageError(f"{flag}: git cannot be run in {root}")


def names_of(output: bytes) -> list[str]:
    """The paths of a listing that ends each with NUL."""
    return [os.fsdecode(name) for name in output.split(b"\0") if name]


def parse_diff(output: bytes) -> Iterator[tuple[str, tuple[Range, ...]]]:
    """Path and changed ranges of each file of a diff without context."""
    path = ""
    ranges: list[Range] = []
    body = 0
    for line in output.split(b"\n"):
        if body:
            body -= not line.startswith(b"\\")
        elif line.startswith(b"+++ "):
            if path and ranges:
                yield path, tuple(ranges)
            path, ranges = path_of(line[4:]), []
        elif hunk := _HUNK.match(line):
            removed, first, added = (int(number or 1) for number in hunk.groups())
            body = removed + added
            if added:
                ranges.append((first, first + added - 1))
    if path and ranges:
        yield path, tuple(ranges)


def path_of(name: bytes) -> str:
    """The path of a `+++` line: without prefix, quotes and the tab after names with spaces."""
    name = name.rstrip(b"\t\r")
    if name.startswith(b'"'):
        name = _ESCAPE.sub(_unescape, name[1:-1])
    return os.fsdecode(name.removeprefix(b"b/"))


def _unescape(found: re.Match[bytes]) -> bytes:
    text = found[1]
    return bytes([int(text, 8)]) if len(text) == 3 else _ESCAPED.get(text, text)
