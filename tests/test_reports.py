"""One report in each format: compared with golden files, and with what its consumers demand."""

from __future__ import annotations

import io
import json
import random
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jsonschema
import pytest

from gdprlint.model import Step
from gdprlint.report.columns import clip, column_of, width_of, wrap
from gdprlint.report.github import escape_property, escape_text
from gdprlint.report.masking import mask_values, masked
from gdprlint.report.options import wants_color
from gdprlint.report.summary import summary_line
from gdprlint.settings.keys import FORMATS
from tests.reporting import (
    FLOW,
    GOLDEN,
    NOTHING,
    PLAIN,
    REPORT,
    VARIANTS,
    rendered,
)

SCHEMAS = Path(__file__).parent / "schemas"


@pytest.mark.parametrize("name", VARIANTS)
def test_format_is_as_accepted(name: str) -> None:
    """Accept a wanted change with `python -m tests.reporting`."""
    format, options = VARIANTS[name]

    assert rendered(format, options) == (GOLDEN / name).read_text(encoding="utf-8")


def test_every_format_has_a_golden_file() -> None:
    assert {format for format, _ in VARIANTS.values()} == set(FORMATS)


@pytest.mark.parametrize("format", FORMATS)
def test_a_report_without_findings(format: str) -> None:
    text = rendered(format, PLAIN, NOTHING)

    if format in ("full", "concise", "grouped"):
        assert text == "no finding in 12 files\n"
    if format in ("json", "sarif", "gitlab", "rdjson"):
        json.loads(text)


@pytest.mark.parametrize("report", [REPORT, NOTHING], ids=["findings", "nothing"])
def test_sarif_is_valid(report: object) -> None:
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    log = json.loads(rendered("sarif", PLAIN, REPORT if report is REPORT else NOTHING))

    jsonschema.Draft4Validator(schema).validate(log)


def test_sarif_holds_what_code_scanning_reads() -> None:
    (run,) = json.loads(rendered("sarif", PLAIN))["runs"]
    flow, _, _, unreadable = run["results"]
    rules = run["tool"]["driver"]["rules"]

    assert run["originalUriBaseIds"] == {"%SRCROOT%": {"uri": "file:///project/"}}
    assert rules[flow["ruleIndex"]]["id"] == flow["ruleId"] == "GDL101"
    assert rules[1]["properties"]["security-severity"] == "5.5"
    assert "external/cwe/cwe-532" in rules[1]["properties"]["tags"]
    assert flow["partialFingerprints"] == {"gdprlint/v1": FLOW.fingerprint}
    (thread,) = flow["codeFlows"][0]["threadFlows"]
    assert [step["kinds"] for step in thread["locations"]] == [["source"], ["sink"]]
    assert "codeFlows" not in unreadable
    for rule in rules:
        for relation in rule["relationships"]:
            taxonomy = run["taxonomies"][relation["target"]["toolComponent"]["index"]]
            assert relation["target"]["id"] in {taxon["id"] for taxon in taxonomy["taxa"]}


def test_sarif_uris_are_escaped() -> None:
    assert '"uri": "shop/audit%20log.py"' in rendered("sarif", PLAIN)


def test_junit_counts_its_cases() -> None:
    suites = ElementTree.fromstring(rendered("junit", PLAIN).encode())
    suite = suites[0]

    assert suite.get("tests") == str(len(suite)) == "4"
    assert suite.get("failures") == str(len(suite.findall("testcase/failure")))


def test_junit_drops_what_xml_forbids() -> None:
    odd = REPORT._replace(findings=(FLOW._replace(message="a\x00\x1b<&\ud800"),))

    ElementTree.fromstring(rendered("junit", PLAIN, odd).encode())


def test_gitlab_entries_have_the_required_fields() -> None:
    entries = json.loads(rendered("gitlab", PLAIN))

    for entry in entries:
        assert set(entry) >= {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert isinstance(entry["location"]["lines"]["begin"], int)
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)


def test_rdjson_counts_bytes() -> None:
    diagnostic = json.loads(rendered("rdjson", PLAIN))["diagnostics"][1]

    # two characters of three bytes and two of two bytes come before column 35
    assert diagnostic["location"]["range"]["start"] == {"line": 9, "column": 35 + 4 + 2}


def test_github_tells_the_total_beyond_ten() -> None:
    many = REPORT._replace(findings=(FLOW,) * 11)

    assert rendered("github", PLAIN, many).count("::notice title=gdprlint::11 findings") == 1
    assert "::notice" not in rendered("github", PLAIN)


@pytest.mark.parametrize(
    ("text", "message", "property"),
    [
        ("plain", "plain", "plain"),
        ("50%", "50%25", "50%25"),
        ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
        ("a:b,c", "a:b,c", "a%3Ab%2Cc"),
    ],
)
def test_github_escapes(text: str, message: str, property: str) -> None:
    assert escape_text(text) == message
    assert escape_property(text) == property


@pytest.mark.parametrize("width", [40, 80, 120])
def test_excerpts_fit_the_terminal(width: int) -> None:
    long = "x = " + "f(" * 60 + "user.email" + ")" * 60
    start = long.index("user.email") + 1
    span = FLOW.span._replace(line=1, end_line=1, column=start, end_column=start + 10)
    report = REPORT._replace(
        findings=(FLOW._replace(span=span, steps=()),), sources={span.path: long}
    )
    rows = rendered("full", PLAIN._replace(width=width), report).splitlines()
    source = next(row for row in rows if "user.email" in row and row.startswith("1 |"))
    carets = rows[rows.index(source) + 1]

    assert all(width_of(row) <= width for row in rows[2:-1])
    assert carets.index("^") == source.index("user.email")
    assert carets.count("^") == len("user.email")


def test_labels_on_one_line_keep_the_order_of_the_steps() -> None:
    span = FLOW.span._replace(line=1, end_line=1, column=7, end_column=17)
    inner = span._replace(column=9, end_column=13)
    steps = (
        Step(span._replace(column=11, end_column=12), "source", "in"),
        Step(inner, "hop", "on"),
        Step(span, "sink", "out"),
    )
    finding = FLOW._replace(span=span, steps=steps)
    report = REPORT._replace(findings=(finding,), sources={span.path: "audit(abcdefghij)"})
    rows = rendered("full", PLAIN, report).splitlines()

    start = rows.index("1 | audit(abcdefghij)")
    assert rows[start + 1 : start + 4] == [
        "  |       ^^^^^^^^^^",
        "  |           - 1: in",
        "  |         ---- 2: on",
    ]


def test_a_span_over_lines_is_marked_on_its_first() -> None:
    span = FLOW.span._replace(line=1, end_line=2, column=5, end_column=2)
    report = REPORT._replace(
        findings=(FLOW._replace(span=span, steps=()),), sources={span.path: "log(\n)"}
    )
    rows = rendered("full", PLAIN, report).splitlines()

    assert "  |     ^" in rows


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("abc", 1, 0),
        ("abc", 3, 2),
        ("\tabc", 2, 4),
        ("客户x", 3, 4),
        ("e\u0301x", 3, 1),
        ("", 1, 0),
    ],
)
def test_columns_on_the_terminal(line: str, column: int, expected: int) -> None:
    assert column_of(line, column) == expected


def test_text_is_cut_and_broken_by_columns() -> None:
    assert clip("客户abc", 2, 3) == "户a"
    assert wrap("one two  three", 7) == ["one two", "three"]
    assert wrap("", 7) == []


@pytest.mark.parametrize(
    "line",
    [
        'log("sent to %s", user.email)',
        'url = "https://example.org/accounts/list"',
        "total = 12345 * 2024",
        'when = "2026-03-31"',
        "from shop.accounts_and_orders_of_customers import place_order_for_customer",
        'PASSWORD_FIELD = ""',
        'token = os.environ["API_TOKEN"]',
        'log("password reset for %s", name)',
        'path = "/static/images/header_background_large.png"',
        'form["password"] = request.POST["password"]',
    ],
)
def test_ordinary_source_is_shown(line: str) -> None:
    assert mask_values(line) == line


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ('log("to jane.doe@example.org")', "jane.doe@example.org"),
        ("# ask jane@example.org", "jane@example.org"),
        ('iban = "GB82 WEST 1234 5698 7654 32"', "1234 5698"),
        ('card = "4111 1111 1111 1111"', "4111 1111 1111 1111"),
        ("card = 4111111111111111", "4111111111111111"),
        ('phone = "+1 202 555 0143"', "555 0143"),
        ('password = "correct horse"', "correct horse"),
        ("API_KEY: str = 'abcd'", "abcd"),
        ('settings["SECRET_KEY"] = "abcd-efgh"', "abcd-efgh"),
        ('connect("postgres://app:s3cr3t@db.example.org/x")', "s3cr3t"),
        ('x = "c2VjcmV0LXRva2VuLTEyMzQ1Ng"', "c2VjcmV0LXRva2VuLTEyMzQ1Ng"),
        ('x = "ghp_abcdefghijklmnop"', "ghp_abcdefghijklmnop"),
    ],
)
def test_values_that_look_real_are_masked(line: str, secret: str) -> None:
    shown = mask_values(line)

    assert secret not in shown
    assert len(shown) == len(line)


PIECES = (
    *("password", "API_KEY", "apikey", "salt", "pa\u017f\u017fword", "token = ", "secret: str = "),
    *("'", '"', "@", "://", ":", " = ", "== ", " ", "\\", "[", "é", "\u0663" * 9, "{x}"),
    *("jane", "example.org", "GB82", "WEST", "1234", "5698", "+49", "0123 4567 89", "7"),
    *("ghp_abcdefgh", "xoxb-", "eyJ", "sk-", "AIza", "c2VjcmV0LXRva2VuLTEyMzQ1Ng"),
)


@pytest.mark.parametrize("seed", range(20))
def test_a_pattern_is_left_out_only_where_it_finds_nothing(seed: int) -> None:
    generator = random.Random(seed)
    for _ in range(200):
        line = "'1" + "".join(generator.choices(PIECES, k=generator.randrange(12)))
        whole = masked(line, digits=len(line), is_quoted=True, is_secret=True, is_token=True)
        assert mask_values(line) == whole


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Always."""
        return True


@pytest.mark.parametrize(
    ("choice", "environment", "on_terminal", "in_pipe"),
    [
        ("auto", {}, True, False),
        ("auto", {"TERM": "xterm"}, True, False),
        ("auto", {"TERM": "dumb"}, False, False),
        ("auto", {"NO_COLOR": "1"}, False, False),
        ("auto", {"NO_COLOR": ""}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, True, True),
        ("auto", {"FORCE_COLOR": "0"}, True, False),
        ("auto", {"CLICOLOR_FORCE": "1"}, True, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ("always", {"NO_COLOR": "1"}, True, True),
        ("never", {"FORCE_COLOR": "1"}, False, False),
    ],
)
def test_colour(choice: str, environment: dict[str, str], on_terminal: bool, in_pipe: bool) -> None:
    assert wants_color(choice, Terminal(), environment) is on_terminal
    assert wants_color(choice, io.StringIO(), environment) is in_pipe


@pytest.mark.parametrize(
    ("hidden", "clause"),
    [
        ({}, ""),
        ({"confidence": 5}, "; 5 hidden below --min-confidence likely"),
        (
            {"severity": 1, "baseline": 2},
            "; 1 hidden by the severity of a subfolder, 2 in the baseline",
        ),
        ({"suppressed": 0}, ""),
        ({"suppressed": 3}, "; 3 suppressed"),
    ],
)
def test_summary_tells_what_is_hidden(hidden: dict[str, int], clause: str) -> None:
    report = REPORT._replace(findings=(FLOW,), hidden=hidden, files=1)

    assert summary_line(report, PLAIN) == f"1 finding (1 warning) in 1 file{clause}"
