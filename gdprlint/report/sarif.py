"""SARIF 2.1.0 (OASIS standard, 2020-03-27): one run with rules, taxonomies and code flows.

Columns count code points from 1; URIs are relative to `%SRCROOT%`. The extra properties are those
GitHub code scanning reads: `security-severity`, `precision`, `tags`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO
from urllib.parse import quote

from gdprlint.model import Finding, Fix, Report, Rule, Span, Step
from gdprlint.report.columns import unwrap
from gdprlint.report.options import RenderOptions

Json = Mapping[str, object]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT_ID = "%SRCROOT%"
FINGERPRINT = "gdprlint/v1"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
SECURITY_SEVERITY = {"error": "8.0", "warning": "5.5", "info": "2.0"}
RANKS = {"certain": 95.0, "likely": 80.0, "possible": 40.0}
CWE_PAGE = "https://cwe.mitre.org/"
GDPR_PAGE = "https://eur-lex.europa.eu/eli/reg/2016/679/oj"
TAXONOMIES = ("CWE", "GDPR")


def render(report: Report, stream: TextIO, options: RenderOptions) -> None:
    """Write the log file."""
    json.dump(sarif_log(report, options), stream, indent=2, ensure_ascii=False)
    stream.write("\n")


def sarif_log(report: Report, options: RenderOptions) -> Json:
    """The `sarifLog` object; only rules with findings are described."""
    used = sorted({finding.rule for finding in report.findings} & set(report.rules))
    rules = [report.rules[id] for id in used]
    indexes = {id: number for number, id in enumerate(used)}
    run = {
        "tool": {"driver": driver(rules, options)},
        "taxonomies": taxonomies(rules),
        "originalUriBaseIds": {ROOT_ID: {"uri": root_uri(report.root)}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not report.failures}],
        "results": [result(finding, indexes) for finding in report.findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def driver(rules: Iterable[Rule], options: RenderOptions) -> Json:
    """The tool itself, with its rules."""
    return {
        "name": "gdprlint",
        "semanticVersion": options.version,
        "rules": [rule_descriptor(rule) for rule in rules],
        "supportedTaxonomies": [
            {"name": name, "index": number} for number, name in enumerate(TAXONOMIES)
        ],
    }


def rule_descriptor(rule: Rule) -> Json:
    """A `reportingDescriptor` with help, taxa and the properties of code scanning."""
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": unwrap(rule.why) or rule.summary},
        "help": {"text": help_text(rule), "markdown": help_markdown(rule)},
        "defaultConfiguration": {"level": LEVELS[rule.severity], "enabled": rule.default},
        "relationships": [
            *(relationship(f"CWE-{number}", 0) for number in rule.cwe),
            *(relationship(article, 1) for article in rule.gdpr),
        ],
        "properties": {
            "tags": tags(rule),
            "precision": "high" if rule.status == "stable" else "medium",
            "security-severity": SECURITY_SEVERITY[rule.severity],
        },
    }


def relationship(id: str, taxonomy: int) -> Json:
    """That a rule belongs to a taxon."""
    component = {"name": TAXONOMIES[taxonomy], "index": taxonomy}
    return {"target": {"id": id, "toolComponent": component}, "kinds": ["relevant"]}


def tags(rule: Rule) -> list[str]:
    """Tags by which code scanning filters."""
    articles = [f"gdpr/art-{article}" for article in rule.gdpr]
    return ["security", "privacy", *(f"external/cwe/cwe-{n:03}" for n in rule.cwe), *articles]


def help_text(rule: Rule) -> str:
    """The rule's page as plain text."""
    parts = (rule.why, rule.remedy, rule.limits and f"Limits: {rule.limits}")
    return "\n\n".join(unwrap(part) for part in parts if part) or rule.summary


def help_markdown(rule: Rule) -> str:
    """The rule's page with its examples."""
    examples = [
        f"```python\n# bad\n{example.bad.strip()}\n# good\n{example.good.strip()}\n```"
        for example in rule.examples
    ]
    return "\n\n".join([help_text(rule), *examples])


def taxonomies(rules: Sequence[Rule]) -> list[Json]:
    """The weaknesses and the articles the rules speak of."""
    weaknesses = sorted({number for rule in rules for number in rule.cwe})
    articles = sorted({article for rule in rules for article in rule.gdpr})
    cwe = [
        {"id": f"CWE-{n}", "helpUri": f"{CWE_PAGE}data/definitions/{n}.html"} for n in weaknesses
    ]
    gdpr = [{"id": article, "name": f"Art. {article}"} for article in articles]
    return [
        {
            "name": "CWE",
            "organization": "MITRE",
            "shortDescription": {"text": "Common Weakness Enumeration"},
            "informationUri": CWE_PAGE,
            "isComprehensive": False,
            "taxa": cwe,
        },
        {
            "name": "GDPR",
            "organization": "European Union",
            "shortDescription": {"text": "Regulation (EU) 2016/679"},
            "informationUri": GDPR_PAGE,
            "isComprehensive": False,
            "taxa": gdpr,
        },
    ]


def result(finding: Finding, indexes: Mapping[str, int]) -> Json:
    """One `result`."""
    entry: dict[str, object] = {
        "ruleId": finding.rule,
        "level": LEVELS[finding.severity],
        "rank": RANKS[finding.confidence],
        "message": {"text": message(finding)},
        "locations": [location(finding.span, symbol=finding.symbol)],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": {
            "confidence": finding.confidence,
            "reason": finding.reason,
            "category": finding.category,
            "sink": finding.sink,
        },
    }
    if finding.rule in indexes:
        entry["ruleIndex"] = indexes[finding.rule]
    if finding.steps:
        entry["codeFlows"] = [{"threadFlows": [{"locations": flow_locations(finding.steps)}]}]
    if finding.fix:
        entry["fixes"] = [fix(finding.fix)]
    return entry


def message(finding: Finding) -> str:
    """The message and the way out in one text, as code scanning shows only this."""
    return f"{finding.message}. {unwrap(finding.remedy)}" if finding.remedy else finding.message


def flow_locations(steps: Iterable[Step]) -> list[Json]:
    """The steps of a flow as `threadFlowLocation`s."""
    return [
        {
            "location": {**location(step.span), "message": {"text": step.text or step.role}},
            "kinds": [step.role],
        }
        for step in steps
    ]


def location(span: Span, *, symbol: str = "") -> Json:
    """A physical location, and the name of the function around it."""
    physical: Json = {"artifactLocation": artifact(span.path), "region": region(span)}
    if not symbol:
        return {"physicalLocation": physical}
    logical = [{"fullyQualifiedName": symbol, "kind": "function"}]
    return {"physicalLocation": physical, "logicalLocations": logical}


def artifact(path: str) -> Json:
    """A file by its URI relative to the root."""
    return {"uri": quote(os.fsencode(path)), "uriBaseId": ROOT_ID}


def region(span: Span) -> Json:
    """A region; SARIF's end column is exclusive, as ours."""
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def fix(fix: Fix) -> Json:
    """A fix: its edits grouped by file."""
    paths = sorted({edit.span.path for edit in fix.edits})
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": artifact(path),
                "replacements": [
                    {
                        "deletedRegion": region(edit.span),
                        "insertedContent": {"text": edit.replacement},
                    }
                    for edit in fix.edits
                    if edit.span.path == path
                ],
            }
            for path in paths
        ],
    }


def root_uri(root: str) -> str:
    """The root as a folder URI: absolute, with a slash at its end (SARIF 3.14.14)."""
    posix = root.replace("\\", "/").strip("/")
    return f"file:///{quote(os.fsencode(posix))}/" if posix else "file:///"
