"""A file of named sections, read by offset, each with a checksum: what caches are kept in.

The first line tells what the file was made by and of, and where the sections lie. A section is
JSON, numbers, or pieces of JSON of which one at a time is read. What is damaged or was made by
another reads as nothing. Writing replaces the file in one step, so that two runs at once do no
harm.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from zlib import crc32

from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

MOST_OF_HEAD = 8192
"""Bytes that are read at once: all of the first line, as a rule."""
WORD = 4
"""Bytes of a number."""


class Section(NamedTuple):
    """Where a section lies behind the first line, in bytes, and its checksum."""

    offset: int
    length: int
    checksum: int


class Store:
    """An open file; a section is read when it is asked for, and is empty if it is damaged.

    `maker` is what the first line tells of how the file was made.
    """

    def __init__(
        self, file: str, start: int, maker: object, sections: Mapping[str, Section]
    ) -> None:
        self._file = file
        self._start = start
        self.maker = maker
        self.sections = sections
        self._read: dict[str, bytes] = {}
        self._pieces: dict[str, Pieces] = {}

    def raw(self, name: str) -> bytes:
        """The bytes of a section."""
        known = self._read.get(name)
        if known is None:
            known = self._read[name] = self._checked(name)
        return known

    def json(self, name: str) -> object:
        """The content of a section of JSON, None if there is none."""
        return parsed(self.raw(name))

    def numbers(self, name: str) -> Sequence[int]:
        """The numbers of a section."""
        return numbers_of(self.raw(name))

    def pieces(self, name: str) -> Pieces:
        """The pieces of a section."""
        known = self._pieces.get(name)
        if known is None:
            known = self._pieces[name] = Pieces(self.raw(name))
        return known

    def _checked(self, name: str) -> bytes:
        section = self.sections.get(name)
        if section is None or section.offset < 0 or section.length < 0:
            return b""
        try:
            with open(self._file, "rb", buffering=0) as stream:
                stream.seek(self._start + section.offset)
                data = stream.read(section.length)
        except (OSError, ValueError, OverflowError):
            return b""
        return data if data is not None and crc32(data) == section.checksum else b""


class Pieces:
    """Pieces of JSON by number."""

    def __init__(self, data: bytes) -> None:
        count = numbers_of(data[:WORD])
        size = (count[0] + 2) * WORD if count else 0
        self._ends = numbers_of(data[WORD:size]) if 0 < size <= len(data) else ()
        self._data = memoryview(data)[size:]

    def __len__(self) -> int:
        return max(len(self._ends) - 1, 0)

    def raw(self, number: int) -> bytes:
        """The bytes of a piece, none for a number out of range."""
        if not 0 <= number < len(self):
            return b""
        return bytes(self._data[self._ends[number] : self._ends[number + 1]])

    def json(self, number: int) -> object:
        """The content of a piece, None if there is none."""
        return parsed(self.raw(number))

    def with_others(self, others: Mapping[int, bytes]) -> bytes:
        """The same pieces with others at some numbers, as `joined` makes them."""
        ends = [len(self), 0]
        parts: list[bytes | memoryview] = []
        start, shift = 0, 0
        for number in (*sorted(others), len(self)):
            first, last = self._ends[start], self._ends[number]
            parts.append(self._data[first:last])
            ends.extend([end + shift for end in self._ends[start + 1 : number + 1]])
            if number in others:
                parts.append(others[number])
                shift += len(others[number]) - (self._ends[number + 1] - last)
                ends.append(ends[-1] + len(others[number]))
            start = number + 1
        return b"".join((bytes_of(ends), *parts))


def parsed(data: bytes) -> object:
    """JSON as it is, None for anything else."""
    try:
        return load_json(data.decode()) if data else None
    except (ValueError, RecursionError):
        return None


def load_json(text: str) -> object:
    """What `json.loads` makes of JSON without blanks around, without the module: its C scanner is
    there before its regular expressions are compiled. Raises `ValueError`."""
    global _scan
    if _scan is None:
        try:
            from _json import make_scanner

            context: Any = _Context()
            _scan = make_scanner(context)
        except (ImportError, TypeError, AttributeError):  # not CPython, or another one's scanner
            from json.decoder import JSONDecoder

            _scan = JSONDecoder().raw_decode
    try:
        content, end = _scan(text, 0)
    except (StopIteration, SystemError):  # the latter where it has no module to complain with
        raise ValueError(text[:20]) from None
    if end != len(text):
        raise ValueError(text[end : end + 20])
    return content


class _Context:
    """What the scanner asks of the decoder it belongs to."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float


_scan: Any = None


def numbers_of(data: bytes) -> Sequence[int]:
    """Bytes as unsigned numbers of four bytes each."""
    return memoryview(data[: len(data) // WORD * WORD]).cast("I")


def bytes_of(numbers: Iterable[int]) -> bytes:
    """Numbers as `numbers_of` reads them."""
    from array import array

    return bytes(numbers) if isinstance(numbers, memoryview) else array("I", numbers).tobytes()


def places_of(number: int, data: bytes) -> Iterator[int]:
    """Where a number stands among the numbers that bytes are."""
    wanted = bytes_of([number])
    place = data.find(wanted)
    while place >= 0:
        if place % WORD == 0:
            yield place // WORD
        place = data.find(wanted, place + 1)


def times_of(data: bytes) -> Sequence[int]:
    """Bytes as signed numbers of eight bytes each. Raises `TypeError` for a remainder."""
    return memoryview(data).cast("q")


def bytes_of_times(numbers: Iterable[int]) -> bytes:
    """Numbers as `times_of` reads them."""
    from array import array

    return array("q", numbers).tobytes()


def names_of(data: bytes) -> list[str]:
    """Names of files, each with a zero after it. Raises `ValueError` for what is no text."""
    return data.decode("utf-8", "surrogatepass").split("\0")[:-1]


def bytes_of_names(names: Iterable[str]) -> bytes:
    """Names as `names_of` reads them."""
    return "".join([f"{name}\0" for name in names]).encode("utf-8", "surrogatepass")


def joined(pieces: Sequence[bytes]) -> bytes:
    """Pieces as `Pieces` reads them."""
    ends = [0]
    for piece in pieces:
        ends.append(ends[-1] + len(piece))
    return b"".join((bytes_of([len(pieces), *ends]), *pieces))


def to_json(content: object) -> bytes:
    """JSON without blanks, as `json.dumps` writes it; that module is left out as in `load_json`.

    Raises `TypeError` for what JSON cannot hold.
    """
    try:
        from _json import encode_basestring_ascii, make_encoder

        context: Any = (None, refuse, encode_basestring_ascii, None, ":", ",", False, False, True)
        pieces = make_encoder(*context)(content, 0)
    except (ImportError, TypeError):  # not CPython, or another one's encoder
        import json

        return json.dumps(content, separators=(",", ":")).encode()
    return "".join(pieces).encode()


def refuse(value: object) -> None:
    """What the encoder asks about values it does not know."""
    raise TypeError(f"no JSON: {value!r}")


def open_store(file: str) -> Store | None:
    """The store in a file, None if there is none that can be read."""
    try:
        with open(file, "rb", buffering=0) as stream:
            data = stream.read(MOST_OF_HEAD) or b""
            while b"\n" not in data and (more := stream.read(MOST_OF_HEAD)):
                data += more
        start = data.index(b"\n") + 1
        head: Any = load_json(data[: start - 1].decode())
        maker, rows = head
        sections = {str(name): section_of(row) for name, row in rows.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    return Store(file, start, maker, sections)


def section_of(row: object) -> Section:
    """A section from its JSON. Raises `ValueError` or `TypeError` for anything else."""
    if not isinstance(row, list) or not all(type(part) is int for part in row):
        raise ValueError(row)
    return Section(*row)


def write_store(file: str, maker: object, contents: Mapping[str, bytes]) -> None:
    """Replace a store; a folder that cannot be written is no mistake."""
    sections: dict[str, Section] = {}
    offset = 0
    for name, data in contents.items():
        sections[name] = Section(offset, len(data), crc32(data))
        offset += len(data)
    head = to_json([maker, {name: list(section) for name, section in sections.items()}])
    temporary = f"{file}.{os.getpid()}"
    try:
        with open(temporary, "wb") as stream:
            stream.write(head + b"\n")
            stream.writelines(contents.values())
        os.replace(temporary, file)
    except OSError:
        if os.path.exists(temporary):
            os.unlink(temporary)
