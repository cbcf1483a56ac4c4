"""The classes at both ends of foreign keys and relationships of object-relational mappers.

A declaration (`payer = ForeignKey("people.Person")`) leads to what one attribute of an instance
holds; read backwards it tells of an attribute that the other class has (`person.invoice_set`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from gdprlint.engine.consulted import fact_of_class
from gdprlint.engine.declared import Class, RawField
from gdprlint.engine.types import reference
from gdprlint.engine.values import Val
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.program import Program

_TO_ONE = frozenset((
    "ForeignKey", "OneToOneField", "relationship", "ForeignKeyField", "Many2one", "ReferenceField",
    "ParentalKey",
))  # fmt: skip
_TO_MANY = frozenset(("ManyToManyField", "ParentalManyToManyField"))
_MANAGER = "django.db.models.Manager"


def related(program: Program, cls: Class, raw: RawField) -> Val | None:
    """What a field holds that leads to another class: its instance, or a manager of several."""
    call = raw.value
    name = _called(call)
    if name not in _TO_ONE and name not in _TO_MANY:
        return None
    target = _target(program, cls, call.args[0])  # type: ignore[union-attr]
    if target is None or name in _TO_ONE:
        return target
    return Val(type=_MANAGER, element=target)


@fact_of_class
def related_back(program: Program, cls: Class) -> Mapping[str, Val]:
    """What fields of the other classes of its file give an instance of a model, by attribute."""
    known = cls.cache.get("related back")
    if known is None:
        known = cls.cache["related back"] = dict(_declared_back(cls))
    return known  # type: ignore[return-value]


def _declared_back(cls: Class) -> Iterator[tuple[str, Val]]:
    for other in cls.module.classes:
        for raw in other.fields.values():
            call = raw.value
            kind = _called(call)
            if kind in ("ForeignKey", "OneToOneField", "ManyToManyField") and _names(call, cls):
                is_one = kind == "OneToOneField"
                name = _related_name(call) or other.name.lower() + ("" if is_one else "_set")
                value = Val(type=other)
                yield name, value if is_one else Val(type=_MANAGER, element=value)


def _called(node: ast.expr | None) -> str:
    """The bare name of the class in a declaration that has arguments, "" for any other value."""
    if not isinstance(node, ast.Call) or not node.args:
        return ""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _names(call: ast.expr | None, cls: Class) -> bool:
    target = call.args[0] if isinstance(call, ast.Call) else None
    if isinstance(target, ast.Constant) and isinstance(target.value, str):
        return target.value.rpartition(".")[2] == cls.name
    return isinstance(target, ast.Name) and target.id == cls.name


def _related_name(call: ast.expr | None) -> str:
    for keyword in call.keywords if isinstance(call, ast.Call) else ():
        if keyword.arg == "related_name" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return ""


def _target(program: Program, cls: Class, target: ast.expr) -> Val | None:
    if isinstance(target, ast.Constant) and isinstance(target.value, str):
        if target.value == "self":
            return Val(type=cls)
        known = program.model_of(cls.module, target.value)
    else:
        known = reference(program, cls.module, target)
    ref = None if known is None else known.ref
    if isinstance(ref, Class):
        return Val(type=ref)
    if _is_user_model(target):
        return Val(type="django.contrib.auth.models.AbstractUser")
    if isinstance(ref, str) and ref in program.catalogue.types:
        return Val(type=program.catalogue.types[ref].name)
    return None


def _is_user_model(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return str(node.value).endswith(".User")
    name = getattr(node, "attr", getattr(node, "id", ""))
    return name in ("AUTH_USER_MODEL", "User")
