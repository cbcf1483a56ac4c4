"""Test code is evaluated only where something that is shown could be found; nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdprlint.detect import detect, open_kinds
from gdprlint.detect.gates import needs_evaluation
from gdprlint.files.test_paths import is_test
from gdprlint.loading import policy_for, program_for
from gdprlint.model import Finding
from gdprlint.settings.record import Settings
from gdprlint.settings.resolve import settings_finder
from tests.scan import ROOT
from tests.test_fixtures import ALL, fixture_files

LOGS = "import logging\nlogger = logging.getLogger(__name__)\nlogger.info(user.email)\n"
PRINTS = "def test_mail(user):\n    print(user.email)\n    assert user.save()\n"


def settings_for(flags: dict[str, object]) -> Settings:
    return settings_finder(flags, root=str(ROOT), isolated=True)(str(ROOT))


def in_tests(path: Path) -> str:
    """A path in a folder of tests that no other fixture has."""
    return f"tests/{path.relative_to(ROOT).as_posix()}"


def findings(path: str, text: str, settings: Settings, *, is_skimmed: bool) -> list[Finding]:
    policy = policy_for(settings, str(ROOT), use_cache=True)
    program = program_for(settings, policy, str(ROOT))
    if is_skimmed:
        seen = program.skim(path, text, lambda seen: any(open_kinds(seen, policy, settings)))
    else:
        seen = program.analyse(path, text)
    found = [] if seen.error is not None else detect(seen, policy, settings)
    return [finding for finding in found if finding.confidence != "possible"]


@pytest.mark.parametrize("fixture", ALL, ids=lambda fixture: fixture.name)
def test_what_is_not_evaluated_holds_nothing_that_is_shown(fixture: Path) -> None:
    settings = settings_for({"extend-select": ("ALL",)})
    policy = policy_for(settings, str(ROOT), use_cache=True)
    program = program_for(settings, policy, str(ROOT))
    for file in fixture_files(fixture):
        path, text = in_tests(file), file.read_text(encoding="utf-8", errors="replace")
        if file.suffix == ".py" and not needs_evaluation(path, text, settings, program):
            skimmed = findings(path, text, settings, is_skimmed=True)
            assert skimmed == findings(path, text, settings, is_skimmed=False)


@pytest.mark.parametrize(
    ("path", "text", "flags", "expected"),
    [
        ("tests/test_mail.py", PRINTS, {}, False),
        ("tests/test_mail.py", LOGS, {}, True),
        ("shop/mail.py", PRINTS, {}, True),
        ("tests/test_mail.py", PRINTS, {"min-confidence": "possible"}, True),
        ("tests/test_mail.py", PRINTS + "# gdprlint: ignore[GDL101]\n", {}, True),
        ("tests/test_mail.py", PRINTS, {"sinks": ("shop.record.save",)}, True),
        ("tests/test_mail.py", PRINTS, {"inventory": True}, True),
    ],
)
def test_what_has_to_be_evaluated(
    path: str, text: str, flags: dict[str, object], expected: bool
) -> None:
    settings = settings_for(flags)
    policy = policy_for(settings, str(ROOT), use_cache=True)
    assert (
        needs_evaluation(path, text, settings, program_for(settings, policy, str(ROOT))) is expected
    )


def test_what_a_test_logs_itself_counts_where_its_type_tells_of_it() -> None:
    settings = settings_for({})
    typed = "from django.contrib.auth.models import User\nuser = User.objects.get(pk=1)\n"
    for text, expected in ((LOGS, []), (typed + LOGS, ["GDL101"])):
        found = findings("tests/test_mail.py", text, settings, is_skimmed=False)
        assert [f.rule for f in found] == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/shop/mail.py", True),
        ("shop/test_mail.py", True),
        ("shop/conftest.py", True),
        ("shop/testclient/mail.py", False),
        ("shop/contest.py", False),
        ("shop/latest.py", False),
    ],
)
def test_which_paths_are_tests(path: str, expected: bool) -> None:
    assert is_test(path) is expected


@pytest.mark.parametrize(
    "text",
    [
        PRINTS,
        "",
        "def f(:\n",
        "x = 1\n  y = 2\n",
        "return 1\n",
        "def f(a, a): pass\n",
        "def f():\n    x = 1\n    nonlocal x\n",
        "from __future__ import nothing\n",
        "x = '\0'\n",
        "print('\ud800')\n",
        "x = '\\d' is 1\n",
        "def f[T](x: T) -> T: ...\n",
        "try: ...\nexcept* ValueError: ...\n",
        "a" + ".a" * 50_000,
        "(" * 500,
    ],
)
def test_syntax_is_checked_alike_with_and_without_a_tree(text: str) -> None:
    settings = settings_for({})
    policy = policy_for(settings, str(ROOT), use_cache=True)
    program = program_for(settings, policy, str(ROOT))
    with_tree = program.skim("tests/a.py", text, lambda _: True)
    without = program.skim("tests/a.py", text, lambda _: False)
    assert with_tree.error == without.error
    assert (with_tree.tree is None, without.tree) == (with_tree.error is not None, None)
