"""Import statements: the names they bind, and what each stands for."""

from __future__ import annotations

import ast
from sys import intern

from gdprlint.engine.declared import Module
from gdprlint.engine.facts import blocks
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.program import Program


def imported_names(
    program: Program, module: Module, node: ast.Import | ast.ImportFrom
) -> list[tuple[str, str]]:
    """The names an import binds, with what each stands for; star imports go to the module."""
    bound: list[tuple[str, str]] = []
    finder = program.finder
    if isinstance(node, ast.Import):
        for alias in node.names:
            module.imports.add(alias.name)
            module.imports.add(alias.name.partition(".")[0])
            if alias.asname:
                bound.append((alias.asname, finder.absolute(module.path, 0, alias.name)))
            else:
                top = alias.name.partition(".")[0]
                bound.append((top, finder.absolute(module.path, 0, top)))
        return bound
    source = node.module or ""
    if not node.level:
        module.imports.add(source)
        module.imports.add(source.partition(".")[0])
        module.imports.update([intern(f"{source}.{alias.name}") for alias in node.names])
    dotted = finder.absolute(module.path, node.level, source)
    for alias in node.names:
        if alias.name == "*":
            module.stars.append(dotted)
        else:
            glue = "" if dotted.endswith(":") else "."
            bound.append((alias.asname or alias.name, f"{dotted}{glue}{alias.name}"))
    return bound


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
