"""Import statements: the names they bind, and what each stands for."""

from __future__ import annotations

import ast
import re
from sys import intern

from gdprlint.engine.declared import Module
from gdprlint.engine.facts import blocks, functions_around, nodes_of
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.program import Program

_INNER = re.compile(r"\n[ \t]+(?:from|import)[ \t]")


def imported_names(
    program: Program, module: Module, node: ast.Import | ast.ImportFrom
) -> list[tuple[str, str]]:
    """The names an import binds, with what each stands for; star imports go to the module."""
    bound: list[tuple[str, str]] = []
    finder = program.finder
    _note(module, node)
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                bound.append((alias.asname, finder.absolute(module.path, 0, alias.name)))
            else:
                top = alias.name.partition(".")[0]
                dotted = finder.absolute(module.path, 0, alias.name)
                bound.append((top, dotted.removesuffix(alias.name[len(top) :])))
        return bound
    source = node.module or ""
    dotted = finder.absolute(module.path, node.level, source)
    for alias in node.names:
        if alias.name == "*":
            module.stars.append(dotted)
        else:
            glue = "" if dotted.endswith(":") else "."
            bound.append((alias.asname or alias.name, f"{dotted}{glue}{alias.name}"))
    return bound


def _note(module: Module, node: ast.Import | ast.ImportFrom) -> None:
    """Let a module know what it imports, under full names and those of the packages."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            module.imports.update((alias.name, alias.name.partition(".")[0]))
    elif not node.level:
        source = node.module or ""
        module.imports.update((source, source.partition(".")[0]))
        module.imports.update([intern(f"{source}.{alias.name}") for alias in node.names])


def note_inner_imports(module: Module) -> None:
    """Let a module know what its functions import, whether they are evaluated or not."""
    if _INNER.search(module.text) is None:
        return
    functions = sorted((f for f in module.functions if f.node is not None), key=lambda f: f.line)
    around = (function for _, function in functions_around(_INNER, module.text, functions))
    for function in dict.fromkeys(around):
        for node in nodes_of(function.node):  # type: ignore[arg-type]
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                _note(module, node)


def bind_imports(program: Program, module: Module, tree: ast.Module) -> None:
    """Bind every import at module level, lazily, before the body runs."""
    pending: list[list[ast.stmt]] = [tree.body]
    while pending:
        for statement in pending.pop():
            kind = statement.__class__
            if kind is ast.Import or kind is ast.ImportFrom:
                for name, dotted in imported_names(program, module, statement):  # type: ignore[arg-type]
                    module.env.setdefault(name, program.imported(dotted))
            elif kind is ast.If or kind is ast.Try or kind is ast.With:
                pending.extend(blocks(statement))
