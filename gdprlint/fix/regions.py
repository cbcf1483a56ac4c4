"""Fixes of where a processor keeps the data: its host or region in the EEA.

The catalogue names it (`europe` of a `region` row) where the vendor has one for everybody; an
account of that region is still to be made, so these fixes are unsafe.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import cast

import libcst as cst

from gdprlint.fix.arguments import find_argument, set_arguments
from gdprlint.fix.calls import call_of
from gdprlint.fix.context import Proposal, Task


def fix_region(task: Task) -> Proposal | None:
    """GDL702, GDL703: name the vendor's host or region in the EEA."""
    call, catalogue = call_of(task), task.setting.policy.catalogue
    processor = catalogue.get("processor", {}).get(task.finding.sink, {})
    signature = catalogue.get("signature", {}).get(task.finding.expr.partition("(")[0], {})
    parameters = cast("Sequence[str]", signature.get("parameters", ()))
    for row in cast("Sequence[Mapping[str, object]]", processor.get("region", ())):
        name, europe = str(row["parameter"]), row.get("europe")
        if call is None or not isinstance(europe, str):
            continue
        given = find_argument(call, name, parameters)
        if given is not None and not isinstance(given.value, cst.SimpleString):
            return None
        text = json.dumps(europe)
        edits = set_arguments(task, call, [(name, text)], parameters)
        return None if not edits else task.propose(f"set `{name}={text}`", "unsafe", *edits)
    return None
