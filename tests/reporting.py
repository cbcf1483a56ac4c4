"""A small report with everything a format has to cope with: flows, other files, wide text, tabs."""

from __future__ import annotations

import io
from pathlib import Path

from gdprlint.model import Edit, Example, Finding, Fix, Report, Rule, Span, Step
from gdprlint.report import render_as
from gdprlint.report.options import RenderOptions

ACCOUNTS = """\
import logging

logger = logging.getLogger(__name__)


def invite(user, request):
    address = user.email
    logger.info("sent to %s", address)
\tlogger.warning("客户 %s, Grüße", user.phone, "jane@example.org")
    audit(request)
"""
AUDIT = """\
def audit(request):
    password = "hunter2-hunter2"
    print(request.headers, password)
"""


def rule(id: str, name: str, severity: str = "warning", **changes: object) -> Rule:
    """A rule with the metadata formats show."""
    plain = Rule(
        id=id,
        name=name,
        kind="flow",
        status="stable",
        since="0.1",
        severity="error" if severity == "error" else "warning",
        default=True,
        summary="personal data reaches a log in clear",
        message="{category} `{expr}` reaches `{sink}`",
        gdpr=("5(1)(c)", "32"),
        cwe=(532, 359),
        why="Logs are copied and kept longer than the request they describe.",
        remedy="Log a pseudonym or an internal id.",
        limits="",
        match={},
        examples=(Example("log(user.email)", "log(user.pk)"),),
        origin="GDL101.toml",
    )
    return plain._replace(**changes)  # type: ignore[arg-type]


RULES = {
    "GDL001": rule("GDL001", "file-not-analysed", "error", gdpr=(), cwe=()),
    "GDL101": rule("GDL101", "personal-data-in-log"),
    "GDL201": rule("GDL201", "request-dump", "error", cwe=(532,)),
}

FLOW = Finding(
    rule="GDL101",
    severity="warning",
    confidence="likely",
    message="e-mail address `address` reaches `logger.info`",
    span=Span("shop/accounts.py", 8, 31, 8, 38),
    steps=(
        Step(Span("shop/accounts.py", 7, 15, 7, 25), "source", "`user.email` is an e-mail address"),
        Step(Span("shop/accounts.py", 8, 31, 8, 38), "sink", "shown by `logger.info`"),
    ),
    reason="the attribute `email` names an e-mail address",
    category="contact.email",
    expr="address",
    sink="logger.info",
    level="info",
    symbol="invite",
    remedy="log `user.pk`, or a keyed pseudonym,\nso that one can still search the log",
    fingerprint="0123456789abcdef0123456789abcdef",
    fix=Fix(
        "log the primary key", "unsafe", (Edit(Span("shop/accounts.py", 8, 31, 8, 38), "user.pk"),)
    ),
)
WIDE = Finding(
    rule="GDL101",
    severity="warning",
    confidence="certain",
    message="phone number `user.phone` reaches `logger.warning` | 100% <b>*sure*</b>, a:b",
    span=Span("shop/accounts.py", 9, 35, 9, 45),
    reason="",
    category="contact.phone",
    expr="user.phone",
    sink="logger.warning",
    symbol="invite",
    fingerprint="1123456789abcdef0123456789abcdef",
)
ELSEWHERE = Finding(
    rule="GDL201",
    severity="error",
    confidence="certain",
    message="request headers `request.headers` reach `print`",
    span=Span("shop/accounts.py", 10, 11, 10, 18),
    steps=(
        Step(Span("shop/accounts.py", 10, 11, 10, 18), "source", "the request"),
        Step(Span("shop/audit log.py", 3, 11, 3, 26), "hop", "its headers are printed here"),
    ),
    reason="the parameter is a request of the framework",
    category="container.request",
    expr="request",
    sink="print",
    symbol="invite",
    fingerprint="2123456789abcdef0123456789abcdef",
)
UNREADABLE = Finding(
    rule="GDL001",
    severity="error",
    confidence="certain",
    message="file cannot be read: permission denied",
    span=Span("shop/secret.py", 1, 1, 1, 2),
    fingerprint="3123456789abcdef0123456789abcdef",
)

REPORT = Report(
    findings=(FLOW, WIDE, ELSEWHERE, UNREADABLE),
    rules=RULES,
    root="/project",
    files=12,
    hidden={"confidence": 5, "suppressed": 1},
    sources={"shop/accounts.py": ACCOUNTS, "shop/audit log.py": AUDIT, "shop/secret.py": ""},
)
NOTHING = REPORT._replace(findings=(), hidden={}, sources={})

GOLDEN = Path(__file__).parent / "golden"
PLAIN = RenderOptions(working_folder="/project", version="0.1.0")
VARIANTS: dict[str, tuple[str, RenderOptions]] = {
    "full-80.txt": ("full", PLAIN),
    "full-120.txt": ("full", PLAIN._replace(width=120)),
    "full-80-color.txt": ("full", PLAIN._replace(color=True)),
    "full-120-color.txt": ("full", PLAIN._replace(width=120, color=True)),
    "full-40.txt": ("full", PLAIN._replace(width=40)),
    "concise.txt": ("concise", PLAIN),
    "concise-color.txt": ("concise", PLAIN._replace(color=True)),
    "concise-statistics.txt": ("concise", PLAIN._replace(statistics=True)),
    "grouped.txt": ("grouped", PLAIN),
    "report.json": ("json", PLAIN),
    "report.jsonl": ("jsonl", PLAIN),
    "report.sarif": ("sarif", PLAIN),
    "github.txt": ("github", PLAIN),
    "gitlab.json": ("gitlab", PLAIN),
    "junit.xml": ("junit", PLAIN),
    "rdjson.json": ("rdjson", PLAIN),
    "markdown.md": ("markdown", PLAIN),
}
"""Golden file -> the format and the options it was rendered with."""


def rendered(format: str, options: RenderOptions, report: Report = REPORT) -> str:
    """The text of a report in one format."""
    stream = io.StringIO()
    render_as(format, report, stream, options)
    return stream.getvalue()


if __name__ == "__main__":  # python -m tests.reporting: accept what the formats write now
    GOLDEN.mkdir(exist_ok=True)
    for name, (format, options) in VARIANTS.items():
        (GOLDEN / name).write_text(rendered(format, options), encoding="utf-8")
