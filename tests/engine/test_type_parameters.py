"""Type parameters are blanked without moving anything else."""

from __future__ import annotations

import ast

import pytest

from gdprlint.engine.type_parameters import blanked

ROWS = [
    ("def first[T](xs: list[T]) -> T: ...\n", "def first   (xs: list[T]) -> T: ...\n"),
    ("class Box[T: (int, str) = int](Base):\n    x: T\n", None),
    ("async def f[*Ts, **P](a): return a\n", None),
    ("    def f[\n        T: dict[str, int],\n    ](self): ...\n", None),
    ("type Pair = tuple[int, int]\n", "Pair      = tuple[int, int]\n"),
    ("type Pair[T] = tuple[T, T]\n", "Pair         = tuple[T, T]\n"),
    ("x = values[0]\ntype = 3\ntype(x)[1] = 2\n", "x = values[0]\ntype = 3\ntype(x)[1] = 2\n"),
    ("def plain(a): return a[0]\n", "def plain(a): return a[0]\n"),
]


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_blanked_text_parses_at_its_own_positions(text: str, expected: str | None) -> None:
    result = blanked(text)
    assert len(result) == len(text)
    assert result.count("\n") == text.count("\n")
    if expected is not None:
        assert result == expected
    ast.parse("class C:\n" + result if text.startswith(" ") else result)
