"""`.gitignore` outside of a git work tree (an unpacked archive): folder -> predicate on paths.

Patterns follow gitignore(5); a file nearer to the path decides before one further up.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

from pathspec import GitIgnoreSpec

from gdprlint.files.roots import ancestors


def matcher(folder: str, top: str) -> Callable[[str, bool], bool] | None:
    """A predicate (absolute path, is a folder) for entries of `folder`, None if nothing applies."""
    levels = [level for level in ancestors(folder) if level.startswith(top)]
    specs = [(level, spec) for level in levels if (spec := spec_of(level)) is not None]
    if not specs:
        return None

    def is_ignored(file: str, is_folder: bool) -> bool:
        for level, spec in specs:
            relative = os.path.relpath(file, level).replace(os.sep, "/")
            verdict = spec.check_file(relative + "/" if is_folder else relative).include
            if verdict is not None:
                return verdict
        return False

    return is_ignored


@cache
def spec_of(folder: str) -> GitIgnoreSpec | None:
    """The compiled `.gitignore` of `folder`, None without one."""
    try:
        with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as stream:
            return GitIgnoreSpec.from_lines(stream.read().splitlines())
    except OSError:
        return None
