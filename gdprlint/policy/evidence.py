"""What stands around a word and what that does to it: followers, prefixes, receivers.

Each function looks at one kind of evidence of rules/lexicon/README.md and gives a verdict; the
order in which they are asked is in `lexicon.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gdprlint.tuples import NamedTuple

Words = Mapping[str, frozenset[str]]

NONE, LOW, MEDIUM, HIGH = 0, 1, 2, 3


class Doubt(NamedTuple):
    """The most a match may count for, and why; `is_key` when the name is a key of the thing."""

    most: int
    reason: str = ""
    is_key: bool = False


class Context(NamedTuple):
    """How a word's surroundings decide: 1 for, -1 against, 0 silent; and the deciding word."""

    verdict: int
    word: str = ""
    place: str = ""


CERTAIN = Doubt(HIGH)
SILENT = Context(0)


# what comes after one of these describes the head before it: `phone_to_return`, `email_of_user`
_POSTMODIFIERS = frozenset(("to", "for", "of", "in", "on"))


# `client_secret_last_4`, `phone_first_3`: a part that names nobody
_ENDS = frozenset(("first", "last"))
_FEW = frozenset((digit,) for digit in "123456")


def judge_followers(tokens: tuple[str, ...], end: int, words: Words) -> Doubt:
    """The head-final rule: what follows the word makes it something else, or keeps it."""
    doubt = CERTAIN
    for index, token in enumerate(tokens[end:]):
        if token in _POSTMODIFIERS and index + end + 1 < len(tokens):
            break
        if token in _ENDS and tokens[end + index + 1 : end + index + 2] in _FEW:
            return Doubt(NONE, f"only the {token} few")
        found = _judge_follower(token, words)
        if found.most == NONE:
            return found
        if found.most < doubt.most:
            doubt = found
    return doubt


def _judge_follower(token: str, words: Words) -> Doubt:
    keeps = token in words["follower_neutral"] or token in words["person"]
    if token in words["follower_changes"]:
        return Doubt(LOW if keeps else NONE, f"followed by `{token}`")
    if keeps or token.isdigit() or token in words["person_i18n"]:
        return CERTAIN
    if token in words["follower_id"]:
        return Doubt(LOW, f"`{token}` makes it a key", is_key=True)
    return Doubt(LOW, f"followed by `{token}`")


def judge_prefix(
    tokens: tuple[str, ...], base: int, start: int, words: Words, *, is_called: bool
) -> Doubt:
    """A flag, a counter, an action, or a predicate before the word; `base` skips a getter."""
    if start <= base:
        return CERTAIN
    before = tokens[base:start]
    first = before[0]
    reason = f"`{first}` comes first"
    if first in words["prefix_boolean"] or first in words["prefix_count"]:
        return Doubt(NONE, reason)
    inside = next((t for t in before if t in words["predicate_inside"]), "")
    if inside or before[-1] in words["preposition_before"]:
        return Doubt(NONE, f"after `{inside or before[-1]}`")
    if first in words["prefix_verb"]:
        return Doubt(NONE if is_called else LOW, reason)
    if first in words["prefix_adjective"] or (not is_called and first in words["verb_reference"]):
        return Doubt(LOW, reason)
    return CERTAIN


class Sides(NamedTuple):
    """Words that speak for a meaning, words against it, and groups against it."""

    positive: frozenset[str]
    negative: frozenset[str]
    negative_groups: frozenset[str]


def nearest_receiver(
    receivers: tuple[tuple[str, ...], ...], sides: Sides, carriers: frozenset[str]
) -> Context:
    """The receiver next to the name that is for or against.

    Within one receiver a word that is against wins, otherwise the last word that is for, or of a
    group against: `user.groups.name` is decided by `groups`, `job_seeker.name` by `seeker`. A
    carrier noun leaves the decision to the word before it (`employee_record.name`).
    """
    for tokens in reversed(receivers):
        against = next((word for word in _with_pairs(tokens) if word in sides.negative), "")
        if against:
            return Context(-1, against, "receiver")
        for index in range(len(tokens) - 1, -1, -1):
            token = tokens[index]
            pair = f"{tokens[index - 1]}_{token}" if index else ""
            if token in sides.positive or pair in sides.positive:
                return Context(1, token, "receiver")
            if token in sides.negative_groups and not (index and token in carriers):
                return Context(-1, token, "receiver")
    return SILENT


def near(
    receivers: tuple[tuple[str, ...], ...], parts: frozenset[str]
) -> tuple[tuple[str, ...], ...]:
    """The nearest receiver that is a thing of its own, and the parts of it that follow."""
    for index in range(len(receivers) - 1, -1, -1):
        if not parts.issuperset(receivers[index]):
            return receivers[index:]
    return receivers


def own_context(tokens: tuple[str, ...], start: int, end: int, sides: Sides) -> Context:
    """The other words of the identifier; one that is against wins."""
    others = [*_with_pairs(tokens[:start]), *_with_pairs(tokens[end:])]
    for word in others:
        if word in sides.negative or word in sides.negative_groups:
            return Context(-1, word, "beside")
    word = next((word for word in others if word in sides.positive), "")
    return Context(1, word, "beside") if word else SILENT


def _with_pairs(tokens: tuple[str, ...]) -> Iterator[str]:
    """The words, and neighbours joined: the lists hold entries such as `sender_domain`."""
    yield from tokens
    for index in range(len(tokens) - 1):
        yield f"{tokens[index]}_{tokens[index + 1]}"


def is_whole(tokens: tuple[str, ...], base: int, start: int, end: int, words: Words) -> bool:
    """True if the word is the whole identifier but for digits and neutral words around it."""
    neutral = words["follower_neutral"]
    rest = (*tokens[base:start], *tokens[end:])
    return all(token.isdigit() or token in neutral for token in rest)
