"""What only a terminal sees: links on rule ids, checks that run again, wide text at 80 and 120."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from gdprlint.check import tell_failures
from gdprlint.report.links import linked, shows_links
from gdprlint.watch import watch
from tests.conftest import Repository

LEAK = "import logging\n\nlogger = logging.getLogger(__name__)\nlogger.info(user.email)\n"
SEQUENCE = re.compile(r"\x1b\]8;;([^\x1b]*)\x1b\\([^\x1b]*)\x1b\]8;;\x1b\\")


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        """It is."""
        return True


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"VTE_VERSION": "7200"}, True),
        ({"VTE_VERSION": "4999"}, False),
        ({"WT_SESSION": "1"}, True),
        ({"WT_SESSION": "1", "TERM": "dumb"}, False),
        ({"WT_SESSION": "1", "FORCE_HYPERLINK": "0"}, False),
        ({"FORCE_HYPERLINK": "1"}, True),
    ],
)
def test_links_are_for_terminals_that_show_them(environment: dict[str, str], shown: bool) -> None:
    assert shows_links(Terminal(), environment) is shown
    assert shows_links(io.StringIO(), environment) is (environment.get("FORCE_HYPERLINK") == "1")


@pytest.mark.parametrize("form", ["full", "concise", "grouped"])
def test_rule_ids_lead_to_the_rule(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    repository.write("shop.py", LEAK)
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    out = repository.gdprlint("check", "--color", "always", "--output-format", form).out
    plain = repository.gdprlint("check", "--color", "never", "--output-format", form).out
    address, text = SEQUENCE.findall(out)[0]

    assert text == "GDL101"
    assert 'id = "GDL101"' in Path(address.removeprefix("file://")).read_text(encoding="utf-8")
    assert "\x1b" not in plain


def test_a_rule_without_a_page_has_no_link() -> None:
    assert linked("GDL101", "") == "GDL101"


def test_watching_checks_after_every_change(repository: Repository) -> None:
    file = repository.write("shop.py", LEAK)
    seen: list[str] = []
    changes = iter(["x = 1\n", LEAK + "\n"])

    def check() -> int:
        seen.append(file.read_text(encoding="utf-8"))
        return len(seen)

    def sleep(seconds: float) -> None:
        text = next(changes, None)
        if text is None:
            raise KeyboardInterrupt
        file.write_text(text, encoding="utf-8")

    assert watch(check, lambda: [str(file), "absent"], sleep) == 3
    assert seen == [LEAK, "x = 1\n", LEAK + "\n"]


def test_watching_survives_broken_settings(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write("shop.py", LEAK)
    repository.write("gdprlint.toml", "selekt = []\n")
    steps = iter(["", 'ignore = ["GDL101"]\n'])

    def sleep(seconds: float) -> None:
        text = next(steps, None)
        if text is None:
            raise KeyboardInterrupt
        repository.write("gdprlint.toml", text)

    monkeypatch.setattr("time.sleep", sleep)
    monkeypatch.setattr("gdprlint.watch.watch.__defaults__", (sleep,))
    answer = repository.gdprlint("check", "--watch", "--output-format", "concise", "--no-cache")

    assert "unknown key `selekt`" in answer.err
    assert answer.out == (
        "shop.py:4:13: GDL101 warning: e-mail address `user.email` reaches `logger.info`\n"
        "1 finding (1 warning) in 2 files\n"
        "no finding in 2 files\n"
    )
    assert answer.status == 0


def test_the_same_internal_error_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    tell_failures(("a.py: Traceback X\n", "b.py: Traceback X\n", "c.py: Traceback Y\n"))

    assert capsys.readouterr().err == (
        "gdprlint: internal error in a.py and 1 file more: Traceback X\n"
        "gdprlint: internal error in c.py: Traceback Y\n"
    )


def test_standard_input_cannot_be_watched(repository: Repository) -> None:
    assert repository.gdprlint("check", "--watch", "-").status == 2
