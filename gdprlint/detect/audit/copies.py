"""Copies of a person's data, and ways back from a pseudonym: what a function hands out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from gdprlint.detect.audit.site import Effect, Site, is_called
from gdprlint.detect.audit.syntax import own_nodes
from gdprlint.detect.imports import dotted_name
from gdprlint.model import Rule

_NO_COPY = re.compile(r"redirect|forbidden|notfound|badrequest|error|404|render|template|super|"
                      r"gone|invalid|abort|permission|unauthor", re.IGNORECASE)  # fmt: skip


def copies(site: Site, rule: Rule) -> Iterator[Effect]:
    """What a function hands out whose name or route says it copies a person's data, or leads from a
    pseudonym back to the person."""
    if is_called(site, rule):
        yield from handed_out(site)


def handed_out(site: Site) -> Iterator[Effect]:
    """Returns that carry something: not None, not an error, not a page, not a redirect."""
    for node in own_nodes(site.function.node):
        if not isinstance(node, ast.Return) or node.value is None:
            continue
        value = node.value
        if isinstance(value, ast.Constant) or is_refusal(value):
            continue
        yield Effect(node, ast.unparse(value), ())


def is_refusal(value: ast.expr) -> bool:
    """An error response, a redirect, a page: no copy of data."""
    if isinstance(value, ast.Tuple) and value.elts:
        status = value.elts[-1]
        if isinstance(status, ast.Constant) and isinstance(status.value, int):
            return status.value >= 300
    if not isinstance(value, ast.Call):
        return False
    if _NO_COPY.search(dotted_name(value.func, {})):
        return True
    return any(
        keyword.arg in ("status", "status_code", "code")
        and re.search(r"[345]\d\d", ast.unparse(keyword.value)) is not None
        for keyword in value.keywords
    )
