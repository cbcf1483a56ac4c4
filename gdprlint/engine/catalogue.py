"""What is known of libraries by dotted name: the policy's catalogue, compiled for look-up.

Reads the plain tables of `rules/catalogue/**.toml` (`Policy.catalogue`) and offers them by call,
by type and by parameter. Facts are small strings; see docs/write-a-rule.md for their forms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gdprlint.engine.specs import Named, Specs
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any


class SinkSpec(NamedTuple):
    """A call whose arguments reach an output; `arguments` is None for all of them."""

    set: str
    name: str
    arguments: frozenset[int | str] | None
    format: str
    level: str


class LoggerSpec(NamedTuple):
    """A kind of logger object."""

    type: str
    set: str
    format: str
    keywords: str
    methods: Mapping[str, str]
    bind: frozenset[str]
    children: frozenset[str]


class TypeSpec(NamedTuple):
    """A framework class: what its text reveals, what attributes, methods and keys give."""

    name: str
    bases: tuple[str, ...]
    text: str
    representation: str
    attributes: Mapping[str, str]
    methods: Mapping[str, str]
    items: str
    keys: Mapping[str, str] = {}


class FunctionSpec(NamedTuple):
    """A library function: what it returns, and in which form (`dump`, `digest`, `keyed`)."""

    returns: str
    form: str


class ParameterSpec(NamedTuple):
    """Which parameters of the project's functions a framework fills, and with what.

    All conditions that are given must hold: the file imports one of `imports` and none of
    `without`, the function's name matches the pattern `function`, it has all parameters
    named in `beside`, and others at all with `needs_others`.
    """

    names: frozenset[str]
    imports: frozenset[str]
    position: int | None
    decorated_by: frozenset[str]
    method_of: frozenset[str]
    functions: tuple[str, ...]
    without: frozenset[str]
    beside: frozenset[str]
    needs_others: bool
    fact: str


class ShownSpec(NamedTuple):
    """Names whose values a framework shows as the name of a person, in files that import it;
    with `receivers` only where they are read from one of these, never from `except_receivers`."""

    names: frozenset[str]
    receivers: frozenset[str]
    except_receivers: frozenset[str]
    imports: frozenset[str]
    category: str
    because: str


class CarrierSpec(NamedTuple):
    """Exceptions whose text carries data of the call that raised them."""

    exceptions: frozenset[str]
    raised_by: tuple[str, ...]
    shows: str


HEADERS = "gdprlint.Headers"


class Catalogue:
    """The tables, ready for look-up; a file asks for few of their rows, so these wait as read."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        sinks = [(name, (name, row)) for row in tables.get("sink", ()) for name in row["calls"]]
        self.sinks = Specs(sinks, _sink)
        self.loggers: dict[str, LoggerSpec] = {}
        self.constructors: dict[str, str] = {}
        for row in tables.get("logger", ()):
            spec = _logger(row)
            self.loggers[spec.type] = spec
            for name in row.get("constructors", ()):
                self.constructors[name] = spec.type
        self.types = Specs(_aliased(tables, "type"), _type)
        self._lineages: dict[str, tuple[TypeSpec, ...]] = {}
        self.functions = Specs(_aliased(tables, "function"), _function)
        self.values = {name: str(row["is"]) for name, (_, row) in _aliased(tables, "value")}
        self._parameter_rows: Sequence[Mapping[str, Any]] = tables.get("parameter", ())
        self._parameters: tuple[ParameterSpec, ...] | None = None
        self.carriers_by_call: dict[str, list[CarrierSpec]] = {}
        for row in tables.get("carrier", ()):
            spec_of_row = _carrier(row)
            for name in row.get("raised_by", ()):
                self.carriers_by_call.setdefault(name, []).append(spec_of_row)
        self.field_types: dict[str, str] = dict(tables.get("field_type", {}))
        self.kinds: dict[str, Mapping[str, Any]] = dict(tables.get("kind", {}))
        self.kind_of_base = _by_name(self.kinds, "bases")
        self.kind_of_decorator = _by_name(self.kinds, "decorators")
        self.level_methods = frozenset(m for s in self.loggers.values() for m in s.methods)
        self.bind_methods = frozenset(m for s in self.loggers.values() for m in s.bind)
        self.shown = tuple(map(_shown, tables.get("shown", ())))
        self.shown_names = frozenset().union(*(spec.names for spec in self.shown))
        self.parameter_names = frozenset(n for row in self._parameter_rows for n in row["names"])

    @property
    def parameters(self) -> tuple[ParameterSpec, ...]:
        """What frameworks pass, in the order of the tables."""
        if self._parameters is None:
            self._parameters = tuple(map(_parameter, self._parameter_rows))
        return self._parameters

    def lineage(self, type_name: str) -> tuple[TypeSpec, ...]:
        """A framework class and its bases, as far as the catalogue knows them, nearest first."""
        known = self._lineages.get(type_name)
        if known is None:
            found: dict[str, TypeSpec] = {}
            queue = [type_name]
            while queue:
                spec = self.types.get(queue.pop(0))
                if spec is not None and spec.name not in found:
                    found[spec.name] = spec
                    queue.extend(spec.bases)
            known = self._lineages[type_name] = tuple(found.values())
        return known

    def member(self, type_name: str, name: str, *, is_call: bool) -> str | None:
        """The fact about an attribute (or method result) of a framework class or its bases.

        The method `*` speaks for all that are not named (the fluent calls of a query).
        """
        lineage = self.lineage(type_name)
        for spec in lineage:
            fact = (spec.methods if is_call else spec.attributes).get(name)
            if fact is not None:
                return fact
        if is_call:
            return next((s.methods["*"] for s in lineage if "*" in s.methods), None)
        return None

    def key_of(self, type_name: str, key: str) -> str | None:
        """The fact about one constant key; case does not count, `-` and `_` are alike."""
        folded = fold_key(key)
        return next((s.keys[folded] for s in self.lineage(type_name) if folded in s.keys), None)

    def secret_header(self, key: str) -> str:
        """The category of what a header of that name proves an identity with, "" for others."""
        fact = self.key_of(HEADERS, key) or ""
        return fact.removeprefix("category:") if fact.startswith("category:credential.") else ""

    def is_mapping(self, type_name: str) -> bool:
        """Whether iterating over an instance yields keys, which say nothing about a person."""
        seen = [type_name]
        for name in seen:
            spec = self.types.get(name)
            if spec is not None:
                if spec.keys:
                    return True
                seen.extend(base for base in spec.bases if base not in seen)
        return False

    def items_of(self, type_name: str) -> str:
        """The fact about what subscripting an instance yields when the key says nothing."""
        return next((s.items for s in self.lineage(type_name) if s.items), "")

    def categories_of(self, type_name: str) -> tuple[str, ...]:
        """The categories of all attributes of a framework class, each once, in order."""
        spec = self.types.get(type_name)
        words = (w for fact in spec.attributes.values() for w in fact.split()) if spec else ()
        return tuple(dict.fromkeys(w[9:] for w in words if w.startswith("category:")))

    def text_of(self, type_name: str, mode: str) -> str:
        """What `str()` or `repr()` of an instance reveals: a fact, or "" when unknown."""
        texts = (
            s.text if mode == "str" else s.representation or s.text for s in self.lineage(type_name)
        )
        return next((text for text in texts if text), "")


def _aliased(tables: Mapping[str, Any], table: str) -> Iterator[Named]:
    """The rows of a table by their names and other names."""
    for name, row in tables.get(table, {}).items():
        named = (name, row)
        yield name, named
        for alias in row.get("aka", ()):
            yield alias, named


def _sink(name: str, row: Mapping[str, Any]) -> SinkSpec:
    chosen = row.get("arguments", "all")
    arguments = None if chosen == "all" else frozenset(chosen)
    written = name.removeprefix("builtins.")
    shown = written.rsplit(".", 2)[-2:] if row.get("set") != "print" else [written]
    return SinkSpec(
        row["set"], ".".join(shown), arguments, row.get("format", "str"), row.get("level", "")
    )


def _logger(row: Mapping[str, Any]) -> LoggerSpec:
    return LoggerSpec(
        row["type"],
        row["set"],
        row.get("format", "percent"),
        row.get("keywords", "none"),
        dict(row.get("methods", {})),
        frozenset(row.get("bind", ())),
        frozenset(row.get("children", ())),
    )


def _function(name: str, row: Mapping[str, Any]) -> FunctionSpec:
    return FunctionSpec(row.get("returns", "unknown"), row.get("as", ""))


def _type(name: str, row: Mapping[str, Any]) -> TypeSpec:
    return TypeSpec(
        name,
        tuple(row.get("bases", ())),
        row.get("str", ""),
        row.get("repr", ""),
        dict(row.get("attributes", {})),
        dict(row.get("methods", {})),
        row.get("items", ""),
        {fold_key(key): fact for key, fact in row.get("keys", {}).items()},
    )


def fold_key(key: str) -> str:
    """The form in which keys are compared: header and environment names vary in spelling."""
    return key.lower().replace("-", "_")


def _parameter(row: Mapping[str, Any]) -> ParameterSpec:
    return ParameterSpec(
        frozenset(row.get("names", ())),
        frozenset(row.get("imports", ())),
        row.get("position"),
        frozenset(row.get("decorated_by", ())),
        frozenset(row.get("method_of", ())),
        tuple(row.get("functions", ())),
        frozenset(row.get("without", ())),
        frozenset(row.get("beside", ())),
        bool(row.get("needs_others")),
        row["is"],
    )


def _shown(row: Mapping[str, Any]) -> ShownSpec:
    return ShownSpec(
        frozenset(row["names"]),
        frozenset(row.get("receivers", ())),
        frozenset(row.get("except_receivers", ())),
        frozenset(row["imports"]),
        row["is"],
        row["because"],
    )


def _carrier(row: Mapping[str, Any]) -> CarrierSpec:
    return CarrierSpec(
        frozenset(row["exceptions"]), tuple(row.get("raised_by", ())), row.get("shows", "arguments")
    )


def _by_name(kinds: Mapping[str, Mapping[str, Any]], key: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for kind, row in kinds.items():
        members: Sequence[str] = row.get(key, ())
        for name in members:
            names[name] = kind
    return names
