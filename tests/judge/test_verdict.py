"""Findings of a file -> what is shown, what is hidden and why, and under which fingerprint."""

from __future__ import annotations

import pytest

from gdprlint.files.patterns import PathPattern
from gdprlint.judge.fingerprints import expression_hash, with_fingerprints
from gdprlint.judge.selection import (
    check_categories,
    check_selectors,
    offered_rules,
    selected_rules,
)
from gdprlint.judge.verdict import Verdict, judge
from gdprlint.model import Finding, Span, UsageError
from gdprlint.settings.record import PerFile, Settings
from gdprlint.settings.resolve import NOTHING, resolve
from tests.reporting import rule

RULES = {
    "GDL001": rule("GDL001", "file-not-analysed"),
    "GDL101": rule("GDL101", "personal-data-in-log"),
    "GDL102": rule("GDL102", "special-data-in-log"),
    "GDL301": rule("GDL301", "wrapper-missing", default=False),
}


CATEGORIES = ("contact.email", "contact.phone")


def settings(**changes: object) -> Settings:
    return resolve(NOTHING, {name.replace("_", "-"): v for name, v in changes.items()}, "/p")


def finding(line: int = 1, **changes: object) -> Finding:
    plain = Finding(
        rule="GDL101",
        severity="warning",
        confidence="likely",
        message="m",
        span=Span("a.py", line, 5, line, 9),
        category="contact.email",
        expr="user.email",
        symbol="f",
    )
    return plain._replace(**changes)  # type: ignore[arg-type]


def judged(*findings: Finding, **changes: object) -> Verdict:
    chosen = settings(**changes)
    return judge(
        findings,
        file="/p/a.py",
        settings=chosen,
        selected=selected_rules(chosen, RULES),
        suppressions=(),
        today="2026-01-01",
    )


@pytest.mark.parametrize(
    ("changes", "selected"),
    [
        ({}, {"GDL001", "GDL101", "GDL102"}),
        ({"select": ("GDL101",)}, {"GDL001", "GDL101"}),
        ({"select": ("GDL1",)}, {"GDL001", "GDL101", "GDL102"}),
        ({"select": ("ALL",)}, set(RULES)),
        ({"extend_select": ("GDL3",)}, set(RULES)),
        ({"select": ("ALL",), "ignore": ("GDL1",)}, {"GDL001", "GDL301"}),
        ({"ignore": ("GDL101",), "extend_ignore": ("GDL102",)}, {"GDL001"}),
        ({"ignore": ("GDL001",)}, {"GDL101", "GDL102"}),
        ({"policy": "strict"}, set(RULES)),
        ({"policy": "strict", "ignore": ("GDL3",)}, {"GDL001", "GDL101", "GDL102"}),
    ],
)
def test_selected_rules(changes: dict[str, object], selected: set[str]) -> None:
    assert selected_rules(settings(**changes), RULES) == selected


def test_a_rule_that_is_off_still_competes_for_its_flow() -> None:
    assert set(offered_rules(settings(ignore=("GDL102",)), RULES)) == {
        "GDL001",
        "GDL101",
        "GDL102",
    }
    assert "GDL301" in offered_rules(settings(extend_select=("GDL301",)), RULES)


@pytest.mark.parametrize(
    ("origin", "place"),
    [
        ("", "ignore"),
        ("command line", "--ignore"),
        ("gdprlint.toml", "gdprlint.toml: ignore"),
        ("pyproject.toml", "pyproject.toml: tool.gdprlint.ignore"),
    ],
)
def test_an_unknown_selector_is_told_with_its_place(origin: str, place: str) -> None:
    chosen = settings(ignore=("GDL199",))._replace(origins={"ignore": origin})
    with pytest.raises(UsageError) as caught:
        check_selectors(chosen, RULES)
    assert caught.value.message == f"{place}: unknown rule `GDL199`"


def test_an_exemption_from_a_rule_that_is_not_there() -> None:
    chosen = settings(exemptions=({"rules": ("GDL199",)},))
    with pytest.raises(UsageError, match="exemptions: unknown rule `GDL199`"):
        check_selectors(chosen, RULES)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"inventory": {"contact.emial": {}}}, "inventory: unknown category `contact.emial`"),
        ({"inventory": {"contacts.*": {}}}, "inventory: unknown category `contacts.*`"),
        (
            {"processors": {"sentry": {"categories": ("emial",)}}},
            "processors: unknown category `emial`",
        ),
    ],
)
def test_a_category_that_is_not_there(changes: dict[str, object], message: str) -> None:
    chosen = settings(**changes)
    with pytest.raises(UsageError) as caught:
        check_categories(chosen, CATEGORIES)
    assert caught.value.message.endswith(message)


def test_settings_that_name_what_is_there() -> None:
    chosen = settings(
        exemptions=({"rules": ("GDL1", "ALL")}, {}),
        inventory={"contact.email": {}, "contact.*": {}, "class:special": {}},
        processors={"sentry": {"categories": ("contact.email",)}, "own": {}},
    )
    check_selectors(chosen, RULES)
    check_categories(chosen, CATEGORIES)


def test_an_unknown_selector_is_named() -> None:
    check_selectors(settings(select=("GDL1", "ALL"), policy="health"), RULES)
    with pytest.raises(UsageError, match="ignore: unknown rule `GDL199`") as caught:
        check_selectors(settings(ignore=("GDL199",)), RULES)
    assert caught.value.hint.startswith("did you mean `GDL10")


@pytest.mark.parametrize(
    ("changes", "shown", "hidden"),
    [
        ({}, 1, ()),
        ({"min_confidence": "certain"}, 0, ("confidence",)),
        ({"min_confidence": "possible"}, 1, ()),
        ({"min_severity": "error"}, 0, ("severity",)),
        ({"severity": {"GDL101": "error"}, "min_severity": "error"}, 1, ()),
        ({"severity": {"GDL101": "info"}, "min_severity": "warning"}, 0, ("severity",)),
        ({"ignore": ("GDL101",)}, 0, ()),
        ({"per_file_ignores": (PerFile(PathPattern("/p", "a.py"), ("GDL1",)),)}, 0, ()),
        ({"per_file_ignores": (PerFile(PathPattern("/p", "b.py"), ("GDL1",)),)}, 1, ()),
    ],
)
def test_what_is_shown(changes: dict[str, object], shown: int, hidden: tuple[str, ...]) -> None:
    verdict = judged(finding(), **changes)

    assert (len(verdict.shown), verdict.hidden) == (shown, hidden)


def test_findings_are_in_order() -> None:
    late, early = finding(9), finding(2)
    other = finding(2, rule="GDL102")

    assert [(f.span.line, f.rule) for f in judged(late, other, early).shown] == [
        (2, "GDL101"),
        (2, "GDL102"),
        (9, "GDL101"),
    ]


def test_the_surest_of_equal_findings_stays() -> None:
    verdict = judged(finding(), finding(confidence="certain"), finding(confidence="possible"))

    assert [f.confidence for f in verdict.shown] == ["certain"]
    assert verdict.hidden == ()
    assert len(judged(finding(), finding(category="person.name")).shown) == 2


@pytest.mark.parametrize(
    ("exemption", "hidden"),
    [
        ({"rules": ("GDL1",), "paths": (PathPattern("/p", "a.py"),)}, True),
        ({"rules": ("GDL101",), "paths": (PathPattern("/p", "*"),), "until": "2026-01-01"}, True),
        ({"rules": ("GDL101",), "paths": (PathPattern("/p", "*"),), "until": "2025-12-31"}, False),
        ({"rules": ("GDL102",), "paths": (PathPattern("/p", "*"),)}, False),
        ({"rules": ("GDL101",), "paths": (PathPattern("/p", "b.py"),)}, False),
        ({"rules": ("GDL101",)}, False),
        ({"paths": (PathPattern("/p", "*"),)}, False),
    ],
)
def test_exemptions(exemption: dict[str, object], hidden: bool) -> None:
    verdict = judged(finding(), exemptions=(exemption,))

    assert verdict.hidden == (("suppressed",) if hidden else ())


def fingerprints(*findings: Finding) -> list[str]:
    return [f.fingerprint for f in with_fingerprints(findings)]


def test_fingerprints_hold_no_line() -> None:
    assert fingerprints(finding(1)) == fingerprints(finding(70))
    assert fingerprints(finding(expr="f(a, b)")) == fingerprints(finding(expr="f(\n  a,\n  b,\n)"))


def test_fingerprints_tell_findings_apart() -> None:
    different = [
        finding(),
        finding(rule="GDL102"),
        finding(symbol="g"),
        finding(expr="user.mail"),
        finding(span=Span("b.py", 1, 5, 1, 9)),
    ]
    prints = {fingerprints(one)[0] for one in different}

    assert len(prints) == len(different)
    assert len(set(fingerprints(finding(1), finding(2)))) == 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a . b", "a.b", True),
        ("not a", "nota", False),
        ("a if b else c", "a  if b\nelse c", True),
        ("[a, b,]", "[a, b]", True),
        ("a", "b", False),
    ],
)
def test_expression_hash(one: str, other: str, same: bool) -> None:
    assert (expression_hash(one) == expression_hash(other)) is same


def test_a_threshold_does_not_change_fingerprints() -> None:
    first, second = finding(1, confidence="possible"), finding(2)
    (shown,) = judged(first, second).shown

    assert shown.fingerprint == fingerprints(first, second)[1]
