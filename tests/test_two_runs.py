"""Two runs at once, and a run that is interrupted: neither harms what is kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gdprlint.memory import FILE_NAME, load
from tests.applications import write_application

COMMAND = [sys.executable, "-m", "gdprlint", "check", ".", "--isolated", "--exit-zero"]
FLAGS = ["--output-format", "json"]
MOST_SECONDS = 120


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An application."""
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    write_application(tmp_path, seed=5)
    return tmp_path


def findings(project: Path, *flags: str) -> str:
    """The report of a run that is waited for."""
    command = [*COMMAND, *FLAGS, *flags]
    run = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    return run.stdout


def started(project: Path, *flags: str) -> subprocess.Popen[str]:
    """A run that is not waited for."""
    return subprocess.Popen(
        [*COMMAND, *FLAGS, *flags],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_runs_at_the_same_time_find_the_same_and_leave_a_sound_cache(project: Path) -> None:
    expected = findings(project, "--no-cache")
    for number in range(2):
        (project / "shop" / f"late{number}.py").write_text("import logging\n", encoding="utf-8")
        runs = [started(project) for _ in range(3)]
        reports = [run.communicate(timeout=MOST_SECONDS)[0] for run in runs]
        expected = findings(project, "--no-cache")
        assert reports == [expected] * 3

    assert load(str(project / ".gdprlint_cache")).base.results
    assert findings(project) == expected
    assert sorted(file.name[:6] for file in (project / ".gdprlint_cache").iterdir()) == [
        ".gitig", "CACHED", "policy", "result",
    ]  # fmt: skip


def descendants(process: int) -> Iterator[int]:
    """The processes that a process has started, as far as this system tells."""
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in task.read_text().split():
            yield int(child)
            yield from descendants(int(child))


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="tells no children")
@pytest.mark.parametrize("to_all", [True, False], ids=["terminal", "parent alone"])
def test_an_interrupt_ends_all_workers_and_keeps_the_cache(project: Path, to_all: bool) -> None:
    expected = findings(project)
    before = (project / ".gdprlint_cache" / FILE_NAME).read_bytes()
    body = "\n".join(f"def f{n}(user):\n    return {{'a': user.name}}\n" for n in range(4000))
    for number in range(12):
        (project / "shop" / f"big{number}.py").write_text(body, encoding="utf-8")
    run = subprocess.Popen(
        [*COMMAND, "--jobs", "2"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    workers = wait_for_workers(run)
    if to_all:
        os.killpg(run.pid, signal.SIGINT)
    else:
        run.send_signal(signal.SIGINT)
    _, told = run.communicate(timeout=MOST_SECONDS)

    assert run.returncode == 130
    assert "Traceback" not in told
    assert [worker for worker in workers if is_alive(worker)] == []
    assert (project / ".gdprlint_cache" / FILE_NAME).read_bytes() == before
    for number in range(12):
        (project / "shop" / f"big{number}.py").unlink()
    assert findings(project) == expected


def wait_for_workers(run: subprocess.Popen[str]) -> list[int]:
    """The workers of a run, once there are two."""
    for _ in range(MOST_SECONDS * 20):
        found = list(descendants(run.pid))
        if len(found) >= 2:
            return found
        assert run.poll() is None, "ended before it had workers"
        time.sleep(0.05)
    raise AssertionError("no workers")


def is_alive(process: int) -> bool:
    """Whether a process still runs, given a moment to end."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        if state == "Z":
            return False
        time.sleep(0.05)
    return True
