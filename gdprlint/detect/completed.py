"""A call whose arguments are names, completed with what the module assigns to them.

The engine folds constants; displays that stand behind a name (`ADDRESS`, `**OPTIONS`, the
arguments of a `functools.partial`) are read here, from names that are bound exactly once.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from gdprlint.detect.folding import fold
from gdprlint.detect.module import Module, dotted
from gdprlint.engine.observations import UNKNOWN, Argument, CallSeen


def is_open(call: CallSeen) -> bool:
    """Whether some argument is a name whose value the engine left open."""
    arguments = (*call.positional, *call.keywords.values())
    return any(part.value is UNKNOWN and part.text.isidentifier() for part in arguments)


def complete(call: CallSeen, module: Module) -> CallSeen:
    """The call with the values of its named arguments filled in where the module fixes them."""
    return call._replace(
        positional=tuple(
            _positional(index, argument, module) for index, argument in enumerate(call.positional)
        ),
        keywords={name: _keyword(name, part, module) for name, part in call.keywords.items()},
    )


def _bound(argument: Argument, module: Module) -> ast.expr | None:
    is_name = argument.value is UNKNOWN and argument.text.isidentifier()
    return module.names.get(argument.text) if is_name else None


def _positional(index: int, argument: Argument, module: Module) -> Argument:
    node = _bound(argument, module)
    if isinstance(node, ast.Call) and dotted(node.func).endswith("partial"):
        given = node.args[index + 1 :]
        return argument._replace(value=fold(given[0], module).value) if given else argument
    return argument if node is None else argument._replace(value=fold(node, module).value)


def _keyword(name: str, argument: Argument, module: Module) -> Argument:
    node = _bound(argument, module)
    if node is None:
        return argument
    value = fold(node, module).value
    if isinstance(value, Mapping) and isinstance(value.get(name), Argument):
        return argument._replace(value=value[name].value)
    return argument._replace(value=value)
