"""The scripts that complete commands: each parses in its shell, and bash offers the right words."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from gdprlint.cli import main
from gdprlint.settings.keys import KEYS


def script_for(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What `gdprlint completion SHELL` prints."""
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("gdprlint che", ["check"]),
        ("gdprlint check --extend-s", ["--extend-select"]),
        ("gdprlint check --fail-on e", ["error"]),
        ("gdprlint check --color ", ["auto", "always", "never"]),
        ("gdprlint rule --al", ["--all"]),
        ("gdprlint rule GDL80", ["GDL801", "GDL802", "GDL803", "GDL804"]),
        ("gdprlint baseline ", ["write", "prune", "show"]),
        ("gdprlint config s", ["show", "schema"]),
        ("gdprlint completion z", ["zsh"]),
        ("gdprlint check s", []),
        ("gdprlint baseline show s", []),
    ],
)
def test_words_in_bash(capsys: pytest.CaptureFixture[str], line: str, expected: list[str]) -> None:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    words = line.split(" ")
    listed = " ".join(f"'{word}'" for word in words)
    program = (
        f"{script_for('bash', capsys)}\nCOMP_WORDS=({listed})\n"
        f'COMP_CWORD={len(words) - 1}\n_gdprlint\nprintf "%s\\n" "${{COMPREPLY[@]}}"\n'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_parse_and_know_every_flag(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    script = script_for(shell, capsys)

    for key in KEYS:
        assert key.flag.removeprefix("--") in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True)
