"""The settings of one folder as an immutable record; field names are the keys of `keys.py`."""

from __future__ import annotations

from collections.abc import Mapping

from gdprlint.files.patterns import PathPattern
from gdprlint.tuples import NamedTuple

Table = Mapping[str, object]


class PerFile(NamedTuple):
    """Selectors that are ignored in files the pattern names."""

    pattern: PathPattern
    rules: tuple[str, ...]


class Settings(NamedTuple):
    """What the user decided, defaults filled in.

    `root` is the folder that relative paths of the settings refer to, `file` the settings file
    ("" for none), `origins` tells for each key that was set where its value came from.
    """

    root: str
    file: str
    origins: Mapping[str, str]
    policy: str
    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    extend_ignore: tuple[str, ...]
    per_file_ignores: tuple[PerFile, ...]
    severity: Mapping[str, str]
    min_confidence: str
    min_severity: str
    fail_on: str
    packs: tuple[str, ...]
    baseline: str
    exclude: tuple[PathPattern, ...]
    extend_exclude: tuple[PathPattern, ...]
    force_exclude: bool
    src: tuple[str, ...]
    output_format: str
    languages: tuple[str, ...]
    names: Mapping[str, str]
    not_personal: tuple[str, ...]
    person_classes: tuple[str, ...]
    sinks: tuple[str, ...]
    sanitizers: tuple[str, ...]
    handle_ids: tuple[str, ...]
    loggers: tuple[str, ...]
    wrapper: tuple[str, ...]
    wrapped: tuple[str, ...]
    controller: str
    dpo: str
    dpo_not_required: str
    purposes: Mapping[str, Table]
    inventory: Mapping[str, Table]
    retention: Table
    processors: Mapping[str, Table]
    transports: Mapping[str, Table]
    audit: Table
    exemptions: tuple[Table, ...]
