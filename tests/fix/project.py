"""A project with a wrapper, and what the tool makes of a file in it."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import NamedTuple

import gdprlint
from gdprlint.cli import main

SETTINGS = """\
wrapper = ["app.privacy.pseudonymise", "app.privacy.truncate_ip", "app.privacy.mask_email"]
"""
PACKAGE = Path(gdprlint.__file__).parent
TEMPLATE = PACKAGE / "fix" / "wrapper_template.py"


class Outcome(NamedTuple):
    """What one run printed and returned."""

    status: int
    out: str
    err: str


def make_project(folder: Path, *, has_wrapper: bool = True) -> Path:
    """An empty project; its settings name the wrapper that `gdprlint init` writes."""
    (folder / "gdprlint.toml").write_text(SETTINGS if has_wrapper else "", encoding="utf-8")
    (folder / "app").mkdir()
    (folder / "app" / "__init__.py").write_text("", encoding="utf-8")
    if has_wrapper:
        text = TEMPLATE.read_text(encoding="utf-8")
        (folder / "app" / "privacy.py").write_text(text, encoding="utf-8")
    return folder


def run(*arguments: str | Path) -> Outcome:
    """`gdprlint check ARGUMENTS` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(["check", "--output-format", "concise", *map(str, arguments)])
    return Outcome(status, out.getvalue(), err.getvalue())


def fixed(project: Path, text: str, *flags: str) -> str:
    """The text of a file after `--fix-only`."""
    file = project / "example.py"
    file.write_bytes(text.encode())
    outcome = run("--fix-only", *flags, file)
    assert outcome.status == 0, outcome.err
    return file.read_bytes().decode()
