"""How much each meaning of a word counts where it stands: strong, weak, short, ambiguous, foreign.

Comes in: a candidate and its place. Goes out: the category, a level of evidence, the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gdprlint.policy.evidence import (
    HIGH,
    LOW,
    MEDIUM,
    NONE,
    Context,
    Sides,
    is_whole,
    near,
    nearest_receiver,
    own_context,
)
from gdprlint.policy.flips import OF_PERSONS, Flip
from gdprlint.policy.names import Candidate, Form
from gdprlint.policy.words import plurals
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any


class Place(NamedTuple):
    """Where a word stands: tokens around it, receivers, what the file adds."""

    tokens: tuple[str, ...]
    start: int
    end: int
    base: int
    receivers: tuple[tuple[str, ...], ...]
    flips: frozenset[int]
    languages: frozenset[str]


Verdict = tuple[int, str]
UNKNOWN: Verdict = (NONE, "")


class Meanings:
    """The compiled tables the kinds of meaning are judged with."""

    def __init__(
        self,
        compiled: Mapping[str, Any],
        words: Mapping[str, frozenset[str]],
        flips: Sequence[Flip],
    ) -> None:
        self._words = words
        self._rows: list[Any] = compiled["ambiguous"]
        self._sides: dict[tuple[int, frozenset[str]], Sides] = {}
        self._cancelled_by: Mapping[str, list[str]] = compiled["cancelled_by"]
        self._flips = flips
        self._person_flips = frozenset(
            index for index, flip in enumerate(self._flips) if flip.effect in OF_PERSONS
        )
        self._conditional = frozenset().union(
            *(flip.words for flip in self._flips if flip.effect == "person")
        )
        persons = words["person"] | words["person_i18n"]
        self._people = Sides(persons, words["organisation"], words["technical"])

    def judge(self, candidate: Candidate, place: Place) -> tuple[str, int, str]:
        """The meaning with the most evidence: category, level, reason."""
        best = ("", NONE, "")
        for form in candidate.forms:
            level, reason = self._judge_form(form, candidate.key, place)
            if level > best[1]:
                best = (form.category, level, reason)
        flip = self._flip(candidate.key, place)
        if flip is not None and flip.category and flip.because == best[2]:
            return (flip.category, *best[1:])
        return best

    def _judge_form(self, form: Form, key: str, place: Place) -> Verdict:
        if form.category in self._cancelled_by and self._cancelled(form.category, place):
            return UNKNOWN
        if form.kind == "ambiguous":
            return self._judge_ambiguous(form, key, place)
        if form.kind == "strong":
            flip = self._flip(key, place)
            if flip is not None and flip.effect != "confirm":
                return (LOW, flip.because) if flip.effect == "doubt" else UNKNOWN
            return HIGH, _language(form)
        person = self._person(place)
        on_person = f'person {person.place} "{person.word}"' if person.verdict > 0 else ""
        if form.kind == "weak":
            if on_person:
                return MEDIUM, on_person
            flip = self._flip(key, place)
            if flip is not None:
                return (MEDIUM, flip.because) if flip.effect == "confirm" else UNKNOWN
            return LOW, "weak on its own"
        if form.kind == "abbr":
            if on_person:
                return HIGH, on_person
            whole = is_whole(place.tokens, place.base, place.start, place.end, self._words)
            return (HIGH, "whole name") if whole else UNKNOWN
        return self._judge_native(form, place, on_person)

    def _judge_native(self, form: Form, place: Place, on_person: str) -> Verdict:
        """A short foreign form: on a person, or whole in a file or project of that language."""
        others = (*place.tokens[place.base : place.start], *place.tokens[place.end :])
        known = self._words["follower_neutral"] | self._people.positive
        if not all(token.isdigit() or token in known for token in others):
            return UNKNOWN
        spoken = place.languages.intersection(form.languages.split())
        if on_person and (
            spoken or place.end - place.start > 1 or len(place.tokens[place.start]) > 2
        ):
            return HIGH, f"{on_person}{_and(_language(form))}"
        if spoken:
            return MEDIUM, f"language {min(spoken)} is used here"
        return UNKNOWN

    def _judge_ambiguous(self, form: Form, key: str, place: Place) -> Verdict:
        """Words in the name decide before receivers, the nearest receiver before farther ones."""
        needs = self._rows[form.row][0]
        sides = self._sides_of(form.row, self._nobody(place.flips))
        context = own_context(place.tokens, place.start, place.end, sides)
        if not context.verdict:
            receivers = place.receivers
            if self._rows[form.row][4]:
                receivers = near(receivers, self._words["part"])
            context = nearest_receiver(receivers, sides, self._words["carrier"])
        if context.verdict < 0:
            return UNKNOWN
        if context.verdict > 0:
            return HIGH, f'{context.place} "{context.word}"'
        flip = self._flip(key, place)
        if flip is not None:
            return _judge_flip(flip)
        if needs == "head":
            return HIGH, ""
        if needs == "whole" and is_whole(
            place.tokens, place.base, place.start, place.end, self._words
        ):
            return LOW, "ambiguous on its own"
        return UNKNOWN

    def doubt_of(self, phrase: str, flips: frozenset[int]) -> str:
        """Why the file's imports make a phrase doubtful, "" if they do not."""
        found = (self._flips[index] for index in sorted(flips))
        return next((f.because for f in found if f.effect == "doubt" and phrase in f.words), "")

    def _flip(self, key: str, place: Place) -> Flip | None:
        """What the file's imports say of the bare word."""
        if not place.flips or not is_whole(
            place.tokens, place.base, place.start, place.end, self._words
        ):
            return None
        nearest = place.receivers[-1] if place.receivers else ()
        for index in sorted(place.flips):
            flip = self._flips[index]
            if key in flip.words and not (flip.receivers and flip.receivers.isdisjoint(nearest)):
                return flip
        return None

    def _nobody(self, flips: frozenset[int]) -> frozenset[str]:
        """Words that name a person only where certain modules are imported, and not here, and
        those that name a thing here."""
        if flips.isdisjoint(self._person_flips):
            return self._conditional
        true_of_file = [self._flips[i] for i in flips & self._person_flips]
        persons = (flip.words for flip in true_of_file if flip.effect == "person")
        things = (flip.words for flip in true_of_file if flip.effect == "thing")
        return self._conditional.difference(*persons).union(*things)

    def _person(self, place: Place) -> Context:
        """A person beside the word, or the nearest receiver that is a person or a machine."""
        for token in (*place.tokens[: place.start], *place.tokens[place.end :]):
            if token in self._people.positive:
                return Context(1, token, "beside")
        return nearest_receiver(place.receivers, self._people, self._words["carrier"])

    def _cancelled(self, category: str, place: Place) -> bool:
        """The word before, or the receiver, belongs to a thing: `script.full_name`."""
        words, groups = self._expand(self._cancelled_by[category])
        before = place.tokens[place.start - 1] if place.start else ""
        if before in words or before in groups:
            return True
        sides = Sides(self._people.positive, words, groups)
        return nearest_receiver(place.receivers, sides, self._words["carrier"]).verdict < 0

    def _sides_of(self, row: int, nobody: frozenset[str]) -> Sides:
        sides = self._sides.get((row, nobody))
        if sides is None:
            _, positive, negative, without, _ = self._rows[row]
            words, groups = self._expand(negative.split())
            positive_words, persons = self._expand(positive.split())
            silent, _ = self._expand(without.split())
            sides = Sides(positive_words | (persons - nobody - silent), words, groups)
            self._sides[row, nobody] = sides
        return sides

    def _expand(self, listed: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Words with their plurals, and the members of the groups (`@person`) among them."""
        words = {word for word in listed if not word.startswith("@")}
        groups = [self._words[name[1:]] for name in listed if name.startswith("@")]
        return (
            frozenset(words.union(*(plurals(word) for word in words))),
            frozenset().union(*groups),
        )


def _judge_flip(flip: Flip) -> Verdict:
    return (MEDIUM, flip.because) if flip.effect == "confirm" else UNKNOWN


def _language(form: Form) -> str:
    return f"language {form.languages.replace(' ', ', ')}" if form.languages else ""


def _and(text: str) -> str:
    return f"; {text}" if text else ""
