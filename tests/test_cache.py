"""Kept results are those of a run without a cache, whatever happened to the files or the cache."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from gdprlint import cache
from gdprlint.memory import FILE_NAME
from tests.conftest import Check


def store_of(project: Path) -> Path:
    return project / ".gdprlint_cache" / FILE_NAME


def test_nothing_is_analysed_twice(project: Path, check: Check, analysed: list[str]) -> None:
    first = check()
    assert "GDL1" in first
    assert analysed

    analysed.clear()
    assert check() == first
    assert analysed == []


@pytest.mark.parametrize("flag", ["--select=GDL101", "--min-confidence=possible", "--no-ignores"])
def test_other_settings_are_other_results(project: Path, check: Check, flag: str) -> None:
    check()

    assert check(".", flag) == check(".", flag, "--no-cache")


def test_a_review_of_a_processor_runs_out(
    project: Path, check: Check, analysed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day of the run is part of what was found, also where no file changed."""
    text = "import sentry_sdk\n\nsentry_sdk.init()\n"
    (project / "tracking.py").write_text(text, encoding="utf-8")
    (project / "gdprlint.toml").write_text(
        'select = ["GDL705"]\n[processors.sentry]\n'
        'dpa = "a"\nregion = "us"\ntransfer = "DPF"\nreviewed = 2026-01-01\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(time, "strftime", lambda _: "2026-06-01")
    assert "GDL705" not in check(isolated=False)
    analysed.clear()
    assert "GDL705" not in check(isolated=False)
    assert analysed == []

    monkeypatch.setattr(time, "strftime", lambda _: "2029-06-01")
    assert "GDL705" in check(isolated=False)
    assert [path for path in analysed if path.endswith(".py")] == ["tracking.py"]


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_cache_is_ignored(project: Path, check: Check, seed: int) -> None:
    first = check()
    store = store_of(project)
    generator = random.Random(seed)
    data = bytearray(store.read_bytes())
    for _ in range(generator.choice((1, 3, 200))):
        data[generator.randrange(len(data))] = generator.randrange(256)
    store.write_bytes(data[: generator.choice((len(data), len(data) // 2, 10))])

    assert check() == first
    assert check() == first


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"[]\n{}",
        b'[1, "0.0", [3, 11, 7], 1, [[0, 2, 2745614147]]]\n{}',
        b"[" * 100_000,
        b"\x80\x04}.",
    ],
)
def test_a_foreign_cache_is_ignored(project: Path, check: Check, content: bytes) -> None:
    first = check()
    store_of(project).write_bytes(content)

    assert check() == first


def test_no_cache_leaves_no_trace(project: Path, check: Check) -> None:
    check(".", "--no-cache")

    assert not (project / ".gdprlint_cache").exists()


def test_a_few_named_files_of_a_large_project_begin_no_cache(
    project: Path, check: Check, analysed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = next(file.relative_to(project).as_posix() for file in sorted(project.rglob("*.py")))
    monkeypatch.setattr(cache, "MOST_FOLDERS", 1)
    first = check(name)
    assert not store_of(project).exists()

    check()
    assert store_of(project).exists()
    analysed.clear()
    assert check(name) == first
    assert analysed == []


def test_a_named_file_of_a_small_project_is_kept(
    project: Path, check: Check, analysed: list[str]
) -> None:
    name = next(file.relative_to(project).as_posix() for file in sorted(project.rglob("*.py")))
    first = check(name)
    analysed.clear()
    assert check(name) == first
    assert analysed == []


def test_another_folder_can_be_chosen(project: Path, check: Check, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    check(".", "--cache-dir", str(folder))

    assert (folder / FILE_NAME).exists()
    assert (folder / "CACHEDIR.TAG").exists()
    assert not (project / ".gdprlint_cache").exists()


def test_no_source_text_is_kept(project: Path, check: Check) -> None:
    (project / "secret.py").write_text(
        "import logging\n\nZEBRA = 'marmalade'\nlogging.info('quince %s', user.email)\n",
        encoding="utf-8",
    )
    assert "secret.py" in check()

    kept = store_of(project).read_bytes()
    assert b"secret.py" in kept
    assert b"marmalade" not in kept
    assert b"quince" not in kept
