"""Alternatives and calls -> findings. A configured handler or a settings module counts as a call.

An alternative is broken when all its `when` conditions hold and none of `unless`. Where a value
cannot be known nothing is reported, unless the rule asks for an advisory at `possible`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gdprlint.detect.alternative import (
    CARRIER,
    Alternative,
    Alternatives,
    compile_alternatives,
)
from gdprlint.detect.computed import computed
from gdprlint.detect.condition import Bound, Truth, both, holds
from gdprlint.detect.guarded import is_unlikely_to_run
from gdprlint.detect.hosts import host_of
from gdprlint.detect.signatures import UNKNOWN_SIGNATURE, Binding, Signature, read_signatures
from gdprlint.engine.observations import UNKNOWN, CallSeen, Observations
from gdprlint.model import CONFIDENCE_ORDER, Confidence, Finding, Rule, Span
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

_FROM_ENVIRONMENT = re.compile(r"\b(?:environ|getenv|env|config)\b\W")
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


class Bench(NamedTuple):
    """What all calls of one file are judged with."""

    alternatives: Alternatives
    signatures: Mapping[str, Signature]
    settings: Settings
    observations: Observations


class Outcome(NamedTuple):
    """Whether an alternative is broken, and the doubt about it."""

    truth: Truth
    doubt: str


_compiled: dict[tuple[str, tuple[str, ...]], tuple[Alternatives, Mapping[str, Signature]]] = {}


def open_bench(
    observations: Observations, rules: Sequence[Rule], policy: Policy, settings: Settings
) -> Bench:
    """The compiled rules and signatures; compiled once per policy."""
    key = (policy.digest, tuple(rule.id for rule in rules))
    if key not in _compiled:
        _compiled[key] = (compile_alternatives(rules), read_signatures(policy.catalogue))
    return Bench(*_compiled[key], settings, observations)


def match_calls(calls: Iterable[CallSeen], bench: Bench) -> Iterator[Finding]:
    """The findings of every call, in order; one per rule and call, or place in a configuration.

    Of several ways to break a rule the surest is told, the first among equals.
    """
    for call in calls:
        signature = bench.signatures.get(call.name, UNKNOWN_SIGNATURE)
        if signature.name and signature.name != call.name:
            call = call._replace(name=signature.name)
        binding = Binding(call, signature, bench.settings.root)
        is_call = not call.name.startswith(CARRIER)
        told: dict[tuple[str, int], Finding] = {}
        for alternative in bench.alternatives.by_name.get(call.name, ()):
            finding = judge_call(alternative, binding, bench)
            if finding is None:
                continue
            place = (finding.rule, 0 if is_call else finding.span.line)
            known = told.get(place)
            if known is None or _sureness(finding) > _sureness(known):
                told[place] = finding
        yield from told.values()


def _sureness(finding: Finding) -> int:
    return CONFIDENCE_ORDER[finding.confidence]


def judge_call(alternative: Alternative, binding: Binding, bench: Bench) -> Finding | None:
    """The finding of one alternative for one call."""
    if not applies(alternative, bench.observations):
        return None
    lookup = functools.partial(look_up, binding=binding, bench=bench)
    outcome = evaluate(alternative, binding, lookup)
    if outcome.truth is False or is_trusted(alternative, lookup, bench.settings):
        return None
    if outcome.truth is None and alternative.unknown != "possible" and not outcome.doubt:
        return None
    shown = _place(alternative, binding)
    confidence = _confidence(alternative, binding, outcome)
    if is_unlikely_to_run(binding.call.span, bench.observations.tree):
        confidence = "possible"
    message = _filled(alternative.message, binding, lookup)
    if outcome.truth is None and not outcome.doubt:
        message = f"{message} (its value is not known here)"
    return Finding(
        rule=alternative.rule.id,
        severity=alternative.severity,
        confidence=confidence,
        message=message,
        span=shown,
        reason=outcome.doubt or _reason(alternative, binding),
        expr=_expression(binding.call),
        sink=binding.call.name.removeprefix("setting."),
        symbol=binding.call.symbol,
        remedy=alternative.rule.remedy,
    )


def look_up(path: str, binding: Binding, bench: Bench) -> Bound:
    """The value of a parameter or of a computed one (`@retention`)."""
    if path.startswith("@"):
        return computed(path, binding, bench.observations, bench.settings)
    return binding.lookup(path)


def is_trusted(
    alternative: Alternative, lookup: functools.partial[Bound], settings: Settings
) -> bool:
    """Whether the settings say that the connection to the host in question is encrypted."""
    hosts = {
        host_of(lookup(path).value) for path, tests in alternative.when.items() if "host" in tests
    }
    return any(settings.transports.get(host or "", {}).get("encrypted") is True for host in hosts)


def applies(alternative: Alternative, observations: Observations) -> bool:
    """Whether the file is one the alternative speaks of."""
    if alternative.except_paths and alternative.except_paths.search(observations.path):
        return False
    if alternative.unless_called and alternative.unless_called.search(observations.text):
        return False
    return not alternative.imports or any(
        re.search(rf"(?m)^\s*(?:import|from)\s+{re.escape(name)}\b", observations.text)
        for name in alternative.imports
    )


def evaluate(
    alternative: Alternative, binding: Binding, lookup: functools.partial[Bound]
) -> Outcome:
    """Whether all of `when` hold and none of `unless`."""
    truths = [holds(tests, lookup(path)) for path, tests in alternative.when.items()]
    for path, tests in alternative.unless.items():
        broken = holds(tests, lookup(path))
        truths.append(None if broken is None else not broken)
    truth = both(truths)
    doubt = ""
    if truth is None:
        doubts = [binding.doubt(path) for path in alternative.when]
        unknown = truths.count(None)
        doubt = "; ".join(filter(None, doubts)) if sum(map(bool, doubts)) == unknown else ""
    return Outcome(truth, doubt)


def _place(alternative: Alternative, binding: Binding) -> Span:
    for path in alternative.when:
        given = binding.argument(path) or binding.argument(path.partition(".")[0])
        if given is not None and given.span.path == binding.call.span.path:
            return given.span
    return binding.call.span


def _confidence(alternative: Alternative, binding: Binding, outcome: Outcome) -> Confidence:
    if outcome.truth is None:
        return "possible"
    if alternative.confidence == "possible":
        return "possible"
    given = [binding.argument(path) for path in alternative.when]
    if any(argument and _FROM_ENVIRONMENT.search(argument.text) for argument in given):
        return "possible" if alternative.confidence == "likely" else "likely"
    return alternative.confidence


def _reason(alternative: Alternative, binding: Binding) -> str:
    parts = []
    for path in alternative.when:
        if path.startswith("@"):
            continue
        bound = binding.lookup(path)
        if bound.is_given:
            parts.append(f"`{path}` is {_shown(bound)}")
        elif bound.value is not None and bound.value is not UNKNOWN:
            parts.append(f"`{path}` is not given, its default is {bound.value!r}")
        elif bound.value is None:
            parts.append(f"`{path}` is not given")
    return ", ".join(parts)


def _shown(bound: Bound) -> str:
    if isinstance(bound.value, bool | int | float):
        return repr(bound.value)
    return f"`{bound.text}`" if bound.text.replace(".", "").isidentifier() else "given here"


def _expression(call: CallSeen) -> str:
    names = [
        argument.text if argument.text.isidentifier() else "..." for argument in call.positional
    ]
    names += [f"{name}=..." for name in call.keywords]
    return f"{call.name}({', '.join(names[:6])})"


def _filled(message: str, binding: Binding, lookup: functools.partial[Bound]) -> str:
    """The message with `{name}` and `{parameter}` placeholders replaced by what is known."""

    def fill(match: re.Match[str]) -> str:
        if match.group(1) == "name" and "name" not in binding.call.keywords:
            return binding.call.name.rpartition(".")[2]
        bound = lookup(match.group(1))
        if bound.value is UNKNOWN or bound.value is None:
            return bound.text or "?"
        return str(bound.value)

    return _PLACEHOLDER.sub(fill, message)
