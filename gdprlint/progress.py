"""A line on standard error that tells how far a long run is; nothing without a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable

from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

OnProgress = Callable[[int, int], None]
"""Called with the number of files done and of all files."""
QUIET_SECONDS = 1.0
"""A run shorter than this shows no progress."""
SECONDS_BETWEEN = 0.1
CLEAR_LINE = "\r\x1b[K"


def progress_line(stream: TextIO, clock: Callable[[], float] = time.monotonic) -> OnProgress:
    """A callback that draws after a second and clears at the end."""
    if not stream.isatty():
        return no_progress
    started = clock()
    shown = 0.0

    def draw(done: int, total: int) -> None:
        nonlocal shown
        now = clock()
        if done == total:
            if shown:
                stream.write(CLEAR_LINE)
        elif now - started >= QUIET_SECONDS and now - shown >= SECONDS_BETWEEN:
            stream.write(CLEAR_LINE + progress_text(done, total, now - started))
            shown = now
        stream.flush()

    return draw


def no_progress(done: int, total: int) -> None:
    """Draw nothing."""


def progress_text(done: int, total: int, elapsed: float) -> str:
    """For example `gdprlint: 120 of 480 files, 60/s, 6 s left`."""
    rate = done / elapsed if elapsed else 0.0
    left = f", {rate:.0f}/s, {(total - done) / rate:.0f} s left" if rate else ""
    return f"gdprlint: {done} of {total} files{left}"
