"""The program under analysis: its modules, loaded on demand, and the solver over its functions.

`Program.analyse` takes one file's text and returns what was observed in it. Other modules are
read only when something in the file leads there.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Container, Iterable
from functools import partial

from gdprlint.engine.catalogue import Catalogue
from gdprlint.engine.consulted import LEDGER, Ledger
from gdprlint.engine.declared import Class, Function, Lazy, Module
from gdprlint.engine.facts import declare
from gdprlint.engine.imports import Finder
from gdprlint.engine.language import Language
from gdprlint.engine.observations import (
    UNKNOWN,
    AnalysisError,
    Observations,
)
from gdprlint.engine.parsing import check_syntax, parse
from gdprlint.engine.summaries import Solver, Summary
from gdprlint.engine.values import Val
from gdprlint.policy.records import FileContext
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TypeVar

    from gdprlint.engine.earlier import Earlier
    from gdprlint.engine.sinks import TracedLeaf
    from gdprlint.engine.unknown import LibraryMethod
    from gdprlint.policy import Policy

    K = TypeVar("K")

_BUILTINS = {name: Val(ref="builtins." + name) for name in dir(builtins)}
_MISSING = Val(opaque=True)


class _Silence(dict[str, bool]):
    """By name: true if no context could make it personal."""

    def __init__(self, is_silent: Callable[[str], bool]) -> None:
        super().__init__()
        self._is_silent = is_silent

    def __missing__(self, name: str) -> bool:
        known = self[name] = self._is_silent(name)
        return known


class Options:
    """What the user's settings tell the engine (see `[tool.gdprlint]`)."""

    __slots__ = (
        "audit",
        "audit_names",
        "identify",
        "loggers",
        "sanitizers",
        "sink_words",
        "sinks",
        "watch",
        "watched_words",
    )

    def __init__(
        self,
        *,
        loggers: Iterable[str] = (),
        sinks: Iterable[str] = (),
        sanitizers: Iterable[str] = (),
        watch: Iterable[str] = (),
        audit: Iterable[str] = (),
        identify: bool = False,
    ) -> None:
        self.loggers = frozenset(loggers)
        self.sinks = frozenset(sinks)
        self.sink_words = frozenset(name.rpartition(".")[2] for name in self.sinks)
        self.sanitizers = frozenset(sanitizers)
        self.watch = frozenset(watch)
        self.watched_words = frozenset(name.rpartition(".")[2] for name in self.watch)
        self.audit = frozenset(audit)
        self.identify = identify
        self.audit_names = frozenset(call.rpartition(".")[2] for call in self.audit)


class Traced:
    """The line that `explain-flow` asks about, and the leaves seen there."""

    __slots__ = ("leaves", "line", "path")

    def __init__(self, path: str, line: int) -> None:
        self.path = path
        self.line = line
        self.leaves: list[TracedLeaf] = []


class Program:
    """All that is known of the project so far.

    `root` is the absolute project folder; `read` returns the text of a file given relative to
    it, or None when it cannot be read or decoded.
    """

    def __init__(
        self,
        root: str,
        policy: Policy,
        options: Options | None = None,
        read: Callable[[str], str | None] | None = None,
    ) -> None:
        self.root = root
        self.shared: dict[str, object] = {}
        self.policy = policy
        self.lexicon = policy.lexicon
        self.options = options or Options()
        self.catalogue = Catalogue(policy.catalogue)
        self.language = Language(policy.catalogue)
        self.level_methods = self.catalogue.level_methods | self.language.short_levels
        self.traced: Traced | None = None
        self.showing: list[Function] = []
        self.following = 0
        self.finder = Finder(root, read)
        self.ledger: Ledger = self.finder.ledger
        self.shared[LEDGER] = self.ledger
        self.modules: dict[str, Module | None] = {}
        self.earlier: dict[str, Earlier] = {}
        self._loaded_last: list[str] = []
        self._imported: dict[str, Val] = {}
        self.externals: dict[str, Val] = {}
        self.pending: list[Function] = []
        self.silent = _Silence(self.lexicon.is_silent)
        self.says_nothing: dict[str, bool] = {}
        self.plain_results: dict[str, Val | None] = {}
        self.library_methods: dict[tuple[tuple[str, ...], str], LibraryMethod | None] = {}
        self.solver = Solver(self._evaluate)

    def analyse(self, path: str, text: str) -> Observations:
        """Everything observed in the file at `path` (relative to the root), given its text."""
        from gdprlint.engine.observing import observe

        self.ledger.begin(path)
        module = self._loaded(path, text) or self._load(path, text)
        if isinstance(module, AnalysisError):
            return Observations(path, text, None, error=module)
        try:
            return observe(self, module, self.earlier.pop(path, None))
        except RecursionError:
            self.ledger.is_complete = False
            problem = AnalysisError(1, 1, "nested too deeply to be analysed")
            return Observations(path, text, None, error=problem)

    def skim(
        self, path: str, text: str, needs_tree: Callable[[Observations], bool]
    ) -> Observations:
        """The file with nothing observed, for one that need not be evaluated; also without its
        syntax, which is only checked, unless somebody `needs_tree` of such a file."""
        self.ledger.begin(path)
        seen = Observations(path, text, None, root=self.root, shared=self.shared)
        known = self._loaded(path, text)
        if known is not None:
            return seen._replace(tree=known.tree)
        tree = parse(path, text) if needs_tree(seen) else check_syntax(path, text)
        if isinstance(tree, AnalysisError):
            return Observations(path, text, None, error=tree)
        return seen._replace(tree=tree)

    def summary_of(self, function: Function) -> Summary:
        """The summary of a function of the project, evaluated now if need be."""
        self.ledger.into.add(function)
        return self.solver.summary_of(function)

    def _evaluate(self, function: Function) -> Summary:
        from gdprlint.engine.functions import evaluate_function

        ledger = self.ledger
        outer = ledger.enter(function)
        # how deep the one who asks has come is nothing to the function
        following, self.following = self.following, 0
        showing, self.showing = self.showing, []
        try:
            return evaluate_function(self, function)
        finally:
            self.following, self.showing = following, showing
            ledger.leave(outer)

    def module_at(self, path: str) -> Module | None:
        """The module in that file, loaded but not necessarily evaluated; None if unreadable."""
        self.ledger.read(path)
        if path in self.modules:
            return self.modules[path]
        text = self.finder.read(path)
        loaded = None if text is None else self._load(path, text)
        if loaded is None or isinstance(loaded, AnalysisError):
            self.modules[path] = None
            return None
        return loaded

    def loaded_among(self, paths: Container[str]) -> str:
        """Of some paths, the one whose module was loaded last and waits since; "" if none does."""
        while self._loaded_last:
            path = self._loaded_last.pop()
            if path in paths:
                return path
        return ""

    def _loaded(self, path: str, text: str) -> Module | None:
        """The module of that text, if it is loaded and still has its tree."""
        module = self.modules.get(path)
        is_whole = module is not None and module.tree is not None and module.text == text
        return module if is_whole else None

    def _load(self, path: str, text: str) -> Module | AnalysisError:
        tree = parse(path, text)
        if isinstance(tree, AnalysisError):
            return tree
        module = Module(self.finder.dotted_name(path), path, text, tree, self.finder.read)
        module.context = FileContext(
            imports=module.imports,
            text=lambda: module.text,
            on_languages=partial(self.ledger.speak, path),
        )
        self.modules[path] = module
        self._loaded_last.append(path)
        outer = self.ledger.enter(module)
        try:
            declare(module)
            self._bind_declared(module, tree)
        finally:
            self.ledger.leave(outer)
        return module

    def _bind_declared(self, module: Module, tree: ast.Module) -> None:
        from gdprlint.engine.importing import bind_imports, note_inner_imports

        bind_imports(self, module, tree)
        note_inner_imports(module)
        for function in module.functions:
            if function.cls is None and "." not in function.qualname:
                module.env.setdefault(function.name, Val(ref=function))
        for cls in module.classes:
            if "." not in cls.qualname:
                module.env.setdefault(cls.name, Val(ref=cls))

    def global_of(self, module: Module, name: str) -> Val | None:
        """The value of a global of `module`, evaluating its body and star imports if need be."""
        ledger = self.ledger
        if not ledger.is_recording:
            return self._global_of(module, name)
        outer = ledger.enter((module, name))
        ledger.into.add(module.body)
        try:
            return self._global_of(module, name)
        finally:
            ledger.leave(outer)

    def _global_of(self, module: Module, name: str) -> Val | None:
        if module.body.summary is None:
            self._run(module.body)
        value = module.env.get(name)
        if value is not None:
            return self.bound(module.env, name, value) if value.ref.__class__ is Lazy else value
        since = len(self.pending)
        seen = {module.path}
        for dotted in module.stars:
            value = self._star(module, dotted, name, seen)
            if value is not None:
                return self.keep(module.env, name, value, since)
        self.ledger.miss(module.path, name)
        return _BUILTINS.get(name)

    def _run(self, body: Function) -> None:
        """Evaluate a module's body; one that is at work already is noted as pending. What it asks
        of itself stands above, or nowhere yet: another round would tell no more."""
        if not self.solver.is_at_work(body):
            self.summary_of(body)
        if body.summary is None and (not self.pending or self.pending[-1] is not body):
            self.pending.append(body)

    def imported(self, dotted: str) -> Val:
        """An import that nobody has followed yet; modules that import the same share it."""
        known = self._imported.get(dotted)
        if known is None:
            known = self._imported[dotted] = Val(ref=Lazy(dotted))
        return known

    def bound(self, env: dict[str, Val], name: str, lazy: Val) -> Val:
        """What an import stands for that nobody has followed yet; kept in `env`."""
        if not isinstance(lazy.ref, Lazy):
            return lazy
        since = len(self.pending)
        env[name] = _MISSING
        value = self.resolve(lazy.ref.dotted)
        env[name] = value if self.is_settled(since) else lazy
        return value

    def is_settled(self, since: int) -> bool:
        """Whether no answer since `pending` had that length rests on a module's body that is still
        being evaluated: modules that import each other see half of each other for a while."""
        if all(body.summary is not None for body in self.pending[since:]):
            del self.pending[since:]
            return True
        return False

    def keep(self, table: dict[str, K], key: str, value: K, since: int) -> K:
        """Keep an answer if it is settled; one that is not is asked for again."""
        if self.is_settled(since):
            table[key] = value
        else:
            table.pop(key, None)
        return value

    def bases_of(self, module: Module, dotted: str) -> tuple[str, ...]:
        """The library classes that a class of the project inherits from, given its full name."""
        from gdprlint.engine.lineage import library_bases

        value = self.resolve(self.finder.absolute(module.path, 0, dotted))
        return library_bases(self, value.ref) if isinstance(value.ref, Class) else ()

    def constant_of(self, module: Module, dotted: str) -> object:
        """The text or number that a name of the module, or of one it imports, stands for."""
        name, _, rest = dotted.partition(".")
        value = self.global_of(module, name)
        if rest and value is not None and isinstance(value.ref, Module):
            value = self.global_of(value.ref, rest)
        elif rest:
            return UNKNOWN
        constant = None if value is None else value.const
        return constant if isinstance(constant, (str, int, float)) else UNKNOWN

    def _star(self, module: Module, dotted: str, name: str, seen: set[str]) -> Val | None:
        if name.startswith("_"):
            return None
        path = self.finder.find(dotted)
        source = self.module_at(path) if path and path not in seen else None
        if source is None:
            return None
        seen.add(source.path)
        self.ledger.into.add(source)
        if source.body.summary is None:
            self._run(source.body)
        if name in source.env:
            return self.global_of(source, name)
        for inner in source.stars:
            value = self._star(source, inner, name, seen)
            if value is not None:
                return value
        self.ledger.miss(source.path, name)
        return None

    def class_beside(self, module: Module, title: str) -> Val | None:
        """The class of that name in the module's folder, if exactly one file defines it."""
        folder = module.path.rpartition("/")[0]
        path = self.finder.class_home(folder, title)
        home = self.module_at(path) if path else None
        return None if home is None else self.global_of(home, title)

    def model_of(self, module: Module, label: str) -> Val | None:
        """The class that a text names in the file of a module: `app.Model`, as Django calls it,
        where the app lies beside the module or above it; `Model` in the module or its folder."""
        app, _, name = label.rpartition(".")
        known = self.global_of(module, name)
        if known is not None and known.ref is not None:
            return known
        if not app:
            return self.class_beside(module, name)
        folder = module.path
        while folder:
            folder = folder.rpartition("/")[0]
            home = f"./{folder}:{app}.models"
            if self.finder.find(home) is not None:
                return self.resolve(f"{home}.{name}")
        return None

    def resolve(self, dotted: str) -> Val:
        """The value an imported dotted name stands for: a project object or a library's name."""
        outer = self.ledger.enter(("dotted", dotted))
        try:
            return self._resolve(dotted)
        finally:
            self.ledger.leave(outer)

    def _resolve(self, dotted: str) -> Val:
        known = self.externals.get(dotted)
        if known is not None:
            return known
        since = len(self.pending)
        value = self._resolve_project(dotted)
        if value is None:
            value = self.external(dotted)
        return value if value is _MISSING else self.keep(self.externals, dotted, value, since)

    def _resolve_project(self, dotted: str) -> Val | None:
        path = self.finder.find(dotted)
        if path is not None:
            module = self.module_at(path)
            return _MISSING if module is None else Val(ref=module)
        if self.finder.is_package(dotted):
            return Val(ref=dotted)
        if not self.finder.is_project(dotted) or dotted.endswith(":"):
            return None
        parent, name = _parent(dotted)
        holder = self.resolve(parent).ref
        if isinstance(holder, Module):
            return self.global_of(holder, name) or _MISSING
        if isinstance(holder, Class):
            from gdprlint.engine.classes import class_attribute

            return class_attribute(self, holder, name) or _MISSING
        return _MISSING

    def external(self, dotted: str) -> Val:
        """The value of a library's dotted name, with its type when the catalogue knows it."""
        known = self.externals.get(dotted)
        if known is None:
            known = self.externals[dotted] = self._make_external(dotted)
        return known

    def _make_external(self, dotted: str) -> Val:
        from gdprlint.engine.factual import value_of_fact

        fact = self.catalogue.values.get(dotted)
        if fact is not None:
            return value_of_fact(self, fact, None)
        for prefix in self.language.constant_prefixes:
            if dotted.startswith(prefix):
                return Val(const=dotted[len(prefix) :].lower())
        if dotted in self.catalogue.constructors and dotted in self.catalogue.loggers:
            return Val(type=self.catalogue.constructors[dotted], ref=dotted)
        return Val(ref=dotted)


def _parent(dotted: str) -> tuple[str, str]:
    """`./base:a.b` -> (`./base:a`, "b"); `./base:a` -> (`./base:`, "a")."""
    base, _, rest = dotted.partition(":")
    holder, _, name = rest.rpartition(".")
    return f"{base}:{holder}", name
