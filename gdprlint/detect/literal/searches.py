"""The tables of `rules/lexicon/literals.toml` and `national-ids.toml`, ready for searching."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from gdprlint.detect.pseudonym.bench import words_of
from gdprlint.model import Confidence
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    from gdprlint.policy import Policy

ALONE = 0.012
"""The share of random numbers a validator may accept and still count without a name."""
WITH_NAME = 0.2


class Found(NamedTuple):
    """A value: `value` as written, which stays inside this package."""

    value: str
    category: str
    label: str
    confidence: Confidence
    reason: str


class NationalId(NamedTuple):
    """One sort of national identifier and the names it goes by."""

    label: str
    category: str
    words: tuple[str, ...]
    module: str
    share: float


class Sort(NamedTuple):
    """A sort of identifier that a value may be, and whether a name says so."""

    row: NationalId
    is_named: bool


class Searches(NamedTuple):
    """What to look for and what never counts; `classify` gives the category of a name, `sorts_of`
    the identifiers that a value stored under some names may be, the likeliest first."""

    domains: tuple[str, ...]
    mailboxes: frozenset[str]
    groups: tuple[str, ...]
    allowed: frozenset[str]
    classify: Callable[[str], str]
    sorts_of: Callable[[tuple[str, ...]], Sequence[Sort]]


def searches_of(policy: Policy, allowed: Sequence[str]) -> Searches:
    """The searches of a policy; `allowed` are the rule's own documented values."""
    rows: Sequence[Mapping[str, Any]] = policy.catalogue.get("literal", ())
    email: Mapping[str, Any] = next((row for row in rows if row["id"] == "email"), {})
    published = {squeeze(value) for row in rows for value in row.get("allow", ())}

    def classify(name: str) -> str:
        match = policy.lexicon.classify(name)
        return "" if match is None else match.category

    ids = tuple(map(national_id, policy.catalogue.get("national_id", ())))

    @functools.lru_cache(maxsize=1024)
    def sorts_of(stored_under: tuple[str, ...]) -> Sequence[Sort]:
        categories = {classify(name) for name in stored_under}
        return sorts_under(ids, stored_under, categories)

    return Searches(
        domains=tuple(email.get("allow_domains", ())),
        mailboxes=frozenset(email.get("allow_local_parts", ())),
        groups=tuple(email.get("group_endings", ())),
        allowed=frozenset(published | {squeeze(value) for value in allowed}),
        classify=classify,
        sorts_of=sorts_of,
    )


def sorts_under(
    ids: Iterable[NationalId], stored_under: tuple[str, ...], categories: Set[str]
) -> Sequence[Sort]:
    """What a value may be that is stored under some names of some categories: what a name calls
    it, then what is of a name's category, then what its own check digits tell."""
    rows = [row for row in ids if row.share <= WITH_NAME]
    called = [row for row in rows if is_called(stored_under, row)]
    akin = [row for row in rows if row.category in categories]
    alone = [row for row in rows if row.share <= ALONE]
    return (*(Sort(row, True) for row in (*called, *akin)), *(Sort(row, False) for row in alone))


def is_called(stored_under: tuple[str, ...], row: NationalId) -> bool:
    """Whether a name calls the value by one of the identifier's names."""
    spelled = [f" {' '.join(words_of(name))} " for name in stored_under]
    return any(f" {word} " in name for word in row.words for name in spelled)


def national_id(row: Mapping[str, Any]) -> NationalId:
    """One row of the table; without a measured share the sort never counts."""
    return NationalId(
        label=f"{row['name']} ({row['country']})",
        category=row["category"],
        words=(*row["strong"], *row["weak"]),
        module=row["stdnum"],
        share=float(row.get("fp", 1.0)) if row["stdnum"] else 1.0,
    )


def squeeze(value: str) -> str:
    """The value without what only groups it."""
    return "".join(char for char in value if char.isalnum()).upper()


@functools.cache
def validator(module: str) -> Callable[[str], bool] | None:
    """The `is_valid` of a module of python-stdnum, None without the extra `[literals]`."""
    try:
        found = importlib.import_module(f"stdnum.{module}")
    except ImportError:
        return None
    is_valid: Callable[[str], bool] = found.is_valid
    return is_valid


@functools.cache
def refuses(module: str, length: int) -> bool:
    """Whether a module of python-stdnum takes no number of so many digits, whichever they are:
    it says so of one, before it looks at the digits."""
    if validator(module) is None:
        return True
    errors = importlib.import_module("stdnum.exceptions")
    try:
        importlib.import_module(f"stdnum.{module}").validate("1" * length)
    except errors.ValidationError as error:
        return isinstance(error, errors.InvalidLength)
    return False
