"""`gdprlint test`: a pack's examples and fixtures, as somebody who wrote a rule meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdprlint.selftest import read_marks
from tests.conftest import Repository

RULE = """\
id = "ACME001"
name = "mail-in-log"
kind = "flow"
status = "stable"
since = "1.0"
severity = "warning"
default = true
summary = "an address reaches a log"
message = "{category} `{expr}` reaches `{sink}`"
gdpr = ["5(1)(c)"]
cwe = [532]
why = "An address leads to one person."
remedy = "Leave it out."
limits = "Only names that say so are seen."

[match]
categories = ["contact.email"]
sinks = ["@log"]

[[example]]
bad = "logger.info('entered with %s', employee.email)"
good = "logger.info('entered at %s', door)"
"""
HEAD = "import logging\n\nlogger = logging.getLogger(__name__)\n"
FIXTURE = HEAD + 'logger.info("%s", employee.email)  # expect: ACME001\n'


@pytest.fixture
def pack(repository: Repository) -> Repository:
    """A pack with one rule and one fixture that is as it says."""
    repository.write("acme/ACME001-mail-in-log.toml", RULE)
    repository.write("acme/fixtures/ACME001-mail-in-log.py", FIXTURE)
    return repository


def test_a_good_pack_is_as_expected(pack: Repository) -> None:
    answer = pack.gdprlint("test", "acme")

    assert answer.out == "acme: 1 rule, 1 example, 1 mark: as expected\n"
    assert answer.status == 0


def test_the_settings_name_the_pack(pack: Repository) -> None:
    pack.write("gdprlint.toml", 'packs = ["acme"]\n')

    assert pack.gdprlint("test").out.startswith("acme: 1 rule,")


@pytest.mark.parametrize(
    ("line", "diff"),
    [
        (
            'logger.info("%s", door)  # expect: ACME001',
            [' logger.info("%s", door)  # expect: ACME001', "-ACME001  expected, not reported"],
        ),
        (
            'logger.info("%s", employee.email)',
            [' logger.info("%s", employee.email)', "+ACME001  reported, not expected"],
        ),
        (
            'logger.info("%s", employee.email)  # missed: ACME001',
            [
                ' logger.info("%s", employee.email)  # missed: ACME001',
                "+ACME001  reported, not expected",
            ],
        ),
        (
            'logger.info("%s", door)  # noise: ACME001',
            [' logger.info("%s", door)  # noise: ACME001', "-ACME001  expected, not reported"],
        ),
    ],
    ids=["missing", "unexpected", "no longer missed", "no longer noise"],
)
def test_differences_are_shown(pack: Repository, line: str, diff: list[str]) -> None:
    pack.write("acme/fixtures/more.py", HEAD + line + "\n")
    answer = pack.gdprlint("test", "acme")

    assert answer.status == 1
    assert answer.lines()[:-1] == ["@@ acme/fixtures/more.py:4 @@", *diff]


@pytest.mark.parametrize(
    ("old", "new", "diff"),
    [
        ("employee.email", "door", "-ACME001  expected, not reported"),
        ("'entered at %s', door", "employee.email", "+ACME001  reported, not expected"),
    ],
)
def test_examples_are_tried(pack: Repository, old: str, new: str, diff: str) -> None:
    pack.write("acme/ACME001-mail-in-log.toml", RULE.replace(old, new))
    answer = pack.gdprlint("test", "acme")

    assert answer.status == 1
    assert answer.lines()[0].startswith("@@ ACME001 example 1, ")
    assert diff in answer.lines()


def test_rules_of_others_do_not_matter(pack: Repository) -> None:
    pack.write("acme/fixtures/more.py", HEAD + "logger.info(user.password)\n")

    assert pack.gdprlint("test", "acme").status == 0


def test_opt_in_rules_are_tried_too(pack: Repository) -> None:
    pack.write("acme/ACME001-mail-in-log.toml", RULE.replace("default = true", "default = false"))

    assert pack.gdprlint("test", "acme").status == 0


@pytest.mark.parametrize("place", ["line", "file"])
def test_fixtures_bring_their_settings(pack: Repository, place: str) -> None:
    text = HEAD + 'logger.info("%s", employee.shoe_size)  # expect: ACME001\n'
    setting = 'names = { shoe_size = "contact.email" }'
    if place == "line":
        pack.write("acme/fixtures/more.py", f"# settings: {setting}\n" + text)
    else:
        pack.write("acme/fixtures/deep/gdprlint.toml", setting + "\n")
        pack.write("acme/fixtures/deep/more.py", text)

    assert pack.gdprlint("test", "acme").out.endswith("2 marks: as expected\n")


def test_settings_of_the_project_do_not_matter(pack: Repository) -> None:
    pack.write("gdprlint.toml", 'ignore = ["GDL101"]\nmin-severity = "error"\n')

    assert pack.gdprlint("test", "acme").status == 0


@pytest.mark.parametrize(
    ("name", "message"),
    [("absent", "rule pack `absent`"), ("empty", "holds no rule of its own")],
)
def test_mistakes_are_told(repository: Repository, name: str, message: str) -> None:
    (repository.folder / "empty").mkdir()
    answer = repository.gdprlint("test", name)

    assert answer.status == 2
    assert message in answer.err


def test_the_rules_of_the_tool_are_as_they_say(repository: Repository) -> None:
    assert repository.gdprlint("test").out.endswith(" marks: as expected\n")


def test_marks_are_read() -> None:
    lines = ["x  # expect: GDL101, ACME-2", "# missed:GDL001", "expect: GDL101", "# noise: word"]

    assert list(read_marks(lines)) == [
        ("expect", 1, "GDL101"),
        ("expect", 1, "ACME-2"),
        ("missed", 2, "GDL001"),
    ]


def test_the_documented_walk_works(repository: Repository) -> None:
    """The rule and the fixture of docs/write-a-rule.md, copied as a reader would."""
    page = (Path(__file__).parents[1] / "docs" / "write-a-rule.md").read_text(encoding="utf-8")
    files = page.split("<!-- file: ")[1:]
    assert len(files) >= 2
    for part in files:
        name = part.partition(" -->")[0]
        text = part.partition("```")[2].partition("\n")[2].partition("```")[0]
        repository.write(name, text)
    answer = repository.gdprlint("test", "acme")

    assert answer.status == 0, answer.out
    assert answer.out in page
