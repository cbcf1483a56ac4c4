"""The catalogue of sinks: every table is well formed, every set that a rule names has a sink."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gdprlint.policy.catalogue_keys import CATALOGUE
from gdprlint.policy.schema import check_file

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RULES = Path(__file__).resolve().parents[2] / "rules"
FILES = sorted((RULES / "catalogue").rglob("*.toml"))
SETS = sorted((RULES / "sets").glob("*.toml"))
FORMATS = frozenset({"str", "repr", "percent", "brace", "fields", "event"})
LEVELS = frozenset({"", "debug", "info", "warning", "error", "exception", "critical"})
MADE_BY_THE_PROGRAM = frozenset({"exception", "response", "audit", "digest"})


def read(file: Path) -> dict[str, Any]:
    """One TOML file."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


def rows(table: str) -> Iterator[dict[str, Any]]:
    """All rows of one array of tables."""
    for file in FILES:
        yield from read(file).get(table, ())


def sets_named_by_rules() -> set[str]:
    """Single sets behind the groups that rules name, without their `@`."""
    groups = {
        name.lstrip("@"): row["members"]
        for file in SETS
        for name, row in read(file).get("set", {}).items()
    }
    named = [
        sink
        for file in RULES.glob("GDL*/*.toml")
        for sink in read(file).get("match", {}).get("sinks", ())
    ]
    seen = set()
    while named:
        name = named.pop().lstrip("@")
        if name not in seen:
            seen.add(name)
            named.extend(groups.get(name, ()))
    return seen - groups.keys()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_keys_are_known(file: Path) -> None:
    check_file(read(file), CATALOGUE, file.name)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_sinks_are_well_formed(file: Path) -> None:
    for row in read(file).get("sink", ()):
        assert row["calls"]
        assert row["format"] in FORMATS
        assert row.get("level", "") in LEVELS
        assert row["arguments"] == "all" or row["arguments"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_loggers_are_well_formed(file: Path) -> None:
    for row in read(file).get("logger", ()):
        assert row["format"] in {"percent", "brace", "event"}
        assert row["keywords"] in {"none", "extra", "fields"}
        assert set(row["methods"].values()) <= LEVELS


def test_no_name_stands_twice() -> None:
    calls = Counter(call for row in rows("sink") for call in row["calls"])
    constructors = Counter(name for row in rows("logger") for name in row.get("constructors", ()))

    assert [name for name, count in calls.items() if count > 1] == []
    assert [name for name, count in constructors.items() if count > 1] == []


def test_every_set_that_a_rule_names_has_a_sink() -> None:
    known = {row["set"] for table in ("sink", "logger") for row in rows(table)}

    assert sets_named_by_rules() <= known | MADE_BY_THE_PROGRAM


def test_every_sink_that_is_no_third_party_is_called_something() -> None:
    labelled = {
        name.lstrip("@")
        for file in SETS
        for name, row in read(file).get("set", {}).items()
        if row.get("label")
    }
    sinks = {
        row["set"]
        for file in FILES
        if file.parent.name == "sinks"
        for table in ("sink", "logger")
        for row in read(file).get(table, ())
    }

    assert sinks <= labelled
