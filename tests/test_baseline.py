"""The baseline: what an entry holds, what keeps it, how branches merge, what the verb does."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdprlint.baseline import Entry, entry_of, line_of, read_baseline, read_entry, write_baseline
from gdprlint.model import Finding, Span, UsageError
from tests.conftest import Repository
from tests.scan import check

FUNCTIONS = (
    'def welcome(user):\n    logger.info("welcome %s", user.email)\n',
    'def call(user):\n    number = user.phone\n    logger.info("calling %s", number)\n',
    'def both(user):\n    logger.info("%s", user.email)\n    logger.info("%s", user.email)\n',
    "class Desk:\n    def note(self, user):\n        print(\n            user.iban,\n        )\n",
)
HEAD = "import logging\n\nlogger = logging.getLogger(__name__)\n\n\n"
LEAK = HEAD + FUNCTIONS[0]


def entries_in(folder: Path, text: str) -> set[Entry]:
    """The entries of a module of its own project."""
    (folder / "pyproject.toml").write_text("", encoding="utf-8")
    file = folder / "shop.py"
    file.write_text(text, encoding="utf-8")
    baseline = folder / "all.baseline"
    from gdprlint.cli import main

    arguments = ["--isolated", "--no-cache", "--baseline", str(baseline), str(file)]
    assert main(["baseline", "write", *arguments]) == 0
    return set(read_baseline(str(baseline)))


@st.composite
def moved(draw: st.DrawFn) -> str:
    """The same functions in another order, deeper, further apart, with other line breaks."""
    parts = []
    for function in draw(st.permutations(FUNCTIONS)):
        text = function
        if draw(st.booleans()):
            text = text.replace("user.email)", "user . email,\n    )").replace("(user.", "(user .")
            text = text.replace("def welcome(user .", "def welcome(user.")
        if draw(st.booleans()):
            text = "if True:\n" + textwrap.indent(text, "        ")
        parts.append("\n" * draw(st.integers(0, 3)) + draw(st.sampled_from(["", "# moved\n"])))
        parts.append(text)
    return HEAD + "".join(parts)


def test_moving_and_indenting_keeps_entries(tmp_path_factory: pytest.TempPathFactory) -> None:
    before = entries_in(tmp_path_factory.mktemp("before"), HEAD + "\n".join(FUNCTIONS))
    assert len(before) == 5

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(moved())
    def stays(text: str) -> None:
        assert entries_in(tmp_path_factory.mktemp("after"), text) == before

    stays()


@pytest.mark.parametrize(
    "change",
    [
        ("user.email", "user.phone"),
        ("def welcome", "def goodbye"),
        ('"welcome %s", user.email)', '"%s", user.email)\n    logger.info("%s", user.email)'),
    ],
    ids=["another expression", "another function", "one more"],
)
def test_what_changes_is_new(repository: Repository, change: tuple[str, str]) -> None:
    repository.write("shop.py", LEAK)
    repository.gdprlint("baseline", "write")
    assert repository.concise("--baseline", "gdprlint.baseline") == []
    repository.write("shop.py", LEAK.replace(*change))

    assert len(repository.concise("--baseline", "gdprlint.baseline")) == 1


def test_an_entry_holds_neither_lines_nor_dates_nor_source(repository: Repository) -> None:
    repository.write("shop.py", LEAK.replace('"welcome %s"', '"jane@example.org %s"'))
    repository.gdprlint("baseline", "write")
    heading, line = repository.read("gdprlint.baseline").splitlines()
    path, rule, symbol, expression, occurrence = line.split("\t")

    assert heading.startswith("#")
    assert (path, rule, symbol, occurrence) == ("shop.py", "GDL101", "welcome", "0")
    assert len(expression) == 16
    assert int(expression, 16)
    assert "jane" not in line


def test_writing_twice_gives_the_same_sorted_file(repository: Repository) -> None:
    for name in ("b", "a", "ab/c", "a b/c"):
        repository.write(f"{name}.py", LEAK)
    repository.gdprlint("baseline", "write")
    first = repository.read("gdprlint.baseline")
    repository.gdprlint("baseline", "write", "--baseline", "gdprlint.baseline")

    assert repository.read("gdprlint.baseline") == first
    assert first.splitlines()[1:] == sorted(first.splitlines()[1:])


def branch_with(repository: Repository, name: str, path: str, text: str) -> None:
    """A branch off main that adds a leaking file and accepts it."""
    repository.git("checkout", "--quiet", "-B", name, "main")
    repository.write(path, text)
    repository.gdprlint("baseline", "write", "--baseline", "gdprlint.baseline")
    repository.commit(name)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (("b.py", LEAK), ("c.py", LEAK)),
        (("a.py", LEAK + "\n\n" + FUNCTIONS[1]), ("b.py", LEAK)),
        (("a.py", HEAD), ("b.py", LEAK)),
    ],
    ids=["neighbours", "one file grows", "one is fixed beside one that is new"],
)
def test_branches_merge_without_conflict(
    repository: Repository, left: tuple[str, str], right: tuple[str, str]
) -> None:
    repository.write("a.py", LEAK)
    repository.write("z.py", LEAK)
    repository.gdprlint("baseline", "write")
    repository.commit()
    branch_with(repository, "left", *left)
    branch_with(repository, "right", *right)

    repository.git("merge", "--quiet", "--no-edit", "left")

    assert repository.concise("--baseline", "gdprlint.baseline") == []


def test_fixed_entries_are_reported_and_pruned(repository: Repository) -> None:
    repository.write("shop.py", LEAK)
    repository.write("gone.py", LEAK)
    repository.write("kept.py", LEAK)
    repository.write("pyproject.toml", '[tool.gdprlint]\nbaseline = "gdprlint.baseline"\n')
    repository.gdprlint("baseline", "write")
    repository.write("shop.py", HEAD)
    (repository.folder / "gone.py").unlink()

    told = repository.gdprlint("check").err
    shown = repository.gdprlint("baseline", "show", "--output-format", "concise").out
    pruned = repository.gdprlint("baseline", "prune").out

    assert "2 entries of the baseline have been fixed" in told
    assert "kept.py:7:31: GDL101" in shown
    assert "fixed: shop.py: GDL101 in welcome" in shown
    assert pruned == "gdprlint.baseline: removed 2, kept 1\n"
    assert "fixed" not in repository.gdprlint("check").err


@pytest.mark.parametrize(
    "arguments", [("kept.py",), ("--select", "GDL102"), ("--min-severity", "error")]
)
def test_what_was_not_looked_at_is_not_fixed(
    repository: Repository, arguments: tuple[str, ...]
) -> None:
    repository.write("shop.py", LEAK)
    repository.write("kept.py", LEAK)
    repository.gdprlint("baseline", "write")
    answer = repository.gdprlint("check", "--baseline", "gdprlint.baseline", *arguments)

    assert answer.status == 0
    assert answer.err == ""


def test_writing_for_one_path_keeps_the_others(repository: Repository) -> None:
    repository.write("a.py", LEAK)
    repository.write("b.py", LEAK)
    repository.gdprlint("baseline", "write")
    repository.write("a.py", LEAK + FUNCTIONS[1])
    repository.gdprlint("baseline", "write", "a.py", "--baseline", "gdprlint.baseline")

    assert len(read_baseline("gdprlint.baseline")) == 3


def test_the_summary_tells_how_many_are_accepted(repository: Repository) -> None:
    repository.write("shop.py", LEAK)
    repository.gdprlint("baseline", "write")
    answer = repository.gdprlint("check", "--baseline", "gdprlint.baseline", "shop.py")

    assert answer.status == 0
    assert answer.out == "no finding in 1 file; 1 in the baseline\n"


@pytest.mark.parametrize("path", ["a.py", "tab\there.py", "100%09.py", "ü/客.py", "new\nline.py"])
def test_an_entry_survives_its_file(tmp_path: Path, path: str) -> None:
    finding = Finding("GDL101", "warning", "likely", "", Span(path, 1, 1, 1, 2), expr="user.email")
    entry = entry_of(finding)
    file = tmp_path / "x.baseline"
    write_baseline(str(file), [entry, entry])

    assert read_baseline(str(file)) == {entry}
    assert read_entry(line_of(entry).rstrip("\n"), "") == entry


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<<<<<<< HEAD\n", "not an entry of a baseline"),
        ("a.py\tGDL101\n", "not an entry of a baseline"),
        ("a.py\tGDL101\tf\t0123\tmany\n", "not an entry of a baseline"),
    ],
)
def test_a_damaged_file_is_refused(repository: Repository, text: str, message: str) -> None:
    repository.write("x.baseline", text)

    with pytest.raises(UsageError, match=message):
        read_baseline("x.baseline")
    assert repository.gdprlint("check", "--baseline", "x.baseline").status == 2


def test_a_missing_file_is_a_mistake(repository: Repository) -> None:
    answer = repository.gdprlint("check", "--baseline", "absent")

    assert answer.status == 2
    assert answer.err == (
        "gdprlint: error: baseline absent: no such file or directory; "
        "`gdprlint baseline write` makes one\n"
    )


def test_unknown_actions_are_refused(repository: Repository) -> None:
    answer = repository.gdprlint("baseline", "wirte")

    assert (answer.status, "did you mean `write`?" in answer.err) == (2, True)


def test_a_threshold_does_not_change_entries() -> None:
    """Findings are numbered before anything is hidden."""
    every = check("--min-confidence", "possible", "fixtures/shop")
    sure = check("fixtures/shop")

    assert {place.fingerprint for place in sure.places} <= {
        place.fingerprint for place in every.places
    }
