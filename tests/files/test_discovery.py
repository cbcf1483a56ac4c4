"""Trees on disk, with git and without -> the files that are checked."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from gdprlint.files.discovery import discover_files
from gdprlint.files.patterns import DEFAULT_EXCLUDE, PathPattern
from gdprlint.files.roots import prepare_cache, project_root, relative_path
from gdprlint.model import UsageError

WITH_AND_WITHOUT_GIT = pytest.mark.parametrize("in_git", [False, True], ids=["plain", "git"])


def lay_out(folder: Path, files: Iterable[str], *, in_git: bool = False) -> None:
    for name in files:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("", encoding="utf-8")
    if in_git:
        if shutil.which("git") is None:
            pytest.skip("git is not installed")
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(["git", "init", "-q", "."], cwd=folder, env=environment, check=True)


def found(folder: Path, *paths: str, extra: Iterable[str] = (), force: bool = False) -> list[str]:
    patterns = tuple(PathPattern(str(folder), glob) for glob in (*DEFAULT_EXCLUDE, *extra))
    files = discover_files(
        [str(folder / path) for path in paths or (".",)],
        excludes=lambda _: patterns,
        force_exclude=force,
    )
    return [Path(file).relative_to(folder).as_posix() for file in files]


@WITH_AND_WITHOUT_GIT
def test_python_files_of_a_folder(tmp_path: Path, in_git: bool) -> None:
    lay_out(
        tmp_path,
        ["b.py", "a.py", "a.pyi", "a.txt", "p/c.py", "venv/x.py", "p/node_modules/y.py"],
        in_git=in_git,
    )

    assert found(tmp_path) == ["a.py", "a.pyi", "b.py", "p/c.py"]


@WITH_AND_WITHOUT_GIT
def test_ignored_files(tmp_path: Path, in_git: bool) -> None:
    lay_out(tmp_path, ["a.py", "out/b.py", "p/gen.py", "p/keep.py", "q/gen.py"], in_git=in_git)
    (tmp_path / ".gitignore").write_text("/out/\ngen.py\n", encoding="utf-8")
    (tmp_path / "q" / ".gitignore").write_text("!gen.py\n", encoding="utf-8")

    assert found(tmp_path) == ["a.py", "p/keep.py", "q/gen.py"]


def test_an_ignored_folder_can_be_named(tmp_path: Path) -> None:
    lay_out(tmp_path, ["a.py", "out/b.py"], in_git=True)
    (tmp_path / ".gitignore").write_text("out/\n", encoding="utf-8")

    assert found(tmp_path, "out") == ["out/b.py"]


@WITH_AND_WITHOUT_GIT
def test_excluded_files(tmp_path: Path, in_git: bool) -> None:
    lay_out(tmp_path, ["a.py", "docs/conf.py", "docs/b.py", "m/x_pb2.py"], in_git=in_git)

    assert found(tmp_path, extra=["docs/conf.py", "*_pb2.py"]) == ["a.py", "docs/b.py"]


def test_a_named_file_is_checked_unless_forced(tmp_path: Path) -> None:
    lay_out(tmp_path, ["venv/x.py", "script"])

    assert found(tmp_path, "venv/x.py", "script") == ["script", "venv/x.py"]
    assert found(tmp_path, "venv/x.py", "script", force=True) == ["script"]
    assert found(tmp_path, "venv") == ["venv/x.py"]
    assert found(tmp_path, "venv", force=True) == []


def test_a_file_is_listed_once(tmp_path: Path) -> None:
    lay_out(tmp_path, ["a.py"])

    assert found(tmp_path, ".", "a.py", "./a.py") == ["a.py"]


@WITH_AND_WITHOUT_GIT
def test_symbolic_links_end(tmp_path: Path, in_git: bool) -> None:
    lay_out(tmp_path, ["p/a.py"], in_git=in_git)
    (tmp_path / "p" / "loop").symlink_to(tmp_path)
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "link.py").symlink_to(tmp_path / "p" / "a.py")

    assert found(tmp_path) == ["link.py", "p/a.py"]


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such file or folder: .*gone"):
        found(tmp_path, "gone")


def test_a_deleted_tracked_file_is_left_out(tmp_path: Path) -> None:
    lay_out(tmp_path, ["a.py", "b.py"], in_git=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    (tmp_path / "b.py").unlink()

    assert found(tmp_path) == ["a.py"]


def test_the_root_is_the_repository_then_the_project(tmp_path: Path) -> None:
    lay_out(tmp_path, ["top/pkg/pyproject.toml", "top/pkg/src/a.py", "lone/b.py"])

    assert project_root(str(tmp_path / "top/pkg/src/a.py")) == str(tmp_path / "top/pkg")
    (tmp_path / "top" / ".git").mkdir()
    assert project_root(str(tmp_path / "top/pkg/src/a.py")) == str(tmp_path / "top")
    assert project_root(str(tmp_path / "lone")) == str(tmp_path / "lone")


def test_relative_paths_have_forward_slashes(tmp_path: Path) -> None:
    assert relative_path(os.path.join("/p", "a", "b.py"), "/p") == "a/b.py"
    assert relative_path("/q/b.py", "/p") == "../q/b.py"


def test_the_cache_folder_hides_itself(tmp_path: Path) -> None:
    folder = prepare_cache(str(tmp_path))

    assert folder == str(tmp_path / ".gdprlint_cache")
    assert (tmp_path / ".gdprlint_cache" / ".gitignore").read_text() == "*\n"


def test_no_cache_where_none_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    assert prepare_cache(str(tmp_path / "file")) is None
