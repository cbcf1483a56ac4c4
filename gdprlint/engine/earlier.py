"""What an earlier run knew of a file that was edited since: which functions need not run again.

A function that told nothing then, and whose text is as it was, tells nothing now if others see of
the module what they saw (`surface.py`): the other functions of a module see no more of it. That
the other files it rests on are as they were is for whoever hands out an `Earlier` to know.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Sequence

from gdprlint.engine.consulted import told_languages
from gdprlint.engine.surface import (
    BLOCKS,
    FUNCTIONS,
    Change,
    Part,
    Surface,
    change_between,
    digests_of,
    is_constant,
    moved_line,
    surface_of,
    text_of_part,
)
from gdprlint.policy.records import FileContext
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gdprlint.engine.declared import Function, Module
    from gdprlint.engine.program import Program
    from gdprlint.policy.lexicon import Lexicon


class Earlier(NamedTuple):
    """A file before it was edited: its surface, and the names that it was asked for and lacked."""

    surface: Surface
    missed: tuple[str, ...] = ()


class Settled(NamedTuple):
    """What need not be evaluated of an edited module: functions, with or without its body, and
    classes by qualified name; and its surface."""

    functions: Collection[Function]
    classes: Collection[str]
    surface: Surface


def settled_by(program: Program, module: Module, earlier: Earlier) -> Settled | None:
    """What an earlier run settled of a freshly loaded module, the rest of which is evaluated; None
    if others see something else of it than before."""
    before, ledger = earlier.surface, program.ledger
    lines = module.text.split("\n")
    parts = _quiet_functions(module, lines, before)
    quiet = {*parts, *([module.body] if _is_body_known(module, lines, before) else ())}
    for function in (module.body, *module.functions):
        if function not in quiet:
            program.summary_of(function)
    surface = surface_of(program, module, parts, before.digests)
    missed = ledger.missed_in(module.path)
    change = unseen_change(earlier, surface, missed, lambda: module.text, lambda: program.lexicon)
    if change is None or ledger.is_unsteady(module.path):
        return None
    if module.body in quiet and not _are_harmless(module, change.added):
        return None
    foreign = tuple(sorted({*surface.foreign, *before.foreign}))
    surface = surface._replace(foreign=foreign, is_partial=True)
    return Settled(quiet, frozenset(before.silent), surface)


def _is_body_known(module: Module, lines: Sequence[str], before: Surface) -> bool:
    """Whether what a module does when it is loaded told nothing, and is as it was but for new
    constants, functions and classes."""
    if "" not in before.silent or module.tree is None:
        return False
    digests = frozenset(before.digests)
    return all(
        isinstance(statement, BLOCKS)
        or is_constant(statement)
        or not digests.isdisjoint(digests_of(lines, statement))
        for statement in module.tree.body
    )


def _are_harmless(module: Module, added: Collection[str]) -> bool:
    """Whether new names are those of constants, and of functions without defaults: nothing runs
    when they are bound."""
    for statement in module.tree.body if module.tree else ():
        if isinstance(statement, FUNCTIONS):
            if statement.name in added and (
                statement.args.defaults or any(statement.args.kw_defaults)
            ):
                return False
        elif isinstance(statement, ast.ClassDef) and statement.name in added:
            return False
    return True


def _quiet_functions(module: Module, lines: Sequence[str], before: Surface) -> dict[Function, Part]:
    """The functions of a freshly loaded module that told nothing and whose text is as it was, with
    their lines as they are now."""
    known = _by_text(before.parts)
    found: dict[Function, tuple[Part, int]] = {}
    for function in module.functions:
        if isinstance(function.node, FUNCTIONS):
            text, first, _ = text_of_part(lines, function.node, function.qualname)
            part = known.get(text)
            if part is not None:
                found[function] = part, first
    moves = sorted((part.lines[0], part.lines[1], first) for part, first in found.values())
    quiet: dict[Function, Part] = {}
    for function, (part, _) in found.items():
        now = [moved for line in part.lines if (moved := moved_line(moves, line)) is not None]
        if len(now) == len(part.lines):
            quiet[function] = part._replace(lines=tuple(now))
    return quiet


def _by_text(parts: Iterable[Part]) -> dict[str, Part]:
    """Parts by their text, without those whose text stands there twice."""
    known: dict[str, Part | None] = {}
    for part in parts:
        known[part.text] = None if part.text in known else part
    return {text: part for text, part in known.items() if part is not None}


def unseen_change(
    earlier: Earlier,
    surface: Surface,
    missed: Iterable[str],
    text_of: Callable[[], str | None],
    lexicon: Callable[[], Lexicon],
) -> Change | None:
    """What an edit did to a module, if others see of it what they saw. `missed` are names that it
    was asked for lately and lacks, `text_of` reads its text."""
    before = earlier.surface
    change = change_between(before.digests, before.lines, surface)
    if change is None or not {*missed, *earlier.missed}.isdisjoint(change.added):
        return None
    if not (change.added or before.languages):
        return change
    text = text_of()
    if text is None:
        return None
    if before.languages:
        context = FileContext(text=text)
        spoken = surface.languages or told_languages(lexicon().languages_of(context))
        if spoken != before.languages:
            return None
    return change if all(text.count(name) == 1 for name in change.added) else None
