"""Notebooks: cells become one module, places become cells again, magics nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from gdprlint.files.notebook import Notebook, file_of, read_notebook, without_magics
from gdprlint.files.source import SourceError
from tests.conftest import Repository

SETUP = "import logging\nlogger = logging.getLogger(__name__)"
LEAK = "# greet\nlogger.info(user.email)"


def notebook(*cells: str, language: str = "python", kinds: Sequence[str] = ()) -> str:
    """The JSON of a notebook; cells are code unless `kinds` says otherwise."""
    sources = [
        {"cell_type": kind, "metadata": {}, "source": cell.splitlines(keepends=True)}
        for cell, kind in zip(cells, [*kinds, *["code"] * len(cells)], strict=False)
    ]
    return json.dumps(
        {"cells": sources, "metadata": {"language_info": {"name": language}}, "nbformat": 4}
    )


def test_places_are_given_by_cell(repository: Repository) -> None:
    repository.write("nb.ipynb", notebook("# Title", SETUP, LEAK, kinds=["markdown"]))

    assert repository.concise() == ["nb.ipynb:cell 3:2:13: GDL101"]


def test_flows_cross_cells(repository: Repository) -> None:
    repository.write("nb.ipynb", notebook(SETUP, "address = user.email", "logger.info(address)"))

    answer = repository.gdprlint("check", "--color", "never")

    assert "--> nb.ipynb:cell 3:1:13" in answer.out
    assert "::: nb.ipynb:cell 2:1:11" in answer.out
    assert "1 | address = user.email\n" in answer.out
    assert "1 | logger.info(address)\n" in answer.out


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("x = 1", "x = 1"),
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("if a:\n    !ls -l\n    x = 1", "if a:\n    pass\n    x = 1"),
        ("files = !ls\nn = %time f()", "files = None\nn = None"),
        ("print?\nx.y??", "pass\npass"),
        ("%%bash\necho $EMAIL", "\n"),
        ("%%time\nx = 1", "\nx = 1"),
        ("\n%%html\n<b>", "\n\n"),
        ('print("a"\n  % b)', 'print("a"\n  % b)'),
        ('"""\n%not a magic\n!nor this\n"""', '"""\n%not a magic\n!nor this\n"""'),
        ("x != 1", "x != 1"),
        ("await f()", "await f()"),
        ("", ""),
    ],
)
def test_magics_become_nothing(cell: str, code: str) -> None:
    assert without_magics(cell) == code
    assert without_magics(cell).count("\n") == cell.count("\n")


def test_lines_below_magics_keep_their_number(repository: Repository) -> None:
    repository.write("nb.ipynb", notebook(SETUP, "%%capture\n!pip list\n%time\n" + LEAK))

    assert repository.concise() == ["nb.ipynb:cell 2:5:13: GDL101"]


def test_suppressions_hold_in_cells(repository: Repository) -> None:
    hidden = LEAK + "  # gdprlint: ignore[GDL101] basis=6(1)(b) purpose=x why"
    repository.write("nb.ipynb", notebook(SETUP, hidden))

    assert repository.concise() == []


def test_syntax_errors_stand_in_their_cell(repository: Repository) -> None:
    repository.write("nb.ipynb", notebook(SETUP, "x = 1\nif:"))

    assert repository.concise() == ["nb.ipynb:cell 2:2:3: GDL001"]


def test_other_languages_are_left_alone(repository: Repository) -> None:
    repository.write("nb.ipynb", notebook("if:", language="R"))

    assert repository.concise() == []


@pytest.mark.parametrize(
    ("text", "line"),
    [("{", 1), ('{"cells":\n [}', 2), ("[]", 1), ('{"worksheets": []}', 1)],
)
def test_what_is_no_notebook_is_a_finding(repository: Repository, text: str, line: int) -> None:
    repository.write("nb.ipynb", text)

    assert [place.rsplit(":", 2)[0] for place in repository.concise()] == [f"nb.ipynb:{line}"]


@pytest.mark.parametrize("text", ["", "{}", '{"cells": [1, {"cell_type": "code", "source": 3}]}'])
def test_odd_documents_do_not_crash(text: str) -> None:
    assert isinstance(read_notebook(text), (Notebook, SourceError))


def test_machine_formats_name_the_file(repository: Repository) -> None:
    repository.write("nb.ipynb", notebook(SETUP, LEAK))

    for name in ("sarif", "github", "gitlab", "rdjson", "junit"):
        out = repository.gdprlint("check", "--output-format", name).out
        assert "nb.ipynb" in out
        assert "cell 2:2:13: " in out
        assert "nb.ipynb:cell" not in out
    document = json.loads(repository.gdprlint("check", "--output-format", "json").out)
    found = document["findings"][0]
    assert (found["path"], found["cell"], found["line"]) == ("nb.ipynb", 2, 2)


def test_a_baseline_names_the_file(repository: Repository) -> None:
    repository.write("nb.ipynb", notebook(SETUP, LEAK))
    repository.gdprlint("baseline", "write")
    repository.write("nb.ipynb", notebook("# new", SETUP, "x = 1", LEAK, kinds=["markdown"]))

    assert "nb.ipynb\tGDL101\t" in repository.read("gdprlint.baseline")
    assert repository.concise("--baseline", "gdprlint.baseline") == []


def test_changed_notebooks_count_as_a_whole(repository: Repository) -> None:
    repository.write("nb.ipynb", notebook(SETUP, LEAK))
    repository.write("other.ipynb", notebook(SETUP, LEAK))
    repository.commit()
    repository.write("nb.ipynb", notebook(SETUP, LEAK, "x = 1"))

    assert repository.concise("--changed-since", "HEAD") == ["nb.ipynb:cell 2:2:13: GDL101"]


@pytest.mark.parametrize(
    ("path", "file"),
    [("a/nb.ipynb:cell 3", "a/nb.ipynb"), ("nb.ipynb", "nb.ipynb"), ("a.py", "a.py")],
)
def test_a_cell_belongs_to_a_file(path: str, file: str) -> None:
    assert file_of(path) == file
