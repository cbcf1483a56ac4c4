"""The compiled policy on disk: parts of JSON, checked, replaced in one step.

The first line names what was asked for and the state of the pack files. Whatever does not fit is
ignored and written anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from zlib import crc32

from gdprlint.files.roots import mark_as_cache
from gdprlint.files.store import Store, open_store, to_json, write_store
from gdprlint.policy.packs import PackFile
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

PARTS = ("rules", "categories", "sets", "lexicon", "catalogue")


class Entry(NamedTuple):
    """A readable cache file; `stat` and `digest` say of which pack files it was made."""

    stat: str
    digest: str
    store: Store

    def part(self, name: str) -> Any:
        """One part of the compiled policy, None if it is damaged."""
        return self.store.json(name)


def stat_signature(files: Iterable[PackFile]) -> str:
    """Paths, sizes and times of all files: equal means that reading them again is needless."""
    return str(hash_text("\n".join(f"{f.path}:{f.size}:{f.modified}" for f in files)))


def hash_text(text: str) -> int:
    """A short checksum, for file names and for noticing damage."""
    return crc32(text.encode())


def cache_path(cache_dir: str, request: Sequence[Any]) -> str:
    """The file for one request: packs, overrides and version decide its name."""
    return os.path.join(cache_dir, f"policy-{hash_text(repr(request)):08x}.bin")


def read_entry(path: str, request: Sequence[Any]) -> Entry | None:
    """The entry in a file; None if it is missing, damaged, or of another request."""
    store = open_store(path)
    if store is None or not isinstance(store.maker, list) or len(store.maker) != 3:
        return None
    kept, stat, digest = store.maker
    if kept != repr(request) or not store.sections.keys() >= set(PARTS):
        return None
    if not isinstance(stat, str) or not isinstance(digest, str):
        return None
    return Entry(stat, digest, store)


def parts_of(compiled: Mapping[str, Any]) -> dict[str, bytes]:
    """The parts of a compiled policy as they are kept."""
    return {name: to_json(compiled[name]) for name in PARTS}


def write_entry(
    path: str, request: Sequence[Any], stat: str, digest: str, parts: Mapping[str, bytes]
) -> None:
    """Write atomically; a folder that cannot be written is no mistake."""
    try:
        mark_as_cache(os.path.dirname(path))
    except OSError:
        return
    write_store(path, [repr(request), stat, digest], parts)


def with_stat(path: str, request: Sequence[Any], entry: Entry, stat: str) -> None:
    """Keep an entry under another state of pack files with the same content."""
    parts = {name: entry.store.raw(name) for name in PARTS}
    write_entry(path, request, stat, entry.digest, parts)
