"""The folders and files below a root as they were at one time, and what has changed since.

One recorded tree answers, with one `stat` for each folder and file, which texts differ, whether
names came or went, and which files a search would find. Unchanged times and sizes mean unchanged
content; the caller compares contents where they differ.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from gdprlint.files.discovery import is_checked
from gdprlint.files.patterns import DEFAULT_EXCLUDE
from gdprlint.tuples import NamedTuple

State = tuple[int, int]
"""Time of change in nanoseconds and size in bytes."""
ABSENT: State = (-1, -1)
UNSTEADY: State = (0, 0)
"""Of what changed while it was recorded: it is looked at again."""
PASSED_OVER = frozenset((*DEFAULT_EXCLUDE, "node_modules", "__pycache__"))
IGNORE_FILE = ".gitignore"
REPOSITORY = ".git"


class Folder(NamedTuple):
    """One folder: when it last got or lost a name, and those of its names that matter.

    `files` are Python, configuration and ignore files with their states; `others` are names that
    an import could mean, and the mark of a repository.
    """

    time: int
    folders: tuple[str, ...]
    files: Mapping[str, State]
    others: tuple[str, ...]

    def is_named_like(self, other: Folder) -> bool:
        """Whether two folders hold the same names."""
        return (
            self.folders == other.folders
            and self.others == other.others
            and self.files.keys() == other.files.keys()
        )


Tree = Mapping[str, Folder]
"""Folders by path relative to the root, "" for the root itself."""


class Index(NamedTuple):
    """A tree as flat lists in its order: its files with times and sizes, its folders with times."""

    files: Sequence[str] = ()
    times: Sequence[int] = ()
    sizes: Sequence[int] = ()
    folders: Sequence[str] = ()
    folder_times: Sequence[int] = ()


class Stale(NamedTuple):
    """Of an index, the files with another state, and the folders with another time."""

    files: Mapping[str, State]
    folders: Sequence[str]


class Difference(NamedTuple):
    """What is different: files whose state changed, came or went; whether all names are the same;
    whether anything at all needs to be recorded anew."""

    files: frozenset[str]
    is_named_alike: bool
    is_touched: bool


def file_state(file: str) -> State:
    """The state of a file, `ABSENT` without one."""
    try:
        status = os.stat(file)
    except OSError:
        return ABSENT
    return status.st_mtime_ns, status.st_size


def record_tree(root: str, most: int = sys.maxsize) -> dict[str, Folder]:
    """The tree below a root, without folders that are passed over; links are not followed. A tree
    of more than `most` folders is given up: the result is empty."""
    tree: dict[str, Folder] = {}
    waiting = [""]
    while waiting:
        if len(tree) >= most:
            return {}
        path = waiting.pop()
        folder = record_folder(root, path)
        if folder is not None:
            tree[path] = folder
            waiting.extend(below(path, name) for name in reversed(folder.folders))
    return tree


def record_folder(root: str, path: str) -> Folder | None:
    """One folder as it is now, None if it cannot be listed."""
    place = below(root, path) if path else root
    folders, files, others = list[str](), dict[str, State](), list[str]()
    try:
        time = os.stat(place).st_mtime_ns
        with os.scandir(place) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                name = entry.name
                if entry.is_dir(follow_symlinks=False):
                    if name not in PASSED_OVER:
                        folders.append(name)
                    elif name == REPOSITORY:
                        others.append(name)
                elif name == IGNORE_FILE or is_checked(name):
                    files[name] = file_state(entry.path)
                elif "." not in name or name == REPOSITORY:
                    others.append(name)
    except OSError:
        return None
    return Folder(time, tuple(folders), files, tuple(others))


def below(path: str, name: str) -> str:
    """A name in a folder as a path."""
    return f"{path}/{name}" if path else name


def paths_of(tree: Tree) -> Iterator[str]:
    """The paths of all files, in the order of the tree."""
    for path, folder in tree.items():
        prefix = f"{path}/" if path else ""
        for name in folder.files:
            yield prefix + name


def state_in(tree: Tree, path: str) -> State:
    """The recorded state of a file, `ABSENT` if the tree does not hold it."""
    folder, _, name = path.rpartition("/")
    known = tree.get(folder)
    return ABSENT if known is None else known.files.get(name, ABSENT)


def index_of(tree: Tree) -> Index:
    """The tree as flat lists."""
    states = [state for folder in tree.values() for state in folder.files.values()]
    times, sizes = zip(*states, strict=True) if states else ((), ())
    folder_times = [folder.time for folder in tree.values()]
    return Index(list(paths_of(tree)), times, sizes, list(tree), folder_times)


def rows_of(tree: Tree) -> list[tuple[Sequence[str], Sequence[str], int]]:
    """Of each folder what the index does not say: its folders, its others, how many files."""
    return [(folder.folders, folder.others, len(folder.files)) for folder in tree.values()]


def tree_of(index: Index, rows: Iterable[tuple[Sequence[str], Sequence[str], int]]) -> Tree:
    """The tree from its index and `rows_of` it. Raises `ValueError` if they do not fit."""
    tree: dict[str, Folder] = {}
    states = zip(index.files, index.times, index.sizes, strict=True)
    for path, time, (folders, others, count) in zip(
        index.folders, index.folder_times, rows, strict=True
    ):
        inside = islice(states, count)
        files = {name.rpartition("/")[2]: (at, size) for name, at, size in inside}
        if len(files) != count:
            raise ValueError(path)
        tree[path] = Folder(time, tuple(folders), files, tuple(others))
    if next(states, None) is not None:
        raise ValueError(index.files[-1])
    return tree


def stale_in(root: str, index: Index, wanted: Collection[str] | None = None) -> Stale:
    """What is no longer as it is listed; only `wanted` files are looked at, None for all."""
    rows = zip(index.files, index.times, index.sizes, strict=True)
    looked_at = rows if wanted is None else [row for row in rows if row[0] in wanted]
    prefix, place = opened(root)
    try:
        folders = stale_folders(prefix, place, zip(index.folders, index.folder_times, strict=True))
        return Stale(stale_files(prefix, place, looked_at), folders)
    finally:
        if place is not None:
            os.close(place)


def opened(root: str) -> tuple[str, int | None]:
    """What stands before the paths below a folder, and what they are relative to for the system:
    the shorter a path, the sooner it is found. To be closed."""
    if os.stat in os.supports_dir_fd:
        try:
            return "", os.open(root, os.O_RDONLY)
        except OSError:
            pass
    return f"{root}/", None


def stale_files(
    prefix: str, place: int | None, rows: Iterable[tuple[str, int, int]]
) -> dict[str, State]:
    """The files with another state; written for speed, since this is what a warm run does most."""
    stat = os.stat
    stale: dict[str, State] = {}
    for path, time, size in rows:
        try:
            status = stat(prefix + path, dir_fd=place)
        except OSError:
            stale[path] = ABSENT
            continue
        if status.st_mtime_ns != time or status.st_size != size or not time:
            stale[path] = (status.st_mtime_ns, status.st_size)
    return stale


def stale_folders(prefix: str, place: int | None, rows: Iterable[tuple[str, int]]) -> list[str]:
    """The folders that may have got or lost names."""
    stat = os.stat
    stale: list[str] = []
    for path, time in rows:
        try:
            is_same = stat(prefix + (path or "."), dir_fd=place).st_mtime_ns == time
        except OSError:
            is_same = False
        if not (is_same and time):
            stale.append(path)
    return stale


def compare(root: str, tree: Tree, stale: Stale) -> tuple[dict[str, Folder], Difference]:
    """The tree as it is now, and how it differs, given what is stale in it.

    Files that were not looked at keep their recorded states.
    """
    current = renewed_folders(root, tree, stale.folders)
    if current is None:
        now = record_tree(root)
        return now, Difference(_changed_paths(tree, now), False, True)
    is_touched = bool(stale.files or stale.folders)
    return with_states(current, stale.files), Difference(frozenset(stale.files), True, is_touched)


def renewed_folders(root: str, tree: Tree, stale: Iterable[str]) -> dict[str, Folder] | None:
    """The tree with the times of folders now, None if any no longer holds the names it held."""
    renewed: dict[str, Folder] = {}
    for path in stale:
        fresh = record_folder(root, path)
        if fresh is None or not fresh.is_named_like(tree[path]):
            return None
        renewed[path] = tree[path]._replace(time=fresh.time)
    return {**tree, **renewed}


def with_states(tree: Mapping[str, Folder], states: Mapping[str, State]) -> dict[str, Folder]:
    """The tree with other states for some of its files; a file it does not hold is left out."""
    changed = dict(tree)
    for path, state in states.items():
        folder, _, name = path.rpartition("/")
        known = changed.get(folder)
        if known is not None and name in known.files:
            changed[folder] = known._replace(files={**known.files, name: state})
    return changed


def _states(tree: Tree) -> Iterator[tuple[str, State]]:
    for path, folder in tree.items():
        prefix = f"{path}/" if path else ""
        for name, state in folder.files.items():
            yield prefix + name, state


def _changed_paths(old: Tree, new: Tree) -> frozenset[str]:
    before = dict(_states(old))
    after = dict(_states(new))
    changed = {path for path, state in after.items() if before.get(path) != state}
    return frozenset(changed.union(path for path in before if path not in after))
