"""What the analysis of a file looked at outside of it, so that a stored result can be trusted.

Every answer the engine keeps (a function's summary, a fact of a class, the value of a global) is
a node; edges lead to the answers it was made of. The closure of a file's node names the *subjects*
that its result depends on: texts of other files, and what was asked of whole folders.

Where modules lie is asked far more often. Such a `Query` is noted for the file whose code asked;
its answer belongs to that file's text as far as others are concerned.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator

from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing_extensions import TypeVar, TypeVarTuple, Unpack

    from gdprlint.engine.declared import Class
    from gdprlint.engine.program import Program
    from gdprlint.engine.surface import Surface

    R = TypeVar("R")
    Ts = TypeVarTuple("Ts")
Node = Hashable
LEDGER = "ledger"
SUBJECT_MARK = "//"
"""What the subjects that are no file begin with; paths are relative."""


class Query(NamedTuple):
    """A question about where modules lie: "home", "find", "package", "name" (`Finder`)."""

    kind: str
    subject: str
    detail: str = ""


class Root(NamedTuple):
    """The node of a file that is analysed."""

    path: str


class Consulted(NamedTuple):
    """What the analysis of one file depends on, and what came to light on the way.

    `asked` are questions by the path they belong to, `missed` names that a module was asked for
    and lacks, `spoken` the languages (`told_languages`) that a module's names were read in,
    `unsteady` modules whose whole text mattered to others, each told once per process.
    """

    subjects: tuple[str, ...]
    asked: tuple[tuple[str, Query], ...] = ()
    missed: tuple[tuple[str, str], ...] = ()
    spoken: tuple[tuple[str, str], ...] = ()
    unsteady: tuple[str, ...] = ()
    surface: Surface | None = None


class Edges(set[Node]):
    """The answers one node was made of; `owner` is the path of the file it belongs to.

    A name that is resolved belongs to nobody: its questions are `asked` by whoever resolves it.
    """

    __slots__ = ("asked", "owner")

    def __init__(self, owner: str = "") -> None:
        super().__init__()
        self.owner = owner
        self.asked: set[Query] = set()


class Ledger:
    """Records consultations while `into`, the edges of the node at work, is being filled.

    Nothing is kept while `is_recording` is false: a run without a cache has no use for it.
    """

    __slots__ = (
        "_asked",
        "_earlier",
        "_masks",
        "_missed",
        "_new_asked",
        "_new_missed",
        "_new_spoken",
        "_new_unsteady",
        "_numbers",
        "_spoken",
        "_subjects",
        "_unsteady",
        "edges",
        "into",
        "is_complete",
        "is_recording",
        "surfaces",
    )

    def __init__(self) -> None:
        self.edges: dict[Node, Edges] = {}
        self.into = Edges()
        self.is_complete = True
        self.is_recording = True
        self.surfaces: dict[str, Surface] = {}
        self._subjects: list[str] = []
        self._numbers: dict[str, int] = {}
        self._masks: dict[Node, int] = {}
        self._earlier: dict[Node, int] = {}
        self._asked: dict[str, set[Query]] = {}
        self._new_asked: list[tuple[str, Query]] = []
        self._missed: set[tuple[str, str]] = set()
        self._new_missed: list[tuple[str, str]] = []
        self._spoken: set[tuple[str, str]] = set()
        self._new_spoken: list[tuple[str, str]] = []
        self._unsteady: set[str] = set()
        self._new_unsteady: list[str] = []

    def enter(self, node: Node) -> Edges:
        """Note `node` and fill its edges from now on; `leave` with the result after."""
        outer = self.into
        if self.is_recording:
            outer.add(node)
            known = self.edges.get(node)
            if known is None:
                known = self.edges[node] = Edges(_owner_of(node))
                if node in self._masks:  # asked anew: what it was made of before counts as well
                    self._earlier[node] = self._masks.pop(node)
            self.into = known
        return outer

    def leave(self, outer: Edges) -> None:
        """Fill `outer` again; the questions of a node without owner become those of `outer`."""
        inner, self.into = self.into, outer
        if inner.asked and inner is not outer:
            for query in inner.asked:
                self._note(outer, query)

    def ask(self, kind: str, subject: str, detail: str = "") -> None:
        """Note a question about where modules lie."""
        if self.is_recording:
            self._note(self.into, Query(kind, subject, detail))

    def depend(self, kind: str, subject: str) -> None:
        """Note that the answer depends on something whole: "beside", "trackers", "day", ..."""
        if self.is_recording:
            self.into.add(f"{SUBJECT_MARK}{kind}:{subject}")

    def read(self, path: str) -> None:
        """Note that the text of a file was looked at."""
        if self.is_recording:
            self.into.add(path)

    def read_whole(self, path: str) -> None:
        """Note that the text of a file was looked at, and more of it than others can ask for."""
        self.read(path)
        if self.is_recording and path not in self._unsteady:
            self._unsteady.add(path)
            self._new_unsteady.append(path)

    def miss(self, path: str, name: str) -> None:
        """Note that a module was asked for a global it lacks."""
        key = (path, name)
        if self.is_recording and key not in self._missed:
            self._missed.add(key)
            self._new_missed.append(key)

    def speak(self, path: str, languages: frozenset[str]) -> None:
        """Note the languages that the names of a module are read in: all of its text decides."""
        key = (path, told_languages(languages))
        if self.is_recording and key not in self._spoken:
            self._spoken.add(key)
            self._new_spoken.append(key)

    def missed_in(self, path: str) -> list[str]:
        """Names that a module was asked for and lacks, as far as was noted."""
        return [name for module, name in self._missed if module == path]

    def is_unsteady(self, path: str) -> bool:
        """Whether more was looked at of the text of a file than others can ask for."""
        return path in self._unsteady

    def begin(self, path: str) -> None:
        """What is noted from now on belongs to the file at `path`."""
        if not self.is_recording:
            self.into.clear()
            return
        root = Root(path)
        self._masks.pop(root, None)
        self.into = self.edges[root] = Edges(path)
        self.into.add(path)

    def consulted_by(self, path: str) -> Consulted | None:
        """What the analysis of a file depends on; None after one that was broken off."""
        if not (self.is_complete and self.is_recording):
            return None
        subjects = tuple(self._decoded(self._mask_of(Root(path))))
        news = Consulted(
            subjects,
            tuple(self._new_asked),
            tuple(self._new_missed),
            tuple(self._new_spoken),
            tuple(self._new_unsteady),
            self.surfaces.pop(path, None),
        )
        self._new_asked.clear()
        self._new_missed.clear()
        self._new_spoken.clear()
        self._new_unsteady.clear()
        return news

    def _note(self, into: Edges, query: Query) -> None:
        if not into.owner:
            into.asked.add(query)
            return
        known = self._asked.get(into.owner)
        if known is None:
            known = self._asked[into.owner] = set()
        if query not in known:
            known.add(query)
            self._new_asked.append((into.owner, query))

    def _decoded(self, mask: int) -> Iterator[str]:
        bits = f"{mask:b}"[::-1]
        number = bits.find("1")
        while number >= 0:
            yield self._subjects[number]
            number = bits.find("1", number + 1)

    def _own(self, node: Node) -> int:
        """The bit of a subject, or of the text that an engine's object comes from."""
        if isinstance(node, str):
            return 1 << self._number(node)
        earlier = self._earlier.get(node, 0)
        path = getattr(_module_of(node), "path", None)
        if path is None or isinstance(node, Root):
            return earlier
        return earlier | 1 << self._number(path)

    def _number(self, subject: str) -> int:
        known = self._numbers.get(subject)
        if known is None:
            known = self._numbers[subject] = len(self._subjects)
            self._subjects.append(subject)
        return known

    def _below(self, node: Node) -> Iterator[Node]:
        yield from self.edges.get(node, ())
        if not isinstance(node, (str, Root)):
            module = _module_of(node)
            if module is not node and (module in self.edges or module in self._masks):
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
        """Keep the sum of a component instead of its edges."""
        position = stack.index(node) if len(stack) < 8 else _rindex(stack, node)
        members = stack[position:]
        del stack[position:]
        mask = 0
        for member in members:
            mask |= sums[member]
        for member in members:
            self._masks[member] = mask
            self.edges.pop(member, None)


def told_languages(languages: Iterable[str]) -> str:
    """Languages as a text that is never empty."""
    return " ".join(sorted(languages)) or "-"


def _rindex(stack: list[Node], node: Node) -> int:
    return next(i for i in range(len(stack) - 1, -1, -1) if stack[i] is node)


def _module_of(node: Node) -> Node:
    """The module that an engine's object belongs to; another thing is its own."""
    holder = node[0] if isinstance(node, tuple) else node
    return getattr(holder, "module", holder)


def _owner_of(node: Node) -> str:
    return getattr(_module_of(node), "path", "")


def fact_of_class(
    answer: Callable[[Program, Class, Unpack[Ts]], R],
) -> Callable[[Program, Class, Unpack[Ts]], R]:
    """Make what a function says of a class a node of its own."""
    name = answer.__name__

    def noted(program: Program, cls: Class, /, *rest: Unpack[Ts]) -> R:
        ledger = program.ledger
        if not ledger.is_recording:
            return answer(program, cls, *rest)
        outer = ledger.enter((cls, name, rest))
        try:
            return answer(program, cls, *rest)
        finally:
            ledger.leave(outer)

    return noted
