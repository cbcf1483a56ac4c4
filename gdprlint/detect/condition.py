"""Conditions on one argument, in three values: they hold, they do not, or it cannot be known.

A condition is a TOML table under `when.PARAMETER` or `unless.PARAMETER` of a rule; all its tests
must hold. A parameter that is not given has the value its signature states; without one only
`given` can hold.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping

from gdprlint.detect.hosts import host_of, is_local, scheme_of
from gdprlint.engine.observations import UNKNOWN, Argument
from gdprlint.tuples import NamedTuple

Truth = bool | None


class Bound(NamedTuple):
    """A parameter bound in a call: its value (or `UNKNOWN`), text, and whether it is given."""

    value: object
    text: str
    is_given: bool


def plain(value: object) -> object:
    """A folded value without its `Argument`s; a part that is not known stays `UNKNOWN`."""
    if isinstance(value, Argument):
        return plain(value.value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return value


def both(truths: list[Truth]) -> Truth:
    """Three-valued and: False wins over unknown, unknown over True."""
    if False in truths:
        return False
    return None if None in truths else True


def holds(tests: Mapping[str, object], bound: Bound) -> Truth:
    """Whether every test of the table holds for the bound parameter."""
    return both([TESTS[name](wanted, bound) for name, wanted in tests.items()])


def _on_value(test: Callable[[object, object], bool]) -> Callable[[object, Bound], Truth]:
    """A test of the value alone: unknown values are unknown, absent ones do not hold."""

    def check(wanted: object, bound: Bound) -> Truth:
        if bound.value is UNKNOWN:
            return None
        if bound.value is None and not bound.is_given:
            return False
        return test(wanted, bound.value)

    return check


def _same(wanted: object, value: object) -> bool:
    if isinstance(wanted, bool) or isinstance(value, bool):
        return wanted is value or (isinstance(value, int) and value == wanted)
    if isinstance(wanted, str) and isinstance(value, str):
        return wanted.lower() == value.lower()
    return wanted == value


def _is_given(wanted: object, bound: Bound) -> Truth:
    if bound.value is UNKNOWN and not bound.is_given:
        return None
    if bound.value is UNKNOWN:
        return wanted is True
    return (bound.is_given and bound.value is not None) is wanted


def _matches(wanted: object, value: object) -> bool:
    return isinstance(value, str) and _pattern(str(wanted)).search(value) is not None


def _names_host(wanted: object, bound: Bound) -> Truth:
    host = host_of(bound.value if not isinstance(bound.value, list) else tuple(bound.value))
    if host is None:
        return None if bound.value is UNKNOWN or isinstance(bound.value, list) else False
    return is_local(host) is (wanted == "local")


def _written(wanted: object, bound: Bound) -> Truth:
    return bound.is_given and _pattern(str(wanted)).search(bound.text) is not None


def _contains(wanted: object, value: object) -> bool:
    return isinstance(value, list | str | dict) and wanted in value


def _has_bits(wanted: object, value: object) -> bool:
    return isinstance(value, int) and isinstance(wanted, int) and bool(value & wanted)


def _compares(wanted: object, value: object, *, above: bool) -> bool:
    if not isinstance(value, int | float) or not isinstance(wanted, int | float):
        return False
    return value > wanted if above else value < wanted


@functools.lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


TESTS: Mapping[str, Callable[[object, Bound], Truth]] = {
    "given": _is_given,
    "is": _on_value(_same),
    "is_not": _on_value(lambda wanted, value: not _same(wanted, value)),
    "in": _on_value(lambda wanted, value: any(_same(w, value) for w in _list(wanted))),
    "not_in": _on_value(lambda wanted, value: not any(_same(w, value) for w in _list(wanted))),
    "truthy": _on_value(lambda wanted, value: bool(value) is wanted),
    "matches": _on_value(_matches),
    "not_matches": _on_value(lambda wanted, value: not _matches(wanted, value)),
    "written": _written,
    "contains": _on_value(_contains),
    "lacks": _on_value(lambda wanted, value: not _contains(wanted, value)),
    "above": _on_value(functools.partial(_compares, above=True)),
    "below": _on_value(functools.partial(_compares, above=False)),
    "host": _names_host,
    "scheme": _on_value(lambda wanted, value: scheme_of(value) == wanted),
    "bits": _on_value(_has_bits),
}


def _list(wanted: object) -> list[object]:
    return wanted if isinstance(wanted, list) else [wanted]
