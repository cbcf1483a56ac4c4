"""The project as the audit search reads it: syntax of its modules, and which function a call means.

The engine keeps values, not syntax; paths need syntax. Modules are parsed when a call leads there,
and once per run.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping

from gdprlint.detect.imports import dotted_name, imported_names
from gdprlint.engine.consulted import Ledger
from gdprlint.engine.imports import Finder
from gdprlint.files.source import read_source
from gdprlint.tuples import NamedTuple

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DISPATCH = frozenset({"delay", "apply_async", "apply", "send", "enqueue", "defer", "si", "s"})
"""Methods of task objects that run the task's function later."""
_SKIPPED = frozenset(
    {"node_modules", "__pycache__", "venv", "env", "build", "dist", "site-packages"}
)
_MAX_BASES = 6


class Function(NamedTuple):
    """A function of the project: its module, syntax and the class it is a method of."""

    path: str
    qualname: str
    node: FunctionDef
    cls: ast.ClassDef | None

    @property
    def key(self) -> tuple[str, str, int]:
        """What identifies the function."""
        return self.path, self.qualname, self.node.lineno


class Module(NamedTuple):
    """A parsed module: its imports as written, functions by qualified name, classes by name."""

    path: str
    text: str
    tree: ast.Module
    imports: Mapping[str, str]
    functions: Mapping[str, Function]
    classes: Mapping[str, ast.ClassDef]


class Project:
    """Modules below `root` (absolute), parsed on demand."""

    def __init__(self, root: str, ledger: Ledger) -> None:
        self.root = root
        self.ledger = ledger
        self._modules: dict[str, Module | None] = {}
        self._finder = Finder(root)
        self._finder.ledger = self.ledger
        self._texts: dict[str, str] | None = None

    def add(self, path: str, text: str, tree: ast.Module) -> Module:
        """The module of a file that is parsed already."""
        module = self._modules[path] = make_module(path, text, tree)
        return module

    def module_at(self, path: str) -> Module | None:
        """The module in a file, None if it cannot be read or parsed."""
        self.ledger.read_whole(path)
        if path not in self._modules:
            source = read_source(os.path.join(self.root, path), path)
            try:
                tree = None if source.error else ast.parse(source.text)
            except (SyntaxError, ValueError, RecursionError):
                tree = None
            self._modules[path] = None if tree is None else make_module(path, source.text, tree)
        return self._modules[path]

    def dotted_of(self, function: Function) -> str:
        """The dotted name of a function, as a policy would write it."""
        return f"{self._finder.dotted_name(function.path)}.{function.qualname}"

    def module_name(self, path: str) -> str:
        """The dotted name of a module."""
        return self._finder.dotted_name(path)

    def note_world(self) -> None:
        """The file at work depends on every Python file below the root."""
        self.ledger.depend("world", self.root)

    def texts(self) -> Mapping[str, str]:
        """The texts of all Python files below the root, read when the first search needs them."""
        self.note_world()
        if self._texts is None:
            self._texts = dict(self._read_all())
        return self._texts

    def _read_all(self) -> Iterator[tuple[str, str]]:
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(f for f in folders if f not in _SKIPPED and not f.startswith("."))
            for name in sorted(files):
                if name.endswith(".py"):
                    path = os.path.relpath(os.path.join(folder, name), self.root)
                    path = path.replace(os.sep, "/")
                    source = read_source(os.path.join(self.root, path), path)
                    if not source.error:
                        yield path, source.text

    def callee(self, call: ast.Call, module: Module, around: Function | None) -> Function | None:
        """The function of the project that a call runs, if it can be told."""
        return self.function_of(call.func, module, around)

    def function_of(
        self, node: ast.expr, module: Module, around: Function | None
    ) -> Function | None:
        """The function an expression denotes."""
        if isinstance(node, ast.Name):
            if around is not None:
                local = module.functions.get(f"{around.qualname}.{node.id}")
                if local is not None:
                    return local
            found = module.functions.get(node.id)
            return found or self._imported(module, module.imports.get(node.id, ""), 0)
        if not isinstance(node, ast.Attribute):
            return None
        base = node.value
        if isinstance(base, ast.Name) and base.id in ("self", "cls") and around and around.cls:
            return self.method(module, around.cls, node.attr, 0)
        if isinstance(base, ast.Call) and isinstance(base.func, ast.Name):
            if base.func.id == "super" and around is not None and around.cls is not None:
                return self._inherited(module, around.cls, node.attr, 0)
            cls = self.class_named(module, base.func.id)
            return self.method(*cls, node.attr, 0) if cls else None
        if node.attr in DISPATCH:
            task = self.function_of(base, module, around)
            if task is not None:
                return task
        if isinstance(base, ast.Name) and base.id in module.classes:
            return self.method(module, module.classes[base.id], node.attr, 0)
        dotted = dotted_name(node, module.imports)
        head = dotted_name(base, {})
        if head.partition(".")[0] not in module.imports:
            return None
        return self._imported(module, dotted, 0)

    def method(self, module: Module, cls: ast.ClassDef, name: str, depth: int) -> Function | None:
        """The method of that name, through the bases that lie in the project."""
        own = module.functions.get(f"{cls.name}.{name}")
        return own or self._inherited(module, cls, name, depth)

    def _inherited(
        self, module: Module, cls: ast.ClassDef, name: str, depth: int
    ) -> Function | None:
        if depth >= _MAX_BASES:
            return None
        for base in cls.bases:
            found = self.class_named(module, dotted_name(base, {}))
            method = self.method(*found, name, depth + 1) if found else None
            if method is not None:
                return method
        return None

    def class_named(self, module: Module, name: str) -> tuple[Module, ast.ClassDef] | None:
        """A class of the project by the name a module knows it under."""
        head, _, rest = name.partition(".")
        if not rest and name in module.classes:
            return module, module.classes[name]
        dotted = module.imports.get(head, "")
        return self._imported_class(module, f"{dotted}.{rest}" if rest else dotted, 0)

    def _imported_class(
        self, module: Module, dotted: str, depth: int
    ) -> tuple[Module, ast.ClassDef] | None:
        place = self.locate(module.path, dotted)
        if place is None or not place[1] or depth > 3:
            return None
        found, name = place
        if name in found.classes:
            return found, found.classes[name]
        if name in found.imports:
            return self._imported_class(found, found.imports[name], depth + 1)
        return None

    def _imported(self, module: Module, dotted: str, depth: int) -> Function | None:
        place = self.locate(module.path, dotted)
        if place is None or depth > 3:
            return None
        found, name = place
        if name in found.functions:
            return found.functions[name]
        head, _, rest = name.partition(".")
        if head in found.imports:
            further = found.imports[head]
            return self._imported(found, f"{further}.{rest}" if rest else further, depth + 1)
        return None

    def locate(self, path: str, dotted: str) -> tuple[Module, str] | None:
        """The module a dotted name (relative dots kept) lies in, and the rest of the name."""
        bare = dotted.lstrip(".")
        if not bare:
            return None
        parts = bare.split(".")
        for size in range(len(parts), 0, -1):
            full = self._finder.absolute(path, len(dotted) - len(bare), ".".join(parts[:size]))
            file = self._finder.find(full)
            module = self.module_at(file) if file else None
            if module is not None:
                return module, ".".join(parts[size:])
        return None


def make_module(path: str, text: str, tree: ast.Module) -> Module:
    """Index a module's functions and classes."""
    functions: dict[str, Function] = {}
    classes: dict[str, ast.ClassDef] = {}
    _index(path, tree.body, "", None, functions, classes)
    return Module(path, text, tree, imported_names(tree), functions, classes)


def _index(
    path: str,
    body: list[ast.stmt],
    prefix: str,
    cls: ast.ClassDef | None,
    functions: dict[str, Function],
    classes: dict[str, ast.ClassDef],
) -> None:
    for statement in body:
        if isinstance(statement, FUNCTIONS):
            name = prefix + statement.name
            functions[name] = Function(path, name, statement, cls)
            _index(path, statement.body, f"{name}.", None, functions, classes)
        elif isinstance(statement, ast.ClassDef):
            classes.setdefault(statement.name, statement)
            inner = f"{statement.name}."
            _index(path, statement.body, inner, statement, functions, classes)
        else:
            for field in ("body", "orelse", "finalbody"):
                _index(path, getattr(statement, field, []), prefix, cls, functions, classes)
            for handler in getattr(statement, "handlers", ()):
                _index(path, handler.body, prefix, cls, functions, classes)
