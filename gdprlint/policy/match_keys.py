"""The keys of `[match]`, by the kind of rule. A kind that is not listed checks its own table.

To add a kind: write a function that raises UsageError, and name it in VALIDATORS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gdprlint.policy.references import Nouns, check_category, check_set
from gdprlint.policy.shapes import TEXTS, Key, check_table, item_paths, one_of

Validator = Callable[[Mapping[str, Any], Nouns, str], None]

_FLOW = (
    Key("categories", TEXTS, True),
    Key("except_categories", TEXTS),
    Key("sinks", TEXTS, True),
    Key("disclosure", one_of("full", "partial", "digest", "keyed")),
)
_FIELD = (Key("categories", TEXTS, True), Key("except_categories", TEXTS))


def check_flow(match: Mapping[str, Any], nouns: Nouns, shown: str) -> None:
    """Kind `flow`: which categories must not reach which sinks."""
    check_table(match, _FLOW, shown, "match")
    _check_categories(match, nouns, shown)
    for path, name in item_paths(match, "sinks"):
        check_set(name, nouns, shown, f"match.{path}")


def check_field(match: Mapping[str, Any], nouns: Nouns, shown: str) -> None:
    """Kind `field`: which categories a class's generated text must not show."""
    check_table(match, _FIELD, shown, "match")
    _check_categories(match, nouns, shown)


def check_nothing(match: Mapping[str, Any], nouns: Nouns, shown: str) -> None:
    """Kinds whose `[match]` is empty."""
    check_table(match, (), shown, "match")


def _check_categories(match: Mapping[str, Any], nouns: Nouns, shown: str) -> None:
    for name in ("categories", "except_categories"):
        for path, pattern in item_paths(match, name):
            check_category(pattern, nouns, shown, f"match.{path}")


VALIDATORS: Mapping[str, Validator] = {
    "flow": check_flow,
    "field": check_field,
    "analysis": check_nothing,
    "mask": check_nothing,
}


def check_match(kind: str, match: Mapping[str, Any], nouns: Nouns, shown: str) -> None:
    """Check the `[match]` table of one rule."""
    validator = VALIDATORS.get(kind)
    if validator is not None:
        validator(match, nouns, shown)
