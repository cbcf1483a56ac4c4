"""Exemptions that the settings declare for paths: does one hide this rule in this file?

Whether an exemption states its basis and purpose is judged by the rules of policy hygiene.
"""

from __future__ import annotations

from collections.abc import Iterable

from gdprlint.files.patterns import PathPattern, matches
from gdprlint.judge.selection import is_selected_by
from gdprlint.settings.record import Settings, Table


def is_exempt(settings: Settings, file: str, rule: str, today: str) -> bool:
    """Whether an exemption in force on `today` (ISO date) covers `rule` in `file` (absolute)."""
    return any(covers(exemption, file, rule, today) for exemption in settings.exemptions)


def covers(exemption: Table, file: str, rule: str, today: str) -> bool:
    """Whether one exemption names the rule and the file and has not run out."""
    rules, paths, until = (exemption.get(name) for name in ("rules", "paths", "until"))
    return (
        isinstance(rules, tuple)
        and is_selected_by(rule, rules)
        and isinstance(paths, tuple)
        and any(matches(pattern, file) for pattern in patterns(paths))
        and not (isinstance(until, str) and until and today > until)
    )


def patterns(paths: Iterable[object]) -> list[PathPattern]:
    """The path patterns of an exemption."""
    return [pattern for pattern in paths if isinstance(pattern, PathPattern)]
