"""A real git repository, a real pre-commit: the leak is refused, the remedy passes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.scan import ROOT

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
LEAK = """\
import logging

logger = logging.getLogger(__name__)


def welcome(user):
    logger.info(f"welcome {user.email}")
"""
REMEDY = LEAK.replace("user.email", "user.pk")

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Repository:
    """A git repository with the hook installed, cut off from the settings of the machine."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.environment = {
            **{name: text for name, text in os.environ.items() if not name.startswith("GIT_")},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "A",
            "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@example.org",
            "PRE_COMMIT_HOME": str(home),
            "PRE_COMMIT_COLOR": "never",
        }
        folder.mkdir()
        self.run("git", "init", "--quiet", ".")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the repository, output captured."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def commit(self, name: str, text: str) -> subprocess.CompletedProcess[str]:
        """Write a file and try to commit it."""
        (self.folder / name).write_text(text, encoding="utf-8")
        self.run("git", "add", name)
        return self.run("git", "commit", "--quiet", "--message", f"Change {name}")

    def history(self) -> list[str]:
        """Subjects of the commits, newest first."""
        return self.run("git", "log", "--format=%s").stdout.splitlines()


def local_hook() -> dict[str, object]:
    """The published hook, run by the interpreter of the tests instead of one of its own."""
    hooks = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    hook = next(entry for entry in hooks if entry["id"] == "gdprlint")
    command = hook["entry"].removeprefix("gdprlint ")
    assert command != hook["entry"]
    return {
        **{key: hook[key] for key in ("id", "name", "types_or", "require_serial")},
        "entry": f'"{sys.executable}" -m gdprlint {command}',
        "language": "system",
    }


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository whose hook is installed and committed."""
    repository = Repository(tmp_path / "repository", tmp_path / "pre-commit")
    config = {"repos": [{"repo": "local", "hooks": [local_hook()]}]}
    (repository.folder / ".pre-commit-config.yaml").write_text(
        yaml.safe_dump(config), encoding="utf-8"
    )
    repository.run("git", "add", ".")
    first = repository.run("git", "commit", "--quiet", "--message", "Start")
    assert first.returncode == 0, first.stderr
    installed = repository.run(sys.executable, "-m", "pre_commit", "install")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    return repository


def test_manifest_is_valid(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)],
        env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr


def test_a_leak_is_refused_and_its_remedy_passes(repository: Repository) -> None:
    refused = repository.commit("welcome.py", LEAK)

    assert refused.returncode == 1
    told = refused.stdout + refused.stderr
    assert "GDL101" in told
    assert "welcome.py" in told
    assert "user.email" in told
    assert repository.history() == ["Start"]

    passed = repository.commit("welcome.py", REMEDY)

    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert repository.history() == ["Change welcome.py", "Start"]


def test_other_files_and_excluded_files_pass(repository: Repository) -> None:
    settings = '[tool.gdprlint]\nextend-exclude = ["generated.py"]\n'

    assert repository.commit("pyproject.toml", settings).returncode == 0
    assert repository.commit("notes.txt", "logger.info(user.email)\n").returncode == 0
    excluded = repository.commit("generated.py", LEAK)
    assert excluded.returncode == 0, excluded.stdout + excluded.stderr
    assert repository.commit("welcome.py", LEAK).returncode == 1


def test_the_hook_leaves_nothing_to_commit(repository: Repository) -> None:
    repository.commit("welcome.py", REMEDY)

    assert repository.run("git", "status", "--porcelain").stdout == ""
