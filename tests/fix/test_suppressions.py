"""Directives that hide nothing any more: the comment goes, the statement stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdprlint.engine.program import Program
from gdprlint.fix.class_table import ClassTable
from gdprlint.fix.context import Setting, Task
from gdprlint.fix.document import document_of, spliced
from gdprlint.fix.suppressions import fix_stale
from gdprlint.fix.tree import parse_tree
from gdprlint.model import Finding, Span
from gdprlint.policy import load_policy
from gdprlint.settings.resolve import settings_finder

EXPIRED = "expired on 2020-01-01"
UNUSED = "`GDL101` hides nothing here"
WIDE = "`GDL1` is wider than the finding, which is GDL101, GDL106"
ONE = "# gdprlint: ignore[GDL101] basis=6(1)(f) purpose=abuse until=2020-01-01 old"
TWO = "# gdprlint: ignore[GDL101, GDL106] basis=6(1)(f) purpose=abuse"
SHORT = "# gdprlint: ignore[GDL1] basis=6(1)(f) purpose=abuse"
TABLE = {
    "behind a statement": (EXPIRED, f"x = 1  {ONE}\ny = 2\n", "x = 1\ny = 2\n"),
    "unused": (UNUSED, f"x = 1  {ONE}\ny = 2\n", "x = 1\ny = 2\n"),
    "alone": (EXPIRED, f"def f():\n    {ONE}\n    x = 1\n", "def f():\n    x = 1\n"),
    "alone, at the end": (EXPIRED, f"x = 1\n{ONE}", "x = 1\n"),
    "behind another comment": (EXPIRED, f"x = 1  # noqa {ONE}\n", "x = 1  # noqa\n"),
    "one of two": (
        UNUSED,
        f"x = 1  {TWO}\n",
        "x = 1  # gdprlint: ignore[GDL106] basis=6(1)(f) purpose=abuse\n",
    ),
    "too wide": (
        WIDE,
        f"x = 1  {SHORT}\n",
        "x = 1  # gdprlint: ignore[GDL101, GDL106] basis=6(1)(f) purpose=abuse\n",
    ),
    "a whole file for one finding": (
        "the whole file is left out for one finding",
        f"{ONE}\n",
        f"{ONE}\n",
    ),
    "no comment there": (EXPIRED, "x = 1\n", "x = 1\n"),
}


@pytest.mark.parametrize(("reason", "before", "after"), TABLE.values(), ids=TABLE.keys())
def test_stale_suppression(tmp_path: Path, reason: str, before: str, after: str) -> None:
    document = document_of("a.py", before)
    tree = parse_tree("a.py", before)
    assert tree is not None
    policy = load_policy((), cache_dir=None)
    settings = settings_finder({}, root=str(tmp_path), isolated=True)(str(tmp_path))
    classes = ClassTable(Program(str(tmp_path), policy))
    start = max(before.find("#"), 0)
    line = before.count("\n", 0, start) + 1
    column = start - before.rfind("\n", 0, start)
    length = len(before[start:].partition("\n")[0])
    span = Span("a.py", line, column, line, column + length)
    finding = Finding("GDL802", "warning", "certain", "stale", span, reason=reason)
    rule = next(iter(policy.rules.values()))._replace(id="GDL802")

    proposal = fix_stale(Task(finding, rule, Setting(document, tree, settings, policy, classes)))

    assert spliced(document, proposal.edits if proposal else ()).text == after
