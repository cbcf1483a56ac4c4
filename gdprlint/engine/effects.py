"""What the audit rules need of the engine: the type an operation works on, and data in events.

Nothing here runs unless the settings name the project's audit calls.
"""

from __future__ import annotations

import ast

from gdprlint.engine.declared import Class
from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.frame import Frame
from gdprlint.engine.messages import leaves
from gdprlint.engine.observations import EffectSeen
from gdprlint.engine.places import span_of
from gdprlint.engine.sinks import show
from gdprlint.engine.values import Val

EFFECTS = frozenset(
    ["delete", "adelete", "save", "asave", "update", "aupdate", "create", "acreate", "destroy",
     "delete_instance", "unlink", "remove", "add", "merge", "commit", "get", "aget", "filter"]
)  # fmt: skip
"""Methods that change or read stored records, in the ORMs the audit rules know."""


def note_effect(frame: Frame, node: ast.Call, base: Val) -> None:
    """Record which class an operation works on: the receiver's, its elements', an argument's."""

    names = class_names(frame, base)
    for arg in node.args[:1]:
        names = names or class_names(frame, evaluate(frame, arg))
    if names:
        span = span_of(frame.module, node)
        frame.notes["effect", span] = EffectSeen(names, span)


def class_names(frame: Frame, value: Val) -> tuple[str, ...]:
    """The class of a value, of its elements or of the class itself, with the bases."""
    from gdprlint.engine.lineage import bases_of

    for part in (value, value.element):
        for known in (None, None) if part is None else (part.type, part.ref):
            if isinstance(known, Class):
                bases = bases_of(frame.program, known)
                return tuple(b.name if isinstance(b, Class) else b for b in bases)
            if (
                isinstance(known, str)
                and known.rpartition(".")[2][:1].isupper()
                and (part is value.element or value.element is None)
            ):
                return (known,)
    return ()


def is_event(frame: Frame, node: ast.Call) -> bool:
    """True if a call, as written, is one of the project's audit calls."""
    written = ast.unparse(node.func)
    return any(
        written == call or call.endswith("." + written) or written.endswith("." + call)
        for call in frame.program.options.audit
    )


def show_event(frame: Frame, node: ast.Call) -> None:
    """Personal data handed to an audit event reaches the sink set `@audit`.

    An object that is handed over as a whole is a reference, not its text.
    """

    if not is_event(frame, node):
        return
    name = ast.unparse(node.func)
    is_inner = in_definition(frame)
    for arg in (*node.args, *(keyword.value for keyword in node.keywords)):
        if evaluate(frame, arg).type in (None, "str", "dict", "list"):
            shown = leaves(frame, arg, "str")
            if is_inner:
                shown = ((part, value.replace(deps=())) for part, value in shown)
            show(frame, shown, "audit", name)


def in_definition(frame: Frame) -> bool:
    """True inside a function that is an audit call itself: its callers are judged already."""
    dotted = f"{frame.module.name}.{frame.function.qualname}"
    return any(
        dotted == call or dotted.endswith("." + call) for call in frame.program.options.audit
    )
