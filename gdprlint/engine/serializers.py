"""Serializers of Django REST framework: whether what they write out holds personal data at all.

A serializer counts as a request's content unless its model and all of its fields are known.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from gdprlint.engine.consulted import fact_of_class
from gdprlint.engine.declared import Class, bare_name
from gdprlint.engine.fields import field_names, field_of
from gdprlint.engine.lineage import bases_of
from gdprlint.engine.relations import class_of
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.program import Program


@fact_of_class
def is_of_things(program: Program, cls: Class) -> bool:
    """True if no field that a serializer writes out is personal data, or of an unknown kind."""
    meta = next((b.inner["Meta"] for b in bases_of(program, cls) if _has_meta(b)), None)  # type: ignore[union-attr]
    if meta is None or "model" not in meta.fields:
        return False
    model = class_of(program, meta.module, meta.fields["model"].value)
    if model is None:
        return False
    own = field_names(program, cls)
    return all(_is_plain(program, cls, name) for name in own) and all(
        name in own or _is_harmless(program, model, name)
        for name in _written(meta) or field_names(program, model)
    )


def _has_meta(base: Class | str) -> bool:
    return isinstance(base, Class) and "Meta" in base.inner


def _written(meta: Class) -> Collection[str]:
    """The names in `Meta.fields`; none if it says all, or all but some."""
    raw = meta.fields.get("fields")
    listed = raw.value if raw is not None else None
    if not isinstance(listed, (ast.List, ast.Tuple)):
        return ()
    return [str(e.value) for e in listed.elts if isinstance(e, ast.Constant)]


def _is_plain(program: Program, cls: Class, name: str) -> bool:
    """Whether a field that a serializer declares is one of the library's, not of a person."""
    field = field_of(program, cls, name)
    call = None if field is None else field.raw.value
    func = call.func if isinstance(call, ast.Call) else None
    is_field = bare_name(func).endswith("Field")
    return is_field and _is_harmless(program, cls, name)


def _is_harmless(program: Program, cls: Class, name: str) -> bool:
    field = field_of(program, cls, name)
    if field is not None:
        return not field.category
    return program.lexicon.classify(name, (cls.name,), False, cls.module.context) is None
