"""The catalogue of framework knowledge: every file parses, every word in it means something."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gdprlint.engine.language import Language
from gdprlint.policy.catalogue_keys import CATALOGUE as CATALOGUE_KEYS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RULES = Path(__file__).resolve().parents[2] / "rules"
CATALOGUE = RULES / "catalogue"
OWN = ("frameworks", "exceptions", "libraries")
FILES = sorted(path for folder in OWN for path in (CATALOGUE / folder).glob("*.toml"))

EXTRA_CATEGORIES = frozenset(
    {"online.url", "container.request", "container.person", "container.variables", "content.llm"}
)
DOTTED = re.compile(r"[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*")
INDEX = re.compile(r"\d+")
PLAIN = frozenset((
    "element", "elements", "handled", "self", "clean", "unknown", "possible", "random",
    "model", "subject", "subjects", "sender",
))  # fmt: skip
SHOWS = frozenset({"addresses", "arguments", "url", "key", "row"})
DISCLOSURES = frozenset({"dump", "json", "digest", "keyed", "encoded"})
KEYS = {
    kind: {key.name for key in CATALOGUE_KEYS[kind].keys}
    for kind in ("type", "function", "value", "parameter", "carrier", "shown")
}


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_the_engine_knows_every_list_of_the_language_and_no_other() -> None:
    """A list that is misspelt on one side would be empty without a word."""
    rows = read(CATALOGUE / "language.toml")["language"]

    assert set(rows) == set(Language.__slots__) - {"methods"}
    assert all(rows.values())


def known_categories() -> frozenset[str]:
    lexicon = [read(path) for path in sorted((RULES / "lexicon").rglob("*.toml"))]
    ids = {row["id"] for table in lexicon for row in table.get("category", ())}
    return frozenset(ids | EXTRA_CATEGORIES)


def is_fact(fact: str, categories: frozenset[str]) -> bool:
    """Grammar: alternatives by `|`, parts by a space, tuple members by a comma."""
    if "|" in fact:
        return all(is_fact(choice, categories) for choice in fact.split("|"))
    if " " in fact:
        return all(is_fact(part, categories) for part in fact.split(" "))
    if fact in PLAIN:
        return True
    kind, separator, rest = fact.partition(":")
    if not separator:
        return False
    if kind == "category":
        return rest in categories
    if kind in {"type", "list", "class"}:
        return DOTTED.fullmatch(rest) is not None
    if kind in {"instance", "object", "elements", "row", "rows", "rewritten"}:
        return INDEX.fullmatch(rest) is not None
    if kind in {"argument", "item"}:
        index, separator, holder = rest.partition(":")
        is_index = index == "*" or INDEX.fullmatch(index) is not None
        return is_index and (not separator or DOTTED.fullmatch(holder) is not None)
    if kind == "tuple":
        return all(is_fact(member, categories) for member in rest.split(","))
    return False


def facts_of(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, entry in table.get("type", {}).items():
        for group in ("attributes", "methods", "keys"):
            for key, fact in entry.get(group, {}).items():
                yield f"{name}.{group}.{key}", fact
        if "items" in entry:
            yield f"{name}.items", entry["items"]
    for name, entry in table.get("function", {}).items():
        yield name, entry.get("returns", "")
    for name, entry in table.get("value", {}).items():
        yield name, entry.get("is", "")
    for entry in table.get("parameter", ()):
        yield f"parameter {entry.get('names')}", entry.get("is", "")


def names_defined(kind: str) -> Iterator[tuple[str, str]]:
    for path in FILES:
        for name, entry in read(path).get(kind, {}).items():
            yield name, path.name
            for alias in entry.get("aka", ()):
                yield alias, path.name


def identify(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("path", FILES, ids=identify)
def test_keys_are_known(path: Path) -> None:
    table = read(path)
    assert set(table) <= set(KEYS)
    for kind, allowed in KEYS.items():
        entries = table.get(kind, [])
        for entry in entries.values() if isinstance(entries, dict) else entries:
            assert set(entry) <= allowed, entry


@pytest.mark.parametrize("path", FILES, ids=identify)
def test_facts_parse(path: Path) -> None:
    categories = known_categories()
    wrong = [(where, fact) for where, fact in facts_of(read(path)) if not is_fact(fact, categories)]
    assert wrong == []


@pytest.mark.parametrize("path", FILES, ids=identify)
def test_shown_text_is_known(path: Path) -> None:
    allowed = known_categories() | {"nothing", "fields", "elements"}
    wrong = [
        (name, entry[key])
        for name, entry in read(path).get("type", {}).items()
        for key in ("str", "repr")
        if key in entry and entry[key] not in allowed and not entry[key].startswith("attribute:")
    ]
    assert wrong == []


@pytest.mark.parametrize("path", FILES, ids=identify)
def test_first_comment_names_what_was_checked(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("path", FILES, ids=identify)
def test_functions_parameters_and_carriers_are_complete(path: Path) -> None:
    table = read(path)
    assert all(
        entry.get("as", "dump") in DISCLOSURES for entry in table.get("function", {}).values()
    )
    for entry in table.get("parameter", ()):
        assert entry["names"]
        assert {"imports", "method_of", "decorated_by", "functions", "beside"} & set(entry), entry
    for entry in table.get("carrier", ()):
        assert entry["exceptions"]
        assert entry["shows"] in SHOWS


@pytest.mark.parametrize("kind", ["type", "function", "value"])
def test_no_dotted_name_is_defined_twice(kind: str) -> None:
    counts = Counter(name for name, _ in names_defined(kind))
    assert [name for name, count in counts.items() if count > 1] == []


def test_types_that_are_named_exist() -> None:
    defined = {"dict", *(name for name, _ in names_defined("type"))}
    named = {
        (path.name, target)
        for path in FILES
        for _, fact in facts_of(read(path))
        for target in re.findall(r"(?:type|list|class|item:\d):([\w.-]+)", fact)
    }
    bases = {
        (path.name, base)
        for path in FILES
        for entry in read(path).get("type", {}).values()
        for base in entry.get("bases", ())
    }
    assert sorted(pair for pair in named | bases if pair[1] not in defined) == []


@pytest.mark.parametrize(
    "fact",
    ["category:contact.mail", "type:", "kind:x", "category", "argument:-1", "tuple:clean,what", ""],
)
def test_wrong_facts_are_refused(fact: str) -> None:
    assert not is_fact(fact, frozenset({"contact.email"}))
