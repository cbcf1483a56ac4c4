"""Kind `transfer`: personal data handed to a third party -> findings.

A sink set of a third party is named like its processor. What the policy declares for that
processor stays silent; a plain HTTP call counts only if it names a host outside.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gdprlint.detect.flow import closeness
from gdprlint.detect.flow import detect as detect_flows
from gdprlint.detect.hosts import host_of, is_local
from gdprlint.detect.literals import Module, dotted, fold, open_module
from gdprlint.engine.observations import Flow, Observations
from gdprlint.model import Finding, Rule

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

HTTP = "http"


def detect(
    observations: Observations, rules: Sequence[Rule], policy: Policy, settings: Settings
) -> Iterator[Finding]:
    """One finding for each transfer that the policy does not declare."""
    flows = tuple(
        flow
        for flow in observations.flows
        if not is_declared(flow, policy, settings)
        and (flow.sinks != HTTP or _is_transfer(flow, observations, policy))
    )
    for finding in detect_flows(observations._replace(flows=flows), rules, policy, settings):
        yield finding._replace(message=_with_processor(finding, flows, policy))


def is_declared(flow: Flow, policy: Policy, settings: Settings) -> bool:
    """Whether the settings let the category go to the processor of the flow.

    Either `processors.NAME.categories` or `inventory.CATEGORY.sinks` names it.
    """
    entry = settings.processors.get(flow.sinks, {})
    allowed = entry.get("categories") if entry.get("dpa") else None
    if isinstance(allowed, Sequence) and closeness(flow.category, allowed, policy):
        return True
    for pattern, table in settings.inventory.items():
        sinks = table.get("sinks")
        is_named = isinstance(sinks, Sequence) and {flow.sinks, f"@{flow.sinks}"} & set(sinks)
        if is_named and closeness(flow.category, (pattern,), policy):
            return True
    return False


def _is_transfer(flow: Flow, observations: Observations, policy: Policy) -> bool:
    """A login sent over HTTP is the program's own; other data must leave the network."""
    category = policy.categories.get(flow.category)
    is_credential = category is not None and category.legal_class == "credential"
    is_login = is_credential or flow.category == "account.username"
    return not is_login and _leaves_project(flow, observations)


def _leaves_project(flow: Flow, observations: Observations) -> bool:
    """Whether the HTTP call around the flow names a host that is not of this network."""
    if observations.tree is None:
        return False
    module = open_module(observations.path, observations.text, observations.tree)
    call = _call_around(flow, observations.tree)
    host = host_of(url_start(call, module)) if call is not None else None
    return host is not None and not is_local(host)


def _call_around(flow: Flow, tree: ast.Module) -> ast.Call | None:
    found: ast.Call | None = None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            end = node.end_lineno or node.lineno
            if node.lineno <= flow.span.line <= end and dotted(node.func).endswith(flow.sink):
                found = node
    return found


def url_start(call: ast.Call, module: Module) -> object:
    """The URL of a request, or the constant text it starts with."""
    named = next((k.value for k in call.keywords if k.arg == "url"), None)
    node = named or (call.args[0] if call.args else None)
    if isinstance(node, ast.Name):
        node = module.names.get(node.id, node)
    if isinstance(node, ast.BinOp):
        node = node.left
    if isinstance(node, ast.JoinedStr):
        first = node.values[0] if node.values else None
        value = first.value if isinstance(first, ast.Constant) else None
        return value if isinstance(value, str) and value.count("/") >= 3 else None
    return fold(node, module).value if node is not None else None


def _with_processor(finding: Finding, flows: Sequence[Flow], policy: Policy) -> str:
    table: Mapping[str, Mapping[str, object]] = policy.catalogue.get("processor", {})
    sinks = next((flow.sinks for flow in flows if flow.span == finding.span), "")
    label = table.get(sinks, {}).get("label", "")
    return f"{finding.message} ({label})" if label else finding.message
