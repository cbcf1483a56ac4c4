"""Many files -> their outcomes, on several processes when there is enough to do.

Targets are cut into chunks of neighbouring files, handed out largest first to any
`concurrent.futures.Executor`, and put back in their order. A worker that dies takes no other
file with it. Nothing of the machinery is imported for small work.
"""

from __future__ import annotations

import gc
import itertools
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gdprlint.deep import call_with_deep_stack
from gdprlint.model import Report
from gdprlint.outcome import Checked, gather
from gdprlint.progress import OnProgress
from gdprlint.reading import Request, Target
from gdprlint.run import check_file, lost
from gdprlint.settings.record import Settings
from gdprlint.tuples import NamedTuple
from gdprlint.workbench import Workbench

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from multiprocessing.context import BaseContext

BYTES_PER_LINE = 37
"""Of Python source, on average over large projects."""
LEAST_LINES = {"fork": 12_000, "spawn": 40_000}
"""Below that a pool costs more than it saves."""
CHUNKS_PER_WORKER = 16


class Item(NamedTuple):
    """One target, its place in the order of the run, and which of the settings hold for it."""

    number: int
    settings: int
    target: Target


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
) -> Job:
    """Pair each target with its settings, which are numbered so that they travel once."""
    known: dict[int, int] = {}
    chosen: list[Settings] = []
    items: list[Item] = []
    for number, target in enumerate(targets):
        settings = settings_for(target.file.rpartition(os.sep)[0] or os.sep)
        if id(settings) not in known:
            known[id(settings)] = len(chosen)
            chosen.append(settings)
        items.append(Item(number, known[id(settings)], target))
    token = f"{os.getpid()}-{next(_plans)}"
    return Job(Task(token, request, root, tuple(chosen)), tuple(items), workers)


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
    done: list[Checked] = []
    for outcome in checked(job.task, job.items):
        done.append(outcome)
        on_progress(len(done), len(job.items))
    return done


def checked(task: Task, items: Iterable[Item]) -> Iterator[Checked]:
    """Check items in this process, without the collector: trees are dropped one by one."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        for item in items:
            bench = workbench(task, item.settings)
            bench.program.ledger.begin(item.target.path)
            outcome = check_file(task.request, item.target, bench)
            if task.request.use_cache:
                outcome = outcome._replace(
                    consulted=bench.program.ledger.consulted_by(item.target.path)
                )
            yield outcome if outcome.verdict.shown else outcome._replace(text="")
    finally:
        if was_collecting:
            gc.enable()


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
    """The workbenches of all settings that hold for some item."""
    return [workbench(job.task, number) for number in dict.fromkeys(i.settings for i in job.items)]


# the pool


def chunks_of(job: Job, sizes: Sequence[int]) -> list[list[Item]]:
    """Neighbouring files together, since they share what they import; largest chunks first."""
    limit = sum(sizes) // (job.workers * CHUNKS_PER_WORKER) + 1
    chunks: list[tuple[int, list[Item]]] = []
    size, chunk = 0, list[Item]()
    for item, own in zip(job.items, sizes, strict=True):
        if chunk and size + own > limit:
            chunks.append((size, chunk))
            size, chunk = 0, []
        size += own
        chunk.append(item)
    chunks.append((size, chunk))
    return [items for _, items in sorted(chunks, key=lambda sized: -sized[0])]


def from_pool(
    job: Job, sizes: Sequence[int], on_progress: OnProgress, make_executor: MakeExecutor
) -> Iterator[tuple[int, Checked]]:
    """Number and outcome of every item, in whatever order they come."""
    for bench in workbenches(job):
        bench.program.ledger.begin("")
    gc.freeze()
    left = chunks_of(job, sizes)
    done = 0
    try:
        for chunk, outcome in completed(job.task, left, job.workers, make_executor):
            done += len(chunk)
            on_progress(done, len(job.items))
            yield from zip((item.number for item in chunk), outcome, strict=True)
    finally:
        gc.unfreeze()


def completed(
    task: Task, chunks: Sequence[list[Item]], workers: int, make_executor: MakeExecutor
) -> Iterator[tuple[list[Item], list[Checked]]]:
    """The chunks with their outcomes; when a worker dies, what is left is done file by file."""
    from concurrent.futures import BrokenExecutor, as_completed

    left = {id(chunk): chunk for chunk in chunks}
    with stopping(make_executor(min(workers, len(chunks)))) as executor:
        try:
            waiting = {
                executor.submit(check_chunk, narrowed_to(task, chunk), chunk): chunk
                for chunk in chunks
            }
            for future in as_completed(waiting):
                chunk = waiting[future]
                outcome = future.result()
                del left[id(chunk)]
                yield chunk, outcome
        except BrokenExecutor:
            pass
    for item in (item for chunk in left.values() for item in chunk):
        yield [item], [alone(task, item, make_executor)]


def alone(task: Task, item: Item, make_executor: MakeExecutor) -> Checked:
    """One file in a process of its own: the file that ends it is told like an internal error."""
    from concurrent.futures import BrokenExecutor

    try:
        with stopping(make_executor(1)) as executor:
            return executor.submit(check_chunk, narrowed_to(task, [item]), [item]).result()[0]
    except BrokenExecutor:
        return lost(task.request, item.target, workbench(task, item.settings))


def narrowed_to(task: Task, chunk: Iterable[Item]) -> Task:
    """The task with the handed-in bytes of a chunk only."""
    contents: Mapping[str, bytes] = task.request.contents
    if not contents:
        return task
    own = {i.target.path: contents[i.target.path] for i in chunk if i.target.path in contents}
    return task._replace(request=task.request._replace(contents=own))


def check_chunk(task: Task, items: Sequence[Item]) -> list[Checked]:
    """What a worker does."""
    return call_with_deep_stack(lambda: list(checked(task, items)))


class stopping:  # noqa: N801  reads as `with stopping(executor)`
    """Wait for an executor at the end; leave it at once, with its processes, when interrupted."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor

    def __enter__(self) -> Executor:
        return self.executor

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        is_interrupted = kind is not None and not issubclass(kind, Exception)
        if is_interrupted:
            for process in list((getattr(self.executor, "_processes", None) or {}).values()):
                process.terminate()
        self.executor.shutdown(wait=not is_interrupted, cancel_futures=True)


def process_pool(workers: int) -> Executor:
    """Processes of this machine that leave Ctrl-C to their parent."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context: BaseContext = multiprocessing.get_context(start_method())
    return ProcessPoolExecutor(workers, mp_context=context, initializer=ignore_interrupts)


def ignore_interrupts() -> None:
    """The first act of a worker."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
