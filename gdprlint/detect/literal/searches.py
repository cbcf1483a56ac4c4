"""The tables of `rules/lexicon/literals.toml` and `national-ids.toml`, ready for searching."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

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


class Searches(NamedTuple):
    """What to look for and what never counts; `classify` gives the category of a name."""

    domains: tuple[str, ...]
    mailboxes: frozenset[str]
    allowed: frozenset[str]
    ids: tuple[NationalId, ...]
    classify: Callable[[str], str]


def searches_of(policy: Policy, allowed: Sequence[str]) -> Searches:
    """The searches of a policy; `allowed` are the rule's own documented values."""
    rows: Sequence[Mapping[str, Any]] = policy.catalogue.get("literal", ())
    email: Mapping[str, Any] = next((row for row in rows if row["id"] == "email"), {})
    published = {squeeze(value) for row in rows for value in row.get("allow", ())}

    def classify(name: str) -> str:
        match = policy.lexicon.classify(name)
        return "" if match is None else match.category

    return Searches(
        domains=tuple(email.get("allow_domains", ())),
        mailboxes=frozenset(email.get("allow_local_parts", ())),
        allowed=frozenset(published | {squeeze(value) for value in allowed}),
        ids=tuple(map(national_id, policy.catalogue.get("national_id", ()))),
        classify=classify,
    )


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
