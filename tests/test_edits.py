"""Edits of all sorts: kept results are those of a run without a cache, and few are made anew."""

from __future__ import annotations

import ast
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.applications import layered_text, module_text, write_application
from tests.conftest import Check

KINDS = ("rewrite", "lines", "delete", "add", "shadow", "package", "touch")
SMALL_KINDS = (
    *("global", "function", "word", "word", "import", "rewrite", "touch", "lines"),
    *("insert", "insert", "drop", "revert", "body", "body"),
)
WORDS = (
    *(("email", "phone"), ("info(", "debug("), ("return ", "return  ")),
    *(("email", "nom"), ("value", "prenom"), ("customer", "nom_de_famille")),
)
STATEMENTS = (
    *("pass", "import datetime", "return None", "logging.info('body %s', value.email)"),
    *("key = email = 1", "raise ValueError(f'{value.phone_number}')", "note = OWNER0"),
)
LINES = ("", "# a comment", "# prenom, nom_de_famille")
USER = """import logging

from base import shown


def f(order):
    logging.info(shown(order))
"""


def edit(
    project: Path,
    generator: random.Random,
    kinds: Sequence[str],
    text_of: Callable[[random.Random, int], str],
    earlier: dict[str, str],
) -> str:
    """One random change of an application; what it was. `earlier` are texts before a change."""
    package = project / "shop"
    number = generator.randrange(8)
    file = package / f"part{number}.py"
    kind = generator.choice(kinds)
    known = file.read_text("utf-8") if file.exists() else ""
    if kind == "rewrite" or not file.exists():
        file.write_text(text_of(generator, number), encoding="utf-8")
    elif kind == "lines":
        file.write_text("\n# a comment\n" + file.read_text("utf-8"), encoding="utf-8")
    elif kind == "delete":
        file.unlink()
    elif kind == "add":
        name = generator.choice(("shop.py", "models.py", "shop/extra.py", "logging.py"))
        (project / name).write_text("class Person0:\n    email: str = ''\n", encoding="utf-8")
    elif kind == "shadow":
        folder = project / "shop" / "shop"
        folder.mkdir(exist_ok=True)
        (folder / f"part{number}.py").write_text("OWNER = 1\n", encoding="utf-8")
    elif kind == "package":
        init = package / "__init__.py"
        if init.exists():
            init.unlink()
        else:
            init.write_text("from shop.part0 import *\n", encoding="utf-8")
    elif kind == "global":
        name = generator.choice(("ADDED", "OWNER", "email", f"note{number}", "Person0"))
        change(file, lambda text: f"{text}\n{name} = 'x{generator.randrange(99)}'\n")
    elif kind == "function":
        change(file, lambda text: f"{text}\n\ndef added(user):\n    return user.email\n")
    elif kind == "word":
        old, new = generator.choice(WORDS)
        change(file, lambda text: text.replace(old, new, 1))
    elif kind == "body":
        lines = file.read_text("utf-8").split("\n")
        heads = [n for n, line in enumerate(lines) if line.lstrip().startswith("def ")]
        head = generator.choice(heads)
        depth = len(lines[head]) - len(lines[head].lstrip()) + 4
        lines.insert(head + 1, " " * depth + generator.choice(STATEMENTS))
        file.write_text("\n".join(lines), encoding="utf-8")
    elif kind == "import":
        change(file, lambda text: f"import datetime\n{text}")
    elif kind in ("insert", "drop"):
        lines = file.read_text("utf-8").split("\n")
        place = generator.randrange(len(lines))
        lines[place : place + (kind == "drop")] = (
            [generator.choice(LINES)] if kind == "insert" else []
        )
        file.write_text("\n".join(lines), encoding="utf-8")
    elif kind == "revert":
        file.write_text(earlier.get(file.name) or text_of(generator, number), encoding="utf-8")
    else:
        change(file, str)
    if kind != "revert":
        earlier[file.name] = known
    return f"{kind} {number}"


def entangled_text(generator: random.Random, number: int) -> str:
    """A module of an application whose modules import each other in circles."""
    return module_text(generator, number, 8)


def change(file: Path, edited: Callable[[str], str]) -> None:
    """Write what becomes of a file's text."""
    file.write_text(edited(file.read_text("utf-8")), encoding="utf-8")


@pytest.mark.parametrize("seed", range(6))
def test_edits_give_the_findings_of_a_run_without_cache(
    project: Path, check: Check, seed: int
) -> None:
    generator = random.Random(seed)
    write_application(project, seed=seed + 100)
    history: list[str] = []
    for _ in range(8):
        named = generator.choice(([], [], ["shop/part1.py"], ["shop/part2.py", "shop"]))
        paths = [path for path in named if Path(path).exists()] or ["."]
        assert json.loads(check(*paths)) == json.loads(check(*paths, "--no-cache")), history
        changes = range(generator.randint(0, 2))
        history += [edit(project, generator, KINDS, entangled_text, {}) for _ in changes]


@pytest.mark.parametrize("seed", range(8))
def test_small_edits_give_the_findings_of_a_run_without_cache(
    project: Path, check: Check, seed: int
) -> None:
    generator = random.Random(seed)
    for number in range(8):
        text = layered_text(generator, number)
        (project / "shop" / f"part{number}.py").write_text(text, encoding="utf-8")
    history: list[str] = []
    earlier: dict[str, str] = {}
    for _ in range(8):
        named = generator.choice(([], [], ["shop/part6.py"], ["shop/part2.py", "shop/part7.py"]))
        assert json.loads(check(*named)) == json.loads(check(*named, "--no-cache")), history
        changes = range(generator.randint(0, 2))
        history += [edit(project, generator, SMALL_KINDS, layered_text, earlier) for _ in changes]


def test_an_edit_costs_the_file_and_those_that_looked_into_it(
    project: Path, check: Check, analysed: list[str]
) -> None:
    (project / "alone.py").write_text("import logging\n\nlogging.info('up')\n", encoding="utf-8")
    check()
    analysed.clear()
    (project / "alone.py").write_text("import logging\n\nlogging.info('on')\n", encoding="utf-8")
    check()

    assert analysed == ["alone.py"]


@pytest.mark.parametrize(
    "change_of",
    [
        lambda text: text + "\nUNSEEN = 1\n",
        lambda text: text + "\n\ndef unseen(order):\n    return order.pk\n",
        lambda text: text.replace("count = 0", "count = 1"),
        lambda text: "import json\n" + text.replace("import csv\n", ""),
    ],
    ids=["a global", "a function", "a body", "a line"],
)
def test_what_others_cannot_see_costs_the_edited_file_alone(
    project: Path, check: Check, analysed: list[str], change_of: Callable[[str], str]
) -> None:
    base = "import csv\n\n\ndef shown(order):\n    count = 0\n    return order.pk\n"
    (project / "base.py").write_text(base, encoding="utf-8")
    (project / "user.py").write_text(
        "import logging\n\nfrom base import shown\n\nlogging.info(shown(1))\n", encoding="utf-8"
    )
    check()
    analysed.clear()
    (project / "base.py").write_text(change_of(base), encoding="utf-8")
    check()

    assert "base.py" in analysed
    assert ("user.py" in analysed) == change_of(base).startswith("import json")
    assert json.loads(check()) == json.loads(check(".", "--no-cache"))


@pytest.mark.parametrize(
    "after",
    [
        "def shown(user):\n    return user.email\n",
        "def hidden(user):\n    return user.pk\n",
        "from other import shown\n",
    ],
)
def test_what_others_see_costs_them(
    project: Path, check: Check, analysed: list[str], after: str
) -> None:
    (project / "base.py").write_text("def shown(user):\n    return user.pk\n", encoding="utf-8")
    (project / "other.py").write_text("def shown(user):\n    return user.email\n", encoding="utf-8")
    (project / "user.py").write_text(
        "import logging\n\nfrom base import shown\n\n\n"
        "def f(user):\n    logging.info(shown(user))\n",
        encoding="utf-8",
    )
    check()
    analysed.clear()
    (project / "base.py").write_text(after, encoding="utf-8")

    assert json.loads(check()) == json.loads(check(".", "--no-cache"))
    assert "user.py" in analysed


@pytest.mark.parametrize(
    ("added", "is_seen"),
    [
        ("unseen = 1", False),
        ("def unseen(prenom):\n    return 1", False),
        ("def unseen(prenom, nom_de_famille):\n    return 1", True),
        ("# prenom, nom_de_famille", True),
    ],
    ids=["a global", "a word", "a language", "a language of comments"],
)
def test_languages_of_a_text_are_seen_by_others_and_nothing_else_of_it(
    project: Path, check: Check, analysed: list[str], added: str, is_seen: bool
) -> None:
    base = "import csv\n\n\ndef shown(key):\n    entry = csv.load(key)\n    return entry.nom\n"
    (project / "base.py").write_text(base, encoding="utf-8")
    (project / "user.py").write_text(USER, encoding="utf-8")
    assert '"user.py"' not in check()
    for number in range(1 if is_seen else 3):
        analysed.clear()
        base += f"\n\n{added.replace('unseen', f'unseen{number}')}\n"
        (project / "base.py").write_text(base, encoding="utf-8")
        report = check()
        assert ("user.py" in analysed) == is_seen
        assert ('"user.py"' in report) == is_seen
        assert json.loads(report) == json.loads(check(".", "--no-cache"))


def test_what_is_taken_back_after_a_run_over_named_files(project: Path, check: Check) -> None:
    before = "def shown(user):\n    return user.pk\n"
    (project / "base.py").write_text(before, encoding="utf-8")
    (project / "user.py").write_text(USER, encoding="utf-8")
    check()
    (project / "base.py").write_text(before.replace("pk", "email"), encoding="utf-8")
    assert "user.email" in check("user.py")
    (project / "base.py").write_text(before, encoding="utf-8")

    assert json.loads(check()) == json.loads(check(".", "--no-cache"))


def test_what_a_notebook_asked_for_in_vain(project: Path, check: Check) -> None:
    cell = {"cell_type": "code", "source": "import base\nbase.shown(user)\n", "metadata": {}}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (project / "a.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (project / "base.py").write_text("OTHER = 1\n", encoding="utf-8")
    (project / "user.py").write_text(USER, encoding="utf-8")
    check()
    change(project / "base.py", lambda text: f"{text}\n\ndef shown(x):\n    return x.email\n")

    assert json.loads(check()) == json.loads(check(".", "--no-cache"))


def test_what_others_see_under_their_own_settings(project: Path, check: Check) -> None:
    settings = "[tool.gdprlint]\nnames = {quuxel = 'contact.email'}\n"
    base = "import csv\n\n\ndef shown(key):\n    row = csv.load(key)\n    return row.quuxl\n"
    (project / "pyproject.toml").write_text("[tool.gdprlint]\n", encoding="utf-8")
    (project / "base.py").write_text(base, encoding="utf-8")
    (project / "sub").mkdir()
    (project / "sub" / "pyproject.toml").write_text(settings, encoding="utf-8")
    (project / "sub" / "user.py").write_text(USER, encoding="utf-8")
    assert "row." not in check(isolated=False)
    (project / "base.py").write_text(base.replace("quuxl", "quuxel"), encoding="utf-8")
    report = check(isolated=False)

    assert "row.quuxel" in report
    assert json.loads(report) == json.loads(check(".", "--no-cache", isolated=False))


SHOWN = """import csv

LIMIT = 3


def work(order):
    return order.pk


class Person:
    def plain(self):
        return 1

    email: str = ""

    def __str__(self):
        return f"{self.email}"


def shown(order):
    person = Person()
    person.email = order.email
    return person


def told(order):
    return str(shown(order))
"""
USERS = """import logging

from base import Person, shown, told


def f(order, person: Person):
    logging.info(shown(order))
    logging.info("%s %s", told(order), person.email)
"""


@pytest.mark.parametrize("number", range(len(SHOWN.splitlines()) + 1))
def test_a_line_more_or_less_moves_what_others_show(
    project: Path, check: Check, analysed: list[str], number: int
) -> None:
    body = ast.parse(SHOWN).body
    is_inside = any(it.lineno <= number < (it.end_lineno or 0) for it in body)
    lines = SHOWN.splitlines()
    longer = "\n".join([*lines[:number], "", *lines[number:], ""])
    (project / "base.py").write_text(SHOWN, encoding="utf-8")
    (project / "user.py").write_text(USERS, encoding="utf-8")
    assert check().count('"path": "base.py"') > 3
    for text in (longer, SHOWN):
        analysed.clear()
        (project / "base.py").write_text(text, encoding="utf-8")
        report = json.loads(check())
        assert is_inside or "user.py" not in analysed
        assert report == json.loads(check(".", "--no-cache"))
