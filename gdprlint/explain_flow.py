"""The verb `explain-flow`: what the engine knows of the values shown on one line, and why they
were reported or not."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gdprlint.deep import call_with_deep_stack
from gdprlint.files.roots import project_root, relative_path
from gdprlint.files.source import read_source
from gdprlint.flags import add_settings_only_flags, finder_for
from gdprlint.loading import policy_for, program_for
from gdprlint.model import CONFIDENCE_BY_ORDER, CONFIDENCE_ORDER, UsageError
from gdprlint.settings.record import Settings

if TYPE_CHECKING:
    from gdprlint.engine.sinks import TracedLeaf
    from gdprlint.policy import Policy


def add_arguments(parser: ArgumentParser) -> None:
    """The flags of `explain-flow`."""
    parser.add_argument("place", metavar="FILE:LINE", help="a line that shows values")
    add_settings_only_flags(parser)


def execute(arguments: Namespace) -> int:
    """Print one paragraph for each expression shown on the line."""
    path, _, line = str(arguments.place).rpartition(":")
    if not path or not line.isdigit():
        raise UsageError(f"not a place: `{arguments.place}`", "name it as FILE:LINE")
    file = os.path.abspath(path)
    if not os.path.isfile(file):
        raise UsageError(f"no such file: {path}")
    root = project_root(file)
    settings = finder_for(arguments, root)(os.path.dirname(file))
    policy = policy_for(settings, root, use_cache=not arguments.no_cache)
    text = call_with_deep_stack(lambda: explain(file, int(line), root, settings, policy))
    sys.stdout.write(text)
    return 0


def explain(file: str, line: int, root: str, settings: Settings, policy: Policy) -> str:
    """All that is known of the line, as text."""
    from gdprlint.detect import detect
    from gdprlint.engine.program import Traced

    path = relative_path(file, root)
    source = read_source(file, path)
    program = program_for(settings, policy, root)
    program.traced = Traced(path, line)
    observations = program.analyse(path, source.text)
    if observations.error is not None:
        return f"{path}:{observations.error.line}: {observations.error.message}\n"
    found = [
        f for f in detect(observations, policy, settings) if f.span.line <= line <= f.span.end_line
    ]
    leaves = {(leaf.span, leaf.sink): leaf for leaf in program.traced.leaves}
    parts = [paragraph for leaf in leaves.values() for paragraph in describe(leaf)]
    parts += [
        f"finding {f.rule} ({f.confidence}): {f.message}\n"
        f"  {shown_because(f.confidence, settings)}\n"
        for f in found
    ]
    if not leaves:
        parts.append("no sink shows a value on this line\n")
    elif not found:
        parts.append("no finding: nothing that is known or named here is personal data\n")
    return "".join(parts)


def shown_because(confidence: str, settings: Settings) -> str:
    """Whether the finding is shown under the settings in force."""
    if CONFIDENCE_ORDER[confidence] < CONFIDENCE_ORDER[settings.min_confidence]:
        return f"hidden: below min-confidence {settings.min_confidence}"
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
