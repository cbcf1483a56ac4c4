"""Fixes of declared fields: the generated text of a class no longer shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import libcst as cst

from gdprlint.fix.arguments import find_argument, set_arguments
from gdprlint.fix.audience import needs_value
from gdprlint.fix.class_table import field_in, key_of_library
from gdprlint.fix.context import Proposal, Task, end_of
from gdprlint.fix.imports import dotted, require
from gdprlint.fix.targets import is_written
from gdprlint.fix.tree import find_expression
from gdprlint.model import Edit

FIELD_CALLS: Mapping[str, tuple[str, str]] = {
    "dataclass": ("dataclasses", "field"),
    "attrs": ("attrs", "field"),
    "pydantic": ("pydantic", "Field"),
    "sqlmodel": ("sqlmodel", "Field"),
    "sqlalchemy": ("sqlalchemy.orm", "mapped_column"),
}
"""By kind of class: the call that declares a field and knows `repr`."""
SECRET = "SecretStr"
DUMPS = frozenset({"asdict", "astuple", "model_to_dict", "vars"})
_TEXT_OF = re.compile(r"the text of (?P<type>[\w.]+\.\w+) is ")
DECLARING = frozenset({"field", "Field", "ib", "attrib", "mapped_column", "Relationship"})


def fix_field(task: Task) -> Proposal | None:
    """GDL205: `field(repr=False)`, `Field(repr=False)`, `attr.ib(repr=False)`."""
    statement = statement_at(task)
    kind = task.finding.sink.partition(" ")[0]
    if statement is None or kind not in FIELD_CALLS:
        return None
    secret = as_secret(task, statement) if kind == "pydantic" else None
    if secret is not None:
        return secret
    title = f"hide `{task.finding.expr}` from the text of its class"
    value = statement.value
    if isinstance(value, cst.Call) and dotted(value.func).rpartition(".")[2] in DECLARING:
        edits = set_arguments(task, value, [("repr", "False")], ())
        return None if edits is None else task.propose(title, "unsafe", *edits)
    if isinstance(statement, cst.Assign):
        return None
    imported = require(task.setting, *FIELD_CALLS[kind])
    if value is None:
        edit = Edit(end_of(task.tree.span(statement)), f" = {imported.name}(repr=False)")
        return task.propose(title, "unsafe", edit, imports=imported.edits)
    if is_argument(value):
        before, after = f"{imported.name}(default=", ", repr=False)"
        return task.propose(
            title, "unsafe", *task.wrap(value, before, after), imports=imported.edits
        )
    return None


def as_secret(task: Task, statement: cst.AnnAssign | cst.Assign) -> Proposal | None:
    """`SecretStr` for a credential of settings that hold one already and read this one nowhere.

    In other models it would change what they are serialised to.
    """
    if not isinstance(statement, cst.AnnAssign) or not isinstance(statement.target, cst.Name):
        return None
    is_plain = dotted(statement.annotation.annotation) == "str" and statement.value is None
    if not is_plain or not task.finding.category.startswith("credential."):
        return None
    name = statement.target.value
    owner = task.tree.around(statement, cst.ClassDef)
    bases = [dotted(base.value) for base in owner.bases] if owner is not None else []
    if not any(base.endswith("Settings") for base in bases):
        return None
    if SECRET not in {
        dotted(a.annotation).rpartition(".")[2] for a in task.tree.nodes(cst.Annotation)
    }:
        return None
    if any(node.attr.value == name for node in task.tree.nodes(cst.Attribute)):
        return None
    imported = require(task.setting, "pydantic", SECRET)
    if imported.edits:
        return None
    edit = task.replace(statement.annotation.annotation, imported.name)
    return task.propose(f"hide `{task.finding.expr}` in a `{SECRET}`", "unsafe", edit)


def is_argument(value: cst.BaseExpression) -> bool:
    """Whether a default may become an argument as it stands."""
    return not isinstance(value, (cst.Tuple, cst.Yield, cst.GeneratorExp)) or bool(value.lpar)


def statement_at(task: Task) -> cst.AnnAssign | cst.Assign | None:
    """The declaration at the finding's place."""
    span = task.finding.span
    kinds = (cst.AnnAssign, cst.Assign)
    for node in task.tree.positions:
        if isinstance(node, kinds):
            place = task.tree.span(node)
            if (place.line, place.column) == (span.line, span.column):
                return node
    return None


def fix_dump(task: Task) -> Proposal | None:
    """GDL202: `exclude={...}` on a pydantic dump, with every personal field of the class."""
    node = find_expression(task.tree, task.finding.span, "")
    class_name, _ = field_in(task.finding.reason)
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return by_object_key(task, node, class_name)
    if node.func.attr.value not in ("model_dump", "dict", "model_dump_json", "json"):
        return None
    fields = task.setting.classes.personal_fields(class_name)
    is_pydantic = task.setting.classes.kind_named(class_name) in ("pydantic", "sqlmodel")
    if not fields or not is_pydantic or find_argument(node, "exclude", ()) is not None:
        return None
    names = ", ".join(f'"{name}"' for name in fields)
    edits = set_arguments(task, node, [("exclude", f"{{{names}}}")], ())
    if edits is None:
        return None
    return task.propose("leave personal fields out of the dump", "unsafe", *edits)


def by_object_key(task: Task, node: cst.BaseExpression | None, class_name: str) -> Proposal | None:
    """`user.pk` for `user` or `asdict(user)`, where its class is known to have that key."""
    holder = dumped(node)
    if holder is None and task.finding.form == "object":
        holder = node
    if node is None or not isinstance(holder, (cst.Name, cst.Attribute)):
        return None
    if not is_written(task, node) or needs_value(task, node):
        return None
    key = key_of(task, holder, class_name)
    outer = task.tree.parents.get(node)
    is_added = isinstance(outer, cst.BinaryOperation) and isinstance(outer.operator, cst.Add)
    if not key or is_added:
        # a key may be a number, which cannot be added to a text
        return None
    title = f"log `{key}` instead of the object"
    if holder is node:
        return task.propose(title, "unsafe", Edit(end_of(task.tree.span(node)), f".{key}"))
    return task.propose(title, "unsafe", task.replace(node, f"{task.tree.code(holder)}.{key}"))


def dumped(node: cst.BaseExpression | None) -> cst.BaseExpression | None:
    """The object that a call makes a dictionary of."""
    is_dump = isinstance(node, cst.Call) and dotted(node.func).rpartition(".")[2] in DUMPS
    return node.args[0].value if isinstance(node, cst.Call) and is_dump and node.args else None


def key_of(task: Task, node: cst.Name | cst.Attribute, class_name: str) -> str:
    """The key of an object: of a class of the project, or of a framework's by its own text."""
    if class_name:
        key = task.setting.classes.key_of(class_name)
        return key if is_instance(task, node, class_name) else ""
    shown = _TEXT_OF.match(task.finding.reason)
    is_many = dotted(node).endswith("s")
    types = task.setting.policy.catalogue.get("type", {})
    return key_of_library(types, shown["type"]) if shown and not is_many else ""


def is_instance(task: Task, node: cst.Name | cst.Attribute, class_name: str) -> bool:
    """Whether an expression is named after the class or annotated with it: not just its holder."""
    last = dotted(node).rpartition(".")[2]
    if last.replace("_", "").lower() == class_name.lower():
        return True
    function = task.tree.around(node, cst.FunctionDef)
    params = function.params.params if function is not None else ()
    annotations = {p.name.value: p.annotation for p in params}
    annotation = annotations.get(last) if isinstance(node, cst.Name) else None
    return annotation is not None and dotted(annotation.annotation) == class_name
