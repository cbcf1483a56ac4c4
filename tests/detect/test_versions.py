"""Versions from lock files and requirement lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdprlint.detect.versions import Known, known_version, release

UV = '[[package]]\nname = "typer"\nversion = "0.22.0"\n'
PYLOCK = '[[packages]]\nname = "typer"\nversion = "0.23.1"\n'
PIPFILE = '{"default": {"typer": {"version": "==0.22.0"}}}'
PROJECT = '[project]\nname = "shop"\ndependencies = ["typer>=0.23,<1"]\n'
POETRY = '[tool.poetry.dependencies]\ntyper = "^0.12"\n'


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("uv.lock", UV, True),
        ("poetry.lock", UV, True),
        ("pdm.lock", UV, True),
        ("pylock.toml", PYLOCK, False),
        ("Pipfile.lock", PIPFILE, True),
        ("requirements.txt", "Typer[all]==0.22.0  # cli\n", True),
        ("requirements-dev.txt", "typer==0.24\n", False),
        ("requirements/base.txt", "typer==0.22\n", True),
        ("requirements.txt", "typer<0.20\n", True),
        ("requirements.txt", "typer>=0.23\n", False),
        ("requirements.txt", "typer>=0.12\n", None),
        ("requirements.txt", "typer~=0.12.3\n", True),
        ("requirements.txt", "typer==0.12.*\n", True),
        ("requirements.txt", "typer\n", None),
        ("requirements.txt", "typer-cli==0.1\n", None),
        ("pyproject.toml", PROJECT, False),
        ("pyproject.toml", POETRY, True),
        ("pyproject.toml", "not = = toml", None),
        ("uv.lock", "not = = toml", None),
        ("Pipfile.lock", "{", None),
        ("README.md", "typer==0.22.0", None),
    ],
)
def test_is_below(tmp_path: Path, file: str, text: str, expected: bool | None) -> None:
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")

    assert known_version(str(tmp_path), "typer").is_below("0.23.0") is expected


def test_lock_file_wins_over_bounds(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "uv.lock").write_text(UV, encoding="utf-8")

    assert known_version(str(tmp_path), "typer") == Known(exact=(0, 22, 0))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2.0.1rc1", (2, 0, 1)), ("v1.2", (1, 2)), ("1!2.0", (2, 0)), ("", ()), ("x", ())],
)
def test_release(text: str, expected: tuple[int, ...]) -> None:
    assert release(text) == expected
