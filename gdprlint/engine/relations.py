"""Which model a declaration leads to: a field of another model, a view, a form, a signal.

`payer = ForeignKey("people.Person")` tells what an attribute of an instance holds and, read
backwards, of an attribute that the other class has (`person.invoice_set`); `model = Person` in a
view or in the `Meta` of a form tells what these fetch and save.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from gdprlint.engine.consulted import fact_of_class
from gdprlint.engine.declared import Class, Module, RawField, bare_name
from gdprlint.engine.lineage import bases_of
from gdprlint.engine.types import reference
from gdprlint.engine.values import NONE, Val
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.program import Program

_TO_ONE = frozenset((
    "ForeignKey", "OneToOneField", "relationship", "ForeignKeyField", "Many2one", "ReferenceField",
    "ParentalKey",
))  # fmt: skip
_TO_MANY = frozenset(("ManyToManyField", "ParentalManyToManyField"))
_MANAGER = "django.db.models.Manager"
_USER = "django.contrib.auth.models.AbstractUser"


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


def is_manager(raw: RawField) -> bool:
    """`active = ActiveManager()`, `objects = PersonQuerySet.as_manager()`."""
    if not isinstance(raw.value, ast.Call):
        return False
    made_by = raw.value.func
    name = bare_name(made_by)
    return name.endswith("Manager") or name == "as_manager"


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
    return bare_name(node.func)


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
        return Val(type=_USER)
    if isinstance(ref, str) and ref in program.catalogue.types:
        return Val(type=program.catalogue.types[ref].name)
    return None


def _is_user_model(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return str(node.value).endswith(".User")
    name = bare_name(node)
    return name in ("AUTH_USER_MODEL", "User")


@fact_of_class
def subject_of(program: Program, cls: Class) -> Val | None:
    """An instance of the model that a view, form, serializer or admin class is for."""
    known = cls.cache.get("subject")
    if known is None:
        cls.cache["subject"] = NONE
        since = len(program.pending)
        found = _find_subject(program, cls) or NONE
        known = program.keep(cls.cache, "subject", found, since)
    return None if known is NONE else known  # type: ignore[return-value]


def _find_subject(program: Program, cls: Class) -> Val | None:
    for base in bases_of(program, cls):
        if not isinstance(base, Class):
            continue
        meta = base.inner.get("Meta")
        if meta is not None and "model" in meta.fields:
            return _instance_of(program, base, meta.fields["model"].value)
        for name in ("model", "queryset"):
            if name in base.fields:
                found = _instance_of(program, base, base.fields[name].value)
                if found is not None:
                    return found
        for name in ("form_class", "serializer_class"):
            if name in base.fields:
                other = class_of(program, base.module, base.fields[name].value)
                return None if other is None else subject_of(program, other)
        for node in base.decorators:
            if isinstance(node, ast.Call) and _called(node) == "register":
                return _instance_of(program, base, node.args[0])
    return None


def sender_of(program: Program, module: Module, function: ast.AST) -> Val | None:
    """An instance of the model in `@receiver(post_save, sender=Model)`."""
    for node in getattr(function, "decorator_list", ()):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "sender":
                    return _of_class(program, module, keyword.value)
    return None


def _instance_of(program: Program, cls: Class, node: ast.expr | None) -> Val | None:
    """An instance of the class that an expression begins with: `Person`, `Person.objects.all()`."""
    return None if node is None else _of_class(program, cls.module, node)


def _of_class(program: Program, module: Module, node: ast.expr) -> Val | None:
    if _is_user_model(node):
        found = class_of(program, module, node)
        return Val(type=found or _USER)
    while True:
        found = class_of(program, module, node)
        if found is not None:
            return Val(type=found)
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            node = node.value
        else:
            return None


def class_of(program: Program, module: Module, node: ast.expr | None) -> Class | None:
    """The class of the project that a name at module level stands for."""
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return None
    known = reference(program, module, node)
    return known.ref if known is not None and isinstance(known.ref, Class) else None
