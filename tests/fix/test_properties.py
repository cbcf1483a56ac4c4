"""For any layout of a fixture: fixed files compile, stay fixed, and change nowhere else."""

from __future__ import annotations

import ast
import io
import json
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fix.project import make_project, run
from tests.scan import FIXTURES

SOURCES = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted(FIXTURES.glob("*.py"))
    if not path.name.startswith("GDL001")
}
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
LAYOUTS = ("\n", "\n\t", "\n        ", "  # why not\n    ", "\\\n", "  ")
PROFILE = settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a configured wrapper."""
    return make_project(tmp_path_factory.mktemp("layouts"))


def gaps(text: str) -> Iterator[int]:
    """Offsets inside brackets, behind a comma or a bracket, where any layout is allowed."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.OP:
            continue
        depth += (token.string in OPENING) - (token.string in CLOSING)
        if depth and (token.string == "," or token.string in OPENING):
            yield starts[token.end[0] - 1] + token.end[1]


def arguments(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of the positional arguments of calls, where parentheses change nothing."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in ast.walk(ast.parse(text)):
        for argument in node.args if isinstance(node, ast.Call) else ():
            if not isinstance(argument, (ast.Starred, ast.GeneratorExp)):
                assert argument.end_lineno is not None
                assert argument.end_col_offset is not None
                yield (
                    starts[argument.lineno - 1] + argument.col_offset,
                    starts[argument.end_lineno - 1] + argument.end_col_offset,
                )


@st.composite
def relaid(draw: st.DrawFn) -> str:
    """A fixture with comments, line breaks, parentheses and tabs where the grammar allows them."""
    text = SOURCES[draw(st.sampled_from(sorted(SOURCES)))]
    if not text.isascii():
        return text
    places = sorted(set(arguments(text)))
    some = st.lists(st.sampled_from(places), unique=True, max_size=9) if places else st.just([])
    for start, end in reversed(draw(some)):
        if text.count("f'", 0, start) == 0 and text.count('f"', 0, start) == 0:
            text = f"{text[:start]}({text[start:end]}){text[end:]}"
            break
    free = sorted(gaps(text))
    chosen = draw(st.lists(st.sampled_from(free), unique=True, max_size=12)) if free else []
    for gap in sorted(chosen, reverse=True):
        text = text[:gap] + draw(st.sampled_from(LAYOUTS)) + text[gap:]
    if draw(st.booleans()):
        text = text.replace("\n    ", "\n\t").replace("\t    ", "\t\t")
    return text if is_valid(text) else SOURCES["GDL101-personal-data-in-log.py"]


def is_valid(text: str) -> bool:
    """Whether the interpreter takes a text."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def findings(file: Path) -> list[dict[str, object]]:
    """All findings of a file, as the JSON report gives them, with their fixes."""
    outcome = run("--extend-select", "ALL", "--show-fixes", "--output-format", "json", file)
    found: list[dict[str, object]] = json.loads(outcome.out)["findings"]
    return found


def touched_lines(text: str, found: list[dict[str, object]]) -> set[int]:
    """Numbers of the lines of statements with findings."""
    lines: set[int] = set()
    statements = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    for finding in found:
        line = finding["line"]
        assert isinstance(line, int)
        around = [s for s in statements if s.lineno <= line <= (s.end_lineno or s.lineno)]
        inner = max(around, key=lambda s: (s.lineno, -(s.end_lineno or 0)))
        lines.update(range(inner.lineno, (inner.end_lineno or inner.lineno) + 1))
    return lines


def is_subsequence(part: list[bytes], whole: list[bytes]) -> bool:
    """Whether the lines of `part` stand in `whole`, in order."""
    rest = iter(whole)
    return all(line in rest for line in part)


@PROFILE
@given(text=relaid(), is_windows=st.booleans())
def test_fixing_a_file(project: Path, text: str, is_windows: bool) -> None:
    file = project / "example.py"
    newline = "\r\n" if is_windows else "\n"
    data = text.replace("\n", newline).encode()
    file.write_bytes(data)
    found = findings(file)
    kept = [
        line
        for number, line in enumerate(data.split(newline.encode()), start=1)
        if number not in touched_lines(text, found) and not line.startswith((b"from", b"import"))
    ]

    run("--extend-select", "ALL", "--fix-only", "--unsafe-fixes", file)
    once = file.read_bytes()
    left = findings(file)
    run("--extend-select", "ALL", "--fix-only", "--unsafe-fixes", file)

    compile(once, "example.py", "exec", dont_inherit=True)
    assert file.read_bytes() == once
    assert not [finding for finding in left if finding["fix"]]
    assert is_subsequence(kept, once.split(newline.encode()))
    assert not is_windows or once.count(b"\n") == once.count(b"\r\n")


LEFT = {
    "GDL101": 3,  # handed to a function of the project, written by a decorator
    "GDL102": 1,  # a dictionary that holds tokens
    "GDL104": 0,
    "GDL105": 0,
    "GDL106": 2,  # written by the handler of a server
    "GDL107": 0,
    "GDL108": 0,
    "GDL110": 0,
    "GDL111": 0,
    "GDL112": 0,
    "GDL204": 2,  # handed to an exception of the project; a whole person, whose id is to choose
}
"""How many findings of its own rule a fixture keeps after all fixes."""


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_fixture_is_silent_after_its_fixes(project: Path, name: str) -> None:
    file = project / "example.py"
    file.write_text(SOURCES[name], encoding="utf-8")

    run("--extend-select", "ALL", "--fix-only", "--unsafe-fixes", file)

    left = findings(file)
    assert not [finding for finding in left if finding["fix"]]
    if name[:6] in LEFT:
        own = [finding for finding in left if finding["rule"] == name[:6]]
        assert len(own) == LEFT[name[:6]]
