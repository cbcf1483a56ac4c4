"""Comments -> directives, and the lines they hold for."""

from __future__ import annotations

import ast

import pytest

from gdprlint.judge import suppressions
from gdprlint.judge.suppressions import Suppression, hides, is_suppressed, parse_suppressions
from gdprlint.judge.verdict import hiding_directives
from gdprlint.model import Finding, Span


def parsed(text: str) -> tuple[Suppression, ...]:
    return parse_suppressions("a.py", text, ast.parse(text))


def finding(line: int, rule: str = "GDL106", end_line: int = 0) -> Finding:
    return Finding(rule, "warning", "likely", "m", Span("a.py", line, 1, end_line or line, 9))


def test_all_parts_of_a_directive() -> None:
    text = (
        "log(ip)  # gdprlint: ignore[GDL106, GDL107] basis=6(1)(f) purpose=abuse "
        "until=2027-03-31 art9=9(2)(h) we block abusers"
    )
    (directive,) = parsed(text)

    assert directive.rules == ("GDL106", "GDL107")
    assert directive.basis == "6(1)(f)"
    assert directive.purpose == "abuse"
    assert directive.until == "2027-03-31"
    assert directive.art9 == "9(2)(h)"
    assert directive.why == "we block abusers"
    assert directive.span == Span("a.py", 1, 10, 1, 1 + len(text))
    assert (directive.form, directive.first_line, directive.last_line) == ("statement", 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "log(ip)\n",
        "log('# gdprlint: ignore[GDL106]')\n",
        "'''\n# gdprlint: ignore[GDL106]\n'''\n",
        "log(ip)  # gdprlint is great\n",
        "log(ip)  # gdprlint: skip[GDL106]\n",
        "log(ip)  # noqa: GDL106\n",
    ],
)
def test_no_directive(text: str) -> None:
    assert parsed(text) == ()


@pytest.mark.parametrize(
    "comment",
    ["# gdprlint: ignore", "# gdprlint: ignore[]", "# gdprlint: ignore basis=6(1)(f)"],
)
def test_there_is_no_form_without_rules(comment: str) -> None:
    (directive,) = parsed(f"log(ip)  {comment}\n")

    assert directive.form == "malformed"
    assert not is_suppressed(finding(1), [directive], "2026-01-01")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nlog(ip)  # gdprlint: ignore[X]\nb\n", (2, 2)),
        ("log(\n  ip,\n)  # gdprlint: ignore[X]\nb\n", (1, 3)),
        ("log(\n  ip,  # gdprlint: ignore[X]\n)\nb\n", (1, 3)),
        ("# gdprlint: ignore[X]\nlog(ip)\nb\n", (2, 2)),
        ("# gdprlint: ignore[X]\n\n# more words\nlog(\n  ip)\nb\n", (4, 5)),
        ("log(\n  # gdprlint: ignore[X]\n  ip)\nb\n", (1, 3)),
        ("def f():\n    # gdprlint: ignore[X]\n    log(ip)\n    b\n", (3, 3)),
        ("# gdprlint: ignore[X]\n@a\n@b\ndef f():\n    log(ip)\n", (2, 4)),
        ("def f(\n    a=log(ip),\n):  # gdprlint: ignore[X]\n    b\n", (3, 3)),
        ("if x:  # gdprlint: ignore[X]\n    log(ip)\n", (1, 1)),
        ("# gdprlint: ignore[X]\nif log(ip):\n    log(ip)\n", (2, 2)),
        ("# gdprlint: ignore[X]\nwith (a,\n      b):\n    log(ip)\n", (2, 3)),
        ("try:\n    log(ip)  # gdprlint: ignore[X]\nexcept E:\n    log(ip)\n", (2, 2)),
    ],
)
def test_lines_a_directive_holds_for(text: str, lines: tuple[int, int]) -> None:
    (directive,) = parsed(text)

    assert (directive.first_line, directive.last_line) == lines


def test_a_file_directive_stands_near_the_top() -> None:
    top, late = parsed(
        "'''Words.'''\n# gdprlint: file-ignore[GDL106] basis=6(1)(c)\n"
        + "x\n" * 30
        + "# gdprlint: file-ignore[GDL106]\n"
    )

    assert top.form == "file"
    assert is_suppressed(finding(20), [top], "2026-01-01")
    assert late.form == "malformed"


@pytest.mark.parametrize(
    ("line", "rule", "today", "hidden"),
    [
        (1, "GDL106", "2026-03-31", True),
        (1, "GDL106", "2026-04-01", False),
        (1, "GDL107", "2026-01-01", False),
        (2, "GDL106", "2026-01-01", False),
    ],
)
def test_hiding(line: int, rule: str, today: str, hidden: bool) -> None:
    directives = parsed("log(ip)  # gdprlint: ignore[GDL106] until=2026-03-31\nlog(ip)\n")

    assert is_suppressed(finding(line, rule), directives, today) is hidden


def test_a_directive_speaks_of_its_own_file_only() -> None:
    directives = parsed("log(ip)  # gdprlint: ignore[GDL106]\n")
    elsewhere = finding(1)._replace(span=Span("b.py", 1, 1, 1, 9))

    assert not is_suppressed(elsewhere, directives, "2026-01-01")


def test_source_that_does_not_parse() -> None:
    (directive,) = parse_suppressions("a.py", "log(ip)  # gdprlint: ignore[X]\n", None)

    assert (directive.first_line, directive.last_line) == (1, 1)
    assert parse_suppressions("a.py", "(\n'''# gdprlint: ignore[X]", None) == ()


def test_each_directive_is_compared_with_what_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def counted(suppression: Suppression, finding: Finding, today: str) -> bool:
        nonlocal asked
        asked += 1
        return hides(suppression, finding, today)

    monkeypatch.setattr(suppressions, "hides", counted)
    directives = parsed("log(ip)  # gdprlint: ignore[GDL106]\n" * 500)
    is_hidden = hiding_directives(directives, "2026-01-01")
    assert all(is_hidden(finding(line)) for line in range(1, 501))
    assert asked < 500 * 140


@pytest.mark.parametrize("line", [1, 100, 300])
def test_what_reaches_over_many_lines_is_compared_as_well(line: int) -> None:
    text = f"# gdprlint: file-ignore[GDL106]\nlog(\n{'ip,' * 3}\n)\n" + "log(ip)\n" * 300
    is_hidden = hiding_directives(parsed(text), "2026-01-01")
    assert is_hidden(finding(line, end_line=line + 200))
    assert not is_hidden(finding(line, "GDL101", end_line=line + 200))


def test_a_directive_on_its_own_line_finds_the_statement_it_stands_in() -> None:
    text = (
        "log(\n    # gdprlint: ignore[GDL106]\n    ip,\n)\nx = 1\n# gdprlint: ignore[GDL106]\ny\n"
    )
    assert [(d.first_line, d.last_line) for d in parsed(text)] == [(1, 4), (7, 7)]
