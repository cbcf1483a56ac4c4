"""Who reads what a sink writes: some need the value itself, so a fix there would break a use.

Somebody at a console who started the command, or a service that is called with the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import cast

import libcst as cst

from gdprlint.files.test_paths import is_test
from gdprlint.fix.context import Task
from gdprlint.fix.imports import dotted

SERVICES = frozenset({"http", "llm", "messaging", "warehouse"})
"""Sets of sinks whose receiver works with what it is given."""
CONSOLES = frozenset({"print", "stdout", "echo", "command"})
ANSWERS = frozenset({"UserError", "except_osv", "except_orm"})
"""Exceptions whose text the framework (Odoo) shows to the person who typed the value, only."""
COMMAND_FOLDER = "management/commands/"
_COMMAND_LINE = re.compile(r"^\s*(?:from|import)\s+(?:click|asyncclick|typer|cyclopts)\b", re.M)
_PARSER = re.compile(r"^\s*(?:from|import)\s+argparse\b", re.M)
_MAIN = re.compile(r"^if __name__ == ['\"]__main__['\"]", re.M)
_DECLARING = re.compile(r"(?i)(^|[_.])(command|option|argument)$")


def needs_value(task: Task, node: cst.CSTNode) -> bool:
    """Whether the receiver at a finding has to see the value; a test may compare it."""
    if is_test(task.finding.span.path):
        return True
    sets = sets_of(task)
    if sets and sets <= SERVICES:
        return True
    return bool(sets & CONSOLES) and is_in_command(task, node)


def is_shown_to_its_author(task: Task) -> bool:
    """Whether an exception answers the person whose value it repeats."""
    return task.finding.sink.rpartition(".")[2] in ANSWERS


def sets_of(task: Task) -> frozenset[str]:
    """The sets of sinks that the finding's sink may belong to, by its last names."""
    sink = task.finding.sink
    if sink.endswith(("stdout.write", "stderr.write")):
        return frozenset({"stdout"})
    rows = cast("Sequence[Mapping[str, object]]", task.setting.policy.catalogue.get("sink", ()))
    calls = ((str(row["set"]), cast("Sequence[str]", row["calls"])) for row in rows)
    return frozenset(
        name for name, known in calls if any(f".{call}".endswith(f".{sink}") for call in known)
    )


def is_in_command(task: Task, node: cst.CSTNode) -> bool:
    """Whether a person starts the code around a node by hand and reads what it prints."""
    if COMMAND_FOLDER in f"/{task.finding.span.path}":
        return True
    text = task.setting.document.text
    if _PARSER.search(text) and _MAIN.search(text):
        return True
    if not _COMMAND_LINE.search(text):
        return False
    decorators = [
        decorator.decorator
        for outer in task.tree.ancestors(node)
        if isinstance(outer, cst.FunctionDef)
        for decorator in outer.decorators
    ]
    names = (dotted(d.func if isinstance(d, cst.Call) else d) for d in decorators)
    return any(_DECLARING.search(name) for name in names)
