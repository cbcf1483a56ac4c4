"""Configuration files that are not Python: which they are, and what each configures.

`find_documents` picks them from the files of a project, `read_document` parses one. A file that
is no configuration of logging or of a server is passed over, whatever its state.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping

from gdprlint.detect.setting.commands import options_in_variables
from gdprlint.detect.setting.containers import (
    read_compose,
    read_dockerfile,
    read_environment,
    read_procfile,
    read_shell,
)
from gdprlint.detect.setting.data_files import Data, read_json, read_toml, read_yaml
from gdprlint.detect.setting.dictconfig import is_dictconfig, read_dictconfig
from gdprlint.detect.setting.fileconfig import read_ini
from gdprlint.detect.setting.model import Configuration, item
from gdprlint.engine.observations import Argument, CallSeen
from gdprlint.files.documents import MAX_BYTES, document_kind

_TEMPLATE = re.compile(r"\{\{|\{%|<%|\$\{\{")
_KEY_START = r"""(?m)(?:^\s*\[?|[{,]\s*)["']?"""
_LOGGING_DATA = re.compile(_KEY_START + r"""(?:handlers|loggers|formatters)\b["']?\s*[:=.\]]""")
_VERSION = re.compile(_KEY_START + r"""version["']?\s*[:=]\s*1(?![\d.])""")
_INI = re.compile(r"(?m)^\[(?:handlers|handler_|formatters|program:|pytest|tool:pytest)")


def find_documents(root: str, files: Iterable[str]) -> list[str]:
    """The files among `files` (absolute or relative to `root`) that may configure something.

    Sorted; decided by name and size alone, nothing is opened.
    """
    found = [file for file in files if document_kind(file)]
    return sorted(file for file in found if _is_small(os.path.join(root, file)))


def _is_small(file: str) -> bool:
    try:
        return os.path.getsize(file) <= MAX_BYTES
    except OSError:
        return False


def read_document(path: str, text: str) -> Configuration:
    """What a document configures; empty for a file that configures nothing we know."""
    kind = document_kind(path)
    if not kind:
        return Configuration()
    found = _READERS[kind](path, text)
    return found._replace(items=(*found.items, *options_in_variables(found.items)))


def _is_logging(text: str) -> bool:
    return (
        "version" in text
        and any(word in text for word in ("handlers", "loggers", "formatters"))
        and _LOGGING_DATA.search(text) is not None
        and _VERSION.search(text) is not None
        and _TEMPLATE.search(text) is None
    )


def _ini(path: str, text: str) -> Configuration:
    if not _INI.search(text) or _TEMPLATE.search(text):
        return Configuration()
    return read_ini(path, text)


def _data(read: Callable[[str, str], Data]) -> Callable[[str, str], Configuration]:
    def reader(path: str, text: str) -> Configuration:
        is_project = os.path.basename(path) == "pyproject.toml"
        is_server = "hypercorn" in os.path.basename(path) and path.endswith(".toml")
        if not (is_project and "addopts" in text) and not is_server and not _is_logging(text):
            return Configuration()
        data = read(path, text)
        items: list[CallSeen] = []
        for document in data.documents:
            for config in _dictconfigs(document):
                items.extend(read_dictconfig(config))
            items.extend(_test_options(document) if is_project else ())
            items.extend(_server_options(document) if is_server else ())
        return Configuration(tuple(items), data.error, data.notice)

    return reader


def _dictconfigs(argument: Argument, depth: int = 0) -> list[Argument]:
    """Every logging configuration in a document, also under a key (`logging:`)."""
    if is_dictconfig(argument):
        return [argument]
    if depth > 4 or not isinstance(argument.value, Mapping):
        return []
    return [found for part in argument.value.values() for found in _dictconfigs(part, depth + 1)]


def _server_options(document: Argument) -> list[CallSeen]:
    """The keys of hypercorn's own configuration file."""
    table = document.value if isinstance(document.value, Mapping) else {}
    keys = {str(key): value for key, value in table.items()}
    return [item("setting.hypercorn", keys, document.span)] if keys else []


def _test_options(document: Argument) -> list[CallSeen]:
    argument: Argument | None = document
    for key in ("tool", "pytest", "ini_options", "addopts"):
        table = argument.value if argument is not None else None
        argument = table.get(key) if isinstance(table, Mapping) else None
    if argument is None:
        return []
    words = argument.value
    text = " ".join(str(word.value) for word in words) if isinstance(words, list) else words
    return [item("setting.pytest", {"addopts": argument._replace(value=text)}, argument.span)]


_READERS: Mapping[str, Callable[[str, str], Configuration]] = {
    "dockerfile": read_dockerfile,
    "compose": read_compose,
    "procfile": read_procfile,
    "shell": read_shell,
    "environment": read_environment,
    "ini": _ini,
    "yaml": _data(read_yaml),
    "json": _data(read_json),
    "toml": _data(read_toml),
}
