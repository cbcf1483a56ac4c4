"""Library versions of the checked project, from its lock files and requirement lists.

Read lazily and once per root: only a rule whose default depends on a version asks. A lock file
gives an exact version, a requirement with bounds gives an interval, nothing gives "unknown".
"""

from __future__ import annotations

import functools
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping

from gdprlint.tuples import NamedTuple

Version = tuple[int, ...]

LOCK_FILES = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")
_MAX_FOLDERS = ("", "requirements", "reqs")
_REQUIREMENT = re.compile(
    r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?((?:[<>=!~]=?=?\s*[^,;\s#)]+,?\s*)+)?"
)
_BOUND = re.compile(r"(===|==|~=|>=|<=|!=|>|<)\s*v?([0-9][0-9A-Za-z.*+!-]*)")
_RELEASE = re.compile(r"^v?(?:\d+!)?(\d+(?:\.\d+)*)")


class Known(NamedTuple):
    """What is known of a version: at least `low`, below `high`, exact if pinned; None is open."""

    low: Version | None = None
    high: Version | None = None
    exact: Version | None = None

    def is_below(self, limit: str) -> bool | None:
        """Whether the version is below `limit`; None if the bounds do not tell."""
        bound = release(limit)
        if self.exact is not None:
            return _padded(self.exact) < _padded(bound)
        if self.high is not None and _padded(self.high) <= _padded(bound):
            return True
        if self.low is not None and _padded(self.low) >= _padded(bound):
            return False
        return None


UNKNOWN_VERSION = Known()


def release(text: str) -> Version:
    """The release numbers of a version (PEP 440): `2.0.1rc1` -> (2, 0, 1)."""
    match = _RELEASE.match(text.strip())
    return tuple(int(part) for part in match.group(1).split(".")) if match else ()


def _padded(version: Version) -> Version:
    return (*version, 0, 0, 0, 0)[:4]


def known_version(root: str, library: str) -> Known:
    """What the project under `root` says of `library` (a distribution name)."""
    return _versions(root).get(normalise(library), UNKNOWN_VERSION)


def normalise(name: str) -> str:
    """A distribution name in its canonical form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@functools.lru_cache(maxsize=8)
def _versions(root: str) -> Mapping[str, Known]:
    found: dict[str, Known] = {}
    for name, known in _all_versions(root):
        present = found.get(name)
        if present is None or (present.exact is None and known.exact is not None):
            found[name] = known
    return found


def _all_versions(root: str) -> Iterator[tuple[str, Known]]:
    for file in LOCK_FILES:
        text = _read(os.path.join(root, file))
        if text:
            yield from _locked(file, text)
    for folder in _MAX_FOLDERS:
        for file in _requirement_files(os.path.join(root, folder)):
            yield from _required(_read(file).splitlines())
    yield from _required(_declared(_read(os.path.join(root, "pyproject.toml"))))


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""


def _requirement_files(folder: str) -> Iterator[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in names:
        is_list = os.path.basename(folder) != "" and folder.endswith(("requirements", "reqs"))
        if name.endswith((".txt", ".lock")) and (is_list or name.startswith("requirements")):
            yield os.path.join(folder, name)


def _locked(file: str, text: str) -> Iterator[tuple[str, Known]]:
    if file == "Pipfile.lock":
        yield from _pipfile(text)
        return
    packages = _toml(text).get("packages" if file == "pylock.toml" else "package")
    for package in packages if isinstance(packages, list) else ():
        if isinstance(package, dict) and isinstance(package.get("name"), str):
            exact = release(str(package.get("version", "")))
            if exact:
                yield normalise(package["name"]), Known(exact=exact)


def _pipfile(text: str) -> Iterator[tuple[str, Known]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return
    packages = data.get("default") if isinstance(data, dict) else None
    for name, entry in packages.items() if isinstance(packages, dict) else ():
        version = entry.get("version", "") if isinstance(entry, dict) else ""
        exact = release(str(version).lstrip("="))
        if exact:
            yield normalise(name), Known(exact=exact)


def _toml(text: str) -> dict[str, object]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return dict(tomllib.loads(text))
    except (ValueError, RecursionError):
        return {}


def _declared(text: str) -> Iterator[str]:
    data = _toml(text)
    project = data.get("project")
    lines = project.get("dependencies") if isinstance(project, dict) else None
    yield from (line for line in lines if isinstance(line, str)) if isinstance(lines, list) else ()
    tool = data.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    table = poetry.get("dependencies") if isinstance(poetry, dict) else None
    for name, wanted in table.items() if isinstance(table, dict) else ():
        text = wanted.get("version", "") if isinstance(wanted, dict) else wanted
        if isinstance(text, str):
            yield f"{name}{_caret(text)}"


def _caret(text: str) -> str:
    """Poetry's `^1.2` and `~1.2` as PEP 440 bounds."""
    if text[:1] not in "^~" or not text or text.startswith("~="):
        return text if text[:1] in "<>=!" else f"=={text}" if text[:1].isdigit() else ""
    low = release(text[1:])
    index = next((i for i, part in enumerate(low) if part), len(low) - 1) if text[0] == "^" else 0
    if text[0] == "~" and len(low) > 1:
        index = 1
    high = (*low[:index], low[index] + 1) if low else ()
    return f">={_dotted(low)},<{_dotted(high)}" if low else ""


def _dotted(version: Version) -> str:
    return ".".join(str(part) for part in version)


def _required(lines: Iterator[str] | list[str]) -> Iterator[tuple[str, Known]]:
    for line in lines:
        match = _REQUIREMENT.match(line)
        if not match or not match.group(2):
            continue
        known = _bounds(match.group(2))
        if known != UNKNOWN_VERSION:
            yield normalise(match.group(1)), known


def _bounds(text: str) -> Known:
    low: Version | None = None
    high: Version | None = None
    for sign, number in _BOUND.findall(text):
        version = release(number)
        if sign in ("==", "===") and not number.endswith(".*"):
            return Known(exact=version)
        if sign in (">=", ">", "~=", "=="):
            low = version
        if sign in ("<", "<="):
            high = version if sign == "<" else (*version, 1)
        if sign in ("~=", "=="):
            kept = version if sign == "==" else version[:-1]
            high = (*kept[:-1], kept[-1] + 1) if kept else None
    return Known(low, high)
