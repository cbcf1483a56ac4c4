"""A summary as text, to be compared with an earlier state of the same function.

What concerns the module's own findings only is left out. Lines of the module itself are told apart
from the text, since they move.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gdprlint.engine.values import CLEAN, NONE, TEXT, UNKNOWN, Dep, Val
from gdprlint.model import Span
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.declared import Function
    from gdprlint.engine.summaries import Summary

_SHARED = {id(UNKNOWN): "?", id(CLEAN): "0", id(NONE): "-", id(TEXT): "t"}


def digest_of(text: str) -> str:
    """A short hash, for comparison with an earlier state of the same statement."""
    try:
        from _blake2 import blake2b
    except ImportError:
        from hashlib import blake2b

    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def told_of(
    summary: Summary, function: Function, at: Callable[..., str]
) -> tuple[list[str], set[str]]:
    """A summary as text, and the other files whose lines are in it; `at` is given lines of the
    function's own file, and tells what stands for them."""
    telling = _Telling(function, at)
    telling.out.append(f"{summary.is_stub}{summary.is_symbolic}{summary.hides}")
    for part in (summary.returns, summary.sinks, summary.raises, summary.writes):
        telling.add(part)
    return telling.out, telling.foreign


class _Telling:
    """The text so far. Functions that own inputs are numbered as they come, and values that
    several others hold are told once."""

    __slots__ = ("at", "foreign", "known", "numbers", "out", "path")

    def __init__(self, function: Function, at: Callable[..., str]) -> None:
        self.path = function.module.path
        self.at = at
        self.numbers = {function.id: 0}
        self.known: dict[int, str] = {}
        self.foreign: set[str] = set()
        self.out: list[str] = []

    def add(self, value: object) -> None:
        """Add any value of the engine."""
        short = _SHARED.get(id(value))
        if short is not None:
            self.out.append(short)
        elif isinstance(value, Val):
            self._add_value(value)
        elif isinstance(value, Span):
            self._add_span(value)
        elif isinstance(value, Dep):
            owner = self.numbers.setdefault(value.owner, len(self.numbers))
            self.out.append(repr((owner, *value[1:])))
        elif isinstance(value, tuple):
            self.out.append(f"({value.__class__.__name__}")
            for part in value:
                self.add(part)
            self.out.append(")")
        elif isinstance(value, Mapping):
            self.out.append("{")
            for key, part in value.items():
                self.out.append(repr(key))
                self.add(part)
            self.out.append("}")
        else:
            self.out.append(repr(value))

    def _add_value(self, value: Val) -> None:
        if not (value.fields or value.element):
            self._add_parts(value)
            return
        known = self.known.get(id(value))
        if known is None:
            outer, self.out = self.out, []
            self._add_parts(value)
            known = self.known[id(value)] = digest_of("\n".join(self.out))
            self.out = outer
        self.out.append(known)

    def _add_parts(self, value: Val) -> None:
        for part in (value.tags, value.deps, value.fields, value.element, value.keys):
            self.add(part)
        self.add(value.type)
        self.add(value.ref)
        self.out.append(f"{value.const!r}{value.opaque}")

    def _add_span(self, span: Span) -> None:
        if span.path == self.path:
            self.out.append(self.at(span.line, span.end_line))
            self.out.append(f"{span.column} {span.end_column}")
        else:
            self.foreign.add(span.path)
            self.out.append(repr(span))
