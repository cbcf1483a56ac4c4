"""GDL304: one record holds an identifier and the pseudonym that is to hide it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from gdprlint.detect.imports import dotted_name, last_name_of
from gdprlint.detect.pseudonym.bench import Bench, finding_of, names, words_of
from gdprlint.detect.walking import holding, walk_around
from gdprlint.engine.observations import Flow
from gdprlint.model import Finding, Rule, Span, Step

HIDDEN = ("digest", "keyed")
Identity = tuple[str, str, str, str, str]
Pseudonyms = Mapping[str, Span]


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
    hidden = hidden_flows(bench) if raw else {}
    may_make = bool(raw) and may_pseudonymise(bench, rule)
    made: dict[ast.Call, Pseudonyms] = {}
    for flow in raw:
        call = call_around(bench, flow.span)
        if call is None:
            continue
        if call not in made:
            made[call] = dict(pseudonyms_in(bench, rule, call)) if may_make else {}
        pseudonym = hidden_twin(bench, call, hidden.get(identity_of(flow), ()))
        pseudonym = pseudonym or made[call].get(flow.expr)
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


def identity_of(flow: Flow) -> Identity:
    """What a datum and its pseudonym share at a sink: the sink, the function, the expression the
    datum entered with."""
    return flow.sink, flow.sinks, flow.category, flow.symbol, flow.expr


def hidden_flows(bench: Bench) -> Mapping[Identity, Sequence[Flow]]:
    """The flows that show a digest, by the datum it was made of."""
    found: dict[Identity, list[Flow]] = {}
    for flow in bench.observations.flows:
        if flow.disclosure in HIDDEN:
            found.setdefault(identity_of(flow), []).append(flow)
    return found


def hidden_twin(bench: Bench, call: ast.Call, digests: Sequence[Flow]) -> Span | None:
    """Another argument of the call that shows a digest of the same datum."""
    around = bench.span_of(call)
    return next((other.span for other in digests if encloses(around, other.span)), None)


def may_pseudonymise(bench: Bench, rule: Rule) -> bool:
    """Whether a file writes a name that `is_pseudonymiser` could know."""
    text = bench.observations.text
    wrappers = (wrapper.rpartition(".")[2] for wrapper in bench.settings.wrapper)
    lowered = text.lower()
    return any(stem in lowered for stem in names(rule, "stems")) or any(
        wrapper in text for wrapper in wrappers
    )


def pseudonyms_in(bench: Bench, rule: Rule, call: ast.Call) -> Iterator[tuple[str, Span]]:
    """What the arguments of a call show as a pseudonymiser's result, each expression once."""
    told: set[str] = set()
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        for part in ast.walk(argument):
            made = made_by(bench, part) if isinstance(part, (ast.Name, ast.Call)) else None
            if made is None or not isinstance(part, ast.expr):
                continue
            if not is_pseudonymiser(bench, rule, made):
                continue
            for text in map(ast.unparse, made.args):
                if text not in told:
                    told.add(text)
                    yield text, bench.span_of(part)


def made_by(bench: Bench, node: ast.Name | ast.Call) -> ast.Call | None:
    """The call that an argument is, or that its variable was assigned from."""
    value = bench.module.names.get(node.id) if isinstance(node, ast.Name) else node
    return value if isinstance(value, ast.Call) else None


def is_pseudonymiser(bench: Bench, rule: Rule, call: ast.Call) -> bool:
    """A configured wrapper, or a function named like one."""
    name = last_name_of(call.func, bench.imports)
    wrappers = [w for w in bench.settings.wrapper if w.rpartition(".")[2] == name]
    if wrappers:
        dotted = dotted_name(call.func, bench.imports).lstrip(".")
        ends = "." + dotted
        if any(dotted == w or w.endswith(ends) or dotted.endswith("." + w) for w in wrappers):
            return True
    words = words_of(name)
    is_like = bool(words) and words[0].startswith(names(rule, "stems"))
    return is_like and dotted_name(call.func, bench.imports) != ""


def call_around(bench: Bench, span: Span) -> ast.Call | None:
    """The outermost call that has the span among its arguments."""
    region = bench.region_of(span)
    for node in walk_around(bench.tree, region):
        if isinstance(node, ast.Call) and (
            holding(node.args, region) or holding(node.keywords, region)
        ):
            return node
    return None


def encloses(outer: Span, inner: Span) -> bool:
    """Whether `inner` lies within `outer`."""
    begins = (outer.line, outer.column) <= (inner.line, inner.column)
    return begins and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
