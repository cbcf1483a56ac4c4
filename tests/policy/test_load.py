"""The policy as a whole: rules, sets, categories, packs, overrides, digest."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gdprlint.model import UsageError
from gdprlint.policy import load_policy
from tests.policy.conftest import RULE, Pack


def test_rules_carry_all_their_fields() -> None:
    rule = load_policy(cache_dir=None).rules["GDL101"]

    assert rule.kind == "flow"
    assert rule.gdpr[0].startswith("5(1)")
    assert rule.examples[0].bad
    assert rule.origin.endswith("GDL101-personal-data-in-log.toml")


def test_keys_that_may_be_left_out_have_defaults(pack: Pack) -> None:
    rule = load_policy([pack({"ABC001.toml": RULE})], cache_dir=None).rules["ABC001"]

    assert (rule.default, rule.cwe, rule.limits, rule.fix) == (True, (), "", "no")


@pytest.mark.parametrize(
    ("id", "legal_class", "article"),
    [
        ("contact.email", "ordinary", "4(1)"),
        ("special.health", "special", "9(1)"),
        ("criminal.record", "criminal", "10"),
        ("gov_id.national", "ordinary", "87"),
        ("account.user_id", "pseudonym", "4(5)"),
        ("online.session_id", "credential", "32(1)(a)"),
        ("online.url", "online_identifier", "5(1)(c)"),
        ("container.variables", "container", "25(2)"),
    ],
)
def test_categories_know_their_class_and_articles(id: str, legal_class: str, article: str) -> None:
    category = load_policy(cache_dir=None).categories[id]

    assert category.legal_class == legal_class
    assert article in category.articles


def test_groups_of_sets_are_resolved() -> None:
    sets = load_policy(cache_dir=None).sets

    assert sets["log"] == {"logging", "structlog", "loguru"}
    assert sets["logging"] == {"logging"}
    assert sets["exception"] == {"exception"}


def test_a_pack_adds_rules_categories_and_sinks(pack: Pack) -> None:
    folder = pack(
        {
            "rules/ABC001.toml": RULE.replace("contact.email", "crew.badge").replace(
                "@log", "@pager"
            ),
            "lexicon/crew.toml": '[[category]]\nid = "crew.badge"\nlabel = "Badge"\n'
            'class = "ordinary"\nsensitivity = "low"\nstrong = ["crewbadge"]\n',
            "catalogue/pager.toml": '[[sink]]\nset = "pager"\ncalls = ["pager.send"]\n'
            'arguments = [0, "text"]\n',
        }
    )
    policy = load_policy([folder], cache_dir=None)
    match = policy.lexicon.classify("crewbadge")

    assert policy.rules["ABC001"].match["sinks"] == ["@pager"]
    assert match is not None
    assert match.category == "crew.badge"
    assert policy.catalogue["sink"][-1]["set"] == "pager"


def test_a_pack_may_be_an_installed_package_that_is_not_imported(
    pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(pack({"__init__.py": "raise SystemExit\n", "rules/ABC001.toml": RULE}))
    monkeypatch.syspath_prepend(folder.parent)

    assert "ABC001" in load_policy(["pack"], cache_dir=None).rules
    assert "pack" not in sys.modules


@pytest.mark.parametrize("name", ["no/such/folder", "no_such_package"])
def test_a_missing_pack_is_named(name: str) -> None:
    with pytest.raises(UsageError, match=name):
        load_policy([name], cache_dir=None)


def test_the_digest_changes_with_content_and_overrides(pack: Pack) -> None:
    plain = load_policy(cache_dir=None).digest
    folder = pack({"ABC001.toml": RULE})
    with_pack = load_policy([folder], cache_dir=None).digest
    changed = load_policy([pack({"ABC001.toml": RULE + "\n"})], cache_dir=None).digest
    with_words = load_policy(cache_dir=None, not_personal=["token"]).digest

    assert len({plain, with_pack, changed, with_words}) == 4
    assert plain == load_policy(cache_dir=None).digest


@pytest.mark.parametrize(
    ("words", "languages", "message", "hint"),
    [
        ({"ref": "contact.emial"}, [], "settings: names.ref: unknown category", "contact.email"),
        ({}, ["dee"], "settings: languages: unknown language `dee`", "de"),
    ],
)
def test_overrides_refer_to_what_exists(
    words: dict[str, str], languages: list[str], message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        load_policy(cache_dir=None, words=words, languages=languages)

    assert message in caught.value.message
    assert hint in caught.value.hint
