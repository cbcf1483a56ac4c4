"""Kind `processor`: who receives the project's logs and events, and where -> findings.

The catalogue names for each processor the calls that set it up and the parameter that decides
the region; the settings name the processors with a contract. Facts about hosts: `rules/catalogue/
processors`. GDPR Art. 28 and 44 to 49.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gdprlint.detect.alternative import is_development
from gdprlint.detect.call import completed_calls
from gdprlint.detect.gates import may_configure
from gdprlint.detect.guarded import is_unlikely_to_run
from gdprlint.detect.hosts import host_of
from gdprlint.detect.setting.python_module import python_items
from gdprlint.detect.uses import Table, Use, find_uses, find_variables, text_of
from gdprlint.engine.consulted import LEDGER, Ledger
from gdprlint.engine.observations import UNKNOWN, CallSeen, Observations
from gdprlint.model import Confidence, Finding, Rule, Span
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

REVIEW_YEARS = 2
_SAMPLE = re.compile(r"(?i)[._-](dist|tmpl|tpl|defaults?)$")


class Problem(NamedTuple):
    """What is wrong with a use: the words of the message and the place."""

    message: str
    span: Span
    is_certain: bool = True


class Region(NamedTuple):
    """Where a use sends data: "eea", "outside", "implicit" (the default is outside) or ""."""

    kind: str
    where: str
    span: Span


def detect(
    observations: Observations, rules: Sequence[Rule], policy: Policy, settings: Settings
) -> Iterator[Finding]:
    """The findings of all processors that one file sets up, by calls or by its configuration."""
    calls = completed_calls(observations)
    configured = python_items(observations) if may_configure(observations.text) else ()
    yield from judge_calls((*calls, *configured), observations, rules, policy, settings)


def judge_calls(
    calls: Iterable[CallSeen],
    observations: Observations,
    rules: Sequence[Rule],
    policy: Policy,
    settings: Settings,
) -> Iterator[Finding]:
    """The findings of calls, configured handlers and variables of a file or document."""
    seen = tuple(calls)
    for use in find_uses(seen, policy, settings):
        note_review(use, observations)
        for rule in rules:
            problem = _PROBLEMS[str(rule.match["problem"])](use, policy)
            if problem is not None:
                name = use.binding.call.name.removeprefix("setting.")
                reason = f"`{name}` sets up {use.processor['label']}"
                yield _finding(rule, use, problem, reason, observations)
    for use in find_variables(seen, policy, settings):
        for rule in rules:
            problem = _outside(use, policy) if rule.match["problem"] == "outside" else None
            if problem is not None:
                reason = f"the environment of {use.processor['label']} names the region"
                told = _finding(rule, use, problem, reason, observations)
                yield told._replace(confidence=_confidence_of_variable(told, observations))


def note_review(use: Use, observations: Observations) -> None:
    """Note that what is said of a use depends on the day, if its processor's review runs out."""
    ledger = observations.shared.get(LEDGER)
    if isinstance(ledger, Ledger) and use.entry is not None and use.entry.get("reviewed"):
        ledger.depend("day", "")


def _finding(
    rule: Rule, use: Use, problem: Problem, reason: str, observations: Observations
) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        confidence=_confidence(problem, observations),
        message=problem.message,
        span=problem.span,
        reason=reason,
        expr=f"{use.binding.call.name.removeprefix('setting.')}(...)",
        sink=use.id,
        symbol=use.binding.call.symbol,
        remedy=rule.remedy.replace("NAME", use.id),
    )


def _confidence(problem: Problem, observations: Observations) -> Confidence:
    if is_unlikely_to_run(problem.span, observations.tree):
        return "possible"
    return "certain" if problem.is_certain else "likely"


def _confidence_of_variable(finding: Finding, observations: Observations) -> Confidence:
    """A sample of an environment names a region that nobody need use."""
    is_sample = _SAMPLE.search(observations.path) or is_development(observations.path)
    return "possible" if is_sample or finding.confidence == "possible" else "likely"


def _undeclared(use: Use, policy: Policy) -> Problem | None:
    label, span = use.processor["label"], use.binding.call.span
    if not use.processor.get("declare", True):
        return None
    if use.entry is None:
        return Problem(f"{label} receives data here, and the policy does not name it", span)
    if not use.entry.get("dpa"):
        return Problem(f"{label} is named in the policy without a contract (`dpa`)", span)
    return None


def _outside(use: Use, policy: Policy) -> Problem | None:
    region = find_region(use)
    if region.kind != "outside" or _has_basis(use):
        return None
    return Problem(f"data for {use.processor['label']} leave the EEA: {region.where}", region.span)


def _implicit(use: Use, policy: Policy) -> Problem | None:
    region = find_region(use)
    if region.kind != "implicit" or _has_basis(use):
        return None
    label = use.processor["label"]
    parameter = use.processor["region"][0]["parameter"]
    message = f"without `{parameter}` {label} receives the data at {region.where}"
    return Problem(message, region.span, is_certain=False)


def _has_basis(use: Use) -> bool:
    return use.entry is not None and bool(use.entry.get("transfer"))


def find_region(use: Use) -> Region:
    """Where the data go, as far as the call tells; an endpoint of one's own overrules a region."""
    call = use.binding.call
    own = use.processor.get("endpoint")
    if own and use.binding.lookup(own).is_given:
        return Region("", "", call.span)
    for row in use.processor.get("region", ()):
        parameter = row["parameter"]
        bound = use.binding.lookup(parameter)
        given = use.binding.argument(parameter.partition(".")[0])
        span = given.span if given is not None else call.span
        value = text_of(use.binding, parameter)
        if value is UNKNOWN or (bound.is_given and not isinstance(value, str)):
            continue
        if isinstance(value, str):
            kind = _kind_of(value, row)
            return Region(kind, host_of(value) or _shown(parameter, value), span)
        if row.get("default") and not _is_set_elsewhere(call, row):
            return Region("implicit", row["default"], span)
    return Region("", "", call.span)


def _kind_of(value: str, row: Table) -> str:
    if any(re.search(pattern, value) for pattern in row.get("eea", ())):
        return "eea"
    return "outside" if any(re.search(p, value) for p in row.get("outside", ())) else ""


def _shown(parameter: str, value: str) -> str:
    """A region may be shown, a key or connection string may not."""
    is_harmless = re.fullmatch(r"[A-Za-z0-9-]{1,24}", value) is not None
    return f"`{parameter}` is `{value}`" if is_harmless else f"by its `{parameter}`"


def _is_set_elsewhere(call: CallSeen, row: Table) -> bool:
    """Keywords that are not known may hold the parameter; so may a variable of the environment."""
    return call.has_unknown_keywords or bool(row.get("environment"))


def _safeguard(use: Use, policy: Policy) -> Problem | None:
    entry, label = use.entry, use.processor["label"]
    if entry is None:
        return None
    regions: Mapping[str, Sequence[str]] = policy.catalogue.get("regions", {})
    region = str(entry.get("region", "")).upper()
    span = use.binding.call.span
    if region in regions.get("outside", ()) and not entry.get("transfer"):
        return Problem(
            f"the policy puts {label} in {region} and names no basis for the transfer", span
        )
    reviewed = str(entry.get("reviewed", ""))
    if reviewed and reviewed < _oldest_review():
        return Problem(f"the review of {label} dates from {reviewed}", span)
    return None


def _oldest_review() -> str:
    today = time.strftime("%Y-%m-%d")
    return f"{int(today[:4]) - REVIEW_YEARS}{today[4:]}"


_PROBLEMS: Mapping[str, Callable[[Use, Policy], Problem | None]] = {
    "undeclared": _undeclared,
    "outside": _outside,
    "implicit": _implicit,
    "safeguard": _safeguard,
}
