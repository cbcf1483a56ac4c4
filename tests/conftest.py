"""A real git repository to run the command in, and an application with a cache of results."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from gdprlint import parallel
from gdprlint.cli import main
from gdprlint.outcome import Checked
from gdprlint.reading import Request, Target
from gdprlint.run import check_file
from gdprlint.workbench import Workbench
from tests.applications import write_application

REPORTED = ("--exit-zero", "--output-format", "json")
TICK = 0.01
"""Seconds after which a file system tells another time: what is younger is not kept."""
Check = Callable[..., str]


class Answer(NamedTuple):
    """What a command came to."""

    status: int
    out: str
    err: str

    def lines(self) -> list[str]:
        """What was printed, line by line."""
        return self.out.splitlines()


class Repository:
    """A git repository that is the working folder, and the commands run in it."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capture = capture
        self.git("init", "--quiet", "--initial-branch=main")
        for key, value in (("user.name", "A"), ("user.email", "a@example.org")):
            self.git("config", key, value)
        self.git("config", "core.autocrlf", "false")

    def write(self, path: str, text: str) -> Path:
        """Write a file of the work tree."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def read(self, path: str) -> str:
        """The text of a file of the work tree."""
        return (self.folder / path).read_text(encoding="utf-8")

    def git(self, *arguments: str) -> str:
        """Run git; what it prints."""
        run = subprocess.run(
            ["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def commit(self, message: str = "work") -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def gdprlint(self, *arguments: str) -> Answer:
        """Run the command in this process."""
        self.capture.readouterr()
        status = main(arguments)
        printed = self.capture.readouterr()
        return Answer(status, printed.out, printed.err)

    def concise(self, *arguments: str) -> list[str]:
        """The findings of a check as `path:line:column: RULE`."""
        flags = ("--output-format", "concise", "--quiet", "--color", "never")
        answer = self.gdprlint("check", *flags, *arguments)
        assert answer.status in (0, 1), answer.err
        return [" ".join(line.split(" ")[:2]) if ":cell" not in line else
                " ".join(line.split(" ")[:3]) for line in answer.lines()]  # fmt: skip


@pytest.fixture
def repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Repository:
    """An empty repository as the working folder, without colour."""
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "GIT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    repository = Repository(tmp_path, capsys)
    repository.write(".gitignore", ".gdprlint_cache\n")
    return repository


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An application as the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    write_application(tmp_path, seed=1)
    return tmp_path


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Check:
    """The findings as text."""

    def run(*flags: str, isolated: bool = True) -> str:
        capsys.readouterr()
        time.sleep(TICK)
        settings = ["--isolated"] if isolated else []
        assert main(["check", *(flags or (".",)), *settings, *REPORTED]) == 0
        return capsys.readouterr().out

    return run


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were analysed, not taken from the cache."""
    paths: list[str] = []

    def spy(request: Request, target: Target, bench: Workbench) -> Checked:
        paths.append(target.path)
        return check_file(request, target, bench)

    monkeypatch.setattr(parallel, "check_file", spy)
    return paths
