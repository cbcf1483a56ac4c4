"""Find the files that cost most beside their own parse.

    python bench/worst.py CORPUS [--most N]

All files are checked in one process; then each once more, timed, when what it imports is known
already: what is left is its own cost. Told are the files above 6 times the CPU time of their
`ast.parse` and 10 ms.
"""

from __future__ import annotations

import argparse
import ast
import gc
import os
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gdprlint import cli, parallel
from gdprlint.outcome import Checked
from gdprlint.parallel import Job, checked, workbench
from gdprlint.progress import OnProgress
from gdprlint.run import check_file

TIMES, MORE = 6, 0.01
QUIET = [
    "--isolated",
    "--no-cache",
    "--jobs",
    "1",
    "--exit-zero",
    "--quiet",
    "--output-file",
    os.devnull,
]


class Cost(NamedTuple):
    """CPU seconds of a file: checked again, and parsed."""

    path: str
    own: float
    parse: float

    @property
    def excess(self) -> float:
        """Seconds above the bar."""
        return self.own - TIMES * self.parse - MORE


def main() -> None:
    """Check a corpus and print what is above the bar."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--most", type=int, default=20, help="how many files to print")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    costs: list[Cost] = []

    def one_by_one(job: Job, on_progress: OnProgress) -> list[Checked]:
        done = dict(checked(job.task, job.items))
        costs.extend(costs_of(job))
        return [done[item.number] for item in job.items]

    parallel.one_by_one = one_by_one
    os.chdir(arguments.corpus)
    cli.main(["check", ".", *QUIET])
    over = sorted((cost for cost in costs if cost.excess > 0), key=lambda cost: -cost.excess)
    sys.stdout.write(
        f"{len(over)} of {len(costs)} files above {TIMES} x parse + {MORE * 1000:.0f} ms\n"
    )
    for cost in over[: arguments.most]:
        times = cost.own / cost.parse
        sys.stdout.write(f"{cost.own * 1000:7.1f} ms, {times:5.1f} x parse  {cost.path}\n")


def costs_of(job: Job) -> Iterator[Cost]:
    """The costs of the files of Python, after all were checked once."""
    gc.disable()
    for item in job.items:
        if not item.target.path.endswith(".py"):
            continue
        bench = workbench(job.task, item.settings)
        bench.program.ledger.begin(item.target.path)
        began = time.thread_time()
        check_file(job.task.request, item.target, bench)
        own = time.thread_time() - began
        source = Path(item.target.file).read_bytes()
        began = time.thread_time()
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            continue
        parse = time.thread_time() - began
        del tree
        yield Cost(item.target.path, own, parse)


if __name__ == "__main__":
    main()
