"""Imports point one way along the line, and the clean path loads nothing heavy."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scan import ROOT

PACKAGE = ROOT / "gdprlint"
MODULES = sorted(PACKAGE.rglob("*.py"))

# what a folder may import besides itself, model, tuples and the version; others may import all
MAY_IMPORT: dict[str, frozenset[str]] = {
    "tuples": frozenset(),
    "model": frozenset(),
    "files": frozenset(),
    "settings": frozenset({"files"}),
    "policy": frozenset({"files"}),
    "engine": frozenset({"files", "settings", "policy"}),
    "detect": frozenset({"files", "settings", "policy", "engine"}),
    "judge": frozenset({"files", "settings", "policy"}),
    "report": frozenset({"files", "judge"}),
    "fix": frozenset({"files", "settings", "policy", "engine"}),
}
HEAVY = frozenset(
    ["argparse", "concurrent", "configparser", "dataclasses", "datetime", "difflib", "gettext",
     "hashlib", "inspect", "ipaddress", "libcst", "locale", "logging", "multiprocessing", "pathlib",
     "pickle", "platform", "random", "shlex", "subprocess", "tempfile", "threading", "tomllib",
     "traceback", "unicodedata"]
)  # fmt: skip
SLOW_TO_LOAD = frozenset(("ast", "json", "re", "typing"))
"""What a file whose result is kept is answered without."""
MOST_OF_LIBRARY = 50
"""Modules of the standard library that a check of one clean file may load, with their parts."""
EDITED = "\n\nplace.is_safe = True\n"
COMMENTED = "\n\n# a comment\n"
MOST_OF_OURS = {"": 54, COMMENTED: 78, EDITED: 116}
"""The same of our own, by what was added to the file since its result was kept."""
CLEAN = '''"""A clean module."""

import logging

logger = logging.getLogger(__name__)


def place(order):
    """Place an order."""
    logger.info("order %s placed with %d articles", order.pk, len(order.articles))
    return {"id": order.pk, "state": "placed"}
'''
LIST_MODULES = """
import sys
before = set(sys.modules)
from gdprlint.cli import main
status = main(sys.argv[1:])
rows = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items() if name not in before}
import json
print(json.dumps({"status": status, "modules": rows}))
"""  # noqa: E501  a program of its own


def place_of(module: str) -> str:
    """`gdprlint.engine.values` -> `engine`."""
    return module.split(".")[1] if "." in module else ""


def imported(file: Path) -> Iterator[str]:
    """Dotted names of all modules a file imports, in functions and under TYPE_CHECKING too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            assert node.module is not None
            if node.module == "gdprlint":
                yield from (f"gdprlint.{alias.name}" for alias in node.names)
            else:
                yield node.module


def own_place(file: Path) -> str:
    """The folder, or module at top level, that a file belongs to."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_imports_point_one_way(file: Path) -> None:
    place = own_place(file)
    if place not in MAY_IMPORT:
        pytest.skip("knows the order")
    allowed = MAY_IMPORT[place] | {place, "model", "tuples", "__version__", ""}
    foreign = {name for name in imported(file) if name.startswith("gdprlint")}

    assert {name for name in foreign if place_of(name) not in allowed} == set()


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_only_fix_edits_and_nobody_asks_the_network(file: Path) -> None:
    names = {name.partition(".")[0] for name in imported(file)}

    assert "libcst" not in names or own_place(file) in ("fix", "lsp")
    assert names.isdisjoint({"socket", "ssl", "urllib3", "requests", "httpx", "pickle", "marshal"})


def test_only_the_verbs_know_the_order() -> None:
    keepers = {
        own_place(file)
        for file in MODULES
        if {"engine", "judge"} <= {place_of(name) for name in imported(file)}
    }

    assert keepers <= {
        "run",
        "workbench",
        "outcome",
        "inventory",
        "explain_flow",
        "selftest",
        "cache",
    }


def loaded_modules(folder: Path, added: str) -> dict[str, str]:
    """Modules that a check of one clean file loads when the caches are warm, with their files.

    The first run fills the caches; the second one sees the file with `added` at its end.
    """
    command = [sys.executable, "-c", LIST_MODULES, "check", "--color", "never", "clean.py"]
    for text in (CLEAN, CLEAN + added):
        (folder / "clean.py").write_text(text, encoding="utf-8")
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    *_, last = run.stdout.strip().splitlines() or [""]
    assert last.startswith("{"), run.stderr
    answer = json.loads(last)
    assert answer["status"] == 0, run.stdout + run.stderr
    modules: dict[str, str] = answer["modules"]
    return modules


@pytest.mark.parametrize("added", MOST_OF_OURS, ids=["unchanged", "commented", "edited"])
def test_the_clean_path_loads_nothing_heavy(tmp_path: Path, added: str) -> None:
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    library = Path(sysconfig.get_paths()["stdlib"])
    packages = Path(sysconfig.get_paths()["purelib"])

    modules = loaded_modules(tmp_path, added)
    ours = {name for name in modules if name.partition(".")[0] == "gdprlint"}
    third_party = {
        name
        for name, file in modules.items()
        if file
        and name not in ours
        and (packages in Path(file).parents or library not in Path(file).parents)
        and "lib-dynload" not in file
    }

    assert third_party == set()
    assert {name for name in modules if name.partition(".")[0] in HEAVY} == set()
    assert {name for name in ours if name.startswith("gdprlint.detect.")} <= {
        "gdprlint.detect.gates"
    }
    assert len(ours) <= MOST_OF_OURS[added], sorted(ours)
    assert ("gdprlint.engine.program" in ours) == bool(added)
    assert added or not SLOW_TO_LOAD.intersection(modules)
    assert len(modules) - len(ours) <= MOST_OF_LIBRARY, sorted(set(modules) - ours)
