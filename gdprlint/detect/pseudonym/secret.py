"""GDL303: pseudonyms from a secret that is none: keys in the source, `random`, uuid1, counters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from gdprlint.detect.imports import dotted_name
from gdprlint.detect.pseudonym.bench import Bench, finding_at, finding_of, names, starts_with_any
from gdprlint.detect.pseudonym.digest import is_for_something_else
from gdprlint.detect.walking import lines_of, walk_lines
from gdprlint.model import Finding, Rule

COUNTERS = ("counter", "sequence", "seq", "serial")


def find_weak_secrets(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """Digests with a key in the source, and predictable numbers that name a person."""
    for flow in bench.observations.flows:
        if flow.sinks != "weak-pseudonym" or flow.disclosure != "full":
            continue
        if is_for_something_else(bench, rule, flow):
            continue
        if flow.form in ("value", "text") and bench.is_wanted(flow.category, rule):
            derived = flow.sink.startswith("uuid.")
            why = "is derived from the value" if derived else "has a key or salt in the source"
            message = f"pseudonym of {bench.label(flow.category)} `{flow.expr}` {why}"
            yield finding_of(bench, rule, flow)._replace(message=message)
    yield from find_predictable(bench, rule)


def find_predictable(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """`pseudonym = random.randint(...)`: whoever knows the generator knows the number."""
    text = bench.observations.text
    lowered = text.lower()
    if not any(stem in lowered for stem in names(rule, "stems")):
        return
    words = {name.rpartition(".")[2] for name in (*names(rule, "generators"), "next")}
    written = sorted(re.escape(word) for word in words if word in text)
    if not written:
        return
    pattern = re.compile(rf"\b(?:{'|'.join(written)})\s*\(")
    for node in walk_lines(bench.tree, lines_of(pattern, text)):
        if not isinstance(node, ast.Call):
            continue
        generator = generator_of(bench, rule, node)
        if not generator:
            continue
        stems = names(rule, "stems")
        purpose = next(filter(None, bench.purposes_of(node)), "")
        if not starts_with_any(purpose, stems):
            continue
        yield finding_at(rule, bench.span_of(node), "likely", expr=purpose, sink=generator)


def generator_of(bench: Bench, rule: Rule, node: ast.Call) -> str:
    """The predictable generator a call asks, "" for anything else."""
    dotted = dotted_name(node.func, bench.imports)
    if dotted in names(rule, "generators"):
        return dotted
    if dotted == "next" and node.args:
        counted = dotted_name(node.args[0], bench.imports)
        if counted == "itertools.count" or counted.rpartition(".")[2].lower().endswith(COUNTERS):
            return counted
    return ""
