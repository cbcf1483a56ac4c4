"""Mappings that lack what stood under some keys: parts that were taken out or written over, also of
a mapping that a caller hands in and of which nothing is known yet.

A set of keys is lower case; `*word` stands for all keys that hold the word (`*` for all), `?` for
whatever a test that cannot be read would find to be secret.
"""

from __future__ import annotations

import re

from gdprlint.engine.frame import Frame
from gdprlint.engine.values import MAX_PATH, TEXT, Dep, Val, flat_tags

WITHOUT = "-"
"""How a step of a path begins that takes keys out; the keys follow, in order."""

SOME = frozenset("?")
ALL = frozenset("*")
_MASK = re.compile(
    r"(?i)\*{2,}|redact|mask|hidden|filter|remov|censor|scrub|secret|x{3,}|\.{3}|…"
    r"|^<[\w -]+>$|^\[[\w -]+\]$"
)
_SECRET = ("credential.", "financial.card", "gov_id.", "online.cookie", "online.session_id")


def without(value: Val, keys: frozenset[str]) -> Val:
    """A mapping without the parts under these keys; an object keeps its attributes where a value
    is known to be no mapping."""
    if "*" in keys and value.type not in (None, "dict"):
        return without(value, keys - ALL) if len(keys) > 1 else value
    fields, deps = value.fields, value.deps
    if fields:
        left = {name: part for name, part in fields.items() if not _is_gone(name, part, keys)}
        fields = left if len(left) < len(fields) else fields
    if deps:
        deps = tuple([_lacking(dep, keys) for dep in deps])
    if fields is value.fields and deps == value.deps:
        return value
    return value.replace(fields=fields, deps=deps)


def is_mask(value: Val) -> bool:
    """Whether a constant stands for something that is not to be read: `***`."""
    return isinstance(value.const, str) and _MASK.search(value.const) is not None


def without_asked(frame: Frame, value: Val, key: str) -> Val:
    """The same for one key, of an input only if the key could name personal data at all."""
    keys = frozenset((key.lower(),))
    if value.deps and frame.program.silent[key]:
        return without(value.replace(deps=()), keys).replace(deps=value.deps)
    return without(value, keys)


def rewritten(text: Val, part: Val, instead: Val) -> Val:
    """`text.replace(part, instead)`: a mask hides what the part is, of a part that is not known
    whatever it may be."""
    if not is_mask(instead) and not (part.tags and instead.const == ""):
        return text
    hidden = {tag.category for tag in flat_tags(part)}
    if part.deps or not hidden:
        return TEXT
    return text.replace(tags=tuple(tag for tag in text.tags if tag.category not in hidden))


def keys_of(step: str) -> frozenset[str]:
    """The keys that a step of a path takes out."""
    return frozenset(step[1:].split(","))


def _is_gone(name: str, part: Val, keys: frozenset[str]) -> bool:
    name = name.lower()
    if name in keys:
        return True
    for key in keys:
        if key[:1] == "*" and key[1:] in name:
            return True
    if "?" in keys:
        return any(tag.category.startswith(_SECRET) for tag in flat_tags(part))
    return False


def _lacking(dep: Dep, keys: frozenset[str]) -> Dep:
    path = dep.path
    if dep.show:
        return dep
    if path and path[-1].startswith(WITHOUT):
        keys, path = keys | keys_of(path[-1]), path[:-1]
    if len(path) >= MAX_PATH:
        return dep
    return dep._replace(path=(*path, WITHOUT + ",".join(sorted(keys))))
