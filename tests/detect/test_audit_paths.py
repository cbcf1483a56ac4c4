"""Which ways through a function leave an effect without its event."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from gdprlint.detect.audit.paths import Walker
from tests.scan import FIXTURES, check

AUDITED = [
    "effect(); event()",
    "if x:\n    return\neffect(); event()",
    "effect()\nif x:\n    event()\nelse:\n    event()",
    "if x:\n    effect()\nif x:\n    event()",
    "if not x:\n    return\neffect()\nif x:\n    event()",
    "done = False\nif x:\n    effect()\n    done = True\nif done:\n    event()",
    "try:\n    effect()\nfinally:\n    event()",
    "try:\n    effect()\nexcept ValueError:\n    return\nevent()",
    "with atomic():\n    event(); effect()",
    "with atomic():\n    effect()\n    if x:\n        raise ValueError\n    event()",
    "event(); effect(); commit()",
    "event(); effect(commit=True)",
    "for x in y:\n    effect()\nevent()",
    "for x in y:\n    effect(); event()",
    "effect()\nfor x in y:\n    event()",
    "while True:\n    effect()\n    event()\n    if x:\n        break",
    "match x:\n    case 1:\n        effect(); event()\n    case _:\n        pass",
    "effect()\nrollback()\nreturn",
    "def inner():\n    effect()\nevent()",
    "return x",
]
LEAKING = [
    "effect()",
    "event(); effect()",
    "event(); commit(); effect(); commit()",
    "event(commit=True); effect(); commit()",
    "effect()\nif x:\n    return\nevent()",
    "effect()\nif x:\n    raise ValueError\nevent()",
    "effect()\nif x:\n    event()",
    "if x:\n    effect()\nif y:\n    event()",
    "if x:\n    effect()\nx = y\nif x:\n    event()",
    "try:\n    effect()\n    f()\n    event()\nexcept ValueError:\n    pass",
    "try:\n    effect()\n    f()\nexcept ValueError:\n    pass\nelse:\n    event()",
    "with suppress(ValueError):\n    effect()\n    f()\n    event()",
    "event()\nwith atomic():\n    effect()",
    "for x in y:\n    effect()\n    if x:\n        continue\n    event()",
    "match x:\n    case 1:\n        effect()\n    case _:\n        event()",
    "effect()\nabort(404)\nevent()",
    "effect()\nx = lambda: event()",
]


def called(node: ast.AST, name: str) -> bool:
    """Whether a node calls `name`."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) == name


def leaks(body: str) -> list[str]:
    """How the leaking paths of a function end; calls that might raise are left out."""
    source = "def f(x, y):\n" + "".join(f"    {line}\n" for line in dedent(body).split("\n"))
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    walker = Walker(lambda node: called(node, "effect"), lambda node: called(node, "event"))
    return [leak.exit for leak in walker.leaks(function) if leak.exit != "maybe"]


@pytest.mark.parametrize("body", AUDITED)
def test_every_path_is_audited(body: str) -> None:
    assert leaks(body) == []


@pytest.mark.parametrize("body", LEAKING)
def test_a_path_lacks_the_event(body: str) -> None:
    assert leaks(body) != []


def test_the_family_is_silent_without_a_policy() -> None:
    outcome = check("--select", "GDL4", FIXTURES)

    assert {rule for _, _, rule in outcome.found()} <= {"GDL001", "GDL803"}


def test_the_path_is_told_as_steps(tmp_path: Path) -> None:
    import json

    from gdprlint.cli import main

    (tmp_path / "gdprlint.toml").write_text('audit.calls = ["record"]\n', encoding="utf-8")
    source = "def close(user, x):\n    user.delete()\n    if x:\n        return\n    record()\n"
    (tmp_path / "code.py").write_text(source, encoding="utf-8")
    report = tmp_path / "report.json"
    main(["check", "--select", "GDL402", "--output-format", "json", "--output-file", str(report),
          str(tmp_path / "code.py")])  # fmt: skip

    finding = json.loads(report.read_text(encoding="utf-8"))["findings"][0]
    assert [step["line"] for step in finding["steps"]] == [2, 3, 4]
