"""The command line as a user meets it: through `main(argv)`, and once as a process of its own."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from gdprlint import __version__
from gdprlint.cli import VERBS, main
from gdprlint.deep import call_with_deep_stack
from gdprlint.progress import CLEAR_LINE, progress_line
from gdprlint.settings.keys import FORMATS, KEYS

LEAK = """\
import logging

logger = logging.getLogger(__name__)


def welcome(user):
    logger.info("welcome %s", user.email)
"""
DOUBTFUL = LEAK.replace("user.email", "user")
CLEAN = LEAK.replace("user.email", "user.pk")


class Answer(NamedTuple):
    """What a command came to."""

    status: int
    out: str
    err: str

    def rules(self) -> list[str]:
        """The rules of a JSON report."""
        return [finding["rule"] for finding in json.loads(self.out)["findings"]]


Command = Callable[..., Answer]


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run the command in an empty project, without colour unless asked for."""
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Answer:
        status = main(arguments)
        captured = capsys.readouterr()
        return Answer(status, captured.out, captured.err)

    return run


@pytest.fixture
def project(command: Command, tmp_path: Path) -> Command:
    """The same in a project with one leak, one doubtful and one clean file."""
    for name, text in (("leak.py", LEAK), ("doubtful.py", DOUBTFUL), ("clean.py", CLEAN)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return command


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["check"], 1),
        (["check", "clean.py"], 0),
        (["check", "leak.py"], 1),
        (["check", "clean.py", "--select", "GDL1", "leak.py"], 1),
        (["check", "leak.py", "--exit-zero"], 0),
        (["check", "leak.py", "--ignore", "GDL1"], 0),
        (["check", "leak.py", "--select", "GDL2"], 0),
        (["check", "leak.py", "--fail-on", "error"], 0),
        (["check", "leak.py", "--min-severity", "error"], 0),
        (["check", "leak.py", "--min-confidence", "certain"], 0),
        (["check", "leak.py", "--exclude", "leak.py"], 1),
        (["check", "leak.py", "--exclude", "leak.py", "--force-exclude"], 0),
        (["check", ".", "--extend-exclude", "leak.py,doubtful.py"], 0),
        (["check", "gone.py"], 2),
        ([], 0),
        (["--help"], 0),
        (["check", "--help"], 0),
        (["--version"], 0),
        (["check", "--version"], 0),
    ],
)
def test_exit_status(project: Command, arguments: list[str], status: int) -> None:
    assert project(*arguments).status == status


@pytest.mark.parametrize("format", FORMATS)
def test_exit_status_is_the_same_in_every_format(project: Command, format: str) -> None:
    assert project("check", "leak.py", "--output-format", format).status == 1
    assert project("check", "clean.py", "--output-format", format).status == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], "unknown command `chek`; did you mean `check`?"),
        (["leak.py"], "unknown command `leak.py`; did you mean `gdprlint check leak.py`?"),
        (["zzz"], "unknown command `zzz`; one of check, "),
        (["--all"], "unknown flag `--all`; flags follow a command, as in gdprlint check"),
        (["check", "--selct", "GDL1"], "unknown flag `--selct`; did you mean `--select`?"),
        (["check", "--selct=GDL1"], "unknown flag `--selct`; did you mean `--select`?"),
        (["check", "--sel", "GDL1"], "unknown flag `--sel`; did you mean `--select`?"),
        (
            ["check", "--select"],
            "--select: RULES is missing; check only these rules: ids, ",
        ),
        (["check", "leak.py", "--color"], "--color: WHEN is missing; auto, always or never"),
        (
            ["check", "--nothing-like-it"],
            "unknown flag `--nothing-like-it`; gdprlint check --help",
        ),
        (["check", "-f", "json"], "unknown flag `-f`; gdprlint check --help shows what there is"),
        (["scan"], "unknown command `scan`; did you mean `gdprlint check`?"),
        (["explain", "GDL101"], "did you mean `gdprlint rule ID` or `gdprlint explain-flow FILE:"),
        (
            ["check", "--select", "GDL110z"],
            "select: unknown rule `GDL110z`; did you mean `GDL110`?",
        ),
        (["check", "--select", "GDL1O1"], "--select: unknown rule `GDL1O1`; did you mean `GDL101`"),
        (["check", "--select", "XX"], "unknown rule `XX`; `gdprlint rule --all` lists them"),
        (["check", "--ignore", "gdl1"], "ignore: unknown rule `gdl1`; did you mean `GDL1`?"),
        (["check", "--fail-on", "eror"], "--fail-on: unknown value `eror`; did you mean `error`?"),
        (["check", "--output-format", "xml"], "--output-format: unknown value `xml`; one of full,"),
        (["check", "--color", "x"], "--color: unknown value `x`; one of auto, always, never"),
        (["check", "gone/a.py"], "no such file or folder: gone/a.py"),
        (["check", "--config", "gone.toml"], "gone.toml: no such file or directory"),
        (["check", "-", "leak.py"], "`-` cannot be checked together with other paths"),
        (["check", "--output-file", "gone/x"], "--output-file: gone/x: no such folder"),
        (["check", "--output-file", "."], "--output-file: .: is a folder"),
        (["rule"], "name a rule, or all of them; "),
        (["rule", "GDL101x"], "unknown rule `GDL101x`; did you mean `GDL101`?"),
        (["rule", "nosuch"], "unknown rule `nosuch`; `gdprlint rule --all` lists them"),
        (["baseline"], "ACTION is missing; write, prune or show"),
        (["baseline", "write", "--watch"], "unknown flag `--watch`"),
        (["baseline", "write", "--fix"], "unknown flag `--fix`"),
        (["explain-flow"], "FILE:LINE is missing; a line that shows values"),
        (["explain-flow", "leak.py:999"], "leak.py has no line 999; it has "),
        (["completion", "bsh"], "unknown shell `bsh`; did you mean `bash`?"),
        (["config", "shw"], "unknown action `shw`; did you mean `show`?"),
    ],
)
def test_a_mistake_is_one_line(project: Command, arguments: list[str], message: str) -> None:
    answer = project(*arguments)

    assert answer.status == 2
    assert answer.out == ""
    assert answer.err.startswith("gdprlint: error: ")
    assert message in answer.err
    assert answer.err.count("\n") == 1


def test_a_mistake_in_the_settings(project: Command, tmp_path: Path) -> None:
    (tmp_path / "gdprlint.toml").write_text('ignor = ["GDL1"]\n', encoding="utf-8")
    answer = project("check")

    assert answer.status == 2
    assert answer.err == (
        "gdprlint: error: gdprlint.toml: unknown key `ignor`; did you mean `ignore`?\n"
    )


def test_the_last_line_counts(project: Command) -> None:
    answer = project("check")

    assert answer.out.splitlines()[-1] == (
        "1 finding (1 warning) in 4 files; 1 hidden below --min-confidence likely"
    )
    assert answer.err == ""
    assert project("check", "clean.py").out == "no finding in 1 file\n"
    assert project("check", "clean.py", "-q").out == ""


def test_what_a_finding_says(project: Command) -> None:
    out = project("check", "leak.py").out

    assert out.startswith("GDL101 warning: ")
    assert "--> leak.py:7:31" in out
    assert '7 |     logger.info("welcome %s", user.email)' in out
    assert "^^^^^^^^^^" in out
    assert "= law: GDPR Art. " in out
    assert "= remedy: " in out


def test_paths_are_those_of_the_working_folder(
    project: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    concise = project("check", "../leak.py", "--output-format", "concise")
    document = project("check", "../leak.py", "--output-format", "json")

    assert concise.out.startswith("../leak.py:7:31: GDL101 warning: ")
    assert json.loads(document.out)["findings"][0]["path"] == "leak.py"


def test_hidden_findings_can_be_seen(project: Command) -> None:
    answer = project("check", "doubtful.py", "--min-confidence", "possible")

    assert answer.status == 1
    assert "hidden" not in answer.out


def test_standard_input(project: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def feed(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    on_disk = project("check", "leak.py", "--output-format", "json")
    feed(LEAK)
    named = project("check", "-", "--stdin-filename", "leak.py", "--output-format", "json")
    feed(LEAK)
    unnamed = project("check", "-", "--output-format", "json")
    feed(CLEAN)
    changed = project("check", "--stdin-filename", "leak.py")

    assert named.out == on_disk.out
    assert unnamed.rules() == ["GDL101"]
    assert json.loads(unnamed.out)["findings"][0]["path"] == "stdin.py"
    assert changed.status == 0


def test_a_bad_file_does_not_stop_the_others(project: Command, tmp_path: Path) -> None:
    bad = {
        "bytes.py": b"x = '\xff'\n",
        "null.py": b"x = 1\n\0\n",
        "syntax.py": b"x = 1\ndef f(:\n",
        "deep.py": b"x = " + b"(" * 5000 + b"1" + b")" * 5000 + b"\n",
        "tabs.py": b"if x:\n\ty\n        z\n",
        "empty.py": b"",
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    answer = project("check", "--output-format", "json")
    findings = json.loads(answer.out)["findings"]

    assert answer.status == 1
    assert [(f["path"], f["rule"], f["line"]) for f in findings if f["rule"] == "GDL001"] == [
        ("bytes.py", "GDL001", 1),
        ("deep.py", "GDL001", 1),
        ("null.py", "GDL001", 2),
        ("syntax.py", "GDL001", 2),
        ("tabs.py", "GDL001", 3),
    ]
    assert [f["path"] for f in findings if f["rule"] == "GDL101"] == ["leak.py"]


def test_an_unreadable_file_cannot_be_deselected_by_accident(
    project: Command, tmp_path: Path
) -> None:
    (tmp_path / "syntax.py").write_text("def f(:\n", encoding="utf-8")

    assert project("check", "syntax.py", "--select", "GDL2").status == 1
    assert project("check", "syntax.py", "--ignore", "GDL001").status == 0


@pytest.mark.parametrize(
    ("comment", "rules"),
    [
        ("# gdprlint: ignore[GDL101] basis=6(1)(f) purpose=support", []),
        ("# gdprlint: ignore[GDL1] basis=6(1)(f) purpose=support", []),
        ("# gdprlint: ignore[GDL102] basis=6(1)(f) purpose=support", ["GDL101"]),
        ("# gdprlint: ignore[GDL101] until=2000-01-01", ["GDL101"]),
        ("# gdprlint: ignore", ["GDL101"]),
    ],
)
def test_suppressions(project: Command, tmp_path: Path, comment: str, rules: list[str]) -> None:
    text = LEAK.replace("user.email)", f"user.email)  {comment}")
    (tmp_path / "leak.py").write_text(text, encoding="utf-8")
    found = project("check", "leak.py", "--output-format", "json").rules()

    assert [rule for rule in found if rule < "GDL8"] == rules
    assert (
        "GDL101" in project("check", "leak.py", "--no-ignores", "--output-format", "json").rules()
    )


def test_settings_hold_for_the_files_below_them(project: Command, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "leak.py").write_text(LEAK, encoding="utf-8")
    (tmp_path / "a" / "gdprlint.toml").write_text('ignore = ["GDL101"]\n', encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.gdprlint]\nexclude = ["doubtful.py"]\n[tool.gdprlint.per-file-ignores]\n'
        '"./leak.py" = ["GDL101"]\n"b/*" = ["GDL2"]\n',
        encoding="utf-8",
    )
    document = json.loads(project("check", "--output-format", "json").out)

    assert [finding["path"] for finding in document["findings"]] == ["b/leak.py"]
    isolated = json.loads(project("check", "--isolated", "--output-format", "json").out)
    assert len(isolated["findings"]) == 3


def test_project_names(project: Command, tmp_path: Path) -> None:
    text = LEAK.replace("user.email", "user.zorgpas")
    (tmp_path / "leak.py").write_text(text, encoding="utf-8")
    assert project("check", "leak.py").status == 0
    (tmp_path / "gdprlint.toml").write_text(
        '[names]\nzorgpas = "special.health"\n', encoding="utf-8"
    )

    assert project("check", "leak.py").status == 1


def test_output_file(project: Command, tmp_path: Path) -> None:
    answer = project("check", "--output-format", "sarif", "--output-file", "out.sarif")

    assert (answer.status, answer.out) == (1, "")
    assert json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_show_files(project: Command, tmp_path: Path) -> None:
    answer = project("check", "--show-files")

    assert answer.status == 0
    assert answer.out.splitlines() == [
        str(tmp_path / name) for name in ("clean.py", "doubtful.py", "leak.py", "pyproject.toml")
    ]


def test_show_settings(project: Command, tmp_path: Path) -> None:
    (tmp_path / "gdprlint.toml").write_text('fail-on = "error"\n', encoding="utf-8")
    shown = project("check", "--show-settings", "--select", "GDL1", "leak.py")
    same = project("config", "show", "--select", "GDL1", "leak.py")

    assert shown.status == 0
    assert shown.out == same.out
    assert 'fail-on = "error"  # gdprlint.toml' in shown.out
    assert 'select = ["GDL1"]  # command line' in shown.out
    assert 'min-confidence = "likely"  # default' in shown.out


def test_statistics(project: Command) -> None:
    out = project("check", "leak.py", "--statistics", "--output-format", "concise").out

    assert out.splitlines()[0].split()[:2] == ["1", "GDL101"]


def test_a_run_without_a_file_says_so(project: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    empty = str(tmp_path / "empty")

    assert project("check", empty).err == f"gdprlint: no file to check in: {empty}\n"
    assert project("check", empty, "-q").err == ""


def test_verbose(project: Command) -> None:
    answer = project("check", "clean.py", "-v")

    assert "gdprlint: settings: defaults\n" in answer.err
    assert "gdprlint: root: " in answer.err


@pytest.mark.parametrize(
    ("arguments", "environment", "is_coloured"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(
    project: Command,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    environment: dict[str, str],
    is_coloured: bool,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert ("\x1b[" in project("check", "leak.py", *arguments).out) is is_coloured


def test_nothing_but_the_cache_is_written(project: Command, tmp_path: Path) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    project("check", "--no-cache")
    assert {path.name for path in tmp_path.iterdir()} == before
    project("check")

    assert {path.name for path in tmp_path.iterdir()} - before == {".gdprlint_cache"}
    assert (tmp_path / ".gdprlint_cache" / ".gitignore").exists()


def test_rule_pages(project: Command) -> None:
    page = project("rule", "GDL101")
    listed = project("rule", "--all")
    (document,) = json.loads(project("rule", "gdl101", "--json").out)

    assert page.status == listed.status == 0
    assert page.out.startswith("GDL101 personal-data-in-log\n")
    assert all(f"\n{title}\n" in page.out for title in ("why", "remedy", "bad", "good"))
    assert project("rule", "personal-data-in-log").out == page.out
    family = project("rule", "gdl10").out.splitlines()
    assert family == [line for line in listed.out.splitlines() if line.startswith("GDL10")]
    assert len(json.loads(project("rule", "GDL10", "--json").out)) == len(family) > 2
    assert document["name"] == "personal-data-in-log"
    assert any(line.startswith("GDL101  ") for line in listed.out.splitlines())


def test_help_is_in_groups(project: Command) -> None:
    out = project("check", "--help").out

    assert [line for line in out.splitlines() if line.endswith(":") and line[0] != " "][-5:] == [
        "Input:",
        "Rules:",
        "Fixes:",
        "Output:",
        "Policy:",
    ]
    assert all(key.flag in out for key in KEYS)
    assert all(verb in project("--help").out for verb in VERBS)
    assert project("--version").out == f"gdprlint {__version__}\n"


def test_progress_is_drawn_after_a_second_and_cleared() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    times = iter([0.0, 0.5, 2.0, 2.01, 4.0, 5.0])
    terminal = Terminal()
    draw = progress_line(terminal, lambda: next(times))
    for done in (0, 20, 21, 40, 80):
        draw(done, 80)

    assert terminal.getvalue() == (
        f"{CLEAR_LINE}gdprlint: 20 of 80 files, 10/s, 6 s left"
        f"{CLEAR_LINE}gdprlint: 40 of 80 files, 10/s, 4 s left{CLEAR_LINE}"
    )


def test_no_progress_without_a_terminal_or_in_a_short_run() -> None:
    pipe = io.StringIO()
    progress_line(pipe, lambda: 99.0)(1, 2)

    assert pipe.getvalue() == ""


def test_stub_files_hold_no_code(project: Command, tmp_path: Path) -> None:
    (tmp_path / "leak.pyi").write_text(LEAK, encoding="utf-8")

    assert project("check", "leak.pyi").status == 0


def python(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "gdprlint", *arguments]


def test_as_a_process(project: Command, tmp_path: Path) -> None:
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run(
        python("check", "leak.py"), cwd=tmp_path, env=environment, capture_output=True, check=False
    )

    assert done.returncode == 1
    assert done.stdout.decode() == project("check", "leak.py").out
    assert done.stderr == b""


def test_a_closed_pipe_ends_quietly(project: Command, tmp_path: Path) -> None:
    many = LEAK + '    logger.info("welcome %s", user.phone)\n' * 3000
    (tmp_path / "leak.py").write_text(many, encoding="utf-8")
    with subprocess.Popen(
        python("check", "leak.py"), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()

    assert errors == b""
    assert process.returncode == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    (tmp_path / "clean.py").write_text("x = 1\n", encoding="utf-8")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            python("config", "schema"),
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert done.returncode == 2
    assert b"no space left on device" in done.stderr.lower()


def test_an_interrupt_ends_quietly(project: Command, tmp_path: Path) -> None:
    reader = python("check", "-")
    with subprocess.Popen(
        reader, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        time.sleep(1.0)  # it waits for standard input by then
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        assert process.stderr is not None
        errors = process.stderr.read()

    assert errors == b""
    assert process.returncode == 130


def test_recursion_may_go_deep() -> None:
    def depth(level: int) -> int:
        return level if level == 15_000 else depth(level + 1)

    assert call_with_deep_stack(lambda: depth(0)) == 15_000
    with pytest.raises(ZeroDivisionError):
        call_with_deep_stack(lambda: 1 // 0)


@pytest.mark.skipif(sys.platform != "linux", reason="page faults of a thread are known on Linux")
def test_calls_from_any_depth_cost_no_pages() -> None:
    import resource

    def leaf() -> None: ...

    def climb(depth: int) -> None:
        for _ in range(100):
            leaf()
        if depth:
            climb(depth - 1)

    def faults() -> int:
        climb(500)
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
        climb(500)
        return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before

    assert call_with_deep_stack(faults) < 10
