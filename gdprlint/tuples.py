"""`NamedTuple` as in `typing`, made in a tenth of the time: a run defines a hundred of them.

The type checker sees `typing.NamedTuple`. At run time the fields are read off the class body
without evaluating their annotations, and the constructor is made when it is needed. The
module that defines one needs `from __future__ import annotations`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, NamedTuple

    Space = dict[str, Any]
else:
    try:
        from _collections import _tuplegetter
    except ImportError:  # not CPython
        from operator import itemgetter

        def _tuplegetter(index, doc):
            return property(itemgetter(index), doc=doc)


__all__ = ["NamedTuple"]


def _replace(self: Any, /, **changes: object) -> Any:
    """A copy with other values in the fields named."""
    result = self._make(map(changes.pop, self._fields, self))
    if changes:
        raise ValueError(f"Got unexpected field names: {list(changes)!r}")
    return result


def _make(cls: Any, values: Iterable[object]) -> Any:
    """A new instance from all its values in order."""
    result = tuple.__new__(cls, values)
    if len(result) != len(cls._fields):
        raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(result)}")
    return result


def _asdict(self: Any) -> dict[str, object]:
    """The values by field."""
    return dict(zip(self._fields, self, strict=True))


def _repr(self: Any) -> str:
    values = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
    return f"{self.__class__.__name__}({values})"


def _getnewargs(self: Any) -> tuple[object, ...]:
    """What pickling hands to the constructor."""
    return tuple(self)


def _first_new(cls: Any, /, *args: object, **kwargs: object) -> Any:
    """The first instance, which is often the only one and then worth no compilation."""
    owner = next(base for base in cls.__mro__ if "_fields" in base.__dict__)
    owner.__new__ = staticmethod(_second_new)
    if kwargs or len(args) != len(owner._fields):
        return _second_new(cls, *args, **kwargs)
    return tuple.__new__(cls, args)


def _constructor(fields: tuple[str, ...]) -> Any:
    """A function of the fields by name: a pattern of the right length with its names exchanged,
    since to compile one takes a hundred times as long."""
    if len(fields) <= len(_PATTERNS):
        code = _PATTERNS[len(fields) - 1].__code__
        return _Function(code.replace(co_varnames=("_cls", *fields)), _SPACE)
    names = ", ".join(fields)
    return eval(f"lambda _cls, {names}: _make_tuple(_cls, ({names}))", dict(_SPACE))


def _second_new(cls: Any, /, *args: object, **kwargs: object) -> Any:
    """Make the constructor, then be replaced by it."""
    owner = next(base for base in cls.__mro__ if "_fields" in base.__dict__)
    constructor = _constructor(owner._fields)
    constructor.__name__, constructor.__qualname__ = "__new__", f"{owner.__name__}.__new__"
    constructor.__defaults__ = tuple(owner._field_defaults.values())
    owner.__new__ = staticmethod(constructor)
    return constructor(cls, *args, **kwargs)


_make_tuple: Any = tuple.__new__
_SPACE: Space = {"_make_tuple": _make_tuple, "__builtins__": {}}
_Function: Any = type(_replace)
_PATTERNS: tuple[Any, ...]
if not TYPE_CHECKING:
    _PATTERNS = (
        lambda _cls, a: _make_tuple(_cls, (a,)),
        lambda _cls, a, b: _make_tuple(_cls, (a, b)),
        lambda _cls, a, b, c: _make_tuple(_cls, (a, b, c)),
        lambda _cls, a, b, c, d: _make_tuple(_cls, (a, b, c, d)),
        lambda _cls, a, b, c, d, e: _make_tuple(_cls, (a, b, c, d, e)),
        lambda _cls, a, b, c, d, e, f: _make_tuple(_cls, (a, b, c, d, e, f)),
        lambda _cls, a, b, c, d, e, f, g: _make_tuple(_cls, (a, b, c, d, e, f, g)),
        lambda _cls, a, b, c, d, e, f, g, h: _make_tuple(_cls, (a, b, c, d, e, f, g, h)),
        lambda _cls, a, b, c, d, e, f, g, h, i: _make_tuple(_cls, (a, b, c, d, e, f, g, h, i)),
    )


class _Fields(type):
    """Makes tuple classes of class bodies; the classes themselves are of the usual type."""

    def __new__(cls, name: str, bases: tuple[type, ...], space: Space) -> Any:
        if not bases:
            return type.__new__(cls, name, bases, space)
        fields = tuple(space.get("__annotations__", ()))
        if not fields:
            raise TypeError(f"{name} has no fields, or its annotations are evaluated")
        space["_field_defaults"] = {field: space[field] for field in fields if field in space}
        space["__slots__"] = ()
        space["_fields"] = space["__match_args__"] = fields
        space["_replace"], space["_asdict"] = _replace, _asdict
        space["_make"] = classmethod(_make)
        space["__repr__"], space["__getnewargs__"] = _repr, _getnewargs
        space["__new__"] = _first_new
        space.update(_getters(fields))
        return type(name, (tuple,), space)


if TYPE_CHECKING:

    def _getters(fields: tuple[str, ...]) -> Iterator[tuple[str, object]]: ...

else:

    def _getters(fields):
        return ((field, _tuplegetter(index, None)) for index, field in enumerate(fields))

    class NamedTuple(metaclass=_Fields):
        """The base that class bodies name; see `typing.NamedTuple`."""
