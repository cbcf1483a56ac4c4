"""Which rules are on: selectors (`GDL101`, `GDL1`, `ALL`) against the rules of the policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gdprlint.files.patterns import matches
from gdprlint.model import Rule, UsageError
from gdprlint.settings.find import key_in
from gdprlint.settings.record import Settings
from gdprlint.settings.resolve import FLAG_ORIGIN
from gdprlint.settings.values import nearest

ALL = "ALL"
LIST_OF_RULES = "`gdprlint rule --all` lists them"
UNREADABLE = "GDL001"
"""The rule for a file that cannot be analysed: never a silence, so only `ignore` turns it off."""


def is_selected_by(rule: str, selectors: Iterable[str]) -> bool:
    """Whether a selector is `ALL`, the id, or a prefix of it."""
    return any(selector == ALL or rule.startswith(selector) for selector in selectors)


def selected_rules(settings: Settings, rules: Mapping[str, Rule]) -> frozenset[str]:
    """Ids of the rules whose findings are shown."""
    ignored = (*settings.ignore, *settings.extend_ignore)
    return frozenset(
        rule
        for rule in offered_rules(settings, rules)
        if is_wanted(settings, rules[rule]) and not is_selected_by(rule, ignored)
    )


def offered_rules(settings: Settings, rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """The rules the detectors work with: all but the opt-in rules nobody asked for.

    Rules that are switched off still compete for a flow, so that ignoring a narrow rule does not
    make its findings come back under a wider one.
    """
    return {
        id: rule
        for id, rule in rules.items()
        if rule.default or id == UNREADABLE or is_wanted(settings, rule)
    }


def is_wanted(settings: Settings, rule: Rule) -> bool:
    """Whether `select` and `extend-select` turn the rule on."""
    if rule.id == UNREADABLE or is_selected_by(rule.id, settings.extend_select):
        return True
    return is_selected_by(rule.id, settings.select) if settings.select else rule.default


def is_ignored_in(settings: Settings, file: str, rule: str) -> bool:
    """Whether `per-file-ignores` leaves `rule` out in `file` (absolute)."""
    return any(
        is_selected_by(rule, entry.rules) and matches(entry.pattern, file)
        for entry in settings.per_file_ignores
    )


def check_selectors(settings: Settings, rules: Mapping[str, Rule]) -> None:
    """Raise `UsageError` for a selector that names no rule."""
    by_key: dict[str, Iterable[str]] = {
        "select": settings.select,
        "extend-select": settings.extend_select,
        "ignore": settings.ignore,
        "extend-ignore": settings.extend_ignore,
        "per-file-ignores": [rule for entry in settings.per_file_ignores for rule in entry.rules],
        "severity": settings.severity,
        "exemptions": [
            str(rule)
            for exemption in settings.exemptions
            for rule in rows_of(exemption.get("rules"))
        ],
    }
    for key, selectors in by_key.items():
        origin = settings.origins.get(key, "")
        if origin.startswith("policy "):
            continue
        for selector in selectors:
            if selector != ALL and not any(rule.startswith(selector) for rule in rules):
                raise UsageError(
                    f"{place_of(key, settings)}: unknown rule `{selector}`",
                    nearest_rule(selector, rules),
                )


def check_categories(settings: Settings, categories: Iterable[str]) -> None:
    """Raise `UsageError` for an entry of `inventory` or of a processor that names no category."""
    known = tuple(categories)
    by_key: dict[str, Iterable[str]] = {
        "inventory": settings.inventory,
        "processors": [
            str(category)
            for entry in settings.processors.values()
            for category in rows_of(entry.get("categories"))
        ],
    }
    for key, patterns in by_key.items():
        for pattern in patterns:
            family = pattern.removesuffix("*") if pattern.endswith(".*") else ""
            is_known = pattern in known or any(family and name.startswith(family) for name in known)
            if not is_known and not pattern.startswith("class:"):
                raise UsageError(
                    f"{place_of(key, settings)}: unknown category `{pattern}`",
                    nearest(pattern, known),
                )


def rows_of(value: object) -> Sequence[object]:
    """A list of the settings, empty if it is absent."""
    return value if isinstance(value, (list, tuple)) else ()


def place_of(key: str, settings: Settings) -> str:
    """The key with what set it: a flag or a settings file."""
    origin = settings.origins.get(key, "")
    return f"--{key}" if origin == FLAG_ORIGIN else key_in(origin, key) if origin else key


def nearest_rule(selector: str, rules: Mapping[str, Rule]) -> str:
    """A hint with the most similar of the rules that begin like the selector.

    One wrong character of the right length is likelier than a character too many.
    """
    wanted = selector.upper()
    if any(rule.startswith(wanted) for rule in rules):
        return f"did you mean `{wanted}`?"
    shared = {
        rule: sum(rule.startswith(wanted[:length]) for length in range(len(wanted)))
        for rule in rules
    }
    longest = max(shared.values(), default=0)
    near = [rule for rule, length in shared.items() if length == longest]
    for rule in near:
        if len(rule) == len(wanted) and sum(a != b for a, b in zip(rule, wanted, strict=True)) == 1:
            return f"did you mean `{rule}`?"
    return nearest(selector, near) if longest > len("GDL1") else LIST_OF_RULES
