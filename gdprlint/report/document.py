"""A finding as plain data, the shape that `json` and `jsonl` write; documented by its version."""

from __future__ import annotations

from gdprlint.files.notebook import cell_number, file_of
from gdprlint.model import Finding, Fix, Report, Span
from gdprlint.report.columns import unwrap

SCHEMA_VERSION = "1"
"""Raised when a field changes its meaning or goes; new fields do not raise it."""


def finding_document(finding: Finding, report: Report) -> dict[str, object]:
    """All that is known of a finding; lines and columns are 1-based, ends exclusive."""
    rule = report.rules.get(finding.rule)
    return {
        "rule": finding.rule,
        "name": rule.name if rule else "",
        "severity": finding.severity,
        "confidence": finding.confidence,
        "reason": finding.reason,
        "message": finding.message,
        "category": finding.category,
        "expr": finding.expr,
        "sink": finding.sink,
        "level": finding.level,
        "symbol": finding.symbol,
        **span_document(finding.span),
        "steps": [
            {"role": step.role, "text": step.text, **span_document(step.span)}
            for step in finding.steps
        ],
        "gdpr": list(rule.gdpr) if rule else [],
        "cwe": list(rule.cwe) if rule else [],
        "remedy": unwrap(finding.remedy or (rule.remedy if rule else "")),
        "fingerprint": finding.fingerprint,
        "fix": fix_document(finding.fix) if finding.fix else None,
    }


def span_document(span: Span) -> dict[str, object]:
    """A span as five fields; in a notebook `cell` is the number of the cell, lines are its own."""
    cell = cell_number(span.path)
    return {
        "path": file_of(span.path),
        **({"cell": cell} if cell else {}),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def fix_document(fix: Fix) -> dict[str, object]:
    """A fix with its edits."""
    edits = [{**span_document(edit.span), "replacement": edit.replacement} for edit in fix.edits]
    return {"title": fix.title, "safety": fix.safety, "edits": edits}
