"""An identifier -> its tokens: case, digits, foreign letters (see rules/lexicon/matching.toml)."""

from __future__ import annotations

import re

from gdprlint.tuples import NamedTuple

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[\W_]+")
_RUNS = re.compile(r"\d+|[^\W\d]+")

# letters that no Unicode decomposition takes apart, and the second way to write an umlaut
_LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "þ": "th", "ð": "d", "ħ": "h", "ı": "i",
    "ø": "o", "Æ": "Ae", "Œ": "Oe", "Ł": "L", "Đ": "D", "Þ": "Th", "Ð": "D", "Ħ": "H", "Ø": "O",
}  # fmt: skip
_GERMAN = {
    "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe",
    "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe",
}  # fmt: skip
_PLAIN_TABLE = str.maketrans(_LETTERS)
_GERMAN_TABLE = str.maketrans({**_LETTERS, **_GERMAN})


class Cutting(NamedTuple):
    """How names are cut: tokens that keep their digits, spellings with an inner capital."""

    keep_together: frozenset[str]
    spellings: tuple[tuple[str, str], ...]


def fold(text: str) -> tuple[str, ...]:
    """The text without diacritics: once, or in both ways of writing an umlaut."""
    if text.isascii():
        return (text,)
    plain = _without_marks(text.translate(_PLAIN_TABLE))
    german = _without_marks(text.translate(_GERMAN_TABLE))
    return (plain,) if plain == german else (plain, german)


def _without_marks(text: str) -> str:
    if text.isascii():
        return text
    import unicodedata

    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def split_words(name: str, cutting: Cutting) -> tuple[str, ...]:
    """The lower-case tokens of a folded name: `userEmail2` -> user, email, 2."""
    if name.isalpha() and name.islower():
        return (name,)
    if not name.islower() and not name.isupper():
        for written, split in cutting.spellings:
            if written in name:
                name = name.replace(written, split)
        name = _CAMEL.sub("_", name)
    name = name.lower()
    if name.replace("_", "").isalpha():
        return tuple([part for part in name.split("_") if part])
    parts = _SEPARATORS.split(name)
    tokens: list[str] = []
    for part in parts:
        if part.isalpha() or part in cutting.keep_together:
            tokens.append(part)
        elif part:
            tokens.extend(_RUNS.findall(part))
    return tuple(tokens)


def plurals(phrase: str) -> tuple[str, ...]:
    """The English plural of a phrase's last word; none for a word that looks like one already."""
    if phrase.endswith(("s", "x", "ch", "sh")):
        return (phrase + "es",) if phrase.endswith(("ss", "x", "ch", "sh", "us")) else ()
    if phrase.endswith("y") and phrase[-2:-1] not in "aeiou":
        return (phrase[:-1] + "ies",)
    return (phrase + "s",) if phrase[-1:].isalpha() else ()
