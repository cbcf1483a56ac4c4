"""The verb `config`: the settings in force with their origins, or the JSON Schema of all keys."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, Namespace

from gdprlint.files.roots import project_root
from gdprlint.flags import add_settings_only_flags, finder_for
from gdprlint.model import UsageError
from gdprlint.settings.schema import settings_schema
from gdprlint.settings.show import write_settings
from gdprlint.settings.values import nearest

ACTIONS = ("show", "schema")


def add_arguments(parser: ArgumentParser) -> None:
    """The flags of `config`."""
    parser.add_argument("action", metavar="ACTION", help="show or schema")
    parser.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="whose settings to show; default: ."
    )
    add_settings_only_flags(parser)


def execute(arguments: Namespace) -> int:
    """Print what was asked for."""
    if arguments.action not in ACTIONS:
        hint = nearest(arguments.action, ACTIONS) or "one of show, schema"
        raise UsageError(f"unknown action `{arguments.action}`", hint)
    if arguments.action == "schema":
        json.dump(settings_schema(), sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
        return 0
    path = os.path.abspath(arguments.path)
    if not os.path.exists(path):
        raise UsageError(f"no such file or folder: {arguments.path}")
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    write_settings(finder_for(arguments, project_root(path))(folder), sys.stdout)
    return 0
