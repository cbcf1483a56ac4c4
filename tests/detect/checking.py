"""Check a snippet or a document with a handful of rules written in the test."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from gdprlint.detect.matching import match_calls, open_bench
from gdprlint.detect.setting.documents import read_document
from gdprlint.engine.observations import UNKNOWN, Argument, CallSeen, Observations
from gdprlint.model import Finding, Rule, Span
from gdprlint.policy import load_policy
from gdprlint.settings.record import Settings
from gdprlint.settings.resolve import settings_finder

POLICY = load_policy((), cache_dir=None)


def settings(root: str = "") -> Settings:
    """The settings of a project without a settings file."""
    return settings_finder({}, root=root, isolated=True)(root)


def span(line: int = 1) -> Span:
    return Span("shop.py", line, 1, line, 2)


def argument(value: object, text: str = "") -> Argument:
    """An argument as the engine folds it: one level at a time."""
    if isinstance(value, Argument):
        return value
    if isinstance(value, list | tuple):
        value = [argument(item) for item in value]
    elif isinstance(value, Mapping):
        value = {key: argument(item) for key, item in value.items()}
    return Argument(value, span(), text or ("name" if value is UNKNOWN else repr(value)))


def call(name: str, *positional: object, is_complete: bool = True, **keywords: object) -> CallSeen:
    """A watched call of the engine."""
    return CallSeen(
        name,
        tuple(argument(value) for value in positional),
        {key: argument(value) for key, value in keywords.items()},
        not is_complete,
        span(),
        "",
        None,
    )


def rule(match: Mapping[str, Any]) -> Rule:
    """A rule of kind `call` with nothing but its match."""
    return Rule(
        id="GDL999",
        name="test",
        kind="call",
        status="stable",
        since="0",
        severity="warning",
        default=True,
        summary="",
        message="found",
        gdpr=(),
        cwe=(),
        why="",
        remedy="",
        limits="",
        match=match,
        examples=(),
        origin="",
    )


def match(
    table: Mapping[str, Any],
    seen: CallSeen,
    *,
    text: str = "",
    root: str = "",
    path: str = "shop.py",
) -> Finding | None:
    """The finding of one alternative for one call."""
    policy = POLICY.with_rules(POLICY.rules)
    policy.digest = repr((table, seen.name))
    observations = Observations(path, text, ast.parse(text))
    bench = open_bench(observations, [rule({"call": [table]})], policy, settings(root))
    return next(match_calls([seen], bench), None)


def items(path: str, text: str) -> list[tuple[str, int, dict[str, object]]]:
    """What a document configures: name, line and arguments."""
    return [
        (seen.name, seen.span.line, {key: part.value for key, part in seen.keywords.items()})
        for seen in read_document(path, text).items
    ]
