"""GDL307: a function says "anonymise" and hands back a pseudonym, or drops a single field."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gdprlint.detect.pseudonym.bench import Bench, FunctionDef, finding_at, names, starts_with_any
from gdprlint.model import Finding, Rule


def find_claims(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """Functions named `anonymise...` whose result still leads to the person."""
    stems = names(rule, "stems")
    returned = {
        seen.symbol: seen.name
        for seen in bench.observations.transforms
        if seen.form == "return" and seen.name in ("digest", "keyed")
    }
    for node in ast.walk(bench.tree):
        if not isinstance(node, FunctionDef) or not starts_with_any(node.name, stems):
            continue
        hidden = next(
            (form for symbol, form in returned.items() if symbol.split(".")[-1] == node.name), ""
        )
        field = single_field_dropped(node)
        if hidden or field:
            sink = f"returns a {hidden} value" if hidden else f"only drops `{field}`"
            span = bench.span_of(node)
            end = span.column + len("def ") + len(node.name)
            place = span._replace(end_line=span.line, end_column=end)
            yield finding_at(rule, place, "likely", expr=node.name, sink=sink, symbol=node.name)


def single_field_dropped(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The one attribute a function blanks, "" if it does more or something else."""
    blanked = [
        target.attr
        for statement in ast.walk(node)
        if isinstance(statement, ast.Assign) and is_blank(statement.value)
        for target in statement.targets
        if isinstance(target, ast.Attribute)
    ]
    others = [
        statement
        for statement in ast.walk(node)
        if isinstance(statement, (ast.Assign, ast.AugAssign, ast.For, ast.Delete))
    ]
    return blanked[0] if len(blanked) == 1 and len(others) == 1 else ""


def is_blank(node: ast.expr) -> bool:
    """A constant: None, "", "anonymous"."""
    return isinstance(node, ast.Constant)
