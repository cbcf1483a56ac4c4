"""Every key of rules, sets, lexicon and catalogue, in one place each. A new key is a new row.

A section is either rows (`[[sink]]`), named tables (`[type."a.B"]`), or free entries (`[field]`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from gdprlint.model import UsageError
from gdprlint.policy.match_keys import check_match
from gdprlint.policy.references import Nouns
from gdprlint.policy.shapes import (
    ANYTHING,
    FLAG,
    NUMBER,
    PAIR,
    ROWS,
    TABLE,
    TEXT,
    TEXTS,
    WHOLE,
    WHOLES,
    WORDS,
    Key,
    Shape,
    check_shape,
    check_table,
    either,
    join,
    list_of,
    name_kind,
    one_of,
    suggest,
    table_of,
)
from gdprlint.tuples import NamedTuple


class Section(NamedTuple):
    """How a top-level table is built; `keys` are those of a row, a named table or the table."""

    form: Literal["rows", "named", "table", "free"]
    keys: tuple[Key, ...] = ()
    shape: Shape = ANYTHING


RULE = (
    Key("id", WORDS, True),
    Key("name", WORDS, True),
    Key("kind", WORDS, True),
    Key("status", one_of("preview", "stable", "deprecated"), True),
    Key("since", WORDS, True),
    Key("severity", one_of("error", "warning", "info"), True),
    Key("default", FLAG),
    Key("summary", WORDS, True),
    Key("message", WORDS, True),
    Key("gdpr", TEXTS, True),
    Key("cwe", WHOLES),
    Key("why", WORDS, True),
    Key("remedy", WORDS, True),
    Key("limits", TEXT),
    Key("fix", one_of("auto", "assist", "no")),
    Key("match", TABLE, True),
    Key("example", ROWS),
)
EXAMPLE = (Key("bad", WORDS, True), Key("good", WORDS, True))

SETS = {"set": Section("named", (Key("summary", TEXT), Key("members", TEXTS, True)))}

REGION = (
    Key("parameter", WORDS, True),
    Key("environment", TEXTS),
    Key("eea", TEXTS),
    Key("outside", TEXTS),
    Key("default", TEXT),
    Key("europe", WORDS),
)
RECORDS = (
    Key("marks", TEXTS, True),
    Key("record", WHOLE, True),
    Key("event", WHOLE, True),
    Key("handler", TEXT),
    Key("parameters", PAIR),
)

_LEGAL_CLASS = one_of(
    "ordinary", "special", "criminal", "online_identifier", "credential", "pseudonym", "container"
)
_NEGATIVE = (
    "whole", "sanitised", "constant_categories", "prefix_boolean", "prefix_adjective",
    "prefix_count", "prefix_verb", "verb_transparent", "verb_reference", "verb_sanitising",
    "wrappers", "predicate_inside", "preposition_before", "follower_meta", "follower_flag",
    "follower_number", "follower_time", "follower_id", "follower_neutral", "orm_lookups", "phrases",
)  # fmt: skip

LEXICON = {
    "matching": Section(
        "table",
        (
            Key("keep_together", TEXTS, True),
            Key("fuse_min_length", WHOLE, True),
            Key("fuse_max_tokens", WHOLE, True),
            Key("min_strong_length", WHOLE, True),
            Key("short_strong", TEXTS, True),
            Key("spellings", list_of(PAIR), True),
            Key("receiver_phrases", TEXTS, True),
        ),
    ),
    "import_flip": Section(
        "rows",
        (
            Key("imports", TEXTS, True),
            Key("without", TEXTS),
            Key("mentions", TEXTS),
            Key("receivers", TEXTS),
            Key("words", TEXTS, True),
            Key("effect", one_of("cancel", "confirm", "doubt", "person", "thing"), True),
            Key("because", WORDS, True),
            Key("category", WORDS),
        ),
    ),
    "class": Section(
        "named",
        (
            Key("articles", TEXTS, True),
            Key("recitals", WHOLES),
            Key("default_action", WORDS, True),
        ),
    ),
    "group": Section("named", (Key("tokens", TEXTS, True), Key("note", TEXT))),
    "negative": Section("table", tuple(Key(name, TEXTS) for name in _NEGATIVE)),
    "category": Section(
        "rows",
        (
            Key("id", WORDS, True),
            Key("label", WORDS, True),
            Key("class", _LEGAL_CLASS, True),
            Key("sensitivity", one_of("low", "medium", "high", "critical"), True),
            Key("articles", TEXTS),
            Key("fides", TEXT),
            Key("iso29100", TEXT),
            Key("strong", TEXTS),
            Key("phrases", TEXTS),
            Key("abbr", TEXTS),
            Key("weak_phrases", TEXTS),
            Key("context", TEXTS),
            Key("negative_context", TEXTS),
            Key("field", TEXT),
        ),
    ),
    "ambiguous": Section(
        "rows",
        (
            Key("token", WORDS, True),
            Key("category", WORDS, True),
            Key("needs", one_of("context", "head", "whole")),
            Key("positive", TEXTS, True),
            Key("without", TEXTS),
            Key("near", FLAG),
            Key("negative", TEXTS, True),
            Key("note", TEXT),
        ),
    ),
    "field": Section("free", shape=TEXT),
    "language": Section(
        "named",
        (
            Key("name", WORDS, True),
            Key("checked", FLAG, True),
            Key("weak", TEXTS, True),
            Key("fields", table_of(TEXTS), True),
            Key("compound_heads", table_of(TEXT)),
        ),
    ),
    "country_languages": Section("free", shape=TEXTS),
    "national_id": Section(
        "rows",
        (
            Key("country", WORDS, True),
            Key("name", WORDS, True),
            Key("category", WORDS, True),
            Key("strong", TEXTS, True),
            Key("weak", TEXTS, True),
            Key("stdnum", TEXT, True),
            Key("fp", NUMBER),
            Key("regex", TEXT),
            Key("note", TEXT),
        ),
    ),
    "literal": Section(
        "rows",
        (
            Key("id", WORDS, True),
            Key("category", WORDS, True),
            Key("regex", TEXT),
            Key("stdnum", TEXT),
            Key("library", TEXT),
            Key("guard", TEXT),
            Key("fp", one_of("low", "medium", "high")),
            Key("allow", TEXTS),
            Key("allow_domains", TEXTS),
            Key("allow_local_parts", TEXTS),
            Key("group_endings", TEXTS),
        ),
    ),
}

_ARGUMENTS = either(one_of("all"), list_of(either(WHOLE, TEXT)))
_FORMAT = one_of("str", "repr", "percent", "brace", "fields")

CATALOGUE = {
    "sink": Section(
        "rows",
        (
            Key("set", WORDS, True),
            Key("calls", TEXTS, True),
            Key("arguments", _ARGUMENTS, True),
            Key("format", _FORMAT),
            Key("level", TEXT),
        ),
    ),
    "logger": Section(
        "rows",
        (
            Key("type", WORDS, True),
            Key("set", WORDS, True),
            Key("format", one_of("percent", "brace", "event"), True),
            Key("keywords", one_of("none", "fields", "extra")),
            Key("constructors", TEXTS),
            Key("methods", table_of(TEXT), True),
            Key("bind", TEXTS),
            Key("children", TEXTS),
        ),
    ),
    "type": Section(
        "named",
        (
            Key("aka", TEXTS),
            Key("bases", TEXTS),
            Key("str", TEXT),
            Key("repr", TEXT),
            Key("attributes", table_of(TEXT)),
            Key("methods", table_of(TEXT)),
            Key("keys", table_of(TEXT)),
            Key("items", TEXT),
        ),
    ),
    "function": Section(
        "named",
        (Key("returns", TEXT), Key("as", TEXT), Key("keys", table_of(TEXT)), Key("aka", TEXTS)),
    ),
    "value": Section("named", (Key("is", WORDS, True), Key("aka", TEXTS))),
    "parameter": Section(
        "rows",
        (
            Key("names", TEXTS, True),
            Key("is", WORDS, True),
            Key("imports", TEXTS),
            Key("without", TEXTS),
            Key("beside", TEXTS),
            Key("needs_others", FLAG),
            Key("position", WHOLE),
            Key("functions", TEXTS),
            Key("decorated_by", TEXTS),
            Key("method_of", TEXTS),
        ),
    ),
    "shown": Section(
        "rows",
        (
            Key("names", TEXTS, True),
            Key("receivers", TEXTS),
            Key("except_receivers", TEXTS),
            Key("imports", TEXTS, True),
            Key("is", WORDS, True),
            Key("because", WORDS, True),
        ),
    ),
    "carrier": Section(
        "rows",
        (
            Key("exceptions", TEXTS, True),
            Key("raised_by", TEXTS),
            Key("shows", one_of("arguments", "addresses", "url", "key", "row"), True),
        ),
    ),
    "signature": Section(
        "named",
        (
            Key("library", TEXT),
            Key("parameters", TEXTS, True),
            Key("defaults", TABLE),
            Key("aka", TEXTS),
            Key("versioned", ROWS),
        ),
    ),
    "field_type": Section("free", shape=TEXT),
    "kind": Section(
        "named",
        (Key("bases", TEXTS), Key("decorators", TEXTS), Key("str", TEXT), Key("repr", TEXT)),
    ),
    "language": Section("free", shape=TEXTS),
    "processor": Section(
        "named",
        (
            Key("label", WORDS, True),
            Key("country", WORDS, True),
            Key("imports", TEXTS, True),
            Key("calls", TEXTS, True),
            Key("only", TABLE),
            Key("declare", FLAG),
            Key("endpoint", TEXT),
            Key("region", ROWS, inner=REGION),
            Key("records", TABLE, inner=RECORDS),
        ),
    ),
    "messengers": Section("free", shape=TEXTS),
    "regions": Section("free", shape=TEXTS),
}


def check_file(tables: Mapping[str, Any], sections: Mapping[str, Section], shown: str) -> None:
    """Check one file of shared nouns against the sections its folder knows."""
    for name, value in tables.items():
        section = sections.get(name)
        if section is None:
            raise UsageError(f"{shown}: {name}: unknown table", suggest(name, sections))
        if section.form == "rows":
            check_shape(value, ROWS, shown, name)
            for index, row in enumerate(value):
                check_table(row, section.keys, shown, f"{name}[{index}]")
        elif not isinstance(value, dict):
            raise UsageError(f"{shown}: {name}: expected a table, found {name_kind(value)}")
        elif section.form == "table":
            check_table(value, section.keys, shown, name)
        else:
            for key, entry in value.items():
                if section.keys:
                    check_table(entry, section.keys, shown, join(name, key))
                else:
                    check_shape(entry, section.shape, shown, join(name, key))


def check_rule(table: Mapping[str, Any], nouns: Nouns, shown: str) -> None:
    """Check one rule file, its `[match]` by the keys of its kind."""
    check_table(table, RULE, shown, "")
    for index, row in enumerate(table.get("example", ())):
        check_table(row, EXAMPLE, shown, f"example[{index}]")
    check_match(table["kind"], table["match"], nouns, shown)
