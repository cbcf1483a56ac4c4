"""Path patterns of the settings (`exclude`, `per-file-ignores`): glob -> does it name this path?

A pattern without a slash matches any file or folder of that name. A pattern with a slash is
relative to the folder of the file that declares it and matches that path and all below it.
`*` and `?` stay within a name, `**` crosses folders.
"""

from __future__ import annotations

import os

from gdprlint.tuples import TYPE_CHECKING, NamedTuple


class PathPattern(NamedTuple):
    """A glob and the absolute folder it is relative to."""

    base: str
    glob: str


DEFAULT_EXCLUDE: tuple[str, ...] = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".gdprlint_cache",
    ".hg",
    ".hypothesis",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pycache__",
    "__pypackages__",
    "_build",
    "buck-out",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)

if TYPE_CHECKING:
    import re

_compiled: dict[PathPattern, re.Pattern[str]] = {}


def matches_any(patterns: tuple[PathPattern, ...], file: str) -> bool:
    """Whether a pattern names the absolute path `file` or one of its folders."""
    return any(matches(pattern, file) for pattern in patterns)


def matches(pattern: PathPattern, file: str) -> bool:
    """Whether `pattern` names the absolute path `file` or one of its folders."""
    base, glob = pattern
    expression = _compiled.get(pattern)
    if expression is None:
        import re

        expression = _compiled[pattern] = re.compile(translate(glob.replace(os.sep, "/")))
    posix = file.replace(os.sep, "/")
    folder = base.replace(os.sep, "/").rstrip("/") + "/"
    inside = posix.startswith(folder)
    if is_name(glob):
        below = posix[len(folder) :] if inside else posix
        return any(expression.fullmatch(name) for name in below.split("/"))
    if glob.startswith("/"):
        return expression.fullmatch(posix) is not None
    return inside and expression.fullmatch(posix[len(folder) :]) is not None


def is_name(glob: str) -> bool:
    """Whether `glob` is a bare name, to be met at any depth."""
    return "/" not in glob.rstrip("/").replace(os.sep, "/")


def translate(glob: str) -> str:
    """The regular expression of a glob; anchored globs also match what lies below."""
    import re

    glob = glob.removeprefix("./").rstrip("/")
    parts = re.split(r"(\*\*/|/\*\*|\*|\?|\[[^]]+\])", glob)
    expression = "".join(_PIECES.get(part) or _literal(part) for part in parts)
    return expression if "/" not in glob else f"{expression}(?:/.*)?"


_PIECES = {"**/": "(?:.*/)?", "/**": "(?:/.*)?", "*": "[^/]*", "?": "[^/]"}


def _literal(part: str) -> str:
    if part.startswith("[") and part.endswith("]") and len(part) > 2:
        return "[^" + part[2:] if part[1] == "!" else part
    import re

    return re.escape(part)
