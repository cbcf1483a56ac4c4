"""The verb `inventory`: what personal data reach which sink, for the record of processing.

GDPR Art. 30(1) asks for the categories of personal data, the recipients, and the time limits for
erasure. The table shows what the code does, pseudonyms and suppressed findings included, and next
to it what the settings declare: `inventory`, `purposes`, `retention`, `processors`.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TextIO

from gdprlint.deep import call_with_deep_stack
from gdprlint.detect.flow import closeness
from gdprlint.files.roots import project_root
from gdprlint.flags import add_settings_only_flags, finder_for
from gdprlint.model import CONFIDENCE_ORDER, UsageError
from gdprlint.reading import Request, Target, read_code
from gdprlint.report.columns import width_of
from gdprlint.report.summary import counted
from gdprlint.run import today
from gdprlint.targets import find_targets
from gdprlint.tuples import NamedTuple
from gdprlint.workbench import Workbench, with_workbenches

if TYPE_CHECKING:
    from gdprlint.engine.observations import Flow

DISCLOSURES = ("full", "partial", "digest", "keyed")
NOBODY = frozenset(("digest", "weak-pseudonym"))
"""Sink sets that receive nothing: there a digest is made, which rules about pseudonyms judge."""


class Row(NamedTuple):
    """One category at one sink; `places` are paths with the names around, sorted.

    `category` is the id, `data` its name in words, `legal` its legal class, `recipient` the sink
    set or the processor, `recipient_name` the same in words, `form` the strongest disclosure,
    `kept` days or "" if nothing is said.
    """

    category: str
    data: str
    legal: str
    recipient: str
    form: str
    purpose: str
    basis: str
    kept: str
    flows: int
    recipient_name: str
    places: tuple[str, ...]


SEEN_KEYS = (
    "exclude", "extend-exclude", "force-exclude", "policy", "packs", "min-confidence", "languages",
)  # fmt: skip
"""What decides which flows are seen; rules and how findings are printed do not."""


def add_arguments(parser: ArgumentParser) -> None:
    """The flags of `inventory`."""
    parser.add_argument("paths", nargs="*", metavar="PATHS", help="files and folders; default: .")
    parser.add_argument(
        "--format", metavar="FORMAT", default="text", help=f"{', '.join(WRITERS)}; default: text"
    )
    add_settings_only_flags(parser, only=SEEN_KEYS)


def execute(arguments: Namespace) -> int:
    """Write the table; the exit status is 0."""
    from gdprlint.settings.values import nearest

    writer = WRITERS.get(arguments.format)
    if writer is None:
        hint = nearest(arguments.format, WRITERS) or f"one of {', '.join(WRITERS)}"
        raise UsageError(f"--format: unknown value `{arguments.format}`", hint)
    request = Request(
        paths=arguments.paths or ["."], use_cache=not arguments.no_cache, today=today()
    )
    root = project_root(os.path.abspath(request.paths[0]))
    settings_for = finder_for(arguments, root)
    targets = find_targets(request, settings_for, root)
    benches = with_workbenches(request, settings_for, root, targets)
    writer(call_with_deep_stack(lambda: list(rows_of(request, benches))), sys.stdout)
    return 0


def rows_of(request: Request, benches: Iterable[tuple[Target, Workbench]]) -> Iterator[Row]:
    """One row for each category at each recipient, by legal class, category and recipient."""
    groups: dict[tuple[str, str], list[Flow]] = {}
    owners: dict[tuple[str, str], Workbench] = {}
    for target, bench in benches:
        for flow in set(flows_in(request, target, bench)):
            key = (flow.category, flow.sinks)
            groups.setdefault(key, []).append(flow)
            owners.setdefault(key, bench)
    rows = (row_of(flows, owners[key]) for key, flows in groups.items())
    return iter(sorted(rows, key=lambda row: (row.legal, row.category, row.recipient)))


def flows_in(request: Request, target: Target, bench: Workbench) -> Iterator[Flow]:
    """The flows of one file that lead somewhere and are sure enough; none if it is unreadable."""
    text = read_code(request, target)
    if not text:
        return
    least = CONFIDENCE_ORDER[bench.settings.min_confidence]
    for flow in bench.program.analyse(target.path, text).flows:
        if CONFIDENCE_ORDER[flow.confidence] >= least and flow.sinks not in NOBODY:
            yield flow


def row_of(flows: list[Flow], bench: Workbench) -> Row:
    """The row of flows with the same category and sink set."""
    first = flows[0]
    category = bench.policy.categories.get(first.category)
    purpose, basis = declared_purpose(first, bench)
    recipient = recipient_of(first, bench)
    return Row(
        category=first.category,
        data=category.label if category else first.category,
        legal=(category.legal_class if category else "ordinary").replace("_", " "),
        recipient=recipient,
        form=min((flow.disclosure for flow in flows), key=DISCLOSURES.index),
        purpose=purpose,
        basis=basis,
        kept=days_kept(first, bench),
        flows=len(flows),
        recipient_name=bench.policy.catalogue.get("recipient", {}).get(first.sinks, recipient),
        places=tuple(sorted({place_of(flow) for flow in flows})),
    )


def place_of(flow: Flow) -> str:
    """The file and the name around a flow; lines would make the record stale at once."""
    return f"{flow.span.path} {flow.symbol}".rstrip()


def recipient_of(flow: Flow, bench: Workbench) -> str:
    """The processor with its country, or the set of sinks."""
    processor = bench.policy.catalogue.get("processor", {}).get(flow.sinks)
    if not processor:
        return flow.sinks
    declared = bench.settings.processors.get(flow.sinks, {})
    where = declared.get("region") or processor.get("country", "")
    return f"{processor.get('label', flow.sinks)} ({where})" if where else str(processor["label"])


def declared_purpose(flow: Flow, bench: Workbench) -> tuple[str, str]:
    """Purpose and lawful basis that the settings give for the category at that sink."""
    best: Mapping[str, object] = {}
    rank = 0
    for pattern, table in bench.settings.inventory.items():
        near = closeness(flow.category, (pattern,), bench.policy)
        sinks = table.get("sinks")
        if near > rank and isinstance(sinks, tuple) and is_named(flow.sinks, sinks, bench):
            best, rank = table, near
    purpose = str(best.get("purpose", ""))
    return purpose, str(bench.settings.purposes.get(purpose, {}).get("basis", ""))


def is_named(sinks: str, names: Iterable[str], bench: Workbench) -> bool:
    """Whether a sink set is among names like `@log`, groups resolved."""
    from gdprlint.detect.flow import sink_sets

    return sinks in sink_sets(tuple(names), bench.policy.sets)


def days_kept(flow: Flow, bench: Workbench) -> str:
    """The longest period that the settings allow for the sink."""
    processor = bench.settings.processors.get(flow.sinks, {})
    by_sink = bench.settings.retention.get("sinks")
    days = processor.get("retention-days") or (
        by_sink.get(flow.sinks) if isinstance(by_sink, dict) else None
    )
    days = days or bench.settings.retention.get("default-max")
    return f"{days} days" if days else ""


# output

COLUMNS = ("data", "class", "recipient", "form", "purpose", "basis", "kept", "flows")


def cells_of(row: Row) -> tuple[str, ...]:
    """A row as the texts of `COLUMNS`."""
    data = f"{row.data} ({row.category})"
    name = row.recipient_name
    recipient = name if name == row.recipient else f"{name} ({row.recipient})"
    return (data, row.legal, recipient, row.form, row.purpose, row.basis, row.kept, str(row.flows))


def write_text(rows: list[Row], stream: TextIO) -> None:
    """Columns for a terminal; columns that are empty throughout are left out."""
    table = [COLUMNS, *map(cells_of, rows)]
    used = [number for number in range(len(COLUMNS)) if any(line[number] for line in table[1:])]
    widths = {number: max(width_of(line[number]) for line in table) for number in used}
    for line in table if rows else ():
        cells = (line[number] + " " * (widths[number] - width_of(line[number])) for number in used)
        stream.write("  ".join(cells).rstrip() + "\n")
    is_declared = any(row.purpose or row.kept for row in rows)
    told = "come from the settings" if is_declared else "are not in the settings yet"
    stream.write(f"{counted(len(rows), 'row')}; purposes, bases and periods {told}\n")


def write_markdown(rows: list[Row], stream: TextIO) -> None:
    """A table to paste into the record, with the places."""
    heads = (*COLUMNS, "where")
    stream.write(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}\n")
    for row in rows:
        where = "<br>".join(f"`{place}`" for place in row.places)
        texts = (text.replace("|", "\\|") for text in (*cells_of(row), where))
        stream.write(f"| {' | '.join(texts)} |\n")


def write_csv(rows: list[Row], stream: TextIO) -> None:
    """One line for each row, places separated by semicolons (RFC 4180 quoting)."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows((*row[:-1], "; ".join(row.places)) for row in rows)


def write_json(rows: list[Row], stream: TextIO) -> None:
    """The rows as objects."""
    document = {"version": "1", "rows": [row._asdict() for row in rows]}
    json.dump(document, stream, indent=2, ensure_ascii=False)
    stream.write("\n")


WRITERS: dict[str, Callable[[list[Row], TextIO], None]] = {
    "text": write_text,
    "markdown": write_markdown,
    "csv": write_csv,
    "json": write_json,
}
