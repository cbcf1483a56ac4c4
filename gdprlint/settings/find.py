"""Folder -> the nearest settings file -> its table, extended files merged in."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from gdprlint.files.roots import ancestors
from gdprlint.model import UsageError
from gdprlint.settings.keys import BY_NAME, EXTENDING, Key
from gdprlint.settings.values import nearest, read_value
from gdprlint.tuples import NamedTuple

OWN_FILES = (".gdprlint.toml", "gdprlint.toml")
SHARED_FILE = "pyproject.toml"
SECTION = "tool.gdprlint"


class Declared(NamedTuple):
    """Checked values of one settings file and the files it extends, and where each came from."""

    file: str
    values: Mapping[str, object]
    origins: Mapping[str, str]


def find_settings_file(folder: str) -> str:
    """The nearest settings file at or above `folder` (absolute), "" without one.

    In one folder `.gdprlint.toml` goes before `gdprlint.toml` before `pyproject.toml`.
    """
    for candidate in ancestors(folder):
        found = settings_file_in(candidate)
        if found:
            return found
    return ""


def settings_file_in(folder: str) -> str:
    """The settings file that lies in `folder` itself, "" without one."""
    for name in OWN_FILES:
        file = os.path.join(folder, name)
        if os.path.exists(file):
            return file
    file = os.path.join(folder, SHARED_FILE)
    return file if has_section(file) else ""


def has_section(file: str) -> bool:
    """Whether a pyproject.toml speaks of us at all: most do not and are never parsed."""
    try:
        with open(file, "rb") as stream:
            return SECTION.encode() in stream.read()
    except OSError:
        return False


def read_settings_file(file: str, seen: tuple[str, ...] = ()) -> Declared:
    """Parse and check a settings file. Raises `UsageError` with file, key and hint."""
    if file in seen:
        raise UsageError(f"{file}: `extend` goes round in a circle")
    base = os.path.dirname(file)
    shown = os.path.relpath(file)
    prefix = f"{shown}: {SECTION}" if os.path.basename(file) == SHARED_FILE else shown
    table = section_of(load_toml(file), file)
    parent = Declared(file, {}, {})
    if (extended := table.pop("extend", None)) is not None:
        parent = read_extended(extended, base, f"{prefix}.extend", (*seen, file))
    values, origins = dict(parent.values), dict(parent.origins)
    for name, raw in table.items():
        key = BY_NAME.get(name)
        if key is None:
            raise UsageError(f"{prefix}: unknown key `{name}`", nearest(name, (*BY_NAME, "extend")))
        value = read_value(key, raw, base, key_in(file, name))
        values[name] = merge(key, values.get(name), value)
        origins[name] = file
    return Declared(file, values, origins)


def key_in(file: str, name: str) -> str:
    """A key of a settings file, as messages name it."""
    shown = os.path.relpath(file)
    is_shared = os.path.basename(file) == SHARED_FILE
    return f"{shown}: {SECTION}.{name}" if is_shared else f"{shown}: {name}"


def read_extended(extended: object, base: str, where: str, seen: tuple[str, ...]) -> Declared:
    """The file an `extend` key names, relative to the folder of the file that holds it."""
    if not isinstance(extended, str):
        raise UsageError(f"{where}: expected a string")
    target = os.path.normpath(os.path.join(base, os.path.expanduser(extended)))
    if not os.path.isfile(target):
        raise UsageError(f"{where}: no such file: {extended}")
    return read_settings_file(target, seen)


def merge(key: Key, old: object, new: object) -> object:
    """The value after a nearer file (or a flag) spoke: tables merge, `extend-` lists add up."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **new}
    if isinstance(old, tuple) and isinstance(new, tuple) and key.name in EXTENDING:
        return (*old, *(item for item in new if item not in old))
    return new


def load_toml(file: str) -> dict[str, object]:
    """Parse a TOML file; a `UsageError` gives file, line and reason."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        with open(file, "rb") as stream:
            return tomllib.load(stream)
    except OSError as error:
        raise UsageError(f"{file}: {(error.strerror or 'cannot be read').lower()}") from error
    except (ValueError, RecursionError) as error:  # too many digits, too deep a nesting as well
        raise UsageError(f"{os.path.relpath(file)}: not valid TOML: {error}") from error


def section_of(document: Mapping[str, object], file: str) -> dict[str, object]:
    """The table that holds our keys: `tool.gdprlint` in pyproject.toml, else the whole file."""
    table: object = document
    tool = document.get("tool")
    if os.path.basename(file) == SHARED_FILE or (isinstance(tool, dict) and "gdprlint" in tool):
        table = tool.get("gdprlint", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise UsageError(f"{os.path.relpath(file)}: `{SECTION}` must be a table")
    return {str(name): value for name, value in table.items()}
