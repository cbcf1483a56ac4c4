"""`gdprlint inventory`: which data reach which sink, and what the settings say of it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.conftest import Repository

SHOP = """\
import logging

logger = logging.getLogger(__name__)


def welcome(user):
    logger.info("%s", user.email)
    logger.info("%s", user.email)  # gdprlint: ignore[GDL101] basis=6(1)(b) purpose=shop why
    logger.info("%s", user.customer_id)


def call(user):
    print(user.phone)
"""
SETTINGS = """\
[purposes.shop]
basis = "6(1)(b)"

[inventory."contact.*"]
sinks = ["@log"]
purpose = "shop"

[retention]
default-max = 90
"""


def rows(repository: Repository, *arguments: str) -> dict[tuple[str, str], dict[str, object]]:
    """The rows of the JSON form by category and recipient."""
    document = json.loads(repository.gdprlint("inventory", "--format", "json", *arguments).out)
    return {(row["category"], row["recipient"]): row for row in document["rows"]}


def test_flows_are_listed_whatever_hides_their_findings(repository: Repository) -> None:
    repository.write("shop.py", SHOP)
    found = rows(repository)

    assert found["contact.email", "logging"]["flows"] == 2
    assert found["contact.phone", "print"]["places"] == ["shop.py call"]
    assert found["contact.email", "logging"]["places"] == ["shop.py welcome"]
    assert [row["legal"] for row in found.values()].count("pseudonym") == 1


def test_where_a_digest_is_made_is_no_recipient(repository: Repository) -> None:
    repository.write(
        "shop.py",
        "import hashlib\n\n\ndef key(user):\n"
        "    return hashlib.sha256(user.email.encode()).hexdigest()\n",
    )

    assert rows(repository) == {}


def test_the_settings_say_why_and_how_long(repository: Repository) -> None:
    repository.write("shop.py", SHOP)
    repository.write("gdprlint.toml", SETTINGS)
    found = rows(repository)
    email, phone = found["contact.email", "logging"], found["contact.phone", "print"]

    assert (email["purpose"], email["basis"], email["kept"]) == ("shop", "6(1)(b)", "90 days")
    assert (phone["purpose"], phone["basis"], phone["kept"]) == ("", "", "90 days")


def test_moving_code_does_not_change_the_record(repository: Repository) -> None:
    repository.write("shop.py", SHOP)
    before = repository.gdprlint("inventory", "--format", "csv").out
    repository.write("shop.py", "\n\n# moved\n" + SHOP)

    assert repository.gdprlint("inventory", "--format", "csv").out == before


def test_forms_agree(repository: Repository) -> None:
    repository.write("shop.py", SHOP)
    number = len(rows(repository))
    table = list(
        csv.DictReader(io.StringIO(repository.gdprlint("inventory", "--format", "csv").out))
    )
    markdown = repository.gdprlint("inventory", "--format", "markdown").lines()
    text = repository.gdprlint("inventory").lines()

    assert (len(table), len(markdown), len(text)) == (number, number + 2, number + 2)
    assert "`shop.py call`" in markdown[-1] + markdown[-2] + markdown[-3]
    assert text[-1] == f"{number} rows; purposes, bases and periods are not in the settings yet"
    repository.write("gdprlint.toml", SETTINGS)
    assert repository.gdprlint("inventory").lines()[-1].endswith("come from the settings")
    assert "purpose" not in text[0]


def test_recipients_are_named_in_words(repository: Repository) -> None:
    repository.write("shop.py", SHOP)
    found = rows(repository)
    text = repository.gdprlint("inventory").out

    assert found["contact.email", "logging"]["recipient_name"] == "log"
    assert "standard output (print)" in text
    assert "log (logging)" in text


def test_unreadable_files_are_left_out(repository: Repository) -> None:
    repository.write("broken.py", "if:\n")
    repository.write("empty.py", "")

    assert rows(repository) == {}


@pytest.mark.parametrize("arguments", [("--format", "xml"), ("absent",)])
def test_mistakes_are_told(repository: Repository, arguments: tuple[str, ...]) -> None:
    answer = repository.gdprlint("inventory", *arguments)

    assert answer.status == 2
    assert answer.err.startswith("gdprlint: error: ")
