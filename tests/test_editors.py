"""The expressions of docs/editors.md against real output, by the editor's engine if it is here."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Repository
from tests.scan import ROOT

PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
LEAKS = """\
import logging

logger = logging.getLogger(__name__)


def welcome(user):
    logger.info("a: %s", user.email)
    logger.info("%s", user.password)
"""
EXPECTED = [("7", "26", "GDL101", "warning"), ("8", "23", "GDL102", "error")]


def block(language: str, number: int = 0) -> str:
    """A block of the page."""
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return blocks[number]


def only(expression: str, text: str) -> str:
    """The one thing in `text` that the expression finds."""
    (found,) = re.findall(expression, text)
    return str(found)


def vscode() -> str:
    """The expression of the task's problem matcher."""
    task = json.loads(block("json"))["tasks"][0]
    pattern = task["problemMatcher"]["pattern"]
    groups = ("file", "line", "column", "code", "severity", "message")
    assert [pattern[name] for name in groups] == [1, 2, 3, 4, 5, 6]
    return str(pattern["regexp"])


def nvim_lint() -> str:
    """The Lua pattern as a Python expression."""
    lua = only(r'"(\^\.-.*?\$)"', block("lua"))
    for old, new in ((".-", ".*?"), ("%d", r"\d"), ("%u", "[A-Z]"), ("%l", "[a-z]")):
        lua = lua.replace(old, new)
    return lua


def ale() -> str:
    """The very magic pattern of Vim as a Python expression."""
    vim = only(r"'\\v(\^.*?\$)'", block("vim"))
    for old, new in (("{-}", "*?"), (r"\u", "[A-Z]"), (r"\l", "[a-z]")):
        vim = vim.replace(old, new)
    return vim


def flymake() -> str:
    """The Emacs expression as a Python expression."""
    lisp = only(r'"(\^\.\*\?.*?\$)"', block("elisp"))
    return lisp.replace("\\\\(", "(").replace("\\\\)", ")")


def pycharm() -> str:
    """The output filter as PyCharm turns it into an expression."""
    filter_ = only(r"Output filters \| `(.*?)`", PAGE)
    return (
        re.escape(filter_)
        .replace(re.escape("$FILE_PATH$"), r"([0-9 a-zA-Z_\\/\-.]+)")
        .replace(re.escape("$LINE$"), r"(\d+)")
        .replace(re.escape("$COLUMN$"), r"(\d+)")
    )


@pytest.fixture
def output(repository: Repository) -> list[str]:
    """What the recipes read."""
    repository.write("shop/views.py", LEAKS)
    flags = ("--output-format", "concise", "--quiet", "--color", "never")
    return repository.gdprlint("check", *flags, "shop/views.py").lines()


@pytest.mark.parametrize("recipe", [vscode, nvim_lint, ale, flymake], ids=lambda f: f.__name__)
def test_expressions_match_every_line(output: list[str], recipe: Callable[[], str]) -> None:
    matches = [re.search(recipe(), line) for line in output]

    assert len(output) == 2
    assert [match.groups()[-5:-1] for match in matches if match] == EXPECTED
    assert all(match and "reaches" in match.groups()[-1] for match in matches)


def test_pycharm_finds_file_and_line(output: list[str]) -> None:
    matches = [re.search(pycharm(), line) for line in output]

    assert [match.groups() for match in matches if match] == [
        ("shop/views.py", "7", "26"),
        ("shop/views.py", "8", "23"),
    ]


def test_other_lines_match_nothing(repository: Repository) -> None:
    repository.write("shop.py", LEAKS)
    listed = repository.gdprlint("check", "--output-format", "concise").lines()[2:]
    others = [*listed, *repository.gdprlint("check", "--statistics").lines()]

    assert len(others) >= 3
    for recipe in (vscode, nvim_lint, ale, flymake):
        assert not any(re.search(recipe(), line) for line in others)


def test_standard_input_gives_the_same(repository: Repository, output: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "gdprlint", "check", "--output-format", "concise",
         "--quiet", "--color", "never",
         "--stdin-filename", "shop/views.py", "-"],
        input=LEAKS, cwd=repository.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert run.stdout.splitlines() == output


@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
def test_vscode_by_javascript(output: list[str]) -> None:
    program = (
        "const [r, ...lines] = JSON.parse(process.argv[1]);"
        "console.log(JSON.stringify(lines.map(l => new RegExp(r).exec(l).slice(2, 6))))"
    )
    run = subprocess.run(
        ["node", "-e", program, json.dumps([vscode(), *output])],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert [tuple(row) for row in json.loads(run.stdout)] == EXPECTED


@pytest.mark.skipif(not shutil.which("vim"), reason="needs vim")
def test_ale_and_make_by_vim(repository: Repository, output: list[str], tmp_path: Path) -> None:
    pattern = only(r"'(\\v\^.*?\$)'", block("vim"))
    errorformat = only(r"errorformat=(.*)", block("vim", 1))
    repository.write("lines.txt", "\n".join(output) + "\n")
    repository.write(
        "check.vim",
        f"set errorformat={errorformat}\n"
        "cgetfile lines.txt\n"
        "let lines = map(readfile('lines.txt'), {_, l -> matchlist(l, '" + pattern + "')[1:4]})\n"
        "let made = map(getqflist(), {_, q -> [bufname(q.bufnr), q.lnum, q.col]})\n"
        "call writefile([json_encode([lines, made])], 'answer.json')\n"
        "qall!\n",
    )
    subprocess.run(
        ["vim", "-u", "NONE", "-i", "NONE", "-N", "-es", "-S", "check.vim"],
        cwd=repository.folder, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    lines, made = json.loads(repository.read("answer.json"))

    assert [tuple(line) for line in lines] == EXPECTED
    assert made == [["shop/views.py", 7, 26], ["shop/views.py", 8, 23]]
