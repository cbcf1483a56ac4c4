"""YAML, JSON and TOML text -> an `Argument` tree with the place of every value.

YAML goes through PyYAML's composer, which builds no objects; aliases are expanded within a
budget, so an alias bomb ends. JSON is validated by `json` and placed by the Python grammar, of
which it is a subset once its three names are bound. TOML has no places: lines are looked up.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from gdprlint.detect.setting.model import span_at
from gdprlint.engine.observations import UNKNOWN, AnalysisError, Argument, within_reason
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    import yaml

MAX_NODES = 20_000
MAX_BRACKETS = 1000
_BRACKETS = re.compile(r"[\[\]{}]")
TOO_LONG = "holds a number with too many digits"
_JSON_NAMES: Mapping[str, object] = {"true": True, "false": False, "null": None}
YAML_NOTICE = "YAML configuration is skipped: install gdprlint-policy[config] to have it checked"


class Data(NamedTuple):
    """A parsed document: the documents of the stream, or the reason it cannot be read."""

    documents: tuple[Argument, ...] = ()
    error: AnalysisError | None = None
    notice: str = ""


class TooLargeError(Exception):
    """A document whose expanded aliases pass the budget."""


def read_yaml(path: str, text: str) -> Data:
    """All documents of a YAML stream."""
    try:
        import yaml
    except ModuleNotFoundError:
        return Data(notice=YAML_NOTICE)
    if _is_nested_deeply(text):
        return Data(error=AnalysisError(1, 1, "is nested too deeply"))
    try:
        nodes = [node for node in yaml.compose_all(text, Loader=yaml.SafeLoader) if node]
        budget = [MAX_NODES]
        return Data(tuple(_yaml_argument(node, path, budget) for node in nodes))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = getattr(error, "problem", None) or "cannot be read"
        return Data(error=AnalysisError(line, column, f"is not valid YAML: {reason}"))
    except (TooLargeError, RecursionError):
        return Data(error=AnalysisError(1, 1, "expands to too many YAML nodes"))


def _is_nested_deeply(text: str) -> bool:
    """Whether brackets open within each other more often than a scanner bears, which looks at all
    that are open for each that is added."""
    depth = 0
    for bracket in _BRACKETS.findall(text):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_BRACKETS:
            return True
    return False


def _yaml_argument(node: yaml.Node, path: str, budget: list[int]) -> Argument:
    budget[0] -= 1
    if budget[0] < 0:
        raise TooLargeError
    start = node.start_mark
    span = span_at(path, start.line + 1, start.column + 1)
    kind = type(node).__name__
    if kind == "MappingNode":
        table: dict[object, Argument] = {}
        for key, value in node.value:
            name = _yaml_scalar(key)
            inner = _yaml_argument(value, path, budget)
            if key.tag.endswith(":merge") and isinstance(inner.value, Mapping):
                table = {**inner.value, **table}
            elif isinstance(name, str | int):
                table[name] = inner
        return Argument(table, span, "")
    if kind == "SequenceNode":
        return Argument([_yaml_argument(item, path, budget) for item in node.value], span, "")
    text = str(node.value)
    span = span_at(path, start.line + 1, start.column + 1, len(text))
    return Argument(_yaml_scalar(node), span, text)


def _yaml_scalar(node: yaml.Node) -> object:
    text, tag = str(node.value), str(node.tag)
    if tag.endswith(":int"):
        digits = text.replace("_", "")
        try:
            return within_reason(int(digits, 8 if re.fullmatch(r"0[0-7]+", digits) else 0))
        except ValueError:
            return UNKNOWN
    if tag.endswith(":bool"):
        return text.lower() in ("true", "yes", "on")
    if tag.endswith(":null"):
        return None
    if tag.endswith(":float"):
        try:
            return within_reason(float(text.replace("_", "")))
        except ValueError:
            return UNKNOWN
    return text if tag.startswith("tag:yaml.org,2002:") else UNKNOWN


def read_json(path: str, text: str) -> Data:
    """A JSON document."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"is not valid JSON: {error.msg.lower()}"
        return Data(error=AnalysisError(error.lineno, error.colno, reason))
    except RecursionError:
        return Data(error=AnalysisError(1, 1, "is nested too deeply"))
    except ValueError:
        return Data(error=AnalysisError(1, 1, TOO_LONG))
    try:
        tree = ast.parse(text.strip().replace("\\/", "/"), mode="eval")
        skipped = text[: len(text) - len(text.lstrip())].count("\n")
        return Data((_json_argument(tree.body, path, skipped),))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Data(error=AnalysisError(1, 1, "is nested too deeply"))


def _json_argument(node: ast.expr, path: str, skipped: int) -> Argument:
    length = (node.end_col_offset or 0) - node.col_offset if node.lineno == node.end_lineno else 1
    span = span_at(path, node.lineno + skipped, node.col_offset + 1, length)
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        table = {
            key.value: _json_argument(value, path, skipped)
            for key, value in pairs
            if isinstance(key, ast.Constant)
        }
        return Argument(table, span, "")
    if isinstance(node, ast.List):
        return Argument([_json_argument(item, path, skipped) for item in node.elts], span, "")
    value: object = UNKNOWN
    if isinstance(node, ast.Name):
        value = _JSON_NAMES.get(node.id, UNKNOWN)
    elif isinstance(node, ast.Constant):
        value = within_reason(node.value)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
        number = within_reason(node.operand.value)
        value = -number if isinstance(number, int | float) else UNKNOWN
    return Argument(value, span, value if isinstance(value, str) else repr(value))


def read_toml(path: str, text: str) -> Data:
    """A TOML document; the place of a key is the first line that sets it under its header."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (1, 1)
        return Data(error=AnalysisError(line, column, f"is not valid TOML: {error}"))
    except RecursionError:
        return Data(error=AnalysisError(1, 1, "is nested too deeply"))
    except ValueError:
        return Data(error=AnalysisError(1, 1, TOO_LONG))
    lines = dict(_toml_lines(text))
    return Data((_toml_argument(table, path, lines, (), 1),))


def _toml_lines(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    header: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        table = re.match(r"^\s*\[\[?([^\]]+)\]", line)
        key = re.match(r"^\s*([\w.\"'-]+)\s*=", line)
        if table:
            header = _toml_key(table.group(1))
            yield header, number
        elif key:
            yield (*header, *_toml_key(key.group(1))), number


def _toml_key(text: str) -> tuple[str, ...]:
    return tuple(part.strip(" \"'") for part in re.findall(r'"[^"]*"|\'[^\']*\'|[^.]+', text))


def _toml_argument(
    value: object, path: str, lines: Mapping[tuple[str, ...], int], key: tuple[str, ...], line: int
) -> Argument:
    line = lines.get(key, line)
    span = span_at(path, line)
    if isinstance(value, Mapping):
        table = {k: _toml_argument(v, path, lines, (*key, k), line) for k, v in value.items()}
        return Argument(table, span, "")
    if isinstance(value, list):
        return Argument([_toml_argument(v, path, lines, key, line) for v in value], span, "")
    value = within_reason(value)
    return Argument(value, span, value if isinstance(value, str) else repr(value))
