"""Run the real tool and read what it says: arguments in, exit status and findings out."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gdprlint.cli import main

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
RULES = ROOT / "rules"
SETTINGS = re.compile(r"^# settings: (.+)$", re.MULTILINE)


class Place(NamedTuple):
    """Where a finding stands; `path` is as the report gives it, `line` is 1-based."""

    path: str
    line: int
    rule: str
    fingerprint: str = ""
    message: str = ""


class Outcome(NamedTuple):
    """What one run of `gdprlint check` came to."""

    status: int
    places: tuple[Place, ...]
    errors: str

    def found(self) -> set[tuple[str, int, str]]:
        """The findings without what may change between runs."""
        return {(place.path, place.line, place.rule) for place in self.places}


def declared_settings(text: str) -> str:
    """The TOML that the lines `# settings: KEY = VALUE` of a snippet give, "" for none."""
    return "".join(f"{line}\n" for line in SETTINGS.findall(text))


def check(*arguments: str | Path, use_cache: bool = False) -> Outcome:
    """`gdprlint check ARGUMENTS` in this process, without the settings of any project."""
    flags = ["--isolated", "--output-format", "json"]
    if not use_cache:
        flags.append("--no-cache")
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(["check", *flags, *map(str, arguments)])
    places = tuple(read_places(out.getvalue())) if status in (0, 1) else ()
    return Outcome(status, places, err.getvalue())


def read_places(document: str) -> Iterator[Place]:
    """The findings of a JSON report."""
    for finding in json.loads(document)["findings"]:
        yield Place(
            finding["path"],
            finding["line"],
            finding["rule"],
            finding["fingerprint"],
            finding["message"],
        )
