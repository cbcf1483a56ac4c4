"""Our `NamedTuple` does what the one of `typing` does, for whatever the program asks of it."""

from __future__ import annotations

import copy
import pickle
import typing
from typing import Any

import pytest

from gdprlint.tuples import NamedTuple


class Ours(NamedTuple):
    """Fields with and without a default, of types that only a checker knows."""

    first: int
    second: str = "x"
    third: Unknown = None  # type: ignore[name-defined]  # noqa: F821

    @property
    def both(self) -> str:
        """Something made of the fields."""
        return f"{self.first}{self.second}"


class Theirs(typing.NamedTuple):
    """The same as `typing` makes it."""

    first: int
    second: str = "x"
    third: object = None


class Single(NamedTuple):
    """One field."""

    only: tuple[str, ...]


KINDS: list[Any] = [Ours, Theirs]


@pytest.mark.parametrize("kind", KINDS)
def test_values_in_order_and_by_name(kind: Any) -> None:
    made = kind(1, third=[])

    assert made == (1, "x", []) == kind(first=1, third=[])
    assert (made.first, made.second, made.third) == (1, "x", [])
    assert kind._fields == kind.__match_args__ == ("first", "second", "third")
    assert kind._field_defaults == {"second": "x", "third": None}
    assert made._asdict() == {"first": 1, "second": "x", "third": []}
    assert repr(made) == f"{kind.__name__}(first=1, second='x', third=[])"
    assert hash(kind(1)) == hash((1, "x", None))


@pytest.mark.parametrize("kind", KINDS)
def test_copies(kind: Any) -> None:
    made = kind(1)

    assert made._replace(second="y") == (1, "y", None)
    assert kind._make([1, 2, 3]) == (1, 2, 3)
    assert [type(c) for c in (copy.copy(made), pickle.loads(pickle.dumps(made)))] == [kind] * 2
    assert pickle.loads(pickle.dumps(made)) == made


@pytest.mark.parametrize("kind", KINDS)
def test_mistakes(kind: Any) -> None:
    made = kind(1)

    with pytest.raises(TypeError, match="first"):
        kind()
    with pytest.raises(TypeError):
        kind(1, fourth=2)
    with pytest.raises(ValueError, match="fourth"):
        made._replace(fourth=2)
    with pytest.raises(TypeError, match="Expected 3 arguments, got 1"):
        kind._make([1])
    with pytest.raises(AttributeError):
        made.first = 2
    with pytest.raises(AttributeError):
        made.fourth = 2


def test_members_of_the_body_stay() -> None:
    assert Ours(1).both == "1x"
    assert Ours.__doc__ == "Fields with and without a default, of types that only a checker knows."
    assert Single(("a",)).only == ("a",)


def test_a_class_without_fields_is_refused() -> None:
    with pytest.raises(TypeError, match="no fields"):
        exec("class Empty(NamedTuple): pass", {"NamedTuple": NamedTuple, "__name__": __name__})
