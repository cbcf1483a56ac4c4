"""Searches that look only at a part of a tree find what a search of all of it finds."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from gdprlint.detect.walking import ancestors_of, has_place, parents_in
from tests.scan import ROOT

STRINGS = """
@route("/a", name=f"{prefix + 'b'}-{len(names[0])}")
def told(a, *, b=1, **c: "int"):
    text = f'''
{a} and
  {names["anna.kowalska@kowalska-bau.eu"]:>{width}}
'''
    return [x for x in text if x in {1: 2, **c}], lambda y: y[1:2]

def matched(value):
    match value:
        case {"mail": str(mail), **rest} if mail:
            print("a" "b", f"c{mail}" "d", *rest, sep="")
        case _:
            pass
"""
SOURCES = {"strings": STRINGS, "a module": Path(ROOT, "gdprlint/detect/walking.py").read_text()}


@pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
def test_ancestors_are_the_parents_of_parents(source: str) -> None:
    tree = ast.parse(source)
    parents = parents_in(tree)
    for node in ast.walk(tree):
        if not has_place(node):
            continue  # an operator is the same object wherever it is written
        expected = []
        above: ast.AST | None = node
        while above is not None and (above := parents.get(above)) is not None:
            expected.append(above)
        assert ancestors_of(tree, node) == expected
