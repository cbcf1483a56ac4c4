"""The findings of a file do not depend on what else is named, on order, or on the hash seed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gdprlint.cli import main

SHOP = Path(__file__).parents[2] / "fixtures" / "shop"
FILES = sorted(str(p.relative_to(SHOP)) for p in SHOP.rglob("*.py"))
FLAGS = ["--output-format", "json", "--isolated", "--no-cache", "--exit-zero"]


def findings(paths: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, list[object]]:
    assert main(["check", *paths, *FLAGS]) == 0
    by_file: dict[str, list[object]] = {}
    for finding in json.loads(capsys.readouterr().out)["findings"]:
        by_file.setdefault(finding["path"], []).append(finding)
    return by_file


def test_a_file_alone_says_what_it_says_among_others(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SHOP)
    together = findings(["."], capsys)
    assert together, "the shop leaks"
    for file in FILES:
        alone = findings([file], capsys)
        assert alone == {p: f for p, f in together.items() if p in alone}
        assert len(alone) == sum(path.endswith(file) for path in together)


def test_the_order_of_the_paths_does_not_matter(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SHOP)
    assert findings(FILES, capsys) == findings(FILES[::-1], capsys)


def test_the_hash_seed_does_not_matter() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-m", "gdprlint", "check", ".", *FLAGS],
            cwd=SHOP,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(outputs) == 1
