"""Settings -> what the analysis works with: the policy, and an empty program for the engine."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from gdprlint.files.roots import prepare_cache
from gdprlint.files.source import read_source
from gdprlint.model import UsageError
from gdprlint.settings.record import Settings
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from gdprlint.engine.program import Program
    from gdprlint.policy import Policy

_UNEDITED: Mapping[str, str] = MappingProxyType({})


def program_for(
    settings: Settings, policy: Policy, root: str, edited: Mapping[str, str] = _UNEDITED
) -> Program:
    """A program that knows the project's own loggers, sinks and sanitizers.

    `edited` holds texts, by path, that stand for those on disk.
    """
    from gdprlint.engine.program import Options, Program

    options = Options(
        loggers=settings.loggers,
        sinks=settings.sinks,
        sanitizers=(*settings.sanitizers, *settings.wrapper),
        watch=watched_calls(policy),
        audit=audit_calls(settings),
        identify=bool(settings.wrapper)
        and any(rule.match.get("problem") == "unwrapped" for rule in policy.rules.values()),
    )
    return Program(
        root, policy, options, read=lambda path: edited.get(path) or readable_text(root, path)
    )


def audit_calls(settings: Settings) -> tuple[str, ...]:
    """The calls that emit an audit event, as the settings name them."""
    calls = settings.audit.get("calls", ())
    return tuple(map(str, calls)) if isinstance(calls, (list, tuple)) else ()


def policy_for(settings: Settings, root: str, *, use_cache: bool, cache_dir: str = "") -> Policy:
    """The packs and the lexicon with what the settings add to them."""
    from gdprlint.policy import load_policy

    try:
        return load_policy(
            settings.packs,
            cache_dir=prepare_cache(root, cache_dir) if use_cache else None,
            words={**dict.fromkeys(settings.handle_ids, "account.username"), **settings.names},
            not_personal=settings.not_personal,
            languages=settings.languages,
            person_words=settings.person_classes,
        )
    except UsageError as error:
        place, _, rest = error.message.partition(": ")
        if place != "settings" or not settings.file:
            raise
        raise UsageError(f"{os.path.relpath(settings.file)}: {rest}", error.hint) from error


def watched_calls(policy: Policy) -> frozenset[str]:
    """Dotted names whose calls the rules and the table of processors want to see."""
    tables = [table for rule in policy.rules.values() for table in rows(rule.match.get("call"))]
    names = {str(name) for table in tables for name in rows(table.get("name"))}
    if any(rule.kind == "processor" for rule in policy.rules.values()):
        processors = policy.catalogue.get("processor", {}).values()
        names.update(str(name) for table in processors for name in rows(table.get("calls")))
    signatures = policy.catalogue.get("signature", {})
    known = [signatures[name] for name in names if name in signatures]
    return frozenset(names.union(*(rows(signature.get("aka")) for signature in known)))


def rows(value: object) -> Sequence[Any]:
    """A list of a TOML table, empty if it is absent."""
    return value if isinstance(value, (list, tuple)) else ()


def readable_text(root: str, path: str) -> str | None:
    """The text of a project file given relative to the root, None if it cannot be had."""
    source = read_source(os.path.join(root, path), path)
    return None if source.error else source.text
