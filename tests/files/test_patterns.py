"""Globs of the settings against paths."""

from __future__ import annotations

import pytest

from gdprlint.files.patterns import PathPattern, matches


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("build", "/p/build/a.py", True),
        ("build", "/p/x/build/a.py", True),
        ("build/", "/p/build/a.py", True),
        ("build", "/p/rebuild/a.py", False),
        ("build", "/p/build.py", False),
        ("*_pb2.py", "/p/x/a_pb2.py", True),
        ("*_pb2.py", "/p/x/a_pb2.pyi", False),
        ("test?.py", "/p/test1.py", True),
        ("[ab].py", "/p/a.py", True),
        ("[!ab].py", "/p/a.py", False),
        ("x.y", "/p/xzy/a.py", False),
        ("docs/conf.py", "/p/docs/conf.py", True),
        ("docs/conf.py", "/p/x/docs/conf.py", False),
        ("docs/*", "/p/docs/a/b.py", True),
        ("docs/*.py", "/p/docs/a.py", True),
        ("docs/*.py", "/p/docs/a/b.py", False),
        ("./docs/a.py", "/p/docs/a.py", True),
        ("./a.py", "/p/a.py", True),
        ("./a.py", "/p/x/a.py", False),
        ("**/tests/*.py", "/p/tests/a.py", True),
        ("**/tests/*.py", "/p/a/b/tests/a.py", True),
        ("tests/**", "/p/tests/a/b.py", True),
        ("src/app", "/p/src/app/a.py", True),
        ("src/app", "/p/src/apple/a.py", False),
        ("/abs/x", "/abs/x/a.py", True),
        ("/abs/x", "/p/abs/x/a.py", False),
        ("docs/a.py", "/q/docs/a.py", False),
    ],
)
def test_matches(glob: str, path: str, expected: bool) -> None:
    assert matches(PathPattern("/p", glob), path) is expected


def test_the_folders_above_the_base_do_not_count() -> None:
    assert not matches(PathPattern("/build/p", "build"), "/build/p/a.py")
