"""States and digests of files and folders: what tells that nothing has changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

PASSED_OVER = frozenset(("node_modules", "__pycache__"))
State = tuple[int, int]
"""Time of change in nanoseconds and size in bytes; (-1, -1) without a file."""


def file_state(file: str) -> State:
    """The state of a file."""
    try:
        status = os.stat(file)
    except OSError:
        return -1, -1
    return status.st_mtime_ns, status.st_size


def folder_time(folder: str) -> int:
    """When a folder last got or lost a name, -1 without one."""
    return file_state(folder)[0]


def digest_of(data: bytes) -> str:
    """A short content hash."""
    try:
        from _blake2 import blake2b  # what hashlib offers, without loading OpenSSL first
    except ImportError:
        from hashlib import blake2b

    return blake2b(data, digest_size=16).hexdigest()


def encoded_digest(text: str) -> str:
    """The hash of a text that may hold undecodable names."""
    return digest_of(text.encode("utf-8", "surrogatepass"))


def content_digest(file: str) -> str:
    """The hash of what a file holds, "-" if it cannot be read."""
    try:
        with open(file, "rb") as stream:
            return digest_of(stream.read())
    except OSError:
        return "-"


def names_digest(folder: str) -> str:
    """The hash of the names in a folder that could be modules or packages."""
    try:
        return digest_of_names(os.listdir(folder))
    except OSError:
        return digest_of_names(())


def digest_of_names(names: Iterable[str]) -> str:
    """The hash of those names that could be modules or packages."""
    return encoded_digest("\0".join(sorted(name for name in names if is_module_like(name))))


def is_module_like(name: str) -> bool:
    """Whether a name in a folder matters to imports."""
    return name.endswith(".py") or ("." not in name and name not in PASSED_OVER)


def modules_beside(folder: str) -> tuple[str, int]:
    """The state of all modules in a folder, and the newest time there."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".py"))
    except OSError:
        names = []
    return joint_state([os.path.join(folder, name) for name in names], [folder])


def whole_state(kind: str, root: str) -> tuple[str, int]:
    """The state of all files that the answer to a whole question depends on, and the newest."""
    if kind == "versions":
        return joint_state(list(version_files(root)), [root])
    files = list(tree_files(root))
    return joint_state(files, {os.path.dirname(file) for file in files})


def joint_state(files: Iterable[str], folders: Iterable[str]) -> tuple[str, int]:
    """One digest for the states of many files, and the newest time of a file or folder."""
    states = [(file, file_state(file)) for file in files]
    times = [time for _, (time, _) in states] + [folder_time(folder) for folder in folders]
    return encoded_digest(repr(states)), max(times, default=0)


def ask_whole(kind: str, root: str, detail: str) -> str:
    """The answer to a question about everything below a folder; `detail` is what is looked for."""
    if kind == "trackers":
        import json

        from gdprlint.detect.coupling import read_trackers, set_up

        return encoded_digest(repr(set_up(root, read_trackers(json.loads(detail)))))
    files = version_files(root) if kind == "versions" else tree_files(root)
    return encoded_digest("".join(file + content_digest(file) for file in files))


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


def tree_files(root: str) -> Iterator[str]:
    """All Python files below a folder."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in PASSED_OVER and not f.startswith("."))
        yield from (os.path.join(folder, name) for name in sorted(files) if name.endswith(".py"))
