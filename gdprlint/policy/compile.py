"""Lexicon tables -> the compiled lexicon: plain lists and dicts that JSON keeps as they are.

Every pattern becomes one of `keys`, its tokens joined by a space; the first `key_counts[0]` of
them have the first of `meanings`, and so on. A meaning is a list of forms, joined by semicolons,
each `kind,category,languages,detail`:

    strong     a word or phrase that names the category
    weak       the same at low confidence without a person nearby
    abbr       whole identifier, or beside a person
    ambiguous  row `detail` of `ambiguous` says when
    native     a weak form of the languages given

Lists of words are kept as one text each: it loads several times faster than as many small ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gdprlint.policy.words import Cutting, fold, plurals, split_words
from gdprlint.tuples import NamedTuple

Form = tuple[str, str, str, int]


class Overrides(NamedTuple):
    """What a project's settings add to the lexicon."""

    words: Mapping[str, str]
    not_personal: Sequence[str]
    languages: Sequence[str]
    person_words: Sequence[str]


class Collected:
    """Patterns under construction: key -> forms, the first one leading."""

    def __init__(self, cutting: Cutting) -> None:
        self.cutting = cutting
        self.forms: dict[str, list[Form]] = {}
        self.ambiguous: list[list[Any]] = []

    def keys(self, pattern: str) -> Iterator[str]:
        """The ways a pattern reads once folded and split like code."""
        for variant in fold(pattern):
            yield " ".join(split_words(variant, self.cutting))

    def add(
        self, key: str, kind: str, category: str, languages: str = "", detail: int = -1
    ) -> None:
        """Add one meaning to a key; the same meaning in a second language widens the first."""
        forms = self.forms.setdefault(key, [])
        for index, (known_kind, known_category, known_languages, known_detail) in enumerate(forms):
            if (known_kind, known_category) == (kind, category):
                merged = sorted({*known_languages.split(), *languages.split()})
                forms[index] = (kind, category, " ".join(merged), known_detail)
                return
        forms.append((kind, category, languages, detail))

    def is_open(self, key: str) -> bool:
        """True if no English or ambiguous meaning owns the key."""
        return all(languages for _, _, languages, _ in self.forms.get(key, ()))


def compile_lexicon(tables: Mapping[str, Any], overrides: Overrides) -> dict[str, Any]:
    """Compile validated lexicon tables together with the project's own names."""
    matching = tables["matching"]
    cutting = Cutting(
        frozenset(matching["keep_together"]), tuple((a, b) for a, b in matching["spellings"])
    )
    collected = Collected(cutting)
    _add_ambiguous(collected, tables)
    _add_categories(collected, tables["category"])
    _add_national(collected, tables)
    _add_fused(collected, matching)
    _add_languages(collected, tables, overrides.languages)
    patterns: dict[tuple[Form, ...], list[str]] = {}
    for key, found in collected.forms.items():
        patterns.setdefault(tuple(found), []).append(key)
    phrases = tables["negative"]["phrases"]
    negatives = {key: 1 for phrase in phrases for key in _with_plurals(collected, phrase)}
    return {
        "meanings": [";".join(",".join(map(str, form)) for form in found) for found in patterns],
        "keys": ",".join(key for keys in patterns.values() for key in keys),
        "key_counts": [len(keys) for keys in patterns.values()],
        "starts": _starts(collected.forms),
        "negatives": ",".join(negatives),
        "negative_starts": _starts(negatives),
        "ambiguous": collected.ambiguous,
        "groups": _groups(tables["group"], overrides.person_words),
        "heads": _heads(tables["language"]),
        "words": {k: " ".join(v) for k, v in tables["negative"].items() if k != "phrases"},
        "cutting": [matching["keep_together"], matching["spellings"]],
        "receiver_phrases": _receiver_phrases(collected, matching["receiver_phrases"]),
        "flips": [_flip(row, overrides.person_words) for row in tables["import_flip"]],
        "cancelled_by": {
            c["id"]: c["negative_context"] for c in tables["category"] if "negative_context" in c
        },
        "own": {key: c for name, c in overrides.words.items() for key in collected.keys(name)},
        "not_personal": [key for name in overrides.not_personal for key in collected.keys(name)],
        "languages": list(overrides.languages),
    }


def _flip(row: Mapping[str, Any], person_words: Iterable[str]) -> list[Any]:
    """A row of `import_flip`; what the settings call a person is one whatever is imported."""
    is_of_persons = row["effect"] in ("person", "thing")
    persons = {word.lower() for word in person_words} if is_of_persons else set()
    words = [word for word in row["words"] if word not in persons]
    evidence = [row["imports"], row.get("mentions", []), row.get("receivers", [])]
    effect = [row["effect"], row["because"], row.get("category", "")]
    return [*evidence, words, *effect, row.get("without", [])]


def _with_plurals(collected: Collected, pattern: str) -> Iterator[str]:
    for key in collected.keys(pattern):
        yield key
        yield from plurals(key)


def _add_ambiguous(collected: Collected, tables: Mapping[str, Any]) -> None:
    rows = list(tables["ambiguous"])
    explicit = {row["token"] for row in rows}
    strong = {word for c in tables["category"] for word in c.get("strong", ())}
    for category in tables["category"]:
        for word in category.get("context", ()):
            if word not in explicit and word not in strong:
                explicit.add(word)
                positive, negative = ["@person", "@person_i18n"], ["@technical"]
                rows.append(
                    {
                        "token": word,
                        "category": category["id"],
                        "positive": positive,
                        "negative": negative,
                    }
                )
    for row in rows:
        index = len(collected.ambiguous)
        collected.ambiguous.append(
            [
                row.get("needs", "context"),
                " ".join(row["positive"]),
                " ".join(row["negative"]),
                " ".join(row.get("without", ())),
                row.get("near", False),
            ]
        )
        for key in _with_plurals(collected, row["token"]):
            if key == row["token"] or key not in explicit | strong:
                collected.add(key, "ambiguous", row["category"], detail=index)


def _add_categories(collected: Collected, categories: Iterable[Mapping[str, Any]]) -> None:
    """Words and phrases of the categories; an ambiguous word keeps its own rules."""
    for kind, keys in (
        ("weak", ("weak_phrases",)),
        ("strong", ("strong", "phrases")),
        ("abbr", ("abbr",)),
    ):
        for category in categories:
            for pattern in (p for key in keys for p in category.get(key, ())):
                variants = (
                    collected.keys(pattern) if kind == "abbr" else _with_plurals(collected, pattern)
                )
                for key in variants:
                    if key not in collected.forms:
                        collected.add(key, kind, category["id"])


def _add_national(collected: Collected, tables: Mapping[str, Any]) -> None:
    languages = tables["country_languages"]
    for row in tables["national_id"]:
        for pattern in row["strong"]:
            for key in collected.keys(pattern):
                if key not in collected.forms:
                    collected.add(key, "strong", row["category"])
        for pattern in row["weak"]:
            for key in collected.keys(pattern):
                if collected.is_open(key):
                    spoken = " ".join(languages.get(row["country"], ()))
                    collected.add(key, "native", row["category"], spoken or row["country"])


def _add_fused(collected: Collected, matching: Mapping[str, Any]) -> None:
    """`first name` also reads `firstname`, unless that word has a meaning of its own."""
    for key, forms in list(collected.forms.items()):
        if forms[0][0] in ("strong", "weak"):
            for fused in _fused(key, matching):
                if fused not in collected.forms:
                    collected.forms[fused] = list(forms)


def _fused(key: str, matching: Mapping[str, Any]) -> Iterator[str]:
    tokens = key.split()
    if 2 <= len(tokens) <= matching["fuse_max_tokens"]:
        fused = "".join(tokens)
        if fused.isalpha() and len(fused) >= matching["fuse_min_length"]:
            yield fused


def _add_languages(collected: Collected, tables: Mapping[str, Any], chosen: Sequence[str]) -> None:
    matching = tables["matching"]
    for code, table in tables["language"].items():
        if chosen and code not in chosen:
            continue
        weak = {key for form in table["weak"] for key in collected.keys(form)}
        for row, forms in table["fields"].items():
            category = tables["field"][row]
            for key in (k for form in forms for k in collected.keys(form)):
                short = " " not in key and len(key) < matching["min_strong_length"]
                is_weak = key in weak or (short and key not in matching["short_strong"])
                if is_weak:
                    collected.add(key, "native", category, code)
                elif collected.is_open(key):
                    for variant in (key, *_fused(key, matching)):
                        if collected.is_open(variant) and variant not in weak:
                            collected.add(variant, "strong", category, code)


def _starts(keys: Iterable[str]) -> dict[str, str]:
    """Most tokens of a phrase -> the tokens that such phrases begin with."""
    longest: dict[str, int] = {}
    for key in keys:
        first, *rest = key.split()
        if rest:
            longest[first] = max(longest.get(first, 0), 1 + len(rest))
    return {
        str(size): " ".join(first for first, most in longest.items() if most == size)
        for size in sorted(set(longest.values()))
    }


def _groups(tables: Mapping[str, Any], person_words: Sequence[str]) -> dict[str, str]:
    groups = {name: list(table["tokens"]) for name, table in tables.items()}
    groups["person"] += [word.lower() for word in person_words]
    return {
        name: " ".join(sorted({*tokens, *(p for token in tokens for p in plurals(token))}))
        for name, tokens in groups.items()
    }


def _heads(languages: Mapping[str, Any]) -> dict[str, str]:
    """Second halves of compounds, the longest first so that the right one is cut off."""
    heads = {
        h: c for table in languages.values() for h, c in table.get("compound_heads", {}).items()
    }
    return dict(sorted(heads.items(), key=lambda item: (-len(item[0]), item[0])))


def _receiver_phrases(collected: Collected, phrases: Iterable[str]) -> dict[str, str]:
    """Phrase over a receiver and a name -> its category."""
    found = {}
    for phrase in phrases:
        forms = collected.forms.get(phrase)
        if forms and forms[0][0] in ("strong", "weak"):
            found[phrase] = forms[0][1]
    return found
