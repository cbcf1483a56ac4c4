"""The one entrance to evaluation: tables from node type to function.

`expressions` and `statements` fill them; everybody else only calls `evaluate` and `execute`, so
that nothing has to import in a circle.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from gdprlint.engine.frame import Frame
    from gdprlint.engine.values import Val

HANDLERS: dict[type, Callable[[Frame, Any], Val]] = {}
STATEMENTS: dict[type, Callable[[Frame, Any], bool]] = {}


def evaluate(frame: Frame, node: ast.expr) -> Val:
    """The value of an expression."""
    return HANDLERS[node.__class__](frame, node)


def execute(frame: Frame, body: list[ast.stmt]) -> bool:
    """Run a block; False if control cannot leave it at the end (return, raise)."""
    for statement in body:
        frame.statement = statement
        if not STATEMENTS[statement.__class__](frame, statement):
            return False
    return True
