"""What other files can see of a module, as one digest for each statement at its top level.

A dependant need not be analysed again after an edit that leaves all these digests as they were
and adds at most statements that bind new names. A digest covers the text outside of function
bodies and the summaries of the functions. The lines that a value or a summary could show are kept
beside it: others are told where they moved to.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import pairwise

from gdprlint.engine.consulted import told_languages
from gdprlint.engine.declared import Function
from gdprlint.engine.digests import digest_of, told_of
from gdprlint.engine.values import flat_tags
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import TypeAlias

    from gdprlint.engine.declared import Module
    from gdprlint.engine.program import Program
    from gdprlint.engine.summaries import Summary

_NONE_KNOWN: Mapping[Function, Part] = {}
_INNER = ("def ", "lambda", "class ")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_TEXTS = ("__str__", "__repr__")
BLOCKS = (*FUNCTIONS, ast.ClassDef)
PLACE = "@"
"""What stands for a line in a digest."""
FunctionDef: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"


class Part(NamedTuple):
    """A function or method that told nothing: digests of its text and of what others see of it;
    `lines` are the first and the last, and those that others could be shown."""

    text: str
    told: str
    lines: tuple[int, ...]


class Surface(NamedTuple):
    """Digests of the top-level statements in order; `binds` are the names that each one adds to
    the module if it were new, None for a statement that could change others. `languages` are
    those its names were read in so far (`consulted.told_languages`), "" if nothing asked.
    `lines` are, of each statement, the first and the last, and those that others could be shown;
    `foreign` the other files whose lines are in the digests.

    `parts` told nothing, nor did `silent`: classes by their qualified names, and "" for what
    stands outside of functions; `is_partial` if some of that was taken from an earlier run
    (`earlier.py`)."""

    digests: tuple[str, ...]
    binds: tuple[tuple[str, ...] | None, ...]
    languages: str = ""
    lines: tuple[tuple[int, ...], ...] = ()
    foreign: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    silent: tuple[str, ...] = ()
    is_partial: bool = False


class Reading(NamedTuple):
    """A module under inspection: its lines, and its functions by the line they begin on.

    `known` are functions that need not be evaluated, `before` the digests of an earlier run.
    `shown` are the lines that others could be shown of the statement at hand, `foreign` the other
    files whose lines they could, `parts` the functions seen so far that told nothing.
    """

    module: Module
    lines: list[str]
    functions: Mapping[int, Function]
    writes: Mapping[Function, list[str]]
    known: Mapping[Function, Part]
    before: Container[str]
    shown: list[int]
    foreign: set[str]
    parts: list[Part]

    def at(self, *lines: int) -> str:
        """What stands for some lines in a digest."""
        self.shown.extend(lines)
        return PLACE * len(lines)


def surface_of(
    program: Program,
    module: Module,
    known: Mapping[Function, Part] = _NONE_KNOWN,
    before: Container[str] = (),
) -> Surface:
    """The surface of a module that has been analysed and still has its tree, apart from functions
    that are `known`, and from its body if all of it is in the digests of `before`; `silent` is left
    empty."""
    tree, context = module.tree, module.context
    if tree is None or context is None:
        raise ValueError(module.path)
    writes: dict[Function, list[str]] = {}
    for cls in module.classes:
        for name, writers in cls.writers.items():
            for writer in writers:
                writes.setdefault(writer, []).append(name)
    functions = {function.line: function for function in module.functions}
    lines_of_text = module.text.split("\n")
    reading = Reading(module, lines_of_text, functions, writes, known, before, [], set(), [])
    flips = sorted(program.lexicon.flips_of(context))
    imports = digest_of(" ".join((*sorted(module.imports), *map(str, flips))))
    digests, lines = [imports], [tuple[int, ...]()]
    for statement in tree.body:
        digests.append(digest_of("\n".join(_statement(reading, statement))))
        first = _first_line(statement) if isinstance(statement, BLOCKS) else statement.lineno
        lines.append((first, statement.end_lineno or first, *reading.shown))
        reading.shown.clear()
    binds = (None, *map(_bound, tree.body))
    return Surface(
        tuple(digests),
        binds,
        spoken_in(module),
        tuple(lines),
        tuple(sorted(reading.foreign)),
        tuple(reading.parts),
    )


def spoken_in(module: Module) -> str:
    """The languages that names were read in so far, "" if nothing asked."""
    languages = None if module.context is None else module.context.languages
    return "" if languages is None else told_languages(languages)


class Change(NamedTuple):
    """What an edit did that others need to know: the names it added, and where its statements went
    (first and last line before, first line now), nothing if all that is shown stayed in place.
    `foreign` are those of the new surface."""

    added: tuple[str, ...]
    moves: tuple[tuple[int, int, int], ...]
    foreign: tuple[str, ...]


def change_between(
    old: Sequence[str], old_lines: Sequence[Sequence[int]], new: Surface
) -> Change | None:
    """How a module went from one surface to another; None if others could see that in any way
    other than by lines."""
    added: list[str] = []
    pairs: list[tuple[Sequence[int], Sequence[int]]] = []
    for digest, names, lines in zip(new.digests, new.binds, new.lines, strict=True):
        at = len(pairs)
        if at < len(old) and digest == old[at]:
            pairs.append((old_lines[at], lines))
        elif names is None:
            return None
        else:
            added.extend(names)
    if len(pairs) < len(old):
        return None
    if all(before[2:] == after[2:] for before, after in pairs):
        return Change(tuple(added), (), new.foreign)
    moves = tuple((before[0], before[1], after[0]) for before, after in pairs if before)
    are_apart = all(one[1] < two[0] for one, two in pairwise(moves))
    if not are_apart or not all(one[2] < two[2] for one, two in pairwise(moves)):
        return None
    for before, after in pairs:
        if [moved_line(moves, line) for line in before[2:]] != list(after[2:]):
            return None
    return Change(tuple(added), moves, new.foreign)


def moved_line(moves: Sequence[tuple[int, int, int]], line: int) -> int | None:
    """Where a line went, None for one between the statements."""
    place = bisect_right(moves, line, key=first_line) - 1
    first, last, now = moves[place] if place >= 0 else (0, 0, 0)
    return line - first + now if first <= line <= last else None


def first_line(move: tuple[int, int, int]) -> int:
    """Where a statement began."""
    return move[0]


def _bound(statement: ast.stmt) -> tuple[str, ...] | None:
    if isinstance(statement, BLOCKS):
        return None if statement.decorator_list else (statement.name,)
    if isinstance(statement, ast.Assign):
        names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
        return tuple(names) if len(names) == len(statement.targets) else None
    return None


def _statement(reading: Reading, statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, FUNCTIONS):
        yield from _function(reading, statement)
    elif isinstance(statement, ast.ClassDef):
        yield from _class(reading, statement)
    else:
        if not _is_placeless(reading, statement):
            yield reading.at(statement.lineno)
        yield text_of(reading.lines, statement)


def _is_placeless(reading: Reading, statement: ast.stmt) -> bool:
    """Whether nobody can be shown the line of a statement: an import, a value without data."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return True
    names = _bound(statement)
    if names is None:
        return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    if reading.module.body.summary is None:
        return is_constant(statement) or digests_of(reading.lines, statement)[0] in reading.before
    values = [reading.module.env.get(name) for name in names]
    return all(value is not None and not flat_tags(value) for value in values)


def is_constant(statement: ast.stmt) -> bool:
    """Whether a statement gives a text or number to a name."""
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and all(isinstance(target, ast.Name) for target in statement.targets)
    )


def digests_of(lines: Sequence[str], statement: ast.stmt) -> tuple[str, str]:
    """The digest of a statement outside of functions, if others cannot be shown its line and if
    they can."""
    text = text_of(lines, statement)
    return digest_of(text), digest_of(f"{PLACE}\n{text}")


def text_of(lines: Sequence[str], statement: ast.stmt) -> str:
    """The lines that a statement stands on."""
    return "\n".join(lines[statement.lineno - 1 : statement.end_lineno])


def _class(reading: Reading, node: ast.ClassDef) -> Iterator[str]:
    first = _first_line(node)
    if any(not isinstance(s, (*FUNCTIONS, ast.Expr, ast.Pass)) for s in node.body):
        yield reading.at(first)
    yield from _text(reading, first, node.body[0].lineno)
    for statement in node.body:
        if isinstance(statement, FUNCTIONS):
            yield from _function(reading, statement)
        elif isinstance(statement, ast.ClassDef):
            yield from _class(reading, statement)
        else:
            yield reading.at(statement.lineno)
            yield from _text(reading, statement.lineno, statement.end_lineno)


def _function(reading: Reading, node: FunctionDef) -> Iterator[str]:
    """The digest of what others see of a function, as it is now or was."""
    function = reading.functions.get(node.lineno)
    if function is None or (summary := function.summary) is None:
        part = None if function is None else reading.known.get(function)
        if part is None:
            yield reading.at(node.lineno)
            yield from _text(reading, _first_line(node), node.end_lineno)
        else:
            reading.shown.extend(part.lines[2:])
            reading.parts.append(part)
            yield part.told
        return
    since = len(reading.shown)
    told = digest_of("\n".join(_told(reading, node, function, summary)))
    yield told
    if not summary.is_telling:
        text, *place = text_of_part(reading.lines, node, function.qualname)
        reading.parts.append(Part(text, told, (*place, *reading.shown[since:])))


def text_of_part(lines: Sequence[str], node: FunctionDef, qualname: str) -> tuple[str, int, int]:
    """A digest of name and text of a function, and its first and last line."""
    first, last = _first_line(node), node.end_lineno or node.lineno
    text = "\n".join((qualname, *lines[first - 1 : last]))
    return digest_of(text), first, last


def _told(
    reading: Reading, node: FunctionDef, function: Function, summary: Summary
) -> Iterator[str]:
    first, inside, last = _first_line(node), node.body[0].lineno, node.end_lineno or node.lineno
    if any(word in line for line in _text(reading, inside, last) for word in _INNER):
        yield reading.at(node.lineno)
        yield from _text(reading, first, last)
        return
    writes = reading.writes.get(function, ())
    if writes or node.name in _TEXTS or not _is_trivial(summary):
        yield reading.at(node.lineno)
    yield from _text(reading, first, max(inside - 1, node.lineno))
    yield from writes
    told, foreign = told_of(summary, function, reading.at)
    reading.foreign.update(foreign)
    yield from told


def _first_line(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _text(reading: Reading, first: int, last: int | None) -> Iterator[str]:
    yield from reading.lines[first - 1 : last or first]


def _is_trivial(summary: Summary) -> bool:
    return summary.returns.is_plain() and not (summary.sinks or summary.raises or summary.writes)
