"""`gdprlint init --wrapper PATH`: a module of pseudonyms, its tests, and its place in the policy.

The text of the module is `fix/wrapper_template.py`, of which the analyser itself knows that it
returns keyed or partial values only.
"""

from __future__ import annotations

import json
import os
import re

from gdprlint.engine.imports import Finder
from gdprlint.files.roots import project_root, relative_path
from gdprlint.model import UsageError
from gdprlint.settings.find import SECTION, SHARED_FILE, find_settings_file, load_toml

FUNCTIONS = ("pseudonymise", "truncate_ip", "mask_email")
"""What the policy lists as wrappers, the general one first."""
SOURCE = os.path.join(os.path.dirname(os.path.dirname(__file__)), "fix", "wrapper_template.py")
TESTS = os.path.join(os.path.dirname(os.path.dirname(__file__)), "fix", "wrapper_tests.txt")
OWN_FILE = "gdprlint.toml"
_HEADER = re.compile(rf"(?m)^\[{re.escape(SECTION)}\][ \t]*(?:#.*)?\n?")
_KEY = re.compile(r"(?m)^wrapper\s*=")


def write_wrapper(path: str) -> tuple[str, ...]:
    """Write module and tests and name them in the policy; what was done, one line each.

    Raises `UsageError` if one of the files exists or `path` is no name of a module.
    """
    file = os.path.abspath(path)
    name = os.path.basename(file).removesuffix(".py")
    if not file.endswith(".py") or not name.isidentifier():
        raise UsageError(f"--wrapper: {path}: not the path of a module", "as in app/privacy.py")
    if not os.path.isdir(os.path.dirname(file)):
        raise UsageError(f"--wrapper: {path}: no such folder")
    root = project_root(file)
    module = Finder(root).dotted_name(relative_path(file, root))
    tests = test_file(file, root)
    for target in (file, tests):
        if os.path.exists(target):
            raise UsageError(f"--wrapper: {os.path.relpath(target)} exists already")
    write(file, read(SOURCE))
    write(tests, read(TESTS).replace("MODULE", module))
    return (
        f"wrote {os.path.relpath(file)}",
        f"wrote {os.path.relpath(tests)}",
        register(module, root),
        "set PSEUDONYM_KEY to 32 random bytes in hexadecimal wherever the program runs",
    )


def test_file(file: str, root: str) -> str:
    """Where the tests go: the folder `tests` of the project, else beside the module."""
    folder = os.path.join(root, "tests")
    beside = os.path.dirname(file)
    name = f"test_{os.path.basename(file)}"
    return os.path.join(folder if os.path.isdir(folder) else beside, name)


def register(module: str, root: str) -> str:
    """Add the functions to the key `wrapper` of the settings; tells what is left to do by hand."""
    names = [f"{module}.{function}" for function in FUNCTIONS]
    line = f"wrapper = {json.dumps(names)}"
    file = find_settings_file(root) or os.path.join(root, OWN_FILE)
    shown = os.path.relpath(file)
    text = read(file) if os.path.exists(file) else ""
    section = text
    if os.path.basename(file) == SHARED_FILE:
        found = _HEADER.search(text)
        section = text[found.end() :].partition("\n[")[0] if found else ""
    if _KEY.search(section):
        return f"add to `wrapper` in {shown}: {', '.join(names)}"
    write(file, with_key(text, line, is_shared=os.path.basename(file) == SHARED_FILE))
    load_toml(file)
    return f"added `wrapper` to {shown}, with the module imported as `{module}`"


def with_key(text: str, line: str, *, is_shared: bool) -> str:
    """The settings file with one more key, everything else as it was."""
    if not is_shared:
        return f"{line}\n{text}"
    found = _HEADER.search(text)
    if found:
        end = "" if found[0].endswith("\n") else "\n"
        return f"{text[: found.end()]}{end}{line}\n{text[found.end() :]}"
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return f"{text}{gap}[{SECTION}]\n{line}\n"


def read(file: str) -> str:
    """The text of a file, line ends as they are."""
    with open(file, encoding="utf-8", newline="") as stream:
        return stream.read()


def write(file: str, text: str) -> None:
    """Write a text, line ends as they are."""
    with open(file, "w", encoding="utf-8", newline="") as stream:
        stream.write(text)
