"""Consent: a field of it that is stored, a record of it that is made or removed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from gdprlint.detect.audit.site import CHAINS, CREATES, DELETES, SESSIONS, Effect, Site, snake
from gdprlint.detect.audit.syntax import calls_in, last_name
from gdprlint.detect.imports import dotted_name
from gdprlint.detect.pseudonym.bench import names
from gdprlint.model import Rule

SAVES = frozenset({"save", "asave", "commit", "flush", "update", "aupdate", "put", "bulk_update"})


def consents(site: Site, rule: Rule) -> Iterator[Effect]:
    """Consent given or withdrawn: a consent field is stored, a consent record made or removed."""
    fields = re.compile("|".join(names(rule, "fields")))
    records = re.compile("|".join(names(rule, "classes")))
    changed = changed_owners(site.function.node, fields)
    for call in calls_in(site.function.node):
        func = call.func
        if not isinstance(func, ast.Attribute):
            continue
        owner = ast.unparse(func.value)
        classes = site.classes_at(call)
        on_consent = any(records.search(snake(name)) for name in (*classes[:1], *chain_heads(func)))
        if func.attr in SAVES and owner in changed:
            yield Effect(call, f"{changed[owner]}; {ast.unparse(call)}", classes)
        elif func.attr == "commit" and last_name(func.value) in SESSIONS and changed:
            yield Effect(call, f"{next(iter(changed.values()))}; {ast.unparse(call)}", classes)
        elif func.attr in ("update", "aupdate", "filter_by") and has_field(call, fields):
            yield Effect(call, ast.unparse(call), classes)
        elif on_consent and func.attr in (CREATES | DELETES | {"save", "withdraw", "revoke"}):
            yield Effect(call, ast.unparse(call), classes, is_deletion=func.attr in DELETES)


def changed_owners(node: ast.AST, fields: re.Pattern[str]) -> Mapping[str, str]:
    """Objects whose consent field the function sets, and the assignment as written."""
    found: dict[str, str] = {}
    for statement in ast.walk(node):
        targets = statement.targets if isinstance(statement, ast.Assign) else ()
        for target in targets:
            if isinstance(target, ast.Attribute) and fields.search(target.attr.lower()):
                found.setdefault(ast.unparse(target.value), ast.unparse(target) + " = ...")
    return found


def chain_heads(func: ast.Attribute) -> tuple[str, ...]:
    """The model, or the variable, that a method is called on."""
    parts = dotted_name(func.value, {}).split(".")
    return tuple(part for part in parts if part and part not in CHAINS and part != "self")[-1:]


def has_field(call: ast.Call, fields: re.Pattern[str]) -> bool:
    """Whether a keyword sets a consent field."""
    return any(k.arg and fields.search(k.arg.lower()) for k in call.keywords)
