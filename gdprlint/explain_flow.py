"""The verb `explain-flow`: what the engine knows of the values shown on one line, and why they
were reported or not."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gdprlint.baseline import entry_of, read_baseline
from gdprlint.deep import call_with_deep_stack
from gdprlint.files.roots import project_root, relative_path
from gdprlint.files.source import read_source
from gdprlint.flags import add_settings_only_flags, finder_for
from gdprlint.judge.exemptions import is_exempt
from gdprlint.judge.fingerprints import with_fingerprints
from gdprlint.judge.selection import is_ignored_in
from gdprlint.judge.suppressions import Suppression, hides, parse_suppressions
from gdprlint.judge.verdict import hiding_threshold, order, with_severity, without_duplicates
from gdprlint.model import CONFIDENCE_BY_ORDER, Finding, UsageError
from gdprlint.reading import NOTEBOOK, Request, Target, is_document
from gdprlint.report.summary import counted
from gdprlint.run import check_file, today
from gdprlint.workbench import Workbench, open_workbench

if TYPE_CHECKING:
    from gdprlint.engine.sinks import TracedLeaf


HIDING_KEYS = (
    "policy", "packs", "baseline", "select", "extend-select", "ignore", "extend-ignore",
    "min-confidence", "min-severity", "languages",
)  # fmt: skip
"""What decides which flows are known, and what hides a finding."""


def add_arguments(parser: ArgumentParser) -> None:
    """The flags of `explain-flow`."""
    parser.add_argument("place", metavar="FILE:LINE", help="a line that shows values")
    add_settings_only_flags(parser, only=HIDING_KEYS)


def execute(arguments: Namespace) -> int:
    """Print one paragraph for each expression shown on the line."""
    path, line = place_of(arguments.place)
    file = os.path.abspath(path)
    if not os.path.isfile(file):
        raise UsageError(f"no such file: {path}")
    root = project_root(file)
    settings = finder_for(arguments, root)(os.path.dirname(file))
    request = Request(paths=[file], use_cache=not arguments.no_cache, today=today())
    bench = open_workbench(request, settings, root)
    text = call_with_deep_stack(lambda: explain(file, line, bench))
    sys.stdout.write(text)
    return 0


def place_of(text: str) -> tuple[str, int]:
    """File and line of `FILE:LINE`, or of `FILE:LINE:COLUMN` as findings are printed."""
    path, _, line = text.rpartition(":")
    before, _, number = path.rpartition(":")
    if before and number.isdigit() and line.isdigit() and not os.path.exists(path):
        path, line = before, number
    if not path or not line.isdigit():
        raise UsageError(f"not a place: `{text}`", "name it as FILE:LINE")
    return path, int(line)


def explain(file: str, line: int, bench: Workbench) -> str:
    """All that is known of the line, as text."""
    from gdprlint.detect import detect
    from gdprlint.engine.program import Traced

    path = relative_path(file, bench.root)
    if path.endswith(NOTEBOOK):
        raise UsageError(f"{path}: flows in notebooks are not explained")
    if is_document(Target(file, path)):
        return explain_document(Target(file, path), line, bench)
    source = read_source(file, path)
    length = len(source.text.splitlines())
    if source.error is None and not 1 <= line <= length:
        raise UsageError(f"{path} has no line {line}", f"it has {counted(length, 'line')}")
    bench.program.traced = traced = Traced(path, line)
    observations = bench.program.analyse(path, source.text)
    error = source.error or observations.error
    if error is not None:
        return f"{path}:{error.line}: {error.message}\n"
    leaves = {(leaf.span, leaf.sink): leaf for leaf in traced.leaves}
    parts = [paragraph for leaf in leaves.values() for paragraph in describe(leaf)]
    suppressions = parse_suppressions(path, source.text, observations.tree)
    everything = without_duplicates(detect(observations, bench.policy, bench.settings))
    found = [
        finding
        for finding in with_fingerprints(sorted(everything, key=order))
        if finding.span.line <= line <= finding.span.end_line
    ]
    for finding in found:
        parts.append(f"finding {finding.rule} ({finding.confidence}): {finding.message}\n")
        parts.append(f"  {fate_of(finding, file, bench, suppressions)}\n")
    if not leaves and not found:
        parts.append("no sink shows a value on this line: name the line of an argument\n")
    elif not found:
        parts.append("no finding: nothing that is known or named here is personal data\n")
    return "".join(parts)


def explain_document(target: Target, line: int, bench: Workbench) -> str:
    """The findings of a configuration file that stand on the line; no values flow in it."""
    shown = check_file(bench.request, target, bench).verdict.shown
    found = [finding for finding in shown if finding.span.line <= line <= finding.span.end_line]
    parts = [
        f"finding {finding.rule} ({finding.confidence}): {finding.message}\n  reported\n"
        for finding in found
    ]
    return "".join(parts) or "no finding is reported on this line\n"


def fate_of(
    finding: Finding, file: str, bench: Workbench, suppressions: Sequence[Suppression]
) -> str:
    """Whether `gdprlint check` shows the finding, and what hides it if not."""
    settings, day = bench.settings, bench.request.today
    if finding.rule not in bench.selected:
        return f"hidden: {finding.rule} is not selected"
    if is_ignored_in(settings, file, finding.rule):
        return "hidden: per-file-ignores of the settings"
    if is_exempt(settings, file, finding.rule, day):
        return "hidden: an exemption of the settings"
    for suppression in suppressions:
        if hides(suppression, finding, day):
            return f"hidden: suppressed on line {suppression.span.line}"
    judged = with_severity(finding, settings)
    if threshold := hiding_threshold(judged, settings):
        value = settings.min_confidence if threshold == "confidence" else settings.min_severity
        return f"hidden: below min-{threshold} {value}"
    if settings.baseline and entry_of(finding) in read_baseline(settings.baseline):
        return f"hidden: accepted in {os.path.relpath(settings.baseline)}"
    return "reported"


def describe(leaf: TracedLeaf) -> Iterator[str]:
    """One expression: what its value is, what data it holds, on which evidence."""
    value = leaf.value
    yield f"{leaf.span.path}:{leaf.span.line}:{leaf.span.column}: `{leaf.expr}` at `{leaf.sink}`\n"
    if not (value.tags or value.deps):
        known = "its provenance is not known" if value.opaque else "it is known to hold none"
        yield f"  no personal data: {known}\n"
    for tag in value.tags:
        yield (
            f"  {tag.category} ({CONFIDENCE_BY_ORDER[tag.confidence]}) from `{tag.expr}`: "
            f"{tag.reason}\n"
        )
        for hop in tag.hops:
            yield f"    {hop.span.path}:{hop.span.line}: {hop.text}\n"
    for dep in value.deps:
        part = ".".join((dep.name, *dep.path))
        yield f"  parameter `{part}`: whoever calls with data in it leaks it here\n"
