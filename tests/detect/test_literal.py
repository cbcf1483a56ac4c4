"""What values in the source cost, and that the cheap questions about numbers lose none."""

from __future__ import annotations

import ast
import random

import pytest

from gdprlint.detect.literal import MAX_NUMBERS, detect, numbers
from gdprlint.detect.literal.numbers import accepts, validates
from gdprlint.detect.literal.searches import WITH_NAME, NationalId, national_id
from gdprlint.engine.observations import Observations
from gdprlint.model import Finding
from tests.detect.checking import POLICY, settings

ROWS = [
    row
    for row in map(national_id, POLICY.catalogue["national_id"])
    if row.module and row.share <= WITH_NAME
]
RULES = [rule for rule in POLICY.rules.values() if rule.kind == "literal"]


def values_in(source: str) -> list[Finding]:
    observations = Observations("shop.py", source, ast.parse(source))
    return list(detect(observations, RULES, POLICY, settings()))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.module)
def test_a_length_is_only_refused_if_no_number_of_it_is_accepted(row: NationalId) -> None:
    dice = random.Random(7)
    for length in range(6, 25):
        for _ in range(60):
            text = "".join(dice.choices("0123456789", k=length))
            assert accepts(row, text) == validates(row.module, text)


def test_a_table_of_numbers_is_not_validated_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(row: NationalId, text: str) -> bool:
        asked.append(text)
        return accepts(row, text)

    monkeypatch.setattr(numbers, "accepts", counted)
    values_in(f"TABLE = [{', '.join(str(10**9 + 7919 * i) for i in range(3 * MAX_NUMBERS))}]\n")
    assert len(set(asked)) <= MAX_NUMBERS


def test_a_value_behind_a_table_of_numbers_is_found() -> None:
    table = ", ".join(str(10**9 + 7919 * i) for i in range(3 * MAX_NUMBERS))
    found = values_in(f"TABLE = [{table}]\nOWNER = 'anna.kowalska@kowalska-bau.eu'\n")
    assert "contact.email" in [finding.category for finding in found]


def test_a_value_behind_a_very_long_row_of_digits_is_found() -> None:
    text = f"{'1234567890' * 1000} anna.kowalska@kowalska-bau.eu"
    assert [finding.category for finding in values_in(f"TEXT = {text!r}\n")] == ["contact.email"]


def test_a_number_of_a_hundred_thousand_digits_is_nobodys() -> None:
    assert values_in(f"KEY = 0x{'f' * 100_000}\n") == []


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("call 0048 22 694 15 08", ["contact.phone"]),
        ("call +48 22 694 15 08", ["contact.phone"]),
        ("DE89 3704 0044 0532 0130 00", []),
        ("4406 0048 2269 4150 8113", []),
    ],
)
def test_groups_of_a_longer_number_are_no_telephone(text: str, categories: list[str]) -> None:
    assert [found.category for found in values_in(f"TEXT = {text!r}\n")] == categories
