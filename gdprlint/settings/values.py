"""One TOML value or flag text -> the value a key holds, or one line that says what is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping

from gdprlint.files.patterns import PathPattern
from gdprlint.model import UsageError
from gdprlint.settings.keys import Key
from gdprlint.settings.record import PerFile


def nearest(name: str, names: Iterable[str]) -> str:
    """A hint that gives the most similar of `names`, "" if none is similar."""
    from difflib import get_close_matches

    found = get_close_matches(name, list(names), 1, 0.6)
    if not found:
        folded = {valid.lower(): valid for valid in names}
        found = [folded[near] for near in get_close_matches(name.lower(), folded, 1, 0.6)]
    return f"did you mean `{found[0]}`?" if found else ""


def read_value(key: Key, value: object, base: str, where: str) -> object:
    """Check `value` against `key`; paths are relative to the folder `base`.

    `where` names the place in messages, such as "pyproject.toml: tool.gdprlint.select".
    Raises `UsageError`.
    """
    return _READERS[key.kind](key, value, base, where)


def read_table(
    keys: Mapping[str, Key], table: Mapping[str, object], base: str, where: str
) -> dict[str, object]:
    """Check every entry of a table with fixed names; keeps only what is set."""
    result = {}
    for name, value in table.items():
        key = keys.get(name)
        if key is None:
            raise UsageError(f"{where}: unknown key `{name}`", nearest(name, keys))
        result[name] = read_value(key, value, base, f"{where}.{name}")
    return result


def _wrong(where: str, expected: str, value: object) -> UsageError:
    return UsageError(f"{where}: expected {expected}, found {type_word(value)}")


def type_word(value: object) -> str:
    """What TOML calls the type of a value."""
    words = {bool: "a boolean", int: "an integer", float: "a float", str: "a string"}
    words |= {list: "an array", dict: "a table"}
    return words.get(type(value), "a " + type(value).__name__)


def _boolean(key: Key, value: object, base: str, where: str) -> object:
    if isinstance(value, bool):
        return value
    raise _wrong(where, "a boolean", value)


def _integer(key: Key, value: object, base: str, where: str) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _wrong(where, "an integer", value)


def _text(key: Key, value: object, base: str, where: str) -> str:
    if isinstance(value, str):
        return value
    raise _wrong(where, "a string", value)


def _choice(key: Key, value: object, base: str, where: str) -> object:
    text = _text(key, value, base, where)
    if text in key.choices:
        return text
    hint = nearest(text, key.choices) or f"one of {', '.join(key.choices)}"
    raise UsageError(f"{where}: unknown value `{text}`", hint)


def _texts(key: Key, value: object, base: str, where: str) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, (list, tuple)):
        raise _wrong(where, "an array of strings", value)
    texts = tuple(_text(key, item, base, where) for item in values)
    if key.choices:
        for text in texts:
            _choice(key, text, base, where)
    return texts


def _date(key: Key, value: object, base: str, where: str) -> object:
    from datetime import date

    text = value.isoformat() if isinstance(value, date) else _text(key, value, base, where)
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise UsageError(f"{where}: `{text}` is not a date", "write YYYY-MM-DD") from None


def _file(key: Key, value: object, base: str, where: str) -> object:
    text = _text(key, value, base, where)
    return os.path.normpath(os.path.join(base, os.path.expanduser(text))) if text else ""


def _paths(key: Key, value: object, base: str, where: str) -> object:
    """Folders become absolute; what is no folder is left for the reader (a package name)."""
    joined = (
        (text, os.path.normpath(os.path.join(base, text)))
        for text in _texts(key, value, base, where)
    )
    return tuple(path if os.path.isdir(path) else text for text, path in joined)


def _patterns(key: Key, value: object, base: str, where: str) -> object:
    return tuple(PathPattern(base, text) for text in _texts(key, value, base, where))


def _per_file(key: Key, value: object, base: str, where: str) -> object:
    return tuple(
        PerFile(PathPattern(base, glob), _texts(key, rules, base, f"{where}.{glob}"))
        for glob, rules in _mapping(value, where).items()
    )


def _table(key: Key, value: object, base: str, where: str) -> object:
    entry = key._replace(kind=key.values)
    return {
        name: read_value(entry, item, base, f"{where}.{name}")
        for name, item in _mapping(value, where).items()
    }


def _record(key: Key, value: object, base: str, where: str) -> dict[str, object]:
    fields = {field.name: field for field in key.fields}
    return read_table(fields, _mapping(value, where), base, where)


def _record_table(key: Key, value: object, base: str, where: str) -> object:
    return {
        name: _record(key, item, base, f"{where}.{name}")
        for name, item in _mapping(value, where).items()
    }


def _records(key: Key, value: object, base: str, where: str) -> object:
    if not isinstance(value, list):
        raise _wrong(where, "an array of tables", value)
    return tuple(_record(key, item, base, f"{where}[{n}]") for n, item in enumerate(value))


def _mapping(value: object, where: str) -> Mapping[str, object]:
    if isinstance(value, dict):
        return value
    raise _wrong(where, "a table", value)


_READERS: dict[str, Callable[[Key, object, str, str], object]] = {
    "boolean": _boolean,
    "integer": _integer,
    "text": _text,
    "texts": _texts,
    "choice": _choice,
    "date": _date,
    "file": _file,
    "paths": _paths,
    "patterns": _patterns,
    "per-file": _per_file,
    "table": _table,
    "record": _record,
    "record-table": _record_table,
    "records": _records,
}
