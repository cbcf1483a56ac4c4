"""Where a project class comes from: its linearised bases, its kind, and who defines a member.

Bases are interpreted when first asked for; everything here is a fact of the class alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from gdprlint.engine.consulted import fact_of_class
from gdprlint.engine.declared import Bound, Class, Function, Super
from gdprlint.engine.types import reference
from gdprlint.engine.values import (
    UNKNOWN,
    Val,
)
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gdprlint.engine.program import Program

_MAX_BASES = 40
_MODEL = "django.db.models.Model"
_FIELDS = "django.db.models."


class Member(NamedTuple):
    """Where a name of a class comes from: a method, a declared field, stores by its methods."""

    method: Function | None
    home: Class | None
    writers: tuple[Function, ...]


_NOWHERE = Member(None, None, ())
"""Shared by all names that no class has."""


@fact_of_class
def bases_of(program: Program, cls: Class) -> tuple[Class | str, ...]:
    """The linearised bases of a class, itself first: project classes and dotted names."""
    known = cls.cache.get("bases")
    if known is None:
        found: dict[Class | str, None] = {}
        cls.cache["bases"] = (cls,)
        since = len(program.pending)
        _collect_bases(program, cls, found)
        if _is_model_of_others(program, cls, found):
            found[_MODEL] = None
        known = program.keep(cls.cache, "bases", tuple(found), since)
    return known  # type: ignore[return-value]


def _collect_bases(program: Program, cls: Class, found: dict[Class | str, None]) -> None:
    if cls in found or len(found) > _MAX_BASES:
        return
    found[cls] = None
    program.ledger.into.add(cls)
    for node in cls.bases:
        base = _base(program, cls, node)
        if isinstance(base, Class):
            _collect_bases(program, base, found)
        elif base:
            found[base] = None


def _is_model_of_others(program: Program, cls: Class, found: Iterable[Class | str]) -> bool:
    """Whether a class declares fields of a Django model and inherits from a library's models that
    nobody names here: `TimeStampedModel`, `MPTTModel`."""
    kinds = program.catalogue.kind_of_base
    if "django" not in cls.module.imports or not cls.bases:
        return False
    if any(base in kinds for base in found if isinstance(base, str)):
        return False
    for raw in cls.fields.values():
        if isinstance(raw.value, ast.Call) and isinstance(raw.value.func, ast.Attribute):
            known = reference(program, cls.module, raw.value.func)
            ref = None if known is None else known.ref
            return isinstance(ref, str) and ref.startswith(_FIELDS)
    return False


def _base(program: Program, cls: Class, node: ast.expr) -> Class | str | None:
    name = node.id if isinstance(node, ast.Name) else ""
    if cls.closure is not None and name in cls.closure:
        ref = cls.closure[name].ref
    else:
        known = reference(program, cls.module, node)
        ref = None if known is None else known.ref
        if ref is None and known is not None and isinstance(known.type, str):
            ref = known.type
    if isinstance(ref, (Class, str)):
        return ref
    return getattr(node, "attr", name) or None


def library_bases(program: Program, cls: Class) -> tuple[str, ...]:
    """The dotted names of the library classes a project class inherits from."""
    return tuple(base for base in bases_of(program, cls) if isinstance(base, str))


@fact_of_class
def kind_of(program: Program, cls: Class) -> str:
    """The kind of class ("dataclass", "django", ...), "" for a plain one."""
    known = cls.cache.get("kind")
    if known is None:
        since = len(program.pending)
        known = program.keep(cls.cache, "kind", _find_kind(program, cls), since)
    return known  # type: ignore[return-value]


def _find_kind(program: Program, cls: Class) -> str:
    catalogue = program.catalogue
    for base in bases_of(program, cls):
        if isinstance(base, Class):
            kind = decorated_kind(program, base)
        else:
            kind = catalogue.kind_of_base.get(base, "")
            if not kind and catalogue.member(base, "objects", is_call=False):
                kind = "django"
        if kind:
            return kind
    return ""


def decorated_kind(program: Program, cls: Class) -> str:
    for node in cls.decorators:
        known = reference(program, cls.module, node)
        if known is not None and isinstance(known.ref, str):
            kind = program.catalogue.kind_of_decorator.get(known.ref)
            if kind:
                return kind
    return ""


def method_of(program: Program, cls: Class, name: str) -> Function | None:
    """The method of that name, through the bases."""
    return member_of(program, cls, name).method


@fact_of_class
def member_of(program: Program, cls: Class, name: str) -> Member:
    """Where a name of the class comes from, bases included."""
    known = cls.found.get(name)
    if known is None:
        since = len(program.pending)
        known = program.keep(cls.found, name, _find_member(program, cls, name), since)
    return known


def _find_member(program: Program, cls: Class, name: str) -> Member:
    method: Function | None = None
    home: Class | None = None
    writers: list[Function] = []
    for base in bases_of(program, cls):
        if isinstance(base, Class):
            if method is None:
                method = base.methods.get(name)
            if home is None and name in base.fields:
                home = base
            writers.extend(base.writers.get(name, ()))
    if method is None and home is None and not writers:
        return _NOWHERE
    return _shared(Member(method, home, tuple(writers)), program, cls, name)


def _shared(member: Member, program: Program, cls: Class, name: str) -> Member:
    """The same record as a base's, if a base has an equal one: what is inherited is asked of many
    classes."""
    for base in bases_of(program, cls)[1:]:
        if isinstance(base, Class) and base.found.get(name) == member:
            return base.found[name]
    return member


def super_attribute(program: Program, ref: Super, name: str) -> Val:
    """`super().name` inside a method of a class: the next definition along the bases."""
    for base in bases_of(program, ref.cls)[1:]:
        if isinstance(base, Class):
            method = base.methods.get(name)
            if method is not None:
                return Val(ref=Bound(method, ref.receiver))
    return UNKNOWN
