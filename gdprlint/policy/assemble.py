"""Pack files -> one compiled policy: read, validate, merge, resolve references.

The result is plain data that JSON keeps; `load.py` makes the records of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gdprlint.model import UsageError
from gdprlint.policy.catalogue_keys import CATALOGUE
from gdprlint.policy.compile import Overrides, compile_lexicon
from gdprlint.policy.lexicon_keys import LEXICON
from gdprlint.policy.packs import PackFile, read_file
from gdprlint.policy.references import Nouns, check_overrides, check_references, resolve_sets
from gdprlint.policy.schema import SETS, check_file, check_rule
from gdprlint.policy.shapes import join
from gdprlint.policy.toml import parse_toml

Parsed = tuple[PackFile, dict[str, Any]]

# tables of the lexicon that detectors read as they are
_CARRIED = ("literal", "national_id", "class")


def assemble(files: Sequence[PackFile], overrides: list[Any], digest: str) -> dict[str, Any]:
    """Compile a policy; UsageError names file and key of the first mistake."""
    parsed = [(file, parse_toml(read_file(file), file.shown)) for file in files]
    lexicon = _merged(_part(parsed, "lexicon"), LEXICON)
    catalogue = _merged(_part(parsed, "catalogue"), CATALOGUE)
    sets = _merged(_part(parsed, "sets"), SETS).get("set", {})
    categories = _categories(lexicon)
    sinks = {row["set"] for kind in ("sink", "logger") for row in catalogue.get(kind, ())}
    nouns = Nouns(
        categories=frozenset(row[0] for row in categories),
        classes=frozenset(lexicon["class"]),
        sets=frozenset(name.lstrip("@") for name in sets) | sinks,
        languages=frozenset(lexicon["language"]),
    )
    rules = _rules(_part(parsed, "rules"), nouns)
    check_references(_part(parsed, "lexicon"), nouns)
    chosen = Overrides(*overrides)
    check_overrides(chosen, nouns)
    return {
        "digest": digest,
        "rules": rules,
        "categories": categories,
        "sets": resolve_sets(sets, sinks),
        "lexicon": compile_lexicon(lexicon, chosen),
        "catalogue": {
            **catalogue,
            **{name: lexicon[name] for name in _CARRIED},
            "recipient": {n.lstrip("@"): row["label"] for n, row in sets.items() if "label" in row},
        },
    }


def _part(parsed: Iterable[Parsed], part: str) -> list[Parsed]:
    return [(file, table) for file, table in parsed if file.part == part]


def _merged(parsed: Iterable[Parsed], sections: Mapping[str, Any]) -> dict[str, Any]:
    """Check each file, then add lists up and join tables; a key may stand in one file only."""
    merged: dict[str, Any] = {}
    origin: dict[tuple[str, str], str] = {}
    for file, tables in parsed:
        check_file(tables, sections, file.shown)
        for name, value in tables.items():
            if isinstance(value, list):
                merged.setdefault(name, []).extend(value)
                continue
            for key in value:
                first = origin.setdefault((name, key), file.shown)
                if first != file.shown:
                    raise UsageError(f"{file.shown}: {join(name, key)}: stands in {first} already")
            merged.setdefault(name, {}).update(value)
    return merged


def _categories(lexicon: Mapping[str, Any]) -> list[list[Any]]:
    return [
        [
            row["id"],
            row["label"],
            row["class"],
            row["sensitivity"],
            [*lexicon["class"].get(row["class"], {}).get("articles", ()), *row.get("articles", ())],
        ]
        for row in lexicon["category"]
    ]


def _rules(parsed: Iterable[Parsed], nouns: Nouns) -> list[dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = {}
    for file, table in parsed:
        check_rule(table, nouns, file.shown)
        if table["id"] in rules:
            raise UsageError(
                f"{file.shown}: id: {table['id']} is {rules[table['id']]['origin']} already"
            )
        examples = [[row["bad"], row["good"]] for row in table.get("example", ())]
        rest = {key: value for key, value in table.items() if key != "example"}
        optional = {"default": True, "cwe": [], "limits": "", "fix": "no"}
        rules[table["id"]] = {**optional, **rest, "examples": examples, "origin": file.shown}
    return sorted(rules.values(), key=lambda row: str(row["id"]))
