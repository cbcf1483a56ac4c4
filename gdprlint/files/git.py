"""The only place that runs git: what a work tree holds, ignored files left out."""

from __future__ import annotations

import os

from gdprlint.files.roots import ancestors


def work_tree_of(folder: str) -> str:
    """The repository that `folder` (absolute) lies in, "" outside of any."""
    for candidate in ancestors(folder):
        if os.path.exists(os.path.join(candidate, ".git")):
            return candidate
    return ""


def list_work_tree(folder: str) -> list[str] | None:
    """Tracked and untracked but not ignored files below `folder`, absolute; None without git."""
    output = run_git(
        folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"
    )
    if output is None:
        return None
    names = os.fsdecode(output).split("\0")
    return [os.path.join(folder, name.replace("/", os.sep)) for name in names if name]


def is_ignored(folder: str) -> bool:
    """Whether git ignores `folder` itself."""
    return run_git(folder, "check-ignore", "-q", ".") is not None


def run_git(folder: str, *arguments: str) -> bytes | None:
    """Standard output of a git command in `folder`; None if it fails or git is missing."""
    import subprocess

    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
