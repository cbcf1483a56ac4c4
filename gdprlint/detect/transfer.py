"""Kind `transfer`: personal data handed to a third party -> findings.

A sink set of a third party is named like its processor. What the policy declares for that
processor stays silent; a plain HTTP call counts only if it names a host outside.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gdprlint.detect.flow import closeness
from gdprlint.detect.flow import detect as detect_flows
from gdprlint.detect.folding import fold
from gdprlint.detect.hosts import host_of, is_local
from gdprlint.detect.module import Module, dotted
from gdprlint.detect.walking import walk_lines
from gdprlint.engine.observations import Flow, Observations
from gdprlint.model import Finding, Rule

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

HTTP = "http"
MAX_STEPS = 6


def detect(
    observations: Observations, rules: Sequence[Rule], policy: Policy, settings: Settings
) -> Iterator[Finding]:
    """One finding for each transfer that the policy does not declare."""
    hosts = Hosts(observations)
    flows = tuple(
        flow
        for flow in observations.flows
        if not is_declared(flow, policy, settings)
        and not _came_from_there(flow)
        and (flow.sinks != HTTP or _is_transfer(flow, hosts, policy))
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


def _came_from_there(flow: Flow) -> bool:
    """Whether what a service's object holds goes back to it: the title of a chat to the chat."""
    return re.match(rf"(?i)`(gdprlint\.)?{flow.sinks}", flow.reason) is not None


def _is_transfer(flow: Flow, hosts: Hosts, policy: Policy) -> bool:
    """A login sent over HTTP is the program's own; other data must leave the network."""
    category = policy.categories.get(flow.category)
    is_credential = category is not None and category.legal_class == "credential"
    is_login = is_credential or flow.category == "account.username"
    if is_login:
        return False
    host = hosts.around(flow)
    return host is not None and not is_local(host) and not _carries(host, flow, policy)


def _carries(host: str, flow: Flow, policy: Policy) -> bool:
    """Whether a host takes the datum in order to reach the person: a number at a text service."""
    messengers: Mapping[str, Sequence[str]] = policy.catalogue.get("messengers", {})
    return flow.category in messengers.get("categories", ()) and any(
        f".{host}".endswith(f".{known}") for known in messengers.get("hosts", ())
    )


class Hosts:
    """The hosts that the HTTP calls of a file name, each looked for once."""

    def __init__(self, observations: Observations) -> None:
        self._observations = observations
        self._module: Module | None = None
        self._known: dict[tuple[int, str], str | None] = {}

    def around(self, flow: Flow) -> str | None:
        """The host that the HTTP call around the flow names."""
        key = (flow.span.line, flow.sink)
        if key not in self._known:
            self._known[key] = self._find(flow)
        return self._known[key]

    def _find(self, flow: Flow) -> str | None:
        seen = self._observations
        if seen.tree is None:
            return None
        if self._module is None:
            self._module = Module(seen.path, seen.text, seen.tree, seen.constant)
        call = _call_around(flow, seen.tree)
        return host_of(url_start(call, self._module)) if call is not None else None


def _call_around(flow: Flow, tree: ast.Module) -> ast.Call | None:
    found: ast.Call | None = None
    for node in walk_lines(tree, [flow.span.line]):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and dotted(node.func).endswith(flow.sink)
        ):
            found = node
    return found


def url_start(call: ast.Call, module: Module) -> object:
    """The URL of a request, or the constant text it starts with."""
    named = next((k.value for k in call.keywords if k.arg == "url"), None)
    node = named or (call.args[0] if call.args else None)
    return _start_of(node, module) if node is not None else None


def _start_of(node: ast.expr, module: Module, depth: int = 0) -> object:
    """The constant text an expression begins with, up to where its host is fixed."""
    if depth > MAX_STEPS:
        return None
    if isinstance(node, ast.Name) and node.id in module.names:
        return _start_of(module.names[node.id], module, depth + 1)
    if isinstance(node, ast.Attribute) and dotted(node.value) in ("self", "cls"):
        bound = module.names.get(node.attr)
        return _start_of(bound, module, depth + 1) if bound is not None else None
    if isinstance(node, ast.BinOp):
        return _start_of(node.left, module, depth + 1)
    if isinstance(node, ast.Call):
        return _start_of_call(node, module, depth)
    if isinstance(node, ast.JoinedStr):
        return _joined_start(node, module, depth)
    return fold(node, module).value


def _start_of_call(node: ast.Call, module: Module, depth: int) -> object:
    """What `"...".format(x)` and `urljoin(base, path)` begin with."""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _start_of(node.func.value, module, depth + 1)
    if dotted(node.func).rpartition(".")[2] == "urljoin" and node.args:
        return _start_of(node.args[0], module, depth + 1)
    return fold(node, module).value


def _joined_start(node: ast.JoinedStr, module: Module, depth: int) -> object:
    first = node.values[0] if node.values else None
    start: object = None
    if isinstance(first, ast.Constant):
        start = first.value
    elif isinstance(first, ast.FormattedValue):
        start = _start_of(first.value, module, depth + 1)
        after = node.values[1] if len(node.values) > 1 else None
        if isinstance(after, ast.Constant) and str(after.value).startswith(("/", "?", ":")):
            return start
    return start if isinstance(start, str) and start.count("/") >= 3 else None


def _with_processor(finding: Finding, flows: Sequence[Flow], policy: Policy) -> str:
    table: Mapping[str, Mapping[str, object]] = policy.catalogue.get("processor", {})
    sinks = next((flow.sinks for flow in flows if flow.span == finding.span), "")
    label = table.get(sinks, {}).get("label", "")
    return f"{finding.message} ({label})" if label else finding.message
