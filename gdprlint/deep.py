"""Runs a function where recursion may go deep: a thread of its own with a large stack."""

from __future__ import annotations

import _thread
import sys
from collections.abc import Callable

from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TypeVar

    Result = TypeVar("Result")

STACK_BYTES = 512 * 1024 * 1024
"""Address space, not memory: pages are used only when recursion reaches them."""
RECURSION_LIMIT = 25_000
FRAME_SLOTS = 70_000
"""Of 8 bytes: more than half of the mebibyte that CPython then sets aside for frames at once."""


def call_with_deep_stack(function: Callable[[], Result]) -> Result:
    """The result of `function()`, or its exception; Ctrl-C interrupts the wait."""
    results: list[Result] = []
    errors: list[BaseException] = []
    done = _thread.allocate_lock()
    done.acquire()

    def work() -> None:
        try:
            results.append(call_with_room(function))
        except BaseException as error:  # handed to the caller below
            errors.append(error)
        finally:
            done.release()

    previous_limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(previous_limit, RECURSION_LIMIT))
    try:
        if not start_thread(work):
            return call_with_room(function)
        done.acquire()
    finally:
        sys.setrecursionlimit(previous_limit)
    if errors:
        raise errors[0]
    return results[0]


def call_with_room(function: Callable[[], Result]) -> Result:
    """The result of `function()`, with room for the frames of all it calls.

    CPython 3.11 and later keeps frames in chunks of 16 KiB, asks the system for each and gives it
    back as soon as the first frame in it ends: calls to and fro over the end of a chunk cost system
    calls. The chunk of a frame that is said to be large is larger, and holds all it calls.
    """
    return function()


call_with_room.__code__ = call_with_room.__code__.replace(co_stacksize=FRAME_SLOTS)


def start_thread(work: Callable[[], None]) -> bool:
    """Start a thread with the largest stack that can be had; False if none can be started."""
    size = STACK_BYTES
    while size >= 16 * 1024 * 1024:
        try:
            previous = _thread.stack_size(size)
        except ValueError:
            size //= 2
            continue
        try:
            _thread.start_new_thread(work, ())
            return True
        except RuntimeError:
            size //= 2
        finally:
            _thread.stack_size(previous)
    return False
