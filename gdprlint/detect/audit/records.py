"""GDL405 and GDL408: models of requests and of consent that lack what proves the duty was met."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from gdprlint.detect.audit.bench import Bench
from gdprlint.detect.audit.site import snake
from gdprlint.detect.pseudonym.bench import finding_at, names, words_of
from gdprlint.model import Finding, Rule

_STORED = re.compile(r"Model|Base|Document|Entity|Table|SQLModel|db\.")


def find_incomplete_records(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """One finding for each stored class of the kind the rule names that lacks fields."""
    needs = rule.match.get("needs", {})
    wanted: Mapping[str, str] = needs if isinstance(needs, dict) else {}
    for cls in bench.module.classes.values():
        if not is_stored(cls):
            continue
        fields = [snake(name) for name in field_names(cls)]
        if any(re.search(pattern, snake(cls.name)) for pattern in names(rule, "classes")):
            lacking = [
                label
                for label, pattern in wanted.items()
                if not any(re.search(pattern, field) for field in fields)
            ]
            if lacking:
                yield record_finding(bench, rule, cls, cls.name, ", ".join(lacking))
        elif set(words_of(cls.name)) & set(names(rule, "persons")):
            yield from lone_flags(bench, rule, cls, ", ".join(wanted))


def lone_flags(bench: Bench, rule: Rule, cls: ast.ClassDef, lacking: str) -> Iterator[Finding]:
    """A consent that is one boolean: neither when, nor to what, nor how."""
    for statement in cls.body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
            continue
        written = ast.unparse(statement.value)
        for target in statement.targets:
            if (
                isinstance(target, ast.Name)
                and "Boolean" in written
                and any(re.search(pattern, target.id.lower()) for pattern in names(rule, "flags"))
                and not has_companion(cls, target.id)
            ):
                yield record_finding(bench, rule, statement, f"{cls.name}.{target.id}", lacking)


def has_companion(cls: ast.ClassDef, flag: str) -> bool:
    """`marketing_consent_at` or `..._version` beside `marketing_consent`."""
    return any(name != flag and name.startswith(flag) for name in field_names(cls))


def record_finding(bench: Bench, rule: Rule, node: ast.stmt, expr: str, lacking: str) -> Finding:
    """The finding of one class or field, on its first line."""
    span = bench.span_of(node)
    width = len(expr) + 6 if isinstance(node, ast.ClassDef) else len(expr.rpartition(".")[2])
    place = span._replace(end_line=span.line, end_column=span.column + width)
    return finding_at(rule, place, "likely", expr=expr, sink=lacking, symbol=expr)


def is_stored(cls: ast.ClassDef) -> bool:
    """A model of an object mapper: a base says so, or a table name does."""
    if any(_STORED.search(ast.unparse(base)) for base in cls.bases):
        return True
    return "__tablename__" in field_names(cls)


def field_names(cls: ast.ClassDef) -> list[str]:
    """The names a class body binds."""
    found: list[str] = []
    for statement in cls.body:
        if isinstance(statement, ast.Assign):
            found += [t.id for t in statement.targets if isinstance(t, ast.Name)]
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            found.append(statement.target.id)
    return found
