"""What decides, besides the `.gitignore` files of a project, which of its files git ignores."""

from __future__ import annotations

import os
from collections.abc import Iterator

MARK = b"excludesfile"


def signature(root: str) -> str:
    """Sizes and times of git's index, exclude and configuration files; "" if there may be others.

    Tracked files are listed even if a pattern names them, therefore the index counts.
    """
    folder = os.path.join(root, ".git")
    if os.path.exists(folder) and not os.path.isdir(folder):
        return ""
    known: list[str] = []
    for file, is_configuration in _files(folder):
        try:
            status = os.stat(file)
            if is_configuration and _names_another(file):
                return ""
        except OSError:
            continue
        known.append(f"{file}:{status.st_mtime_ns}:{status.st_size}".removeprefix(root))
    variables = sorted(item for item in os.environ.items() if item[0].startswith("GIT_"))
    return repr((known, variables))


def _names_another(file: str) -> bool:
    """Whether a configuration file may name a file of patterns elsewhere, or include others."""
    with open(file, "rb") as stream:
        content = stream.read().lower()
    return MARK in content or b"[include" in content


def _files(folder: str) -> Iterator[tuple[str, bool]]:
    home = os.path.expanduser("~")
    user = os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "git")
    yield os.path.join(folder, "index"), False
    yield os.path.join(folder, "info", "exclude"), False
    yield os.path.join(user, "ignore"), False
    yield os.path.join(folder, "config"), True
    yield os.path.join(user, "config"), True
    yield os.path.join(home, ".gitconfig"), True
    yield "/etc/gitconfig", True
