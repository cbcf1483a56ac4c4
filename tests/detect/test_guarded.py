"""What a debug switch guards, and what asking for it costs."""

from __future__ import annotations

import ast

import pytest

from gdprlint.detect import guarded
from gdprlint.detect.guarded import is_unlikely_to_run
from gdprlint.detect.imports import dotted_name, last_name_of
from gdprlint.detect.module import Module
from gdprlint.engine.facts import nodes_of
from gdprlint.model import Span

CODE = """\
if settings.DEBUG:
    a()
    if x:
        b()
elif DEV == 1: c(); d()
else:
    e()
def f():
    try:
        g()
    except E:
        if verbose: h()
i()
"""


def test_the_first_branch_of_a_debug_switch_is_unlikely_to_run() -> None:
    tree = ast.parse(CODE)
    lines = range(1, 14)
    found = [line for line in lines if is_unlikely_to_run(Span("a.py", line, 1, line, 2), tree)]
    assert found == [2, 3, 4, 5, 12]


def test_each_condition_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[ast.expr] = []
    monkeypatch.setattr(guarded, "_asks_for_debug", asked.append)
    tree = ast.parse("if x:\n    a()\n" * 50)
    for line in range(1, 101):
        is_unlikely_to_run(Span("a.py", line, 1, line, 2), tree)
    assert len(asked) == 50


@pytest.mark.parametrize(
    "code", ["f", "a.b", "a.b().c", "f()()", "a['x'].b", "a['x']()", "(await f)()", "'x'", "m.n"]
)
def test_the_last_name_is_that_of_the_dotted_name(code: str) -> None:
    node = ast.parse(code, mode="eval").body
    imports = {"f": "lib.hide", "m": "lib"}
    assert last_name_of(node, imports) == dotted_name(node, imports).rpartition(".")[2]


def test_the_names_of_a_file_are_collected_once_for_all_detectors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walked: list[ast.AST] = []

    def counted(tree: ast.AST) -> list[ast.AST]:
        walked.append(tree)
        return nodes_of(tree)

    monkeypatch.setattr("gdprlint.detect.walking.nodes_of", counted)
    tree = ast.parse("a = 1\nb = 2\nb = 3\n")
    found = [Module("a.py", "", tree).names.keys() for _ in range(3)]
    assert found == [{"a"}] * 3
    assert walked == [tree]
