"""Configuration files that are not Python: which sort a file name stands for.

Names alone decide; whether a file configures anything is for its reader to say.
"""

from __future__ import annotations

import os

MAX_BYTES = 1_000_000
_BY_SUFFIX = (
    (".sh", "shell"),
    (".bash", "shell"),
    (".service", "shell"),
    (".env", "environment"),
    (".ini", "ini"),
    (".cfg", "ini"),
    (".conf", "ini"),
    (".yml", "yaml"),
    (".yaml", "yaml"),
    (".json", "json"),
    (".toml", "toml"),
)


def document_kind(path: str) -> str:
    """Which reader a file name asks for, "" for none."""
    name = os.path.basename(path).lower()
    stem = name.partition(".")[0]
    if "dockerfile" in (stem, name.rpartition(".")[2]) or stem == "containerfile":
        return "dockerfile"
    if stem.startswith("dockerfile-"):
        return "dockerfile"
    if stem == "procfile":
        return "procfile"
    if name.startswith(".env"):
        return "environment"
    if name in ("entrypoint", "docker-entrypoint"):
        return "shell"
    kind = next((kind for suffix, kind in _BY_SUFFIX if name.endswith(suffix)), "")
    is_compose = stem.startswith(("docker-compose", "compose"))
    return "compose" if kind == "yaml" and is_compose else kind
