"""The documentation site: generated pages are fresh, the site builds, examples of CI are valid."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from gdprlint.cli import VERBS, main
from gdprlint.settings.keys import FORMATS, KEYS
from tests.scan import ROOT

DOCS = ROOT / "docs"
FENCE = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
CONSOLE = re.compile(r"```console\n\$ gdprlint ([^\n]+)\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"gdprlint ([a-z]+)((?: [^\n`|>;&]*)?)")


def generator() -> ModuleType:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fences(page: str, language: str) -> list[str]:
    """The blocks of a page in one language."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [block for name, block in FENCE.findall(text) if name == language]


def test_generated_pages_are_fresh() -> None:
    """Write them anew with `python docs/generate.py`."""
    assert generator().stale_pages() == []


def test_a_stale_page_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = generator()
    for name in ("rules", "categories"):
        shutil.copytree(DOCS / name, tmp_path / name)
    (tmp_path / "rules" / "GDL101.md").write_text("old", encoding="utf-8")
    (tmp_path / "rules" / "GDL999.md").write_text("gone", encoding="utf-8")
    monkeypatch.setattr(module, "DOCS", tmp_path)
    stale = module.stale_pages()

    assert {"rules/GDL101.md", "rules/GDL999.md", "settings.md"} <= set(stale)
    assert "rules/GDL102.md" not in stale or "rules/GDL102.md" in generator().stale_pages()


def test_every_rule_has_a_page_that_says_all() -> None:
    rules = {path.name[:6] for path in (ROOT / "rules").glob("GDL*/*.toml")}

    for rule in rules:
        text = (DOCS / "rules" / f"{rule}.md").read_text(encoding="utf-8")
        assert all(f"## {title}\n" in text for title in ("Why", "Instead", "Example", "Limits"))


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stderr) == (0, "")
    assert (tmp_path / "rules" / "GDL101" / "index.html").exists()
    assert not list(tmp_path.rglob("*.py"))


@pytest.mark.parametrize("block", fences("ci.md", "yaml"))
def test_examples_of_ci_are_yaml(block: str) -> None:
    document = yaml.safe_load(block)

    assert isinstance(document, dict)
    for job in document.get("jobs", {}).values():
        assert {"runs-on", "steps"} <= set(job)
        assert all(len({"uses", "run"} & set(step)) == 1 for step in job["steps"])


def test_the_action_is_a_composite_action() -> None:
    action = yaml.safe_load((DOCS / "action" / "action.yml").read_text(encoding="utf-8"))
    inputs = set(action["inputs"])
    text = json.dumps(action["runs"])

    assert action["runs"]["using"] == "composite"
    for step in action["runs"]["steps"]:
        assert "uses" in step or {"run", "shell"} <= set(step)
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == inputs
    # inputs reach the shell through the environment, never as text of the script
    assert not any("${{" in step.get("run", "") for step in action["runs"]["steps"])


@pytest.mark.parametrize("page", ["ci.md", "index.md", "configuration.md", "editors.md"])
def test_commands_in_the_pages_exist(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    flags = {word for key in KEYS if (word := key.flag)}
    flags |= set(re.findall(r"`(--[a-z-]+)`", (DOCS / "commands.md").read_text(encoding="utf-8")))

    for verb, rest in COMMAND.findall(text):
        if verb in VERBS:
            assert set(re.findall(r"(?<!\S)--[a-z-]+", rest)) <= flags, rest
            named = re.findall(r"--output-format[ =](\w+)", rest)
            assert set(named) <= set(FORMATS)


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_the_output_in_the_pages_is_real(
    page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    ((command, shown),) = CONSOLE.findall((ROOT / page).read_text(encoding="utf-8"))

    main([*shlex.split(command), "--no-cache"])
    assert capsys.readouterr().out == shown


@pytest.mark.parametrize("block", fences("configuration.md", "toml"))
def test_examples_of_settings_are_valid(block: str, tmp_path: Path) -> None:
    from gdprlint.settings.find import read_settings_file

    file = tmp_path / "pyproject.toml"
    file.write_text(block, encoding="utf-8")

    assert read_settings_file(str(file)).values
