"""The findings of a file do not depend on which files were analysed before it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from gdprlint.engine.observations import Flow
from gdprlint.engine.program import Program
from gdprlint.policy import load_policy
from tests.applications import write_application

CIRCLE = {
    "shop/people.py": """
from shop.orders import LATEST, Order

class Person:
    email: str = ""

def latest():
    return LATEST.owner

Someone = Person
""",
    "shop/orders.py": """
import logging
from shop.people import Person, Someone, latest

class Order(Someone):
    def __init__(self, owner):
        self.owner = owner

    def __str__(self):
        return f"{self.owner.email}"

LATEST = Order(Person())

def show(order: Order):
    logging.info("order %s", order)
    logging.info("latest %s", latest())
""",
}


def flows_in_order(folder: Path, paths: list[str]) -> dict[str, list[Flow]]:
    """What each file shows, analysed one after another by one program."""
    program = Program(str(folder), load_policy(cache_dir=None))
    program.ledger.is_recording = False
    return {
        path: sorted(program.analyse(path, (folder / path).read_text(encoding="utf-8")).flows)
        for path in paths
    }


def assert_alike(folder: Path, paths: list[str], orders: list[list[str]]) -> None:
    expected = flows_in_order(folder, paths)
    for order in orders:
        found = flows_in_order(folder, order)
        assert found == {path: expected[path] for path in order}


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 14, 32, 33])
def test_modules_that_import_each_other_show_the_same_in_any_order(
    tmp_path: Path, seed: int
) -> None:
    files = write_application(tmp_path, seed)
    paths = [file.relative_to(tmp_path).as_posix() for file in files]
    generator = random.Random(seed)
    shuffled = [generator.sample(paths, len(paths)) for _ in range(3)]

    assert_alike(tmp_path, paths, [paths[::-1], *shuffled, *([path] for path in paths)])


def test_a_name_that_is_bound_after_a_circular_import_is_known_in_any_order(
    tmp_path: Path,
) -> None:
    (tmp_path / "shop").mkdir()
    for path, text in CIRCLE.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    paths = list(CIRCLE)

    assert_alike(tmp_path, paths, [paths[::-1], paths[:1], paths[1:]])
    shown = flows_in_order(tmp_path, paths)["shop/orders.py"]
    assert [flow.category for flow in shown if flow.expr == "order"] == ["contact.email"]


OWNER = """
class Owner:
    def __init__(self, user):
        self.value = user.email

    @property
    def one(self):
        return second(self)

    @property
    def two(self):
        return third(self)

    @property
    def three(self):
        return fourth(self)

def first(o):
    return o.one

def second(o):
    return o.two

def third(o):
    return o.three

def fourth(o):
    return o.value
"""
SHOWN = """
import logging

def show(user):
    logging.info("for %s", first(Owner(user)))
"""


def test_what_a_function_returns_does_not_depend_on_how_deep_its_first_caller_was(
    tmp_path: Path,
) -> None:
    found = []
    for text in (OWNER + SHOWN, SHOWN + OWNER):
        (tmp_path / "owner.py").write_text(text, encoding="utf-8")
        flows = flows_in_order(tmp_path, ["owner.py"])["owner.py"]
        found.append([(flow.category, flow.expr) for flow in flows])
    assert found == [[("contact.email", "user.email")]] * 2
