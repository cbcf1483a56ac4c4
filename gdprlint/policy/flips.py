"""What the imports of a file, or the words it holds, make of bare words (`import_flip`).

Few names have to do with any row, so a row is only looked at when such a name is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable

from gdprlint.policy.names import Name
from gdprlint.policy.records import FileContext
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any


class Flip(NamedTuple):
    """What is true of files that import or mention one of these, and import nothing of `without`:
    an effect on bare words, or on those read from one of `receivers`."""

    imports: frozenset[str]
    mentions: tuple[str, ...]
    receivers: frozenset[str]
    words: frozenset[str]
    effect: str
    because: str
    category: str
    without: frozenset[str]


def flips_from(rows: Iterable[Any]) -> tuple[Flip, ...]:
    """The rows of their compiled form, in order."""
    return tuple(
        Flip(
            frozenset(imports),
            tuple(mentions),
            frozenset(receivers),
            frozenset(words),
            effect,
            because,
            category,
            frozenset(without),
        )
        for imports, mentions, receivers, words, effect, because, category, without in rows
    )


def rows_for(name: Name, flips: tuple[Flip, ...]) -> tuple[int, ...]:
    """The rows that may change what a name denotes: those with a word of it, alone or behind a
    receiver, and those that say who is a person if that decides between its meanings."""
    keys = {candidate.key for candidate in name.candidates}
    tail = " " + " ".join(name.tokens)
    is_ambiguous = any(form.kind == "ambiguous" for c in name.candidates for form in c.forms)
    return tuple(
        index
        for index, flip in enumerate(flips)
        if (is_ambiguous and flip.effect == "person")
        or not keys.isdisjoint(flip.words)
        or any(word.endswith(tail) for word in flip.words)
    )


def flips_in(context: FileContext, rows: Iterable[int], flips: tuple[Flip, ...]) -> frozenset[int]:
    """Those of the rows that are true of a file."""
    if context.flips_of != len(context.imports):
        context.flips_of = len(context.imports)
        context.flips.clear()
    known = context.flips
    for row in rows:
        if row not in known:
            known[row] = _is_true(flips[row], context)
    return frozenset([row for row in rows if known[row]])


def _is_true(flip: Flip, context: FileContext) -> bool:
    if not flip.without.isdisjoint(context.imports):
        return False
    if not flip.imports.isdisjoint(context.imports):
        return True
    text = context.text if flip.mentions else ""
    return any(mention in text for mention in flip.mentions)
