"""The full parser of a verb's command line: help, short flags, mistakes told with the nearest."""

from __future__ import annotations

import os
import re
import sys
from argparse import SUPPRESS, ArgumentParser, HelpFormatter, Namespace
from typing import NoReturn

from gdprlint import __version__
from gdprlint.model import UsageError

MISSING = "the following arguments are required: "
"""What argparse says of arguments without a default, and of lists that have one."""
BARE = re.compile(r"argument (?:-\w/)?(--[\w-]+): expected one argument")
"""What argparse says of a flag without its value."""


class Parser(ArgumentParser):
    """An argument parser that reports mistakes as `UsageError` with the nearest valid flag."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print with the whole usage."""
        if message.startswith(MISSING):
            name = message[len(MISSING) :].split(", ")[0]
            described = next((a.help for a in self._actions if a.metavar == name), "")
            raise UsageError(f"{name} is missing", described or "")
        if bare := BARE.fullmatch(message):
            flag = next(a for a in self._actions if bare[1] in a.option_strings)
            raise UsageError(f"{bare[1]}: {flag.metavar} is missing", flag.help or "")
        raise UsageError(message)


def open_parser(name: str, usage: str, summary: str) -> Parser:
    """The parser of one verb, still without its own arguments."""
    parser = Parser(
        prog=f"gdprlint {name}",
        usage=f"gdprlint {name} {usage}",
        description=summary,
        allow_abbrev=False,
        formatter_class=help_formatter,
    )
    parser.add_argument(
        "-V", "--version", action="version", version=f"gdprlint {__version__}", help=SUPPRESS
    )
    return parser


def parse(parser: ArgumentParser, arguments: list[str]) -> Namespace:
    """Parse all arguments; an unknown flag is told with the nearest known one."""
    namespace, unknown = parser.parse_known_intermixed_args(arguments)
    if unknown:
        from gdprlint.settings.values import nearest

        flag = next((word for word in unknown if word.startswith("-")), unknown[0]).split("=")[0]
        known = [option for action in parser._actions for option in action.option_strings]
        noun = "flag" if flag.startswith("-") else "argument"
        hint = nearest(flag, known) or f"{parser.prog} --help shows what there is"
        raise UsageError(f"unknown {noun} `{flag}`", hint)
    return namespace


def help_formatter(prog: str) -> HelpFormatter:
    """Help as wide as the terminal; giving the width spares argparse a costly import."""
    from gdprlint.report.options import terminal_width

    return HelpFormatter(
        prog, max_help_position=30, width=min(terminal_width(sys.stdout, os.environ), 100)
    )
