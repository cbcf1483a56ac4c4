"""Every rule of the project: complete, with examples that fire and stay silent, and a fixture."""

from __future__ import annotations

import re
import string
from collections import Counter
from pathlib import Path

import pytest

from gdprlint.model import Rule
from gdprlint.policy import load_policy
from tests.scan import FIXTURES, RULES, check, declared_settings

PREAMBLE = "import logging\n\nlogger = logging.getLogger(__name__)\n"
FILES = sorted(RULES.glob("GDL*/*.toml"))
RULES_BY_ID = dict(sorted(load_policy((), cache_dir=None).rules.items()))
ARTICLE = re.compile(r"\d+(\(\d+\))?(\([a-z]\))?")
PLACEHOLDERS = frozenset({"category", "expr", "sink", "name", "reason"})


def read(rule: Rule) -> list[str]:
    """The explanations of a rule, which a developer reads."""
    return [rule.why, rule.remedy, rule.limits]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of its own, so that the compiled policy is cached there and loads fast."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "pyproject.toml").write_text("", encoding="utf-8")
    return folder


def findings(project: Path, rule: Rule, snippet: str) -> set[str]:
    """Ids of the rules that report an example."""
    is_logging = "logger." in snippet and "getLogger" not in snippet
    file = project / "example.py"
    file.write_text(PREAMBLE + snippet if is_logging else snippet, encoding="utf-8")
    config = project / "settings.toml"
    config.write_text(declared_settings(snippet), encoding="utf-8")
    outcome = check("--config", config, "--extend-select", rule.id, file, use_cache=True)
    assert outcome.status in (0, 1), outcome.errors
    return {place.rule for place in outcome.places}


def examples() -> list[object]:
    """One parameter for each example of each rule that is shown as Python."""
    return [
        pytest.param(rule, number, id=f"{rule.id}-{number + 1}")
        for rule in RULES_BY_ID.values()
        for number in range(len(rule.examples))
    ]


def test_ids_and_names_are_unique() -> None:
    ids = Counter(path.name[:6] for path in FILES)
    names = Counter(path.stem[7:] for path in FILES)

    assert [id for id, count in ids.items() if count > 1] == []
    assert [name for name, count in names.items() if count > 1] == []
    assert set(ids) == set(RULES_BY_ID)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_file_is_called_like_its_rule(file: Path) -> None:
    rule = RULES_BY_ID[file.name[:6]]

    assert file.stem == f"{rule.id}-{rule.name}"
    assert file.parent.name.startswith(rule.id[:4])


@pytest.mark.parametrize("rule", RULES_BY_ID.values(), ids=RULES_BY_ID)
def test_metadata_is_complete(rule: Rule) -> None:
    assert rule.status in ("preview", "stable", "deprecated")
    assert rule.severity in ("error", "warning", "info")
    assert rule.examples
    assert all(len(text.split()) > 5 for text in read(rule))
    assert all(ARTICLE.fullmatch(article) for article in rule.gdpr)
    assert rule.gdpr
    assert rule.summary == rule.summary.strip().rstrip(".")
    assert rule.summary[:1].islower() or rule.summary[:1].isupper()


@pytest.mark.parametrize("rule", RULES_BY_ID.values(), ids=RULES_BY_ID)
def test_no_text_promises_compliance(rule: Rule) -> None:
    text = " ".join([rule.summary, rule.message, *read(rule)]).lower()

    assert not re.search(r"\b(is|are|become|makes? \w+) (gdpr[- ])?compliant\b", text)
    assert "eu citizen" not in text


@pytest.mark.parametrize("rule", RULES_BY_ID.values(), ids=RULES_BY_ID)
def test_message_of_a_flow_names_data_and_place(rule: Rule) -> None:
    names = {name for _, name, _, _ in string.Formatter().parse(rule.message) if name}

    assert not rule.message.endswith(".")
    if rule.kind == "flow":
        assert names <= PLACEHOLDERS
        assert {"expr", "sink"} <= names


@pytest.mark.parametrize(("rule", "number"), examples())
def test_bad_example_is_reported(project: Path, rule: Rule, number: int) -> None:
    assert rule.id in findings(project, rule, rule.examples[number].bad)


@pytest.mark.parametrize(("rule", "number"), examples())
def test_good_example_is_silent(project: Path, rule: Rule, number: int) -> None:
    reported = findings(project, rule, rule.examples[number].good)

    # a processor that the policy does not name is a finding wherever it is imported
    assert {id for id in reported if RULES_BY_ID[id].kind != "processor"} == set()


@pytest.mark.parametrize("rule", RULES_BY_ID.values(), ids=RULES_BY_ID)
def test_fixture_exists(rule: Rule) -> None:
    fixtures = [path for path in FIXTURES.glob(f"{rule.id}-*") if path.stem[7:] == rule.name]

    assert fixtures
    assert any(
        f"expect: {rule.id}" in path.read_text(encoding="utf-8", errors="replace")
        for fixture in fixtures
        for path in ([fixture] if fixture.is_file() else fixture.rglob("*"))
        if path.is_file()
    )
