"""The class table: what a project class's fields hold and what its text shows.

A class's bases and fields are interpreted when first asked for. `shown` answers what printing an
instance reveals, as verified per kind of class (rules/catalogue/language.toml).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gdprlint.engine.arguments import Given, bind
from gdprlint.engine.consulted import fact_of_class
from gdprlint.engine.declared import Bound, Class, Function, Module, RawField, Super
from gdprlint.engine.frame import Frame
from gdprlint.engine.naming import by_name, make_tag, receivers_of, type_label
from gdprlint.engine.observations import ClassSeen, Shown
from gdprlint.engine.places import span_of
from gdprlint.engine.reveal import TEXT_FIELD, Revealed, reveal, text_value, through
from gdprlint.engine.substitute import substitute
from gdprlint.engine.types import annotated, reference
from gdprlint.engine.values import (
    CERTAIN,
    CLEAN,
    FIELDS,
    FULL,
    LIKELY,
    MAX_DEPTH,
    NEVER_NUMBERS,
    POSSIBLE,
    UNKNOWN,
    Dep,
    Tag,
    Val,
    in_form,
    join,
    join_all,
    merge_deps,
    merge_tags,
)
from gdprlint.model import Confidence, Span
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gdprlint.engine.program import Program

_MAX_BASES = 40


class Member(NamedTuple):
    """Where a name of a class comes from: a method, a declared field, stores by its methods."""

    method: Function | None
    home: Class | None
    writers: tuple[Function, ...]


class Field(NamedTuple):
    """A declared field: its category ("" for none), the evidence, and what its type is."""

    category: str
    confidence: int
    reason: str
    value: Val
    hidden: bool
    node: ast.stmt


@fact_of_class
def bases_of(program: Program, cls: Class) -> tuple[Class | str, ...]:
    """The linearised bases of a class, itself first: project classes and dotted names."""
    known = cls.cache.get("bases")
    if known is None:
        found: dict[Class | str, None] = {}
        cls.cache["bases"] = (cls,)
        _collect_bases(program, cls, found)
        known = cls.cache["bases"] = tuple(found)
    return known  # type: ignore[return-value]


def _collect_bases(program: Program, cls: Class, found: dict[Class | str, None]) -> None:
    if cls in found or len(found) > _MAX_BASES:
        return
    found[cls] = None
    program.ledger.into.add(cls)
    for node in cls.bases:
        base = _base(program, cls, node)
        if isinstance(base, Class):
            _collect_bases(program, base, found)
        elif base:
            found[base] = None


def _base(program: Program, cls: Class, node: ast.expr) -> Class | str | None:
    name = node.id if isinstance(node, ast.Name) else ""
    if cls.closure is not None and name in cls.closure:
        ref = cls.closure[name].ref
    else:
        known = reference(program, cls.module, node)
        ref = None if known is None else known.ref
        if ref is None and known is not None and isinstance(known.type, str):
            ref = known.type
    if isinstance(ref, (Class, str)):
        return ref
    return getattr(node, "attr", name) or None


def library_bases(program: Program, cls: Class) -> tuple[str, ...]:
    """The dotted names of the library classes a project class inherits from."""
    return tuple(base for base in bases_of(program, cls) if isinstance(base, str))


@fact_of_class
def kind_of(program: Program, cls: Class) -> str:
    """The kind of class ("dataclass", "django", ...), "" for a plain one."""
    known = cls.cache.get("kind")
    if known is None:
        known = cls.cache["kind"] = _find_kind(program, cls)
    return known  # type: ignore[return-value]


def _find_kind(program: Program, cls: Class) -> str:
    catalogue = program.catalogue
    for base in bases_of(program, cls):
        if isinstance(base, Class):
            kind = _decorated_kind(program, base)
        else:
            kind = catalogue.kind_of_base.get(base, "")
            if not kind and catalogue.member(base, "objects", is_call=False):
                kind = "django"
        if kind:
            return kind
    return ""


def _decorated_kind(program: Program, cls: Class) -> str:
    for node in cls.decorators:
        known = reference(program, cls.module, node)
        if known is not None and isinstance(known.ref, str):
            kind = program.catalogue.kind_of_decorator.get(known.ref)
            if kind:
                return kind
    return ""


@fact_of_class
def method_of(program: Program, cls: Class, name: str) -> Function | None:
    """The method of that name, through the bases."""
    known = cls.found.get(name)
    if known is None:
        known = cls.found[name] = _find_member(program, cls, name)
    return known.method


def _find_member(program: Program, cls: Class, name: str) -> Member:
    method: Function | None = None
    home: Class | None = None
    writers: list[Function] = []
    for base in bases_of(program, cls):
        if isinstance(base, Class):
            if method is None:
                method = base.methods.get(name)
            if home is None and name in base.fields:
                home = base
            writers.extend(base.writers.get(name, ()))
    return Member(method, home, tuple(writers))


@fact_of_class
def field_of(program: Program, cls: Class, name: str) -> Field | None:
    """The declared field of that name, through the bases."""
    known = cls.found.get(name)
    if known is None:
        known = cls.found[name] = _find_member(program, cls, name)
    home = known.home
    return None if home is None else _field(program, home, name, home.fields[name])


def _field(program: Program, cls: Class, name: str, raw: RawField) -> Field:
    key = "field:" + name
    known = cls.cache.get(key)
    if known is None:
        cls.cache[key] = Field("", 0, "", UNKNOWN, False, raw.node)
        known = cls.cache[key] = _interpret(program, cls, name, raw)
    return known  # type: ignore[return-value]


def _interpret(program: Program, cls: Class, name: str, raw: RawField) -> Field:
    value = annotated(program, cls.module, raw.annotation)
    hidden = _is_hidden(raw)
    explicit = _explicit_category(raw)
    typed = explicit or _typed_category(program, raw)
    if typed in ("hidden", "clean") or value is CLEAN:
        return Field("", CERTAIN, "its type", CLEAN, hidden or typed == "hidden", raw.node)
    if typed and typed != "unknown":
        reason = f"declared as {typed}" if explicit else f"field type of `{cls.name}.{name}`"
        return Field(typed, CERTAIN, reason, value or UNKNOWN, hidden, raw.node)
    target = _related(program, cls, raw)
    if target is not None:
        return Field("", 0, "", target, hidden, raw.node)
    if value is not None and value.type not in (None, "str") and not value.opaque:
        return Field("", 0, "", value, hidden, raw.node)
    if raw.annotation is None and isinstance(raw.value, ast.Constant):
        return Field("", 0, "", CLEAN, hidden, raw.node)
    match = program.lexicon.classify(name, (cls.name,), False, cls.module.context)
    if match is None or (match.category.startswith(NEVER_NUMBERS) and _is_number(raw.annotation)):
        return Field("", 0, "", value or UNKNOWN, hidden, raw.node)
    confidence = POSSIBLE if match.confidence == "possible" else LIKELY
    reason = f"field `{cls.name}.{name}`: {match.why}"
    return Field(match.category, confidence, reason, value or UNKNOWN, hidden, raw.node)


def _is_number(annotation: ast.expr | None) -> bool:
    """`int`, `float | None`, `Optional[int]`."""
    if annotation is None:
        return False
    names = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
    kinds = names - {"Optional", "Union"}
    return bool(kinds) and kinds <= {"int", "float"}


def _is_hidden(raw: RawField) -> bool:
    if not isinstance(raw.value, ast.Call):
        return False
    for keyword in raw.value.keywords:
        if keyword.arg == "repr":
            shown = keyword.value
            return not (isinstance(shown, ast.Constant) and shown.value)
    return False


def _explicit_category(raw: RawField) -> str:
    """`Annotated[str, "gdpr:contact.email"]`."""
    node = raw.annotation
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        for item in node.slice.elts[1:]:
            if isinstance(item, ast.Constant) and str(item.value).startswith("gdpr:"):
                return str(item.value)[5:].strip()
    return ""


def _typed_category(program: Program, raw: RawField) -> str:
    table = program.catalogue.field_types
    for node in (raw.annotation, raw.value):
        while isinstance(node, ast.Subscript):
            inner = node.slice
            node = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
        if isinstance(node, ast.BinOp):
            node = node.left
        if isinstance(node, ast.Call):
            names = [node.func, *(a.func if isinstance(a, ast.Call) else a for a in node.args[:2])]
        else:
            names = [node] if node is not None else []
        for name in names:
            known = table.get(getattr(name, "attr", getattr(name, "id", "")))
            if known:
                return known
    return ""


def _related(program: Program, cls: Class, raw: RawField) -> Val | None:
    """The class at the other end of a foreign key or relationship."""
    call = raw.value
    if not isinstance(call, ast.Call) or not call.args:
        return None
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name not in ("ForeignKey", "OneToOneField", "relationship", "ForeignKeyField", "Many2one",
                    "ReferenceField", "ParentalKey"):  # fmt: skip
        return None
    target = call.args[0]
    if isinstance(target, ast.Constant) and isinstance(target.value, str):
        label = target.value.rpartition(".")[2]
        if label == "self":
            return Val(type=cls)
        known = program.global_of(cls.module, label)
    else:
        known = reference(program, cls.module, target)
    ref = None if known is None else known.ref
    if isinstance(ref, Class):
        return Val(type=ref)
    if _is_user_model(target):
        return Val(type="django.contrib.auth.models.AbstractUser")
    return (
        Val(type=program.catalogue.types[ref].name)
        if isinstance(ref, str) and (ref in program.catalogue.types)
        else None
    )


def _is_user_model(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return str(node.value).endswith(".User")
    name = getattr(node, "attr", getattr(node, "id", ""))
    return name in ("AUTH_USER_MODEL", "User")


def field_value(frame: Frame, cls: Class, name: str, node: ast.expr) -> Val | None:
    """The value of a declared field read at `node`, with the tag its declaration gives it."""
    field = field_of(frame.program, cls, name)
    if field is None:
        return None
    value = field.value
    if not field.category:
        return CLEAN if value is UNKNOWN and field.node.__class__ is ast.AnnAssign else value
    tag = make_tag(frame, node, field.category, field.confidence, field.reason)
    return value.replace(tags=(tag,), opaque=False)


def instance_attribute(
    frame: Frame, base: Val, cls: Class, name: str, node: ast.expr, *, is_call: bool = False
) -> Val | None:
    """`instance.name`: a method, a property's value, a field, or what methods stored there."""
    program = frame.program
    if is_absent(program, cls, name):
        return None if is_call else _library_fact(frame, base, cls, name, node)
    method = method_of(program, cls, name)
    if method is not None:
        if method.is_property:
            given = Given([], {}, [], {}, [], False)
            call = ast.copy_location(ast.Call(node, [], []), node)
            return calls.apply(frame, call, method, base, given)
        return Val(ref=Bound(method, base))
    known = field_value(frame, cls, name, node)
    if known is None or (known.is_plain() and known.type is None and not known.opaque):
        # a constant in the class body is a default: what methods store says more
        known = _stored(frame, base, cls, name, node) or known
    if known is not None:
        return known
    if not is_call:
        fact = _library_fact(frame, base, cls, name, node)
        if fact is not None:
            return fact
    inner = cls.inner.get(name)
    if inner is not None:
        return Val(ref=inner)
    if name == "objects" and kind_of(program, cls) == "django":
        return Val(type="django.db.models.Manager", element=Val(type=cls))
    return None


@fact_of_class
def is_absent(program: Program, cls: Class, name: str) -> bool:
    """Whether neither the class nor a base of the project has a member of that name."""
    if name in cls.absent:
        return True
    if (
        method_of(program, cls, name) is not None
        or cls.found[name].home is not None
        or cls.found[name].writers
        or name in cls.inner
        or (name == "objects" and kind_of(program, cls) == "django")
    ):
        return False
    cls.absent.add(name)
    return True


def _stored(frame: Frame, base: Val, cls: Class, name: str, node: ast.expr) -> Val | None:
    """What the class's methods store in `self.name`, with the name as evidence if unknown."""
    program = frame.program
    writers = cls.found[name].writers
    if not writers:
        return None
    result = _written(frame, cls, name, writers)
    if result is None:
        return None
    if base.deps:
        result = result.replace(deps=merge_deps(result.deps, frame.part_of(base, name).deps))
    if result.opaque and not result.tags and not program.silent[name]:
        return by_name(frame, node, name, _receivers(frame, base, node), result)
    return result


def _receivers(frame: Frame, base: Val, node: ast.expr) -> tuple[str, ...]:
    """The names in front of an attribute; a call it is followed through is not one of them."""
    if isinstance(node, ast.Call):
        label = type_label(frame, base)
        return (label,) if label else ()
    return receivers_of(frame, getattr(node, "value", node), base)


def _written(frame: Frame, cls: Class, name: str, writers: tuple[Function, ...]) -> Val | None:
    """The join of all stores, kept once every writer has been evaluated for good."""
    frame.program.ledger.into.update(writers)
    known = cls.stored.get(name)
    if known is not None:
        return known
    result: Val | None = None
    is_final = True
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
    if is_final and result is not None:
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
            return value_of_fact(frame.program, fact, base, (), frame, node, f"{dotted}.{name}")
    return None


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
            return UNKNOWN
    return None


def super_attribute(program: Program, ref: Super, name: str) -> Val:
    """`super().name` inside a method of a class: the next definition along the bases."""
    for base in bases_of(program, ref.cls)[1:]:
        if isinstance(base, Class):
            method = base.methods.get(name)
            if method is not None:
                return Val(ref=Bound(method, ref.receiver))
    return UNKNOWN


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
        return Val(type=cls, fields=_generated_init(program, cls, given))
    summary = program.summary_of(init)
    fresh = Val(type=cls)
    args, nodes = bind(frame, node, init, fresh, given)
    calls.effects(frame, node, init, summary, args, nodes)
    fields = {
        name: substitute(frame, value, init.id, args, node)
        for name, value in summary.writes.items()
    }
    kept = {n: v for n, v in fields.items() if v.tags or v.deps or v.type is not None}
    return Val(type=cls, fields=kept or None)


def exception_of(frame: Frame, cls: Class, given: Given) -> Val:
    """An exception whose text is its arguments (BaseException's own `__init__`)."""
    texts = [text_value(frame, value, "str") for value in given.args]
    shown_texts = [text for text in texts if text.tags or text.deps]
    return Val(type=cls, fields={TEXT_FIELD: join_all(shown_texts)})


def _generated_init(program: Program, cls: Class, given: Given) -> dict[str, Val] | None:
    fields: dict[str, Val] = {}
    names = field_names(program, cls)
    for name, value in zip(names, given.args, strict=False):
        if value.tags or value.deps:
            fields[name] = value
    for name, value in given.keywords.items():
        if (value.tags or value.deps) and name != "**":
            fields[name] = value
    return fields or None


def field_names(program: Program, cls: Class) -> list[str]:
    """Names of the declared fields, bases first, in order of declaration."""
    names: dict[str, None] = {}
    is_private_left_out = kind_of(program, cls) in ("pydantic", "sqlmodel")
    for base in reversed(bases_of(program, cls)):
        if isinstance(base, Class):
            for name, raw in base.fields.items():
                if is_private_left_out and name.startswith("_"):
                    continue
                if _is_class_level(raw):
                    continue
                if raw.annotation is not None or isinstance(raw.value, ast.Call):
                    names.setdefault(name)
    return list(names)


def _is_class_level(raw: RawField) -> bool:
    """`ClassVar[str]`: no instance has it."""
    node = raw.annotation.value if isinstance(raw.annotation, ast.Subscript) else raw.annotation
    return getattr(node, "attr", getattr(node, "id", "")) == "ClassVar"


def shown(frame: Frame, value: Val, cls: Class, mode: str, depth: int) -> Revealed:
    """What the text of an instance of a project class reveals."""
    program = frame.program
    provider = text_provider(program, cls, mode)
    if isinstance(provider, Function):
        if provider in program.showing:
            return (), ()
        program.showing.append(provider)
        try:
            return _by_method(frame, value, provider, depth)
        finally:
            program.showing.pop()
    if provider == "fields":
        tags: tuple[Tag, ...] = ()
        deps: tuple[Dep, ...] = ()
        for name, part in _visible(frame, value, cls):
            more, inputs = reveal(frame, part, "repr", depth + 1)
            place = _field_span(program, cls, name)
            text = f"`{cls.name}` shows its field `{name}`"
            tags, deps = merge_tags(tags, through(more, place, text)), merge_deps(deps, inputs)
        return tags, deps
    if provider.startswith("fact:"):
        from gdprlint.engine.reveal import library_text

        return library_text(frame, provider[5:], mode), ()
    return (), ()


def _by_method(frame: Frame, value: Val, method: Function, depth: int) -> Revealed:
    summary = frame.program.summary_of(method)
    name = method.params[0].name if method.params else "self"
    place = ast.Name("self", ast.Load(), lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)
    text = substitute(frame, summary.returns, method.id, {name: value}, place, depth)
    tags, deps = reveal(frame, text, "str", depth + 1)
    span = Span(method.module.path, method.line, 1, method.line, 1)
    return through(tags, span, f"`{method.qualname}` puts it into the text"), deps


@fact_of_class
def text_provider(program: Program, cls: Class, mode: str) -> Function | str:
    """Who makes the text: a method of the project, "fields", `fact:DOTTED`, or "nothing"."""
    key = "text:" + mode
    known = cls.cache.get(key)
    if known is None:
        known = cls.cache[key] = _find_provider(program, cls, mode)
    return known  # type: ignore[return-value]


def _find_provider(program: Program, cls: Class, mode: str) -> Function | str:
    catalogue = program.catalogue
    dunder = "__str__" if mode == "str" else "__repr__"
    last = ""
    for base in bases_of(program, cls):
        if isinstance(base, Class):
            method = base.methods.get(dunder)
            if method is not None:
                return method
            row = catalogue.kinds.get(_decorated_kind(program, base), {})
        else:
            if catalogue.text_of(base, mode) not in ("", "nothing"):
                return "fact:" + base
            row = catalogue.kinds.get(catalogue.kind_of_base.get(base, ""), {})
        text = row.get("str" if mode == "str" else "repr", "")
        if text == "fields" and not _turned_off(base):
            return "fields"
        last = last or text
    if last == "str" and mode == "repr":
        return text_provider(program, cls, "str")
    if last:
        return "nothing"
    return text_provider(program, cls, "repr") if mode == "str" else "nothing"


def _turned_off(base: Class | str) -> bool:
    """`@dataclass(repr=False)`."""
    if isinstance(base, str):
        return False
    for node in base.decorators:
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "repr" and isinstance(keyword.value, ast.Constant):
                    return not keyword.value.value
    return False


def _visible(frame: Frame, value: Val, cls: Class) -> Iterator[tuple[str, Val]]:
    for name in field_names(frame.program, cls):
        field = field_of(frame.program, cls, name)
        if field is None or field.hidden:
            continue
        known = value.fields.get(name) if value.fields else None
        if known is None or not (known.tags or known.deps):
            known = _declared_value(frame, cls, name, field)
        yield name, known


def _declared_value(frame: Frame, cls: Class, name: str, field: Field) -> Val:
    if not field.category:
        return field.value
    span = span_of(_home(frame.program, cls, name).module, field.node)
    expr = f"{cls.name}.{name}"
    tag = Tag(field.category, expr, span, 3, field.confidence, field.reason)
    return field.value.replace(tags=(tag,), opaque=False)


def _home(program: Program, cls: Class, name: str) -> Class:
    for base in bases_of(program, cls):
        if isinstance(base, Class) and name in base.fields:
            return base
    return cls


def _field_span(program: Program, cls: Class, name: str) -> Span:
    home = _home(program, cls, name)
    raw = home.fields.get(name)
    if raw is None:
        return Span(home.module.path, home.line, 1, home.line, 1)
    return span_of(home.module, raw.node)


def all_fields(frame: Frame, value: Val, cls: Class) -> Val:
    """An object as a mapping of all its fields (`asdict`, `model_dump`, `vars`)."""
    fields: dict[str, Val] = {}
    if not kind_of(frame.program, cls):
        fields.update(_stored_fields(frame, cls))
    for name in field_names(frame.program, cls):
        field = field_of(frame.program, cls, name)
        if field is not None:
            fields[name] = _declared_value(frame, cls, name, field)
    fields.update(value.fields or {})
    dumped = {name: in_form(part, "dump") for name, part in fields.items()}
    deps = frame.part_of(value, FIELDS).deps if value.deps else ()
    return Val(value.tags, deps, type="dict", fields=dumped)


def _stored_fields(frame: Frame, cls: Class) -> Iterator[tuple[str, Val]]:
    """What the methods of a plain class keep in `self`, with the names as evidence."""
    program = frame.program
    homes = [base for base in bases_of(program, cls) if isinstance(base, Class)]
    for home in homes:
        for name in home.writers:
            if method_of(program, cls, name) is not None:
                continue
            stored = _written(frame, cls, name, cls.found[name].writers)
            if stored is None or (stored.is_plain() and not stored.opaque):
                continue
            if stored.opaque and not stored.tags and not program.is_silent(name):
                match = program.lexicon.classify(name, (cls.name,), False, home.module.context)
                if match is not None:
                    line = home.writers[name][0].line
                    span = Span(home.module.path, line, 1, line, 1)
                    sure = POSSIBLE if match.confidence == "possible" else LIKELY
                    tag = Tag(match.category, f"{cls.name}.{name}", span, FULL, sure, match.why)
                    stored = stored.replace(tags=(tag,), opaque=False)
            yield name, stored


def observe_classes(program: Program, module: Module) -> Iterator[ClassSeen]:
    """The classes of a module whose generated text reveals fields."""
    for cls in module.classes:
        kind = kind_of(program, cls)
        if not kind or text_provider(program, cls, "repr") != "fields":
            continue
        own = text_provider(program, cls, "str") != "fields"
        seen = []
        names = field_names(program, cls)
        for name, raw in cls.fields.items():
            field = field_of(program, cls, name) if name in names else None
            if field is not None and field.category and not field.hidden:
                span = span_of(module, raw.node)
                sure: Confidence = "possible" if field.confidence == POSSIBLE else "certain"
                seen.append(Shown(name, field.category, span, field.reason, sure))
        if seen:
            span = Span(module.path, cls.line, 1, cls.line, 1)
            yield ClassSeen(cls.qualname, kind, span, tuple(seen), own)


# the engine is one recursion: values of calls need classes, texts of classes need calls
from gdprlint.engine import calls  # noqa: E402
