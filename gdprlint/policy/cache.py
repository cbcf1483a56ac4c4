"""The compiled policy on disk: JSON, checked, replaced in one step.

A cache file is two lines. The first names what was asked for, the state of the pack files and a
checksum; the second is the compiled policy. Whatever does not fit is ignored and written anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

from gdprlint.policy.packs import PackFile
from gdprlint.tuples import NamedTuple

_TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This folder holds results that gdprlint can compute again; see https://bford.info/cachedir/
"""


class Entry(NamedTuple):
    """A readable cache file; `stat` and `digest` say of which pack files it was made."""

    stat: str
    digest: str
    body: bytes


def stat_signature(files: Iterable[PackFile]) -> str:
    """Paths, sizes and times of all files: equal means that reading them again is needless."""
    return str(hash_text("\n".join(f"{f.path}:{f.size}:{f.modified}" for f in files)))


def hash_text(text: str) -> int:
    """A short checksum, for file names and for noticing damage."""
    return crc32(text.encode())


def cache_path(cache_dir: str, request: Sequence[Any]) -> str:
    """The file for one request: packs, overrides and version decide its name."""
    return os.path.join(cache_dir, f"policy-{hash_text(json.dumps(request)):08x}.json")


def read_entry(path: str, request: Sequence[Any]) -> Entry | None:
    """The entry in a file; None if it is missing, damaged, or of another request."""
    try:
        with open(path, "rb") as stream:
            head, body = stream.readline(), stream.read()
        kept, stat, digest, checksum = json.loads(head)
    except (OSError, ValueError, TypeError):
        return None
    if kept != json.loads(json.dumps(request)) or checksum != crc32(body):
        return None
    if not isinstance(stat, str) or not isinstance(digest, str):
        return None
    return Entry(stat, digest, body)


def write_entry(path: str, request: Sequence[Any], entry: Entry) -> None:
    """Write atomically; a folder that cannot be written is no mistake."""
    head = json.dumps([request, entry.stat, entry.digest, crc32(entry.body)]).encode()
    folder = os.path.dirname(path)
    temporary = f"{path}.{os.getpid()}"
    try:
        _prepare(folder)
        with open(temporary, "wb") as stream:
            stream.write(head + b"\n" + entry.body)
        os.replace(temporary, path)
    except OSError:
        if os.path.exists(temporary):
            os.unlink(temporary)


def _prepare(folder: str) -> None:
    """Make the folder, hidden from git and marked for backup programs."""
    os.makedirs(folder, exist_ok=True)
    for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(text)
