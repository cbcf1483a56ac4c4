"""Bad input is normal: whatever a file holds, it ends in findings or in a clear message."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gdprlint.cli import main
from gdprlint.detect import setting
from gdprlint.files import discovery
from gdprlint.report.sarif import artifact
from gdprlint.settings.keys import FORMATS
from tests.scan import check

LEAK = "import logging\nlogging.info('to %s', customer.email)\n"
HUGE = f"0x{'f' * 30_000}"

ODD = {
    "a number that cannot be written out, configured": (
        "LOGGING = {'version': 1, 'handlers': {'a': {'class': 'logging.FileHandler', "
        f"'backupCount': {HUGE} }}}}}}\n"
    ),
    "a number that cannot be written out, shown": f"print({HUGE}, {HUGE})\n",
    "a number beyond all floats": (
        "from logging.handlers import TimedRotatingFileHandler\n"
        f"TimedRotatingFileHandler('x', when='D', backupCount=1{'0' * 400})\n"
    ),
    "digits that are none": (
        "from logging.handlers import TimedRotatingFileHandler\n"
        "TimedRotatingFileHandler('x', when='D', backupCount=int('²') * int('9' * 5000))\n"
    ),
    "a power that is no real number": (
        "from logging.handlers import TimedRotatingFileHandler\n"
        "TimedRotatingFileHandler('x', when='D', interval=(-2) ** 0.5)\n"
    ),
    "no number of days": (
        "from datetime import timedelta\nfrom loguru import logger\n"
        "logger.add('x', retention=timedelta(days=1e999 - 1e999))\n"
    ),
}


@pytest.mark.parametrize("source", ODD.values(), ids=list(ODD))
def test_odd_code_hides_no_leak_beside_it(source: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LEAK + source, encoding="utf-8")
    outcome = check(tmp_path)
    assert outcome.errors == ""
    assert (2, "GDL101") in {(place.line, place.rule) for place in outcome.places}
    assert "GDL001" not in {place.rule for place in outcome.places}


ENCODED = {
    "a codec that decodes nothing": b"# coding: undefined\n",
    "a codec of bytes": b"# coding: base64\n",
    "a byte that is none": b"x = '\xff'\n",
    "UTF-16": "x = 1\n".encode("utf-16"),
    "a null byte": b"x = 1\n\0\n",
}


@pytest.mark.parametrize("content", ENCODED.values(), ids=list(ENCODED))
def test_a_file_that_cannot_be_decoded_is_told_of_and_the_next_is_checked(
    content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_bytes(content)
    (tmp_path / "b.py").write_text(LEAK, encoding="utf-8")
    outcome = check(tmp_path)
    assert (outcome.status, outcome.errors) == (1, "")
    assert [place.rule for place in outcome.places] == ["GDL001", "GDL101"]


NOTEBOOKS = {
    "a number with too many digits": '{"cells": [' + "9" * 5000 + "]}",
    "half of one": '{"cells": [',
    "nested too deeply": "[" * 100_000,
    "cells that are none": '{"cells": {"a": 1}}',
}


@pytest.mark.parametrize("content", NOTEBOOKS.values(), ids=list(NOTEBOOKS))
def test_a_damaged_notebook_is_told_of_and_the_next_file_is_checked(
    content: str, tmp_path: Path
) -> None:
    (tmp_path / "a.ipynb").write_text(content, encoding="utf-8")
    (tmp_path / "b.py").write_text(LEAK, encoding="utf-8")
    outcome = check(tmp_path)
    assert (outcome.status, outcome.errors) == (1, "")
    assert [place.rule for place in outcome.places] == ["GDL001", "GDL101"]


def test_a_bug_met_in_a_configuration_file_does_not_end_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(setting, "analyse_document", broken)
    (tmp_path / "Dockerfile").write_text("FROM x\n", encoding="utf-8")
    (tmp_path / "b.py").write_text(LEAK, encoding="utf-8")
    outcome = check(tmp_path)
    assert outcome.status == 2
    assert "internal error in Dockerfile" in outcome.errors


needs_any_names = pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux")


@needs_any_names
@pytest.mark.parametrize("output_format", FORMATS)
def test_any_name_of_a_file_is_shown_in_every_format(
    output_format: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for name in (b"bad\xff.py", b"new\nline.py", b"esc\x1b[31m.py", b"a%b,c:d.py"):
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as stream:
            stream.write(LEAK.encode())
    status = main(
        ["check", "--isolated", "--no-cache", "--output-format", output_format, str(tmp_path)]
    )
    output = capsysbinary.readouterr().out.decode()
    assert status == 1
    if output_format in ("json", "sarif", "gitlab", "rdjson"):
        json.loads(output)
    elif output_format == "jsonl":
        assert [json.loads(line) for line in output.splitlines()]
    elif output_format == "junit":
        ElementTree.fromstring(output)
    elif output_format == "github":
        assert all(line.startswith("::") for line in output.splitlines())
    else:
        assert "\x1b" not in output
        assert "\nline.py" not in output


@needs_any_names
def test_findings_in_a_file_of_any_name_can_be_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(os.path.join(os.fsencode(tmp_path), b"bad\xff\n.py"), "wb") as stream:
        stream.write(LEAK.encode())
    monkeypatch.chdir(tmp_path)
    assert main(["baseline", "write", "--isolated", "."]) == 0
    (file,) = (name for name in os.listdir(tmp_path) if "baseline" in name)
    assert check(".", "--baseline", file).places == ()


def test_a_name_in_a_uri_is_its_bytes() -> None:
    assert artifact(os.fsdecode(b"a\xff%.py"))["uri"] == "a%FF%25.py"


def test_an_excerpt_commands_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.py").write_text(f"{LEAK[:-1]}  # \x1b[31mred\n", encoding="utf-8")
    main(["check", "--isolated", "--no-cache", "--output-format", "full", str(tmp_path)])
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
@pytest.mark.parametrize("closing", [">/dev/full", ">&-", "2>&-", "<&-"])
def test_streams_that_are_closed_or_full_are_no_bug(closing: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LEAK, encoding="utf-8")
    command = f'"{sys.executable}" -m gdprlint check --isolated --no-cache a.py {closing}'
    run = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode in (1, 2)
    assert "Traceback" not in run.stderr


def test_a_folder_that_cannot_be_read_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shut").mkdir()
    listed = os.scandir

    def refused(folder: str) -> object:
        if os.path.basename(folder) == "shut":
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(os, "scandir", refused)
    found = discovery.discover_files([str(tmp_path)], excludes=lambda folder: ())
    assert found == [str(tmp_path / "shut")]


@pytest.mark.parametrize(
    "content",
    ["[tool.gdprlint]\nretention = {default-max = " + "9" * 5000 + "}\n", "x = " + "[" * 100_000],
    ids=["too many digits", "nested too deeply"],
)
def test_settings_that_no_parser_takes_are_a_mistake_with_a_place(
    content: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "gdprlint.toml").write_text(content, encoding="utf-8")
    (tmp_path / "a.py").write_text(LEAK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--no-cache", "."]) == 2
    assert capsys.readouterr().err.startswith("gdprlint: error: gdprlint.toml: not valid TOML: ")


def test_brackets_within_brackets_of_yaml_are_not_scanned(tmp_path: Path) -> None:
    nested = "[a, " * 5000 + "]" * 5000
    (tmp_path / "l.yml").write_text(f"version: 1\nhandlers: {nested}\n", encoding="utf-8")
    (place,) = check(tmp_path).places
    assert place.message == "file is nested too deeply"


DAMAGES = (b"", b"[", b'["', b'{"a":', b"[1,2", b"[tru", b'"\\u12', b"\xff", b"[" * 100_000)


@pytest.mark.parametrize("damage", DAMAGES, ids=range(len(DAMAGES)))
def test_a_process_that_never_loaded_json_survives_a_damaged_cache(
    damage: bytes, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_text(LEAK, encoding="utf-8")
    command = [sys.executable, "-m", "gdprlint", "check", "--isolated", "a.py"]
    first = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    for file in (tmp_path / ".gdprlint_cache").glob("*.bin"):
        file.write_bytes(damage + b"\n" + file.read_bytes())
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert (again.returncode, again.stdout, again.stderr) == (1, first.stdout, b"")
