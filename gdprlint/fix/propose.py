"""A finding -> its fix, by rule or by kind of rule; rules marked `fix = "no"` have none."""

from __future__ import annotations

from collections.abc import Mapping

from gdprlint.fix.calls import fix_call
from gdprlint.fix.context import Fixer, Proposal, Setting, Task
from gdprlint.fix.digests import fix_digest
from gdprlint.fix.fields import fix_dump, fix_field
from gdprlint.fix.regions import fix_region
from gdprlint.fix.retention import fix_too_long, fix_too_short, fix_unbounded
from gdprlint.fix.suppressions import fix_stale
from gdprlint.fix.wrapping import fix_exception, fix_flow
from gdprlint.model import Finding, Fix, Rule

BY_RULE: Mapping[str, Fixer] = {
    "GDL202": fix_dump,
    "GDL204": fix_exception,
    "GDL301": fix_flow,
    "GDL302": fix_digest,
    "GDL601": fix_unbounded,
    "GDL602": fix_unbounded,
    "GDL603": fix_too_long,
    "GDL604": fix_too_short,
    "GDL702": fix_region,
    "GDL703": fix_region,
    "GDL802": fix_stale,
}
BY_KIND: Mapping[str, Fixer] = {
    "flow": fix_flow,
    "transfer": fix_flow,
    "audit": fix_flow,
    "call": fix_call,
    "field": fix_field,
}
FLOW_KINDS = frozenset({"flow", "transfer"})


def propose(finding: Finding, rule: Rule | None, setting: Setting) -> Proposal | None:
    """The fix of one finding before it is tested, None if there is none."""
    if rule is None or rule.fix == "no" or finding.span.path != setting.document.path:
        return None
    fixer = fixer_for(finding, rule)
    return None if fixer is None else fixer(Task(finding, rule, setting))


def fixer_for(finding: Finding, rule: Rule) -> Fixer | None:
    """The function that mends a finding; a call that breaks a rule about flows counts as a call."""
    if rule.id in BY_RULE:
        return BY_RULE[rule.id]
    if rule.kind in FLOW_KINDS and not finding.form:
        return fix_call
    return BY_KIND.get(rule.kind)


def fix_of(proposal: Proposal) -> Fix:
    """A tested proposal as the record that reports carry."""
    edits = sorted({*proposal.imports, *proposal.edits}, key=lambda edit: edit.span)
    return Fix(proposal.title, proposal.safety, tuple(edits))
