"""What the imports of a file, or the words it holds, make of bare words (`import_flip`).

Few names have to do with any row, so a row is only looked at when such a name is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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


OF_PERSONS = ("person", "thing")
"""Effects on who is a person."""


class Flips:
    """The rows of `import_flip` by number, and which of them a name has to do with."""

    def __init__(self, compiled: Iterable[Any]) -> None:
        self.rows = tuple(map(_flip, compiled))
        self._by_word: dict[str, set[int]] = {}
        self._by_tail: dict[str, set[int]] = {}
        for number, flip in enumerate(self.rows):
            for word in flip.words:
                self._by_word.setdefault(word, set()).add(number)
                for tail in _tails(word):
                    self._by_tail.setdefault(tail, set()).add(number)
        self._of_persons = [n for n, flip in enumerate(self.rows) if flip.effect in OF_PERSONS]

    def numbers_for(self, name: Name) -> tuple[int, ...]:
        """The rows that may change what a name denotes: those with a word of it, alone or behind a
        receiver, and those that say who is a person if that decides between its meanings."""
        found = set(self._by_tail.get(" ".join(name.tokens), ()))
        for candidate in name.candidates:
            found.update(self._by_word.get(candidate.key, ()))
            if any(form.kind == "ambiguous" for form in candidate.forms):
                found.update(self._of_persons)
        return tuple(sorted(found))

    def true_of(self, context: FileContext, numbers: Iterable[int]) -> frozenset[int]:
        """Those of the rows that are true of a file."""
        if context.flips_of != len(context.imports):
            context.flips_of = len(context.imports)
            context.flips.clear()
        known = context.flips
        for number in numbers:
            if number not in known:
                known[number] = _is_true(self.rows[number], context)
        return frozenset([number for number in numbers if known[number]])


def _flip(row: Any) -> Flip:
    imports, mentions, receivers, words, effect, because, category, without = row
    return Flip(
        frozenset(imports),
        tuple(mentions),
        frozenset(receivers),
        frozenset(words),
        effect,
        because,
        category,
        frozenset(without),
    )


def _tails(phrase: str) -> Iterator[str]:
    """What follows each word of a phrase: "data" of "request data"."""
    _, space, tail = phrase.partition(" ")
    while space:
        yield tail
        _, space, tail = tail.partition(" ")


def _is_true(flip: Flip, context: FileContext) -> bool:
    if not flip.without.isdisjoint(context.imports):
        return False
    if not flip.imports.isdisjoint(context.imports):
        return True
    text = context.text if flip.mentions else ""
    return any(mention in text for mention in flip.mentions)
