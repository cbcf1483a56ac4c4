"""Fixes in reports, applied by their spans alone: the same text as `--fix` gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fix.project import make_project, run
from tests.scan import FIXTURES

SOURCES = {
    path.stem: path for path in sorted(FIXTURES.glob("*.py")) if not path.name.startswith("GDL001")
}
MOST_ROUNDS = 9
Span = tuple[int, int, int, int]
Edits = list[tuple[Span, str]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a configured wrapper."""
    return make_project(tmp_path_factory.mktemp("reports"))


def in_json(document: Any) -> list[Edits]:
    """Columns count code points."""
    return [
        [
            ((e["line"], e["column"], e["end_line"], e["end_column"]), e["replacement"])
            for e in finding["fix"]["edits"]
        ]
        for finding in document["findings"]
        if finding["fix"]
    ]


def in_sarif(document: Any) -> list[Edits]:
    """Columns count what `columnKind` says."""
    (report,) = document["runs"]
    assert report["columnKind"] == "unicodeCodePoints"
    return [
        [
            (
                tuple(
                    edit["deletedRegion"][key]
                    for key in ("startLine", "startColumn", "endLine", "endColumn")
                ),
                edit["insertedContent"]["text"],
            )
            for change in fix["artifactChanges"]
            for edit in change["replacements"]
        ]
        for result in report["results"]
        for fix in result.get("fixes", ())
    ]


def in_rdjson(document: Any) -> list[Edits]:
    """Columns count UTF-8 bytes."""
    return [
        [
            (
                (
                    entry["range"]["start"]["line"],
                    entry["range"]["start"]["column"],
                    entry["range"]["end"]["line"],
                    entry["range"]["end"]["column"],
                ),
                entry["text"],
            )
            for entry in diagnostic["suggestions"]
        ]
        for diagnostic in document["diagnostics"]
        if "suggestions" in diagnostic
    ]


def applied(data: bytes, fixes: list[Edits], *, counts_bytes: bool) -> bytes:
    """The text after every fix that does not meet an earlier one, equal edits only once."""
    lines = data.decode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))

    def offset(line: int, column: int) -> int:
        if line > len(lines):
            return len(data)
        text = lines[line - 1]
        before = text.encode()[: column - 1] if counts_bytes else text[: column - 1].encode()
        return starts[line - 1] + len(before)

    chosen: dict[tuple[int, int, str], None] = {}
    for edits in fixes:
        placed = [
            (offset(line, column), offset(end_line, end_column), text)
            for (line, column, end_line, end_column), text in edits
        ]
        meets = any(
            edit not in chosen and edit[0] <= other[1] and other[0] <= edit[1]
            for edit in placed
            for other in chosen
        )
        if not meets:
            chosen.update(dict.fromkeys(placed))
    for start, end, text in sorted(chosen, reverse=True):
        data = data[:start] + text.encode() + data[end:]
    return data


FORMATS = {"json": in_json, "sarif": in_sarif, "rdjson": in_rdjson}


CASES = [
    (name, file_format)
    for name in SOURCES
    for file_format in FORMATS
    if file_format == "json" or name.startswith(("GDL101", "GDL102", "GDL205", "GDL602"))
]


@pytest.mark.parametrize(("name", "file_format"), CASES)
def test_fixes_applied_by_their_spans(project: Path, name: str, file_format: str) -> None:
    file = project / "example.py"
    before = "# é ö 名前 \U0001f600\n".encode() + SOURCES[name].read_bytes()
    file.write_bytes(before)
    run("--extend-select", "ALL", "--fix-only", "--unsafe-fixes", file)
    expected = file.read_bytes()

    file.write_bytes(before)
    for _ in range(MOST_ROUNDS):
        outcome = run(
            "--extend-select", "ALL", "--show-fixes", "--output-format", file_format, file
        )
        fixes = FORMATS[file_format](json.loads(outcome.out))
        data = applied(file.read_bytes(), fixes, counts_bytes=file_format == "rdjson")
        if data == file.read_bytes():
            break
        file.write_bytes(data)

    assert file.read_bytes() == expected


@pytest.mark.parametrize("file_format", ["sarif", "rdjson"])
def test_edits_can_be_left_out(project: Path, file_format: str) -> None:
    file = project / "example.py"
    file.write_text("from loguru import logger\n\nlogger.add('shop.log')\n", encoding="utf-8")
    carried = [
        FORMATS[file_format](json.loads(run("--output-format", file_format, *flags, file).out))
        for flags in ([], ["--no-fixes"])
    ]

    assert any(carried[0])
    assert not any(carried[1])
