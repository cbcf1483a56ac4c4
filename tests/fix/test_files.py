"""What a fix leaves alone: line ends, encoding, byte order mark, mode, files that changed."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from pathlib import Path

import pytest
import yaml

from gdprlint.fix.files import replace_file
from tests.fix.project import make_project, run
from tests.scan import ROOT

BEFORE = "from loguru import logger\n\n# größer\nlogger.add(print)\n"
AFTER = BEFORE.replace("print)", "print, diagnose=False, backtrace=False)")
COOKIE = "# -*- coding: latin-1 -*-\n"
ENCODINGS = {
    "as it is": (BEFORE.encode(), AFTER.encode()),
    "CRLF": (BEFORE.replace("\n", "\r\n").encode(), AFTER.replace("\n", "\r\n").encode()),
    "CR": (BEFORE.replace("\n", "\r").encode(), AFTER.replace("\n", "\r").encode()),
    "mixed": (
        BEFORE.replace("\n", "\r\n", 1).encode(),
        AFTER.replace("\n", "\r\n", 1).encode(),
    ),
    "byte order mark": (b"\xef\xbb\xbf" + BEFORE.encode(), b"\xef\xbb\xbf" + AFTER.encode()),
    "latin-1": ((COOKIE + BEFORE).encode("latin-1"), (COOKIE + AFTER).encode("latin-1")),
    "no last line end": (BEFORE.rstrip("\n").encode(), AFTER.rstrip("\n").encode()),
    "form feed": (b"\x0c" + BEFORE.encode(), b"\x0c" + AFTER.encode()),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a configured wrapper."""
    return make_project(tmp_path_factory.mktemp("files"))


@pytest.mark.parametrize(("before", "after"), ENCODINGS.values(), ids=ENCODINGS.keys())
def test_bytes_outside_of_the_edit_stay(project: Path, before: bytes, after: bytes) -> None:
    file = project / "example.py"
    file.write_bytes(before)

    assert run("--fix", file).status == 0
    assert file.read_bytes() == after


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_the_mode_stays(project: Path) -> None:
    file = project / "script.py"
    file.write_text(BEFORE, encoding="utf-8")
    file.chmod(0o750)

    run("--fix", file)

    assert file.read_text(encoding="utf-8") == AFTER
    assert stat.S_IMODE(file.stat().st_mode) == 0o750


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.py", tmp_path / "link.py"
    target.write_bytes(b"1\n")
    link.symlink_to(target)

    assert replace_file(str(link), b"1\n", b"2\n")
    assert link.is_symlink()
    assert target.read_bytes() == b"2\n"


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"newer\n")

    assert not replace_file(str(file), b"older\n", b"fixed\n")
    assert file.read_bytes() == b"newer\n"
    assert os.listdir(tmp_path) == ["a.py"]


def test_standard_input_comes_back_fixed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input = io.TextIOWrapper(io.BytesIO(BEFORE.encode()))
    standard_output = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdin", standard_input)
    monkeypatch.setattr(sys, "stdout", standard_output)
    monkeypatch.chdir(project)

    from gdprlint.cli import main

    assert main(["check", "--fix", "-"]) == 0
    assert standard_output.buffer.getvalue() == AFTER.encode()


def test_changed_lines_and_fixes_exclude_each_other(project: Path) -> None:
    outcome = run("--fix", "--staged", project)
    assert outcome.status == 2
    assert "whole files" in outcome.err


def test_the_hook_fixes(project: Path) -> None:
    file = project / "example.py"
    file.write_text(BEFORE, encoding="utf-8")
    manifest = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    (hook,) = [entry for entry in yaml.safe_load(manifest) if entry["id"] == "gdprlint-fix"]
    verb, *flags = hook["entry"].removeprefix("gdprlint ").split()

    assert verb == "check"
    assert run(*flags, file).status == 0
    assert file.read_text(encoding="utf-8") == AFTER


def fixes_in(document: str, file_format: str) -> list[object]:
    """What a report offers to mend its findings."""
    report = json.loads(document)
    if file_format == "sarif":
        return [result.get("fixes") for result in report["runs"][0]["results"]]
    if file_format == "rdjson":
        return [entry.get("suggestions") for entry in report["diagnostics"]]
    return [finding["fix"] for finding in report["findings"]]


@pytest.mark.parametrize("file_format", ["json", "sarif", "rdjson"])
def test_reports_carry_fixes(project: Path, file_format: str) -> None:
    file = project / "example.py"
    file.write_text(BEFORE + "\ndef f(user):\n    print(user.email)\n", encoding="utf-8")

    outcome = run("--show-fixes", "--output-format", file_format, file)

    found = fixes_in(outcome.out, file_format)
    assert len(found) == 2
    assert all(found)


def test_json_carries_the_edits_of_a_fix(project: Path) -> None:
    file = project / "example.py"
    file.write_text("def f(user):\n    print(user.email)\n", encoding="utf-8")

    outcome = run("--show-fixes", "--output-format", "json", file)
    (fix,) = fixes_in(outcome.out, "json")

    assert isinstance(fix, dict)
    assert (fix["title"], fix["safety"]) == ("wrap in `pseudonymise`", "unsafe")
    assert [edit["replacement"] for edit in fix["edits"]] == [
        "from app.privacy import pseudonymise\n\n",
        "pseudonymise(",
        ")",
    ]


def test_a_fix_is_told_with_the_flags_that_apply_it(project: Path) -> None:
    """Two findings of one call have a fix each, though the edits meet."""
    file = project / "example.py"
    file.write_text("from loguru import logger\n\nlogger.add('shop.log')\n", encoding="utf-8")

    shown = run("--show-fixes", "--output-format", "full", file).out

    assert "= fix: set `diagnose=False, backtrace=False` (--fix)" in shown
    assert 'set `rotation="1 day", retention="' in shown
    assert shown.count("(--fix --unsafe-fixes)") == 1
    assert "= fix" not in run("--output-format", "full", file).out


def test_unsafe_fixes_alone_mend_nothing_and_say_so(project: Path) -> None:
    file = project / "example.py"
    file.write_text(BEFORE, encoding="utf-8")

    assert "--unsafe-fixes mends nothing by itself" in run("--unsafe-fixes", file).err
    assert file.read_text(encoding="utf-8") == BEFORE


def test_json_carries_no_fix_unasked(project: Path) -> None:
    file = project / "example.py"
    file.write_text("def f(user):\n    print(user.email)\n", encoding="utf-8")

    outcome = run("--output-format", "json", file)

    assert fixes_in(outcome.out, "json") == [None]
