"""GDL304: one record holds an identifier and the pseudonym that is to hide it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gdprlint.detect.imports import dotted_name
from gdprlint.detect.pseudonym.bench import Bench, finding_of, names, words_of
from gdprlint.detect.walking import walk_lines
from gdprlint.engine.observations import Flow
from gdprlint.model import Finding, Rule, Span, Step

HIDDEN = ("digest", "keyed")


def find_pairs(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """Sink calls that show a datum in clear next to a pseudonym of the same datum."""
    raw = [
        flow
        for flow in bench.observations.flows
        if flow.disclosure == "full"
        and flow.form == "value"
        and flow.sinks in sinks_of(bench, rule)
        and bench.is_wanted(flow.category, rule)
    ]
    for flow in raw:
        pseudonym = hidden_twin(bench, flow) or wrapped_twin(bench, rule, flow)
        if pseudonym is not None:
            steps = (
                Step(pseudonym, "source", "the pseudonym stands here"),
                Step(flow.span, "sink", f"beside `{flow.expr}` in clear"),
            )
            yield finding_of(bench, rule, flow)._replace(steps=steps)


def sinks_of(bench: Bench, rule: Rule) -> frozenset[str]:
    """The sink sets whose calls make a record."""
    from gdprlint.detect.flow import sink_sets

    return sink_sets(names(rule, "sinks"), bench.policy.sets)


def hidden_twin(bench: Bench, raw: Flow) -> Span | None:
    """Another argument of the same call that shows a digest of the same datum."""
    for other in bench.observations.flows:
        if (
            other.disclosure in HIDDEN
            and other.sink == raw.sink
            and other.sinks == raw.sinks
            and other.category == raw.category
            and other.symbol == raw.symbol
            and origin(other) == origin(raw)
        ):
            call = call_around(bench, raw.span)
            if call is not None and encloses(bench.span_of(call), other.span):
                return other.span
    return None


def origin(flow: Flow) -> str:
    """The expression the datum entered with."""
    return flow.expr


def wrapped_twin(bench: Bench, rule: Rule, raw: Flow) -> Span | None:
    """An argument of the same call that a pseudonymiser made of the same expression."""
    call = call_around(bench, raw.span)
    if call is None:
        return None
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        for part in ast.walk(argument):
            made = made_by(bench, part) if isinstance(part, (ast.Name, ast.Call)) else None
            if (
                made is not None
                and is_pseudonymiser(bench, rule, made)
                and any(ast.unparse(arg) == raw.expr for arg in made.args)
            ):
                return bench.span_of(part) if isinstance(part, ast.expr) else None
    return None


def made_by(bench: Bench, node: ast.Name | ast.Call) -> ast.Call | None:
    """The call that an argument is, or that its variable was assigned from."""
    value = bench.module.names.get(node.id) if isinstance(node, ast.Name) else node
    return value if isinstance(value, ast.Call) else None


def is_pseudonymiser(bench: Bench, rule: Rule, call: ast.Call) -> bool:
    """A configured wrapper, or a function named like one."""
    dotted = dotted_name(call.func, bench.imports).lstrip(".")
    wrappers = bench.settings.wrapper
    if any(dotted == w or w.endswith("." + dotted) or dotted.endswith("." + w) for w in wrappers):
        return True
    words = words_of(dotted.rpartition(".")[2])
    return bool(words) and words[0].startswith(names(rule, "stems"))


def call_around(bench: Bench, span: Span) -> ast.Call | None:
    """The smallest call that has the span among its arguments."""
    best: ast.Call | None = None
    for node in walk_lines(bench.tree, [span.line]):
        if (
            isinstance(node, ast.Call)
            and node.lineno <= span.line
            and span.end_line <= (node.end_lineno or node.lineno)
            and any(
                encloses(bench.span_of(argument), span)
                for argument in (*node.args, *(keyword.value for keyword in node.keywords))
            )
        ):
            best = node if best is None or is_outer(best, node) else best
    return best


def is_outer(outer: ast.Call, inner: ast.Call) -> bool:
    """Sink calls are the outermost: a call around an argument's own calls stays."""
    return any(node is outer for node in ast.walk(inner))


def encloses(outer: Span, inner: Span) -> bool:
    """Whether `inner` lies within `outer`."""
    begins = (outer.line, outer.column) <= (inner.line, inner.column)
    return begins and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
