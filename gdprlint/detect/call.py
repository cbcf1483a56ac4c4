"""Kind `call`: a call with, or lacking, an argument value -> findings; defaults count.

Calls come from the engine by dotted name. An alternative with `method` looks at calls as they are
written instead: for methods of objects no table knows (`client.put_object`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gdprlint.detect.alternative import Alternative, watched_names
from gdprlint.detect.completed import complete, is_open
from gdprlint.detect.folding import fold
from gdprlint.detect.matching import Bench, judge_call, match_calls, open_bench
from gdprlint.detect.module import Module, span_of
from gdprlint.detect.signatures import UNKNOWN_SIGNATURE, Binding
from gdprlint.detect.walking import all_nodes
from gdprlint.engine.observations import CallSeen, Observations
from gdprlint.model import Finding, Rule

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

__all__ = ["detect", "watched_names"]


def detect(
    observations: Observations, rules: Sequence[Rule], policy: Policy, settings: Settings
) -> Iterator[Finding]:
    """The findings of all `[[match.call]]` tables of the rules in one file."""
    bench = open_bench(observations, rules, policy, settings)
    yield from match_calls(completed_calls(observations), bench)
    yield from match_written(bench)


def completed_calls(observations: Observations) -> Sequence[CallSeen]:
    """The calls of a file, names among their arguments replaced by what they stand for."""
    tree = observations.tree
    if tree is None or not any(map(is_open, observations.calls)):
        return observations.calls
    module = Module(observations.path, observations.text, tree, observations.constant)
    return [complete(call, module) if is_open(call) else call for call in observations.calls]


def match_written(bench: Bench) -> Iterator[Finding]:
    """The findings of alternatives that name a method, whatever object it is called on."""
    text, tree = bench.observations.text, bench.observations.tree
    wanted = {
        method: found
        for method, alternatives in bench.alternatives.by_method.items()
        if method in text and (found := [a for a in alternatives if is_mentioned(a, text)])
    }
    if not wanted or tree is None:
        return
    module = Module(bench.observations.path, text, tree, bench.observations.constant)
    for node in all_nodes(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        for alternative in wanted.get(node.func.attr, ()):
            written = ast.unparse(node.func)
            if alternative.text is None or alternative.text.search(written):
                yield from _judge_written(alternative, node, written, module, bench)


def is_mentioned(alternative: Alternative, text: str) -> bool:
    """Whether a file's text holds one of the words the alternative asks for."""
    return not alternative.mentions or any(word in text for word in alternative.mentions)


def _judge_written(
    alternative: Alternative, node: ast.Call, written: str, module: Module, bench: Bench
) -> Iterator[Finding]:

    call = CallSeen(
        name=alternative.names[0] if alternative.names else written,
        positional=tuple(fold(a, module) for a in node.args if not isinstance(a, ast.Starred)),
        keywords={k.arg: fold(k.value, module) for k in node.keywords if k.arg},
        has_unknown_keywords=any(k.arg is None for k in node.keywords),
        span=span_of(module, node),
        symbol="",
        statement=None,
    )
    signature = bench.signatures.get(call.name, UNKNOWN_SIGNATURE)
    if alternative.parameters:
        signature = signature._replace(parameters=alternative.parameters)
    finding = judge_call(alternative, Binding(call, signature, bench.settings.root), bench)
    if finding is not None:
        yield finding
