"""The state of one function's evaluation: its variables, what it returns, raises and shows.

Branches do not copy the environment: `mark` starts an undo log, `undo` takes the assignments
back and hands them out, `merge` joins the outcomes of the branches.
"""

from __future__ import annotations

import ast

from gdprlint.engine.catalogue import CarrierSpec
from gdprlint.engine.declared import Class, Function, Module
from gdprlint.engine.observations import CallSeen, EffectSeen, Flow, MaskSeen, TransformSeen
from gdprlint.engine.summaries import Raised, SinkDep
from gdprlint.engine.values import EACH, UNKNOWN, Dep, Tag, Val, element_of, join
from gdprlint.model import Span
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.program import Program

MAX_SINKS = 64
Changes = dict[str, "Val | None"]


class Frame:
    """One evaluation of one function."""

    __slots__ = (
        "calls",
        "debugging",
        "deps",
        "drawn",
        "dumps",
        "env",
        "flows",
        "function",
        "given",
        "guards",
        "handling",
        "hooks",
        "log",
        "loops",
        "masks",
        "module",
        "nested",
        "notes",
        "program",
        "raises",
        "read",
        "returns",
        "shown",
        "sinks",
        "statement",
        "writes",
    )

    def __init__(self, program: Program, function: Function, env: dict[str, Val]) -> None:
        self.program = program
        self.function = function
        self.module: Module = function.module
        self.env = env
        self.returns: list[Val] = []
        self.raises: list[Raised] = []
        self.sinks: dict[tuple[object, ...], SinkDep] = {}
        self.flows: dict[tuple[object, ...], Flow] = {}
        self.calls: dict[int, CallSeen] = {}
        self.masks: list[MaskSeen] = []
        self.notes: dict[tuple[str, Span], TransformSeen | EffectSeen] = {}
        self.writes: dict[str, Val] = {}
        self.log: Changes | None = None
        self.loops = 0
        self.debugging = 0
        self.handling: list[Val] = []
        self.guards: list[list[tuple[CarrierSpec, Val]]] = []
        self.nested: dict[ast.AST, Function] = {}
        self.deps: dict[tuple[int, str], tuple[Val, Val]] = {}
        self.drawn: dict[str, str] = {}
        self.hooks: dict[tuple[int, str], tuple[Val, Val]] = {}
        self.dumps: dict[Class, dict[str, Val]] = {}
        self.given: dict[int, Val] = {}
        self.statement: ast.stmt | None = None
        self.shown: list[tuple[ast.Name, str, str, str, frozenset[Span]]] | None = None
        self.read: dict[str, list[Tag]] | None = None

    def assign(self, name: str, value: Val) -> None:
        """Bind a variable, remembering the old value while a branch is being tried."""
        log = self.log
        if log is not None and name not in log:
            log[name] = self.env.get(name)
        self.env[name] = value

    def mark(self) -> Changes | None:
        """Begin a branch; the result goes back into `undo`."""
        outer = self.log
        self.log = {}
        return outer

    def undo(self, outer: Changes | None) -> Changes:
        """End a branch: take its assignments back and return the values it left."""
        log, env = self.log, self.env
        left: Changes = {}
        if log:
            for name, old in log.items():
                left[name] = env.get(name)
                if old is None:
                    env.pop(name, None)
                else:
                    env[name] = old
        self.log = outer
        return left

    def merge(self, branches: list[Changes]) -> None:
        """Continue after branches: each variable gets the join of what the branches left."""
        if not branches:
            return
        if len(branches) == 1:
            for name, value in branches[0].items():
                if value is not None:
                    self.assign(name, value)
            return
        left: dict[str, list[tuple[int, Val | None]]] = {}
        for index, branch in enumerate(branches):
            for name, value in branch.items():
                left.setdefault(name, []).append((index, value))
        for name, values in left.items():
            result = _met(values, self.env.get(name), len(branches))
            if result is not None:
                self.assign(name, result)

    def part_of(self, base: Val, name: str) -> Val:
        """An attribute or item of an input, as a longer symbolic path."""
        key = (id(base), name)
        known = self.deps.get(key)
        if known is not None:
            return known[1]
        deps = tuple(_longer(d, name) for d in base.deps)
        value = Val((), deps, opaque=True)
        self.deps[key] = (base, value)
        return value

    def each_of(self, value: Val) -> Val:
        """What a loop over a value binds: of an input, whatever the caller's object yields."""
        if value.deps and value.type is None and value.element is None and value.keys is None:
            part = self.part_of(value, EACH)
            return part if not value.tags else Val(value.tags, part.deps, opaque=True)
        return element_of(value)

    def add_sink(self, sink: SinkDep) -> None:
        """Note that a parameter reaches a sink (within the budget)."""
        if self.lacks(sink.dep, sink):
            self.sinks[sink.dep, sink.span, sink.sinks] = sink

    def lacks(self, dep: Dep, sink: SinkDep) -> bool:
        """Whether it would be news (within the budget) that an input reaches that sink."""
        return len(self.sinks) < MAX_SINKS and (dep, sink.span, sink.sinks) not in self.sinks

    def self_class(self) -> Class | None:
        """The class whose method is being evaluated."""
        return self.function.cls

    def lookup(self, name: str) -> Val:
        """A name that is not a local variable: closure, module, star imports, builtins."""
        closure = self.function.closure
        if closure is not None:
            value = closure.get(name)
            if value is not None:
                return value
        return self.program.global_of(self.module, name) or UNKNOWN


def _met(values: list[tuple[int, Val | None]], before: Val | None, count: int) -> Val | None:
    """The join of what `count` branches left in a variable, in their order; a branch that is not
    among `values` left what was there before."""
    result: Val | None = None
    following = 0
    for index, value in (*values, (count, None)):
        if index > following and before is not None:
            result = before if result is None else join(result, before)
        if value is not None:
            result = value if result is None else join(result, value)
        following = index + 1
    return result


def _longer(dep: Dep, name: str) -> Dep:
    if dep.show or len(dep.path) >= 4:
        return dep
    return Dep(dep.owner, dep.name, (*dep.path, name), dep.show, dep.disclosure)
