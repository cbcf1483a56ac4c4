"""What a Python module configures: dictConfig literals, settings modules, keys of application
objects, environment variables it sets, levels of named loggers.

Values come from the source as written; a key that is assigned on several paths is unknown.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator, Sequence

from gdprlint.detect.folding import fold, level_of
from gdprlint.detect.gates import (
    DJANGO_MARKS,
    SETTINGS_FOLDERS,
    holds_config_class,
    holds_handlers,
    sets_keys,
)
from gdprlint.detect.module import Module, dotted, span_of
from gdprlint.detect.setting.dictconfig import is_dictconfig, read_change, read_dictconfig
from gdprlint.detect.setting.model import ENVIRONMENT, LOGGER, item, scalar
from gdprlint.detect.walking import all_nodes, lines_of, walk_lines
from gdprlint.engine.observations import UNKNOWN, Argument, CallSeen, Observations, once

_DJANGO_MARK = re.compile(rf"(?m)^(?:{'|'.join(DJANGO_MARKS)})\b")
_VERSION = re.compile("version")
_SERVER_FILES = (
    ("setting.gunicorn", re.compile(r"(?:^|/)[\w.-]*gunicorn[\w.-]*\.py$")),
    ("setting.hypercorn", re.compile(r"(?:^|/)[\w.-]*hypercorn[\w.-]*\.py$")),
    ("setting.celery", re.compile(r"(?:^|/)celery_?config\.py$")),
)
_SWITCHES = {"debuglevel": "", "Debug": "", "debug": "", "force_debug_cursor": "connection"}
"""Attributes that turn a dump on, and what their owner is called if not as it is written."""
_CONFIG_CLASS = re.compile(r"Config(?:uration)?$")
_TEST_CLASS = re.compile(r"(?i)test|dev|local|debug|migrat")


def python_items(observations: Observations) -> Sequence[CallSeen]:
    """The configured things of one module, for all detectors that ask for them."""
    return once(
        observations.shared,
        "what a module configures",
        observations.tree,
        lambda: tuple(_items(observations)),
    )


def _items(observations: Observations) -> Iterator[CallSeen]:
    text = observations.text
    has_keys, has_handlers = sets_keys(text), holds_handlers(text)
    has_class = holds_config_class(text)
    name = _settings_name(observations.path, text)
    if observations.tree is None or not (has_keys or has_handlers or has_class or name):
        return
    module = Module(observations.path, text, observations.tree, observations.constant)
    if has_handlers:
        for configured in _dictconfigs(module, text):
            yield configured
            yield from _as_its_bases(configured, observations)
    if name:
        yield from _settings_module(module, name)
    if has_class:
        yield from _config_classes(module)
    for node in all_nodes(module.tree) if has_keys else ():
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            yield from _assignment(node.targets[0], node.value, module)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _method(node, node.func, module)


def _as_its_bases(configured: CallSeen, observations: Observations) -> Iterator[CallSeen]:
    """A handler of the project's own class is one of the library's class below it, too."""
    is_handler = configured.symbol.startswith("handlers.")
    if is_handler and observations.bases is not None:
        for base in observations.bases(configured.name):
            yield configured._replace(name=base)


def _dictconfigs(module: Module, text: str) -> Iterator[CallSeen]:
    for node in walk_lines(module.tree, lines_of(_VERSION, text)):
        if isinstance(node, ast.Dict) and any(
            isinstance(key, ast.Constant) and key.value == "version" for key in node.keys
        ):
            config = fold(node, module)
            if is_dictconfig(config):
                yield from read_dictconfig(config)


def _settings_module(module: Module, name: str) -> Iterator[CallSeen]:
    keys = top_level_keys(module.tree.body, module)
    if keys:
        first = module.tree.body[0]
        yield item(name, keys, span_of(module, first), is_complete=name != "setting.django")


def _settings_name(path: str, text: str) -> str:
    for name, pattern in _SERVER_FILES:
        if pattern.search(path):
            return name
    file = os.path.basename(path)
    folder = os.path.basename(os.path.dirname(path))
    if "settings" in file or folder in SETTINGS_FOLDERS:
        return "setting.django"
    has_mark = any(mark in text for mark in DJANGO_MARKS) and _DJANGO_MARK.search(text)
    return "setting.django" if has_mark else ""


def top_level_keys(body: Iterable[ast.stmt], module: Module) -> dict[str, Argument]:
    """Names assigned at the top of a module or class; unknown if paths disagree."""
    keys: dict[str, Argument] = {}
    for statement in body:
        for name, value, is_sure in _bindings(statement, is_sure=True):
            argument = fold(value, module)
            known = keys.get(name)
            if not is_sure and (known is None or known.value != argument.value):
                argument = argument._replace(value=UNKNOWN)
            keys[name] = argument
        if keys and _may_replace(statement):
            keys = {name: _replaceable(one) for name, one in keys.items()}
    return keys


def _replaceable(argument: Argument) -> Argument:
    """A switch that another file may set; what is made up of many parts is seldom made anew."""
    is_switch = isinstance(argument.value, bool)
    return argument._replace(value=UNKNOWN) if is_switch else argument


def _may_replace(statement: ast.stmt) -> bool:
    """`from local_settings import *`, alone or tried: what stands before may be another value."""
    if isinstance(statement, ast.ImportFrom):
        return statement.names[0].name == "*"
    if isinstance(statement, ast.If | ast.Try):
        return any(map(_may_replace, (*statement.body, *statement.orelse)))
    return False


def _bindings(statement: ast.stmt, *, is_sure: bool) -> Iterator[tuple[str, ast.expr, bool]]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, statement.value, is_sure
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        if statement.value is not None:
            yield statement.target.id, statement.value, is_sure
    elif isinstance(statement, ast.If | ast.Try | ast.With | ast.For):
        nested = [*statement.body, *getattr(statement, "orelse", [])]
        for inner in (*nested, *getattr(statement, "finalbody", [])):
            yield from _bindings(inner, is_sure=False)


def _config_classes(module: Module) -> Iterator[CallSeen]:
    """Flask's configuration classes: `class ProductionConfig: DEBUG = True`."""
    classes = [
        node
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
        and _CONFIG_CLASS.search(node.name)
        and not _TEST_CLASS.search(node.name)
    ]
    tables = {node.name: top_level_keys(node.body, module) for node in classes}
    for node in classes:
        heirs = [tables[heir.name] for heir in classes if node.name in map(dotted, heir.bases)]
        keys = {
            key: value
            for key, value in tables[node.name].items()
            if key.isupper() and all(heir.get(key, value).value == value.value for heir in heirs)
        }
        if keys:
            span = span_of(module, node)
            yield item("setting.flask", keys, span, symbol=node.name, is_complete=False)


def _assignment(target: ast.expr, value: ast.expr, module: Module) -> Iterator[CallSeen]:
    if isinstance(target, ast.Subscript):
        yield from _logging_change(target, value, module)
        owner = dotted(target.value)
        if not owner.endswith(("environ", ".config")):
            return
        key = fold(target.slice, module).value
        if not isinstance(key, str):
            return
        if owner.endswith("environ"):
            yield _variable(key, fold(value, module))
        else:
            yield _single("setting.flask", key, fold(value, module))
    elif isinstance(target, ast.Attribute):
        owner = dotted(target.value)
        if owner.endswith(".conf"):
            yield _single("setting.celery", target.attr, fold(value, module))
        elif owner and target.attr in _SWITCHES:
            name = f"{_SWITCHES[target.attr] or owner.rpartition('.')[2]}.{target.attr}"
            yield _single("setting.attribute", name, fold(value, module))


def _logging_change(target: ast.Subscript, value: ast.expr, module: Module) -> Iterator[CallSeen]:
    """`LOGGING["handlers"]["mail"] = {...}`, also of a dictionary that another module made."""
    slices: list[ast.expr] = []
    node: ast.expr = target
    while isinstance(node, ast.Subscript):
        slices.append(node.slice)
        node = node.value
    if "log" in dotted(node).rpartition(".")[2].lower():
        keys = [fold(part, module).value for part in reversed(slices)]
        yield from read_change(keys, fold(value, module), span_of(module, target))


def _variable(key: str, argument: Argument) -> CallSeen:
    """A variable of the environment, which is a text: "true" is read as true."""
    if isinstance(argument.value, str):
        argument = argument._replace(value=scalar(argument.value))
    return _single(ENVIRONMENT, key, argument)


def _single(name: str, key: str, argument: Argument) -> CallSeen:
    return item(name, {key: argument}, argument.span, is_complete=False)


def _method(node: ast.Call, function: ast.Attribute, module: Module) -> Iterator[CallSeen]:
    owner = dotted(function.value)
    if function.attr == "setLevel" and node.args:
        yield from _level(node, function.value, module)
    elif function.attr == "setdefault" and owner.endswith("environ") and len(node.args) == 2:
        key = fold(node.args[0], module).value
        if isinstance(key, str):
            yield _variable(key, fold(node.args[1], module))
    elif function.attr == "update" and isinstance(function.value, ast.Subscript) and node.args:
        yield from _logging_change(function.value, node.args[0], module)
    elif function.attr in ("update", "from_mapping") and owner.endswith((".config", ".conf")):
        keys = {k.arg: fold(k.value, module) for k in node.keywords if k.arg}
        if keys:
            name = "setting.flask" if owner.endswith(".config") else "setting.celery"
            yield item(name, keys, span_of(module, node), is_complete=False)


def _level(node: ast.Call, receiver: ast.expr, module: Module) -> Iterator[CallSeen]:
    if isinstance(receiver, ast.Name):
        receiver = module.names.get(receiver.id, receiver)
    if not isinstance(receiver, ast.Call) or not dotted(receiver.func).endswith("getLogger"):
        return
    name = (
        fold(receiver.args[0], module)
        if receiver.args
        else Argument("root", span_of(module, node), "")
    )
    level = fold(node.args[0], module)
    level = level._replace(value=level_of(level))
    if isinstance(name.value, str):
        yield item(LOGGER, {"name": name, "level": level}, span_of(module, node))
