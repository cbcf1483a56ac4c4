"""Flags of the verbs that check files: those of the settings table, and those of one run."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection

from gdprlint.settings.keys import KEYS, Key, field_name
from gdprlint.settings.record import Settings
from gdprlint.settings.resolve import settings_finder
from gdprlint.settings.values import read_value
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _ArgumentGroup

GROUPS = ("Input", "Rules", "Fixes", "Output", "Policy")
SINGLE = ("choice", "file", "text")
"""Kinds whose flag takes one value."""


def add_check_flags(parser: ArgumentParser, *, is_check: bool) -> None:
    """Add the flags of a verb that checks, in their groups; for `check` itself also those that
    mend, and those that do something else than one check."""
    parser.add_argument("paths", nargs="*", metavar="PATHS", help="files and folders; default: .")
    groups = {name: parser.add_argument_group(name) for name in GROUPS}
    add_input_flags(groups["Input"])
    if is_check:
        add_fix_flags(groups["Fixes"])
    add_output_flags(groups["Output"], is_check=is_check)
    groups["Policy"].add_argument(
        "--no-ignores", action="store_true", help="count suppressed findings, for auditors"
    )
    add_settings_flags(groups)


def add_settings_only_flags(parser: ArgumentParser, only: Collection[str] = ()) -> None:
    """Add the flags that decide which settings hold, for verbs that check nothing.

    `only` names the keys that matter to the verb, all if it is empty.
    """
    groups = {name: parser.add_argument_group(name) for name in GROUPS}
    add_source_flags(groups["Input"])
    add_settings_flags(groups, only)


def add_input_flags(group: _ArgumentGroup) -> None:
    """Where files and settings come from."""
    add = group.add_argument
    add("--stdin-filename", metavar="PATH", default="", help="the name of what `-` reads")
    add("--changed-since", metavar="REF", default="",
        help="only findings whose flow touches a line changed since REF")  # fmt: skip
    add("--staged", action="store_true", help="only findings that touch a staged line")
    add_source_flags(group)
    add("--cache-dir", metavar="FOLDER", default="",
        help="where results are kept; default: .gdprlint_cache")  # fmt: skip
    add("--jobs", metavar="N", default="",
        help="processes to use; default: the cores this process may use")  # fmt: skip


def add_source_flags(group: _ArgumentGroup) -> None:
    """Where the settings come from, and whether what was compiled of them is kept."""
    add = group.add_argument
    add("--config", metavar="FILE", default="", help="use this settings file for every path")
    add("--isolated", action="store_true", help="ignore all settings files")
    add("--no-cache", action="store_true", help="neither read nor write the cache folder")


def add_fix_flags(group: _ArgumentGroup) -> None:
    """Which findings are mended, and whether files are written."""
    add = group.add_argument
    add("--fix", action="store_true", help="mend what can be mended without a change of meaning")
    add("--unsafe-fixes", action="store_true", help="mend also where the meaning may change")
    add("--diff", action="store_true", help="print what --fix would change, write nothing")
    add("--fix-only", action="store_true", help="mend and report nothing; exit 0")
    add("--show-fixes", action="store_true", help="tell for each finding what --fix would do")
    add("--no-fixes", action="store_true",
        help="leave out the edits that sarif and rdjson carry, which are slow to try")  # fmt: skip


def add_output_flags(group: _ArgumentGroup, *, is_check: bool) -> None:
    """What is printed, and where."""
    add = group.add_argument
    add("--output-file", metavar="FILE", default="", help="write the report to a file")
    if is_check:
        add("--exit-zero", action="store_true", help="exit 0 even if there are findings")
        add("--show-files", action="store_true", help="list the files that would be checked")
        add("--show-settings", action="store_true", help="print the settings in force")
        add("--watch", action="store_true", help="check again whenever a file changes")
    add("--statistics", action="store_true", help="count the findings of each rule, list none")
    add("--color", metavar="WHEN", default="auto", help="auto, always or never")
    add("-q", "--quiet", action="store_true", help="print findings only, no summary")
    add("-v", "--verbose", action="store_true", help="tell which settings and which root are used")


def add_settings_flags(groups: dict[str, _ArgumentGroup], only: Collection[str] = ()) -> None:
    """One flag for each row of the settings table that has one and is wanted."""
    for key in KEYS:
        if not key.flag or (only and key.name not in only):
            continue
        add = groups[key.group].add_argument
        if key.kind == "boolean":
            add(
                key.flag,
                dest=f"key_{field_name(key.name)}",
                action="store_true",
                default=None,
                help=key.help,
            )
        else:
            metavar = key.metavar or key.name.rpartition("-")[2].upper()
            add(key.flag, dest=f"key_{field_name(key.name)}", metavar=metavar, default=None,
                action="append" if key.kind not in SINGLE else "store",
                help=described(key))  # fmt: skip


def described(key: Key) -> str:
    """The help of a flag, with choices and default."""
    if key.kind == "choice":
        return f"{key.help}: {', '.join(key.choices)}; default: {key.default}"
    return key.help if key.kind in SINGLE else f"{key.help}; comma-separated"


def flag_values(arguments: Namespace) -> dict[str, object]:
    """Settings that the command line gives, checked as those of a file are."""
    values: dict[str, object] = {}
    for key in KEYS:
        given = getattr(arguments, f"key_{field_name(key.name)}", None)
        if not key.flag or given is None:
            continue
        if isinstance(given, list):
            given = [part for text in given for word in text.split(",") if (part := word.strip())]
        values[key.name] = read_value(key, given, os.getcwd(), key.flag)
    return values


def finder_for(arguments: Namespace, root: str) -> Callable[[str], Settings]:
    """From an absolute folder to the settings in force there."""
    config = os.path.abspath(arguments.config) if arguments.config else ""
    return settings_finder(
        flag_values(arguments), root=root, config=config, isolated=arguments.isolated
    )
