"""Functions of an edited file that told nothing before are not evaluated again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gdprlint.engine.declared import Function
from gdprlint.engine.program import Program
from gdprlint.engine.summaries import Summary
from tests.conftest import Check

SHOP = """import logging

from base import shown

LIMIT = 3


class Order:
    title: str = ""

    def total(self):
        count = 0
        return count

    def close(self, user):
        return shown(user)


def place(order):
    return order.pk


def tell(user):
    logging.info(user.email)
"""
BASE = "def shown(user):\n    return user.pk\n"
OTHER = "from shop import Order, place\n\n\ndef again(order):\n    return place(order)\n"


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The functions that were evaluated, "" for the body of a module."""
    names: list[str] = []
    evaluate = Program._evaluate

    def spy(self: Program, function: Function) -> Summary:
        names.append(function.qualname)
        return evaluate(self, function)

    monkeypatch.setattr(Program, "_evaluate", spy)
    return names


@pytest.fixture
def shop(project: Path, check: Check, evaluated: list[str]) -> Path:
    """The file to be edited; all results are kept."""
    (project / "base.py").write_text(BASE, encoding="utf-8")
    (project / "other.py").write_text(OTHER, encoding="utf-8")
    (project / "shop.py").write_text(SHOP, encoding="utf-8")
    check()
    evaluated.clear()
    return project / "shop.py"


def is_right(check: Check, report: str) -> bool:
    """Whether a report is that of a run that keeps nothing."""
    return bool(json.loads(report) == json.loads(check(".", "--no-cache")))


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("LIMIT = 3", "# a comment\nLIMIT = 3", []),
        ("LIMIT = 3", "LIMIT = 3\nUNSEEN = 4", []),
        ("def place", "def unseen(x):\n    return 1\n\n\ndef place", ["unseen"]),
        ("count = 0", "count = 1", ["Order.total"]),
        ("    count = 0\n", "    import csv\n", None),
        ("return shown(user)", "count = 1\n        return shown(user)", ["Order.close", "shown"]),
    ],
    ids=["a comment", "a constant", "a function", "a body", "an import", "what calls another"],
)
def test_what_others_do_not_see_costs_what_was_edited(
    shop: Path,
    check: Check,
    evaluated: list[str],
    before: str,
    after: str,
    names: list[str] | None,
) -> None:
    assert before in SHOP
    shop.write_text(SHOP.replace(before, after), encoding="utf-8")
    report = check()

    seen = set(evaluated)
    assert seen - {"", "tell"} == set(names) if names is not None else "place" in seen
    assert "tell" in seen
    assert '"expr": "user.email"' in report
    assert is_right(check, report)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return order.pk", "return order.email"),
        ("def place(order):", "def place(order, more):"),
        ("class Order:", "class Order(Base):"),
        ('title: str = ""', 'email: str = ""'),
        ("LIMIT = 3", "LIMIT = shown(3)"),
        ("LIMIT = 3\n", ""),
        ("def total(self)", "def close(self)"),
    ],
)
def test_what_others_see_costs_the_whole_file(
    shop: Path, check: Check, evaluated: list[str], before: str, after: str
) -> None:
    assert before in SHOP
    shop.write_text(SHOP.replace(before, after), encoding="utf-8")
    report = check()

    assert {"Order.close", "place", "tell"} <= set(evaluated)
    assert is_right(check, report)


def check_both(shop: Path, check: Check, base: str) -> str:
    """The report after an edit of the file that nobody sees, and one of the file it rests on."""
    shop.write_text(SHOP.replace("count = 0", "count = 1"), encoding="utf-8")
    (shop.parent / "base.py").write_text(base, encoding="utf-8")
    return check()


def test_what_another_file_changes_costs_the_whole_file(
    shop: Path, check: Check, evaluated: list[str]
) -> None:
    report = check_both(shop, check, BASE.replace("pk", "email"))

    assert {"Order.close", "place", "tell"} <= set(evaluated)
    assert is_right(check, report)


def test_an_unseen_edit_of_another_file_costs_no_more(
    shop: Path, check: Check, evaluated: list[str]
) -> None:
    report = check_both(shop, check, BASE + "\nUNSEEN = 1\n")

    assert set(evaluated) - {""} == {"Order.total", "tell"}
    assert is_right(check, report)


def test_what_was_passed_over_is_evaluated_when_another_file_asks(
    shop: Path, check: Check, evaluated: list[str]
) -> None:
    shop.write_text(SHOP.replace("count = 0", "count = 1"), encoding="utf-8")
    (shop.parent / "new.py").write_text(
        "import logging\n\nfrom shop import Order\n\n\n"
        "def f(user):\n    logging.info(Order().close(user))\n",
        encoding="utf-8",
    )
    report = check("shop.py", "new.py")

    assert "Order.close" in evaluated
    assert json.loads(report) == json.loads(check("shop.py", "new.py", "--no-cache"))


def test_edit_after_edit(shop: Path, check: Check, evaluated: list[str]) -> None:
    text = SHOP
    for number in range(3):
        text = text.replace(f"count = {number}", f"count = {number + 1}")
        shop.write_text(text, encoding="utf-8")
        evaluated.clear()
        assert is_right(check, check())
        evaluated.clear()
    (shop.parent / "base.py").write_text(BASE.replace("pk", "email"), encoding="utf-8")
    check()

    assert "Order.close" in evaluated
