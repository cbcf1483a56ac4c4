"""Dotted module names to files of the project, and back.

A name is searched from the file that asks: the folder above its topmost package, the folders
above that up to the project folder, then `src/` and the packages beside its own. Nothing is
imported; folders are listed once.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable

from gdprlint.engine.consulted import Ledger

_CLASS = re.compile(rb"\nclass ([A-Za-z]\w*)")


class Finder:
    """Finds modules below `root`; paths are relative to it, with forward slashes."""

    def __init__(self, root: str, read: Callable[[str], str | None] | None = None) -> None:
        self.root = root
        self._read = read
        self.ledger = Ledger()
        self._listings: dict[str, frozenset[str]] = {}
        self._found: dict[str, str | None] = {}
        self._classes: dict[str, dict[str, str]] = {}
        self._homes: dict[tuple[str, str], str | None] = {}

    def read(self, path: str) -> str | None:
        """The text of a file, or None."""
        if self._read is not None:
            return self._read(path)
        try:
            with open(os.path.join(self.root, path), encoding="utf-8-sig") as stream:
                return stream.read()
        except (OSError, ValueError):
            return None

    def dotted_name(self, path: str) -> str:
        """The module name of a file, relative to the folder its topmost package lies in."""
        self.ledger.ask("name", path)
        folder, _, name = path.rpartition("/")
        parts = [] if name.startswith("__init__.") else [name.rsplit(".", 1)[0]]
        while folder and "__init__.py" in self._listing(folder):
            folder, _, last = folder.rpartition("/")
            parts.insert(0, last)
        return ".".join(parts) or name.rsplit(".", 1)[0]

    def absolute(self, path: str, level: int, dotted: str) -> str:
        """The name of an import in the file at `path`: `./FOLDER:a.b` for a name of the project,
        else the dotted name itself. `level` counts the leading dots (PEP 328)."""
        folder = path.rpartition("/")[0]
        if level:
            for _ in range(level - 1):
                folder = folder.rpartition("/")[0]
            return f"./{folder}:{dotted}"
        top, _, inner = dotted.partition(".")
        home = self._home(folder, f"{top}.x" if inner else top)
        return dotted if home is None else f"./{home}:{dotted}"

    def _home(self, folder: str, wanted: str) -> str | None:
        """Where the first name of an import lies: of `NAME`, or of `NAME.x`, which a module
        beside the file that has a package's name (`mail/mail.py`) does not hold."""
        self.ledger.ask("home", folder, wanted)
        key = (folder, wanted)
        if key not in self._homes:
            self._homes[key] = self._find_home(folder, wanted.removesuffix(".x"), wanted[-2:])
        return self._homes[key]

    def _find_home(self, folder: str, top: str, inner: str) -> str | None:
        if top in sys.stdlib_module_names:
            return None
        while folder and "__init__.py" in self._listing(folder):
            folder = folder.rpartition("/")[0]
        home = folder
        module: str | None = None
        while True:
            if self._has(home, top):
                if inner != ".x" or top in self._listing(home):
                    return home
                module = home if module is None else module
            if not home:
                break
            home = home.rpartition("/")[0]
        if module is not None:
            return module
        return "src" if self._has("src", top) else self._beside(folder, top)

    def _beside(self, folder: str, top: str) -> str | None:
        """Where the one package of that name lies that stands beside the file's own in a
        repository of several: `libs/mail/NAME` or `libs/mail/src/NAME` for a file of `libs/web`."""
        shelf, _, own = folder.removesuffix("/src").rpartition("/")
        if not own:
            return None
        homes = []
        for name in self._listing(shelf):
            if name != own and "." not in name:
                beside = f"{shelf}/{name}" if shelf else name
                homes += [h for h in (beside, beside + "/src") if self._is_regular(h, top)]
        return homes[0] if len(homes) == 1 else None

    def _is_regular(self, folder: str, name: str) -> bool:
        return name in self._listing(folder) and "__init__.py" in self._listing(f"{folder}/{name}")

    def find(self, dotted: str) -> str | None:
        """The file of a module or package, or None if it is not the project's."""
        self.ledger.ask("find", dotted)
        if dotted in self._found:
            return self._found[dotted]
        self._found[dotted] = found = self._search(dotted)
        return found

    def _search(self, dotted: str) -> str | None:
        split = self._split(dotted)
        return None if split is None else self._file(*split)

    def is_package(self, dotted: str) -> bool:
        """True for a folder of the project without `__init__.py` (a namespace package)."""
        self.ledger.ask("package", dotted)
        split = self._split(dotted)
        return split is not None and self._folder(*split) is not None

    def is_project(self, dotted: str) -> bool:
        """True if the name lies in (or is) a module or package of the project."""
        return dotted.startswith("./")

    def _split(self, dotted: str) -> tuple[str, list[str]] | None:
        if not dotted.startswith("./"):
            return None
        base, _, rest = dotted[2:].partition(":")
        return base, [part for part in rest.split(".") if part]

    def _has(self, root: str, top: str) -> bool:
        names = self._listing(root)
        return top in names or top + ".py" in names

    def _file(self, base: str, parts: list[str]) -> str | None:
        folder = self._folder(base, parts[:-1]) if parts else base
        if folder is None:
            return None
        if parts:
            names = self._listing(folder)
            if parts[-1] in names:
                package = f"{folder}/{parts[-1]}" if folder else parts[-1]
                if "__init__.py" in self._listing(package):
                    return package + "/__init__.py"
            if parts[-1] + ".py" in names:
                return f"{folder}/{parts[-1]}.py" if folder else parts[-1] + ".py"
            return None
        if "__init__.py" in self._listing(folder):
            return f"{folder}/__init__.py" if folder else "__init__.py"
        return None

    def _folder(self, base: str, parts: list[str]) -> str | None:
        folder = base
        for part in parts:
            if part not in self._listing(folder):
                return None
            folder = f"{folder}/{part}" if folder else part
        return folder if not parts or self._listing(folder) else None

    def class_home(self, folder: str, title: str) -> str | None:
        """The one file of a folder that defines a class of that name at top level."""
        self.ledger.depend("beside", folder)
        return self.class_homes(folder).get(title)

    def folders(self) -> dict[str, frozenset[str]]:
        """All folders whose names were looked at, with those names."""
        return dict(self._listings)

    def class_homes(self, folder: str) -> dict[str, str]:
        """The top-level classes of a folder's files, by name, without those defined twice."""
        known = self._classes.get(folder)
        if known is None:
            homes: dict[str, set[str]] = {}
            for file in sorted(self._listing(folder)):
                if file.endswith(".py"):
                    path = f"{folder}/{file}" if folder else file
                    for name in _CLASS.findall(b"\n" + self._bytes(path)):
                        homes.setdefault(name.decode(), set()).add(path)
            known = {name: min(paths) for name, paths in homes.items() if len(paths) == 1}
            self._classes[folder] = known
        return known

    def _bytes(self, path: str) -> bytes:
        try:
            with open(os.path.join(self.root, path), "rb") as stream:
                return stream.read()
        except OSError:
            return b""

    def _listing(self, folder: str) -> frozenset[str]:
        known = self._listings.get(folder)
        if known is None:
            try:
                names = os.listdir(os.path.join(self.root, folder))
            except OSError:
                names = []
            known = self._listings[folder] = frozenset(names)
        return known
