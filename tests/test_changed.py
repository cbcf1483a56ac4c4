"""Changed lines: a finding counts if any step of its flow touches one."""

from __future__ import annotations

import pytest

from gdprlint.files.changed import parse_diff, path_of
from tests.conftest import Repository

HEAD = "import logging\n\nlogger = logging.getLogger(__name__)\n\n\n"
LEAK = HEAD + 'def welcome(user):\n    logger.info("welcome %s", user.email)\n'
"""The finding stands on line 7, column 30."""
WAY = (
    HEAD + "def welcome(user):\n    address = user.email\n    other = 1\n    logger.info(address)\n"
)
CLEAN = HEAD + "def welcome(user):\n    pass\n"


def test_old_findings_do_not_count(repository: Repository) -> None:
    repository.write("old.py", LEAK)
    repository.commit()
    repository.write("new.py", LEAK)
    repository.write("old.py", LEAK + "\n\ndef bye(user):\n    print(user.phone)\n")

    assert repository.concise("--changed-since", "HEAD") == [
        "new.py:7:31: GDL101",
        "old.py:11:11: GDL101",
    ]
    assert repository.concise("--changed-since", "HEAD", "new.py") == ["new.py:7:31: GDL101"]


@pytest.mark.parametrize(
    ("change", "count"),
    [
        (("address = user.email", "address = user.email  # now"), 1),
        (("other = 1", "other = 2"), 0),
        (("logger.info(address)", "logger.info( address )"), 1),
    ],
    ids=["the source", "between", "the sink"],
)
def test_any_step_counts(repository: Repository, change: tuple[str, str], count: int) -> None:
    repository.write("shop.py", WAY)
    repository.commit()
    repository.write("shop.py", WAY.replace(*change))

    assert len(repository.concise("--changed-since", "HEAD")) == count


def test_what_the_other_branch_gained_does_not_count(repository: Repository) -> None:
    repository.write("shop.py", CLEAN)
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.write("topic.py", LEAK)
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    repository.write("shop.py", "# moved\n" + CLEAN)
    repository.commit()
    repository.git("checkout", "--quiet", "topic")

    assert repository.concise("--changed-since", "main") == ["topic.py:7:31: GDL101"]


def test_staged_lines_count_with_the_staged_text(repository: Repository) -> None:
    repository.write("shop.py", CLEAN)
    repository.commit()
    repository.write("shop.py", LEAK)
    repository.git("add", "shop.py")
    repository.write("shop.py", "# not staged\n" + LEAK + "    print(user.phone)\n")

    assert repository.concise("--staged") == ["shop.py:7:31: GDL101"]


def test_nothing_staged_means_no_finding(repository: Repository) -> None:
    repository.write("shop.py", LEAK)

    answer = repository.gdprlint("check", "--staged", "--color", "never")

    assert answer.status == 0
    assert answer.out == "no finding in 0 files\n"
    assert answer.err == "gdprlint: no file to check: no line is changed\n"


def test_staging_works_before_the_first_commit(repository: Repository) -> None:
    repository.write("shop.py", LEAK)
    repository.git("add", "shop.py")

    assert len(repository.concise("--staged")) == 1


def test_a_renamed_file_is_not_new(repository: Repository) -> None:
    repository.write("old name.py", LEAK)
    repository.commit()
    repository.git("mv", "old name.py", "new näme.py")

    assert repository.concise("--staged") == []
    assert repository.concise("--changed-since", "HEAD") == []


def test_settings_of_git_do_not_matter(repository: Repository) -> None:
    repository.write("ä b.py", CLEAN)
    repository.commit()
    for key, value in (("diff.noprefix", "true"), ("diff.mnemonicPrefix", "true"),
                       ("color.ui", "always"), ("diff.context", "9")):  # fmt: skip
        repository.git("config", key, value)
    repository.write("ä b.py", LEAK)

    assert len(repository.concise("--changed-since", "HEAD")) == 1


def test_a_baseline_and_changed_lines_go_together(repository: Repository) -> None:
    repository.write("a.py", LEAK)
    repository.gdprlint("baseline", "write")
    repository.commit()
    repository.write("a.py", LEAK.replace("welcome %s", "hello %s"))
    repository.write("b.py", LEAK)

    assert repository.concise("--changed-since", "HEAD", "--baseline", "gdprlint.baseline") == [
        "b.py:7:31: GDL101"
    ]


@pytest.mark.parametrize("flags", [("--changed-since", "nowhere"), ("--changed-since", "-x"),
                                   ("--changed-since", "HEAD", "--staged")])  # fmt: skip
def test_mistakes_are_told(repository: Repository, flags: tuple[str, ...]) -> None:
    repository.write("a.py", CLEAN)
    repository.commit()
    answer = repository.gdprlint("check", *flags)

    assert answer.status == 2
    assert answer.err.startswith("gdprlint: error: ")


@pytest.mark.parametrize(
    ("diff", "lines"),
    [
        (b"+++ b/a.py\n@@ -0,0 +1,2 @@\n+x\n++++ b/b.py\n", [("a.py", ((1, 2),))]),
        (b"+++ b/a.py\n@@ -3 +2,0 @@\n-x\n", []),
        (b"+++ b/a.py\n@@ -1 +1 @@ f\n-x\n\\ No newline\n+y\n\\ No newline\n@@ -9 +9 @@\n-a\n+b\n",
         [("a.py", ((1, 1), (9, 9)))]),
        (b"--- a/a\n+++ b/a\n@@ -1 +1 @@\n--- b\n+++ c\n+++ b/d\n@@ -1 +5 @@\n-1\n+2\n",
         [("a", ((1, 1),)), ("d", ((5, 5),))]),
    ],
)  # fmt: skip
def test_diffs_are_read(diff: bytes, lines: list[object]) -> None:
    assert list(parse_diff(diff)) == lines


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (b"b/a.py", "a.py"),
        (b"b/a b.py\t", "a b.py"),
        (rb'"b/\303\244\"\\.py"', 'ä"\\.py'),
        (rb'"b/tab\there.py"', "tab\there.py"),
    ],
)
def test_quoted_names_are_read(name: bytes, path: str) -> None:
    assert path_of(name) == path
