"""Settings as text: every key with its value in TOML spelling and where that came from."""

from __future__ import annotations

import json
import os
from typing import TextIO

from gdprlint.files.patterns import PathPattern
from gdprlint.settings.keys import KEYS, field_name
from gdprlint.settings.record import PerFile, Settings


def write_settings(settings: Settings, stream: TextIO) -> None:
    """One line for each key, in TOML spelling, with its origin as a comment."""
    for key in KEYS:
        value = toml_text(getattr(settings, field_name(key.name)), settings.root)
        origin = settings.origins.get(key.name, "default")
        shown = os.path.relpath(origin) if os.path.isabs(origin) else origin
        stream.write(f"{key.name} = {value}  # {shown}\n")


def toml_text(value: object, root: str) -> str:
    """A value of the record as TOML would spell it."""
    if isinstance(value, PathPattern):
        return toml_text(pattern_text(value, root), root)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        pairs = [
            f"{toml_name(str(name))} = {toml_text(item, root)}" for name, item in value.items()
        ]
        return "{ " + ", ".join(pairs) + " }" if pairs else "{}"
    if isinstance(value, tuple) and value and all(isinstance(item, PerFile) for item in value):
        return toml_text({pattern_text(item.pattern, root): item.rules for item in value}, root)
    if isinstance(value, tuple):
        return "[" + ", ".join(toml_text(item, root) for item in value) + "]"
    return str(value)


def pattern_text(pattern: PathPattern, root: str) -> str:
    """A pattern as it would be written in a settings file of `root`."""
    if pattern.base == root or "/" not in pattern.glob:
        return pattern.glob
    return os.path.relpath(os.path.join(pattern.base, pattern.glob), root).replace(os.sep, "/")


def toml_name(name: str) -> str:
    """A bare or quoted key."""
    is_bare = name.replace("-", "").replace("_", "").isalnum() and name.isascii()
    return name if is_bare else json.dumps(name, ensure_ascii=False)
