"""A name a fix needs -> how to write it in this file, and the edit that imports it.

The import goes to the top-level imports of its section (standard library, third party, project),
in their order; never into `if TYPE_CHECKING:`, never before `__future__` or the docstring.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import libcst as cst

from gdprlint.fix.context import Setting, end_of, start_of
from gdprlint.fix.tree import Tree
from gdprlint.model import Edit, Span
from gdprlint.tuples import NamedTuple

FUTURE, STANDARD, THIRD_PARTY, PROJECT, RELATIVE = range(5)


class Imported(NamedTuple):
    """How a name is written, and the edits that make it so (none if it is there already)."""

    name: str
    edits: tuple[Edit, ...]


class Known(NamedTuple):
    """One import statement at the top of the module."""

    section: int
    module: str
    is_from: bool
    statement: cst.SimpleStatementLine
    node: cst.Import | cst.ImportFrom


def require(setting: Setting, module: str, name: str) -> Imported:
    """Make `name` of `module` available in the file."""
    tree = setting.tree
    known = list(top_level_imports(setting))
    bound = _bound_name(known, module, name)
    if bound:
        return Imported(bound, ())
    alias = f"gdpr_{name}" if name in _names_in(tree) else name
    written = name if alias == name else f"{name} as {alias}"
    for entry in known:
        if _takes(entry, module):
            return Imported(alias, (_joined(tree, entry.node, name, written),))
    line = f"from {module} import {written}"
    return Imported(alias, (_new_line(setting, known, module, line),))


def _takes(entry: Known, module: str) -> bool:
    node = entry.node
    return (
        isinstance(node, cst.ImportFrom)
        and entry.module == module
        and entry.section != RELATIVE
        and not isinstance(node.names, cst.ImportStar)
    )


def top_level_imports(setting: Setting) -> Iterator[Known]:
    """Import statements of the module's own body, in order."""
    for statement in setting.tree.module.body:
        if not isinstance(statement, cst.SimpleStatementLine):
            continue
        for node in statement.body:
            if isinstance(node, cst.Import):
                module = dotted(node.names[0].name)
                yield Known(section_of(setting, module), module, False, statement, node)
            elif isinstance(node, cst.ImportFrom):
                module = dotted(node.module) if node.module is not None else ""
                section = RELATIVE if node.relative else section_of(setting, module)
                yield Known(section, module, True, statement, node)


def dotted(node: cst.BaseExpression) -> str:
    """`a.b.c` as text, "" for anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        return f"{dotted(node.value)}.{node.attr.value}"
    return ""


def section_of(setting: Setting, module: str) -> int:
    """The section of the imports a module belongs to."""
    top = module.partition(".")[0]
    if top == "__future__":
        return FUTURE
    if top in sys.stdlib_module_names:
        return STANDARD
    return (
        PROJECT if setting.classes.is_project_module(setting.document.path, module) else THIRD_PARTY
    )


def _bound_name(known: Sequence[Known], module: str, name: str) -> str:
    for entry in known:
        if isinstance(entry.node, cst.ImportFrom):
            if not _takes(entry, module) or isinstance(entry.node.names, cst.ImportStar):
                continue
            for alias in entry.node.names:
                if dotted(alias.name) == name:
                    return alias.evaluated_alias or name
        else:
            for alias in entry.node.names:
                if dotted(alias.name) == module:
                    return f"{alias.evaluated_alias or module}.{name}"
    return ""


def _names_in(tree: Tree) -> set[str]:
    return {node.value for node in tree.nodes(cst.Name)}


def _joined(tree: Tree, node: cst.Import | cst.ImportFrom, name: str, written: str) -> Edit:
    """Add a name to `from module import ...` in its order."""
    aliases = node.names if not isinstance(node.names, cst.ImportStar) else ()
    later = next((a for a in aliases if member_order(dotted(a.name)) > member_order(name)), None)
    if later is not None:
        place = tree.span(later)
        gap = _gap_before(tree, node, later)
        return Edit(start_of(place), f"{written},{gap}")
    last = tree.span(aliases[-1])
    gap = _gap_before(tree, node, aliases[-1])
    return Edit(end_of(last), f",{gap}{written}")


def _gap_before(tree: Tree, node: cst.CSTNode, alias: cst.ImportAlias) -> str:
    place, line = tree.span(alias), tree.span(node).line
    return " " if place.line == line else "\n" + " " * (place.column - 1)


def member_order(name: str) -> tuple[int, str]:
    """isort's default order of members: constants, classes, the rest."""
    bare = name.strip("_")
    kind = 0 if bare.isupper() and len(bare) > 1 else 1 if bare[:1].isupper() else 2
    return kind, name


def _new_line(setting: Setting, known: Sequence[Known], module: str, line: str) -> Edit:
    tree = setting.tree
    section = section_of(setting, module)
    same = [entry for entry in known if entry.section == section]
    key = (True, module.lower())
    before = [entry for entry in same if (entry.is_from, entry.module.lower()) < key]
    if before:
        return _after(setting, before[-1].statement, line)
    if same:
        return _before(tree, same[0].statement, line)
    lower = [entry for entry in known if entry.section < section]
    if lower:
        return _after(setting, lower[-1].statement, f"\n{line}")
    if known:
        return _before(tree, known[0].statement, f"{line}\n")
    return _without_imports(setting, line)


def _without_imports(setting: Setting, line: str) -> Edit:
    body = setting.tree.module.body
    if body and is_docstring(body[0]):
        if len(body) == 1:
            return _after(setting, body[0], f"\n{line}")
        return _after(setting, body[0], f"\n{line}")
    if body:
        return _before(setting.tree, body[0], f"{line}\n")
    return Edit(Span(setting.document.path, 1, 1, 1, 1), f"{line}\n")


def is_docstring(statement: cst.CSTNode) -> bool:
    """Whether a statement is nothing but a string."""
    return (
        isinstance(statement, cst.SimpleStatementLine)
        and isinstance(statement.body[0], cst.Expr)
        and isinstance(statement.body[0].value, (cst.SimpleString, cst.ConcatenatedString))
    )


def _after(setting: Setting, statement: cst.CSTNode, line: str) -> Edit:
    number = setting.tree.span(statement).end_line
    end = len(setting.document.line(number)) + 1
    return Edit(Span(setting.document.path, number, end, number, end), f"\n{line}")


def _before(tree: Tree, statement: cst.CSTNode, line: str) -> Edit:
    place = tree.span(statement)
    decorators = getattr(statement, "decorators", ())
    number = min([place.line, *(tree.span(node).line for node in decorators)])
    return Edit(Span(tree.path, number, 1, number, 1), f"{line}\n")
