"""Terminal colours by role, and nothing when colour is off."""

from __future__ import annotations

from gdprlint.tuples import NamedTuple


class Style(NamedTuple):
    """SGR sequences (ECMA-48, 8.3.117) by what they mark; all empty without colour."""

    error: str = ""
    warning: str = ""
    info: str = ""
    source: str = ""
    rule: str = ""
    path: str = ""
    dim: str = ""
    good: str = ""
    reset: str = ""

    def of(self, severity: str) -> str:
        """The colour of a severity."""
        return {"error": self.error, "warning": self.warning}.get(severity, self.info)


PLAIN = Style()
COLORED = Style(
    error="\x1b[1;31m",
    warning="\x1b[1;33m",
    info="\x1b[1;36m",
    source="\x1b[1;34m",
    rule="\x1b[1m",
    path="\x1b[1m",
    dim="\x1b[2m",
    good="\x1b[32m",
    reset="\x1b[0m",
)


def style_for(color: bool) -> Style:
    """The style of a stream."""
    return COLORED if color else PLAIN
