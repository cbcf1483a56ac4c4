"""Functions whose name promises to hide a value: is the promise kept on every path?

A project function masks a parameter if its summary returns no full dependency on it, so nothing
needs to be trusted; this module only notes the promises that are broken (GDL309).
"""

from __future__ import annotations

import ast

from gdprlint.engine.frame import Frame
from gdprlint.engine.observations import MaskSeen
from gdprlint.engine.places import span_of
from gdprlint.engine.values import FULL, NONE, Val, flat_deps
from gdprlint.model import Span


def promises_to_hide(frame: Frame, name: str) -> bool:
    """True for `mask_email`, `redact`, `_anonymise_ip`, ... by the verb the name starts with."""
    verb = name.strip("_").lower().partition("_")[0]
    return verb in frame.program.language.promise_words


def hides_on_some_path(frame: Frame) -> bool:
    """True if the function promises to hide a value (`mask_email`, `get_masked_email`), and one
    `return` does and another does not."""
    function = frame.function
    if len(frame.returns) < 2:
        return False
    if not promises_to_hide(frame, function.name):
        hidden = frame.program.language.hidden_words
        if hidden.isdisjoint(function.name.lower().split("_")):
            return False
    in_full = {
        any(d.owner == function.id and d.disclosure == FULL for d in flat_deps(value))
        for value in frame.returns
        if value is not NONE
    }
    return len(in_full) > 1


def check_promise(frame: Frame, node: ast.Return, value: Val) -> None:
    """Note a return that hands a parameter back in full from a function that promises not to."""
    function = frame.function
    if function.cls is not None and function.is_property:
        return
    if not promises_to_hide(frame, function.name) or _is_judged_apart(frame, node):
        return
    first = next((p.name for p in function.params if p.name not in ("self", "cls")), None)
    for dep in flat_deps(value):
        if (
            dep.owner == function.id
            and dep.name == first
            and not dep.path
            and dep.disclosure == FULL
        ):
            if function.node is None:
                return
            place = span_of(frame.module, function.node)
            name = Span(place.path, place.line, place.column, place.line, place.column)
            frame.masks.append(
                MaskSeen(function.qualname, dep.name, name, span_of(frame.module, node))
            )
            return


def _is_judged_apart(frame: Frame, node: ast.Return) -> bool:
    """An encoding or a slice in what is returned: GDL305 and GDL306 say more about those."""
    place = span_of(frame.module, node)
    return any(
        form in ("encoding", "slice") and place.line <= span.line <= place.end_line
        for form, span in frame.notes
    )
