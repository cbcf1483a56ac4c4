"""Hashes of files and folders: what tells that content is the same when times are not. And the time
that files get."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from gdprlint.memory import DIGEST_BYTES

PASSED_OVER = frozenset(("node_modules", "__pycache__"))
NOTHING = b"-" * DIGEST_BYTES
"""Of a file that cannot be read."""
MOST_WAITS = 50


def digest_of(data: bytes) -> bytes:
    """A content hash."""
    try:
        from _blake2 import blake2b  # what hashlib offers, without loading OpenSSL first
    except ImportError:
        from hashlib import blake2b

    return blake2b(data, digest_size=DIGEST_BYTES).digest()


def text_digest(text: str) -> str:
    """The hash of a text that may hold undecodable names."""
    return digest_of(text.encode("utf-8", "surrogatepass")).hex()


def content_digest(file: str) -> bytes:
    """The hash of what a file holds, `NOTHING` if it cannot be read."""
    try:
        with open(file, "rb") as stream:
            return digest_of(stream.read())
    except OSError:
        return NOTHING


def names_digest(folder: str) -> str:
    """The hash of the names in a folder that could be modules or packages."""
    try:
        names = [name for name in os.listdir(folder) if is_module_like(name)]
    except OSError:
        return "-"
    return text_digest("\0".join(sorted(names)))


def is_module_like(name: str) -> bool:
    """Whether a name in a folder matters to imports."""
    return name.endswith(".py") or ("." not in name and name not in PASSED_OVER)


def joint_content(files: Iterable[str]) -> str:
    """One digest for the contents of many files."""
    return text_digest(repr([(os.path.basename(f), content_digest(f).hex()) for f in files]))


def version_files(root: str) -> Iterator[str]:
    """The files that may tell versions of libraries."""
    for folder in (root, os.path.join(root, "requirements"), os.path.join(root, "reqs")):
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        yield from (
            os.path.join(folder, name)
            for name in names
            if name.endswith((".txt", ".lock", ".toml"))
        )


def clock_of(folder: str | None, root: str) -> int:
    """The time by the clock of the file system, later than any change made so far."""
    if folder is None:
        return 0
    import time

    file = os.path.join(folder, f"clock.{os.getpid()}")
    now = 0
    try:
        before = os.stat(root).st_mtime_ns
        for _ in range(MOST_WAITS):
            with open(file, "wb") as stream:
                now = os.fstat(stream.fileno()).st_mtime_ns
            if now > before:
                break
            time.sleep(0.001)
        os.unlink(file)
    except OSError:
        return 0
    return now
