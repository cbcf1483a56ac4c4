"""A plain command line -> its arguments, without the cost of building a full parser.

Plain are known flags, long ones written in full, and paths. Help, joined short flags, mistakes
and all else are left to `parser.py`, which answers the same for a plain line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace

from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import Any

_ACTIONS: Mapping[str, object] = {"store": None, "append": None, "store_true": False}
"""What `action` a flag may have, and its default."""
_UNSET = object()


class Recorder:
    """Stands in for `ArgumentParser` while a verb adds its flags, and keeps them as a table."""

    __slots__ = ("defaults", "flags", "is_plain", "rest")

    def __init__(self) -> None:
        self.defaults: dict[str, object] = {}
        self.flags: dict[str, tuple[str, str]] = {}
        self.rest = ""
        self.is_plain = True

    def add_argument_group(self, title: str) -> Recorder:
        """Groups only order the help."""
        return self

    def add_argument(
        self,
        *names: str,
        action: str = "store",
        default: object = _UNSET,
        dest: str = "",
        nargs: str = "",
        help: str = "",
        metavar: str = "",
        **others: object,
    ) -> None:
        """Note one flag, or the positional arguments; what this cannot read makes no line plain."""
        if others or action not in _ACTIONS:
            self.is_plain = False
        elif not names[0].startswith("-"):
            self.is_plain = self.is_plain and nargs == "*" and not self.rest
            self.rest = names[0]
        else:
            longest = max(names, key=len)
            target = dest or longest.lstrip("-").replace("-", "_")
            self.flags[longest] = (target, action)
            if action == "store_true":
                self.flags.update((name, (target, action)) for name in names)
            self.defaults[target] = _ACTIONS[action] if default is _UNSET else default

    def read(self, arguments: Sequence[str]) -> dict[str, object] | None:
        """The values of a plain command line, None for any other."""
        values, rest = dict(self.defaults), []
        waiting = iter(arguments)
        for word in waiting:
            if not word.startswith("-") or word == "-":
                rest.append(word)
                continue
            name, has_value, value = word.partition("=")
            target, action = self.flags.get(name, ("", ""))
            if not target or not self.is_plain or (has_value and action == "store_true"):
                return None
            if action == "store_true":
                values[target] = True
                continue
            value = value if has_value else next(waiting, "-")
            if value.startswith("-"):
                return None
            earlier: Any = values[target] or []
            values[target] = [*earlier, value] if action == "append" else value
        if not self.is_plain or (rest and not self.rest):
            return None
        return {**values, self.rest: rest} if self.rest else values


def read_plainly(
    add_arguments: Callable[[ArgumentParser], object], arguments: Sequence[str]
) -> Namespace | None:
    """The arguments of a verb, None if the command line asks for the full parser."""
    recorder: Any = Recorder()
    add_arguments(recorder)
    values = recorder.read(arguments)
    if values is None:
        return None
    namespace: Any = SimpleNamespace(**values)
    return namespace  # type: ignore[no-any-return]
