"""No gate is shut over a finding: with and without gates all fixtures give the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdprlint.detect import KINDS, detect
from gdprlint.detect.gates import GATES, may_hold_values, value_pattern
from gdprlint.loading import policy_for, program_for
from gdprlint.model import Finding
from gdprlint.settings.record import Settings
from gdprlint.settings.resolve import settings_finder
from tests.scan import ROOT
from tests.test_fixtures import ALL, fixture_files, own_settings

CODE = (".py", ".pyi")


def settings_of(fixture: Path, folder: Path) -> Settings:
    """The settings a fixture declares for itself, with every rule on."""
    config = folder / "gdprlint.toml"
    config.write_text(own_settings(fixture), encoding="utf-8")
    flags: dict[str, object] = {"extend-select": ("ALL",)}
    return settings_finder(flags, root=str(ROOT), config=str(config))(str(ROOT))


@pytest.mark.parametrize("fixture", ALL, ids=lambda fixture: fixture.name)
def test_gates_shut_out_no_finding(fixture: Path, tmp_path: Path) -> None:
    settings = settings_of(fixture, tmp_path)
    policy = policy_for(settings, str(ROOT), use_cache=True)
    program = program_for(settings, policy, str(ROOT))
    gated: list[Finding] = []
    ungated: list[Finding] = []
    for file in fixture_files(fixture):
        if file.suffix not in CODE:
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        seen = program.analyse(file.relative_to(ROOT).as_posix(), text)
        if seen.error is None:
            gated += detect(seen, policy, settings)
            ungated += detect(seen, policy, settings, gates={})

    assert gated == ungated


def test_every_kind_has_a_gate() -> None:
    assert set(GATES) == set(KINDS)


@pytest.mark.parametrize(
    "text", ["a@b.de", "12-34-56-78", "1 (2) 3.4/5 6 7 8", "RSSMRA85T10A562S", "131052-308T"]
)
def test_what_a_value_looks_like_is_let_in(text: str) -> None:
    assert value_pattern().search(text)
    assert may_hold_values(text)
