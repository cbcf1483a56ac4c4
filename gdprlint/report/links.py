"""Hyperlinks on rule ids: OSC 8 sequences, in terminals that are known to show them.

https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda; terminals that know the
sequence are told by the variables they set. FORCE_HYPERLINK decides if it is set.
"""

from __future__ import annotations

from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

_BY_PROGRAM = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "zed", "tmux")
_BY_TERM = ("xterm-kitty", "alacritty", "foot", "xterm-ghostty", "wezterm")
_BY_VARIABLE = ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM", "KITTY_WINDOW_ID")
_FIRST_VTE = 5000


def shows_links(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether the reader of `stream` can click."""
    forced = environment.get("FORCE_HYPERLINK", "")
    if forced:
        return forced != "0"
    if not stream.isatty() or environment.get("TERM") == "dumb":
        return False
    version = environment.get("VTE_VERSION", "")
    return (
        environment.get("TERM_PROGRAM", "") in _BY_PROGRAM
        or environment.get("TERM", "").startswith(_BY_TERM)
        or any(environment.get(name) for name in _BY_VARIABLE)
        or (version.isdigit() and int(version) >= _FIRST_VTE)
    )


def linked(text: str, address: str) -> str:
    """`text` that leads to `address`; plain without one."""
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if address else text
