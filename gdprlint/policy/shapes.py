"""Shapes of TOML values, and the check that a table has only known keys of the right shape.

A mistake becomes one UsageError: file, key path, what was expected, the nearest valid name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from gdprlint.model import UsageError
from gdprlint.tuples import NamedTuple

Check = Callable[[Any], bool]


class Shape(NamedTuple):
    """What a value must be: the words of the message, and the test."""

    words: str
    fits: Check


class Key(NamedTuple):
    """One key of a table; `inner` are the keys of the table, or of each row, that it holds."""

    name: str
    shape: Shape
    required: bool = False
    inner: tuple[Key, ...] = ()


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def list_of(item: Shape) -> Shape:
    """A list whose items all have one shape."""
    return Shape(
        f"a list of {item.words}", lambda v: isinstance(v, list) and all(map(item.fits, v))
    )


def table_of(item: Shape) -> Shape:
    """A table of free names whose values all have one shape."""
    return Shape(
        f"a table of {item.words}",
        lambda v: isinstance(v, dict) and all(map(item.fits, v.values())),
    )


def one_of(*choices: str) -> Shape:
    """One of a few texts."""
    return Shape("one of " + ", ".join(choices), lambda v: isinstance(v, str) and v in choices)


def either(*shapes: Shape) -> Shape:
    """Any of the shapes."""
    return Shape(" or ".join(s.words for s in shapes), lambda v: any(s.fits(v) for s in shapes))


TEXT = Shape("text", _is_text)
WORDS = Shape("text that is not empty", lambda v: isinstance(v, str) and bool(v.strip()))
FLAG = Shape("true or false", lambda v: isinstance(v, bool))
WHOLE = Shape("a whole number", _is_whole)
NUMBER = Shape("a number", lambda v: _is_whole(v) or isinstance(v, float))
TEXTS = list_of(TEXT)
WHOLES = list_of(WHOLE)
PAIR = Shape(
    "a pair of texts", lambda v: isinstance(v, list) and len(v) == 2 and all(map(_is_text, v))
)
TABLE = Shape("a table", lambda v: isinstance(v, dict))
ROWS = Shape(
    "a list of tables", lambda v: isinstance(v, list) and all(isinstance(r, dict) for r in v)
)
ANYTHING = Shape("any value", lambda v: True)
ITEMS = Shape("a list", lambda v: isinstance(v, list))


class Section(NamedTuple):
    """How a top-level table is built: rows (`[[sink]]`), named tables (`[type."a.B"]`), one table,
    or free entries (`[field]`); `keys` are those of a row, a named table or the table."""

    form: Literal["rows", "named", "table", "free"]
    keys: tuple[Key, ...] = ()
    shape: Shape = ANYTHING


def name_kind(value: Any) -> str:
    """What a value is, in the words of the messages."""
    if isinstance(value, bool):
        return "true or false"
    for kind, words in ((str, "text"), (int, "a number"), (float, "a number"), (list, "a list")):
        if isinstance(value, kind):
            return words
    return "a table" if isinstance(value, dict) else type(value).__name__


def check_table(table: Any, keys: Iterable[Key], shown: str, path: str) -> None:
    """Check one table: no unknown key, every required one, each of its shape."""
    if not isinstance(table, dict):
        raise UsageError(f"{shown}: {path}: expected a table, found {name_kind(table)}")
    known = {key.name: key for key in keys}
    for name, value in table.items():
        key = known.get(name)
        if key is None:
            raise UsageError(f"{shown}: {join(path, name)}: unknown key", suggest(name, known))
        check_shape(value, key.shape, shown, join(path, name))
        if key.inner:
            check_inner(value, key.inner, shown, join(path, name))
    for key in known.values():
        if key.required and key.name not in table:
            raise UsageError(
                f"{shown}: {join(path, key.name)}: missing, expected {key.shape.words}"
            )


def check_inner(value: Any, keys: Iterable[Key], shown: str, path: str) -> None:
    """Check the table, or each of the rows, that a key holds."""
    if isinstance(value, dict):
        check_table(value, keys, shown, path)
        return
    for index, row in enumerate(value):
        check_table(row, keys, shown, f"{path}[{index}]")


def check_shape(value: Any, shape: Shape, shown: str, path: str) -> None:
    """Check one value."""
    if not shape.fits(value):
        kind = name_kind(value)
        found = (
            f"`{value}`" if isinstance(value, str) and shape.words.startswith("one of") else kind
        )
        raise UsageError(f"{shown}: {path}: expected {shape.words}, found {found}")


def join(path: str, name: str) -> str:
    """A key path; names with dots or signs are quoted as TOML wants them."""
    written = name if name.replace("_", "").replace("-", "").isalnum() else f'"{name}"'
    return f"{path}.{written}" if path else written


def suggest(name: str, known: Iterable[str]) -> str:
    """A hint with the nearest valid name, or with all of them if they are few."""
    from difflib import get_close_matches

    names = sorted(known)
    nearest = get_close_matches(name, names, 1)
    if nearest:
        return f"did you mean `{nearest[0]}`?"
    return f"known: {', '.join(names)}" if 0 < len(names) <= 12 else ""


def require_known(name: str, known: Iterable[str], what: str, shown: str, path: str) -> None:
    """Refuse a reference to something that does not exist."""
    names = frozenset(known)
    if name not in names:
        raise UsageError(f"{shown}: {path}: unknown {what} `{name}`", suggest(name, names))


def item_paths(table: Mapping[str, Any], name: str) -> Iterable[tuple[str, Any]]:
    """The items of a list with their key paths; a missing list has none."""
    for index, value in enumerate(table.get(name, ())):
        yield f"{name}[{index}]", value
