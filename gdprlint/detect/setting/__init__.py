"""Kind `setting`: what the project's configuration says, whatever file carries it -> findings.

`detect` reads the configuration a Python module holds, `analyse_document` any other file. Both
end in the same model (`model.py`) and the same matcher as calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gdprlint.detect.matching import match_calls, open_bench
from gdprlint.detect.setting.documents import find_documents, read_document
from gdprlint.detect.setting.python_module import python_items
from gdprlint.engine.observations import AnalysisError, CallSeen, Observations
from gdprlint.model import Finding, Rule
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

__all__ = ["Analysed", "analyse_document", "detect", "find_documents"]


class Analysed(NamedTuple):
    """The findings of one document, why it cannot be read, and a notice for the report."""

    findings: tuple[Finding, ...]
    error: AnalysisError | None = None
    notice: str = ""


def detect(
    observations: Observations, rules: Sequence[Rule], policy: Policy, settings: Settings
) -> Iterator[Finding]:
    """The findings in the configuration a Python module holds."""
    bench = open_bench(observations, rules, policy, settings)
    yield from match_calls(python_items(observations), bench)


def analyse_document(path: str, text: str, policy: Policy, settings: Settings) -> Analysed:
    """The findings of a configuration file; `path` is relative to the root, with `/`."""
    configuration = read_document(path, text)
    rules = [rule for rule in policy.rules.values() if {"call", "setting"} & rule.match.keys()]
    if not configuration.items:
        return Analysed((), configuration.error, configuration.notice)
    observations = Observations(path, text, None)
    bench = open_bench(observations, rules, policy, settings)
    findings = (
        *match_calls(configuration.items, bench),
        *_processors(configuration.items, observations, policy, settings),
    )
    return Analysed(findings, configuration.error, configuration.notice)


def _processors(
    items: Sequence[CallSeen], observations: Observations, policy: Policy, settings: Settings
) -> Iterator[Finding]:
    """What a document configures of third parties."""
    from gdprlint.detect.processor import judge_calls

    rules = [rule for rule in policy.rules.values() if rule.kind == "processor"]
    return judge_calls(items, observations, rules, policy, settings)
