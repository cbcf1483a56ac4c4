"""A recorded tree tells what has changed, came or went since."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gdprlint.files.tree import (
    Difference,
    Folder,
    Tree,
    compare,
    index_of,
    paths_of,
    record_tree,
    rows_of,
    stale_in,
    state_in,
    tree_of,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project."""
    for name in ("a.py", "pkg/__init__.py", "pkg/b.py", "empty/notes.rst", "node_modules/x.py"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("x = 1\n", encoding="utf-8")
    return tmp_path


def write(path: str, text: str = "y = 22\n") -> Callable[[Path], object]:
    """An edit that writes a file."""

    def edit(root: Path) -> None:
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")

    return edit


def rename(root: Path) -> None:
    """Move a module."""
    (root / "a.py").rename(root / "c.py")


def compared(
    root: Path, tree: Tree, wanted: list[str] | None = None
) -> tuple[dict[str, Folder], Difference]:
    """The tree now and how it differs."""
    return compare(str(root), tree, stale_in(str(root), index_of(tree), wanted))


def test_what_is_recorded(root: Path) -> None:
    tree = record_tree(str(root))

    assert list(paths_of(tree)) == ["a.py", "pkg/__init__.py", "pkg/b.py"]
    assert state_in(tree, "a.py")[1] == 6
    assert state_in(tree, "none/x.py") == (-1, -1)


def test_nothing_changed(root: Path) -> None:
    tree = record_tree(str(root))

    now, difference = compared(root, tree)
    assert (now, difference) == (tree, (frozenset(), True, False))
    assert stale_in(str(root), index_of(tree)) == ({}, [])


@pytest.mark.parametrize(
    ("edit", "files", "is_named_alike"),
    [
        (write("a.py"), {"a.py"}, True),
        (write("pkg/b.py"), {"pkg/b.py"}, True),
        (write("pkg/notes.rst"), set(), True),
        (write("node_modules/y.py"), set(), True),
        (write("pkg/c.py"), {"pkg/c.py"}, False),
        (write("empty/c.py"), {"empty/c.py"}, False),
        (write("new/c.py"), {"new/c.py"}, False),
        (write("pkg/script"), set(), False),
        (write("pkg/.gitignore"), {"pkg/.gitignore"}, False),
        (rename, {"a.py", "c.py"}, False),
        (lambda root: (root / "pkg/b.py").unlink(), {"pkg/b.py"}, False),
        (lambda root: (root / "pkg").rename(root / "lib"), None, False),
    ],
)
def test_what_an_edit_changes(
    root: Path, edit: Callable[[Path], object], files: set[str] | None, is_named_alike: bool
) -> None:
    tree = record_tree(str(root))
    edit(root)
    now, difference = compared(root, tree)

    assert difference.is_named_alike == is_named_alike
    assert files is None or difference.files == files
    again = record_tree(str(root))
    assert [(p, f.folders, f.files) for p, f in now.items()] == [
        (p, f.folders, f.files) for p, f in again.items()
    ]


def test_only_wanted_files_are_looked_at(root: Path) -> None:
    tree = record_tree(str(root))
    write("a.py")(root)
    write("pkg/b.py")(root)

    assert compared(root, tree, ["pkg/b.py"])[1].files == {"pkg/b.py"}


def test_a_new_time_is_told_though_the_size_is_the_same(root: Path) -> None:
    tree = record_tree(str(root))
    os.utime(root / "a.py", ns=(1, 1))

    assert compared(root, tree)[1].files == {"a.py"}


def test_a_tree_from_its_index(root: Path) -> None:
    tree = record_tree(str(root))
    index, rows = index_of(tree), rows_of(tree)

    assert tree_of(index, rows) == tree
    more, fewer = ([(*row[:2], max(row[2] + by, 0)) for row in rows] for by in (1, -1))
    for damaged in (rows[:-1], [*rows, rows[0]], more, fewer):
        with pytest.raises(ValueError, match=r"zip|^$|py$|^pkg$"):
            tree_of(index, damaged)
