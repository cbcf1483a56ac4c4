"""Time the tool beside its peers on one corpus, in turn, and print ratios.

    python bench/run.py CORPUS [--rounds N] [--json FILE]

The corpus is copied to a temporary folder first, since the cached runs write and one of them
edits. In every round the commands run one after another; a ratio compares CPU seconds (user and
system, with children) inside one round with those of the first command: reading the same files
and parsing them with `ast.parse`, the collector off. Peers that are not installed are skipped
with a note. Standard library only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

PARSE = """
import ast, gc, os, sys
gc.disable()
for folder, folders, files in os.walk(sys.argv[1]):
    folders[:] = [name for name in folders if not name.startswith(".")]
    for name in files:
        if name.endswith(".py"):
            try:
                with open(os.path.join(folder, name), "rb") as stream:
                    ast.parse(stream.read())
            except (SyntaxError, ValueError, OSError):
                pass
"""
SEMGREP_RULE = """
rules:
  - id: personal-data-in-log
    languages: [python]
    severity: WARNING
    message: personal data in a log
    mode: taint
    pattern-sources: [{pattern: $X.email}, {pattern: $X.phone}]
    pattern-sinks: [{pattern: logging.$M(...)}, {pattern: logger.$M(...)}, {pattern: print(...)}]
"""
EDITED_FILES = 5


class Command(NamedTuple):
    """One row of the table; `before` prepares each of its runs and is not timed."""

    name: str
    words: Sequence[str]
    before: Callable[[], None] = lambda: None


class Timing(NamedTuple):
    """What one run took: CPU and wall seconds, and the memory of its largest process in MiB."""

    cpu: float
    wall: float
    memory: float


def main() -> int:
    """Run the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write all timings to a file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        corpus = folder / "corpus"
        shutil.copytree(arguments.corpus, corpus, symlinks=True)
        commands = [*own_commands(corpus, folder), *peers(corpus, folder)]
        timings = measure(commands, arguments.rounds, corpus)
    sys.stdout.write(table(timings))
    if arguments.json:
        document = {name: [one._asdict() for one in many] for name, many in timings.items()}
        arguments.json.write_text(json.dumps(document, indent=2), encoding="utf-8")
    return 0


def own_commands(corpus: Path, folder: Path) -> list[Command]:
    """The parser, and the tool cold, on two processes, warm, after edits, on one and five files."""
    check = [sys.executable, "-m", "gdprlint", "check", "--isolated", "--quiet", "--exit-zero"]
    warm = [*check, "--cache-dir", str(folder / "cache")]
    files = sorted(corpus.rglob("*.py"), key=lambda file: file.stat().st_size)
    chosen = files[len(files) // 2 :: max(len(files) // 12, 1)][:EDITED_FILES]
    named = [str(file) for file in chosen]
    fill = [*warm, str(corpus)]

    def filled() -> None:
        # where the timed runs start as well: elsewhere `-m` might find another copy of the tool
        quiet = subprocess.DEVNULL
        subprocess.run(fill, cwd=corpus, stdout=quiet, stderr=quiet, check=False)

    def edited() -> None:
        filled()
        for number, file in enumerate(chosen):
            with file.open("a", encoding="utf-8") as stream:
                stream.write(f"\nEDITED_{number}_{time.time_ns()} = True\n")

    kept_nowhere = folder / "fresh"
    alone = [*check, "--cache-dir", str(kept_nowhere), *named[:1]]

    def forgotten() -> None:
        for file in kept_nowhere.glob("results.*"):
            file.unlink()

    return [
        Command("ast.parse", [sys.executable, "-c", PARSE, str(corpus)]),
        Command("start of the interpreter", [sys.executable, "-I", "-S", "-c", "pass"]),
        Command("cold, 1 process", [*check, "--no-cache", "--jobs", "1", str(corpus)]),
        Command("cold, 2 processes", [*check, "--no-cache", "--jobs", "2", str(corpus)]),
        Command("warm, nothing changed", fill, filled),
        Command("warm, 5 files edited", fill, edited),
        Command("hook, 1 file, nothing kept", alone, forgotten),
        Command("hook, 1 file", [*warm, *named[:1]], filled),
        Command("hook, 5 files", [*warm, *named], filled),
        Command("hook, 5 files, edited", [*warm, *named], edited),
    ]


def peers(corpus: Path, folder: Path) -> list[Command]:
    """The other tools that are installed."""
    rule = folder / "rule.yaml"
    rule.write_text(SEMGREP_RULE, encoding="utf-8")
    ruff = ["ruff", "check", "--isolated", "--exit-zero", "--select", "G,LOG,T20"]
    cached = [*ruff, "--cache-dir", str(folder / "ruff")]
    semgrep = ["semgrep", "scan", "--metrics", "off", "--disable-version-check", "--quiet"]
    known = [
        Command("ruff, no cache", [*ruff, "--no-cache", str(corpus)]),
        Command("ruff, cached", [*cached, str(corpus)]),
        Command("semgrep, 1 taint rule", [*semgrep, "--config", str(rule), str(corpus)]),
        Command("bandit", ["bandit", "--quiet", "--recursive", str(corpus)]),
        Command("privlog", ["privlog", str(corpus)]),
    ]
    beside = os.path.dirname(sys.executable)
    path = os.pathsep.join((beside, os.environ.get("PATH", "")))
    installed = []
    for command in known:
        program = shutil.which(command.words[0], path=path)
        if program is None:
            sys.stderr.write(f"skipped: {command.name}: not installed\n")
        else:
            installed.append(command._replace(words=[program, *command.words[1:]]))
    return installed


def measure(commands: Sequence[Command], rounds: int, corpus: Path) -> dict[str, list[Timing]]:
    """All timings by command; what fills a cache runs once before the first round."""
    for command in commands:
        if "cached" in command.name:
            run(command, corpus)
    timings: dict[str, list[Timing]] = {command.name: [] for command in commands}
    for number in range(rounds):
        for command in commands:
            command.before()
            timings[command.name].append(run(command, corpus))
        sys.stderr.write(f"round {number + 1} of {rounds} done\n")
    return timings


def run(command: Command, corpus: Path) -> Timing:
    """Run a command once, its output dropped."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    process = subprocess.Popen(
        command.words,
        cwd=corpus,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{command.name}: exit status {process.returncode}: {command.words}")
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Timing(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / scale)


def table(timings: dict[str, list[Timing]]) -> str:
    """The medians, as a table in Markdown."""
    floor, *_ = timings.values()
    start = timings["start of the interpreter"]
    lines = [
        "| command | CPU s | x parse | x start | wall s | MiB |",
        "|---|---|---|---|---|---|",
    ]
    for name, many in timings.items():
        ratio = statistics.median(one.cpu / base.cpu for one, base in zip(many, floor, strict=True))
        times = statistics.median(one.cpu / base.cpu for one, base in zip(many, start, strict=True))
        cpu = statistics.median(one.cpu for one in many)
        wall = statistics.median(one.wall for one in many)
        memory = max(one.memory for one in many)
        lines.append(
            f"| {name} | {cpu:.2f} | {ratio:.3f} | {times:.1f} | {wall:.2f} | {memory:.0f} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
