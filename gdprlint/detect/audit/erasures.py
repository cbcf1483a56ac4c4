"""Erasure: persons that are deleted, or stored in a function that says it forgets them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from itertools import pairwise

from gdprlint.detect.audit.site import (
    CHAINS,
    CREATES,
    DELETES,
    SESSIONS,
    Effect,
    Site,
    savings,
    speaks_of,
)
from gdprlint.detect.audit.syntax import calls_in, last_name
from gdprlint.detect.imports import dotted_name
from gdprlint.detect.pseudonym.bench import names, words_of
from gdprlint.model import Rule


def erasures(site: Site, rule: Rule) -> Iterator[Effect]:
    """Deletion of persons; saving in a function that says it forgets or anonymises one."""
    created = created_names(site.function.node)
    for call in calls_in(site.function.node):
        target = deleted(call, site)
        if target is None:
            continue
        written, classes = target
        if written in created or not is_person(written, classes, site, rule):
            continue
        yield Effect(call, ast.unparse(call), classes, is_deletion=True)
    if speaks_of(site, rule):
        yield from savings(site)


def deleted(call: ast.Call, site: Site) -> tuple[str, tuple[str, ...]] | None:
    """What a call deletes: as written, and the classes known of it."""
    func = call.func
    if not isinstance(func, ast.Attribute):
        return None
    if func.attr in ("delete", "adelete") and call.args and last_name(func.value) in SESSIONS:
        return ast.unparse(call.args[0]), site.classes_at(call)
    if func.attr in DELETES and call.args and last_name(func.value)[:1].isupper():
        return ast.unparse(func.value), (last_name(func.value),)
    if func.attr in ("execute", "exec") and call.args and isinstance(call.args[0], ast.Call):
        statement = dotted_name(call.args[0], {})
        model = model_of_statement(call.args[0])
        return (model, (model,)) if statement.startswith("delete") and model else None
    if func.attr in DELETES and not call.args:
        head = dotted_name(func.value, {}).split(".")
        chained = next((a for a, b in pairwise(head) if b in CHAINS), "")
        classes = site.classes_at(call) or ((chained,) if chained[:1].isupper() else ())
        return ast.unparse(func.value), classes
    return None


def model_of_statement(call: ast.Call) -> str:
    """The model of `delete(User).where(...)`."""
    current: ast.AST = call
    while isinstance(current, ast.Call):
        if last_name(current) == "delete" and current.args:
            return last_name(current.args[0])
        current = getattr(current.func, "value", current.func)
    return ""


def created_names(node: ast.AST) -> Collection[str]:
    """Variables that the function itself filled with a new record: deleting those undoes it."""
    return {
        target.id
        for statement in ast.walk(node)
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
        and (last_name(statement.value) in CREATES or last_name(statement.value)[:1].isupper()
             or last_name(statement.value).startswith(("create_", "make_")))
        for target in statement.targets
        if isinstance(target, ast.Name)
    }  # fmt: skip


def is_person(written: str, classes: tuple[str, ...], site: Site, rule: Rule) -> bool:
    """Whether a record stands for a person: by its class, else by the name it goes by."""
    if classes:
        return any(is_person_class(name, site, rule) for name in classes)
    if "(" in written:
        return False
    return last_word_name(written) in names(rule, "nouns")


def is_person_class(name: str, site: Site, rule: Rule) -> bool:
    """`User`, `AbstractUser`, `PatientProfile`, and what the settings add; a `ServiceUser` or a
    `GroupMember` only links a person to something."""
    words = words_of(name)
    nouns = names(rule, "nouns")
    if name in site.persons or name.lower() in nouns:
        return True
    if len(words) != 2:
        return False
    first, second = words
    is_qualified = second in nouns and first in names(rule, "qualifiers")
    return is_qualified or (first in nouns and second in ("profile", "account", "record"))


def last_word_name(written: str) -> str:
    """`request.user` -> "user", `self.old_customer` -> "old_customer"."""
    return written.rpartition(".")[2].lower().lstrip("_")
