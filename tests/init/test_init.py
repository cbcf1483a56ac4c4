"""`gdprlint init`: finds what the project has, never overwrites, adds the hook once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml

from gdprlint.cli import main
from gdprlint.init.hook import entry, with_entry
from gdprlint.init.policy_file import render_policy
from gdprlint.init.survey import survey
from gdprlint.settings.find import read_settings_file
from tests.scan import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PRIVACY = "import hmac\n\n\ndef pseudonymise(value):\n    return hmac.new(KEY, value, 'sha256')\n"
AUDIT = "import structlog\nimport rollbar\n\n\ndef record_audit_event(action):\n    print(action)\n"
VIEWS = "import django\nfrom app.models import AuditLog\n\nAuditLog.objects.create()\n"
PLAIN = "def mask(value):\n    return 0\n\n\nclass Form:\n    def mask(self):\n        return 0\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {"privacy.py": PRIVACY, "audit.py": AUDIT, "views.py": VIEWS, "__init__.py": ""}
    for name, text in files.items():
        file = tmp_path / "app" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_audit.py").write_text("def audit_log():\n    pass\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'app'\n", encoding="utf-8")
    return tmp_path


def test_survey_finds_what_the_project_has(project: Path) -> None:
    found = survey(str(project))

    assert found.frameworks == ("Django",)
    assert found.loggers == ("structlog",)
    assert [id for id, _, _ in found.processors] == ["rollbar"]
    assert found.wrappers == ("app.privacy.pseudonymise",)
    assert found.audit_calls == ("AuditLog.objects.create", "app.audit.record_audit_event")


def test_a_named_folder_gets_the_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").mkdir()

    assert main(["init", "shop"]) == 0
    assert [file.name for file in (tmp_path / "shop").iterdir()] == ["gdprlint.toml"]


def test_methods_are_no_wrappers(tmp_path: Path) -> None:
    (tmp_path / "forms.py").write_text(PLAIN, encoding="utf-8")

    assert survey(str(tmp_path)).wrappers == ("forms.mask",)


def test_an_empty_project_gets_a_policy_that_is_all_comments(tmp_path: Path) -> None:
    assert tomllib.loads(render_policy(survey(str(tmp_path)))) == {}


def test_what_is_written_are_valid_settings(project: Path) -> None:
    assert main(["init", str(project)]) == 0

    settings = read_settings_file(str(project / "gdprlint.toml")).values
    assert settings["wrapper"] == ("app.privacy.pseudonymise",)
    assert set(settings) == {"wrapper", "audit"}


def test_the_policy_holds_with_every_comment_filled_in(project: Path) -> None:
    text = render_policy(survey(str(project)))
    filled = [line.removeprefix("# ") for line in text.split("\n") if "=" in line or "[" in line]
    tables = [line for line in filled if not line.startswith("logger.info")]

    assert tomllib.loads("\n".join(tables))["purposes"]["abuse"]["basis"] == "6(1)(f)"


@pytest.mark.parametrize("name", ["gdprlint.toml", ".gdprlint.toml"])
def test_settings_are_never_overwritten(
    project: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (project / name).write_text("# mine\n", encoding="utf-8")

    assert main(["init", str(project)]) == 2
    assert "holds settings already" in capsys.readouterr().err
    assert (project / name).read_text(encoding="utf-8") == "# mine\n"


def test_print_writes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--print", str(project)]) == 0

    assert "pseudonymise" in capsys.readouterr().out
    assert not (project / "gdprlint.toml").exists()


def test_the_hook_is_added_once(project: Path) -> None:
    file = project / ".pre-commit-config.yaml"

    assert main(["init", "--hook", str(project)]) == 0
    first = file.read_text(encoding="utf-8")
    assert main(["init", "--hook", str(project)]) == 0

    assert first.count("id: gdprlint") == 1
    assert file.read_text(encoding="utf-8") == first


def test_the_hook_that_is_added_checks_what_the_published_one_does(project: Path) -> None:
    published = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]
    ((added,),) = (repo["hooks"] for repo in yaml.safe_load("repos:\n" + entry(""))["repos"])

    for key in ("id", "entry", "language", "types_or", "require_serial"):
        assert added[key] == published[key]


@pytest.mark.parametrize(
    "before",
    [
        "repos:\n- repo: https://example.org/a\n  rev: v1\n  hooks:\n  - id: a\n",
        "# top\nrepos:\n  - repo: local  # mine\n    hooks:\n      - id: a\nci:\n  skip: [a]\n",
        "repos:\n- repo: a\n  hooks:\n  - id: a",
        "repos: []",
        "# top\nrepos: [ ]  # none yet\nci:\n  skip: [a]\n",
    ],
)
def test_the_hook_goes_behind_the_last_repository(before: str) -> None:
    yaml = pytest.importorskip("yaml")
    after = with_entry(before)

    assert after is not None
    old, new = yaml.safe_load(before), yaml.safe_load(after)
    assert new["repos"][:-1] == old["repos"]
    assert new["repos"][-1]["hooks"][0]["id"] == "gdprlint"
    assert {**new, "repos": []} == {**old, "repos": []}


def test_a_configuration_without_a_list_is_refused(project: Path) -> None:
    (project / ".pre-commit-config.yaml").write_text("ci: {}\n", encoding="utf-8")

    assert main(["init", "--hook", str(project)]) == 2
    assert not (project / "gdprlint.toml").exists()
