"""How much a mask leaves, as messages say it."""

from __future__ import annotations

import pytest

from gdprlint.detect.pseudonym.masking import ALL_BUT, Part, described


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (Part(8, 0, 0), "the first 8 characters"),
        (Part(0, 1, 0), "the last 1 character"),
        (Part(8, 6, 0), "the first 8 and the last 6 characters"),
        (Part(8, 1, 0), "the first 8 and the last 1 character"),
        (Part(ALL_BUT, 0, 1), "all but 1 character"),
        (Part(0, ALL_BUT, 3), "all but 3 characters"),
    ],
)
def test_words(shown: Part, words: str) -> None:
    assert described(shown) == words
