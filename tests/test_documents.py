"""What the documents show is what the tool prints, and no command installs another project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scan import ROOT, RULES

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
SHOWN = re.compile(r"```console\n\$ gdprlint ([^\n]+)\n(?!\$ )(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
INSTALLS = re.compile(r"\b(?:pipx?|uvx?|uv tool|uv pip) (?:install|run|add)\b[^\n`]*|\buvx [^\n`]*")


def shown_outputs() -> list[object]:
    """Each command with its output that a document shows."""
    return [
        pytest.param(command, output, id=f"{document.name}: {command}")
        for document in DOCUMENTS
        for command, output in SHOWN.findall(document.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(("command", "output"), shown_outputs())
def test_shown_output_is_real(command: str, output: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "gdprlint", *command.split()],
        cwd=ROOT,
        env={name: text for name, text in os.environ.items() if name != "COLUMNS"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stdout.rstrip() == output.rstrip()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_no_command_installs_another_project(document: Path) -> None:
    commands = INSTALLS.findall(document.read_text(encoding="utf-8"))

    assert [text for text in commands if re.search(r"(?<![\w./-])gdprlint(?![\w-])", text)] == []


def test_the_readme_names_only_rules_that_exist() -> None:
    rules = {path.name[:6] for path in RULES.glob("GDL*/*.toml")}
    named = set(re.findall(r"GDL\d{3}", (ROOT / "README.md").read_text(encoding="utf-8")))

    assert named <= rules
