"""GDL308, GDL401 to GDL404: an effect that some path leaves without its audit event."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gdprlint.detect.audit.bench import Bench
from gdprlint.detect.audit.paths import Walker
from gdprlint.detect.audit.project import Function
from gdprlint.detect.audit.site import Effect, Site
from gdprlint.detect.audit.states import Leak
from gdprlint.detect.audit.triggers import find_effects
from gdprlint.detect.pseudonym.bench import finding_at
from gdprlint.model import Confidence, Finding, Rule, Step

_ORDER = {"end": 0, "return": 0, "raise": 1, "maybe": 2}
_WAYS = {
    "end": "the function ends here without the event",
    "return": "returns here without the event",
    "raise": "raises here without the event",
    "maybe": "if this call raises, no event is emitted",
}


def find_unaudited(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """One finding for each effect that a path leaves without its event."""
    for function in bench.module.functions.values():
        if bench.events.is_definition(function):
            continue
        site = Site(function, bench.module, bench.classes, bench.settings.person_classes)
        effects = {id(effect.node): effect for effect in find_effects(site, rule)}
        if effects:
            yield from judge_function(bench, rule, function, effects)


def judge_function(
    bench: Bench, rule: Rule, function: Function, effects: dict[int, Effect]
) -> Iterator[Finding]:
    """Walk the paths of one function; look around it before anything is reported."""
    walker = Walker(
        lambda node: id(node) in effects,
        lambda node: (
            bench.events.is_event(node, bench.module, function)
            or bench.search.coverage.by_sent_signal(node)
        ),
    )
    worst: dict[int, Leak] = {}
    for leak in walker.leaks(function.node):
        known = worst.get(id(leak.effect))
        if known is None or _ORDER[leak.exit] < _ORDER[known.exit]:
            worst[id(leak.effect)] = leak
    if not worst or is_covered(bench, function):
        return
    has_event = any(
        bench.events.is_event(node, bench.module, function) for node in ast.walk(function.node)
    )
    for key, leak in worst.items():
        effect = effects[key]
        if bench.search.coverage.by_signal(effect.classes, is_deletion=effect.is_deletion):
            continue
        yield report(bench, rule, function, effect, leak, has_event=has_event)


def is_covered(bench: Bench, function: Function) -> bool:
    """Whether the event is emitted around the function."""
    coverage = bench.search.coverage
    return (
        coverage.by_decorator(function, bench.module)
        or coverage.by_base_class(function, bench.module)
        or coverage.by_middleware(function)
        or coverage.by_callers(function)
    )


def report(
    bench: Bench, rule: Rule, function: Function, effect: Effect, leak: Leak, *, has_event: bool
) -> Finding:
    """The finding of one effect, with the path that lacks the event as steps."""
    span = bench.span_of(effect.node)
    text = effect.text if len(effect.text) <= 80 else effect.text[:79] + "…"
    steps = [Step(span, "source", f"`{text}`")]
    steps += [Step(bench.span_of(turn.node), "hop", turn.text) for turn in leak.state.turns]
    steps.append(Step(bench.span_of(leak.place), "sink", _WAYS[leak.exit]))
    missing = "no audit event" if not has_event else "no audit event on one path"
    if leak.state.precedes:
        missing = "its audit event before it, outside its transaction, and none after it"
    if leak.exit == "maybe":
        missing = "no audit event if a call in between raises"
    confidence: Confidence = "possible" if leak.exit == "maybe" else "likely"
    return finding_at(
        rule,
        span,
        confidence,
        expr=text,
        sink=missing,
        reason=f"every path of `{function.qualname}` was followed",
        steps=tuple(steps),
        symbol=function.qualname,
    )
