"""A plain command line means the same without the full parser."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import pytest

from gdprlint.cli import VERBS
from gdprlint.parser import open_parser, parse
from gdprlint.plain import read_plainly

PLAIN: list[tuple[str, list[str]]] = [
    ("check", []),
    ("check", ["a.py"]),
    ("check", ["-"]),
    ("check", ["--force-exclude", "a.py", "b.py"]),
    ("check", ["a.py", "--select", "GDL1,GDL2", "--select=GDL3", "b.py"]),
    ("check", ["--config", "x.toml", "--isolated", "--output-format=json", "."]),
    ("check", ["--config=", "--stdin-filename", "a.py", "-"]),
    ("config", ["show", "--isolated"]),
    ("inventory", ["--isolated", "src"]),
    ("rule", ["GDL101"]),
]
NOT_PLAIN: list[tuple[str, list[str]]] = [
    ("check", ["-qv", "a.py"]),
    ("check", ["-qv"]),
    ("check", ["--help"]),
    ("check", ["--", "a.py"]),
    ("check", ["--no-such-flag"]),
    ("check", ["--isolated=yes"]),
    ("check", ["--config"]),
    ("check", ["--config", "--isolated"]),
    ("check", ["--isol"]),
]


def fully(verb: str, arguments: Sequence[str]) -> dict[str, object]:
    """What the full parser makes of a command line."""
    parser = open_parser(verb, "", "")
    import_module(VERBS[verb].module).add_arguments(parser)
    return vars(parse(parser, list(arguments)))


@pytest.mark.parametrize(("verb", "arguments"), PLAIN)
def test_both_parsers_agree(verb: str, arguments: list[str]) -> None:
    namespace = read_plainly(import_module(VERBS[verb].module).add_arguments, arguments)

    assert namespace is None or vars(namespace) == fully(verb, arguments)


@pytest.mark.parametrize("arguments", [a for verb, a in PLAIN if verb == "check"])
def test_check_reads_these_without_the_full_parser(arguments: list[str]) -> None:
    assert read_plainly(import_module("gdprlint.check").add_arguments, arguments) is not None


@pytest.mark.parametrize(("verb", "arguments"), NOT_PLAIN)
def test_all_else_is_left_to_the_full_parser(verb: str, arguments: list[str]) -> None:
    assert read_plainly(import_module(VERBS[verb].module).add_arguments, arguments) is None
