"""The folders and files below a root as they were at one time, and what has changed since.

One recorded tree answers, with one `stat` for each folder and file, which texts differ, whether
names came or went, and which files a search would find. Unchanged times and sizes mean unchanged
content; the caller compares contents where they differ.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping

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


def record_tree(root: str) -> dict[str, Folder]:
    """The tree below a root, without folders that are passed over; links are not followed."""
    tree: dict[str, Folder] = {}
    waiting = [""]
    while waiting:
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


def compare(
    root: str, tree: Tree, wanted: Collection[str] | None = None
) -> tuple[dict[str, Folder], Difference]:
    """The tree as it is now, and how it differs; only `wanted` files are looked at, None for all.

    Files that are not looked at keep their recorded states.
    """
    current, is_alike = renewed_folders(root, tree)
    if not is_alike:
        now = record_tree(root)
        return now, Difference(_changed_paths(tree, now), False, True)
    if wanted is None:
        moved = _moved(root, tree)
    else:
        known = ((path, state_in(tree, path), file_state(f"{root}/{path}")) for path in wanted)
        moved = {path: now for path, state, now in known if now != state or state == UNSTEADY}
    is_touched = bool(moved) or current is not tree
    current = with_states(current, moved) if moved else dict(current)
    return current, Difference(frozenset(moved), True, is_touched)


def with_states(tree: Mapping[str, Folder], states: Mapping[str, State]) -> dict[str, Folder]:
    """The tree with other states for some of its files; a file it does not hold is left out."""
    changed = dict(tree)
    for path, state in states.items():
        folder, _, name = path.rpartition("/")
        known = changed.get(folder)
        if known is not None and name in known.files:
            changed[folder] = known._replace(files={**known.files, name: state})
    return changed


def _moved(root: str, tree: Tree) -> dict[str, State]:
    """The files with another state; written for speed, since this is what a warm run does most."""
    stat = os.stat
    moved: dict[str, State] = {}
    for path, folder in tree.items():
        prefix = f"{root}/{path}/" if path else f"{root}/"
        for name, (time, size) in folder.files.items():
            try:
                status = stat(prefix + name)
            except OSError:
                moved[below(path, name)] = ABSENT
                continue
            if status.st_mtime_ns != time or status.st_size != size or not time:
                moved[below(path, name)] = (status.st_mtime_ns, status.st_size)
    return moved


def renewed_folders(root: str, tree: Tree) -> tuple[Tree, bool]:
    """The tree with the times of folders now, and whether all hold the names they held."""
    stat = os.stat
    prefix = f"{root}/"
    renewed: dict[str, Folder] = {}
    for path, folder in tree.items():
        try:
            time = stat(prefix + path).st_mtime_ns
        except OSError:
            return tree, False
        if time != folder.time or not time:
            fresh = record_folder(root, path)
            if fresh is None or not fresh.is_named_like(folder):
                return tree, False
            renewed[path] = folder._replace(time=fresh.time)
    return ({**tree, **renewed} if renewed else tree), True


def _states(tree: Tree, wanted: Collection[str] | None) -> Iterator[tuple[str, State]]:
    if wanted is not None:
        for path in wanted:
            yield path, state_in(tree, path)
        return
    for path, folder in tree.items():
        prefix = f"{path}/" if path else ""
        for name, state in folder.files.items():
            yield prefix + name, state


def _changed_paths(old: Tree, new: Tree) -> frozenset[str]:
    before = dict(_states(old, None))
    after = dict(_states(new, None))
    changed = {path for path, state in after.items() if before.get(path) != state}
    return frozenset(changed.union(path for path in before if path not in after))
