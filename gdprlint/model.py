"""The nouns every part of the program shares: spans, steps, rules, fixes, findings, the report.

Immutable records without behaviour beyond a few derived properties. Lines and columns are
1-based, columns count code points, an end column is exclusive (as in SARIF 2.1.0, 3.30).
"""

from __future__ import annotations

from collections.abc import Mapping

from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Literal

    Severity = Literal["error", "warning", "info"]
    Confidence = Literal["certain", "likely", "possible"]
    Safety = Literal["safe", "unsafe"]
    Role = Literal["source", "hop", "sink"]
else:
    Severity = Confidence = Safety = Role = str

SEVERITY_ORDER: Mapping[str, int] = {"info": 0, "warning": 1, "error": 2}
CONFIDENCE_ORDER: Mapping[str, int] = {"possible": 0, "likely": 1, "certain": 2}
CONFIDENCE_BY_ORDER: tuple[Confidence, ...] = ("possible", "likely", "certain")


class Span(NamedTuple):
    """A region of one file; `path` is relative to the root with forward slashes."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class Step(NamedTuple):
    """One station on the way of a datum from where it enters to where it is shown."""

    span: Span
    role: Role
    text: str


class Example(NamedTuple):
    """A violating snippet and its compliant twin, as the rule's file gives them."""

    bad: str
    good: str


class Rule(NamedTuple):
    """One check, as read from its TOML file (see docs/write-a-rule.md for the keys)."""

    id: str
    name: str
    kind: str
    status: Literal["preview", "stable", "deprecated"]
    since: str
    severity: Severity
    default: bool
    summary: str
    message: str
    gdpr: tuple[str, ...]
    cwe: tuple[int, ...]
    why: str
    remedy: str
    limits: str
    match: Mapping[str, object]
    examples: tuple[Example, ...]
    origin: str
    fix: Literal["auto", "assist", "no"] = "no"


class Edit(NamedTuple):
    """Replace the text of `span` by `replacement`."""

    span: Span
    replacement: str


class Fix(NamedTuple):
    """Edits that together remove a finding, and whether they keep the program's meaning."""

    title: str
    safety: Safety
    edits: tuple[Edit, ...]


class Finding(NamedTuple):
    """One reported problem.

    `expr` is the source text of the offending expression with string literals masked;
    `symbol` is the enclosing qualified name ("" at module level); `steps` is empty or runs from
    source to sink; `fingerprint` identifies the finding without line numbers, `occurrence` counts
    equal findings of a file from 0;
    `form` says how a flow shows its data (see `engine.observations.Flow`).
    """

    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    span: Span
    steps: tuple[Step, ...] = ()
    reason: str = ""
    category: str = ""
    expr: str = ""
    sink: str = ""
    level: str = ""
    symbol: str = ""
    remedy: str = ""
    fingerprint: str = ""
    fix: Fix | None = None
    occurrence: int = 0
    form: str = ""


class Report(NamedTuple):
    """What a run hands to a format: findings in order, what was hidden and why, and the rules.

    `hidden` maps a reason ("confidence", "severity", "suppressed", "baseline", "unchanged") to a
    count. `root` is the absolute folder that span paths are relative to. `sources` holds the text
    of the files with findings, for excerpts. `failures` are tracebacks of internal errors.
    """

    findings: tuple[Finding, ...]
    rules: Mapping[str, Rule]
    root: str
    files: int
    hidden: Mapping[str, int]
    notices: tuple[str, ...] = ()
    sources: Mapping[str, str] = {}
    failures: tuple[str, ...] = ()


class UsageError(Exception):
    """An expected mistake of the user: one line on stderr, exit status 2."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
