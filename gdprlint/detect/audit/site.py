"""A function under the eyes of a rule of kind `audit`, and what its name and its calls say it does.

Words are data of the rules (`verbs`, `nouns`, `names`, `routes`); here is what they are compared
with: the names of functions and classes, routes, what is written.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from gdprlint.detect.audit.project import Function, Module
from gdprlint.detect.audit.syntax import calls_in
from gdprlint.detect.imports import dotted_name
from gdprlint.detect.pseudonym.bench import names, words_of
from gdprlint.model import Rule
from gdprlint.tuples import NamedTuple

DELETES = frozenset({"delete", "adelete", "delete_instance", "destroy", "unlink", "hard_delete"})
CREATES = frozenset({"create", "acreate", "get_or_create", "update_or_create", "insert"})
SESSIONS = frozenset({"session", "db", "sess", "_session", "dbsession", "s", "db_session"})
CHAINS = frozenset({"objects", "query", "select", "filter", "all", "_default_manager"})


class Effect(NamedTuple):
    """A node that carries out a duty; `classes` are the models it works on, `text` for messages."""

    node: ast.AST
    text: str
    classes: tuple[str, ...]
    is_deletion: bool = False


class Site(NamedTuple):
    """A function under the eyes of a rule, with the classes the engine saw at each place."""

    function: Function
    module: Module
    classes: Mapping[tuple[int, int], tuple[str, ...]]
    persons: tuple[str, ...]

    def classes_at(self, node: ast.expr) -> tuple[str, ...]:
        """The model an operation works on, nearest class first, as last names."""
        seen = self.classes.get((node.lineno, node.col_offset + 1), ())
        return tuple(name.rpartition(".")[2] for name in seen)


def speaks_of(site: Site, rule: Rule) -> bool:
    """Whether verb and noun of the function's name are the rule's; parameters may be the noun."""
    name = words_of(site.function.node.name)
    stems = tuple(names(rule, "verbs"))
    if not any(word.startswith(stems) for word in name):
        return False
    nouns = names(rule, "nouns")
    arguments = [arg.arg for arg in site.function.node.args.args]
    around = [*name, *(word for arg in arguments for word in words_of(arg))]
    if site.function.cls is not None:
        around += words_of(site.function.cls.name)
    return any(word in nouns or word.rstrip("s") in nouns for word in around)


def is_called(site: Site, rule: Rule) -> bool:
    """Whether the function's name, class or route matches the rule's expressions."""
    function = site.function
    name = snake(function.node.name)
    if function.cls is not None and function.node.name in ("get", "post", "retrieve", "list"):
        name = snake(function.cls.name)
    if any(re.search(pattern, name) for pattern in names(rule, "names")):
        return True
    return any(
        isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and any(re.search(pattern, part.value) for pattern in names(rule, "routes"))
        for decorator in function.node.decorator_list
        for part in ast.walk(decorator)
    )


def savings(site: Site) -> Iterator[Effect]:
    """Calls that store what the function changed."""
    for call in calls_in(site.function.node):
        if (
            isinstance(call.func, ast.Attribute) and call.func.attr in ("save", "asave", "commit")
        ) or (
            isinstance(call.func, ast.Attribute)
            and call.func.attr in ("update", "aupdate")
            and CHAINS.intersection(dotted_name(call.func, {}).split("."))
        ):
            yield Effect(call, ast.unparse(call), site.classes_at(call))


def snake(name: str) -> str:
    """`ConsentRecord` -> "consent_record"."""
    return "_".join(words_of(name))
