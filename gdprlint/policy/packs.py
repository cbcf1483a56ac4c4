"""Where rule packs lie and which files they hold.

A pack is a folder of TOML files: rules anywhere, shared nouns under `lexicon/`, `sets/` and
`catalogue/`. The project's own pack is always first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from gdprlint.model import UsageError
from gdprlint.tuples import NamedTuple


class PackFile(NamedTuple):
    """One TOML file of a pack: where it is, what it is called in messages, its part of the pack."""

    path: str
    shown: str
    part: str
    size: int
    modified: int


PARTS = ("lexicon", "sets", "catalogue")


def rules_root() -> str:
    """The folder of the project's own pack: inside the wheel, or beside an editable package."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "rules")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "rules")


def pack_folders(packs: Sequence[str]) -> tuple[str, ...]:
    """The folders of the project's pack and of `packs`: paths, or names of installed packages."""
    return (rules_root(), *(_folder_of(pack) for pack in packs))


def _folder_of(pack: str) -> str:
    if os.path.isdir(pack):
        return os.path.abspath(pack)
    if not pack.replace("_", "").isalnum():
        raise UsageError(f"rule pack `{pack}`: no such folder")
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec(pack)  # does not import it: no code runs from a pack
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        inside = os.path.join(folder, "rules")
        return inside if os.path.isdir(inside) else folder
    raise UsageError(
        f"rule pack `{pack}`: neither a folder nor an installed package",
        "paths are relative to the settings file",
    )


def pack_files(folders: Sequence[str]) -> list[PackFile]:
    """The TOML files of all packs, in order of pack and path."""
    return [
        file for folder in folders for file in sorted(_walk(folder, os.path.basename(folder), ""))
    ]


def file_of_rule(origin: str, packs: Sequence[str]) -> str:
    """The absolute path of the file that a rule's `origin` names, "" if it is not there."""
    top, _, rest = origin.partition("/")
    for folder in pack_folders(packs):
        file = os.path.join(folder, *rest.split("/"))
        if os.path.basename(folder) == top and os.path.isfile(file):
            return file
    return ""


def _walk(folder: str, shown: str, part: str) -> Iterator[PackFile]:
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        raise UsageError(f"rule pack {folder}: {error.strerror or error}") from None
    for entry in entries:
        name = entry.name
        if name[0] in "._" or name == "fixtures":  # they belong to `gdprlint test`
            continue
        if name.endswith(".toml"):
            status = entry.stat()
            yield PackFile(
                entry.path, f"{shown}/{name}", part or "rules", status.st_size, status.st_mtime_ns
            )
        elif entry.is_dir(follow_symlinks=False):
            inner = part or (name if name in PARTS else "")
            yield from _walk(entry.path, f"{shown}/{name}", inner)


def read_file(file: PackFile) -> bytes:
    """The bytes of one pack file."""
    try:
        with open(file.path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise UsageError(f"{file.shown}: {error.strerror or error}") from None
