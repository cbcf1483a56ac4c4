"""Where rules can be read: the addresses of their own files, which are always at hand."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from gdprlint.model import Rule
from gdprlint.policy.packs import file_of_rule


def rule_pages(rules: Mapping[str, Rule], packs: Sequence[str]) -> dict[str, str]:
    """The address of each rule's file, by id; rules whose file is gone are left out."""
    files = {id: file_of_rule(rule.origin, packs) for id, rule in rules.items()}
    return {id: address_of(file) for id, file in files.items() if file}


def address_of(file: str) -> str:
    """The file URL of an absolute path (RFC 8089)."""
    posix = file.replace(os.sep, "/")
    return "file://" + quote(posix if posix.startswith("/") else f"/{posix}")
