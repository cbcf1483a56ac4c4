"""What fixes ask the engine's class table: the key of a class, and its personal fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.declared import Class
    from gdprlint.engine.program import Program

KEYS = ("pk", "id", "uuid", "uid")
KINDS_WITH_PK = frozenset({"django"})
_FIELD = re.compile(r"`(\w+)\.(\w+)`")


class ClassTable:
    """The classes of a program by bare name; a name that two classes share is not known."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def class_named(self, name: str) -> Class | None:
        """The one loaded class of that name."""
        modules = [module for module in self.program.modules.values() if module is not None]
        found = {id(c): c for module in modules for c in module.classes if c.name == name}
        return next(iter(found.values())) if len(found) == 1 else None

    def key_of(self, name: str) -> str:
        """The attribute that identifies an instance, "" if none is known."""
        from gdprlint.engine.fields import field_names
        from gdprlint.engine.lineage import kind_of, library_bases

        cls = self.class_named(name)
        if cls is None:
            return ""
        if kind_of(self.program, cls) in KINDS_WITH_PK:
            return "pk"
        if any("AbstractUser" in base or "AbstractBaseUser" in base
               for base in library_bases(self.program, cls)):  # fmt: skip
            return "pk"
        names = field_names(self.program, cls)
        return next((key for key in KEYS if key in names), "")

    def personal_fields(self, name: str) -> tuple[str, ...]:
        """Fields that carry a category of data."""
        from gdprlint.engine.fields import field_names, field_of

        cls = self.class_named(name)
        if cls is None:
            return ()
        names = field_names(self.program, cls)
        fields = ((name, field_of(self.program, cls, name)) for name in names)
        return tuple(name for name, field in fields if field is not None and field.category)

    def kind_named(self, name: str) -> str:
        """The kind of a class ("pydantic", "dataclass", ...)."""
        from gdprlint.engine.lineage import kind_of

        cls = self.class_named(name)
        return "" if cls is None else kind_of(self.program, cls)

    def is_project_module(self, path: str, dotted: str) -> bool:
        """Whether a module, imported by the file at `path`, lies in the project."""
        return self.program.finder.absolute(path, 0, dotted) != dotted


def key_of_library(types: Mapping[str, Mapping[str, object]], dotted: str) -> str:
    """The attribute that identifies an instance of a library's class, "" if none is known.

    `types` is the catalogue's table; a user of Django has a `pk` as every model.
    """
    attributes = types.get(dotted, {}).get("attributes", {})
    known = attributes if isinstance(attributes, Mapping) else {}
    key = next((key for key in KEYS if known.get(key) == "clean"), "")
    return key or ("pk" if dotted.startswith("django.") and dotted.endswith("User") else "")


def field_in(reason: str) -> tuple[str, str]:
    """Class and field that a finding's reason names (`User.email`), or two empty texts."""
    found = _FIELD.search(reason)
    return (found[1], found[2]) if found else ("", "")
