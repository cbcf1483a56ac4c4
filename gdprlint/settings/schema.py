"""The JSON Schema of the settings, derived from the table of keys; editors validate with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gdprlint.settings.keys import KEYS, Key

Schema = dict[str, object]

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The draft that taplo, Even Better TOML and SchemaStore read."""

_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"oneOf": [_TEXT, {"type": "array", "items": _TEXT}]}


def settings_schema() -> Schema:
    """The schema of `[tool.gdprlint]`, which is also that of a whole gdprlint.toml."""
    schema = object_schema(KEYS)
    properties = {
        "extend": {**_TEXT, "description": "a settings file to start from, relative to this one"},
        **_properties(KEYS),
    }
    return {
        "$schema": DRAFT,
        "title": "gdprlint settings",
        **schema,
        "properties": properties,
    }


def object_schema(keys: Iterable[Key]) -> Schema:
    """A table with these keys and no others."""
    return {"type": "object", "properties": _properties(keys), "additionalProperties": False}


def key_schema(key: Key) -> Schema:
    """The schema of one key, with its help and its default."""
    schema = {**_SHAPES[key.kind](key), "description": key.help}
    if key.default not in ("", (), {}):
        schema["default"] = key.default
    return schema


def _properties(keys: Iterable[Key]) -> Schema:
    return {key.name: key_schema(key) for key in keys}


def _texts(key: Key) -> Schema:
    if not key.choices:
        return _TEXTS
    choice = {"enum": list(key.choices)}
    return {"oneOf": [choice, {"type": "array", "items": choice}]}


def _values(key: Key) -> Schema:
    entry = _SHAPES[key.values](key._replace(kind=key.values))
    return {"type": "object", "additionalProperties": entry}


_SHAPES: dict[str, Callable[[Key], Schema]] = {
    "boolean": lambda key: {"type": "boolean"},
    "integer": lambda key: {"type": "integer"},
    "text": lambda key: _TEXT,
    "texts": _texts,
    "choice": lambda key: {"enum": list(key.choices)},
    "date": lambda key: {"type": "string", "format": "date"},
    "file": lambda key: _TEXT,
    "paths": lambda key: _TEXTS,
    "patterns": lambda key: _TEXTS,
    "per-file": lambda key: {"type": "object", "additionalProperties": _TEXTS},
    "table": _values,
    "record": lambda key: object_schema(key.fields),
    "record-table": lambda key: {
        "type": "object",
        "additionalProperties": object_schema(key.fields),
    },
    "records": lambda key: {"type": "array", "items": object_schema(key.fields)},
}
