"""The file that results are kept in: sections of JSON, read by offset, each with a checksum.

The first line tells what wrote the file and where the sections lie; the first section is small
and always read, the others when asked for. What is damaged, foreign, older or newer reads as
nothing. Writing replaces the file in one step, so that two runs at once do no harm.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from zlib import crc32

from gdprlint import __version__
from gdprlint.tuples import NamedTuple

FORMAT = 1
FILE_NAME = "results.json"


class Section(NamedTuple):
    """Where some JSON lies behind the first line, in bytes, and its checksum."""

    offset: int
    length: int
    checksum: int


class Store:
    """An open file of results; `read` gives one section, None if it is damaged."""

    def __init__(self, data: bytes, start: int, sections: Sequence[Section]) -> None:
        self._data = data
        self._start = start
        self.sections = sections

    def read(self, section: Section) -> object:
        """The content of a section; None if it is not what was written."""
        begin = self._start + section.offset
        data = self._data[begin : begin + section.length]
        if section.offset < 0 or len(data) != section.length or crc32(data) != section.checksum:
            return None
        try:
            content: object = json.loads(data)
        except (ValueError, RecursionError):
            return None
        return content


def open_store(folder: str) -> Store | None:
    """The stored results of a cache folder, if this program with this interpreter wrote them."""
    try:
        with open(os.path.join(folder, FILE_NAME), "rb") as stream:
            data = stream.read()
        start = data.index(b"\n") + 1
        head = json.loads(data[:start])
        if not isinstance(head, list) or head[:-1] != writer():
            return None
        sections = [section_of(row) for row in head[-1]]
    except (OSError, ValueError, TypeError, IndexError, RecursionError):
        return None
    return Store(data, start, sections)


def section_of(row: object) -> Section:
    """A section from its JSON. Raises `ValueError` or `TypeError` for anything else."""
    if not isinstance(row, list) or not all(type(part) is int for part in row):
        raise ValueError(row)
    return Section(*row)


class Blob:
    """Sections on their way to a file."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.length = 0

    def add(self, content: object) -> Section:
        """Append JSON; where it will lie."""
        data = json.dumps(content, separators=(",", ":")).encode()
        section = Section(self.length, len(data), crc32(data))
        self.parts.append(data)
        self.length += len(data)
        return section


def write_store(folder: str, blob: Blob, sections: Sequence[Section]) -> None:
    """Replace the stored results; a folder that cannot be written is no mistake."""
    head = json.dumps([*writer(), [list(section) for section in sections]]).encode()
    file = os.path.join(folder, FILE_NAME)
    temporary = f"{file}.{os.getpid()}"
    try:
        with open(temporary, "wb") as stream:
            stream.write(head + b"\n")
            stream.writelines(blob.parts)
        os.replace(temporary, file)
    except OSError:
        if os.path.exists(temporary):
            os.unlink(temporary)


def writer() -> list[object]:
    """What must be the same for results to be the same: format, program, interpreter."""
    return [FORMAT, __version__, list(sys.version_info[:3]), own_code()]


def own_code() -> int:
    """A checksum over sizes and times of the program's own files, for those who change them."""
    package = os.path.dirname(os.path.abspath(__file__))
    state = []
    folders = [package]
    while folders:
        for entry in os.scandir(folders.pop()):
            if entry.name.endswith(".py"):
                status = entry.stat()
                state.append((entry.name, status.st_size, status.st_mtime_ns))
            elif "." not in entry.name and entry.name not in ("__pycache__", "rules"):
                folders.append(entry.path)
    return crc32(repr(sorted(state)).encode())
