"""Parameters and defaults of library calls, from the catalogue: what a call leaves unsaid.

`[signature."logging.handlers.SysLogHandler"]` names the positional parameters in order and the
defaults; `versioned` rows give defaults that changed. A call is bound against its signature.
"""

from __future__ import annotations

from collections.abc import Mapping

from gdprlint.detect.condition import Bound, plain
from gdprlint.detect.folding import level_of
from gdprlint.detect.versions import known_version
from gdprlint.engine.observations import UNKNOWN, Argument, CallSeen
from gdprlint.tuples import NamedTuple


class Versioned(NamedTuple):
    """A default that holds from `start` and below `end` ("" for open) of the library."""

    parameter: str
    value: object
    start: str
    end: str


class Signature(NamedTuple):
    """What is known of a call: its main name, parameters in order, defaults, distribution."""

    name: str = ""
    parameters: tuple[str, ...] = ()
    defaults: Mapping[str, object] = {}
    versioned: tuple[Versioned, ...] = ()
    library: str = ""


LEVEL_PARAMETERS = frozenset(("level", "log_level", "loglevel"))
UNKNOWN_SIGNATURE = Signature()


def read_signatures(catalogue: Mapping[str, object]) -> Mapping[str, Signature]:
    """All signatures of a policy's catalogue, by dotted name and by their other names."""
    found: dict[str, Signature] = {}
    tables = catalogue.get("signature")
    for name, table in tables.items() if isinstance(tables, Mapping) else ():
        signature = Signature(
            name,
            tuple(table.get("parameters", ())),
            table.get("defaults", {}),
            tuple(
                Versioned(row["parameter"], row["value"], row.get("from", ""), row.get("below", ""))
                for row in table.get("versioned", ())
            ),
            table.get("library", ""),
        )
        for known in (name, *table.get("aka", ())):
            found[known] = signature
    return found


class Binding(NamedTuple):
    """A call with its signature and the project whose versions decide its defaults."""

    call: CallSeen
    signature: Signature
    root: str

    def argument(self, parameter: str) -> Argument | None:
        """The argument given for a parameter, by keyword or by position."""
        given = self.call.keywords.get(parameter)
        if given is not None or parameter not in self.signature.parameters:
            return given
        index = self.signature.parameters.index(parameter)
        return self.call.positional[index] if index < len(self.call.positional) else None

    def lookup(self, path: str) -> Bound:
        """The value of a parameter; `options.site` goes into a dict argument."""
        parameter, _, rest = path.partition(".")
        if path in self.call.keywords:
            parameter, rest = path, ""
        given = self.argument(parameter)
        if given is None:
            return Bound(self._default(path), "", False)
        for key in rest.split(".") if rest else ():
            if not isinstance(given.value, Mapping):
                return Bound(UNKNOWN if given.value is UNKNOWN else None, given.text, False)
            inner = given.value.get(key)
            if not isinstance(inner, Argument):
                return Bound(self.signature.defaults.get(path), given.text, False)
            given = inner
        value = level_of(given) if path in LEVEL_PARAMETERS else plain(given.value)
        return Bound(value, given.text, True)

    def _default(self, parameter: str) -> object:
        if self.call.has_unknown_keywords:
            return UNKNOWN
        rows = [row for row in self.signature.versioned if row.parameter == parameter]
        if not rows:
            return self.signature.defaults.get(parameter)
        known = known_version(self.root, self.signature.library)
        for row in rows:
            is_old = known.is_below(row.end) if row.end else True
            is_new = known.is_below(row.start) is False if row.start else True
            if is_old and is_new:
                return row.value
        return UNKNOWN

    def doubt(self, path: str) -> str:
        """Why the default of an absent parameter is not known: its version; "" otherwise."""
        rows = [row for row in self.signature.versioned if row.parameter == path]
        if not rows or self.call.has_unknown_keywords or self.argument(path) is not None:
            return ""
        if self.lookup(path).value is not UNKNOWN:
            return ""
        parts = [
            f"{row.value!r}{f' from {row.start}' if row.start else ''}"
            f"{f' below {row.end}' if row.end else ''}".lower()
            for row in rows
        ]
        return f"version of {self.signature.library} unknown: default is {', '.join(parts)}"
