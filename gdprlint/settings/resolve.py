"""Folder and flags -> `Settings`: defaults, named policy, settings file, flags, in that order."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from gdprlint.files.patterns import DEFAULT_EXCLUDE, PathPattern
from gdprlint.settings.find import Declared, merge, read_settings_file, settings_file_in
from gdprlint.settings.keys import BY_NAME, KEYS, field_name
from gdprlint.settings.record import Settings

FLAG_ORIGIN = "command line"
NOTHING = Declared("", {}, {})
POLICY_VALUES: Mapping[str, Mapping[str, object]] = {
    "recommended": {},
    "strict": {"extend-select": ("ALL",), "min-confidence": "possible"},
    # health data (GDPR Art. 9): pseudonyms and the audit trail are duties, not options
    "health": {"extend-select": ("GDL3", "GDL4", "GDL8"), "min-confidence": "possible"},
}
"""The named policies: values that replace the defaults, themselves replaced by the user's."""


def resolve(declared: Declared, flags: Mapping[str, object], root: str) -> Settings:
    """Merge one settings file with the flags; `root` is the folder without a settings file."""
    base = os.path.dirname(declared.file) if declared.file else root
    chosen = flags.get("policy") or declared.values.get("policy") or BY_NAME["policy"].default
    overlay = POLICY_VALUES[str(chosen)]
    values: dict[str, object] = {key.name: key.default for key in KEYS}
    values["exclude"] = tuple(PathPattern(base, name) for name in DEFAULT_EXCLUDE)
    origins: dict[str, str] = {}
    layers = ((overlay, f'policy "{chosen}"'), (declared.values, ""), (flags, FLAG_ORIGIN))
    for layer, origin in layers:
        for name, value in layer.items():
            values[name] = merge(BY_NAME[name], values[name], value)
            origins[name] = origin or declared.origins[name]
    fields = {field_name(name): value for name, value in values.items()}
    return Settings(root=base, file=declared.file, origins=origins, **fields)  # type: ignore[arg-type]


def settings_finder(
    flags: Mapping[str, object], *, root: str, config: str = "", isolated: bool = False
) -> Callable[[str], Settings]:
    """A function from an absolute folder to its settings; every file is read once.

    `config` names the one file to use instead of the nearest, `isolated` uses none.
    """
    if isolated or config:
        only = resolve(read_settings_file(config) if config else NOTHING, flags, root)
        return lambda folder: only
    without = resolve(NOTHING, flags, root)
    by_folder: dict[str, Settings] = {}

    def settings_for(folder: str) -> Settings:
        known = by_folder.get(folder)
        if known is None:
            parent = os.path.dirname(folder)
            if file := settings_file_in(folder):
                known = resolve(read_settings_file(file), flags, root)
            else:
                known = without if parent == folder else settings_for(parent)
            by_folder[folder] = known
        return known

    return settings_for
