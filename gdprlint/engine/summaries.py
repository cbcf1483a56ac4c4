"""What a function does, seen from outside, and the solver that makes each function once.

A function is evaluated when somebody first asks for its summary. Functions that call each other
form a strongly connected component: those whose answers rest on answers that have changed since are
evaluated again, in source order. Where that does not settle in `SETTLING` rounds, all are evaluated
for `ROUNDS` rounds from nothing, so that the result does not depend on which was asked first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gdprlint.engine.declared import Function
from gdprlint.engine.observations import CallSeen, EffectSeen, Flow, MaskSeen, TransformSeen
from gdprlint.engine.values import NONE, Dep, Val
from gdprlint.model import Span, Step
from gdprlint.tuples import NamedTuple

SETTLING, ROUNDS = 3, 2
"""Rounds in which components are to settle (one in ten needs the third), and from nothing."""
MAX_NESTING = 3
"""Functions nested deeper are not made again if they call each other: those around them, which
make them anew each time, multiply their rounds."""
MAX_CALL_DEPTH = 1200


class SinkDep(NamedTuple):
    """A parameter (or a part of it) that reaches a sink inside a function or its callees."""

    dep: Dep
    sinks: str
    sink: str
    level: str
    span: Span
    hops: tuple[Step, ...]


class Raised(NamedTuple):
    """An exception that leaves a function: its class as dotted name, its text, the names of the
    classes its class inherits from, and how many calls it has left on its way."""

    type: str
    text: Val
    span: Span
    bases: tuple[str, ...] = ()
    calls: int = 0


class Summary(NamedTuple):
    """A function's effect in terms of its parameters, and what was observed inside it.

    `is_symbolic` is false when nothing in `returns` depends on a parameter. `hides` is true for a
    function that promises to hide a value and does so on some path: one that hides only when the
    environment asks for it still counts, and GDL309 tells of the path that does not.
    """

    returns: Val = NONE
    sinks: tuple[SinkDep, ...] = ()
    raises: tuple[Raised, ...] = ()
    writes: Mapping[str, Val] = {}
    flows: tuple[Flow, ...] = ()
    calls: tuple[CallSeen, ...] = ()
    masks: tuple[MaskSeen, ...] = ()
    notes: tuple[TransformSeen | EffectSeen, ...] = ()
    is_stub: bool = False
    is_symbolic: bool = True
    hides: bool = False

    @property
    def is_telling(self) -> bool:
        """Whether something was observed inside the function."""
        return bool(self.flows or self.calls or self.masks or self.notes)


BOTTOM = Summary()
Asked = list[tuple[Function, Summary]]
"""Members of a component that were asked for their summary, and what they answered."""


class Solver:
    """Hands out summaries; evaluates with the function given at construction."""

    def __init__(self, evaluate: Callable[[Function], Summary]) -> None:
        self._evaluate = evaluate
        self._stack: list[Function] = []
        self._low = 0
        self._depth = 0
        self._asked: Asked = []
        self._rests_on: dict[Function, Asked] = {}

    def summary_of(self, function: Function) -> Summary:
        """The function's summary; partial while the function itself is being evaluated."""
        found = function.summary
        if found is not None:
            return found
        if function.mark >= 0:
            self._low = min(self._low, function.mark)
            function.recursive = True
            answer = function.partial or BOTTOM
        elif self._depth >= MAX_CALL_DEPTH:
            return BOTTOM
        else:
            answer = self._enter(function)
        if function.summary is None:
            self._asked.append((function, answer))
        return answer

    def is_at_work(self, function: Function) -> bool:
        """Whether it is the function itself that is being evaluated, and none that it called."""
        return bool(self._stack) and self._stack[-1] is function

    def _enter(self, function: Function) -> Summary:
        mark = function.mark = len(self._stack)
        self._stack.append(function)
        function.partial = BOTTOM
        outer, self._low = self._low, mark
        self._depth += 1
        try:
            self._again(function)
            if self._low >= mark:
                if function.recursive and _is_made_again(function):
                    self._iterate(mark)
                self._finish(mark)
                self._low = outer
            else:
                self._low = min(outer, self._low)
        except BaseException:
            self._abandon(mark)
            raise
        finally:
            self._depth -= 1
        return function.summary or function.partial or BOTTOM

    def _iterate(self, mark: int) -> None:
        if self._settles(mark):
            return
        for function in filter(_is_made_again, self._stack[mark:]):
            function.partial = BOTTOM
        for _ in range(ROUNDS):
            members = list(filter(_is_made_again, self._stack[mark:]))
            before = [function.partial for function in members]
            for function in sorted(members, key=_source_order):
                self._again(function)
            if all(f.partial is b for f, b in zip(members, before, strict=True)):
                return

    def _settles(self, mark: int) -> bool:
        """Evaluate again what rests on answers that have changed; whether that comes to an end."""
        for _ in range(SETTLING):
            stale = [function for function in self._stack[mark:] if self._is_stale(function)]
            if not stale:
                return True
            for function in sorted(stale, key=_source_order):
                if self._is_stale(function):
                    self._again(function)
        return not any(map(self._is_stale, self._stack[mark:]))

    def _is_stale(self, function: Function) -> bool:
        return _is_made_again(function) and any(
            other.partial is not seen for other, seen in self._rests_on[function]
        )

    def _again(self, function: Function) -> None:
        """Evaluate a function, noting the answers it rests on; an equal answer stays the same."""
        outer, self._asked = self._asked, []
        try:
            result = self._evaluate(function)
        finally:
            self._rests_on[function] = self._asked
            self._asked = outer
        if result != function.partial:
            function.partial = result

    def _finish(self, mark: int) -> None:
        for function in self._stack[mark:]:
            function.summary = function.partial
            function.partial = None
            function.mark = -1
            self._rests_on.pop(function, None)
            if function.name != "<module>":
                function.forget_syntax()
        del self._stack[mark:]

    def _abandon(self, mark: int) -> None:
        for function in self._stack[mark:]:
            function.mark = -1
            function.partial = None
            self._rests_on.pop(function, None)
        del self._stack[mark:]


def _is_made_again(function: Function) -> bool:
    return function.qualname.count(".") <= MAX_NESTING


def _source_order(function: Function) -> tuple[str, int, str]:
    return function.module.path, function.line, function.qualname
