"""Syntax newer than the interpreter: the same findings, at the same places."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from gdprlint.engine.lowering import parse_lowered
from gdprlint.engine.observations import AnalysisError
from gdprlint.engine.parsing import parse
from tests.fix.project import make_project, run
from tests.scan import FIXTURES

HEAD = "import logging\n\nlogger = logging.getLogger(__name__)\n\n"
LEAK = "    logger.info('to %s', user.email)\n"
HOLDS_F_STRING = re.compile(r"""\b[rR]?[fF][rR]?["']""")
NEWEST = "lazy import json\n\n"
"""PEP 810: no released interpreter takes it, so every file that starts with it is lowered."""

# construct -> source; the leak stands where `@` marks it
TABLE = {
    "695 function": "def send[T, *Ts, **P](user: T) -> T:\n" + LEAK,
    "695 many lines": "def send[\n    T: (int, str),\n    U,\n](user: T) -> U:\n" + LEAK,
    "695 class": "class Sender[T: (int, str)](Base[T]):\n  def send(self, user):\n" + LEAK,
    "695 alias": "type Names[T] = list[T]\n\ndef send(user):\n" + LEAK,
    "695 alias as a name": "type = 1\ntype X = int\n\ndef send(user):\n" + LEAK,
    "696 default": "def send[T = int, *Ts = *tuple[int, ...]](user: T):\n" + LEAK,
    "646 index": "def send(user, a: tuple[*Ts]):\n" + LEAK,
    "646 annotation": "def send(user, *args: *Ts):\n" + LEAK,
    "654 group": "def send(user):\n  try:\n    g()\n  except* OSError:\n" + LEAK,
    "758 handler": "def send(user):\n  try:\n    g()\n  except OSError, ValueError:\n" + LEAK,
    "798 comprehension": "def send(user):\n    x = [*y for y in user.z]\n" + LEAK,
    "798 dictionary": "def send(user):\n    x = {**y for y in user.z}\n" + LEAK,
    "810 import": "lazy from json import loads\n\ndef send(user):\n" + LEAK,
    "not ascii": "type É[T] = list[T]\n\ndef send(user):\n    é = 'ö';" + LEAK.lstrip(),
}


def place_of(text: str, leak: str = "user.email") -> str:
    """Line and column of the leak, as the report writes them."""
    before = text[: text.rindex(leak)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project for one file."""
    return make_project(tmp_path_factory.mktemp("newer"))


def places(project: Path, text: str) -> list[str]:
    """Places and rules of the findings."""
    file = project / "example.py"
    file.write_text(text, encoding="utf-8")
    lines = run(file).out.splitlines()
    return [":".join(line.split(" ")[:2]) for line in lines if "example.py:" in line]


@pytest.mark.parametrize("construct", TABLE.values(), ids=TABLE.keys())
@pytest.mark.parametrize("newest", ["", NEWEST], ids=["itself", "lowered"])
def test_the_leak_is_found_at_its_place(project: Path, construct: str, newest: str) -> None:
    text = newest + HEAD + construct
    (found,) = places(project, text)
    assert f":{place_of(text)}:" in found
    assert found.endswith("GDL101")


TEXTS = {
    "750 template": "t'to {user.email}'",
    "750 raw template": r"rt'to \d {user.email}'",
    "701 same quotes": "f'to {user.name['x']} {user.email}'",
    "701 nested": "f'{f'{f'{user.email}'}'}'",
    "701 backslash": r"f'{'\n'.join(x)} {user.email}'",
    "701 many lines": "f'to {\n        user.email  # whom\n    }'",
    "format": "f'{user.email:>{len('x')}}'",
    "concatenation": "'to ' f'{x}' f'{user.email!r}'",
    "debug": "f'{user.email=}'",
    "braces": "f'{{x}} {user.email}'",
}


@pytest.mark.parametrize("expression", TEXTS.values(), ids=TEXTS.keys())
def test_the_leak_in_a_text_is_found(project: Path, expression: str) -> None:
    text = f"{NEWEST}{HEAD}def send(user, x):\n    logger.info({expression})\n"
    found = places(project, text)
    assert any(entry.endswith("GDL101") for entry in found)
    line = place_of(text).split(":")[0]
    assert any(f"example.py:{line}:" in entry for entry in found)


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.py")), ids=lambda file: file.stem)
def test_lowering_keeps_the_tree(file: Path) -> None:
    """A file the interpreter knows, lowered all the same, gives the tree it would have given."""
    text = file.read_text(encoding="utf-8")
    expected = parse("x.py", text)
    if isinstance(expected, AnalysisError):
        pytest.skip("does not parse")

    lowered = parse_lowered("x.py", text + "\n" + NEWEST)

    assert isinstance(lowered, ast.Module)
    lowered.body.pop()
    # before 3.12 `ast` misplaces what f-strings hold; lowered, their constant parts stand apart
    is_exact = sys.version_info >= (3, 12) and not HOLDS_F_STRING.search(text)
    assert ast.dump(lowered, include_attributes=is_exact) == ast.dump(
        expected, include_attributes=is_exact
    )


UNREADABLE = {
    "no construct": "def f(:\n",
    "too new": "def f[T](x):\n    pass\n\nwhatever if this is new:\n    pass\n",
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_no_parser_knows_is_a_finding(project: Path, text: str) -> None:
    (found,) = places(project, text)
    assert found.endswith("GDL001")


HALF_WRITTEN = {
    "call": "logger.info('to %s', user.email\n",
    "handler": "try:\n    f(\nexcept (OSError, ValueError):\n    pass\n",
    "parameters": "def f(:\n    pass\n",
    "assignment": "x = 'a'\nx = = f('b')\n",
    "indentation": "def f():\nreturn 1\n",
    "number": "x = 0123\n",
    "Python 2": "print 'to', user.email\n",
}


@pytest.mark.parametrize("text", HALF_WRITTEN.values(), ids=HALF_WRITTEN.keys())
def test_a_half_written_file_does_not_load_the_grammar(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr("gdprlint.engine.lowering.parse_lowered", never)

    assert isinstance(parse("x.py", HEAD + text), AnalysisError)


def never(path: str, text: str) -> None:
    """Fail when called."""
    raise AssertionError("the grammar was asked for")
