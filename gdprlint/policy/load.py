"""Rule packs and a project's words -> the policy, from the cache when nothing has changed.

The warm path reads one JSON file; parsing, validation and compilation are imported only when the
packs, the overrides or the program differ from what the cache was made of.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Mapping, Sequence
from typing import Any

from gdprlint import __version__
from gdprlint.model import Example, Rule
from gdprlint.policy.cache import Entry, cache_path, read_entry, stat_signature, write_entry
from gdprlint.policy.lexicon import Lexicon
from gdprlint.policy.packs import PackFile, pack_files, pack_folders, read_file
from gdprlint.policy.records import Category, Policy

FORMAT = 2


def load_policy(
    packs: Sequence[str] = (),
    *,
    cache_dir: str | None,
    words: Mapping[str, str] | None = None,
    not_personal: Sequence[str] = (),
    languages: Sequence[str] = (),
    person_words: Sequence[str] = (),
) -> Policy:
    """Load the project's own pack and `packs`.

    `words`: names -> category; `not_personal`: names that never are; `languages`: codes of the
    language tables in use, () for all; `person_words`: names of classes that stand for persons.
    Raises UsageError for a missing pack, broken TOML, or a key, category or set nobody knows.
    """
    folders = pack_folders(packs)
    files = pack_files(folders)
    overrides = [dict(words or {}), [*not_personal], [*languages], [*person_words]]
    request = [FORMAT, __version__, [*folders], overrides]
    if cache_dir is None:
        return _policy(_build(files, overrides))
    path = cache_path(cache_dir, request)
    stat = stat_signature(files)
    entry = read_entry(path, request)
    if entry is not None and (
        entry.stat == stat or entry.digest == content_digest(files, overrides)
    ):
        if entry.stat != stat:
            write_entry(path, request, entry._replace(stat=stat))
        policy = _restore(entry)
        if policy is not None:
            return policy
    compiled = _build(files, overrides)
    body = json.dumps(compiled, separators=(",", ":")).encode()
    write_entry(path, request, Entry(stat, content_digest(files, overrides), body))
    return _policy(json.loads(body))


def content_digest(files: Sequence[PackFile], overrides: list[Any]) -> str:
    """Changes with the content of any pack file, the overrides or the program's version."""
    from hashlib import sha256

    digest = sha256(json.dumps([FORMAT, __version__, overrides]).encode())
    for file in files:
        data = read_file(file)
        digest.update(f"\0{file.shown}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def _build(files: Sequence[PackFile], overrides: list[Any]) -> dict[str, Any]:
    from gdprlint.policy.assemble import assemble

    return assemble(files, overrides, content_digest(files, overrides))


def _restore(entry: Entry) -> Policy | None:
    """The policy of an entry; None if its content has another shape.

    Collecting garbage while the tables load finds none and takes a seventh of the time.
    """
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        return _policy(json.loads(entry.body))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None
    finally:
        if is_collecting:
            gc.enable()


def _policy(compiled: Mapping[str, Any]) -> Policy:
    categories = {
        id: Category(id, label, legal_class, sensitivity, tuple(articles))
        for id, label, legal_class, sensitivity, articles in compiled["categories"]
    }
    return Policy(
        rules={row["id"]: _rule(row) for row in compiled["rules"]},
        categories=categories,
        sets={name: frozenset(members) for name, members in compiled["sets"].items()},
        lexicon=Lexicon(compiled["lexicon"], categories),
        catalogue=compiled["catalogue"],
        digest=compiled["digest"],
    )


def _rule(row: Mapping[str, Any]) -> Rule:
    examples = tuple(Example(bad, good) for bad, good in row["examples"])
    listed = {"gdpr": tuple(row["gdpr"]), "cwe": tuple(row["cwe"]), "examples": examples}
    return Rule(**{**row, **listed})
