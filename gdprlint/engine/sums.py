"""What two values make together: a longer text, or a number."""

from __future__ import annotations

import ast

from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.frame import Frame
from gdprlint.engine.reveal import text_value
from gdprlint.engine.values import NEVER_NUMBERS, Val, join

OF_NUMBERS = frozenset((ast.Mult, ast.FloorDiv, ast.Pow))
_REPEATED = ("str", "list")


def added(frame: Frame, left: Val, right: Val) -> Val:
    """Both texts, one after the other; of collections the parts of both."""
    if left.element is not None or right.element is not None:
        return join(left, right)
    return join(text_value(frame, left, "str"), text_value(frame, right, "str"))


def product(frame: Frame, node: ast.BinOp) -> Val:
    """A number, unless a text or a list is repeated."""
    left, right = evaluate(frame, node.left), evaluate(frame, node.right)
    if left.is_plain() and right.is_plain():
        return Val(type=left.type or right.type, opaque=left.opaque and right.opaque)
    result = added(frame, left, right)
    if left.type in _REPEATED or right.type in _REPEATED:
        return result
    tags = (tag for tag in result.tags if not tag.category.startswith(NEVER_NUMBERS))
    return Val(tuple(tags))
