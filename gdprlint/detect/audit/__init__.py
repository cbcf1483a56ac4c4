"""Rules of kind `audit`: a duty is carried out, and does every path leave a trace of it?

Silent unless the settings name the project's audit calls. `problem` of `[match]` names the check;
"path" is the search for an effect whose event is missing, the others look at the events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from gdprlint.detect.audit.bench import Bench, open_bench
from gdprlint.detect.audit.data import find_data_in_events
from gdprlint.detect.audit.duty import find_unaudited
from gdprlint.detect.audit.fields import find_incomplete_events
from gdprlint.detect.audit.incident import find_unrecorded_incidents
from gdprlint.detect.audit.lossy import find_lossy_events
from gdprlint.detect.audit.reads import find_unaudited_reads
from gdprlint.detect.audit.records import find_incomplete_records
from gdprlint.engine.observations import Observations
from gdprlint.model import Finding, Rule

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

PROBLEMS: Mapping[str, tuple[Callable[[Bench, Rule], Iterator[Finding]], ...]] = {
    "path": (find_unaudited,),
    "data": (find_data_in_events,),
    "fields": (find_incomplete_events,),
    "lossy": (find_lossy_events, find_unrecorded_incidents),
    "record": (find_incomplete_records,),
    "read": (find_unaudited_reads,),
}


def detect(
    observations: Observations, rules: Sequence[Rule], policy: Policy, settings: Settings
) -> Iterator[Finding]:
    """The findings of all rules of this kind in one file."""
    calls = cast("Sequence[str]", settings.audit.get("calls", ()))
    if not calls or observations.tree is None:
        return
    bench = open_bench(observations, policy, settings, calls)
    if bench is None:
        return
    for rule in rules:
        for problem in PROBLEMS[str(rule.match["problem"])]:
            yield from problem(bench, rule)
