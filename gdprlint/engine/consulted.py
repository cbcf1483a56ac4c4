"""What the analysis of a file looked at outside of it, so that a stored result can be trusted.

Every answer the engine keeps (a function's summary, a fact of a class, the value of a global) is
a node; edges lead to the answers it was made of. A question about the world outside (the text of
a file, where a module lies) is a `Query`, a leaf. The closure of a file's node is what its result
depends on: a result made of kept answers depends on all that these were made of.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING, Concatenate, NamedTuple, ParamSpec, TypeVar

if TYPE_CHECKING:
    from gdprlint.engine.declared import Class
    from gdprlint.engine.program import Program

P = ParamSpec("P")
R = TypeVar("R")
Node = Hashable
LEDGER = "ledger"


class Query(NamedTuple):
    """A question whose answer may change between runs.

    `kind` is "text" (of a file), "home", "find", "package", "name", "class" (see `Finder`), or a
    question about a whole folder: "trackers", "versions", "world".
    """

    kind: str
    subject: str
    detail: str = ""


class Ledger:
    """Records consultations while `into`, the edges of the node at work, is being filled.

    Nothing is kept while `is_recording` is false: a run without a cache has no use for it.
    """

    __slots__ = (
        "_masks",
        "_numbers",
        "edges",
        "into",
        "is_complete",
        "is_recording",
        "queries",
    )

    def __init__(self) -> None:
        self.edges: dict[Node, set[Node]] = {}
        self.into: set[Node] = set()
        self.is_complete = True
        self.is_recording = True
        self.queries: list[Query] = []
        self._numbers: dict[Query, int] = {}
        self._masks: dict[Node, int] = {}

    def enter(self, node: Node) -> set[Node]:
        """Note `node` and fill its edges from now on; give the result back to `into` after."""
        outer = self.into
        if not self.is_recording:
            return outer
        outer.add(node)
        known = self.edges.get(node)
        self.into = self.edges.setdefault(node, set()) if known is None else known
        return outer

    def begin(self, path: str) -> None:
        """What is noted from now on belongs to the file at `path`."""
        if not self.is_recording:
            self.into.clear()
            return
        root = Query("file", path)
        self._masks.pop(root, None)
        self.into = self.edges[root] = {Query("text", path)}

    def consulted_by(self, path: str) -> tuple[Query, ...] | None:
        """All that the analysis of a file looked at; None after one that was broken off."""
        if not (self.is_complete and self.is_recording):
            return None
        mask = self._mask_of(Query("file", path))
        return tuple(self._decoded(mask))

    def _decoded(self, mask: int) -> Iterator[Query]:
        for number, bit in enumerate(reversed(f"{mask:b}")):
            if bit == "1":
                yield self.queries[number]

    def _own(self, node: Node) -> int:
        """The bit of a query, or of the text that an engine's object comes from."""
        if isinstance(node, Query):
            return 0 if node.kind == "file" else 1 << self._number(node)
        holder = node[0] if isinstance(node, tuple) else node
        path = getattr(getattr(holder, "module", holder), "path", None)
        return 0 if path is None else 1 << self._number(Query("text", path))

    def _number(self, query: Query) -> int:
        known = self._numbers.get(query)
        if known is None:
            known = self._numbers[query] = len(self.queries)
            self.queries.append(query)
        return known

    def _below(self, node: Node) -> Iterator[Node]:
        yield from self.edges.get(node, ())
        if not isinstance(node, Query):
            holder = node[0] if isinstance(node, tuple) else node
            module = getattr(holder, "module", holder)
            if module is not node and module in self.edges:
                yield module

    def _mask_of(self, root: Node) -> int:
        """The union over everything reachable, by strongly connected components (Tarjan 1972)."""
        masks = self._masks
        if root in masks:
            return masks[root]
        order: dict[Node, int] = {root: 0}
        low: dict[Node, int] = {root: 0}
        sums: dict[Node, int] = {root: self._own(root)}
        stack = [root]
        work = [(root, self._below(root))]
        while work:
            node, below = work[-1]
            for child in below:
                if child in masks:
                    sums[node] |= masks[child]
                elif child not in order:
                    order[child] = low[child] = len(order)
                    sums[child] = self._own(child)
                    stack.append(child)
                    work.append((child, self._below(child)))
                    break
                else:
                    low[node] = min(low[node], order[child])
            else:
                work.pop()
                if low[node] == order[node]:
                    self._close(node, stack, sums)
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[node])
                    sums[above] |= masks.get(node, sums[node])
        return masks[root]

    def _close(self, node: Node, stack: list[Node], sums: dict[Node, int]) -> None:
        position = stack.index(node) if len(stack) < 8 else _rindex(stack, node)
        members = stack[position:]
        del stack[position:]
        mask = 0
        for member in members:
            mask |= sums[member]
        for member in members:
            self._masks[member] = mask


def _rindex(stack: list[Node], node: Node) -> int:
    return next(i for i in range(len(stack) - 1, -1, -1) if stack[i] is node)


def fact_of_class(
    answer: Callable[Concatenate[Program, Class, P], R],
) -> Callable[Concatenate[Program, Class, P], R]:
    """Make what a function says of a class a node of its own."""
    name = answer.__name__

    def noted(program: Program, cls: Class, /, *rest: P.args, **named: P.kwargs) -> R:
        ledger = program.ledger
        if not ledger.is_recording:
            return answer(program, cls, *rest, **named)
        outer = ledger.enter((cls, name, rest))
        try:
            return answer(program, cls, *rest, **named)
        finally:
            ledger.into = outer

    return noted
