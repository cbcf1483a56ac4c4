"""What a module declares: its functions, classes and globals, as found before evaluation.

Objects here have identity and carry the little state that evaluation fills in (a function's
summary, a class's linearised bases); everything else in the engine is a value.
"""

from __future__ import annotations

import ast
import functools
import itertools
from collections.abc import Callable, Iterator, Sequence

from gdprlint.engine.values import Val
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import TypeAlias

    from gdprlint.engine.catalogue import LoggerSpec
    from gdprlint.engine.lineage import Member
    from gdprlint.engine.summaries import Summary
    from gdprlint.policy.records import FileContext, Match

_ids = itertools.count(1)
_NO_FLAGS: frozenset[str] = frozenset()
_PROPERTIES = (
    "property",
    "cached_property",
    "hybrid_property",
    "classproperty",
    "reify",
    "declared_attr",
)


class Param(NamedTuple):
    """A parameter; `kind` is "plain", "keyword" (keyword-only), "args" (`*x`) or "kwargs"."""

    name: str
    annotation: ast.expr | None
    default: ast.expr | None
    kind: str
    node: ast.arg | None


class Function:
    """A function, method or module body ("<module>") that is evaluated once, symbolically."""

    __slots__ = (
        "closure",
        "cls",
        "flags",
        "id",
        "is_property",
        "line",
        "mark",
        "module",
        "name",
        "node",
        "params",
        "partial",
        "qualname",
        "recursive",
        "summary",
    )

    def __init__(
        self,
        name: str,
        qualname: str,
        module: Module,
        node: FunctionNode,
        cls: Class | None = None,
        closure: dict[str, Val] | None = None,
    ) -> None:
        self.id = next(_ids)
        self.name = name
        self.qualname = qualname
        self.module = module
        self.node: FunctionNode | None = node
        self.line = getattr(node, "lineno", 0)
        self.cls = cls
        self.closure = closure
        self.flags = _flags(node)
        self.is_property = not self.flags.isdisjoint(_PROPERTIES)
        self.params = tuple(parameters(node)) if not isinstance(node, ast.Module) else ()
        self.summary: Summary | None = None
        self.partial: Summary | None = None
        self.mark = -1
        self.recursive = False

    def forget_syntax(self) -> None:
        """Let go of the tree once the summary is final; names and kinds of parameters stay."""
        self.node = None
        self.params = bare(tuple((p.name, p.kind) for p in self.params))

    def has_self(self) -> bool:
        """True if the first parameter is the instance (or the class) a method is called on."""
        return self.cls is not None and "staticmethod" not in self.flags

    def __repr__(self) -> str:
        return f"<function {self.module.name}:{self.qualname}>"


@functools.cache
def bare(params: tuple[tuple[str, str], ...]) -> tuple[Param, ...]:
    """Parameters by name and kind alone, the same object for all functions that share them."""
    return tuple(Param(name, None, None, kind, None) for name, kind in params)


class Place(NamedTuple):
    """Where a node stands, in the terms of `ast`, for one that need not be kept for it."""

    lineno: int
    col_offset: int
    end_lineno: int | None
    end_col_offset: int | None


class RawField(NamedTuple):
    """A name bound in a class body, not yet interpreted: its annotation, its value if that is
    something to interpret, and where it is bound."""

    annotation: ast.expr | None
    value: ast.expr | None
    place: Place


class Class:
    """A class of the project: bases and fields are syntax until somebody asks."""

    __slots__ = (
        "bases",
        "cache",
        "closure",
        "decorators",
        "fields",
        "found",
        "inner",
        "keywords",
        "line",
        "methods",
        "module",
        "name",
        "qualname",
        "stored",
        "writers",
    )

    def __init__(self, node: ast.ClassDef, qualname: str, module: Module) -> None:
        self.name = node.name
        self.qualname = qualname
        self.module = module
        self.line = node.lineno
        self.bases: Sequence[ast.expr] = node.bases or ()
        self.keywords = {k.arg: k.value for k in node.keywords if k.arg}
        self.decorators: Sequence[ast.expr] = node.decorator_list or ()
        self.fields: dict[str, RawField] = {}
        self.methods: dict[str, Function] = {}
        self.inner: dict[str, Class] = {}
        self.writers: dict[str, list[Function]] = {}
        self.closure: dict[str, Val] | None = None
        self.cache: dict[str, object] = {}
        self.found: dict[str, Member] = {}
        self.stored: dict[str, Val] = {}

    def __repr__(self) -> str:
        return f"<class {self.module.name}:{self.qualname}>"


class Module:
    """A loaded source file of the project."""

    __slots__ = (
        "_read",
        "_text",
        "asks_itself",
        "body",
        "classes",
        "context",
        "declared",
        "env",
        "functions",
        "imports",
        "is_ascii",
        "lines",
        "name",
        "names",
        "path",
        "stars",
        "tree",
    )

    def __init__(
        self,
        name: str,
        path: str,
        text: str,
        tree: ast.Module,
        read: Callable[[str], str | None],
    ) -> None:
        self.name = name
        self.path = path
        self._text: str | None = text
        self._read = read
        self.is_ascii = text.isascii()
        self.lines: list[str] | None = None
        self.tree: ast.Module | None = tree
        self.env: dict[str, Val] = {}
        self.stars: list[str] = []
        self.imports: set[str] = set()
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self.declared: dict[ast.stmt, Function | Class] = {}
        self.context: FileContext | None = None
        self.names: dict[tuple[str, tuple[str, ...], bool], Match | None] = {}
        self.asks_itself: frozenset[str] | None = None
        self.body = Function("<module>", "", self, tree)

    @property
    def text(self) -> str:
        """The source; read again if it was let go of, and empty if that fails."""
        return self._text if self._text is not None else self._read(self.path) or ""

    def forget_syntax(self) -> None:
        """Let go of the tree, and of the text if the same can be read again."""
        self.tree = None
        self.body.node = None
        self.declared.clear()
        self.names.clear()
        self.lines = None
        if self.is_ascii or self._read(self.path) == self._text:
            self._text = None

    def __repr__(self) -> str:
        return f"<module {self.name}>"


class Lazy(NamedTuple):
    """An import not yet resolved: the dotted name it stands for."""

    dotted: str


class Bound(NamedTuple):
    """A method together with the value it is called on."""

    function: Function
    receiver: Val


class Super(NamedTuple):
    """`super()` inside a method of `cls`."""

    cls: Class
    receiver: Val


class Partial(NamedTuple):
    """`functools.partial(target, *args, **keywords)`."""

    target: Val
    args: tuple[Val, ...]
    keywords: tuple[tuple[str, Val], ...]


class LogMethod(NamedTuple):
    """A level of a logger under another name: `log = logger.info`."""

    receiver: Val
    spec: LoggerSpec
    method: str


FunctionNode: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module"
TypeRef: TypeAlias = "Class | str"
Reference: TypeAlias = (
    "Function | Class | Module | Lazy | Bound | Super | Partial | LogMethod | str"
)


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[Param]:
    """The parameters of a function in order, with annotation and default."""
    args = node.args
    plain = [*args.posonlyargs, *args.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(args.defaults))
    for arg, default in zip(plain, [*defaults, *args.defaults], strict=True):
        yield Param(arg.arg, arg.annotation, default, "plain", arg)
    if args.vararg:
        yield Param(args.vararg.arg, args.vararg.annotation, None, "args", args.vararg)
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield Param(arg.arg, arg.annotation, default, "keyword", arg)
    if args.kwarg:
        yield Param(args.kwarg.arg, args.kwarg.annotation, None, "kwargs", args.kwarg)


def _flags(node: FunctionNode) -> frozenset[str]:
    decorators = getattr(node, "decorator_list", None)
    return _shared(frozenset(map(_last_name, decorators))) if decorators else _NO_FLAGS


@functools.cache
def _shared(flags: frozenset[str]) -> frozenset[str]:
    """The same object for all functions that are decorated alike."""
    return flags


def _last_name(node: ast.expr) -> str:
    while isinstance(node, ast.Call):
        node = node.func
    return bare_name(node)


def bare_name(node: object) -> str:
    """The last part of a name: `a.b` -> "b", `a` -> "a", anything else ""."""
    return getattr(node, "attr", getattr(node, "id", ""))
