"""What a fix writes instead of an argument that a rule refuses, and where it writes nothing."""

from __future__ import annotations

import libcst as cst
import pytest

from gdprlint.fix.opposites import opposite

ENDLESS = "(RLIM_INFINITY, RLIM_INFINITY)"


@pytest.mark.parametrize(
    ("tests", "given", "text"),
    [
        ({"is": True}, "True", "False"),
        ({"is": False}, None, "True"),
        ({"is": True}, '"1"', '"0"'),
        ({"is": "PLAINTEXT"}, '"PLAINTEXT"', '"SSL"'),
        ({"is": 0}, "0", "0o027"),
        ({"is_not": "strict"}, None, '"strict"'),
        ({"in": ["public-read"]}, '"public-read"', '"private"'),
        ({"in": [True, "yes"]}, "True", "False"),
        ({"in": [10, 0]}, "logging.DEBUG", "logging.INFO"),
        ({"in": ["all", "errors"]}, '"all"', '"off"'),
        ({"bits": 0o007}, "0o777", "0o770"),
        ({"above": 0}, "5", "0"),
        ({"below": 20}, "10", "20"),
        ({"below": 20}, '"DEBUG"', '"INFO"'),
        ({"written": "RLIM_INFINITY"}, ENDLESS, "(0, 0)"),
        ({"scheme": "http"}, '"http://logs.example.org"', '"https://logs.example.org"'),
        ({"matches": "x", "is": True}, "True", "False"),
    ],
)
def test_what_ends_a_test(tests: dict[str, object], given: str | None, text: str) -> None:
    assert opposite(tests, None if given is None else cst.parse_expression(given)) == text


@pytest.mark.parametrize(
    ("tests", "given"),
    [
        ({}, "True"),
        ({"matches": "x"}, '"x"'),
        ({"is": "unknown"}, '"unknown"'),
        ({"is": "PLAINTEXT"}, "protocol"),
        ({"is": 0}, "mask"),
        ({"is_not": "a b"}, None),
        ({"in": ["public-read"]}, None),
        ({"in": ["other"]}, '"other"'),
        ({"bits": 0o007}, "mode"),
        ({"above": 5}, "9"),
        ({"above": 0}, None),
        ({"below": 20}, "level"),
        ({"below": 50}, "10"),
        ({"below": True}, "10"),
        ({"written": "RLIM_INFINITY"}, "limits"),
        ({"scheme": "http"}, "address"),
        ({"scheme": "ftp"}, '"ftp://logs.example.org"'),
    ],
)
def test_what_has_no_obvious_end(tests: dict[str, object], given: str | None) -> None:
    assert opposite(tests, None if given is None else cst.parse_expression(given)) is None
