"""Instances of project classes: what making one keeps, and what reading `instance.name` gives.

Where a class comes from is `lineage`, what it declares `fields`, what its text shows `texts`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gdprlint.engine.arguments import Given, bind
from gdprlint.engine.declared import Bound, Class, Function
from gdprlint.engine.fields import declared_value, field_names, field_of, field_value
from gdprlint.engine.frame import Frame
from gdprlint.engine.lineage import (
    bases_of,
    kind_of,
    library_bases,
    member_of,
    method_of,
)
from gdprlint.engine.naming import by_name, receivers_of, type_label
from gdprlint.engine.relations import is_manager, related_back
from gdprlint.engine.reveal import TEXT_FIELD, text_value
from gdprlint.engine.substitute import Call, substitute
from gdprlint.engine.types import reference
from gdprlint.engine.values import (
    CLEAN,
    FIELDS,
    FULL,
    LIKELY,
    MAX_DEPTH,
    NONE,
    POSSIBLE,
    UNKNOWN,
    Tag,
    Val,
    in_form,
    join,
    join_all,
    merge_deps,
)
from gdprlint.model import Span
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.program import Program


_SERIALIZERS = "rest_framework.serializers."


def instance_attribute(
    frame: Frame, base: Val, cls: Class, name: str, node: ast.expr, *, is_call: bool = False
) -> Val | None:
    """`instance.name`: a method, a property's value, a field, or what methods stored there."""
    program = frame.program
    member = member_of(program, cls, name)
    method = member.method
    if method is not None:
        if method.is_property:
            given = Given([], {}, [], {}, [], False)
            place = ast.copy_location(ast.Call(node, [], []), node)
            return calls.apply(frame, place, method, base, given)
        return Val(ref=Bound(method, base))
    known = None if member.home is None else field_value(frame, cls, name, node)
    if member.writers and (
        known is None or (known.is_plain() and known.type is None and not known.opaque)
    ):
        # a constant in the class body is a default: what methods store says more
        known = _stored(frame, base, cls, name, node, member.writers) or known
    if known is NONE and not is_call:
        return _unfilled(frame, base, name, node)
    if known is not None:
        return known
    if not is_call:
        fact = _library_fact(frame, base, cls, name, node)
        if fact is not None:
            return fact
    inner = cls.inner.get(name)
    if inner is not None:
        return Val(ref=inner)
    if kind_of(program, cls) != "django":
        return None
    if name == "objects":
        return Val(type="django.db.models.Manager", element=Val(type=cls))
    return related_back(program, cls).get(name)


def _stored(
    frame: Frame, base: Val, cls: Class, name: str, node: ast.expr, writers: tuple[Function, ...]
) -> Val | None:
    """What methods store in `self.name`, with the name as evidence if that is unknown."""
    result = _written(frame, cls, name, writers)
    if result is None or result is NONE:
        return result
    if base.deps:
        result = result.replace(deps=merge_deps(result.deps, frame.part_of(base, name).deps))
    if result.opaque and not result.tags and not frame.program.silent[name]:
        return by_name(frame, node, name, _receivers(frame, base, node), result)
    return result


def _unfilled(frame: Frame, base: Val, name: str, node: ast.expr) -> Val:
    """An attribute that the class only makes room for (`email = None`): others fill it."""
    value = frame.part_of(base, name) if base.deps else UNKNOWN
    if frame.program.silent[name]:
        return value
    return by_name(frame, node, name, _receivers(frame, base, node), value)


def _receivers(frame: Frame, base: Val, node: ast.expr) -> tuple[str, ...]:
    """The names in front of an attribute; a call it is followed through is not one of them."""
    if isinstance(node, ast.Call):
        label = type_label(frame, base)
        return (label,) if label else ()
    return receivers_of(frame, getattr(node, "value", node), base)


def _written(frame: Frame, cls: Class, name: str, writers: tuple[Function, ...]) -> Val | None:
    """The join of all stores, kept once every writer has been evaluated for good."""
    if frame.program.ledger.is_recording:
        frame.program.ledger.into.update(writers)
    known = cls.stored.get(name)
    if known is not None:
        return known
    result: Val | None = None
    is_final = True
    since = len(frame.program.pending)
    for writer in writers:
        if writer is frame.function:
            written = frame.writes.get(name)
            is_final = False
        else:
            written = frame.program.summary_of(writer).writes.get(name)
            is_final = is_final and writer.summary is not None
        if written is None:
            continue
        owned = _without_inputs(written, writer)
        result = owned if result is None else join(result, owned)
    if is_final and result is not None and frame.program.is_settled(since):
        cls.stored[name] = result
    return result


def _without_inputs(value: Val, writer: Function, depth: int = 0) -> Val:
    """A stored value seen from outside the method: its parameters are unknown, not lost."""
    if depth < MAX_DEPTH and (value.element is not None or value.fields):
        value = value.replace(
            fields=value.fields
            and {
                name: _without_inputs(part, writer, depth + 1)
                for name, part in value.fields.items()
            },
            element=value.element and _without_inputs(value.element, writer, depth + 1),
        )
    mine = [d for d in value.deps if d.owner == writer.id]
    if not mine:
        return value
    rest = tuple(d for d in value.deps if d.owner != writer.id)
    return value.replace(deps=rest, opaque=not value.tags)


def _library_fact(frame: Frame, base: Val, cls: Class, name: str, node: ast.expr) -> Val | None:
    from gdprlint.engine.factual import value_of_fact

    for dotted in library_bases(frame.program, cls):
        fact = frame.program.catalogue.member(dotted, name, is_call=False)
        if fact is not None:
            if dotted.startswith(_SERIALIZERS) and _is_of_things(frame.program, cls):
                return CLEAN
            return value_of_fact(frame.program, fact, base, (), frame, node, f"{dotted}.{name}")
    return None


def _is_of_things(program: Program, cls: Class) -> bool:
    from gdprlint.engine.serializers import is_of_things

    return is_of_things(program, cls)


def class_attribute(program: Program, cls: Class, name: str) -> Val | None:
    """`Class.name`: a method, a constant, a nested class, a Django manager."""
    method = method_of(program, cls, name)
    if method is not None:
        if "classmethod" in method.flags:
            return Val(ref=Bound(method, Val(ref=cls)))
        return Val(ref=method)
    inner = cls.inner.get(name)
    if inner is not None:
        return Val(ref=inner)
    kind = kind_of(program, cls)
    if kind == "enum":
        return CLEAN
    if name == "objects" or name in ("query", "_default_manager"):
        return Val(type="django.db.models.Manager", element=Val(type=cls))
    for base in bases_of(program, cls):
        raw = base.fields.get(name) if isinstance(base, Class) else None
        if raw is not None and isinstance(raw.value, ast.Constant):
            constant = raw.value.value
            return Val(const=constant) if constant is not None else UNKNOWN
        if raw is not None and isinstance(base, Class):
            known = reference(program, base.module, raw.value) if raw.value is not None else None
            constructors = program.catalogue.constructors
            if known is not None and isinstance(known.ref, str) and known.ref in constructors:
                return Val(type=constructors[known.ref])
            if kind == "django" and is_manager(raw):
                return Val(type="django.db.models.Manager", element=Val(type=cls))
            return UNKNOWN
    return None


def construct(frame: Frame, node: ast.Call, cls: Class, given: Given) -> Val:
    """An instance made by calling a class: its fields are the arguments."""
    from gdprlint.engine.watched import note_watched

    program = frame.program
    kind = kind_of(program, cls)
    if kind == "enum":
        return CLEAN
    for name in (f"{cls.module.name}.{cls.qualname}", *library_bases(program, cls)):
        note_watched(frame, node, name, given)
    init = method_of(program, cls, "__init__")
    if kind == "exception" and init is None:
        return exception_of(frame, cls, given)
    if init is None:
        return Val(type=cls, fields=_generated_init(frame, cls, given))
    summary = program.summary_of(init)
    fresh = Val(type=cls)
    args, nodes = bind(frame, node, init, fresh, given)
    call = Call(init.id, args, node, {})
    calls.effects(frame, init, summary, call, nodes)
    fields = {name: substitute(frame, value, call) for name, value in summary.writes.items()}
    kept = {n: v for n, v in fields.items() if v.type is not None or _is_telling(v)}
    return Val(type=cls, fields=kept or None)


def _is_telling(value: Val) -> bool:
    """Whether what is stored says more than the name it is stored under: a constant is no data."""
    return bool(value.tags or value.deps) or value.const is not None


def exception_of(frame: Frame, cls: Class, given: Given) -> Val:
    """An exception whose text is its arguments (BaseException's own `__init__`)."""
    texts = [text_value(frame, value, "str") for value in given.args]
    shown_texts = [text for text in texts if text.tags or text.deps]
    return Val(type=cls, fields={TEXT_FIELD: join_all(shown_texts)})


def _generated_init(frame: Frame, cls: Class, given: Given) -> dict[str, Val] | None:
    by_position = zip(field_names(frame.program, cls), given.args, strict=False)
    arguments = (*by_position, *given.keywords.items())
    fields = {
        name: _filled(frame, cls, name, value)
        for name, value in arguments
        if name != "**" and _is_telling(value)
    }
    return fields or None


def _filled(frame: Frame, cls: Class, name: str, value: Val) -> Val:
    """What a field holds that something unknown is put into: what it is declared to hold."""
    if not value.opaque or value.tags or value.type is not None:
        return value
    field = field_of(frame.program, cls, name)
    if field is None:
        return value
    declared = declared_value(frame, cls, name, field)
    return declared.replace(deps=value.deps) if declared.tags else value


def all_fields(frame: Frame, value: Val, cls: Class) -> Val:
    """An object as a mapping of all its fields (`asdict`, `model_dump`, `vars`)."""
    dumped = frame.dumps.get(cls)
    if dumped is None:
        dumped = frame.dumps[cls] = dict(_fields_of_class(frame, cls))
    if value.fields:
        own = {name: in_form(part, "dump") for name, part in value.fields.items()}
        dumped = {**dumped, **own}
    deps = frame.part_of(value, FIELDS).deps if value.deps else ()
    return Val(value.tags, deps, type="dict", fields=dumped)


def _fields_of_class(frame: Frame, cls: Class) -> Iterator[tuple[str, Val]]:
    """The fields of any instance of a class in a dump, by name; the later of two counts."""
    if not kind_of(frame.program, cls):
        for name, part in _stored_fields(frame, cls):
            yield name, in_form(part, "dump")
    for name in field_names(frame.program, cls):
        field = field_of(frame.program, cls, name)
        if field is not None:
            yield name, in_form(declared_value(frame, cls, name, field), "dump")


def _stored_fields(frame: Frame, cls: Class) -> Iterator[tuple[str, Val]]:
    """What the methods of a plain class keep in `self`, with the names as evidence."""
    program = frame.program
    homes = [base for base in bases_of(program, cls) if isinstance(base, Class)]
    for home in homes:
        for name in home.writers:
            if method_of(program, cls, name) is not None:
                continue
            stored = _written(frame, cls, name, member_of(program, cls, name).writers)
            if stored is None or (stored.is_plain() and not stored.opaque):
                continue
            if stored.opaque and not stored.tags and not program.silent[name]:
                match = program.lexicon.classify(name, (cls.name,), False, home.module.context)
                if match is not None:
                    line = home.writers[name][0].line
                    span = Span(home.module.path, line, 1, line, 1)
                    sure = POSSIBLE if match.confidence == "possible" else LIKELY
                    tag = Tag(match.category, f"{cls.name}.{name}", span, FULL, sure, match.why)
                    stored = stored.replace(tags=(tag,), opaque=False)
            yield name, stored


# the engine is one recursion: values of calls need classes, texts of classes need calls
from gdprlint.engine import calls  # noqa: E402
