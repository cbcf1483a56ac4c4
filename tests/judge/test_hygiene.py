"""Directives: honoured or not, the same questions are asked; the day is given from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdprlint.judge.hygiene import Claim, faults, is_date, is_unknown, no_rule, unread_options
from gdprlint.loading import policy_for
from gdprlint.settings.resolve import NOTHING, resolve
from tests.scan import ROOT, check

LINE = "def f(user):\n    print(user.email)  # gdprlint: ignore[GDL101]{rest}\n"
RULES = policy_for(resolve(NOTHING, {}, "/"), str(ROOT), use_cache=True).rules
GOOD = Claim(("GDL101",), "6(1)(f)", "abuse", "", "")


@pytest.mark.parametrize(
    ("claim", "count"),
    [
        (GOOD, 0),
        (GOOD._replace(until="2027-03-31"), 0),
        (GOOD._replace(basis=""), 1),
        (GOOD._replace(basis="6(1)(g)"), 1),
        (GOOD._replace(basis="6"), 1),
        (GOOD._replace(purpose=""), 1),
        (GOOD._replace(until="tomorrow"), 1),
        (GOOD._replace(rules=()), 1),
        (GOOD._replace(rules=("ALL",)), 1),
        (Claim((), "", "", "", ""), 3),
    ],
)
def test_what_a_claim_lacks(claim: Claim, count: int) -> None:
    settings = resolve(NOTHING, {}, "/")

    assert len(list(faults(claim, settings, needs_art9=False))) == count


def test_special_categories_need_an_exception() -> None:
    settings = resolve(NOTHING, {}, "/")

    assert len(list(faults(GOOD, settings, needs_art9=True))) == 1
    assert not list(faults(GOOD._replace(art9="9(2)(h)"), settings, needs_art9=True))


@pytest.mark.parametrize(
    ("name", "unknown"),
    [
        ("GDL101", False),
        ("GDL1", False),
        ("ALL", False),
        ("ACME101", False),
        ("GDL999", True),
        ("GDL9", True),
        ("gdl101", True),
        ("personal-data-in-log", True),
    ],
)
def test_ids_that_no_rule_has(name: str, unknown: bool) -> None:
    assert is_unknown(name, RULES) is unknown


def test_the_name_of_a_rule_leads_to_its_id() -> None:
    assert no_rule("personal-data-in-log", RULES).endswith("write `GDL101`")
    assert no_rule("GDL999", RULES) == "`GDL999` is the id of no rule"


@pytest.mark.parametrize(
    ("why", "word"),
    [
        ("untl=2027-03-31", "untl"),
        ("rate limits until=2027-03-31", "until"),
        ("rate limits, purpose=abuse", "purpose"),
        ("until the end of use=2", ""),
        ("mode=debug, reason=x", ""),
        ("# noqa", ""),
    ],
)
def test_options_that_are_not_read(why: str, word: str) -> None:
    assert [text.split("=")[0].strip("`") for text in unread_options(why)] == [word] * bool(word)


@pytest.mark.parametrize("text", ["2026-02-30", "20260101", "2026-1-1", "", "x"])
def test_what_is_no_date(text: str) -> None:
    assert not is_date(text)


@pytest.mark.parametrize(
    ("rest", "flags", "expected"),
    [
        ("", [], {"GDL801"}),
        ("", ["--no-ignores"], {"GDL101", "GDL801"}),
        (" basis=6(1)(f) purpose=a", [], set()),
        (" basis=6(1)(f) purpose=a", ["--no-ignores"], {"GDL101"}),
        (" basis=6(1)(f) purpose=a until=2020-01-01", [], {"GDL101", "GDL802"}),
        (" basis=6(1)(f) purpose=a untl=2020-01-01", [], {"GDL801"}),
        (" basis=6(1)(f) purpose=a of mode=debug, base=x", [], set()),
    ],
)
def test_directives_in_a_run(
    tmp_path: Path, rest: str, flags: list[str], expected: set[str]
) -> None:
    file = tmp_path / "code.py"
    file.write_text(LINE.format(rest=rest), encoding="utf-8")

    outcome = check(*flags, file)

    assert {rule for _, _, rule in outcome.found()} == expected
