"""GDL409: an audit event that can be lost: swallowed, sampled, on a debug level, under DEBUG."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from gdprlint.detect.audit.bench import Bench
from gdprlint.detect.audit.syntax import caught_names, last_name, own_nodes
from gdprlint.detect.pseudonym.bench import finding_at
from gdprlint.engine.declared import bare_name
from gdprlint.model import Finding, Rule

_SAMPLED = re.compile(r"^(random|randint|sample\w*|sampling\w*|DEBUG|isEnabledFor|debug)$")
BROAD = frozenset(
    ["Exception", "BaseException", "OSError", "IOError", "RuntimeError", "ConnectionError",
     "TimeoutError", "DatabaseError", "SQLAlchemyError", "Error", "RequestException"]
)  # fmt: skip


def find_lossy_events(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """One finding for each audit call that may leave no trace, with the reason."""
    for function in bench.module.functions.values():
        if bench.events.is_definition(function):
            continue
        for node in own_nodes(function.node):
            for call, reason in lossy_calls(bench, node):
                yield finding_at(
                    rule,
                    bench.span_of(call),
                    "likely",
                    expr=ast.unparse(call.func),
                    sink=reason,
                    symbol=function.qualname,
                )


def lossy_calls(bench: Bench, node: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Audit calls that a node makes lossy, and how."""
    if isinstance(node, ast.Try):
        handler = next((h for h in node.handlers if swallows(bench, h)), None)
        if handler is not None:
            for call in own_events(bench, node.body):
                yield call, "its failure is swallowed"
    elif isinstance(node, (ast.With, ast.AsyncWith)) and suppresses(node):
        for call in own_events(bench, node.body):
            yield call, "its failure is swallowed"
    elif isinstance(node, ast.If) and is_sampled(node.test):
        for call in own_events(bench, node.body):
            yield call, f"only `if {ast.unparse(node.test)[:40]}`"
    elif (
        isinstance(node, ast.Call)
        and bench.events.is_named(node.func, bench.module)
        and (last_name(node) in ("debug", "trace") or is_at_debug(node))
    ):
        yield node, "it is emitted at debug level"


def is_sampled(test: ast.expr) -> bool:
    """A condition that asks chance, or whether this is a debug run."""
    parts = map(bare_name, ast.walk(test))
    return any(_SAMPLED.match(part) for part in parts)


def suppresses(node: ast.With | ast.AsyncWith) -> bool:
    """`with contextlib.suppress(...)`."""
    return any(last_name(item.context_expr) == "suppress" for item in node.items)


def own_events(bench: Bench, body: list[ast.stmt]) -> Iterator[ast.Call]:
    """The audit calls directly in a block: not those an inner `try` looks after."""
    for statement in body:
        if isinstance(statement, (ast.Expr, ast.Assign, ast.Return, ast.With, ast.If, ast.For)):
            yield from bench.events.named_in(statement, bench.module)


def swallows(bench: Bench, handler: ast.ExceptHandler) -> bool:
    """A handler that neither fails nor emits the event another way."""
    for part in ast.walk(handler):
        if isinstance(part, ast.Raise):
            return False
        if bench.events.is_event(part, bench.module, None):
            return False
        if isinstance(part, ast.Call) and last_name(part) in ("exit", "abort", "rollback", "fail"):
            return False
        if isinstance(part, ast.Return) and part.value is not None:
            return False
    return not is_narrow(handler)


def is_narrow(handler: ast.ExceptHandler) -> bool:
    """`except User.DoesNotExist`: what it catches is no failure of the audit trail."""
    return bool(caught_names(handler)) and BROAD.isdisjoint(caught_names(handler))


def is_at_debug(call: ast.Call) -> bool:
    """`level="debug"`, `level=logging.DEBUG`."""
    return any(
        keyword.arg in ("level", "severity") and "debug" in ast.unparse(keyword.value).lower()
        for keyword in call.keywords
    )
