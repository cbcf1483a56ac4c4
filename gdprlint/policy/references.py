"""Names that point at other names: categories, classes, sets, groups, languages.

Checked once everything is read; sets of sets are resolved here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gdprlint.model import UsageError
from gdprlint.policy.compile import Overrides
from gdprlint.policy.packs import PackFile
from gdprlint.policy.shapes import item_paths, join, require_known, suggest
from gdprlint.tuples import NamedTuple

_CATEGORY_OF = ("ambiguous", "national_id", "literal", "import_flip")


class Nouns(NamedTuple):
    """What rules and tables may refer to; set names without their @."""

    categories: frozenset[str]
    classes: frozenset[str]
    sets: frozenset[str]
    languages: frozenset[str]


def check_category(pattern: str, nouns: Nouns, shown: str, path: str) -> None:
    """`contact.email`, `contact.*` or `class:ordinary`."""
    if pattern.startswith("class:"):
        require_known(pattern, (f"class:{name}" for name in nouns.classes), "class", shown, path)
    elif pattern.endswith(".*"):
        families = {f"{name.split('.')[0]}.*" for name in nouns.categories}
        require_known(pattern, families, "category", shown, path)
    else:
        require_known(pattern, nouns.categories, "category", shown, path)


def check_set(name: str, nouns: Nouns, shown: str, path: str) -> None:
    """`@log`: a set of rules/sets, or a sink set of the catalogue."""
    require_known(name, (f"@{known}" for known in nouns.sets), "set", shown, path)


def check_references(parsed: Iterable[tuple[PackFile, Mapping[str, Any]]], nouns: Nouns) -> None:
    """Categories named anywhere in the lexicon exist."""
    for file, tables in parsed:
        for section in _CATEGORY_OF:
            for path, row in item_paths(tables, section):
                if "category" in row:
                    where = f"{path}.category"
                    require_known(row["category"], nouns.categories, "category", file.shown, where)
        for name, category in tables.get("field", {}).items():
            require_known(category, nouns.categories, "category", file.shown, f"field.{name}")
        for code, table in tables.get("language", {}).items():
            for head, category in table.get("compound_heads", {}).items():
                path = f"language.{code}.compound_heads.{head}"
                require_known(category, nouns.categories, "category", file.shown, path)


def check_overrides(chosen: Overrides, nouns: Nouns) -> None:
    """Categories and languages in a project's settings exist."""
    for name, category in chosen.words.items():
        require_known(category, nouns.categories, "category", "settings", join("names", name))
    for code in chosen.languages:
        require_known(code, nouns.languages, "language", "settings", "languages")


def resolve_sets(tables: Mapping[str, Any], sinks: Iterable[str]) -> dict[str, list[str]]:
    """Set name without @ -> its members, sets among them replaced by theirs.

    A sink set of the catalogue stands for itself.
    """
    members = {name.lstrip("@"): table["members"] for name, table in tables.items()}
    own = {name: [f"@{name}"] for name in sinks if name not in members}
    known = {**own, **members}
    return {name: sorted(_expand(name, known, ())) for name in known}


def _expand(name: str, known: Mapping[str, list[str]], path: tuple[str, ...]) -> set[str]:
    if name in path:
        raise UsageError(f"sets: @{name} contains itself: {' -> '.join((*path, name))}")
    found: set[str] = set()
    for member in known[name]:
        inner = member[1:] if member.startswith("@") else ""
        if not inner:
            found.add(member)
        elif inner == name:
            found.add(inner)
        elif inner in known:
            found |= _expand(inner, known, (*path, name))
        else:
            raise UsageError(f"sets: @{name}: unknown set `{member}`", suggest(inner, known))
    return found
