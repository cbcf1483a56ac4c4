"""Which state of the program this is, so that no other one trusts what it kept."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterator
from zlib import crc32

from gdprlint import __version__

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def writer() -> list[object]:
    """What must be the same for results to be the same: program, interpreter, order of bytes."""
    return [__version__, list(sys.version_info[:3]), sys.byteorder, own_code()]


@functools.cache
def own_code() -> int:
    """A checksum of the program's own modules.

    An installed package is known by the hashes its installer recorded, the same on every machine;
    a working copy by sizes and times of its files.
    """
    return recorded() or crc32(repr(sorted(states_of_code(PACKAGE))).encode())


@functools.cache
def recorded() -> int:
    """A checksum over the hashes of an installed package, its rules included; 0 without any."""
    installed = f"gdprlint_policy-{__version__}.dist-info"
    try:
        with open(os.path.join(os.path.dirname(PACKAGE), installed, "RECORD"), "rb") as stream:
            lines = stream.read().split(b"\n")
    except OSError:
        return 0
    own = [line for line in lines if line.startswith(b"gdprlint/") and b"sha256=" in line]
    return crc32(b"\n".join(own)) if own else 0


def states_of_code(package: str) -> Iterator[tuple[str, int, int]]:
    """Names, sizes and times of the modules of a package."""
    folders = [package]
    while folders:
        for entry in os.scandir(folders.pop()):
            if entry.name.endswith(".py"):
                status = entry.stat()
                yield entry.path[len(package) :], status.st_size, status.st_mtime_ns
            elif "." not in entry.name and entry.name not in ("__pycache__", "rules"):
                folders.append(entry.path)
