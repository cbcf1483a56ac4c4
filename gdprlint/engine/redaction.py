"""Statements that hide parts of a mapping by their key: which keys a loop writes over or passes by.

`for key in SECRET: data[key] = "***"`, `for key, value in data.items(): if key in SECRET: ...` and
their like, so that what such a function returns or shows is known to lack those parts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from gdprlint.engine.declared import bare_name
from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.frame import Frame
from gdprlint.engine.omission import ALL, SOME, without
from gdprlint.engine.values import FULL, Val, flat_deps, flat_tags

Keys = frozenset[str]

_MAPPINGS = frozenset(("dict", "Mapping", "MutableMapping", "OrderedDict"))
_COPIES = frozenset(("list", "tuple", "set", "sorted"))
_SEARCHES = frozenset(("search", "match", "fullmatch", "findall"))
_WORDS = re.compile(
    r"(?i)sensitiv|secret|redact|mask|private|hidden|hide|scrub|censor|pii|credential"
)


def constant_names(frame: Frame, node: ast.expr) -> Keys | None:
    """The strings of a constant, or of a constant collection, directly or through a variable."""
    if isinstance(node, ast.Constant):
        return frozenset((node.value,)) if isinstance(node.value, str) else None
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        names = [e.value for e in node.elts if isinstance(e, ast.Constant)]
        return frozenset(n for n in names if isinstance(n, str))
    if isinstance(node, (ast.Name, ast.Attribute)):
        const = evaluate(frame, node).const
        return const if isinstance(const, frozenset) else None
    return None


def passed_by(frame: Frame, node: ast.For | ast.AsyncFor) -> Keys:
    """The keys whose values a loop over `data.items()` never looks at."""
    names = _pair(node.target)
    if names is None or _viewed(node.iter, "items") is None:
        return frozenset()
    key, value = names
    for index, statement in enumerate(node.body):
        branch = _first_test(statement, value)
        keys, is_for = _asked(frame, branch.test, key) if branch is not None else (None, True)
        if branch is None or not keys:
            if _names(statement, value):
                break
            continue
        chosen = branch.body if is_for else branch.orelse
        if chosen and _binds(frame, chosen[0], value):
            return keys
        is_left = bool(chosen) and isinstance(chosen[-1], ast.Continue)
        after = [] if is_left else node.body[index + 1 :]
        if not any(_names(part, value) for part in (*chosen, *after)):
            return keys
        break
    return frozenset()


def viewed_without(frame: Frame, iterated: ast.expr, keys: Keys) -> Val | None:
    """What `data.items()` goes through if some keys of it do not count."""
    holder = _viewed(iterated, "items")
    return None if holder is None else view_of(without(evaluate(frame, holder), keys), "items")


def left_out(frame: Frame, node: ast.DictComp) -> Keys:
    """The keys whose values `{k: ... for k, v in data.items() ...}` never looks at."""
    generator = node.generators[0]
    names = _pair(generator.target)
    if names is None or len(node.generators) > 1 or _viewed(generator.iter, "items") is None:
        return frozenset()
    key, value = names
    for test in generator.ifs:
        keys, is_for = _asked(frame, test, key)
        if keys and not is_for:
            return keys
    shown = node.value
    while isinstance(shown, ast.IfExp):
        keys, is_for = _asked(frame, shown.test, key)
        if keys:
            return frozenset() if _names(shown.body if is_for else shown.orelse, value) else keys
        shown = shown.orelse
    return frozenset()


def lacking_else(frame: Frame, test: ast.expr) -> Iterator[tuple[str, Keys]]:
    """The variables whose mapping lacks something where a test fails: `"key" in data`,
    `data.get("key")`, `isinstance(data, dict)` (then it is no mapping), or several of one."""
    kind = test.__class__
    if kind is ast.BoolOp and test.op.__class__ is ast.And:  # type: ignore[attr-defined]
        parts = [dict(_lacking_one(frame, part)) or _empty(part) for part in test.values]  # type: ignore[attr-defined]
        if all(part.keys() == parts[0].keys() for part in parts):
            for name in parts[0]:
                asked = [part[name] for part in parts if part[name] is not ALL]
                yield name, frozenset.intersection(*asked) if asked else ALL
    else:
        yield from _lacking_one(frame, test)


def _empty(test: ast.expr) -> dict[str, Keys]:
    """`data` and `data is not None`: where it fails there is no mapping at all."""
    is_some = isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.IsNot)
    node = test.left if isinstance(test, ast.Compare) and is_some else test
    return {node.id: ALL} if isinstance(node, ast.Name) else {}


def _lacking_one(frame: Frame, test: ast.expr) -> Iterator[tuple[str, Keys]]:
    if isinstance(test, ast.Compare):
        holder = test.comparators[0]
        if isinstance(test.ops[0], ast.In) and isinstance(holder, ast.Name):
            yield from _lacking(frame, holder, test.left)
    elif isinstance(test, ast.Call) and test.args:
        func, args = test.func, test.args
        if isinstance(func, ast.Attribute) and func.attr == "get":
            yield from _lacking(frame, func.value, args[0])
        elif getattr(func, "id", "") == "isinstance" and len(args) == 2:
            is_mapping = bare_name(args[1]) in _MAPPINGS
            if is_mapping and isinstance(args[0], ast.Name):
                yield args[0].id, ALL


def _lacking(frame: Frame, holder: ast.expr, asked: ast.expr) -> Iterator[tuple[str, Keys]]:
    key = asked.value if isinstance(asked, ast.Constant) else evaluate(frame, asked).const
    if isinstance(holder, ast.Name) and isinstance(key, str) and not frame.program.silent[key]:
        yield holder.id, frozenset((key.lower(),))


def written_over(frame: Frame, node: ast.For | ast.AsyncFor) -> Iterator[tuple[str, Keys]]:
    """The mappings that a loop writes over or takes from by its variable, and under which keys."""
    target = node.target
    if isinstance(target, ast.Tuple) and target.elts:
        target = target.elts[0]
    if not isinstance(target, ast.Name):
        return
    for statement, tests in _steps(node.body, ()):
        holder = _holder_of(frame, statement, target.id)
        keys = _keys_there(frame, node.iter, tests, target.id) if holder else None
        if keys:
            yield holder, keys


def _asked(frame: Frame, test: ast.expr, key: str) -> tuple[Keys | None, bool]:
    """The keys that a test is about, and whether it holds for them or for all others."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        keys, is_for = _asked(frame, test.operand, key)
        return keys, not is_for
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.NotIn, ast.NotEq)):
        op = ast.In() if isinstance(test.ops[0], ast.NotIn) else ast.Eq()
        return tested_keys(frame, ast.Compare(test.left, [op], test.comparators), key), False
    return tested_keys(frame, test, key), True


def tested_keys(frame: Frame, test: ast.expr, key: str) -> Keys | None:
    """The keys for which a test of the variable `key` holds; None if it is no such test."""
    if isinstance(test, ast.BoolOp):
        parts = [tested_keys(frame, part, key) for part in test.values]
        found = [part for part in parts if part is not None]
        return frozenset().union(*found) if found else None
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _compared(frame, test, key)
    if isinstance(test, ast.Call) and any(_names(arg, key) for arg in test.args):
        name = bare_name(test.func)
        if name == "any" and isinstance(test.args[0], ast.GeneratorExp):
            return _any_of(frame, test.args[0], key)
        return SOME if name in _SEARCHES or _WORDS.search(name) else None
    return None


def _compared(frame: Frame, test: ast.Compare, key: str) -> Keys | None:
    left, right = test.left, test.comparators[0]
    if isinstance(test.ops[0], ast.In) and _is_key(left, key):
        names = constant_names(frame, right)
        return SOME if names is None else frozenset(map(str.lower, names))
    if isinstance(test.ops[0], ast.In) and _is_key(right, key):
        names = constant_names(frame, left)
        return None if names is None else frozenset("*" + name.lower() for name in names)
    if isinstance(test.ops[0], ast.Eq) and _is_key(left, key):
        names = constant_names(frame, right)
        return None if names is None else frozenset(map(str.lower, names))
    return None


def _any_of(frame: Frame, generator: ast.GeneratorExp, key: str) -> Keys:
    """`any(word in key.lower() for word in WORDS)`."""
    names = constant_names(frame, generator.generators[0].iter)
    return SOME if names is None else frozenset("*" + name.lower() for name in names)


def _is_key(node: ast.expr, key: str) -> bool:
    """`key`, `key.lower()`, `str(key).lower()`."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            node = node.value
        elif isinstance(node, ast.Call):
            is_method = isinstance(node.func, ast.Attribute)
            if not is_method and not node.args:
                return False
            node = node.func if is_method else node.args[0]
        else:
            return False
    return node.id == key


def _pair(target: ast.expr) -> tuple[str, str] | None:
    if isinstance(target, ast.Tuple) and len(target.elts) == 2:
        key, value = target.elts
        if isinstance(key, ast.Name) and isinstance(value, ast.Name):
            return key.id, value.id
    return None


def _viewed(node: ast.expr, view: str) -> ast.expr | None:
    """What `x.items()`, `list(x.items())` goes through."""
    while isinstance(node, ast.Call) and getattr(node.func, "id", "") in _COPIES and node.args:
        node = node.args[0]
    is_view = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == view
    return node.func.value if is_view and isinstance(node.func, ast.Attribute) else None  # type: ignore[attr-defined]


def _first_test(statement: ast.stmt, value: str) -> ast.If | None:
    """The `if` that decides by the key; a test for nested values may come before it."""
    while isinstance(statement, ast.If):
        is_nested = isinstance(statement.test, ast.Call) and _names(statement.test, value)
        if not is_nested or len(statement.orelse) != 1:
            return statement
        statement = statement.orelse[0]
    return None


def _steps(
    body: list[ast.stmt], tests: tuple[ast.expr, ...]
) -> Iterator[tuple[ast.stmt, tuple[ast.expr, ...]]]:
    """The statements of a loop's body, each with the tests it depends on, the nearest first."""
    for statement in body:
        if isinstance(statement, ast.If):
            yield from _steps(statement.body, (statement.test, *tests))
            yield from _steps(statement.orelse, tests)
        else:
            yield statement, tests


def _keys_there(
    frame: Frame, iterated: ast.expr, tests: tuple[ast.expr, ...], key: str
) -> Keys | None:
    names = constant_names(frame, iterated)
    if names:
        return frozenset(map(str.lower, names))
    found = (tested_keys(frame, test, key) for test in tests)
    return next((keys for keys in found if keys), None)


def _holder_of(frame: Frame, statement: ast.stmt, key: str) -> str:
    """The mapping of which a statement hides what stands under the loop's key."""
    part: ast.expr | None = None
    if isinstance(statement, (ast.Assign, ast.Delete)) and len(statement.targets) == 1:
        part = statement.targets[0]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        if getattr(call.func, "attr", "") == "pop" and call.args and _names(call.args[0], key):
            return getattr(getattr(call.func, "value", None), "id", "")
    if not isinstance(part, ast.Subscript) or not _names(part.slice, key):
        return ""
    if isinstance(statement, ast.Assign) and not _hides(frame, statement.value):
        return ""
    return getattr(part.value, "id", "")


def _binds(frame: Frame, statement: ast.stmt, name: str) -> bool:
    """Whether a statement binds a variable to something that shows no datum: `value = "***"`."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return False
    target = statement.targets[0]
    is_name = isinstance(target, ast.Name) and target.id == name
    return is_name and not _names(statement.value, name) and _hides(frame, statement.value)


def _hides(frame: Frame, node: ast.expr) -> bool:
    """Whether a value shows no datum in full: a constant, a mask, a sanitized value."""
    name = bare_name(node)
    if name.isupper():
        return True
    value = evaluate(frame, node)
    levels = [one.disclosure for one in flat_tags(value)]
    levels.extend(one.disclosure for one in flat_deps(value))
    return not value.opaque and all(level < FULL for level in levels)


def _names(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))


# the engine is one recursion: what a mapping is viewed as is a method's result
from gdprlint.engine.methods import view_of  # noqa: E402
