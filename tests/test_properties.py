"""What must hold for any source: the analysis ends, and a finding keeps its identity."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scan import FIXTURES, Place, check

SOURCES = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted(FIXTURES.glob("*.py"))
    if not path.name.startswith("GDL001")
}
PARTS = (
    "",
    "(",
    ")",
    "[",
    "{",
    ":",
    "=",
    "*",
    "**",
    ",",
    "@",
    "\\",
    "\n",
    "\t",
    "'",
    '"""',
    "f'{",
    "%s",
)
WORDS = (
    "lambda",
    "async",
    "await",
    "yield",
    "return",
    "None",
    "global x",
    "del",
    "match",
    "type X = int",
)
ODD = ("\0", "\r", "\x0c", "\ufeff", "é", "名前", "\U0001f600", "\ud7ff")

# no deadline: the machine's speed is no property of the program
PROFILE = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of its own, so that the compiled policy is cached there and loads fast."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "pyproject.toml").write_text("", encoding="utf-8")
    return folder


def analyse(project: Path, text: str) -> list[Place]:
    """Findings of one source text; an internal error fails the test."""
    file = project / "example.py"
    file.write_bytes(text.encode("utf-8"))
    outcome = check("--extend-select", "ALL", file, use_cache=True)
    assert outcome.status in (0, 1), outcome.errors
    assert outcome.errors == ""
    return sorted(outcome.places)


@st.composite
def mutated_source(draw: st.DrawFn) -> str:
    """A fixture with some of its text cut out, repeated or replaced."""
    text = draw(st.sampled_from(sorted(SOURCES.values())))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(len(text) - 1, 0)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        middle = draw(st.sampled_from((*PARTS, *WORDS, *ODD, text[start:end] * 2)))
        text = text[:start] + middle + text[end:]
    return text


@st.composite
def shuffled_lines(draw: st.DrawFn) -> str:
    """A fixture with lines removed or repeated: often valid Python of an unusual kind."""
    lines = draw(st.sampled_from(sorted(SOURCES.values()))).splitlines()
    for _ in range(draw(st.integers(1, 5))):
        index = draw(st.integers(0, len(lines) - 1))
        lines[index : index + 1] = draw(st.sampled_from(([], [lines[index]] * 2)))
        if not lines:
            break
    return "\n".join(lines)


@PROFILE
@given(text=mutated_source())
def test_analysis_never_crashes_on_broken_text(project: Path, text: str) -> None:
    analyse(project, text)


@PROFILE
@given(text=shuffled_lines())
def test_analysis_never_crashes_on_odd_programs(project: Path, text: str) -> None:
    analyse(project, text)


def between_statements(text: str) -> list[int]:
    """Numbers of lines before which a blank line changes nothing: starts of statements."""
    return sorted(
        {
            min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", []))])
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.stmt)
        }
    )


@PROFILE
@given(data=st.data())
def test_blank_lines_move_no_finding(project: Path, data: st.DataObject) -> None:
    text = SOURCES[data.draw(st.sampled_from(sorted(SOURCES)))]
    number = data.draw(st.sampled_from(between_statements(text)))
    count = data.draw(st.integers(1, 5))
    lines = text.split("\n")
    moved_text = "\n".join([*lines[: number - 1], *[""] * count, *lines[number - 1 :]])

    before = analyse(project, text)
    after = analyse(project, moved_text)

    moved = [
        place._replace(line=place.line + count * (place.line >= number))
        if place.path.endswith(".py")
        else place
        for place in before
    ]
    assert after == moved
