"""The paths a user names -> the files to check: Python, and configuration.

Explicit files are always checked unless `force-exclude` is on. Folders are searched without what
git ignores and without the excluded names. Symbolic links to folders are not followed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator

from gdprlint.files.documents import document_kind
from gdprlint.files.patterns import PathPattern, matches, matches_any
from gdprlint.model import UsageError

SUFFIXES = (".py", ".pyi", ".ipynb")

Excludes = Callable[[str], tuple[PathPattern, ...]]
"""From an absolute folder to the exclude patterns that hold in it."""


def discover_files(
    paths: Iterable[str], *, excludes: Excludes, force_exclude: bool = False
) -> list[str]:
    """Absolute paths of the files to check, sorted, each once.

    Raises `UsageError` for a path that does not exist.
    """
    found: set[str] = set()
    for path in paths:
        file = os.path.abspath(path)
        if os.path.isdir(file):
            found.update(search_folder(file, excludes, force_exclude=force_exclude))
        elif not os.path.lexists(file):
            raise UsageError(f"no such file or folder: {path}")
        elif not (force_exclude and matches_any(excludes(os.path.dirname(file)), file)):
            found.add(file)
    return sorted(found)


def search_folder(folder: str, excludes: Excludes, *, force_exclude: bool = False) -> Iterator[str]:
    """Python and configuration files below `folder` that are neither ignored nor excluded."""
    if force_exclude and matches_any(excludes(folder), folder):
        return
    from gdprlint.files import git

    listed = git.list_work_tree(folder) if git.work_tree_of(folder) else None
    if listed == [] and git.is_ignored(folder):
        listed = None
    if listed is None:
        yield from walk(folder, folder, excludes)
        return
    verdicts: dict[str, bool] = {folder: True}
    for file in listed:
        if (
            is_checked(file)
            and is_open(os.path.dirname(file), folder, excludes, verdicts)
            and not is_excluded(file, excludes(os.path.dirname(file)))
            and is_readable_file(file)
        ):
            yield file


def is_readable_file(file: str) -> bool:
    """Whether a path leads to a file; one that nobody may look at is told of when it is read."""
    try:
        return stat.S_ISREG(os.stat(file).st_mode)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False


def is_checked(file: str) -> bool:
    """Whether a file found in a folder is checked: Python, or a kind of configuration."""
    return file.endswith(SUFFIXES) or document_kind(file) != ""


def is_open(folder: str, top: str, excludes: Excludes, verdicts: dict[str, bool]) -> bool:
    """Whether no folder from `top` (itself always open) down to `folder` is excluded."""
    known = verdicts.get(folder)
    if known is None:
        parent = os.path.dirname(folder)
        known = is_open(parent, top, excludes, verdicts) and not is_excluded(
            folder, excludes(parent)
        )
        verdicts[folder] = known
    return known


def is_excluded(file: str, patterns: tuple[PathPattern, ...]) -> bool:
    """Whether the last part of `file` is excluded; the folders above were judged before."""
    name = os.path.basename(file)
    for pattern in patterns:
        glob = pattern.glob
        if glob == name or (is_glob(glob) and matches(pattern, file)):
            return True
    return False


def is_glob(glob: str) -> bool:
    """Whether a pattern needs more than a comparison with a name."""
    return "/" in glob or "*" in glob or "?" in glob or "[" in glob


def walk(folder: str, top: str, excludes: Excludes) -> Iterator[str]:
    """Search without git, honouring `.gitignore` files from `top` downwards."""
    patterns = excludes(folder)
    ignored: Callable[[str, bool], bool] | None = None
    folders: list[str] = []
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except PermissionError:
        yield folder  # which cannot be read, as the report is to tell
        return
    except OSError:
        return
    if any(entry.name == ".gitignore" for entry in entries) or folder != top:
        from gdprlint.files import gitignore

        ignored = gitignore.matcher(folder, top)
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        if not is_folder and not (is_checked(entry.name) and os.path.isfile(entry.path)):
            continue
        if is_excluded(entry.path, patterns) or (ignored and ignored(entry.path, is_folder)):
            continue
        if is_folder:
            folders.append(entry.path)
        else:
            yield entry.path
    for below in folders:
        yield from walk(below, top, excludes)
