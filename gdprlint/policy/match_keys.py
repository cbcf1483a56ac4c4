"""The keys of `[match]`, by the kind of rule. A kind that is not listed checks its own table.

To add a kind: write a function that raises UsageError, and name it in VALIDATORS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gdprlint.model import UsageError
from gdprlint.policy.references import Nouns, check_category, check_set
from gdprlint.policy.shapes import (
    ANYTHING,
    FLAG,
    ITEMS,
    NUMBER,
    TABLE,
    TEXT,
    TEXTS,
    WHOLE,
    WORDS,
    Key,
    check_table,
    item_paths,
    join,
    list_of,
    one_of,
    table_of,
)

Validator = Callable[[Mapping[str, Any], Nouns, str], None]

_FLOW = (
    Key("categories", TEXTS, True),
    Key("except_categories", TEXTS),
    Key("sinks", TEXTS, True),
    Key("disclosure", one_of("full", "partial", "digest", "keyed")),
    Key("forms", list_of(one_of("value", "object", "dump", "text", "exception"))),
)
_TESTS = (
    Key("given", FLAG), Key("truthy", FLAG), Key("is", ANYTHING), Key("is_not", ANYTHING),
    Key("in", ITEMS), Key("not_in", ITEMS), Key("matches", TEXT), Key("not_matches", TEXT),
    Key("written", TEXT), Key("contains", ANYTHING), Key("lacks", ANYTHING),
    Key("above", NUMBER), Key("below", NUMBER), Key("host", one_of("remote", "local")),
    Key("scheme", TEXT), Key("bits", WHOLE),
)  # fmt: skip
_ALTERNATIVE = (
    Key("when", table_of(TABLE)),
    Key("unless", table_of(TABLE)),
    Key("except_paths", TEXT),
    Key("unless_called", TEXT),
    Key("imports", TEXTS),
    Key("mentions", TEXTS),
    Key("message", WORDS),
    Key("severity", one_of("error", "warning", "info")),
    Key("confidence", one_of("certain", "likely", "possible")),
    Key("unknown", one_of("silent", "possible")),
)
FORMS: Mapping[str, tuple[Key, ...]] = {
    "call": (
        Key("name", TEXTS),
        Key("method", TEXTS),
        Key("text", TEXT),
        Key("parameters", TEXTS),
        *_ALTERNATIVE,
    ),
    "setting": (Key("in", TEXTS, True), *_ALTERNATIVE),
    "class": (
        Key("name", TEXT, True),
        Key("base", TEXT, True),
        Key("categories", TEXTS, True),
        Key("unless_called", TEXT, True),
        Key("message", WORDS, True),
    ),
}  # fmt: skip
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


def check_processor(match: Mapping[str, Any], nouns: Nouns, shown: str) -> None:
    """Kind `processor`: what about a third party is reported."""
    problem = one_of("undeclared", "outside", "implicit", "safeguard")
    check_table(match, (Key("problem", problem, True),), shown, "match")


def check_alternative(row: Any, keys: Iterable[Key], shown: str, path: str) -> None:
    """One row of a form (`[[match.call]]` and so on): its keys, conditions and expressions."""
    check_table(row, keys, shown, path)
    for name in ("when", "unless"):
        for parameter, tests in row.get(name, {}).items():
            check_table(tests, _TESTS, shown, join(join(path, name), parameter))
            _check_expressions(tests, ("matches", "not_matches", "written"), shown, path)
    _check_expressions(row, ("text", "except_paths", "unless_called", "base"), shown, path)
    if isinstance(row.get("name"), str):
        _check_expressions(row, ("name",), shown, path)


def _check_expressions(
    table: Mapping[str, Any], names: Iterable[str], shown: str, path: str
) -> None:
    for name in names:
        try:
            re.compile(table.get(name, ""))
        except re.error as error:
            raise UsageError(f"{shown}: {join(path, name)}: not an expression: {error}") from None


def _check_categories(match: Mapping[str, Any], nouns: Nouns, shown: str) -> None:
    for name in ("categories", "except_categories"):
        for path, pattern in item_paths(match, name):
            check_category(pattern, nouns, shown, f"match.{path}")


VALIDATORS: Mapping[str, Validator] = {
    "flow": check_flow,
    "field": check_field,
    "analysis": check_nothing,
    "mask": check_nothing,
    "call": check_nothing,
    "setting": check_nothing,
    "processor": check_processor,
    "transfer": check_flow,
}


def check_match(kind: str, match: Mapping[str, Any], nouns: Nouns, shown: str) -> None:
    """Check the `[match]` table of one rule."""
    for form, keys in FORMS.items():
        for index, row in enumerate(match.get(form, ())):
            check_alternative(row, keys, shown, f"match.{form}[{index}]")
    validator = VALIDATORS.get(kind)
    if validator is not None:
        validator({k: v for k, v in match.items() if k not in FORMS}, nouns, shown)
