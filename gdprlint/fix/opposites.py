"""The test of a rule's table that an argument met -> the source text that no longer meets it.

One function for each test (`is`, `in`, `below` ...): what the test wants and the node that is
given, None where nothing is, in; the text to write, or None where nothing obvious ends it, out.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

import libcst as cst

from gdprlint.fix.imports import dotted

ENCRYPTED: Mapping[str, str] = {"PLAINTEXT": "SSL", "http": "https", "debug": "info"}
"""What to write instead of a word."""
LEVELS: Mapping[str, int] = {"INFO": 20, "WARNING": 30, "ERROR": 40}
LEVEL_NAMES = frozenset({"NOTSET", "DEBUG", "INFO", "WARNING", "debug", "info", "warning"})
PRIVATE_ACL = '"private"'
GROUP_READABLE = 0o770


def opposite(tests: Mapping[str, object], given: cst.BaseExpression | None) -> str | None:
    """The text that ends the first of the tests that has an obvious opposite."""
    for test, wanted in tests.items():
        answer = _OPPOSITES.get(test)
        text = answer(wanted, given) if answer is not None else None
        if text is not None:
            return text
    return None


def _not_equal(wanted: object, given: cst.BaseExpression | None) -> str | None:
    if wanted is True or wanted is False:
        return f'"{int(not wanted)}"' if isinstance(given, cst.SimpleString) else str(not wanted)
    if isinstance(wanted, str) and (given is None or isinstance(given, cst.SimpleString)):
        return f'"{ENCRYPTED[wanted]}"' if wanted in ENCRYPTED else None
    return "0o027" if wanted == 0 and isinstance(given, cst.Integer) else None


def _not_among(wanted: object, given: cst.BaseExpression | None) -> str | None:
    values = wanted if isinstance(wanted, list) else []
    if True in [value for value in values if isinstance(value, bool)]:
        return _not_equal(True, given)
    if "public-read" in values and given is not None:
        return PRIVATE_ACL
    if "container" in values and given is not None:
        return "None"
    if "errors" in values and (given is None or isinstance(given, cst.SimpleString)):
        return '"off"'
    return _not_below(max(values) + 1, given) if 10 in values else None


def _encrypted(wanted: object, given: cst.BaseExpression | None) -> str | None:
    if wanted != "http" or not isinstance(given, (cst.SimpleString, cst.List)):
        return None
    text = cst.Module([]).code_for_node(given)
    return text.replace("http://", "https://") if "http://" in text else None


def _equal(wanted: object, given: cst.BaseExpression | None) -> str | None:
    return f'"{wanted}"' if isinstance(wanted, str) and wanted.isidentifier() else None


def _without_bits(wanted: object, given: cst.BaseExpression | None) -> str | None:
    mode = number_of(given)
    return None if mode is None else f"0o{mode & GROUP_READABLE:o}"


def _not_above(wanted: object, given: cst.BaseExpression | None) -> str | None:
    return str(wanted) if wanted == 0 and given is not None else None


def _without_dump(wanted: object, given: cst.BaseExpression | None) -> str | None:
    is_limit = "RLIM_INFINITY" in str(wanted) and isinstance(given, cst.Tuple)
    return "(0, 0)" if is_limit and given is not None and len(given.lpar) == 1 else None


def _not_below(wanted: object, given: cst.BaseExpression | None) -> str | None:
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        return None
    name = next((name for name, level in LEVELS.items() if level >= wanted), None)
    if name is None or given is None:
        return name
    if isinstance(given, cst.Attribute) and given.attr.value.isupper():
        return f"{dotted(given.value)}.{name}"
    if isinstance(given, cst.Integer):
        return str(LEVELS[name])
    is_level = isinstance(given, cst.SimpleString) and given.evaluated_value in LEVEL_NAMES
    return f'"{name}"' if is_level else None


def number_of(node: cst.BaseExpression | None) -> int | None:
    """The value of an integer literal."""
    if not isinstance(node, cst.Integer):
        return None
    value = ast.literal_eval(node.value)
    return value if isinstance(value, int) else None


_OPPOSITES: Mapping[str, Callable[[object, cst.BaseExpression | None], str | None]] = {
    "is": _not_equal,
    "is_not": _equal,
    "in": _not_among,
    "bits": _without_bits,
    "above": _not_above,
    "below": _not_below,
    "written": _without_dump,
    "scheme": _encrypted,
}
