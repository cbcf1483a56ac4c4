"""Packs for tests: a few files in a folder, loaded beside the project's own pack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

RULE = """
id = "ABC001"
name = "email-in-log"
kind = "flow"
status = "stable"
since = "1.0"
severity = "warning"
summary = "an e-mail address reaches a log"
message = "{category} `{expr}` reaches `{sink}`"
gdpr = ["5(1)(c)"]
why = "Logs are copied."
remedy = "Log a pseudonym."

[match]
categories = ["contact.email"]
sinks = ["@log"]

[[example]]
bad = "logger.info(user.email)"
good = "logger.info(user.pk)"
"""

Pack = Callable[[dict[str, str]], str]


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Write files into a pack folder and return its path."""

    def write(files: dict[str, str]) -> str:
        folder = tmp_path / "pack"
        for name, text in files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return str(folder)

    return write
