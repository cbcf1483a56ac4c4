"""The keys of rules and sets, and the check of a file against the keys of its place.

Those of `[match]` stand in `match_keys.py`, those of the shared nouns in `lexicon_keys.py` and
`catalogue_keys.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gdprlint.model import UsageError
from gdprlint.policy.match_keys import check_match
from gdprlint.policy.references import Nouns
from gdprlint.policy.shapes import (
    FLAG,
    ROWS,
    TABLE,
    TEXT,
    TEXTS,
    WHOLES,
    WORDS,
    Key,
    Section,
    check_shape,
    check_table,
    join,
    name_kind,
    one_of,
    suggest,
)

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

_SET = (Key("summary", TEXT), Key("label", WORDS), Key("members", TEXTS, True))
SETS = {"set": Section("named", _SET)}


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
