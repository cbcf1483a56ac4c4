"""Where a project begins: the root that report paths are relative to, and its cache folder."""

from __future__ import annotations

import os

PROJECT_MARKERS = ("pyproject.toml", "gdprlint.toml", ".gdprlint.toml", "setup.cfg", "setup.py")
CACHE_NAME = ".gdprlint_cache"
CACHE_TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This folder holds results that gdprlint can compute again; see https://bford.info/cachedir/
"""


def project_root(start: str) -> str:
    """The root for the absolute path `start`: its repository, else its project, else the folder
    the user stands in.

    Paths in reports and fingerprints are relative to it, so it must not depend on which files of
    a project are named: the repository wins over nested projects, and without one a project
    below the working folder does not move the root.
    """
    folder = start if os.path.isdir(start) else os.path.dirname(start)
    for candidate in ancestors(folder):
        if os.path.exists(os.path.join(candidate, ".git")):
            return candidate
    working = os.getcwd()
    is_below = (folder + os.sep).startswith(working.rstrip(os.sep) + os.sep)
    base = working if is_below else folder
    return next((c for c in ancestors(base) if has_marker(c)), base)


def has_marker(folder: str) -> bool:
    """Whether a file of `PROJECT_MARKERS` lies in `folder`."""
    return any(os.path.exists(os.path.join(folder, name)) for name in PROJECT_MARKERS)


def ancestors(folder: str) -> list[str]:
    """`folder` and every folder above it, nearest first."""
    found = [folder]
    while (parent := os.path.dirname(folder)) != folder:
        found.append(parent)
        folder = parent
    return found


def relative_path(file: str, root: str) -> str:
    """`file` (absolute) relative to `root` with forward slashes."""
    prefix = root.rstrip(os.sep) + os.sep
    path = file[len(prefix) :] if file.startswith(prefix) else os.path.relpath(file, root)
    return path.replace(os.sep, "/")


def prepare_cache(root: str, folder: str = "") -> str | None:
    """Make the cache folder of a project, or another one that the user chose, hidden from git;
    None where it cannot be written."""
    folder = folder or os.path.join(root, CACHE_NAME)
    if os.path.exists(os.path.join(folder, "CACHEDIR.TAG")):
        return folder
    try:
        mark_as_cache(folder)
    except OSError:
        return None
    return folder


def mark_as_cache(folder: str) -> None:
    """Make a folder, hidden from git and marked for backup programs. Raises `OSError`."""
    os.makedirs(folder, exist_ok=True)
    for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", CACHE_TAG)):
        file = os.path.join(folder, name)
        if not os.path.exists(file):
            with open(file, "w", encoding="utf-8") as stream:
                stream.write(text)
