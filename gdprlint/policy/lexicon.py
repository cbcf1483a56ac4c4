"""The matcher: a name, its receivers and its file -> the category it denotes, and why.

Follows the order of precedence of rules/lexicon/negatives.toml. Reading a name is memoised by its
text, the verdict by text, receivers, call and what the file's imports and language change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gdprlint.policy import evidence
from gdprlint.policy.evidence import CERTAIN, HIGH, LOW, NONE, Doubt
from gdprlint.policy.flips import Flips
from gdprlint.policy.meanings import Meanings, Place
from gdprlint.policy.names import Candidate, Name, read_name, reader_of
from gdprlint.policy.records import Category, FileContext, Match
from gdprlint.policy.words import fold, split_words
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

__all__ = ["FileContext", "Lexicon"]

_IDENTIFIER = r"[^\W\d]\w*"
_FORMS_THAT_CONFIRM = 2
_UNREAD: Any = object()
_NO_FLIPS: frozenset[int] = frozenset()
_KEY_OF_A_THING = "account.user_id"

Key = tuple[str, tuple[str, ...], bool, frozenset[int], frozenset[str]]


class Case(NamedTuple):
    """One name to judge: `base` tokens are a getter's verb, `most` caps every verdict; an attribute
    of a constant (`NAMESPACE.email`) is a constant as often as not."""

    name: Name
    receivers: tuple[tuple[str, ...], ...]
    is_called: bool
    base: int
    is_constant: bool
    of_constant: bool
    most: int
    flips: frozenset[int]
    languages: frozenset[str]


class Needs(NamedTuple):
    """What the verdict on a name depends on in its file: rows of `import_flip`, its languages."""

    rows: tuple[int, ...]
    languages: bool


class Lexicon:
    """Classifies names; safe to share between files, its memo only grows."""

    def __init__(self, compiled: Mapping[str, Any], categories: Mapping[str, Category]) -> None:
        self._categories = categories
        self._words = _word_sets(compiled)
        self._reader = reader_of(compiled, self._words, categories)
        self._flips = Flips(compiled["flips"])
        self._meanings = Meanings(compiled, self._words, self._flips.rows)
        self._receiver_phrases: Mapping[str, str] = compiled["receiver_phrases"]
        self._enabled = frozenset(compiled["languages"])
        self._constants = self._words["constant_categories"]
        self._names: dict[str, Name | None] = {}
        self._needs: dict[str, Needs] = {}
        self._receivers: dict[str, tuple[str, ...]] = {}
        self._memo: dict[Key, Match | None] = {}

    def is_silent(self, name: str) -> bool:
        """True if the name says nothing, whatever its receivers and its file."""
        return self._read(name) is None

    def classify(
        self,
        name: str,
        receivers: tuple[str, ...] = (),
        called: bool = False,
        context: FileContext | None = None,
    ) -> Match | None:
        """What the name denotes, or None.

        `receivers` are outermost first: `order.customer.name` is "name" on ("order", "customer").
        `called`: the value is what a call of that name returns.
        """
        read = self._names.get(name, _UNREAD)
        if read is None:
            return None
        if read is _UNREAD:
            read = self._names[name] = read_name(name, self._reader)
            if read is None:
                return None
        flips, languages = _NO_FLIPS, self._enabled
        if context is not None:
            needs = self._needs.get(name) or self._needs_of(read)
            if needs.rows:
                flips = self._flips.true_of(context, needs.rows)
            if needs.languages:
                languages = self.languages_of(context)
        key = (name, receivers, called, flips, languages)
        found = self._memo.get(key, _UNREAD)
        if found is _UNREAD:
            found = self._memo[key] = self._judge(read, receivers, called, flips, languages)
        result: Match | None = found
        return result

    def _needs_of(self, name: Name) -> Needs:
        is_native = any(f.kind == "native" for c in name.candidates for f in c.forms)
        needs = self._needs[name.text] = Needs(self._flips.numbers_for(name), is_native)
        return needs

    def _read(self, name: str) -> Name | None:
        read: Name | None = self._names.get(name, _UNREAD)
        if read is _UNREAD:
            read = self._names[name] = read_name(name, self._reader)
        return read

    def _judge(
        self,
        name: Name,
        receivers: tuple[str, ...],
        called: bool,
        flips: frozenset[int],
        languages: frozenset[str],
    ) -> Match | None:
        if name.own:
            return Match(name.own, "likely", f"`{name.text}` is named in the settings")
        written = (*receivers, *name.path)
        chain = tuple(tokens for tokens in map(self._receiver, written) if tokens)
        tokens = name.tokens
        if not chain and " ".join(tokens) in self._words["whole"]:
            return None
        if chain and not self._words["sanitised"].isdisjoint(chain[-1]):
            return None
        if chain and chain[-1][-1] in self._words["described"]:
            return None
        most = self._most_for_class(name.text, written, chain, called)
        if most == NONE or (called and "".join(tokens) in self._words["wrappers"]):
            return None
        over_receiver = self._over_receiver(tokens, chain, flips)
        if over_receiver is not None:
            return over_receiver
        is_getter = called and len(tokens) > 1 and tokens[0] in self._words["verb_transparent"]
        is_constant = self._is_constant(name.text, written, chain)
        of_constant = bool(written) and _is_upper(written[0]) and not self._is_asked(chain)
        case = Case(
            name, chain, called, int(is_getter), is_constant, of_constant, most, flips, languages
        )
        for candidate in name.candidates:
            match = self._judge_candidate(candidate, case)
            if match is not None:
                return match
        return None

    def _judge_candidate(self, candidate: Candidate, case: Case) -> Match | None:
        """In order of precedence: safe form, phrase, follower, prefix, category, constant."""
        tokens, words = case.name.tokens, self._words
        start, end = candidate.start, candidate.end
        others = (*tokens[:start], *tokens[end:])
        if not words["sanitised"].isdisjoint(others):
            return None
        size = end - start
        if any(s < end and start < e and e - s >= size for s, e in case.name.dead):
            return None
        base = case.base if start else 0
        doubts = (
            evidence.judge_followers(tokens, end, words),
            evidence.judge_prefix(tokens, base, start, words, is_called=case.is_called),
            self._judge_call(tokens, start, case),
        )
        doubt = min(doubts, key=lambda d: d.most)
        if doubt.most == NONE:
            return None
        place = Place(tokens, start, end, base, case.receivers, case.flips, case.languages)
        category, level, reason = self._meanings.judge(candidate, place)
        if case.is_constant and category not in self._constants:
            return None
        if case.of_constant and category not in self._constants:
            level = min(level, LOW)
            reason = reason or "read from a constant"
        level = min(level, doubt.most, case.most)
        if level == NONE:
            return None
        if any(d.is_key for d in doubts):
            category = _KEY_OF_A_THING
        why = [f'"{candidate.key}" names {self._label(category)}', reason, doubt.reason]
        return Match(
            category, "possible" if level == LOW else "likely", "; ".join(w for w in why if w)
        )

    def _judge_call(self, tokens: tuple[str, ...], start: int, case: Case) -> Doubt:
        """A called name that begins with a verb nobody knows is an action as likely as a getter."""
        if not case.is_called or not start or case.base:
            return CERTAIN
        first, words = tokens[0], self._words
        if first in words["verb_sanitising"]:
            return Doubt(NONE)
        known = first in words["person"] or first in words["follower_neutral"]
        return CERTAIN if known or case.receivers else Doubt(LOW, f"calls `{'_'.join(tokens)}`")

    def _most_for_class(
        self,
        text: str,
        written: tuple[str, ...],
        chain: tuple[tuple[str, ...], ...],
        called: bool,
    ) -> int:
        """CapWords are classes, unless they are a key of a request, a table's row or a person."""
        if not text[0].isupper() or not text.isalnum() or text.isupper():
            return HIGH
        if called or not chain:
            return NONE
        return HIGH if self._holds_keys(written, chain) else LOW

    def _is_constant(
        self, text: str, written: tuple[str, ...], chain: tuple[tuple[str, ...], ...]
    ) -> bool:
        """ALL_CAPS is a constant, unless it is a key of a request, a table's row or a person."""
        return text.isupper() and len(text) > 1 and not self._holds_keys(written, chain)

    def _is_asked(self, chain: tuple[tuple[str, ...], ...]) -> bool:
        """Whether any receiver is a request, or a line of a table."""
        groups = (self._words["request"], self._words["row"])
        return any(not group.isdisjoint(tokens) for tokens in chain for group in groups)

    def _holds_keys(self, written: tuple[str, ...], chain: tuple[tuple[str, ...], ...]) -> bool:
        if not chain or "os" in written:
            return False
        if any(not self._words[group].isdisjoint(chain[-1]) for group in ("request", "row")):
            return True
        return any(
            text[:1].islower() and not self._words["person"].isdisjoint(self._receiver(text))
            for text in written
        )

    def _over_receiver(
        self,
        tokens: tuple[str, ...],
        chain: tuple[tuple[str, ...], ...],
        flips: frozenset[int],
    ) -> Match | None:
        """A phrase that a receiver and a name form together: `request.data`, `card.number`,
        `card_details.number`."""
        if not chain:
            return None
        words = chain[-1]
        phrase = " ".join((words[-1], *tokens))
        category = self._receiver_phrases.get(phrase)
        if category is None and len(words) > 1 and words[-1] in self._words["carrier"]:
            words = words[:-1]
            phrase = " ".join((words[-1], *tokens))
            category = self._receiver_phrases.get(phrase)
        if category is None or " ".join(words[-2:]) in self._reader.negatives:
            return None
        why = f'"{phrase}" names {self._label(category)}'
        doubt = self._meanings.doubt_of(phrase, flips)
        if doubt:
            return Match(category, "possible", f"{why}; {doubt}")
        return Match(category, "likely", why)

    def _receiver(self, text: str) -> tuple[str, ...]:
        tokens = self._receivers.get(text)
        if tokens is None:
            folded = fold(text)[0] if text not in ("self", "cls") else ""
            tokens = self._receivers[text] = split_words(folded, self._reader.cutting)
        return tokens

    def _label(self, category: str) -> str:
        known = self._categories.get(category)
        return f"{category} ({known.label})" if known else category

    def flips_of(self, context: FileContext) -> frozenset[int]:
        """Which rows of `import_flip` the file's imports, or the words it holds, make true."""
        return self._flips.true_of(context, range(len(self._flips.rows)))

    def languages_of(self, context: FileContext) -> frozenset[str]:
        """Languages named in the settings or confirmed by two strong forms in the file."""
        languages = context.languages
        if languages is None:
            forms: dict[str, set[str]] = {}
            for identifier in set(re.findall(_IDENTIFIER, context.text)):
                read = self._read(identifier)
                for candidate in read.candidates if read else ():
                    for form in candidate.forms:
                        if form.kind == "strong":
                            for language in form.languages.split():
                                forms.setdefault(language, set()).add(candidate.key)
            confirmed = {code for code, keys in forms.items() if len(keys) >= _FORMS_THAT_CONFIRM}
            languages = self._enabled | confirmed
            context.speak(languages)
        return languages


def _is_upper(text: str) -> bool:
    return len(text) > 1 and text.isupper()


def _word_sets(compiled: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The lists of negatives.toml and groups.toml as sets, with the unions that are asked for."""
    listed = {**compiled["words"], **compiled["groups"]}
    words = {name: frozenset(text.split()) for name, text in listed.items()}
    words["whole"] = frozenset(name.replace("_", " ") for name in words["whole"])
    changes = (
        "follower_meta",
        "follower_flag",
        "follower_number",
        "follower_time",
        "predicate_inside",
    )
    words["follower_changes"] = frozenset().union(*(words[name] for name in changes))
    return words
