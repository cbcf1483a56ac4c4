"""GDL410: staff code reads Art. 9 records of a person and leaves no access event."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gdprlint.detect.audit.bench import Bench
from gdprlint.detect.audit.copies import handed_out
from gdprlint.detect.audit.duty import judge_function
from gdprlint.detect.audit.project import Function
from gdprlint.detect.audit.records import field_names
from gdprlint.detect.audit.site import CHAINS, Effect, Site
from gdprlint.detect.audit.syntax import calls_in, last_name
from gdprlint.detect.imports import dotted_name
from gdprlint.detect.pseudonym.bench import names
from gdprlint.model import Finding, Rule

READS = frozenset({"get", "aget", "first", "get_or_404", "filter", "all", "one", "scalar_one"})
PAGES = ("render", "Template", "template")
SPECIAL = ("special", "criminal")


def find_unaudited_reads(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """Views for staff that hand out what they read of a model with special fields."""
    for function in bench.module.functions.values():
        if not is_for_staff(function, rule):
            continue
        model = next((m for call in calls_in(function.node) if (m := model_read(bench, call))), "")
        if not model:
            continue
        site = Site(function, bench.module, bench.classes, ())
        effects = {id(e.node): Effect(e.node, f"{model}: {e.text}", ()) for e in answers(site)}
        yield from list(judge_function(bench, rule, function, effects))[:1]


def answers(site: Site) -> Iterator[Effect]:
    """What a view hands out; a rendered page counts as well."""
    found = list(handed_out(site))
    if found:
        yield from found
        return
    for node in ast.walk(site.function.node):
        value = node.value if isinstance(node, ast.Return) else None
        if isinstance(value, ast.Call) and last_name(value).startswith(PAGES):
            yield Effect(node, ast.unparse(value), ())


def is_for_staff(function: Function, rule: Rule) -> bool:
    """A decorator, or the class's permissions, let only staff in."""
    marks = names(rule, "staff")
    written = [ast.unparse(decorator) for decorator in function.node.decorator_list]
    if function.cls is not None:
        written += [ast.unparse(base) for base in function.cls.bases]
        written += [
            ast.unparse(statement)
            for statement in function.cls.body
            if isinstance(statement, ast.Assign)
            and "permission" in ast.unparse(statement.targets[0])
        ]
    return any(mark in text for mark in marks for text in written)


def model_read(bench: Bench, call: ast.Call) -> str:
    """The model with special fields that a call reads, "" for anything else."""
    name = last_name(call)
    if name in ("get_object_or_404", "get_list_or_404") and call.args:
        model = dotted_name(call.args[0], {}).partition(".")[0]
    elif name in READS and CHAINS.intersection(dotted_name(call.func, {}).split(".")):
        model = dotted_name(call.func, {}).partition(".")[0]
    else:
        return ""
    found = bench.search.project.class_named(bench.module, model)
    return model if found is not None and has_special_field(bench, found[1]) else ""


def has_special_field(bench: Bench, cls: ast.ClassDef) -> bool:
    """Whether a field of the class holds data of Art. 9 or 10 by its name."""
    for field in field_names(cls):
        match = bench.policy.lexicon.classify(field, (cls.name,))
        if match is not None and match.confidence == "likely":
            known = bench.policy.categories.get(match.category)
            if known is not None and known.legal_class in SPECIAL:
                return True
    return False
