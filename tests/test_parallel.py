"""Any number of workers finds the same; a worker that dies takes no other file with it."""

from __future__ import annotations

import ast
import gc
import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest

from gdprlint import parallel
from gdprlint.check import add_arguments, jobs_of, request_of
from gdprlint.files.roots import project_root
from gdprlint.flags import finder_for
from gdprlint.model import Report, UsageError
from gdprlint.outcome import Checked
from gdprlint.parallel import Job, check_job, is_worth_a_pool, plan
from gdprlint.pool import chunks_of, process_pool
from gdprlint.reading import Request, Target
from gdprlint.run import check_file
from gdprlint.targets import find_targets
from gdprlint.workbench import Workbench
from tests.applications import write_application
from tests.scan import FIXTURES


def job_for(folder: Path, workers: int, *flags: str) -> Job:
    """The job of `gdprlint check FOLDER`."""
    parser = ArgumentParser()
    add_arguments(parser)
    arguments = parser.parse_args([str(folder), "--isolated", "--no-cache", *flags])
    request = request_of(arguments)
    root = project_root(str(folder))
    settings_for = finder_for(arguments, root)
    return plan(request, settings_for, root, find_targets(request, settings_for, root), workers)


def check(job: Job, make_executor: Callable[[int], Executor] | None = None) -> Report:
    """The report of a job, without progress."""
    return check_job(job, lambda done, total: None, make_executor)


def spawning(workers: int) -> Executor:
    """A pool as where processes cannot fork."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("application")
    (folder / "pyproject.toml").write_text("", encoding="utf-8")
    for seed in range(4):
        write_application(folder / f"app{seed}", seed)
    return folder


def test_two_workers_find_in_the_fixtures_what_one_finds() -> None:
    alone = check(job_for(FIXTURES, 1))

    assert alone.findings
    assert check(job_for(FIXTURES, 2), process_pool) == alone


@pytest.mark.parametrize("make_executor", [process_pool, spawning, ThreadPoolExecutor])
def test_any_executor_finds_in_an_application_what_one_process_finds(
    application: Path, make_executor: Callable[[int], Executor]
) -> None:
    alone = check(job_for(application, 1))

    assert alone.findings
    workers = 1 if make_executor is ThreadPoolExecutor else 2
    assert check(job_for(application, workers), make_executor) == alone


def test_a_worker_that_dies_costs_one_file(
    application: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if parallel.start_method() != "fork":
        pytest.skip("the fault is inherited")
    alone = check(job_for(application, 1))

    def fatal(request: Request, target: Target, bench: Workbench) -> Checked:
        if target.path.endswith("app1/shop/part3.py"):
            os._exit(9)
        return check_file(request, target, bench)

    monkeypatch.setattr(parallel, "check_file", fatal)
    report = check(job_for(application, 2), process_pool)

    assert [failure.partition(":")[0] for failure in report.failures] == ["app1/shop/part3.py"]
    assert [f for f in report.findings if f.rule != "GDL001"] == [
        f for f in alone.findings if f.span.path != "app1/shop/part3.py"
    ]


def test_small_work_and_standard_input_get_no_pool(application: Path) -> None:
    job = job_for(application, 2)
    large = 3_000_000

    assert not is_worth_a_pool(100_000, job)
    assert is_worth_a_pool(large, job)
    assert not is_worth_a_pool(large, job._replace(workers=1))
    stdin = job.items[0]._replace(target=Target("/x.py", "x.py", is_stdin=True))
    assert not is_worth_a_pool(large, job._replace(items=(stdin, *job.items)))


def test_chunks_hold_every_item_once_the_largest_first(application: Path) -> None:
    job = job_for(application, 2)
    sizes = [(7 * item.number) % 11 for item in job.items]
    chunks = chunks_of(job, sizes)

    weights = [sum(sizes[item.number] for item in chunk) for chunk in chunks]
    assert weights == sorted(weights, reverse=True)
    assert sorted(item.number for chunk in chunks for item in chunk) == list(range(len(sizes)))


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5"])
def test_a_wrong_number_of_jobs_is_a_usage_error(jobs: str) -> None:
    parser = ArgumentParser()
    add_arguments(parser)

    with pytest.raises(UsageError, match="--jobs"):
        jobs_of(parser.parse_args([f"--jobs={jobs}"]))


def loaded(folder: Path, flags: Sequence[str]) -> str:
    """The modules that a check loads."""
    program = (
        "import sys; from gdprlint.cli import main; main(sys.argv[1:]); "
        "print(*sys.modules, file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, "check", str(folder), "--isolated", *flags]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def test_small_work_loads_nothing_for_processes(application: Path) -> None:
    modules = loaded(application, ["--no-cache", "--jobs", "2"]).split()

    assert not {"multiprocessing", "concurrent.futures", "concurrent"}.intersection(modules)


def test_files_that_others_had_loaded_come_next(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from z import f\n\nprint(f(1))\n")
    (tmp_path / "b.py").write_text("import a\n")
    (tmp_path / "z.py").write_text("def f(x):\n    return x\n")
    job = job_for(tmp_path, 1)
    order = [number for number, _ in parallel.checked(job.task, job.items)]
    assert [job.items[number].target.path for number in order] == ["a.py", "z.py", "b.py"]


def test_no_syntax_stays_behind_in_cycles() -> None:
    job = job_for(FIXTURES, 1)
    was_collecting, flags = gc.isenabled(), gc.get_debug()
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        for _ in parallel.checked(job.task, job.items):
            pass
        gc.collect()
        left = [one for one in gc.garbage if isinstance(one, ast.AST)]
    finally:
        gc.set_debug(flags)
        gc.garbage.clear()
        if was_collecting:
            gc.enable()
    assert not left
