"""Chunks of files -> their outcomes, made by several processes.

Targets are cut into chunks of neighbouring files, handed out largest first to any
`concurrent.futures.Executor`, and put back in their order. A worker that dies takes no other
file with it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from gdprlint.deep import call_with_deep_stack
from gdprlint.outcome import Checked
from gdprlint.parallel import (
    Item,
    Job,
    MakeExecutor,
    Task,
    checked,
    start_method,
    workbench,
    workbenches,
)
from gdprlint.progress import OnProgress
from gdprlint.run import lost
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from multiprocessing.context import BaseContext

CHUNKS_PER_WORKER = 16


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
            with interrupts_held():
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
            with interrupts_held():
                future = executor.submit(check_chunk, narrowed_to(task, [item]), [item])
            return future.result()[0]
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
    done = call_with_deep_stack(lambda: dict(checked(task, items)))
    return [done[item.number] for item in items]


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Let Ctrl-C wait while processes start: it would be lost on their way, and end them loudly.

    They start with it held, and never see it.
    """
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
