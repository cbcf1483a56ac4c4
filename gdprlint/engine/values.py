"""Abstract values: what is known of an expression's data, type, parts and constant.

A value is immutable. Most expressions are one of two shared values: `UNKNOWN` (anything, so a
name may still be evidence) and `CLEAN` (known to hold no personal data). `join` is the union at
a place where two paths meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gdprlint.model import Span, Step
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import overload

    from gdprlint.engine.declared import Reference, TypeRef

KEYED, DIGEST, PARTIAL, FULL = 0, 1, 2, 3
DISCLOSURES = ("keyed", "digest", "partial", "full")
POSSIBLE, LIKELY, CERTAIN = 0, 1, 2

# steps of a path that are no names: an item by an unknown key is "*", what a loop binds is EACH,
# an object's fields as a mapping are FIELDS
EACH = "*each"
FIELDS = "*fields"

# a part that marks an object of an unknown class: what is kept in its attributes is not its text
OBJECT = "*object"

# what a number cannot be, whatever its name (`api_tokens: int`, `answer.get("code", 0)`)
NEVER_NUMBERS = (
    "credential.password", "credential.token", "credential.otp", "name.", "contact.email",
    "content.", "account.username", "container.", "online.session_id",
)  # fmt: skip

MAX_PATH = 4
MAX_FIELDS = 32
MAX_DEPTH = 3
MAX_TAGS = 24
MAX_HOPS = 6


class Tag(NamedTuple):
    """Personal data in a value: its category, where it entered and how sure we are."""

    category: str
    expr: str
    span: Span
    disclosure: int
    confidence: int
    reason: str
    hops: tuple[Step, ...] = ()
    form: str = "value"


class Dep(NamedTuple):
    """A symbolic input: the parameter `name` of function `owner`, followed along `path`.

    `show` is "" for the value itself, "str" or "repr" once it became part of a text.
    """

    owner: int
    name: str
    path: tuple[str, ...] = ()
    show: str = ""
    disclosure: int = FULL


class Val:
    """An abstract value.

    `type` is the class of an instance (a project class or a dotted name), `ref` what a name
    denotes (a function, class, module or dotted name), `fields` parts by constant key or
    attribute, `element` the parts of a collection, `keys` the keys of a mapping, `const` a
    constant (`NO_CONST` when there is none). `opaque` is true while the value's provenance is
    not known, so that the name it goes by may serve as evidence.
    """

    __slots__ = ("const", "deps", "element", "fields", "keys", "opaque", "ref", "tags", "type")

    def __init__(
        self,
        tags: tuple[Tag, ...] = (),
        deps: tuple[Dep, ...] = (),
        *,
        type: TypeRef | None = None,
        fields: Mapping[str, Val] | None = None,
        element: Val | None = None,
        keys: Val | None = None,
        const: object = None,
        ref: Reference | None = None,
        opaque: bool = False,
    ) -> None:
        self.tags = tags
        self.deps = deps
        self.type = type
        self.fields = fields
        self.element = element
        self.keys = keys
        self.const = const
        self.ref = ref
        self.opaque = opaque

    def replace(
        self,
        *,
        tags: tuple[Tag, ...] | None = None,
        deps: tuple[Dep, ...] | None = None,
        type: TypeRef | None = None,
        fields: Mapping[str, Val] | None = None,
        element: Val | None = None,
        opaque: bool | None = None,
    ) -> Val:
        """A copy with the given parts exchanged; a part left out keeps its value."""
        return Val(
            self.tags if tags is None else tags,
            self.deps if deps is None else deps,
            type=self.type if type is None else type,
            fields=self.fields if fields is None else fields,
            element=self.element if element is None else element,
            keys=self.keys,
            const=self.const,
            ref=self.ref,
            opaque=self.opaque if opaque is None else opaque,
        )

    def is_plain(self) -> bool:
        """True if nothing but (perhaps) a type is known: no data, no inputs, no parts."""
        return not (self.tags or self.deps or self.fields or self.element or self.keys)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Val) and _are_equal(self, other, set()))

    __hash__ = None  # type: ignore[assignment]


def _are_equal(left: Val, right: Val, seen: set[tuple[int, int]]) -> bool:
    """Whether two values are equal in all parts; parts that both use often are compared once."""
    pair = (id(left), id(right))
    if left is right or pair in seen:
        return True
    seen.add(pair)
    if not all(getattr(left, part) == getattr(right, part) for part in _ATOMS):
        return False
    one, two = left.fields or {}, right.fields or {}
    if (left.fields is None) != (right.fields is None) or one.keys() != two.keys():
        return False
    parts = [(part, two[name]) for name, part in one.items()]
    for a, b in (*parts, (left.element, right.element), (left.keys, right.keys)):
        if a is None or b is None:
            if a is not b:
                return False
        elif not _are_equal(a, b, seen):
            return False
    return True


_ATOMS = ("tags", "deps", "type", "const", "ref", "opaque")
UNKNOWN = Val(opaque=True)
CLEAN = Val()
NONE = Val()
TEXT = Val(type="str")
OPAQUE_TEXT = Val(type="str", opaque=True)


def merge_tags(left: tuple[Tag, ...], right: Iterable[Tag]) -> tuple[Tag, ...]:
    """Union by (category, place), keeping the surer and fuller of two equals, in order."""
    if not left:
        return tuple(right)
    best = {(tag.category, tag.span): tag for tag in left}
    for tag in right:
        key = (tag.category, tag.span)
        known = best.get(key)
        if known is None or (tag.disclosure, tag.confidence) > (known.disclosure, known.confidence):
            best[key] = tag
    return tuple(best.values())[:MAX_TAGS]


def merge_deps(left: tuple[Dep, ...], right: Iterable[Dep]) -> tuple[Dep, ...]:
    """Union of symbolic inputs, in order of first appearance."""
    if not left:
        return tuple(right)
    return tuple(dict.fromkeys((*left, *right)))[:MAX_TAGS]


def join(left: Val, right: Val, depth: int = 0) -> Val:
    """The value where two paths meet."""
    if left is right or right is NONE:
        return left
    if left is NONE:
        return right
    is_plain = not (left.tags or left.deps or left.fields or left.element or left.keys)
    if is_plain and right.is_plain():
        if left.type is right.type and left.ref is right.ref and left.const == right.const:
            return left if left.opaque or not right.opaque else right
    elif depth > MAX_DEPTH:
        return UNKNOWN
    elif right is UNKNOWN and left.opaque:
        return left
    elif left is UNKNOWN and right.opaque:
        return right
    type, fields, element, keys = left.type, left.fields, left.element, left.keys
    ref, const = left.ref, left.const
    if type is not right.type:
        type = _same(type, right.type, left, right)
    if fields is not right.fields:
        fields = _join_fields(fields, right.fields, depth)
    if element is not right.element:
        element = _join_parts(element, right.element, depth)
    if keys is not right.keys:
        keys = _join_parts(keys, right.keys, depth)
    if ref is not right.ref:
        ref = _same(ref, right.ref, left, right)
    if const is not right.const and const != right.const:
        const = None
    return Val(
        merge_tags(left.tags, right.tags) if right.tags else left.tags,
        merge_deps(left.deps, right.deps) if right.deps else left.deps,
        type=type,
        fields=fields,
        element=element,
        keys=keys,
        const=const,
        ref=ref,
        opaque=left.opaque or right.opaque,
    )


if TYPE_CHECKING:

    @overload
    def _same(
        one: TypeRef | None, two: TypeRef | None, left: Val, right: Val
    ) -> TypeRef | None: ...
    @overload
    def _same(
        one: Reference | None, two: Reference | None, left: Val, right: Val
    ) -> Reference | None: ...


def _same(one: Reference | None, two: Reference | None, left: Val, right: Val) -> Reference | None:
    if one is two or one == two:
        return one
    if one is None and left.is_plain():
        return two
    if two is None and right.is_plain():
        return one
    return one if one is not None else two


def _join_parts(one: Val | None, two: Val | None, depth: int) -> Val | None:
    if one is None or two is None:
        return one or two
    return join(one, two, depth + 1)


def _join_fields(
    one: Mapping[str, Val] | None, two: Mapping[str, Val] | None, depth: int
) -> Mapping[str, Val] | None:
    if one is two or two is None:
        return one
    if one is None:
        return two
    merged = dict(one)
    for name, value in two.items():
        known = merged.get(name)
        if known is not None:
            merged[name] = join(known, value, depth + 1)
        elif len(merged) < MAX_FIELDS:
            merged[name] = value
    return merged


def join_all(values: Iterable[Val]) -> Val:
    """The join of any number of values; `CLEAN` for none."""
    result: Val | None = None
    for value in values:
        result = value if result is None else join(result, value)
    return CLEAN if result is None else result


def lower(value: Val, disclosure: int) -> Val:
    """The value once only `disclosure` of it can be read (a slice, a digest, a keyed pseudonym)."""
    tags = tuple(t._replace(disclosure=min(t.disclosure, disclosure)) for t in flat_tags(value))
    deps = tuple(d._replace(disclosure=min(d.disclosure, disclosure)) for d in value.deps)
    return Val(tags, deps) if tags or deps else CLEAN


def in_form(value: Val, form: str, *, instead_of: str = "value") -> Val:
    """The value with tags of one form turned into another: a field of a dump, a field alone."""
    if not any(tag.form == instead_of for tag in value.tags):
        return value
    return value.replace(
        tags=tuple(t._replace(form=form) if t.form == instead_of else t for t in value.tags)
    )


def flat_tags(value: Val, depth: int = 0) -> tuple[Tag, ...]:
    """All tags of a value and its parts, without looking at its type."""
    tags = value.tags
    if depth > MAX_DEPTH:
        return tags
    if value.fields:
        for part in value.fields.values():
            tags = merge_tags(tags, flat_tags(part, depth + 1))
    for part_or_none in (value.element, value.keys):
        if part_or_none is not None:
            tags = merge_tags(tags, flat_tags(part_or_none, depth + 1))
    return tags


def flat_deps(value: Val, depth: int = 0) -> tuple[Dep, ...]:
    """All symbolic inputs of a value and its parts."""
    deps = value.deps
    if depth > MAX_DEPTH:
        return deps
    if value.fields:
        for part in value.fields.values():
            deps = merge_deps(deps, flat_deps(part, depth + 1))
    for part_or_none in (value.element, value.keys):
        if part_or_none is not None:
            deps = merge_deps(deps, flat_deps(part_or_none, depth + 1))
    return deps


def with_hop(value: Val, hop: Step) -> Val:
    """The value with one more station on the way of each of its tags."""
    if not value.tags:
        return value
    tags = tuple(
        t if len(t.hops) >= MAX_HOPS or hop in t.hops else t._replace(hops=(*t.hops, hop))
        for t in value.tags
    )
    return value.replace(tags=tags)


def doubted(value: Val) -> Val:
    """The value with data that is there at most possibly."""
    tags = tuple(t._replace(confidence=POSSIBLE) for t in value.tags)
    return value.replace(tags=tags)


def as_number(value: Val) -> Val:
    """The value where only a number can stand, without data that are none."""
    tags = tuple([t for t in value.tags if not t.category.startswith(NEVER_NUMBERS)])
    return value if len(tags) == len(value.tags) else value.replace(tags=tags)


def doubtful_part(value: Val) -> Val:
    """One part of a request by a key nobody knows: as likely a page number as an address."""
    if not any(tag.category == "container.request" for tag in value.tags):
        return value
    tags = tuple(
        t._replace(confidence=POSSIBLE) if t.category == "container.request" else t
        for t in value.tags
    )
    return value.replace(tags=tags)


def without_single(value: Val) -> Val:
    """What a value known by name alone leaves in each of its parts once it is taken apart: what
    has parts (`state, expiry = token`) was no single datum, unless it is an object or a place; of
    an object that only its name tells of, any part may be the harmless one."""
    tags = tuple(
        t._replace(confidence=POSSIBLE)
        if t.category == "container.person" and t.confidence < CERTAIN
        else t
        for t in value.tags
        if t.category.startswith(("container.", "location."))
    )
    return Val(tags, value.deps, opaque=True)


def several(element: Val) -> Val:
    """A collection of such elements; what it is called may be evidence, as for one of them."""
    return Val(type="list", element=element, opaque=element.opaque and not element.tags)


def element_of(value: Val) -> Val:
    """What iterating over a value yields: keys of a mapping, elements of a collection."""
    if value.keys is not None:
        return value.keys
    if value.element is not None and value.type != "dict":
        return value.element
    if value.type == "dict":
        return TEXT
    if value.fields and value.type == "list":
        return join_all(value.fields.values())
    if value.tags or value.deps:
        return Val(value.tags, value.deps, opaque=value.opaque)
    return UNKNOWN
