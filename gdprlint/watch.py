"""`--watch`: check again whenever a file, a settings file or the baseline changes."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterable

from gdprlint.model import UsageError

Signature = frozenset[tuple[str, int, int]]
"""Path, time of change and size of every watched file."""

SECONDS_BETWEEN = 0.5
CLEAR_SCREEN = "\x1b[2J\x1b[3J\x1b[H"


def watch(
    check: Callable[[], int],
    watched: Callable[[], Iterable[str]],
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Check now and after each change, until interrupted; the last exit status.

    A mistake in the settings is told and waited out, since the next change may mend it.
    """
    status = 0
    while True:
        before = signature(watched)
        if sys.stdout.isatty():
            sys.stdout.write(CLEAR_SCREEN)
        sys.stderr.write("gdprlint: checking\n")
        try:
            status = check()
        except UsageError as error:
            hint = f"; {error.hint}" if error.hint else ""
            sys.stderr.write(f"gdprlint: error: {error.message}{hint}\n")
        gc.collect()
        sys.stderr.write("gdprlint: watching for changes, Ctrl-C ends\n")
        sys.stdout.flush()
        try:
            while signature(watched) == before:
                sleep(SECONDS_BETWEEN)
        except KeyboardInterrupt:
            return status


def signature(watched: Callable[[], Iterable[str]]) -> Signature:
    """The state of the watched files; of none while the settings are broken."""
    try:
        files = list(watched())
    except UsageError:
        files = []
    return frozenset(entry for file in files if (entry := state_of(file)))


def state_of(file: str) -> tuple[str, int, int] | None:
    """The state of one file, None if it is not there."""
    try:
        status = os.stat(file)
    except OSError:
        return None
    return file, status.st_mtime_ns, status.st_size
