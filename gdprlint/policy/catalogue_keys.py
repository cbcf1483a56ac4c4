"""Every key of the catalogue, by table. A new key is a new row."""

from __future__ import annotations

from gdprlint.policy.shapes import (
    FLAG,
    PAIR,
    ROWS,
    TABLE,
    TEXT,
    TEXTS,
    WHOLE,
    WORDS,
    Key,
    Section,
    either,
    list_of,
    one_of,
    table_of,
)

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
