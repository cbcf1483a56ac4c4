"""Rows of a catalogue table by name, each made into a record when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Generic, TypeVar

    Spec = TypeVar("Spec")
    Row = Mapping[str, Any]
else:
    Spec, Row = None, Mapping

    class Generic:
        """Stands in for `typing.Generic`, whose module takes long to load."""

        def __class_getitem__(cls, item):
            return cls


Named = tuple[str, tuple[str, Row]]
"""A name that a row goes by, then the name it stands under in its table and the row itself."""


class Specs(Generic[Spec]):
    """A table by every name its rows go by; `make` gets the row with its own name."""

    __slots__ = ("_made", "_make", "_rows")

    def __init__(self, rows: Iterable[Named], make: Callable[[str, Row], Spec]) -> None:
        self._rows = dict(rows)
        self._make = make
        self._made: dict[str, Spec] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._rows

    def __getitem__(self, name: str) -> Spec:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._make(*self._rows[name])
        return made

    def items(self) -> Iterator[tuple[str, Spec]]:
        """Every name with its record."""
        return ((name, self[name]) for name in self._rows)

    def get(self, name: str) -> Spec | None:
        """The record of that name, None if there is no such row."""
        return self[name] if name in self._rows else None
