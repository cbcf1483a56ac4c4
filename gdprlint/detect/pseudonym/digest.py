"""GDL302: a hash without a key of something that can be guessed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gdprlint.detect.pseudonym.bench import Bench, finding_of, names, starts_with_any
from gdprlint.engine.observations import Flow
from gdprlint.model import Finding, Rule, Span


def find_plain_digests(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """Identifiers that reach an unkeyed digest, unless a name says it is no pseudonym."""
    for flow in bench.observations.flows:
        if (
            flow.sinks == "digest"
            and flow.disclosure == "full"
            and flow.form in ("value", "text")
            and bench.is_wanted(flow.category, rule)
            and not is_for_something_else(bench, rule, flow)
        ):
            finding = finding_of(bench, rule, flow)
            doubtful = flow.category in names(rule, "doubtful")
            yield finding._replace(confidence="possible") if doubtful else finding


def is_for_something_else(bench: Bench, rule: Rule, flow: Flow) -> bool:
    """Whether the digest picks a bucket, or is what another service's interface asks for."""
    others = names(rule, "other_uses")
    folders = (name for step in flow.steps[-1:] for name in step.span.path.split("/")[-2:])
    if any(starts_with_any(name, others) for name in folders):
        return True
    path = flow.span.path
    spans = (flow.span, *(step.span for step in flow.steps[-1:] if step.span.path == path))
    return any(starts_with_any(purpose, others) for span in spans for purpose in _uses(bench, span))


def _uses(bench: Bench, span: Span) -> Iterator[str]:
    """The names that what is made of an argument goes by."""
    node = bench.node_at(span)
    if node is not None:
        calls = (outer for outer in bench.parents_of(node) if isinstance(outer, ast.Call))
        yield from bench.purposes_of(next(calls, node))
