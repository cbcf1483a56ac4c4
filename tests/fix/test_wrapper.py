"""The module that `gdprlint init --wrapper` writes: it works, and the engine verifies it itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gdprlint.engine.observations import TransformSeen
from gdprlint.engine.program import Program
from gdprlint.engine.values import FULL, KEYED, PARTIAL, flat_deps
from gdprlint.init.wrapper import FUNCTIONS, with_key, write_wrapper
from gdprlint.model import UsageError
from gdprlint.policy import load_policy
from tests.fix.project import TEMPLATE, run

USE = """\
import logging

from app.privacy import mask_email, pseudonymise, truncate_ip

logger = logging.getLogger(__name__)


def f(user):
    logger.info("%s %s", pseudonymise(user.email), pseudonymise(user.phone_number, "phone"))
    logger.info("%s %s", mask_email(user.email), truncate_ip(user.ip_address))
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a package in a new project, with the project as the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gdprlint.toml").write_text('dpo = "dpo@example.org"\n', encoding="utf-8")
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    return folder


def program_of(folder: Path) -> Program:
    """The engine at a folder that holds the module."""
    (folder / "privacy.py").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
    return Program(str(folder), load_policy((), cache_dir=None))


@pytest.mark.parametrize(("name", "disclosure"), [("pseudonymise", KEYED), ("mask_email", PARTIAL)])
def test_the_engine_sees_what_is_left_of_a_value(
    tmp_path: Path, name: str, disclosure: int
) -> None:
    program = program_of(tmp_path)
    module = program.module_at("privacy.py")
    assert module is not None
    function = next(f for f in module.functions if f.name == name)

    summary = program.summary_of(function)

    value = function.params[0].name
    left = {dep.disclosure for dep in flat_deps(summary.returns) if dep.name == value}
    assert left == {disclosure}
    seen = [note.name for note in summary.notes if isinstance(note, TransformSeen)]
    assert seen == [{KEYED: "keyed", PARTIAL: "partial"}[disclosure]]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_gives_its_argument_back(tmp_path: Path, name: str) -> None:
    program = program_of(tmp_path)
    module = program.module_at("privacy.py")
    assert module is not None
    function = next(f for f in module.functions if f.name == name)

    summary = program.summary_of(function)

    value = function.params[0].name
    assert not [
        dep for dep in flat_deps(summary.returns) if dep.name == value and dep.disclosure == FULL
    ]


def test_its_use_is_no_finding_even_if_the_policy_does_not_name_it(package: Path) -> None:
    (package / "privacy.py").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
    (package / "use.py").write_text(USE, encoding="utf-8")

    outcome = run("--select", "GDL1,GDL2,GDL3", "--min-confidence", "possible", package)

    assert outcome.out.startswith("no finding"), outcome.out


def test_it_is_written_with_tests_and_named_in_the_policy(package: Path) -> None:
    told = write_wrapper(str(package / "privacy.py"))

    settings = (package.parent / "gdprlint.toml").read_text(encoding="utf-8")
    assert settings.splitlines()[0] == (
        'wrapper = ["app.privacy.pseudonymise", "app.privacy.truncate_ip", '
        '"app.privacy.mask_email"]'
    )
    assert told[0] == f"wrote {Path('app', 'privacy.py')}"
    assert told[2].endswith("gdprlint.toml, with the module imported as `app.privacy`")
    with pytest.raises(UsageError, match="exists already"):
        write_wrapper(str(package / "privacy.py"))


def test_its_own_tests_pass(package: Path) -> None:
    write_wrapper(str(package / "privacy.py"))
    command = [sys.executable, "-m", "unittest", "app.test_privacy"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "Ran 8 tests" in done.stderr


@pytest.mark.parametrize("key", ["", "00ff", "no hex"])
def test_there_is_no_start_without_a_key(package: Path, key: str) -> None:
    write_wrapper(str(package / "privacy.py"))
    environment = {**os.environ, "PSEUDONYM_KEY": key}

    done = subprocess.run(
        [sys.executable, "-c", "import app.privacy"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )

    assert done.returncode == 1
    assert "MissingKeyError" in done.stderr


@pytest.mark.parametrize(
    ("path", "message"),
    [("app/privacy.txt", "not the path"), ("app/1.py", "not the path"), ("no/a.py", "no such")],
)
def test_a_path_that_is_no_module_is_refused(package: Path, path: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        write_wrapper(path)


KEYS = {
    "own file": ("a = 1\n", "x = 1\na = 1\n", False),
    "section": (
        "[project]\n\n[tool.gdprlint]\na = 1\n",
        "[project]\n\n[tool.gdprlint]\nx = 1\na = 1\n",
        True,
    ),
    "section at the end": ("[tool.gdprlint]", "[tool.gdprlint]\nx = 1\n", True),
    "no section": ("[project]\n", "[project]\n\n[tool.gdprlint]\nx = 1\n", True),
}


@pytest.mark.parametrize(("before", "after", "is_shared"), KEYS.values(), ids=KEYS.keys())
def test_a_key_is_added_and_the_rest_stays(before: str, after: str, is_shared: bool) -> None:
    assert with_key(before, "x = 1", is_shared=is_shared) == after
