"""The entry of gdprlint in a `.pre-commit-config.yaml`, added as text so that comments stay."""

from __future__ import annotations

import re

from gdprlint import __version__
from gdprlint.model import UsageError

HEAD = "repos:\n"
_LISTED = re.compile(r"^(?P<indent>[ ]*)- repo:", re.MULTILINE)
_EMPTY = re.compile(r"^repos:[ ]*\[[ ]*\](?P<rest>.*)\n?", re.MULTILINE)


def entry(indent: str) -> str:
    """The hook as a list item; `local`, so that it needs no address."""
    rows = (
        "- repo: local",
        "  hooks:",
        "    - id: gdprlint",
        "      name: gdprlint",
        "      entry: gdprlint check --force-exclude",
        "      language: python",
        f'      additional_dependencies: ["gdprlint-policy=={__version__}"]',
        "      types_or: [python, pyi, jupyter, yaml, toml, json, ini, dockerfile, shell]",
        "      require_serial: true",
    )
    return "".join(f"{indent}{row}\n" for row in rows)


def with_entry(text: str) -> str | None:
    """The configuration with the hook behind its last repository, None if it has the hook.

    Raises `UsageError` if it has no list to add to.
    """
    if re.search(r"\bid:\s*gdprlint\b", text):
        return None
    items = list(_LISTED.finditer(text))
    if not items:
        filled, number = _EMPTY.subn(lambda empty: f"repos:{empty['rest']}\n{entry('')}", text, 1)
        if not number:
            raise UsageError(
                "the configuration of pre-commit has no list of repositories",
                "write `repos:`, and a line `- repo: ...` for each",
            )
        return filled
    indent = items[-1]["indent"]
    following = re.compile(rf"^(?! *#|{indent} |{indent}- |\s*$)\S", re.MULTILINE)
    behind = following.search(text, items[-1].end())
    end = behind.start() if behind else len(text)
    kept = text[:end].rstrip("\n")
    rest = text[end:]
    return f"{kept}\n{entry(indent)}{rest}"
