"""Code points and bytes of a line, however long it is."""

from __future__ import annotations

import pytest

from gdprlint.engine.places import STRETCH, bytes_before, points_before

LINES = [
    "",
    "plain",
    "ä = 'ü€😀'",
    "x" * (STRETCH - 1) + "€ä😀" * STRETCH,
    "😀" * (2 * STRETCH),
    "ä" + "b" * (3 * STRETCH),
]


@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_every_place_is_told_both_ways(line: str) -> None:
    offset = 0
    for points, char in enumerate(line):
        assert points_before(line, offset) == points
        assert bytes_before(line, points) == offset
        offset += len(char.encode())
    assert (points_before(line, offset), bytes_before(line, len(line))) == (len(line), offset)
