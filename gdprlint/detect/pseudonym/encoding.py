"""GDL305: base64, hex or rot13 where a pseudonym is meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gdprlint.detect.pseudonym.bench import Bench, finding_at, names, starts_with_any
from gdprlint.engine.observations import TransformSeen
from gdprlint.model import Finding, Rule


def find_encodings(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """Encodings of personal data that are named, or used in a function named, like a pseudonym."""
    stems = names(rule, "stems")
    for seen in bench.observations.transforms:
        if seen.form != "encoding" or not is_identifier(bench, rule, seen):
            continue
        node = bench.node_at(seen.span)
        if node is None:
            continue
        uses = bench.purposes_of(node) if seen.category else called_like(bench, node, seen)
        purpose = next((p for p in uses if starts_with_any(p, stems)), "")
        if purpose:
            yield finding_at(
                rule,
                seen.span,
                "likely",
                category=seen.category,
                label=bench.label(seen.category) if seen.category else "value",
                expr=seen.text,
                sink=purpose,
                reason=f"`{seen.name}` needs no key to undo",
                symbol=seen.symbol,
            )


def called_like(bench: Bench, node: ast.expr, seen: TransformSeen) -> Iterator[str]:
    """The verb of the function, for what it returns of a parameter that may be anything."""
    if any(isinstance(outer, ast.Return) for outer in bench.parents_of(node)):
        yield seen.symbol.rpartition(".")[2].strip("_").partition("_")[0]


def is_identifier(bench: Bench, rule: Rule, seen: TransformSeen) -> bool:
    """Personal data of a wanted category, or a parameter whose meaning the callers decide."""
    return not seen.category or bench.is_wanted(seen.category, rule)
