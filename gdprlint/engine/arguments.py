"""The arguments of a call: evaluated once, then bound to the parameters of whoever is called."""

from __future__ import annotations

import ast

from gdprlint.engine.declared import Function
from gdprlint.engine.dispatch import HANDLERS, evaluate
from gdprlint.engine.frame import Frame
from gdprlint.engine.values import CLEAN, MAX_FIELDS, NONE, Val, join, join_all
from gdprlint.tuples import NamedTuple


class Given(NamedTuple):
    """The evaluated arguments of a call, with the nodes they came from."""

    args: list[Val]
    keywords: dict[str, Val]
    nodes: list[ast.expr]
    keyword_nodes: dict[str, ast.expr]
    starred: list[int]
    has_unknown: bool


def given_of(frame: Frame, node: ast.Call) -> Given:
    """Evaluate the arguments of a call, in order."""
    args: list[Val] = []
    keywords: dict[str, Val] = {}
    keyword_nodes: dict[str, ast.expr] = {}
    starred: list[int] = []
    has_unknown = False
    for arg in node.args:
        kind = arg.__class__
        if kind is ast.Constant:
            args.append(constant(arg))  # type: ignore[arg-type]
            continue
        if kind is ast.Starred:
            starred.append(len(args))
        args.append(HANDLERS[kind](frame, arg))
    for keyword in node.keywords:
        name, part = keyword.arg, keyword.value
        if name is None:
            spread = evaluate(frame, part)
            has_unknown = spread.type != "dict" or spread.element is not None
            for key, value in (spread.fields or {}).items():
                keywords.setdefault(key, value)
                keyword_nodes.setdefault(key, part)
            if spread.deps or spread.tags or spread.element:
                keywords["**"] = spread
                keyword_nodes["**"] = part
        else:
            kind = part.__class__
            keywords[name] = (
                Val(const=part.value)  # type: ignore[attr-defined]
                if kind is ast.Constant
                else HANDLERS[kind](frame, part)
            )
            keyword_nodes[name] = part
    return Given(args, keywords, node.args, keyword_nodes, starred, has_unknown)


def evaluated(node: ast.Call, given: Given) -> dict[int, Val]:
    """The values of a call's arguments by the identity of their nodes, which so need not be
    evaluated again where the call shows them."""
    if given.nodes is not node.args:
        return {}
    known = {
        id(arg): value
        for arg, value in zip(node.args, given.args, strict=True)
        if arg.__class__ is not ast.Constant
    }
    for keyword in node.keywords:
        if keyword.arg is not None and keyword.value.__class__ is not ast.Constant:
            known[id(keyword.value)] = given.keywords[keyword.arg]
    return known


def constant(node: ast.Constant) -> Val:
    """The value of a constant argument: text and numbers are told apart, all else is clean."""
    value = node.value
    if isinstance(value, (str, int)):
        return Val(const=value)
    return NONE if value is None else CLEAN


def bind(
    frame: Frame, node: ast.Call, function: Function, receiver: Val | None, given: Given
) -> tuple[dict[str, Val], dict[str, ast.expr]]:
    """Arguments by parameter name, and the node each came from."""
    args: dict[str, Val] = {}
    nodes: dict[str, ast.expr] = {}
    params = function.params
    start = 0
    if receiver is not None and params and function.has_self():
        args[params[0].name] = receiver
        nodes[params[0].name] = getattr(node.func, "value", node.func)
        start = 1
    plain = [p for p in params[start:] if p.kind == "plain"]
    extra: list[Val] = []
    for index, value in enumerate(given.args):
        if index in given.starred:
            spread = value.element or value
            for param in plain[index:]:
                args.setdefault(param.name, spread)
                nodes.setdefault(param.name, given.nodes[index])
            extra.append(spread)
        elif index < len(plain):
            args[plain[index].name] = value
            nodes[plain[index].name] = given.nodes[index]
        else:
            extra.append(value)
    rest: dict[str, Val] = {}
    names = {p.name for p in params if p.kind in ("plain", "keyword")} if given.keywords else ()
    for name, value in given.keywords.items():
        if name in names:
            args[name] = value
            nodes[name] = given.keyword_nodes.get(name, node)
        elif len(rest) < MAX_FIELDS:
            rest[name] = value
    _bind_rest(function, node, given, args, nodes, extra, rest)
    return args, nodes


def _bind_rest(
    function: Function,
    node: ast.Call,
    given: Given,
    args: dict[str, Val],
    nodes: dict[str, ast.expr],
    extra: list[Val],
    rest: dict[str, Val],
) -> None:
    spread = rest.pop("**", None)
    for param in function.params:
        if param.kind == "args" and extra:
            args[param.name] = Val(type="list", element=join_all(extra))
            carrying = [
                n for n, v in zip(given.nodes, given.args, strict=False) if v.tags or v.type
            ]
            nodes[param.name] = carrying[-1] if carrying else node
        elif param.kind == "kwargs" and (rest or spread):
            value = Val(type="dict", fields=rest)
            args[param.name] = value if spread is None else join(value, spread)
            nodes[param.name] = next(
                (given.keyword_nodes[n] for n in rest if n in given.keyword_nodes), node
            )
