"""What is kept between runs: how it lies in the store.

Every file of the project has a number, and so has everything else that a result can depend on (a
*subject*). The first section is read by every run; closures, contents and details of one file are
read by number when they are needed.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate

from gdprlint.files.installed import writer
from gdprlint.files.store import (
    WORD,
    Pieces,
    Store,
    bytes_of,
    bytes_of_names,
    bytes_of_times,
    joined,
    names_of,
    open_store,
    parsed,
    places_of,
    times_of,
    to_json,
    write_store,
)
from gdprlint.files.tree import Index, Tree, index_of, rows_of, tree_of
from gdprlint.kept import Base, Details, base_of, content_of, details_of, with_moved_lines
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

MISSHAPEN = (ValueError, TypeError, IndexError, KeyError, AttributeError)
DIGEST_BYTES = 16
FORMAT = 5
FILE_NAME = "results.bin"
NAMES = ("files", "folders", "tree")
MANY = 100
"""Numbers from which on it is quicker to look at each than to search for them one by one."""


class Memory:
    """All that an earlier run kept; `index` is the tree it saw, flat."""

    def __init__(
        self, base: Base | None = None, index: Index | None = None, store: Store | None = None
    ) -> None:
        self.base = base or Base()
        self.index = index or Index()
        self._store = store
        self._closures: list[Sequence[int]] = []
        self._details: dict[str, Details] = {}

    @cached_property
    def subjects(self) -> Sequence[str]:
        """The subjects by their numbers."""
        return [*self.index.files, *self.base.more]

    @cached_property
    def tree(self) -> Tree:
        """The folders of the project by path. Raises one of `MISSHAPEN`."""
        rows: Any = self._store.json("tree") if self._store else ()
        return tree_of(self.index, rows)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The numbers of the subjects."""
        return numbered(self.subjects)

    def number_of(self, subject: str) -> int:
        """The number of a subject, -1 for a new one."""
        return self.numbers.get(subject, -1)

    def closure(self, path: str) -> Sequence[str]:
        """The subjects that the result of a file depends on. Raises one of `MISSHAPEN`."""
        return [self.subjects[number] for number in self.closures()[self.number_of(path)]]

    def closures(self) -> Sequence[Sequence[int]]:
        """The numbers of what each file depends on, by its number. Raises `ValueError`."""
        if self._store is None or self._closures:
            return self._closures
        numbers = self._store.numbers("closures")
        count = len(self.subjects)
        if len(numbers) <= count or numbers[count] != len(numbers) - count - 1:
            raise ValueError("closures")
        inside = numbers[count + 1 :]
        self._closures = [inside[numbers[n] : numbers[n + 1]] for n in range(count)]
        return self._closures

    def dependants(self, subjects: Collection[str]) -> set[str]:
        """The files whose results depend on any of these. Raises `ValueError`."""
        closures = self.closures()
        numbers = frozenset(map(self.number_of, subjects)) - {-1}
        if self._store is None or not numbers:
            return set()
        if len(numbers) > MANY:
            found = [n for n, closure in enumerate(closures) if not numbers.isdisjoint(closure)]
        else:
            starts = self._store.numbers("closures")[: len(closures) + 1]
            inside = self._store.raw("closures")[(len(closures) + 1) * WORD :]
            places = (place for number in numbers for place in places_of(number, inside))
            found = [bisect_right(starts, place) - 1 for place in places]
        return {self.subjects[number] for number in found}

    def move_lines(
        self, paths: Collection[str], line_now: Callable[[str, int], int | None]
    ) -> None:
        """Let what is kept of other files show the lines of these where they are now. Raises
        `ValueError`."""
        results = dict(self.base.results)
        for path in self.dependants(paths).difference(paths):
            kept = results.get(path)
            if kept is not None and kept.row is not None:
                results[path] = kept._replace(row=with_moved_lines(kept.row, line_now))
        self.base = self.base._replace(results=results)

    def content_of(self, path: str) -> bytes:
        """The hash of what a file held, empty if it is not known."""
        return self.contents_of((path,))[path]

    def contents_of(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The hash of what each file held, empty where it is not known."""
        hashes = b"" if self._store is None else self._store.raw("contents")
        start_of, size = self.number_of, DIGEST_BYTES
        starts = ((path, start_of(path) * size) for path in paths)
        return {path: b"" if start < 0 else hashes[start : start + size] for path, start in starts}

    def names_as_stored(self) -> dict[str, bytes]:
        """The sections that tell which files and folders there are; none without a store."""
        store = self._store
        return {} if store is None else {name: store.raw(name) for name in NAMES}

    def contents_with(self, changes: Mapping[int, bytes], count: int) -> bytes:
        """The section of contents for so many subjects, some of them by number with others."""
        hashes = bytearray(b"" if self._store is None else self._store.raw("contents"))
        hashes += bytes(count * DIGEST_BYTES - len(hashes))
        for number, content in changes.items():
            hashes[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES] = content
        return bytes(hashes)

    def details_with(self, changes: Mapping[int, bytes], count: int) -> bytes:
        """The section of details for so many subjects, some of them by number with others. Raises
        `ValueError` for a damaged section."""
        if self._store is None:
            return joined([changes.get(number, b"") for number in range(count)])
        return self._details_in(self._store).with_others(changes)

    def details(self, path: str) -> Details:
        """What is known of a file. Raises one of `MISSHAPEN`."""
        known = self._details.get(path)
        if known is None:
            data = self.raw_details((path,))[path]
            known = self._details[path] = details_of(parsed(data)) if data else Details()
        return known

    def raw_details(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The details of files as they are stored. Raises `ValueError` for a damaged section."""
        if self._store is None:
            return dict.fromkeys(paths, b"")
        pieces = self._details_in(self._store)
        return {path: pieces.raw(self.number_of(path)) for path in paths}

    def _details_in(self, store: Store) -> Pieces:
        pieces = store.pieces("details")
        if len(pieces) != len(self.subjects):
            raise ValueError("details")
        return pieces


def numbered_as(numbers: Mapping[str, int], rows: Mapping[str, bytes]) -> dict[int, bytes]:
    """Rows by the number of their subject."""
    return {numbers[subject]: row for subject, row in rows.items()}


def maker() -> list[object]:
    """What must be the same for kept results to be trusted."""
    return [FORMAT, *writer()]


def file_in(folder: str) -> str:
    """The file that results are kept in."""
    return os.path.join(folder, FILE_NAME)


def forget(folder: str) -> None:
    """Drop all results."""
    try:
        os.unlink(file_in(folder))
    except OSError:
        return


def load(folder: str) -> Memory:
    """What an earlier run kept; nothing if it is damaged or another program's."""
    store = open_store(file_in(folder))
    if store is None or store.maker != maker():
        return Memory()
    try:
        index = index_in(store)
        return Memory(base_of(store.json("base"), index), index, store)
    except MISSHAPEN:
        return Memory()


def index_in(store: Store) -> Index:
    """The index of a store. Raises `ValueError` if it is damaged."""
    files, folders = names_of(store.raw("files")), names_of(store.raw("folders"))
    states = times_of(store.raw("states"))
    end, count = 2 * len(files), len(files)
    if len(states) != end + len(folders) or not folders:
        raise ValueError("states")
    return Index(files, states[:count], states[count:end], folders, states[end:])


def numbered(subjects: Iterable[str]) -> dict[str, int]:
    """Subjects in their order with their numbers."""
    return {subject: number for number, subject in enumerate(subjects)}


class Draft(NamedTuple):
    """What is to be kept: the base, the tree, the numbers of the subjects in their order, and by
    path closures in these numbers, hashes of contents and details.

    The last two are all there are, or what is new beside those of a `previous` memory whose
    names and numbers are the same.
    """

    base: Base
    tree: Tree
    numbers: Mapping[str, int]
    closures: Mapping[str, Sequence[int]]
    contents: Mapping[str, bytes]
    details: Mapping[str, bytes]
    previous: Memory | None = None


def save(folder: str, draft: Draft) -> None:
    """Keep results for later runs."""
    subjects = draft.numbers
    closures = [draft.closures.get(subject, ()) for subject in subjects]
    starts = accumulate(map(len, closures), initial=0)
    index = index_of(draft.tree)
    before = draft.previous or Memory()
    names = before.names_as_stored() or {
        "files": bytes_of_names(index.files),
        "folders": bytes_of_names(index.folders),
        "tree": to_json(rows_of(draft.tree)),
    }
    write_store(
        file_in(folder),
        maker(),
        {
            **names,
            "states": bytes_of_times((*index.times, *index.sizes, *index.folder_times)),
            "base": to_json(content_of(draft.base, subjects)),
            "closures": b"".join((bytes_of(starts), *map(bytes_of, closures))),
            "contents": before.contents_with(numbered_as(subjects, draft.contents), len(subjects)),
            "details": before.details_with(numbered_as(subjects, draft.details), len(subjects)),
        },
    )
