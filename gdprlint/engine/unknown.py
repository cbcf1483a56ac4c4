"""Calls of which nothing is known: an unknown method of some object, a function of a library that
no table names.

They drop what they are given. Their arguments are looked at for what these call themselves, for
functions that are handed over, and a getter's name is evidence of what it returns.
"""

from __future__ import annotations

import ast

from gdprlint.engine.arguments import Given, given_of
from gdprlint.engine.declared import Bound, Class, Function, Super, bare_name
from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.exceptions import note_carrier, note_own_text
from gdprlint.engine.factual import value_of_fact
from gdprlint.engine.frame import Frame
from gdprlint.engine.messages import template_text
from gdprlint.engine.methods import is_known_method, method_call
from gdprlint.engine.naming import by_name, receivers_of
from gdprlint.engine.values import CLEAN, UNKNOWN, Val
from gdprlint.engine.watched import note_watched
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

    from gdprlint.engine.declared import TypeRef
    from gdprlint.engine.program import Program


def unknown_call(frame: Frame, node: ast.Call, base: Val | None) -> Val:
    """A call whose target is not known: a method of some object, or an unresolved name."""
    func = node.func
    if base is None or not isinstance(func, ast.Attribute):
        name = func.id if isinstance(func, ast.Name) else ""
        if not name or says_nothing(frame, name):
            pass_by(frame, node)
            return UNKNOWN
        given = given_of(frame, node)
        call_back(frame, node, given)
        return by_called_name(frame, node, name, (), given)
    method = func.attr
    if method == "format" and template_text(frame, func.value) is not None:
        return transfer.format_call(frame, node)
    if method == "format" and base.opaque and base.type is None and base.ref is None:
        return transfer.put_into_unknown(frame, node)
    if method == "__init__":
        note_own_text(frame, node, base)
    if base.ref.__class__ is Super:
        base = _above(frame, base, method)
    kind = base.type
    found = None if kind is None else library_method(frame.program, kind, method)
    is_watched = isinstance(kind, str) and method in frame.program.options.watched_words
    if not (found or is_watched or frame.guards) and is_unheard_of(frame, method):
        pass_by(frame, node)
        return UNKNOWN
    given = given_of(frame, node)
    if found is not None:
        dotted, fact = found
        if fact is None or is_known(frame, dotted):
            value = transfer.library_call(frame, node, dotted, base, given)
            if fact is None or dotted in frame.program.catalogue.functions:
                return value
        else:
            note_watched(frame, node, dotted, given)
        return value_of_fact(frame.program, fact, base, given.args, frame, node, dotted)
    if is_watched:
        note_watched(frame, node, f"{kind}.{method}", given)
    if frame.guards:
        names = tuple(f"{name}.{method}" for name in type_names(frame.program, kind))
        note_carrier(frame, (*names, "*." + method), given)
    known = method_call(frame, node, base, method, given)
    if known is not None:
        return known
    call_back(frame, node, given)
    if says_nothing(frame, method):
        return UNKNOWN
    return by_called_name(frame, node, method, receivers_of(frame, func.value, base), given)


def _above(frame: Frame, base: Val, method: str) -> Val:
    """The object itself, where `super().method()` is a library's that the catalogue knows."""
    receiver = base.ref.receiver  # type: ignore[union-attr]
    kind = receiver.type
    known = None if kind is None else library_method(frame.program, kind, method)
    return base if known is None else receiver


def is_unheard_of(frame: Frame, method: str) -> bool:
    """Whether nothing is known of a method of that name, whatever it is given."""
    return says_nothing(frame, method) and not is_known_method(frame.program.language, method)


def pass_by(frame: Frame, node: ast.Call) -> None:
    """Look at the arguments of a call nobody follows only for what they call themselves, and for
    a function among them that is given the rest."""
    args = node.args
    for arg in args:
        kind = arg.__class__
        if kind is ast.Constant:
            continue
        if kind is ast.Name:
            if arg is args[-1]:
                return _pass_by_keywords(frame, node)
            ref = evaluate(frame, arg).ref
        elif kind is ast.Attribute and arg is args[-1] and not calls_something(arg):
            return _pass_by_keywords(frame, node)
        elif kind is ast.Attribute or calls_something(arg):
            ref = evaluate(frame, arg).ref
        else:
            continue
        if isinstance(ref, (Function, Bound)):
            return call_back(frame, node, given_of(frame, node))
    return _pass_by_keywords(frame, node)


def _pass_by_keywords(frame: Frame, node: ast.Call) -> None:
    for keyword in node.keywords:
        if keyword.arg == "target":
            return call_back(frame, node, given_of(frame, node))
        if calls_something(keyword.value):
            evaluate(frame, keyword.value)
    return None


def calls_something(node: ast.expr) -> bool:
    """Whether evaluating an expression may do more than yield a value."""
    pending: list[Any] = [node]
    while pending:
        part = pending.pop()
        kind = part.__class__
        if kind is ast.Name or kind is ast.Constant:
            continue
        if kind is ast.Attribute or kind is ast.FormattedValue:
            pending.append(part.value)
        elif kind is ast.Dict or kind is ast.JoinedStr:
            pending.extend(part.values)
        elif kind is ast.List or kind is ast.Tuple:
            pending.extend(part.elts)
        else:
            return True
    return False


class LibraryMethod(NamedTuple):
    """A method that a library's class has: its dotted name, and the fact about its result."""

    dotted: str
    fact: str | None


def library_method(program: Program, kind: TypeRef, method: str) -> LibraryMethod | None:
    """The method as the catalogue knows it: of a library's class or of the first base that is."""
    names = type_names(program, kind)
    key = (names, method)
    methods = program.library_methods
    if key not in methods:
        catalogue = program.catalogue
        methods[key] = None
        for name in names:
            dotted = f"{name}.{method}"
            fact = catalogue.member(name, method, is_call=True)
            if fact is not None or dotted in catalogue.sinks or dotted in catalogue.functions:
                methods[key] = LibraryMethod(dotted, fact)
                break
    return methods[key]


def type_names(program: Program, kind: TypeRef | None) -> tuple[str, ...]:
    """Dotted names of the library classes that a type is or inherits from."""
    if isinstance(kind, Class):
        return lineage.library_bases(program, kind)
    return () if kind is None else (kind,)


def is_known(frame: Frame, dotted: str) -> bool:
    """True if the catalogue has a sink or a function of that dotted name."""
    catalogue = frame.program.catalogue
    return dotted in catalogue.sinks or dotted in catalogue.functions


def by_called_name(
    frame: Frame, node: ast.Call, name: str, receivers: tuple[str, ...], given: Given
) -> Val:
    if not name or says_nothing(frame, name):
        return UNKNOWN
    if name in frame.program.language.translation_functions and given.args:
        return given.args[0]
    if transfer.is_trusted_sanitizer(frame, name):
        return CLEAN
    value = by_name(frame, node, name, receivers, UNKNOWN)
    return value if value.tags else UNKNOWN


def says_nothing(frame: Frame, name: str) -> bool:
    """Whether an unknown call by that name yields nothing known, whatever it is given."""
    known = frame.program.says_nothing.get(name)
    if known is None:
        known = frame.program.says_nothing[name] = (
            frame.program.silent[name]
            and name not in frame.program.language.translation_functions
            and not transfer.is_trusted_sanitizer(frame, name)
        )
    return known


def plain_result(frame: Frame, dotted: str) -> Val | None:
    """What a call of a library's function yields of which no table says anything, whatever it is
    given; None if a table does."""
    results = frame.program.plain_results
    if dotted not in results:
        results[dotted] = _plain_result(frame, dotted)
    return results[dotted]


def _plain_result(frame: Frame, dotted: str) -> Val | None:
    catalogue = frame.program.catalogue
    if (
        dotted.startswith("builtins.")
        or dotted == "functools.partial"
        or dotted in frame.program.options.watch
        or dotted in catalogue.sinks
        or dotted in catalogue.constructors
        or dotted in catalogue.functions
        or dotted in catalogue.types
        or dotted in catalogue.kind_of_base
        or dotted.endswith(transfer.EXCEPTIONS)
    ):
        return None
    last = dotted.rpartition(".")[2]
    if last[:1].isupper():
        return Val(type=dotted)
    return UNKNOWN if says_nothing(frame, last) else None


def _is_made(frame: Frame, func: ast.expr) -> bool:
    """Whether a call makes an object: it keeps a function for later and the rest for itself. What
    runs one at once or in time says so (`Timer(5, notify, ...)`)."""
    name = bare_name(func)
    return name[:1].isupper() and name not in frame.program.language.runners


def call_back(frame: Frame, node: ast.Call, given: Given) -> None:
    """Functions handed to unknown code (`map`, `submit`, `create_task`, `Thread`) get the rest."""
    for index, value in enumerate(given.args):
        if isinstance(value.ref, (Function, Bound)) and len(given.args) > index + 1:
            if _is_made(frame, node.func):
                return
            rest = given._replace(
                args=given.args[index + 1 :], nodes=given.nodes[index + 1 :], starred=[]
            )
            calls.call_reference(frame, node, value, None, rest)
            return
    target = given.keywords.get("target")
    if target is not None and isinstance(target.ref, (Function, Bound)):
        handed = given.keywords.get("args")
        fields = (handed.fields or {}) if handed is not None else {}
        values = list(fields.values())
        place = given.keyword_nodes.get("args", node)
        rest = Given(values, {}, [place] * len(values), {}, [], False)
        calls.call_reference(frame, node, target, None, rest)


# the engine is one recursion: values of calls need classes, texts of classes need calls
from gdprlint.engine import calls, lineage, transfer  # noqa: E402
