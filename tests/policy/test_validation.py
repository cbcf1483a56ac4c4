"""Mistakes in packs: file, key path, what was expected, the nearest valid name."""

from __future__ import annotations

import pytest

from gdprlint.model import UsageError
from gdprlint.policy import load_policy
from tests.policy.conftest import RULE, Pack

SINK = '[[sink]]\nset = "pager"\ncalls = ["pager.send"]\narguments = "all"\n'
PROCESSOR = (
    '[processor.x]\nlabel = "X"\ncountry = "US"\nimports = ["x"]\ncalls = ["x.Y"]\n'
    '[[processor.x.region]]\nparameter = "host"\neurope = "eu.example.com"\n'
    '[processor.x.records]\nmarks = ["x.Y("]\nrecord = 20\nevent = 40\n'
)
CATEGORY = '[[category]]\nid = "x.y"\nlabel = "Y"\nclass = "ordinary"\nsensitivity = "low"\n'


def complaint(folder: str) -> tuple[str, str]:
    with pytest.raises(UsageError) as caught:
        load_policy([folder], cache_dir=None)
    return caught.value.message, caught.value.hint


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ('id = "ABC001"', "", "id: missing", ""),
        ('id = "ABC001"', "id = 1", "id: expected text that is not empty, found a number", ""),
        ('"warning"', '"warn"', "severity: expected one of error, warning, info, found `warn`", ""),
        ("remedy =", "remedi =", "remedi: unknown key", "`remedy`"),
        ('gdpr = ["5(1)(c)"]', "gdpr = [5]", "gdpr: expected a list of text, found a list", ""),
        ("[match]", "default = 1\n[match]", "default: expected true or false, found a number", ""),
        (
            "contact.email",
            "contact.e-mail",
            "match.categories[0]: unknown category",
            "contact.email",
        ),
        ("contact.email", "contat.*", "match.categories[0]: unknown category", "`contact.*`"),
        ("contact.email", "class:normal", "match.categories[0]: unknown class", "class:"),
        ("@log", "@logs", "match.sinks[0]: unknown set `@logs`", "`@log`"),
        ("@log", "log", "match.sinks[0]: unknown set `log`", "`@log`"),
        ("sinks =", "sink =", "match.sink: unknown key", "`sinks`"),
        ("[match]", '[match]\ndisclosure = "some"', "match.disclosure: expected one of full", ""),
        ("bad =", "worse =", "example[0].worse: unknown key", ""),
        ('name = "email', 'name = "email', "", ""),
    ],
)
def test_rule_keys(pack: Pack, old: str, new: str, message: str, hint: str) -> None:
    folder = pack({"ABC001.toml": RULE.replace(old, new, 1)})
    if not message:
        assert load_policy([folder], cache_dir=None).rules["ABC001"]
        return
    text, found_hint = complaint(folder)

    assert text.startswith(f"pack/ABC001.toml: {message}")
    assert hint in found_hint


def test_a_processor_with_all_its_tables_is_taken(pack: Pack) -> None:
    folder = pack({"ABC001.toml": RULE, "catalogue/x.toml": PROCESSOR})

    assert "x" in load_policy([folder], cache_dir=None).catalogue["processor"]


@pytest.mark.parametrize(
    ("file", "text", "message", "hint"),
    [
        (
            "catalogue/x.toml",
            PROCESSOR.replace("europe", "europa"),
            "processor.x.region[0].europa: unknown key",
            "`europe`",
        ),
        (
            "catalogue/x.toml",
            PROCESSOR.replace("event = 40", ""),
            "processor.x.records.event: missing, expected a whole number",
            "",
        ),
        ("catalogue/x.toml", SINK.replace("calls", "call"), "sink[0].call: unknown key", "`calls`"),
        ("catalogue/x.toml", SINK.replace('"all"', "[1.5]"), "sink[0].arguments: expected", ""),
        ("catalogue/x.toml", SINK.replace("sink", "sinc"), "sinc: unknown table", "`sink`"),
        (
            "catalogue/x.toml",
            '[type."a.B"]\nattribute = {}',
            'type."a.B".attribute: unknown',
            "attributes",
        ),
        ("catalogue/x.toml", "[value]\nx = 1", "value.x: expected a table, found a number", ""),
        ("sets/x.toml", '[set."@x"]\nmember = []', 'set."@x".member: unknown key', "`members`"),
        (
            "lexicon/x.toml",
            CATEGORY.replace("low", "tiny"),
            "category[0].sensitivity: expected",
            "",
        ),
        (
            "lexicon/x.toml",
            CATEGORY + "strong = 1",
            "category[0].strong: expected a list of text",
            "",
        ),
        (
            "lexicon/x.toml",
            '[[ambiguous]]\ntoken = "x"\ncategory = "contact.emai"\npositive = []\nnegative = []',
            "ambiguous[0].category: unknown category `contact.emai`",
            "`contact.email`",
        ),
    ],
)
def test_keys_of_shared_nouns(pack: Pack, file: str, text: str, message: str, hint: str) -> None:
    found, found_hint = complaint(pack({file: text}))

    assert found.startswith(f"pack/{file}: {message}")
    assert hint in found_hint


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('id = "A"\nname = ', ["pack/ABC001.toml: broken TOML", "line 2"]),
        ('id = "A"\nid = "B"', ["pack/ABC001.toml: broken TOML", "line 2"]),
    ],
)
def test_broken_toml_names_the_line(pack: Pack, text: str, parts: list[str]) -> None:
    message, _ = complaint(pack({"ABC001.toml": text}))

    assert [part for part in parts if part not in message] == []


def test_text_that_is_not_utf8_names_the_line(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("packs")
    (folder / "x.toml").write_bytes(b'id = "A"\nname = "\xff"')

    message, _ = complaint(str(folder))
    assert message.endswith("x.toml: line 2: not UTF-8 text")


def test_a_key_may_stand_in_one_file_only(pack: Pack) -> None:
    value = '[value."a.b"]\nis = "type:a.B"\n'
    message, _ = complaint(pack({"catalogue/x.toml": value, "catalogue/y.toml": value}))

    assert message == 'pack/catalogue/y.toml: value."a.b": stands in pack/catalogue/x.toml already'


def test_a_rule_id_is_never_given_twice(pack: Pack) -> None:
    message, _ = complaint(pack({"ABC001.toml": RULE, "ABC002.toml": RULE}))

    assert message == "pack/ABC002.toml: id: ABC001 is pack/ABC001.toml already"


def test_sets_do_not_contain_themselves(pack: Pack) -> None:
    sets = '[set."@a"]\nmembers = ["@b"]\n[set."@b"]\nmembers = ["@a"]\n'
    message, _ = complaint(pack({"sets/x.toml": sets}))

    assert "contains itself" in message


def test_members_of_sets_exist(pack: Pack) -> None:
    message, hint = complaint(pack({"sets/x.toml": '[set."@a"]\nmembers = ["@logg"]\n'}))

    assert "unknown set `@logg`" in message
    assert "`log" in hint
