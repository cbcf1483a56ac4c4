"""The paths of a request -> the files to check, found by a search or known from an earlier one."""

from __future__ import annotations

import os
from collections.abc import Callable

from gdprlint.files.discovery import discover_files
from gdprlint.files.patterns import PathPattern
from gdprlint.files.roots import relative_path
from gdprlint.reading import Request, Target
from gdprlint.settings.record import Settings
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.cache import Cache

SettingsFor = Callable[[str], Settings]
"""From an absolute folder to the settings in force there."""


def find_targets(
    request: Request, settings_for: SettingsFor, root: str, cache: Cache | None = None
) -> list[Target]:
    """The files to check, in the order of their paths."""
    if request.stdin_filename:
        file = os.path.abspath(request.stdin_filename)
        return [Target(file, relative_path(file, root), is_stdin=True)]
    places = [relative_path(os.path.abspath(path), root) for path in request.paths]
    if cache is None or not cache.is_searched or not all(map(os.path.isdir, request.paths)):
        return search(request, settings_for, root)
    if any(place.startswith("..") for place in places):
        return search(request, settings_for, root)
    places = ["" if place == "." else place for place in places]
    rules = {excluded(settings_for(folder_of(root, path))): None for path in cache.declaring}
    force = settings_for(os.getcwd()).force_exclude
    key = repr([places, list(rules), force]).replace(root, ".")
    signature = git_signature(root)
    known = cache.targets(key, signature, places)
    if known is None:
        known = search(request, settings_for, root)
        cache.note_search(key, signature, places, known)
    return known


def search(request: Request, settings_for: SettingsFor, root: str) -> list[Target]:
    """Look for the files on disk."""
    files = discover_files(
        request.paths,
        excludes=lambda folder: excluded(settings_for(folder)),
        force_exclude=settings_for(os.getcwd()).force_exclude,
    )
    return [Target(file, relative_path(file, root)) for file in files]


def git_signature(root: str) -> str:
    """The state of what decides which files git ignores, "" if that cannot be told."""
    from gdprlint.files.ignoring import signature

    return signature(root)


def folder_of(root: str, path: str) -> str:
    """The absolute folder of a path relative to the root."""
    return f"{root}/{path}" if path else root


def excluded(settings: Settings) -> tuple[PathPattern, ...]:
    """All exclude patterns in force."""
    return (*settings.exclude, *settings.extend_exclude)
