"""Every file in fixtures/ carries its expectations; silence is the expectation of other lines.

logger.info(user.email)    # expect: GDL101
log_all(request)           # missed: GDL201   a known gap, which must still be one
logger.info(model.name)    # noise: GDL101    a known false alarm, which must still be one
"""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from gdprlint.detect.alternative import Alternative, read_alternatives
from gdprlint.policy import load_policy
from tests.scan import FIXTURES, ROOT, Place, check, declared_settings

MARK = re.compile(r"#\s*(expect|missed|noise):\s*(GDL\d+(?:\s*,\s*GDL\d+)*)")
OWN_SETTINGS = "gdprlint.toml"
SKIPPED = ("__pycache__", ".gdprlint_cache")


class Mark(NamedTuple):
    """An expectation on one line of a fixture."""

    kind: str
    path: str
    line: int
    rule: str

    @property
    def place(self) -> tuple[str, int, str]:
        """The finding the mark speaks of."""
        return (self.path, self.line, self.rule)


def fixture_files(fixture: Path) -> list[Path]:
    """The files of a fixture, which is one file or a folder."""
    if fixture.is_file():
        return [fixture]
    return sorted(
        path
        for path in fixture.rglob("*")
        if path.is_file() and not any(part in SKIPPED for part in path.parts)
    )


def read_marks(fixture: Path) -> Iterator[Mark]:
    """The marks of all files of a fixture."""
    for path in fixture_files(fixture):
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.split("\n"), start=1):
            for kind, rules in MARK.findall(line):
                for rule in re.split(r"\s*,\s*", rules):
                    yield Mark(kind, path.relative_to(ROOT).as_posix(), number, rule)


def found() -> frozenset[tuple[str, int, str]]:
    """The findings in all fixtures: path, line and rule."""
    return frozenset((place.path, place.line, place.rule) for place in all_places())


@functools.cache
def all_places() -> frozenset[Place]:
    """What the tool finds in all fixtures, with every rule that has one turned on.

    A folder with a `gdprlint.toml`, and a file with lines `# settings: KEY = VALUE`, is checked
    under these settings, every other fixture under none.
    """
    rules = ",".join(sorted({fixture.stem[:6] for fixture in FIXTURES.glob("GDL*")}))
    settings = {fixture: own_settings(fixture) for fixture in ALL}
    plain = [fixture for fixture in ALL if not settings[fixture]]
    places = found_in("--extend-select", rules, *plain)
    with tempfile.TemporaryDirectory() as folder:
        for fixture, text in settings.items():
            config = fixture / OWN_SETTINGS
            if fixture.is_file():
                config = Path(folder, fixture.stem + ".toml")
                config.write_text(text, encoding="utf-8")
            if text:
                places |= found_in("--config", config, "--extend-select", rules, fixture)
    return frozenset(places)


def found_in(*arguments: str | Path) -> set[Place]:
    """The findings of one run, which may not fail."""
    outcome = check(*arguments)
    assert outcome.status in (0, 1), outcome.errors
    return set(outcome.places)


def own_settings(fixture: Path) -> str:
    """The settings a fixture declares for itself, "" for none."""
    if fixture.is_dir():
        file = fixture / OWN_SETTINGS
        return file.read_text(encoding="utf-8") if file.is_file() else ""
    return declared_settings(fixture.read_text(encoding="utf-8", errors="replace"))


ALL = sorted(path for path in FIXTURES.iterdir() if not path.name.startswith((".", "__")))
KNOWN_GAPS = [
    pytest.param(mark, id=f"{mark.path}:{mark.line}-{mark.kind}", marks=pytest.mark.xfail)
    for fixture in ALL
    for mark in read_marks(fixture)
    if mark.kind != "expect"
]


def test_there_are_fixtures() -> None:
    assert len(ALL) >= 20


@pytest.mark.parametrize("fixture", ALL, ids=lambda fixture: fixture.name)
def test_fixture(fixture: Path) -> None:
    marks = list(read_marks(fixture))
    paths = {path.relative_to(ROOT).as_posix() for path in fixture_files(fixture)}
    known = {mark.place for mark in marks if mark.kind != "expect"}
    expected = {mark.place for mark in marks if mark.kind == "expect"}
    reported = {place for place in found() if place[0] in paths} - known

    silent = sorted(expected - reported)
    loud = sorted(reported - expected)

    assert not silent, f"expected and not reported: {silent}"
    assert not loud, f"reported and not expected: {loud}"


@pytest.mark.parametrize("mark", KNOWN_GAPS)
def test_known_gap(mark: Mark) -> None:
    """A strict expected failure: once the engine does better, the mark must go."""
    assert (mark.place in found()) == (mark.kind == "missed")


def alternatives() -> Iterator[object]:
    """One parameter for each way in which a rule's calls and settings can be wrong."""
    for rule in load_policy((), cache_dir=None).rules.values():
        for number, alternative in enumerate(read_alternatives(rule), 1):
            yield pytest.param(alternative, id=f"{rule.id}-{number}")


@pytest.mark.parametrize("alternative", list(alternatives()))
def test_every_alternative_is_seen_in_a_fixture(alternative: Alternative) -> None:
    written = re.split(r"\{[^{}]+\}", alternative.message)
    message = re.compile(".+".join(map(re.escape, written)))

    assert [
        place
        for place in all_places()
        if place.rule == alternative.rule.id and message.fullmatch(place.message)
    ]
