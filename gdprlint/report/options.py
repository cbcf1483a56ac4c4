"""How a report is to look: colour, width, where the reader stands."""

from __future__ import annotations

import os
from collections.abc import Mapping

from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import TextIO


class RenderOptions(NamedTuple):
    """Options of every format; `working_folder` is what text formats show paths relative to.

    `rule_pages` are addresses that rule ids link to, by id; empty where nobody can click.
    """

    color: bool = False
    width: int = 80
    working_folder: str = ""
    quiet: bool = False
    statistics: bool = False
    min_confidence: str = "likely"
    min_severity: str = "info"
    version: str = ""
    rule_pages: Mapping[str, str] = {}


COLOR_CHOICES = ("auto", "always", "never")


def wants_color(choice: str, stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether to colour: `--color` first, then the variables, then the terminal.

    NO_COLOR: https://no-color.org (any value but the empty one); FORCE_COLOR and CLICOLOR_FORCE:
    https://force-color.org, https://bixense.com/clicolors (any value but empty or 0).
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if any(
        environment.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")
    ):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def terminal_width(stream: TextIO, environment: Mapping[str, str]) -> int:
    """Columns of the terminal, 80 if there is none; COLUMNS overrules."""
    columns = environment.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return max(40, int(columns))
    try:
        return max(40, os.get_terminal_size(stream.fileno()).columns)
    except (OSError, ValueError, AttributeError):
        return 80
