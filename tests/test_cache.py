"""Kept results are those of a run without a cache, whatever happened to the files or the cache."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from gdprlint import parallel
from gdprlint.cli import main
from gdprlint.memory import FILE_NAME
from gdprlint.outcome import Checked
from gdprlint.reading import Request, Target
from gdprlint.run import check_file
from gdprlint.workbench import Workbench
from tests.applications import layered_text, module_text, write_application

FLAGS = ("--isolated", "--exit-zero", "--output-format", "json")
Check = Callable[..., str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An application as the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    write_application(tmp_path, seed=1)
    return tmp_path


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Check:
    """The findings as text."""

    def run(*flags: str) -> str:
        capsys.readouterr()
        assert main(["check", *(flags or (".",)), *FLAGS]) == 0
        return capsys.readouterr().out

    return run


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were analysed, not taken from the cache."""
    paths: list[str] = []

    def spy(request: Request, target: Target, bench: Workbench) -> Checked:
        paths.append(target.path)
        return check_file(request, target, bench)

    monkeypatch.setattr(parallel, "check_file", spy)
    return paths


KINDS = ("rewrite", "lines", "delete", "add", "shadow", "package", "touch")
SMALL_KINDS = ("global", "function", "word", "word", "import", "rewrite", "touch", "lines")


def store_of(project: Path) -> Path:
    return project / ".gdprlint_cache" / FILE_NAME


def edit(
    project: Path,
    generator: random.Random,
    kinds: Sequence[str],
    text_of: Callable[[random.Random, int], str],
) -> str:
    """One random change of an application; what it was."""
    package = project / "shop"
    number = generator.randrange(8)
    file = package / f"part{number}.py"
    kind = generator.choice(kinds)
    if kind == "rewrite" or not file.exists():
        file.write_text(text_of(generator, number), encoding="utf-8")
    elif kind == "lines":
        file.write_text("\n# a comment\n" + file.read_text("utf-8"), encoding="utf-8")
    elif kind == "delete":
        file.unlink()
    elif kind == "add":
        name = generator.choice(("shop.py", "models.py", "shop/extra.py", "logging.py"))
        (project / name).write_text("class Person0:\n    email: str = ''\n", encoding="utf-8")
    elif kind == "shadow":
        folder = project / "shop" / "shop"
        folder.mkdir(exist_ok=True)
        (folder / f"part{number}.py").write_text("OWNER = 1\n", encoding="utf-8")
    elif kind == "package":
        init = package / "__init__.py"
        if init.exists():
            init.unlink()
        else:
            init.write_text("from shop.part0 import *\n", encoding="utf-8")
    elif kind == "global":
        name = generator.choice(("ADDED", "OWNER", "email", f"note{number}", "Person0"))
        change(file, lambda text: f"{text}\n{name} = 'x{generator.randrange(99)}'\n")
    elif kind == "function":
        change(file, lambda text: f"{text}\n\ndef added(user):\n    return user.email\n")
    elif kind == "word":
        old, new = generator.choice(
            (("email", "phone"), ("info(", "debug("), ("return ", "return  "))
        )
        change(file, lambda text: text.replace(old, new, 1))
    elif kind == "import":
        change(file, lambda text: f"import datetime\n{text}")
    else:
        change(file, str)
    return f"{kind} {number}"


def entangled_text(generator: random.Random, number: int) -> str:
    """A module of an application whose modules import each other in circles."""
    return module_text(generator, number, 8)


def change(file: Path, edited: Callable[[str], str]) -> None:
    """Write what becomes of a file's text."""
    file.write_text(edited(file.read_text("utf-8")), encoding="utf-8")


@pytest.mark.parametrize("seed", range(6))
def test_edits_give_the_findings_of_a_run_without_cache(
    project: Path, check: Check, seed: int
) -> None:
    generator = random.Random(seed)
    write_application(project, seed=seed + 100)
    history: list[str] = []
    for _ in range(8):
        named = generator.choice(([], [], ["shop/part1.py"], ["shop/part2.py", "shop"]))
        paths = [path for path in named if Path(path).exists()] or ["."]
        assert json.loads(check(*paths)) == json.loads(check(*paths, "--no-cache")), history
        changes = range(generator.randint(0, 2))
        history += [edit(project, generator, KINDS, entangled_text) for _ in changes]


@pytest.mark.parametrize("seed", range(8))
def test_small_edits_give_the_findings_of_a_run_without_cache(
    project: Path, check: Check, seed: int
) -> None:
    generator = random.Random(seed)
    for number in range(8):
        text = layered_text(generator, number)
        (project / "shop" / f"part{number}.py").write_text(text, encoding="utf-8")
    history: list[str] = []
    for _ in range(8):
        named = generator.choice(([], [], ["shop/part6.py"], ["shop/part2.py", "shop/part7.py"]))
        assert json.loads(check(*named)) == json.loads(check(*named, "--no-cache")), history
        changes = range(generator.randint(0, 2))
        history += [edit(project, generator, SMALL_KINDS, layered_text) for _ in changes]


def test_nothing_is_analysed_twice(project: Path, check: Check, analysed: list[str]) -> None:
    first = check()
    assert "GDL1" in first
    assert analysed

    analysed.clear()
    assert check() == first
    assert analysed == []


def test_an_edit_costs_the_file_and_those_that_looked_into_it(
    project: Path, check: Check, analysed: list[str]
) -> None:
    (project / "alone.py").write_text("import logging\n\nlogging.info('up')\n", encoding="utf-8")
    check()
    analysed.clear()
    (project / "alone.py").write_text("import logging\n\nlogging.info('on')\n", encoding="utf-8")
    check()

    assert analysed == ["alone.py"]


@pytest.mark.parametrize(
    "change_of",
    [
        lambda text: text + "\nUNSEEN = 1\n",
        lambda text: text + "\n\ndef unseen(order):\n    return order.pk\n",
        lambda text: text.replace("count = 0", "count = 1"),
        lambda text: "import json\n" + text.replace("import csv\n", ""),
    ],
    ids=["a global", "a function", "a body", "a line"],
)
def test_what_others_cannot_see_costs_the_edited_file_alone(
    project: Path, check: Check, analysed: list[str], change_of: Callable[[str], str]
) -> None:
    base = "import csv\n\n\ndef shown(order):\n    count = 0\n    return order.pk\n"
    (project / "base.py").write_text(base, encoding="utf-8")
    (project / "user.py").write_text(
        "import logging\n\nfrom base import shown\n\nlogging.info(shown(1))\n", encoding="utf-8"
    )
    check()
    analysed.clear()
    (project / "base.py").write_text(change_of(base), encoding="utf-8")
    check()

    assert "base.py" in analysed
    assert ("user.py" in analysed) == change_of(base).startswith("import json")
    assert json.loads(check()) == json.loads(check(".", "--no-cache"))


@pytest.mark.parametrize(
    "after",
    [
        "def shown(user):\n    return user.email\n",
        "def hidden(user):\n    return user.pk\n",
        "from other import shown\n",
    ],
)
def test_what_others_see_costs_them(
    project: Path, check: Check, analysed: list[str], after: str
) -> None:
    (project / "base.py").write_text("def shown(user):\n    return user.pk\n", encoding="utf-8")
    (project / "other.py").write_text("def shown(user):\n    return user.email\n", encoding="utf-8")
    (project / "user.py").write_text(
        "import logging\n\nfrom base import shown\n\n\n"
        "def f(user):\n    logging.info(shown(user))\n",
        encoding="utf-8",
    )
    check()
    analysed.clear()
    (project / "base.py").write_text(after, encoding="utf-8")

    assert json.loads(check()) == json.loads(check(".", "--no-cache"))
    assert "user.py" in analysed


@pytest.mark.parametrize("flag", ["--select=GDL101", "--min-confidence=possible", "--no-ignores"])
def test_other_settings_are_other_results(project: Path, check: Check, flag: str) -> None:
    check()

    assert check(".", flag) == check(".", flag, "--no-cache")


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_cache_is_ignored(project: Path, check: Check, seed: int) -> None:
    first = check()
    store = store_of(project)
    generator = random.Random(seed)
    data = bytearray(store.read_bytes())
    for _ in range(generator.choice((1, 3, 200))):
        data[generator.randrange(len(data))] = generator.randrange(256)
    store.write_bytes(data[: generator.choice((len(data), len(data) // 2, 10))])

    assert check() == first
    assert check() == first


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"[]\n{}",
        b'[1, "0.0", [3, 11, 7], 1, [[0, 2, 2745614147]]]\n{}',
        b"[" * 100_000,
        b"\x80\x04}.",
    ],
)
def test_a_foreign_cache_is_ignored(project: Path, check: Check, content: bytes) -> None:
    first = check()
    store_of(project).write_bytes(content)

    assert check() == first


def test_no_cache_leaves_no_trace(project: Path, check: Check) -> None:
    check(".", "--no-cache")

    assert not (project / ".gdprlint_cache").exists()


def test_another_folder_can_be_chosen(project: Path, check: Check, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    check(".", "--cache-dir", str(folder))

    assert (folder / FILE_NAME).exists()
    assert (folder / "CACHEDIR.TAG").exists()
    assert not (project / ".gdprlint_cache").exists()


def test_no_source_text_is_kept(project: Path, check: Check) -> None:
    (project / "secret.py").write_text(
        "import logging\n\nZEBRA = 'marmalade'\nlogging.info('quince %s', user.email)\n",
        encoding="utf-8",
    )
    assert "secret.py" in check()

    kept = store_of(project).read_bytes()
    assert b"secret.py" in kept
    assert b"marmalade" not in kept
    assert b"quince" not in kept
