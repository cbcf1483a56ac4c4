"""The tables of rules of kind `call`, `setting` and `processor`: what a mistake in them says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from gdprlint.detect.alternative import compile_alternatives, watched_names
from gdprlint.detect.condition import TESTS
from gdprlint.model import UsageError
from gdprlint.policy.match_keys import check_match
from gdprlint.policy.references import Nouns
from tests.detect.checking import rule

NOUNS = Nouns(frozenset(), frozenset(), frozenset(), frozenset())


def one(**table: Any) -> Mapping[str, Any]:
    return {"call": [{"name": ["f"], **table}]}


@pytest.mark.parametrize(
    ("kind", "match", "message"),
    [
        ("call", one(when={"x": {"iss": 1}}), "rule.toml: match.call[0].when.x.iss: unknown key"),
        ("call", one(when={"x": 1}), "match.call[0].when: expected a table of a table"),
        ("call", one(wen={}), "match.call[0].wen: unknown key"),
        ("call", one(when={"x": {"matches": "("}}), "not an expression"),
        ("call", one(confidence="sure"), "one of certain, likely, possible, found `sure`"),
        ("call", one(when={"x": {"host": "far"}}), "one of remote, local, found `far`"),
        ("call", {"calls": ["f"]}, "match.calls: unknown key"),
        ("setting", {"setting": [{"when": {}}]}, "match.setting[0].in: missing"),
        ("processor", {"problem": "far"}, "found `far`"),
    ],
)
def test_a_mistake_is_named(kind: str, match: Mapping[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_match(kind, match, NOUNS, "rule.toml")

    assert message in caught.value.message


def test_every_condition_may_stand_in_a_rule() -> None:
    values = {"host": "remote", "in": [], "not_in": [], "given": True, "truthy": True, "above": 1,
              "below": 1, "bits": 1}  # fmt: skip
    tests = {name: values.get(name, "x") for name in TESTS}

    check_match("call", one(when={"x": tests}), NOUNS, "rule.toml")


def test_any_kind_may_carry_calls_and_settings() -> None:
    match = {**one(), "setting": [{"in": ["django"]}]}

    check_match("call", match, NOUNS, "rule.toml")

    assert set(compile_alternatives([rule(match)]).by_name) == {"f", "setting.django"}
    assert watched_names([rule(match)]) == {"f"}
