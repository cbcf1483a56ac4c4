"""Many files -> their outcomes, on several processes when there is enough to do.

What processes do is in `pool.py`; nothing of it is imported for small work.
"""

from __future__ import annotations

import gc
import itertools
import os
import sys
from collections.abc import Callable, Iterator, Sequence

from gdprlint.deep import call_with_deep_stack
from gdprlint.model import Report
from gdprlint.outcome import Checked, gather
from gdprlint.progress import OnProgress
from gdprlint.reading import Request, Target
from gdprlint.run import check_file
from gdprlint.settings.record import Settings
from gdprlint.tuples import TYPE_CHECKING, NamedTuple
from gdprlint.workbench import Workbench

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from gdprlint.engine.earlier import Earlier

BYTES_PER_LINE = 37
"""Of Python source, on average over large projects."""
LEAST_LINES = {"fork": 12_000, "spawn": 40_000}
"""Below that a pool costs more than it saves."""


class Item(NamedTuple):
    """One target, its place in the order of the run, and which of the settings hold for it;
    `earlier` is what was known of it before it was edited."""

    number: int
    settings: int
    target: Target
    earlier: Earlier | None = None


class Task(NamedTuple):
    """What a worker needs to know; it travels with every chunk."""

    token: str
    request: Request
    root: str
    settings: tuple[Settings, ...]


class Job(NamedTuple):
    """All of a run: the task, its items and how many processes may work on them."""

    task: Task
    items: tuple[Item, ...]
    workers: int = 1


MakeExecutor = Callable[[int], "Executor"]
"""From a number of workers to what runs them."""

_plans = itertools.count()
_opened: dict[tuple[str, int], Workbench] = {}
"""The workbenches of this process; those of the parent are inherited where processes fork."""


def available_cores() -> int:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def plan(
    request: Request,
    settings_for: Callable[[str], Settings],
    root: str,
    targets: Sequence[Target],
    workers: int,
    task: Task | None = None,
) -> Job:
    """Pair each target with its settings, which are numbered so that they travel once; those of
    `task` come first."""
    task = task or task_of(request, root)
    chosen = list(task.settings)
    known = {id(settings): number for number, settings in enumerate(chosen)}
    in_folder: dict[str, int] = {}
    items: list[Item] = []
    for number, target in enumerate(targets):
        folder = target.file.rpartition(os.sep)[0] or os.sep
        if folder not in in_folder:
            settings = settings_for(folder)
            if id(settings) not in known:
                known[id(settings)] = len(chosen)
                chosen.append(settings)
            in_folder[folder] = known[id(settings)]
        items.append(Item(number, in_folder[folder], target))
    return Job(task._replace(settings=tuple(chosen)), tuple(items), workers)


def task_of(request: Request, root: str, settings: Sequence[Settings] = ()) -> Task:
    """A new task under some settings."""
    return Task(f"{os.getpid()}-{next(_plans)}", request, root, tuple(settings))


def check_job(
    job: Job, on_progress: OnProgress, make_executor: MakeExecutor | None = None
) -> Report:
    """Check everything and gather what is shown."""
    done = outcomes(job, on_progress, make_executor)
    targets = [item.target for item in job.items]
    return gather(job.task.request, job.task.root, targets, done, workbenches(job))


def outcomes(
    job: Job, on_progress: OnProgress, make_executor: MakeExecutor | None = None
) -> list[Checked]:
    """The outcome of every item, in their order, whoever makes it."""
    sizes = [size_of(item.target) for item in job.items]
    if make_executor is None and not is_worth_a_pool(sum(sizes), job):
        return call_with_deep_stack(lambda: one_by_one(job, on_progress))
    from gdprlint.pool import from_pool, process_pool

    done = dict(from_pool(job, sizes, on_progress, make_executor or process_pool))
    return [done[item.number] for item in job.items]


def size_of(target: Target) -> int:
    """The size of a file in bytes, 0 if it cannot be had."""
    try:
        return os.stat(target.file).st_size
    except OSError:
        return 0


def is_worth_a_pool(size: int, job: Job) -> bool:
    """Whether processes would pay; standard input can be read by this one only."""
    if min(job.workers, len(job.items)) < 2 or any(item.target.is_stdin for item in job.items):
        return False
    return size >= LEAST_LINES[start_method()] * BYTES_PER_LINE


def start_method() -> str:
    """How processes start: `fork` where it is safe, else `spawn`."""
    return "fork" if hasattr(os, "fork") and sys.platform != "darwin" else "spawn"


def one_by_one(job: Job, on_progress: OnProgress) -> list[Checked]:
    """Check all items in this process."""
    done: dict[int, Checked] = {}
    for number, outcome in checked(job.task, job.items):
        done[number] = outcome
        on_progress(len(done), len(job.items))
    return [done[item.number] for item in job.items]


def checked(task: Task, items: Sequence[Item]) -> Iterator[tuple[int, Checked]]:
    """The outcome of each item by its number, made in this process, without the collector: trees
    are dropped one by one."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        for item, bench in in_turn(task, items):
            bench.program.ledger.begin(item.target.path)
            if item.earlier is not None:
                bench.program.earlier[item.target.path] = item.earlier
            outcome = check_file(task.request, item.target, bench)
            if task.request.use_cache:
                outcome = outcome._replace(
                    consulted=bench.program.ledger.consulted_by(item.target.path)
                )
            yield item.number, outcome if outcome.verdict.shown else outcome._replace(text="")
    finally:
        if was_collecting:
            gc.enable()


def in_turn(task: Task, items: Sequence[Item]) -> Iterator[tuple[Item, Workbench]]:
    """Items with their workbenches. What the last file had loaded comes next, as long as it is
    among them: so few trees wait in memory for their turn."""
    left = {item.target.path: item for item in reversed(items)}
    bench: Workbench | None = None
    while left:
        path = bench.program.loaded_among(left) if bench else ""
        item = left.pop(path) if path else left.popitem()[1]
        bench = workbench(task, item.settings)
        yield item, bench


def workbench(task: Task, number: int) -> Workbench:
    """The workbench of some settings of a task, opened once for each process."""
    key = (task.token, number)
    known = _opened.get(key)
    if known is None:
        for old in [one for one in _opened if one[0] != task.token]:
            del _opened[old]
        settings = task.settings[number]
        known = _opened[key] = Workbench(task.request, settings, task.root)
    return known


def workbenches(job: Job) -> list[Workbench]:
    """The workbenches of all settings of a job."""
    return [workbench(job.task, number) for number in range(len(job.task.settings))]
