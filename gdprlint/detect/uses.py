"""Calls, configured handlers and variables of a file -> which processors they set up.

The catalogue names for each processor the calls that set it up; the settings name the processors
with a contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gdprlint.detect.hosts import host_of, is_local
from gdprlint.detect.setting.model import ENVIRONMENT
from gdprlint.detect.signatures import UNKNOWN_SIGNATURE, Binding, read_signatures
from gdprlint.engine.observations import CallSeen
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

Table = Mapping[str, Any]


class Use(NamedTuple):
    """A call that sets a processor up, with what the settings say of it (`entry`, or None)."""

    id: str
    processor: Table
    entry: Table | None
    binding: Binding


def find_uses(calls: Iterable[CallSeen], policy: Policy, settings: Settings) -> Iterator[Use]:
    """The calls that set a processor up, configured handlers among them."""
    processors: Mapping[str, Table] = policy.catalogue.get("processor", {})
    by_call = {name: id for id, table in processors.items() for name in table["calls"]}
    signatures = read_signatures(policy.catalogue)
    for call in calls:
        id = by_call.get(call.name)
        if id is None:
            continue
        signature = signatures.get(call.name, UNKNOWN_SIGNATURE)
        use = Use(
            id,
            processors[id],
            declared_entry(id, processors[id], settings),
            Binding(call, signature, settings.root),
        )
        if _is_meant(use):
            yield use


def find_variables(calls: Sequence[CallSeen], policy: Policy, settings: Settings) -> Iterator[Use]:
    """Variables of the environment that decide a processor's region, each as a call of it.

    `AWS_REGION` says nothing where an endpoint of this network is named beside it.
    """
    variables = [call for call in calls if call.name == ENVIRONMENT]
    processors: Mapping[str, Table] = policy.catalogue.get("processor", {}) if variables else {}
    has_own = any(_names_own_endpoint(call) for call in variables)
    for id, processor in processors.items():
        for row in processor.get("region", ()):
            for call in variables:
                given = set(row.get("environment", ())).intersection(call.keywords)
                if given and not (has_own and processor.get("endpoint")):
                    value = call.keywords[min(given)]
                    seen = call._replace(keywords={row["parameter"]: value})
                    entry = declared_entry(id, processor, settings)
                    only = {**processor, "region": (row,), "endpoint": ""}
                    yield Use(id, only, entry, Binding(seen, UNKNOWN_SIGNATURE, settings.root))


def _names_own_endpoint(call: CallSeen) -> bool:
    return any(
        "ENDPOINT" in name and is_local(host_of(value) or "remote.invalid")
        for name, value in call.keywords.items()
    )


def declared_entry(id: str, processor: Table, settings: Settings) -> Table | None:
    """The entry of the settings for a processor, by its name or by the modules it lists."""
    if id in settings.processors:
        return settings.processors[id]
    modules = set(processor["imports"])
    for entry in settings.processors.values():
        listed = entry.get("imports")
        if isinstance(listed, Sequence) and modules & set(listed):
            return entry
    return None


def _is_meant(use: Use) -> bool:
    """Whether a call of a general client (syslog, Loki) is directed at this processor."""
    only = use.processor.get("only")
    if not only:
        return True
    value = text_of(use.binding, only["parameter"])
    return isinstance(value, str) and any(re.search(p, value) for p in only["values"])


def text_of(binding: Binding, parameter: str) -> object:
    """What a parameter is given; of several hosts the first."""
    value = binding.lookup(parameter).value
    return host_of(tuple(value)) if isinstance(value, list) else value
