"""Results of earlier runs: what is fresh is taken from the cache folder, the rest is analysed.

A result is kept with the questions its analysis asked of the project (see `engine.consulted`).
It is fresh while the settings, the policy and the program are the same and every question has the
same answer. No source text is kept: excerpts are read from the files again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping

from gdprlint.files.roots import prepare_cache
from gdprlint.kept import stored_verdict
from gdprlint.memory import Kept, Memory, load, save
from gdprlint.model import Report
from gdprlint.parallel import Item, Job, Task, outcomes, workbench, workbenches
from gdprlint.reading import NOTEBOOK
from gdprlint.run import Checked, OnProgress, gather, text_to_show
from gdprlint.states import encoded_digest
from gdprlint.world import World

UNSEEN = ("origins", "file", "output_format", "fail_on", "baseline", "force_exclude")
"""Settings that no result depends on."""
MOST_WAITS = 50


def check_with_cache(job: Job, on_progress: OnProgress) -> Report:
    """Check everything, taking from the cache what is fresh, and keep what is new."""
    task = job.task
    folder = prepare_cache(task.root, task.request.cache_dir)
    world = World(task.root, task.request.today, clock_of(folder, task.root))
    memory = load(folder) if folder else Memory()
    keys = [key_of(task, number) for number in range(len(task.settings))]
    fresh = world.still_valid(memory)
    done = dict(taken(job, fresh, keys))
    left = job._replace(items=tuple(item for item in job.items if item.number not in done))
    if left.items:
        found = outcomes(left, on_progress)
        done.update(zip((item.number for item in left.items), found, strict=True))
    if folder and (left.items or world.is_touched):
        new = dict(kept_of(left.items, done, keys))
        asked = {i.target.path: done[i.number].consulted or () for i in left.items}
        save(folder, *world.remembered(memory, without(fresh, left.items), new, asked))
    ordered = [done[item.number] for item in job.items]
    targets = [item.target for item in job.items]
    return gather(task.request, task.root, targets, ordered, workbenches(job))


def without(fresh: Mapping[str, Kept], items: Iterable[Item]) -> dict[str, Kept]:
    """The results of all files but those of the items."""
    paths = {item.target.path for item in items}
    return {path: kept for path, kept in fresh.items() if path not in paths}


def taken(job: Job, fresh: Mapping[str, Kept], keys: list[str]) -> Iterable[tuple[int, Checked]]:
    """The outcomes that are known already, by the number of their item."""
    for item in job.items:
        kept = fresh.get(item.target.path)
        if kept is None or kept.key != keys[item.settings]:
            continue
        verdict = stored_verdict(kept.row)
        if verdict is not None:
            bench = workbench(job.task, item.settings)
            shown = verdict.shown
            text = text_to_show(job.task.request, item.target, shown, bench) if shown else ""
            yield item.number, Checked(verdict, text)


def kept_of(
    items: Iterable[Item], done: Mapping[int, Checked], keys: list[str]
) -> Iterable[tuple[str, Kept]]:
    """What is worth keeping of new outcomes; failures are tried again, notebooks need cells."""
    for item in items:
        outcome = done[item.number]
        path = item.target.path
        is_plain = not (outcome.failure or outcome.notice or path.endswith(NOTEBOOK))
        if outcome.consulted is not None and is_plain:
            verdict = outcome.verdict
            row: object = [verdict.shown, verdict.hidden]
            yield path, Kept(keys[item.settings], row)


def key_of(task: Task, number: int) -> str:
    """What must be the same for a result to be the same, apart from the project's files.

    The folder of the project is left out, so that a cache can be copied along with it.
    """
    settings = task.settings[number]
    seen = {name: value for name, value in settings._asdict().items() if name not in UNSEEN}
    parts = [workbench(task, number).policy.digest, task.request.honour_ignores, seen]
    return encoded_digest(repr(parts).replace(task.root, "."))


def clock_of(folder: str | None, root: str) -> int:
    """The time by the clock of the file system, later than any change made so far."""
    if folder is None:
        return 0
    file = os.path.join(folder, f"clock.{os.getpid()}")
    now = 0
    try:
        before = os.stat(root).st_mtime_ns
        for _ in range(MOST_WAITS):
            with open(file, "wb") as stream:
                now = os.fstat(stream.fileno()).st_mtime_ns
            if now > before:
                break
            time.sleep(0.001)
        os.unlink(file)
    except OSError:
        return 0
    return now
