"""Type parameters and `type` statements (PEP 695, 696), blanked in place.

Most files that are newer than the interpreter are so for nothing else. Every other character
keeps its place, so the tree of the blanked text needs no moving.
"""

from __future__ import annotations

import re

_HEAD = re.compile(r"^([ \t]*(?:async[ \t]+def|def|class)[ \t]+\w+[ \t]*)\[", re.MULTILINE)
_ALIAS = re.compile(r"^([ \t]*)(type[ \t]+)(\w+)([ \t]*)(?=[\[=])", re.MULTILINE)
_MAX_PARAMETERS = 2000
_LINE_END = re.compile(r" (?=\r?\n)")
_NOT_BLANK = re.compile(r"[^\n\r]")


def blanked(text: str) -> str:
    """The text without type parameters, each `type X = ...` as an assignment."""
    text = _ALIAS.sub(lambda m: f"{m[1]}{m[3]}{' ' * len(m[2])}{m[4]}", text)
    pieces: list[str] = []
    at = 0
    for match in _HEAD.finditer(text):
        if match.start() < at:
            continue
        start = match.end() - 1
        end = _closing(text, start)
        if end is None:
            continue
        # a line break that stood in brackets is continued by a backslash in the last blank
        blank = _LINE_END.sub("\\\\", _NOT_BLANK.sub(" ", text[start:end]))
        pieces += (text[at:start], blank)
        at = end
    text = "".join(pieces) + text[at:]
    return _blank_alias_parameters(text)


def _blank_alias_parameters(text: str) -> str:
    pattern = re.compile(r"^([ \t]*\w+ {5,})(\[[^\]\n]*\])(?=[ \t]*=[^=])", re.MULTILINE)
    return pattern.sub(lambda m: m[1] + " " * len(m[2]), text)


def _closing(text: str, start: int) -> int | None:
    """The offset behind the bracket that closes the one at `start`, if it is near."""
    depth = 0
    for offset in range(start, min(len(text), start + _MAX_PARAMETERS)):
        if text[offset] == "[":
            depth += 1
        elif text[offset] == "]":
            depth -= 1
            if not depth:
                return offset + 1
    return None
