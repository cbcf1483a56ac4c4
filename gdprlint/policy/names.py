"""An identifier -> the places in it that could name personal data.

Comes in: one identifier as written. Goes out: its tokens and candidates, or None when no context
could make it personal, which is the common case and costs a few look-ups.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, repeat

from gdprlint.policy.words import Cutting, fold, split_words
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

    from gdprlint.policy.records import Category

_SENSITIVITY = {"low": 0, "medium": 1, "high": 2, "critical": 3}


class Form(NamedTuple):
    """One meaning of a word: see the kinds in `compile.py`."""

    kind: str
    category: str
    languages: str
    row: int


class Candidate(NamedTuple):
    """Tokens `start` to `end` (exclusive) are a known word or phrase."""

    start: int
    end: int
    key: str
    forms: tuple[Form, ...]


class Name(NamedTuple):
    """An identifier taken apart; `path` holds the receivers an ORM path brings along."""

    text: str
    tokens: tuple[str, ...]
    path: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    dead: tuple[tuple[int, int], ...]
    own: str


class Reader(NamedTuple):
    """What names are read with: the compiled patterns and how to cut."""

    cutting: Cutting
    patterns: Mapping[str, int]
    starts: Mapping[str, int]
    meanings: list[str]
    negatives: Mapping[str, int]
    negative_starts: Mapping[str, int]
    heads: Mapping[str, str]
    head_ends: tuple[str, ...]
    nouns: tuple[str, ...]
    weights: Mapping[str, int]
    lookups: frozenset[str]
    own: Mapping[str, str]
    not_personal: frozenset[str]
    tails: frozenset[str]


def reader_of(
    compiled: Mapping[str, Any],
    words: Mapping[str, frozenset[str]],
    categories: Mapping[str, Category],
) -> Reader:
    """What names are read with, of a compiled lexicon; `words` are its lists as sets."""
    keep, spellings = compiled["cutting"]
    counts = compiled["key_counts"]
    meaning_of_key = chain.from_iterable(map(repeat, range(len(counts)), counts))
    return Reader(
        cutting=Cutting(frozenset(keep), tuple((a, b) for a, b in spellings)),
        patterns=dict(zip(compiled["keys"].split(","), meaning_of_key, strict=True)),
        starts=_starts(compiled["starts"]),
        meanings=compiled["meanings"],
        negatives=dict.fromkeys(compiled["negatives"].split(","), 1),
        negative_starts=_starts(compiled["negative_starts"]),
        heads=compiled["heads"],
        head_ends=tuple(compiled["heads"]),
        nouns=tuple(words["person_i18n"]),
        weights={id: _SENSITIVITY[category.sensitivity] for id, category in categories.items()},
        lookups=words["orm_lookups"],
        own=compiled["own"],
        not_personal=frozenset(compiled["not_personal"]),
        tails=frozenset(phrase.partition(" ")[2] for phrase in compiled["receiver_phrases"]),
    )


def _starts(compiled: Mapping[str, str]) -> dict[str, int]:
    """First token -> most tokens of a phrase that begins with it."""
    return {first: int(size) for size, firsts in compiled.items() for first in firsts.split()}


def read_name(name: str, reader: Reader) -> Name | None:
    """Take a name apart; None if it can never be personal, whatever surrounds it."""
    if name.isascii():
        is_dunder = name.startswith("__") and name.endswith("__")
        return None if is_dunder else _read_variant(name, name, reader)
    best: Name | None = None
    for variant in fold(name):
        found = _read_variant(name, variant, reader)
        if found is not None and (best is None or len(found.candidates) > len(best.candidates)):
            best = found
    return best


def _read_variant(name: str, variant: str, reader: Reader) -> Name | None:
    path: tuple[str, ...] = ()
    if "__" in variant:
        path, variant = _split_path(variant, reader)
    tokens = split_words(variant, reader.cutting)
    candidates = _candidates(tokens, reader) if _has_known_word(tokens, reader) else ()
    joined = " ".join(tokens)
    own = reader.own.get(joined, "")
    if not candidates and not own and joined not in reader.tails:
        return None
    if joined in reader.not_personal:
        return None
    dead = tuple(_spans(tokens, reader.negative_starts, reader.negatives)) if candidates else ()
    return Name(name, tokens, path, candidates, dead, own)


def _split_path(variant: str, reader: Reader) -> tuple[tuple[str, ...], str]:
    """`user__profile__email__icontains` -> (user, profile), email."""
    parts = [part for part in variant.strip("_").split("__") if part]
    while len(parts) > 1 and parts[-1] in reader.lookups:
        parts.pop()
    return tuple(parts[:-1]), parts[-1] if parts else ""


def _has_known_word(tokens: tuple[str, ...], reader: Reader) -> bool:
    """The fast path: most names hold no word that any pattern begins with."""
    patterns, starts, ends = reader.patterns, reader.starts, reader.head_ends
    for token in tokens:
        if token in patterns or token in starts or (len(token) > 7 and token.endswith(ends)):
            return True
    return False


def _spans(
    tokens: tuple[str, ...], starts: Mapping[str, int], keys: Mapping[str, int]
) -> list[tuple[int, int]]:
    """Every stretch of tokens that is a key."""
    found = []
    for start, token in enumerate(tokens):
        if token in keys:
            found.append((start, start + 1))
        longest = starts.get(token)
        if longest is None:
            continue
        for end in range(start + 2, min(start + longest, len(tokens)) + 1):
            if " ".join(tokens[start:end]) in keys:
                found.append((start, end))
    return found


def _candidates(tokens: tuple[str, ...], reader: Reader) -> tuple[Candidate, ...]:
    """Known words in the order they are tried: rightmost head, longest, most sensitive."""
    found = []
    for start, end in _spans(tokens, reader.starts, reader.patterns):
        key = " ".join(tokens[start:end])
        forms = _forms(reader.meanings[reader.patterns[key]])
        found.append(Candidate(start, end, key, forms))
    for index, token in enumerate(tokens):
        if len(token) > 7 and token.endswith(reader.head_ends) and token not in reader.patterns:
            category = _compound(token, reader)
            if category:
                found.append(
                    Candidate(index, index + 1, token, (Form("strong", category, "", -1),))
                )
    if len(found) > 1:
        weights = reader.weights
        found = [c for c in found if not any(_is_part(c, other) for other in found)]
        found.sort(key=lambda c: (-c.end, c.start, -max(weights[f.category] for f in c.forms)))
    return tuple(found)


def _is_part(inner: Candidate, outer: Candidate) -> bool:
    """True if a word is no head of its own: `mac` in `mac address`."""
    return outer.start <= inner.start and inner.end < outer.end


def _forms(meaning: str) -> tuple[Form, ...]:
    """The forms of one compiled meaning, see `compile.py`."""
    found = []
    for form in meaning.split(";"):
        kind, category, languages, row = form.split(",")
        found.append(Form(kind, category, languages, int(row)))
    return tuple(found)


def _compound(token: str, reader: Reader) -> str:
    """`kundenadresse` -> contact.address: a person noun, at most two letters, a head."""
    if not token.startswith(reader.nouns):
        return ""
    head = next(head for head in reader.heads if token.endswith(head))
    stem = token[: -len(head)]
    fits = any(stem.startswith(noun) and len(stem) - len(noun) <= 2 for noun in reader.nouns)
    return reader.heads[head] if fits else ""
