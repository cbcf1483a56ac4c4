"""Directives in comments -> records of what they suppress and why, and which findings they hide.

    logger.info(ip)  # gdprlint: ignore[GDL106] basis=6(1)(f) purpose=abuse until=2027-03-31 why

A trailing directive holds for its statement, one on a line of its own for the next statement,
`file-ignore[...]` near the top for the file. There is no form without rules: such a directive is
recorded and hides nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from gdprlint.model import Finding, Span
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    import ast
    from typing import TypeVar

    T = TypeVar("T")

MARKER = "gdprlint:"
ABOUT_POLICY = "GDL8"
FEW_LINES = 64
NEAR_TOP = 20
"""A `file-ignore` counts in the first lines of a file or before its first statement."""

_DIRECTIVE = re.compile(
    r"#\s*gdprlint:\s*(?P<verb>[\w-]+)\s*(?:\[(?P<rules>[^\]]*)\])?(?P<rest>.*)"
)
OPTIONS = ("basis", "purpose", "until", "art9")
_OPTION = re.compile(rf"\s*({'|'.join(OPTIONS)})=(\S+)")


class Statement(NamedTuple):
    """First and last line of a statement, and the last that it or one before it reaches."""

    first: int
    last: int
    reach: int


class Suppression(NamedTuple):
    """One directive: `first_line` to `last_line` (1-based, inclusive) is where it holds.

    `rules` is empty for a malformed directive; `until` is a date as written or "".
    """

    span: Span
    verb: str
    form: Literal["statement", "file", "malformed"]
    rules: tuple[str, ...]
    basis: str
    purpose: str
    until: str
    art9: str
    why: str
    first_line: int
    last_line: int


def parse_suppressions(path: str, text: str, tree: ast.Module | None) -> tuple[Suppression, ...]:
    """Every directive of a file; empty at once if the file does not hold the marker."""
    if MARKER not in text:
        return ()
    comments = list(find_comments(text))
    if not comments:
        return ()
    statements = statement_lines(tree) if tree is not None else []
    return tuple(
        suppression
        for line, column, comment, is_own_line in comments
        if (suppression := read_directive(path, line, column, comment, is_own_line, statements))
    )


def find_comments(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Comments with the marker: line, column (both 1-based), text, stands alone on its line."""
    import io
    import tokenize

    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and MARKER in token.string:
                line, column = token.start
                yield line, column + 1, token.string, not token.line[:column].strip()
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return


def read_directive(
    path: str,
    line: int,
    column: int,
    comment: str,
    is_own_line: bool,
    statements: list[Statement],
) -> Suppression | None:
    """The record of one comment, None if it speaks of something else."""
    found = _DIRECTIVE.search(comment)
    if found is None or found["verb"] not in ("ignore", "file-ignore"):
        return None
    named = [rule for part in (found["rules"] or "").split(",") if (rule := part.strip())]
    rules = tuple(dict.fromkeys(named))
    options: dict[str, str] = {}
    rest, at = found["rest"], 0
    while option := _OPTION.match(rest, at):
        options.setdefault(option[1], option[2])
        at = option.end()
    form: Literal["statement", "file", "malformed"] = "statement"
    first, last = target_lines(line, is_own_line, statements)
    if found["verb"] == "file-ignore":
        form, first, last = "file", 1, comment_limit(line, statements)
    if not rules or last == 0:
        form = "malformed"
    return Suppression(
        span=Span(path, line, column, line, column + len(comment)),
        verb=found["verb"],
        form=form,
        rules=rules,
        basis=options.get("basis", ""),
        purpose=options.get("purpose", ""),
        until=options.get("until", ""),
        art9=options.get("art9", ""),
        why=rest[at:].strip(),
        first_line=first,
        last_line=last,
    )


def comment_limit(line: int, statements: list[Statement]) -> int:
    """The last line a file directive on `line` holds for; 0 if it comes too late."""
    first_statement = statements[0].first if statements else NEAR_TOP
    return 1 << 31 if line <= max(NEAR_TOP, first_statement) else 0


def target_lines(line: int, is_own_line: bool, statements: list[Statement]) -> tuple[int, int]:
    """First and last line of the statement a directive on `line` speaks of."""
    later = bisect_right(statements, line, key=_first)
    for index in range(later - 1, -1, -1):
        if line <= statements[index].last:
            return statements[index].first, statements[index].last
        if line > statements[index].reach:
            break
    if is_own_line:
        following = line + 1 if later == len(statements) else statements[later].first
        return following, max(following, statements[later].last if later < len(statements) else 0)
    return line, line


def _first(statement: Statement) -> int:
    return statement.first


def statement_lines(tree: ast.Module) -> list[Statement]:
    """The lines of every simple statement and of every compound statement's header."""
    found: list[tuple[int, int]] = []
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        blocks = [
            block
            for field in ("body", "orelse", "finalbody", "handlers", "cases")
            if isinstance(block := getattr(node, field, None), list)
        ]
        pending.extend(child for block in blocks for child in block)
        if hasattr(node, "lineno"):
            found.append((first_line(node), last_line(node, blocks)))
    found.sort()
    reached = accumulate((last for _, last in found), max)
    return [Statement(*lines, reach) for lines, reach in zip(found, reached, strict=True)]


def first_line(node: ast.AST) -> int:
    """The line a statement starts on, decorators included."""
    decorators = getattr(node, "decorator_list", [])
    return int(min(part.lineno for part in (node, *decorators)))


def last_line(node: ast.AST, blocks: list[list[ast.AST]]) -> int:
    """The last line of a simple statement, or of the header of a compound one."""
    import ast

    if not any(blocks):
        return int(getattr(node, "end_lineno", 0))
    inner = {id(child) for block in blocks for child in block}
    header = [child for child in ast.iter_child_nodes(node) if id(child) not in inner]
    ends = [getattr(part, "end_lineno", 0) for child in header for part in ast.walk(child)]
    return max([getattr(node, "lineno", 0), *ends])


def by_lines(
    items: Sequence[T], lines_of: Callable[[T], tuple[int, int]]
) -> Callable[[int, int], Sequence[T]]:
    """The answer to which items touch the lines from one to another, both inclusive; items that
    reach over many lines are looked at each time, the others only where they are near."""
    placed = sorted((*lines_of(item), index) for index, item in enumerate(items))
    near = [place for place in placed if place[1] - place[0] <= FEW_LINES]
    far = [place for place in placed if place[1] - place[0] > FEW_LINES]
    starts = [start for start, _, _ in near]

    def touching(first: int, last: int) -> Sequence[T]:
        beside = near[bisect_left(starts, first - FEW_LINES) : bisect_right(starts, last)]
        places = (*beside, *far)
        return [items[at] for start, end, at in places if start <= last and first <= end]

    return touching


def lines_of(suppression: Suppression) -> tuple[int, int]:
    """Where a directive holds."""
    return suppression.first_line, suppression.last_line


def is_suppressed(finding: Finding, suppressions: Iterable[Suppression], today: str) -> bool:
    """Whether a directive in force on `today` (ISO date) hides the finding."""
    return any(hides(suppression, finding, today) for suppression in suppressions)


def hides(suppression: Suppression, finding: Finding, today: str) -> bool:
    """Whether `suppression` covers the finding and has not run out."""
    return covers(suppression, finding) and not (suppression.until and today > suppression.until)


def covers(suppression: Suppression, finding: Finding) -> bool:
    """Whether `suppression` names the finding's rule and its place.

    What is said of directives and of the policy cannot be silenced by a directive.
    """
    return (
        suppression.first_line <= finding.span.end_line
        and finding.span.line <= suppression.last_line
        and suppression.form != "malformed"
        and suppression.span.path == finding.span.path
        and not finding.rule.startswith(ABOUT_POLICY)
        and any(finding.rule.startswith(rule) for rule in suppression.rules)
    )
