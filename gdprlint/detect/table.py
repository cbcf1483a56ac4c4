"""Tables `[[match.class]]`: a stored event about a person, and nothing in its file that ends it.

In comes the syntax of a module, out go findings at the classes of database models whose name
speaks of events and whose fields hold a person. A purge that the file mentions keeps them silent.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from gdprlint.detect.flow import closeness
from gdprlint.detect.guarded import is_unlikely_to_run
from gdprlint.detect.imports import dotted_name, imported_names
from gdprlint.detect.module import Module, dotted, span_of
from gdprlint.detect.walking import all_nodes
from gdprlint.engine.observations import Observations
from gdprlint.model import Finding, Rule

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

Table = Mapping[str, Any]
_PERSON = re.compile(r"AUTH_USER_MODEL|(?:^|\W)[\w.]*\.?(?:User|Customer|Patient|Person|Member)\b")
_LINK = re.compile(r"(ForeignKey|OneToOneField|relationship)$")
_BY_TYPE: Mapping[str, str] = {
    "EmailField": "contact.email",
    "GenericIPAddressField": "online.ip_address",
    "PhoneNumberField": "contact.phone",
    "INET": "online.ip_address",
}


def detect(
    observations: Observations, rules: Sequence[Rule], policy: Policy, settings: Settings
) -> Iterator[Finding]:
    """The findings in the models of one module."""
    if observations.tree is None:
        return
    for rule in rules:
        for table in cast("Sequence[Table]", rule.match["class"]):
            if not re.search(table["unless_called"], observations.text):
                yield from _stored_events(observations.tree, table, rule, observations, policy)


def _stored_events(
    tree: ast.Module,
    table: Table,
    rule: Rule,
    observations: Observations,
    policy: Policy,
) -> Iterator[Finding]:
    module = Module(observations.path, observations.text, tree)
    imports = imported_names(tree)
    for node in all_nodes(tree):
        if not isinstance(node, ast.ClassDef) or not re.search(table["name"], node.name):
            continue
        bases = [dotted_name(base, imports) for base in node.bases]
        if not any(re.search(table["base"], base) for base in bases):
            continue
        fields = list(_personal_fields(node, table["categories"], policy))
        if not fields or _is_abstract(node):
            continue
        span = span_of(module, node)._replace(end_line=node.lineno)
        is_doubtful = is_unlikely_to_run(span, None)
        yield Finding(
            rule=rule.id,
            severity=rule.severity,
            confidence="possible" if is_doubtful else "likely",
            message=table["message"].format(name=node.name, fields=", ".join(fields[:3])),
            span=span._replace(end_column=span.column + len(f"class {node.name}")),
            reason=f"fields {', '.join(fields)}; the file mentions no purge",
            expr=node.name,
            symbol=node.name,
            remedy=rule.remedy,
        )


def _personal_fields(
    node: ast.ClassDef, categories: Sequence[str], policy: Policy
) -> Iterator[str]:
    for statement in node.body:
        name, value = _field(statement)
        if not name:
            continue
        kind = dotted(value.func).rpartition(".")[2] if isinstance(value, ast.Call) else ""
        if isinstance(value, ast.Call) and _LINK.search(kind):
            if value.args and _PERSON.search(ast.unparse(value.args[0])):
                yield name
            continue
        match = policy.lexicon.classify(name)
        known = match.category if match is not None and match.confidence != "possible" else ""
        if closeness(_BY_TYPE.get(kind, known), categories, policy):
            yield name


def _field(statement: ast.stmt) -> tuple[str, ast.expr | None]:
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id, statement.value
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id, statement.value
    return "", None


def _is_abstract(node: ast.ClassDef) -> bool:
    inner = [part for part in ast.walk(node) if isinstance(part, ast.Assign)]
    named = [(name, value) for name, value in map(_field, inner) if name.strip("_") == "abstract"]
    return any(isinstance(value, ast.Constant) and value.value is True for _, value in named)
