"""The verb `explain-flow`, through the real command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdprlint.cli import main

SOURCE = """\
import logging

logger = logging.getLogger(__name__)


def greet(user, note):
    logger.info("welcome %s", user.email)
    logger.info("note %s", note)
    logger.info("done")
    return len(user.email)
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "greet.py"
    path.write_text(SOURCE)
    return path


def explained(place: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["explain-flow", place, "--isolated", "--no-cache"]) == 0
    return capsys.readouterr().out


def test_a_finding_is_told_with_its_evidence(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = explained(f"{file.name}:7", capsys)
    assert "`user.email` at `logger.info`" in text
    assert "contact.email (likely)" in text
    assert "finding GDL101 (likely)" in text
    assert "reported" in text


def test_the_place_may_be_copied_from_a_finding(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explained(f"{file.name}:7:31", capsys) == explained(f"{file.name}:7", capsys)


@pytest.mark.parametrize("place", ["greet.py", ":7", "greet.py:x", "greet.py:7:x", "greet.py:7:"])
def test_what_is_no_place(file: Path, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain-flow", place]) == 2
    assert f"not a place: `{place}`" in capsys.readouterr().err


def test_a_neutral_parameter_is_told_as_such(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = explained(f"{file.name}:8", capsys)
    assert "parameter `note`" in text
    assert "no finding" in text


@pytest.mark.parametrize(
    ("flags", "fate"),
    [
        ([], "reported"),
        (["--ignore", "GDL101"], "hidden: GDL101 is not selected"),
        (["--min-severity", "error"], "hidden: below min-severity error"),
        (["--min-confidence", "certain"], "hidden: below min-confidence certain"),
    ],
)
def test_what_hides_a_finding_is_told(
    file: Path, flags: list[str], fate: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain-flow", f"{file.name}:7", "--isolated", "--no-cache", *flags]) == 0
    assert capsys.readouterr().out.endswith(f"\n  {fate}\n")


def test_a_directive_and_a_pattern_that_hide_a_finding_are_told(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directive = "  # gdprlint: ignore[GDL101] basis=6(1)(f) purpose=abuse why\n"
    file.write_text(SOURCE.replace("user.email)\n", "user.email)" + directive, 1))
    assert "hidden: suppressed on line 7" in explained(f"{file.name}:7", capsys)
    file.write_text(SOURCE)
    (file.parent / "gdprlint.toml").write_text('per-file-ignores = { "greet.py" = ["GDL1"] }\n')
    assert main(["explain-flow", f"{file.name}:7", "--no-cache"]) == 0
    assert "hidden: per-file-ignores of the settings" in capsys.readouterr().out


@pytest.mark.parametrize("line", [9, 10])
def test_a_line_that_shows_nothing_says_so(
    file: Path, line: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "no sink shows a value" in explained(f"{file.name}:{line}", capsys)


@pytest.mark.parametrize("place", ["greet.py", "greet.py:x", "nowhere.py:3"])
def test_a_place_that_is_none_is_refused(
    file: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain-flow", place, "--isolated"]) == 2
    assert capsys.readouterr().err.startswith("gdprlint: error: ")


def test_a_configuration_file_has_findings_but_no_flows(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file.parent / "logging.ini").write_text(
        "[handlers]\nkeys=a\n[handler_a]\nclass=FileHandler\nargs=('a.log',)\n", encoding="utf-8"
    )

    texts = [explained(f"logging.ini:{line}", capsys) for line in range(1, 6)]
    assert sum("finding GDL601 (certain)" in text for text in texts) == 1
    assert texts[0] == "no finding is reported on this line\n"


def test_notebooks_are_not_explained(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (file.parent / "a.ipynb").write_text("{}", encoding="utf-8")

    assert main(["explain-flow", "a.ipynb:1", "--isolated", "--no-cache"]) == 2
    assert "flows in notebooks are not explained" in capsys.readouterr().err
