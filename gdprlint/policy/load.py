"""Rule packs and a project's words -> the policy, from the cache when nothing has changed.

The warm path reads the head of one file, and each part of the policy when it is asked for: a
wheel carries the project's own pack as it was compiled when the wheel was built, the cache folder
what was asked for otherwise. Parsing, validation and compilation are imported only when the packs,
the overrides or the program differ from what a cache was made of.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from gdprlint import __version__
from gdprlint.files.installed import recorded, writer
from gdprlint.files.store import parsed, to_json
from gdprlint.policy.cache import (
    cache_path,
    parts_of,
    read_entry,
    stat_signature,
    with_stat,
    write_entry,
)
from gdprlint.policy.packs import PackFile, pack_files, pack_folders, read_file
from gdprlint.policy.records import Policy
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

FORMAT = 3
SHIPPED = "compiled.bin"
"""The compiled policy in the folder of the project's own pack, in a wheel."""
OWN_PACK: list[Any] = [FORMAT, __version__]
NO_OVERRIDES: list[Any] = [{}, [], [], []]


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
    overrides = [dict(words or {}), [*not_personal], [*languages], [*person_words]]
    if len(folders) == 1 and overrides == NO_OVERRIDES:
        shipped = _shipped(folders[0])
        if shipped is not None:
            return shipped
    if cache_dir is None:
        return _policy(_build(pack_files(folders), overrides))
    request = [FORMAT, *writer()[:2], [*folders], overrides]
    path = cache_path(cache_dir, request)
    others = pack_files(folders[1:] if recorded() else folders)
    stat = f"{recorded()} {stat_signature(others)}"
    entry = read_entry(path, request)

    def rebuilt(name: str) -> Any:
        return parsed(compiled_anew(path, request, stat, pack_files(folders), overrides)[name])

    if entry is not None and entry.stat == stat:
        return Policy(entry.digest, entry.part, rebuilt)
    files = pack_files(folders)
    digest = content_digest(files, overrides)
    if entry is not None and entry.digest == digest:
        with_stat(path, request, entry, stat)
        return Policy(entry.digest, entry.part, rebuilt)
    parts = compiled_anew(path, request, stat, files, overrides)
    return Policy(digest, lambda name: parsed(parts[name]), rebuilt)


def _shipped(folder: str) -> Policy | None:
    """The policy that the wheel carries; None if there is none, or one of another version."""
    entry = read_entry(os.path.join(folder, SHIPPED), OWN_PACK)
    if entry is None:
        return None

    def rebuilt(name: str) -> Any:
        return _build(pack_files([folder]), NO_OVERRIDES)[name]

    return Policy(entry.digest, entry.part, rebuilt)


def write_shipped(folder: str, path: str) -> None:
    """Compile the pack in `folder` into the file that a wheel carries.

    Raises UsageError for a mistake in the pack.
    """
    compiled_anew(path, OWN_PACK, "", pack_files([folder]), NO_OVERRIDES)


def compiled_anew(
    path: str, request: list[Any], stat: str, files: Sequence[PackFile], overrides: list[Any]
) -> dict[str, bytes]:
    """The parts of the policy as they are kept; they are kept as well."""
    compiled = _build(files, overrides)
    parts = parts_of(compiled)
    write_entry(path, request, stat, compiled["digest"], parts)
    return parts


def content_digest(files: Sequence[PackFile], overrides: list[Any]) -> str:
    """Changes with the content of any pack file, the overrides or the program's version."""
    from hashlib import sha256

    digest = sha256(to_json([FORMAT, *writer()[:2], overrides]))
    for file in files:
        data = read_file(file)
        digest.update(f"\0{file.shown}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def _build(files: Sequence[PackFile], overrides: list[Any]) -> dict[str, Any]:
    from gdprlint.policy.assemble import assemble

    return assemble(files, overrides, content_digest(files, overrides))


def _policy(compiled: Mapping[str, Any]) -> Policy:
    return Policy(compiled["digest"], compiled.__getitem__, compiled.__getitem__)
