"""The `[[match.call]]` and `[[match.setting]]` tables of a rule, compiled for lookup by name.

    [[match.call]]
    name = ["logging.handlers.SysLogHandler"]      # or method = ["put_object"], of whatever object
    text = 'log_bucket'                            # a regex on the method's call as written
    when.address = { host = "remote" }             # all must hold
    unless.socktype = { given = true }             # none may hold
    except_paths = "@development"                  # a named set of paths or a regex
    unless_called = 'put_retention_policy'         # a regex on the file
    imports = ["httpx"]                            # the file imports one of these
    mentions = ["audit"]                           # the file's text holds one of these words
    unknown = "possible"                           # advise where the value is not known
    message = "..."                                # replaces the rule's; so do severity, confidence

A `[[match.setting]]` names the carriers instead: `in = ["django", "flask"]`; its parameters are
the keys of that carrier.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from gdprlint.model import Confidence, Rule, Severity
from gdprlint.tuples import NamedTuple

Tests = Mapping[str, object]
CARRIER = "setting."
NAMED_PATHS: Mapping[str, str] = {
    "@development": r"(?i)(^|/)(docs?|examples?|samples?|tutorials?|demos?|playground|sandbox)/"
    r"|(^|[/_.-])(dev|devel|devserver|toolbar|develop|development|local|tests?|testing|ci|vagrant|override|devstack)"
    r"([/_.-]|$)|[_.-](example|sample|template)([/_.-]|$)",
}


def is_development(path: str) -> bool:
    """Whether a path says that it is for development, tests or as a sample."""
    return re.search(NAMED_PATHS["@development"], path) is not None


class Alternative(NamedTuple):
    """One way a rule is broken. `unknown` is "silent" or "possible" (an advisory)."""

    rule: Rule
    names: tuple[str, ...]
    methods: tuple[str, ...]
    parameters: tuple[str, ...]
    text: re.Pattern[str] | None
    when: Mapping[str, Tests]
    unless: Mapping[str, Tests]
    imports: tuple[str, ...]
    mentions: tuple[str, ...]
    except_paths: re.Pattern[str] | None
    unless_called: re.Pattern[str] | None
    message: str
    severity: Severity
    confidence: Confidence
    unknown: str


class Alternatives(NamedTuple):
    """All alternatives of some rules: by dotted name, and by method for objects unknown."""

    by_name: Mapping[str, tuple[Alternative, ...]]
    by_method: Mapping[str, tuple[Alternative, ...]]


def compile_alternatives(rules: Iterable[Rule]) -> Alternatives:
    """The alternatives of all rules, ready to be looked up."""
    by_name: dict[str, list[Alternative]] = {}
    by_method: dict[str, list[Alternative]] = {}
    for rule in rules:
        for alternative in read_alternatives(rule):
            for name in alternative.names:
                by_name.setdefault(name, []).append(alternative)
            for method in alternative.methods:
                by_method.setdefault(method, []).append(alternative)
    return Alternatives(
        {name: tuple(found) for name, found in by_name.items()},
        {method: tuple(found) for method, found in by_method.items()},
    )


def watched_names(rules: Iterable[Rule]) -> frozenset[str]:
    """The dotted names whose calls the engine has to record for these rules."""
    names = compile_alternatives(rules).by_name
    return frozenset(name for name in names if not name.startswith(CARRIER))


def read_alternatives(rule: Rule) -> Iterator[Alternative]:
    """The ways in which a rule can be broken, in the order of its file."""
    for table in _tables(rule.match, "call"):
        yield _alternative(rule, table, tuple(cast("Sequence[str]", table.get("name", ()))))
    for table in _tables(rule.match, "setting"):
        carriers = cast("Sequence[str]", table.get("in", ()))
        yield _alternative(rule, table, tuple(CARRIER + carrier for carrier in carriers))


def _tables(match: Mapping[str, object], form: str) -> list[Mapping[str, object]]:
    return cast("list[Mapping[str, object]]", match.get(form, []))


def _alternative(rule: Rule, table: Mapping[str, object], names: tuple[str, ...]) -> Alternative:
    return Alternative(
        rule=rule,
        names=names,
        methods=tuple(cast("Sequence[str]", table.get("method", ()))),
        parameters=tuple(cast("Sequence[str]", table.get("parameters", ()))),
        text=_pattern(table, "text"),
        when=cast("Mapping[str, Tests]", table.get("when", {})),
        unless=cast("Mapping[str, Tests]", table.get("unless", {})),
        imports=tuple(cast("Sequence[str]", table.get("imports", ()))),
        mentions=tuple(cast("Sequence[str]", table.get("mentions", ()))),
        except_paths=_pattern(table, "except_paths"),
        unless_called=_pattern(table, "unless_called"),
        message=str(table.get("message", rule.message)),
        severity=cast("Severity", table.get("severity", rule.severity)),
        confidence=cast("Confidence", table.get("confidence", "certain")),
        unknown=str(table.get("unknown", "silent")),
    )


def _pattern(table: Mapping[str, object], key: str) -> re.Pattern[str] | None:
    text = table.get(key)
    return re.compile(NAMED_PATHS.get(str(text), str(text))) if text else None
