"""The one entrance to the evaluation of expressions: a table from node type to function.

`expressions` fills the table; everybody else only calls `evaluate`, so that nothing has to import
in a circle.
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


def evaluate(frame: Frame, node: ast.expr) -> Val:
    """The value of an expression."""
    return HANDLERS[node.__class__](frame, node)
