"""Values found in the source appear in no format."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdprlint.cli import main
from gdprlint.judge.masked import starred
from gdprlint.settings.keys import FORMATS

VALUES = (
    "anna.kowalska@praxis-kowalska.zz",
    "NL93ZZZZ0918273645",
    "RCCMNL83S18D969H",
    "02070803628",
)


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize("value", VALUES)
def test_no_format_shows_the_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], output_format: str, value: str
) -> None:
    file = tmp_path / "settings.py"
    file.write_text(f'PESEL = "{value}"\nprint("{value}", PESEL)\n', encoding="utf-8")

    status = main(
        ["check", "--isolated", "--select", "GDL109", "--output-format", output_format, str(file)]
    )

    assert status == 1
    assert value not in capsys.readouterr().out


def test_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    file = tmp_path / "settings.py"
    file.write_text("\n".join(f'PESEL = "{value}"' for value in VALUES), encoding="utf-8")

    main(["check", "--select", "GDL109", str(file)])

    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path != file]
    contents = b"".join(path.read_bytes() for path in kept)
    assert not [value for value in VALUES if value.encode() in contents]


def test_values_that_overlap_are_masked_once() -> None:
    assert starred("abc def ghi", [(4, 7), (0, 5), (4, 6)]) == "*** *** ghi"
