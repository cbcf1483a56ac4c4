"""What things of unknown origin hold: a mapping, by the keys that the same function reads from
it, and the rows of a query, by the columns that it names.

`log("payload %s", data)` beside `data["email"]`: the whole was shown and the part is named. Counts
only for a variable that is bound once and that no key is taken out of.
"""

from __future__ import annotations

import ast
import re
from collections import Counter

from gdprlint.engine.declared import bare_name
from gdprlint.engine.frame import Frame
from gdprlint.engine.naming import by_name
from gdprlint.engine.places import span_of, text_of
from gdprlint.engine.sinks import record
from gdprlint.engine.values import CLEAN, LIKELY, MAX_FIELDS, UNKNOWN, Val
from gdprlint.model import Span

MAX_WITHIN = 12
_ELSEWHERE = frozenset(("exception", "validation"))
_MUTATORS = frozenset(("pop", "popitem", "clear"))
_TEXT_OF = frozenset(("dumps", "pformat", "repr", "str"))
_VIEWS = frozenset(("head", "tail", "sample", "to_string", "to_markdown"))
MAX_SQL = 4000
_SELECT = re.compile(
    r"\s*select\s+(?:distinct\s+|all\s+)?(?P<columns>[^()]*?(?:\([^()]*\)[^()]*?)*)"
    r"\sfrom\s+[\"`\[]?(?:\w+\.)?(?P<table>\w+)",
    re.IGNORECASE,
)
_COLUMN = re.compile(
    r"(?:[\w\"`\[\]]+\.)*[\"`\[]?(?P<name>\w+)[\"`\]]?"
    r"(?:\s+(?:as\s+)?[\"`\[]?(?P<alias>\w+)[\"`\]]?)?",
    re.IGNORECASE,
)
_COMMA = re.compile(r",(?![^()]*\))")


def note_shown(frame: Frame, node: ast.expr, value: Val, sinks: str, sink: str, level: str) -> None:
    """Remember a variable that is shown whole at a sink without a word on what it is."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and bare_name(node.func) in _TEXT_OF:
        node = node.args[0]
    while isinstance(node, ast.Call) and bare_name(node.func) in _VIEWS:
        node = getattr(node.func, "value", node.func)
    if isinstance(node, ast.Name) and value.opaque and sinks not in _ELSEWHERE:
        if frame.shown is None:
            frame.shown = []
        frame.shown.append((node, sinks, sink, level, _missing(frame)))


def _missing(frame: Frame) -> frozenset[Span]:
    """Where the parts were read that are known to be empty in this branch: `if not token: ...`."""
    return frozenset(
        tag.span
        for name, before in (frame.log or {}).items()
        if before is not None and frame.env.get(name) is CLEAN
        for tag in before.tags
    )


def note_read(frame: Frame, node: ast.expr, value: Val) -> None:
    """Remember a part that is read by a telling key, at any depth below a variable."""
    current: ast.expr | None = node
    for _ in range(MAX_WITHIN):
        if current is None or isinstance(current, ast.Name):
            break
        current = _whole(current)
    tags = [tag for tag in value.tags if tag.confidence >= LIKELY]
    if isinstance(current, ast.Name) and tags:
        if frame.read is None:
            frame.read = {}
        frame.read.setdefault(current.id, []).extend(tags)


def _whole(part: ast.expr) -> ast.expr | None:
    """What `x["key"]` and `x.get("key")` are parts of; an answer's `json()` is no part of it."""
    if isinstance(part, ast.Subscript):
        return part.value
    if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
        is_key = bool(part.args) and isinstance(part.args[0], ast.Constant)
        return part.func.value if part.func.attr == "get" and is_key else None
    return None


def tell_contents(frame: Frame) -> None:
    """Record what the shown variables hold, once the function has been evaluated."""
    if frame.shown is None or frame.read is None:
        return
    shown = [one for one in frame.shown if frame.read.get(one[0].id)]
    untouched = _untouched(frame.function.node) if shown else frozenset()
    told_at: set[Span] = set()
    for node, sinks, sink, level, missing in shown:
        if node.id not in untouched:
            continue
        tags = [tag for tag in frame.read[node.id] if tag.span not in missing]
        span = span_of(frame.module, node)
        for tag in tags:
            told = tag._replace(form="dump", reason=f"the function reads `{tag.expr}` from it")
            record(frame, told, sinks, sink, level, span, text_of(frame.module, node), ())
        told_at.add(span)
    if told_at:
        frame.sinks = {key: s for key, s in frame.sinks.items() if s.span not in told_at}


def row_of_query(frame: Frame, node: ast.AST, sql: object) -> Val | None:
    """A row of `SELECT name, email FROM customer`, by position and name; None for other texts."""
    found = _SELECT.match(sql) if isinstance(sql, str) and len(sql) <= MAX_SQL else None
    if found is None or "*" in _COMMA.split(found["columns"]):
        return None
    table = found["table"]
    parts: dict[str, Val] = {}
    for index, text in enumerate(_COMMA.split(found["columns"])[: MAX_FIELDS // 2]):
        column = _COLUMN.fullmatch(text.strip())
        if column is None:
            parts[str(index)] = CLEAN
            continue
        value = _column(frame, node, table, column["name"])
        if column["alias"] and not value.tags:
            value = _column(frame, node, table, column["alias"])
        parts[str(index)] = parts[column["alias"] or column["name"]] = value
    return Val(type="list", fields=parts)


def _column(frame: Frame, node: ast.AST, table: str, name: str) -> Val:
    if frame.program.silent[name]:
        return CLEAN
    value = by_name(frame, node, name, (table,), UNKNOWN)
    reason = f"column `{table}.{name}`: "
    tags = tuple(
        t._replace(expr=name, reason=reason + t.reason)
        for t in value.tags
        if not t.category.startswith("container.")  # `current_user` is the database's own
    )
    return Val(tags, type="str") if tags else CLEAN


def _untouched(function: ast.AST | None) -> frozenset[str]:
    """The variables a function binds once (or is given) and takes nothing out of."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return frozenset()
    args = function.args
    stores = Counter(a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs))
    changed: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            stores[node.id] += 1
        else:
            changed.add(_root(_changed(node)))
    return frozenset(name for name, times in stores.items() if times == 1 and name not in changed)


def _changed(node: ast.AST) -> ast.AST:
    """The part of a mapping that a statement replaces or takes out, if it does."""
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return node
    if isinstance(node, ast.Call) and bare_name(node.func) in _MUTATORS:
        return node.func
    return ast.Pass()


def _root(node: ast.AST) -> str:
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
