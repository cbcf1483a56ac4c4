"""What counts as an audit event: calls the settings name, functions that always emit one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from gdprlint.detect.audit.paths import Walker
from gdprlint.detect.audit.project import FUNCTIONS, Function, Module, Project
from gdprlint.detect.audit.syntax import last_name
from gdprlint.detect.imports import dotted_name

MAX_DEPTH = 3
LATER = frozenset({"on_commit", "after_commit", "call_soon", "add_task", "run_after_commit"})
"""Calls that run the function they are given once the transaction is committed."""


class Events:
    """Recognises audit events in any module of a project."""

    def __init__(self, project: Project, calls: Sequence[str]) -> None:
        self.project = project
        self.calls = tuple(calls)
        self.names = frozenset(call.rpartition(".")[2] for call in calls)
        self._emitting: dict[tuple[tuple[str, str, int], int], bool] = {}

    def is_named(self, node: ast.expr, module: Module) -> bool:
        """Whether an expression denotes one of the audit calls itself."""
        while isinstance(node, ast.Call):
            node = node.func
        written = dotted_name(node, module.imports).lstrip(".")
        bare = written.removesuffix(".delay").removesuffix(".apply_async")
        if bare.rpartition(".")[2] not in self.names:
            return False
        return any(self._denotes(bare, call, module) for call in self.calls)

    def _denotes(self, written: str, call: str, module: Module) -> bool:
        if written == call or call in (f"{self.project.module_name(module.path)}.{written}",):
            return True
        if "." not in written:
            is_star = "*" in module.imports
            return is_star and call.endswith("." + written)
        return (
            written.endswith("." + call)
            or call.endswith("." + written)
            or ("." in call and written.split(".")[-2:] == call.split(".")[-2:])
        )

    def is_event(
        self, node: ast.AST, module: Module, around: Function | None, depth: int = 0
    ) -> bool:
        """Whether running a node emits an event: by name, in a callee, once it is committed."""
        if not isinstance(node, ast.Call):
            return False
        if self.is_named(node.func, module):
            return True
        if last_name(node.func) in LATER:
            return any(self._hands_over(arg, module, around, depth) for arg in node.args)
        if depth >= MAX_DEPTH:
            return False
        callee = self.project.callee(node, module, around)
        return callee is not None and self.emits(callee, depth + 1)

    def _hands_over(
        self, node: ast.expr, module: Module, around: Function | None, depth: int
    ) -> bool:
        if isinstance(node, ast.Lambda):
            return any(self.is_event(n, module, around, depth) for n in ast.walk(node.body))
        if isinstance(node, ast.Call) and last_name(node.func) == "partial" and node.args:
            node = node.args[0]
        if self.is_named(node, module):
            return True
        function = self.project.function_of(node, module, around)
        return function is not None and self.emits(function, depth + 1)

    def emits(self, function: Function, depth: int) -> bool:
        """Whether a function emits an event on every path that returns."""
        ledger = self.project.ledger
        outer = ledger.enter(("emits", function.key, depth))
        try:
            return self._emits(function, depth)
        finally:
            ledger.leave(outer)

    def _emits(self, function: Function, depth: int) -> bool:
        known = self._emitting.get((function.key, depth))
        if known is not None:
            return known
        module = self.project.module_at(function.path)
        if module is None:
            return False
        self._emitting[function.key, depth] = False
        walker = Walker(
            lambda node: False,
            lambda node: self.is_event(node, module, function, depth),
            starts_pending=function.node,
        )
        leaks = [leak for leak in walker.leaks(function.node) if leak.exit in ("end", "return")]
        emitted = not leaks and any(isinstance(n, ast.Call) for n in ast.walk(function.node))
        result = self._emitting[function.key, depth] = emitted and not is_stub(function.node)
        return result

    def named_in(self, node: ast.AST, module: Module) -> Iterator[ast.Call]:
        """The audit calls written in a piece of syntax."""
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and self.is_named(part.func, module):
                yield part

    def is_definition(self, function: Function) -> bool:
        """Whether a function is itself one of the audit calls."""
        dotted = self.project.dotted_of(function)
        return any(dotted == call or dotted.endswith("." + call) or call.endswith("." + dotted)
                   for call in self.calls)  # fmt: skip


def is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A function that only raises emits nothing, though no path of it returns."""
    return all(isinstance(s, (ast.Raise, ast.Pass)) or is_text(s) for s in node.body)


def is_text(node: ast.stmt) -> bool:
    """A docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


__all__ = ["FUNCTIONS", "Events"]
