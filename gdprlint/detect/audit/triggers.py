"""Where a duty is carried out: effects on persons, on consent, on copies of a person's data.

Words are data of the rules (`verbs`, `nouns`, `fields`, `names`, `routes`); here is what they are
compared with: the names of functions and classes, the types the engine found, what is written.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import pairwise

from gdprlint.detect.audit.paths import last_name
from gdprlint.detect.audit.project import Function, Module
from gdprlint.detect.imports import dotted_name
from gdprlint.detect.pseudonym.bench import names, words_of
from gdprlint.model import Rule
from gdprlint.tuples import NamedTuple

DELETES = frozenset({"delete", "adelete", "delete_instance", "destroy", "unlink", "hard_delete"})
SAVES = frozenset({"save", "asave", "commit", "flush", "update", "aupdate", "put", "bulk_update"})
CREATES = frozenset({"create", "acreate", "get_or_create", "update_or_create", "insert"})
SESSIONS = frozenset({"session", "db", "sess", "_session", "dbsession", "s", "db_session"})
CHAINS = frozenset({"objects", "query", "select", "filter", "all", "_default_manager"})
_NO_COPY = re.compile(r"redirect|forbidden|notfound|badrequest|error|404|render|template|super|"
                      r"gone|invalid|abort|permission|unauthor", re.IGNORECASE)  # fmt: skip


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


def find_effects(site: Site, rule: Rule) -> Iterator[Effect]:
    """The effects in one function that a rule of kind `audit` asks an event for."""
    yield from FINDERS[str(rule.match["effect"])](site, rule)


def erasures(site: Site, rule: Rule) -> Iterator[Effect]:
    """Deletion of persons; saving in a function that says it forgets or anonymises one."""
    created = created_names(site.function.node)
    for call in calls_in(site.function.node):
        target = deleted(call, site)
        if target is None:
            continue
        written, classes = target
        if written in created or not is_person(written, classes, site, rule):
            continue
        yield Effect(call, ast.unparse(call), classes, is_deletion=True)
    if speaks_of(site, rule):
        yield from savings(site)


def deleted(call: ast.Call, site: Site) -> tuple[str, tuple[str, ...]] | None:
    """What a call deletes: as written, and the classes known of it."""
    func = call.func
    if not isinstance(func, ast.Attribute):
        return None
    if func.attr in ("delete", "adelete") and call.args and last_name(func.value) in SESSIONS:
        return ast.unparse(call.args[0]), site.classes_at(call)
    if func.attr in DELETES and call.args and last_name(func.value)[:1].isupper():
        return ast.unparse(func.value), (last_name(func.value),)
    if func.attr in ("execute", "exec") and call.args and isinstance(call.args[0], ast.Call):
        statement = dotted_name(call.args[0], {})
        model = model_of_statement(call.args[0])
        return (model, (model,)) if statement.startswith("delete") and model else None
    if func.attr in DELETES and not call.args:
        head = dotted_name(func.value, {}).split(".")
        chained = next((a for a, b in pairwise(head) if b in CHAINS), "")
        classes = site.classes_at(call) or ((chained,) if chained[:1].isupper() else ())
        return ast.unparse(func.value), classes
    return None


def model_of_statement(call: ast.Call) -> str:
    """The model of `delete(User).where(...)`."""
    current: ast.AST = call
    while isinstance(current, ast.Call):
        if last_name(current) == "delete" and current.args:
            return last_name(current.args[0])
        current = getattr(current.func, "value", current.func)
    return ""


def created_names(node: ast.AST) -> Collection[str]:
    """Variables that the function itself filled with a new record: deleting those undoes it."""
    return {
        target.id
        for statement in ast.walk(node)
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
        and (last_name(statement.value) in CREATES or last_name(statement.value)[:1].isupper()
             or last_name(statement.value).startswith(("create_", "make_")))
        for target in statement.targets
        if isinstance(target, ast.Name)
    }  # fmt: skip


def is_person(written: str, classes: tuple[str, ...], site: Site, rule: Rule) -> bool:
    """Whether a record stands for a person: by its class, else by the name it goes by."""
    if classes:
        return any(is_person_class(name, site, rule) for name in classes)
    if "(" in written:
        return False
    return last_word_name(written) in names(rule, "nouns")


def is_person_class(name: str, site: Site, rule: Rule) -> bool:
    """`User`, `AbstractUser`, `PatientProfile`, and what the settings add; a `ServiceUser` or a
    `GroupMember` only links a person to something."""
    words = words_of(name)
    nouns = names(rule, "nouns")
    if name in site.persons or name.lower() in nouns:
        return True
    if len(words) != 2:
        return False
    first, second = words
    is_qualified = second in nouns and first in names(rule, "qualifiers")
    return is_qualified or (first in nouns and second in ("profile", "account", "record"))


def last_word_name(written: str) -> str:
    """`request.user` -> "user", `self.old_customer` -> "old_customer"."""
    return written.rpartition(".")[2].lower().lstrip("_")


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


def consents(site: Site, rule: Rule) -> Iterator[Effect]:
    """Consent given or withdrawn: a consent field is stored, a consent record made or removed."""
    fields = re.compile("|".join(names(rule, "fields")))
    records = re.compile("|".join(names(rule, "classes")))
    changed = changed_owners(site.function.node, fields)
    for call in calls_in(site.function.node):
        func = call.func
        if not isinstance(func, ast.Attribute):
            continue
        owner = ast.unparse(func.value)
        classes = site.classes_at(call)
        on_consent = any(records.search(snake(name)) for name in (*classes[:1], *chain_heads(func)))
        if func.attr in SAVES and owner in changed:
            yield Effect(call, f"{changed[owner]}; {ast.unparse(call)}", classes)
        elif func.attr == "commit" and last_name(func.value) in SESSIONS and changed:
            yield Effect(call, f"{next(iter(changed.values()))}; {ast.unparse(call)}", classes)
        elif func.attr in ("update", "aupdate", "filter_by") and has_field(call, fields):
            yield Effect(call, ast.unparse(call), classes)
        elif on_consent and func.attr in (CREATES | DELETES | {"save", "withdraw", "revoke"}):
            yield Effect(call, ast.unparse(call), classes, is_deletion=func.attr in DELETES)


def changed_owners(node: ast.AST, fields: re.Pattern[str]) -> Mapping[str, str]:
    """Objects whose consent field the function sets, and the assignment as written."""
    found: dict[str, str] = {}
    for statement in ast.walk(node):
        targets = statement.targets if isinstance(statement, ast.Assign) else ()
        for target in targets:
            if isinstance(target, ast.Attribute) and fields.search(target.attr.lower()):
                found.setdefault(ast.unparse(target.value), ast.unparse(target) + " = ...")
    return found


def chain_heads(func: ast.Attribute) -> tuple[str, ...]:
    """The model, or the variable, that a method is called on."""
    parts = dotted_name(func.value, {}).split(".")
    return tuple(part for part in parts if part and part not in CHAINS and part != "self")[-1:]


def has_field(call: ast.Call, fields: re.Pattern[str]) -> bool:
    """Whether a keyword sets a consent field."""
    return any(k.arg and fields.search(k.arg.lower()) for k in call.keywords)


def snake(name: str) -> str:
    """`ConsentRecord` -> "consent_record"."""
    return "_".join(words_of(name))


def rights_changes(site: Site, rule: Rule) -> Iterator[Effect]:
    """Rectification, restriction, objection: stored in a function that says so."""
    if speaks_of(site, rule):
        yield from savings(site)


def copies(site: Site, rule: Rule) -> Iterator[Effect]:
    """What a function hands out whose name or route says it copies a person's data."""
    if is_called(site, rule):
        yield from handed_out(site)


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


def handed_out(site: Site) -> Iterator[Effect]:
    """Returns that carry something: not None, not an error, not a page, not a redirect."""
    for node in own_nodes(site.function.node):
        if not isinstance(node, ast.Return) or node.value is None:
            continue
        value = node.value
        if isinstance(value, ast.Constant) or is_refusal(value):
            continue
        yield Effect(node, ast.unparse(value), ())


def is_refusal(value: ast.expr) -> bool:
    """An error response, a redirect, a page: no copy of data."""
    if isinstance(value, ast.Tuple) and value.elts:
        status = value.elts[-1]
        if isinstance(status, ast.Constant) and isinstance(status.value, int):
            return status.value >= 300
    if not isinstance(value, ast.Call):
        return False
    if _NO_COPY.search(dotted_name(value.func, {})):
        return True
    return any(
        keyword.arg in ("status", "status_code", "code")
        and re.search(r"[345]\d\d", ast.unparse(keyword.value)) is not None
        for keyword in value.keywords
    )


def reversals(site: Site, rule: Rule) -> Iterator[Effect]:
    """What a function hands out that leads from a pseudonym back to the person."""
    if is_called(site, rule):
        yield from handed_out(site)


def calls_in(node: ast.AST) -> Iterator[ast.Call]:
    """The calls of a function itself, in source order."""
    found = [part for part in own_nodes(node) if isinstance(part, ast.Call)]
    yield from sorted(found, key=lambda call: (call.lineno, call.col_offset))


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            yield from own_nodes(child)


FINDERS: Mapping[str, Callable[[Site, Rule], Iterator[Effect]]] = {
    "erasure": erasures,
    "consent": consents,
    "change": rights_changes,
    "copy": copies,
    "reversal": reversals,
}
