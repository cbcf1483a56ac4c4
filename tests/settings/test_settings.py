"""Settings files on disk and flags -> the record in force, or one line that says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from gdprlint.files.patterns import PathPattern
from gdprlint.model import UsageError
from gdprlint.settings import keys
from gdprlint.settings.find import find_settings_file
from gdprlint.settings.record import PerFile, Settings
from gdprlint.settings.resolve import NOTHING, POLICY_VALUES, resolve, settings_finder
from gdprlint.settings.schema import settings_schema
from gdprlint.settings.show import toml_text

SCHEMA_FILE = Path(__file__).parents[2] / "docs" / "settings.schema.json"


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def in_force(folder: Path, **flags: object) -> Settings:
    given = {name.replace("_", "-"): value for name, value in flags.items()}
    return settings_finder(given, root=str(folder))(str(folder))


def refused(folder: Path, text: str) -> str:
    write(folder, "gdprlint.toml", text)
    with pytest.raises(UsageError) as caught:
        in_force(folder)
    return f"{caught.value.message}; {caught.value.hint}"


def test_the_record_has_the_fields_of_the_table() -> None:
    fields = set(Settings._fields) - {"root", "file", "origins"}

    assert fields == {keys.field_name(key.name) for key in keys.KEYS}


def test_named_policies_set_known_keys() -> None:
    assert set(POLICY_VALUES) == set(keys.POLICIES)
    for values in POLICY_VALUES.values():
        assert set(values) <= set(keys.BY_NAME)


def test_defaults(tmp_path: Path) -> None:
    settings = in_force(tmp_path)

    assert settings.min_confidence == "likely"
    assert settings.output_format == "full"
    assert settings.origins == {}
    assert PathPattern(str(tmp_path), "node_modules") in settings.exclude


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[tool.gdprlint]\nselect = ["GDL1"]\n'),
        ("gdprlint.toml", 'select = ["GDL1"]\n'),
        (".gdprlint.toml", 'select = "GDL1"\n'),
        ("gdprlint.toml", '[tool.gdprlint]\nselect = ["GDL1"]\n'),
    ],
)
def test_sources(tmp_path: Path, name: str, text: str) -> None:
    file = write(tmp_path, name, text)
    settings = in_force(tmp_path)

    assert settings.select == ("GDL1",)
    assert settings.origins == {"select": str(file)}
    assert settings.file == str(file)


def test_the_nearest_file_wins(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", '[tool.gdprlint]\nfail-on = "error"\nignore = ["GDL1"]\n')
    write(tmp_path / "a", "gdprlint.toml", 'ignore = ["GDL2"]\n')
    (tmp_path / "a" / "b").mkdir()
    (tmp_path / "c").mkdir()
    write(tmp_path / "a" / "b", "pyproject.toml", "[project]\nname = 'x'\n")
    find = settings_finder({}, root=str(tmp_path))

    assert find(str(tmp_path / "a" / "b")).ignore == ("GDL2",)
    assert find(str(tmp_path / "a")).fail_on == "info"
    assert find(str(tmp_path / "c")).ignore == ("GDL1",)
    assert find(str(tmp_path / "c")) is find(str(tmp_path))


def test_the_order_of_files_in_one_folder(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[tool.gdprlint]\n")
    assert find_settings_file(str(tmp_path)).endswith("pyproject.toml")
    write(tmp_path, "gdprlint.toml", "")
    assert find_settings_file(str(tmp_path)).endswith("/gdprlint.toml")
    write(tmp_path, ".gdprlint.toml", "")
    assert find_settings_file(str(tmp_path)).endswith("/.gdprlint.toml")


def test_a_pyproject_without_our_name_is_not_parsed(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "this is [not TOML")

    assert in_force(tmp_path).file == ""


def test_extend(tmp_path: Path) -> None:
    write(
        tmp_path,
        "base.toml",
        'extend-exclude = ["gen/*.py"]\nfail-on = "error"\nignore = ["GDL1"]\n'
        '[names]\nref = "person.id"\n[per-file-ignores]\n"tests/*" = ["GDL1"]\n',
    )
    write(
        tmp_path / "app",
        "gdprlint.toml",
        'extend = "../base.toml"\nextend-exclude = ["gen/*.py"]\nignore = ["GDL2"]\n'
        '[names]\nkey = "clean"\n',
    )
    settings = in_force(tmp_path / "app")

    assert settings.fail_on == "error"
    assert settings.ignore == ("GDL2",)
    assert settings.names == {"ref": "person.id", "key": "clean"}
    assert settings.extend_exclude == (
        PathPattern(str(tmp_path), "gen/*.py"),
        PathPattern(str(tmp_path / "app"), "gen/*.py"),
    )
    assert settings.per_file_ignores == (PerFile(PathPattern(str(tmp_path), "tests/*"), ("GDL1",)),)
    assert settings.origins["fail-on"] == str(tmp_path / "base.toml")
    assert settings.origins["ignore"] == str(tmp_path / "app" / "gdprlint.toml")


def test_extending_in_a_circle(tmp_path: Path) -> None:
    write(tmp_path, "a.toml", 'extend = "gdprlint.toml"\n')

    assert "circle" in refused(tmp_path, 'extend = "a.toml"\n')


def test_flags_override(tmp_path: Path) -> None:
    write(tmp_path, "gdprlint.toml", 'select = ["GDL1"]\nextend-select = ["GDL3"]\n')
    settings = in_force(tmp_path, select=("GDL2",), extend_select=("GDL4",))

    assert settings.select == ("GDL2",)
    assert settings.extend_select == ("GDL3", "GDL4")
    assert settings.origins["select"] == "command line"


def test_a_named_policy_gives_way_to_what_the_user_says(tmp_path: Path) -> None:
    write(tmp_path, "gdprlint.toml", 'policy = "strict"\n')
    assert in_force(tmp_path).min_confidence == "possible"
    assert in_force(tmp_path).extend_select == ("ALL",)
    assert in_force(tmp_path, min_confidence="certain").min_confidence == "certain"
    assert in_force(tmp_path, policy="recommended").min_confidence == "likely"


def test_one_file_or_none_can_be_demanded(tmp_path: Path) -> None:
    write(tmp_path, "gdprlint.toml", 'fail-on = "error"\n')
    other = write(tmp_path, "other.toml", 'fail-on = "warning"\n')
    folder = str(tmp_path)

    assert settings_finder({}, root=folder, config=str(other))(folder).fail_on == "warning"
    assert settings_finder({}, root=folder, isolated=True)(folder).fail_on == "info"


def test_tables_of_accountability(tmp_path: Path) -> None:
    write(
        tmp_path,
        "gdprlint.toml",
        """
        controller = "Example Ltd"
        wrapper = "shop.privacy.pseudonymise"
        [purposes.abuse]
        basis = "6(1)(f)"
        [inventory."contact.email"]
        sinks = ["logging"]
        purpose = "abuse"
        [retention]
        default-max = 30
        sinks = { "access.log" = 7 }
        [processors.tracker]
        dpa = "2026-01"
        reviewed = 2026-01-31
        [audit]
        calls = ["shop.audit.emit"]
        required-fields = ["actor"]
        [[exemptions]]
        rules = ["GDL106"]
        paths = ["edge/*"]
        basis = "6(1)(c)"
        until = "2027-01-01"
        """,
    )
    settings = in_force(tmp_path)

    assert settings.wrapper == ("shop.privacy.pseudonymise",)
    assert settings.purposes == {"abuse": {"basis": "6(1)(f)"}}
    assert settings.inventory["contact.email"]["sinks"] == ("logging",)
    assert settings.retention == {"default-max": 30, "sinks": {"access.log": 7}}
    assert settings.processors["tracker"]["reviewed"] == "2026-01-31"
    assert settings.audit["required-fields"] == ("actor",)
    assert settings.exemptions[0]["paths"] == (PathPattern(str(tmp_path), "edge/*"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('selct = ["GDL1"]', "unknown key `selct`; did you mean `select`?"),
        ("select = 1", "select: expected an array of strings, found an integer; "),
        ("select = [1]", "select: expected a string, found an integer; "),
        ('force-exclude = "yes"', "force-exclude: expected a boolean, found a string; "),
        ('fail-on = "eror"', "fail-on: unknown value `eror`; did you mean `error`?"),
        ('fail-on = "x"', "fail-on: unknown value `x`; one of info, warning, error"),
        ('names = ["x"]', "names: expected a table, found an array; "),
        ("[names]\nx = 1", "names.x: expected a string, found an integer; "),
        ("[audit]\ncall = []", "audit: unknown key `call`; did you mean `calls`?"),
        ("[processors.x]\nreviewed = 'soon'", "`soon` is not a date; write YYYY-MM-DD"),
        ("[purposes.x]\nbasis = '6(1)(g)'", "basis: unknown value `6(1)(g)`; did you mean `6(1)("),
        ("[retention]\ndefault-max = true", "default-max: expected an integer, found a boolean"),
        ("[exemptions]\nrules = []", "exemptions: expected an array of tables, found a table"),
        ('extend = "gone.toml"', "extend: no such file: gone.toml"),
        ("extend = 1", "extend: expected a string"),
        ("select = [", "gdprlint.toml: not valid TOML: "),
    ],
)
def test_mistakes(tmp_path: Path, text: str, message: str) -> None:
    answer = refused(tmp_path, text)

    assert message in answer
    assert "gdprlint.toml" in answer
    assert "\n" not in answer


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    assert "line 2" in refused(tmp_path, 'fail-on = "error"\nselect = oops\n')


def test_the_schema_is_valid_and_knows_every_key() -> None:
    schema = settings_schema()
    properties = schema["properties"]
    jsonschema.Draft7Validator.check_schema(schema)

    assert isinstance(properties, dict)
    assert set(properties) == {key.name for key in keys.KEYS} | {"extend"}


@pytest.mark.parametrize(
    ("document", "valid"),
    [
        ({"select": ["GDL1"], "fail-on": "error", "names": {"a": "b"}}, True),
        ({"purposes": {"x": {"basis": "6(1)(f)"}}, "retention": {"default-max": 1}}, True),
        ({"selct": []}, False),
        ({"fail-on": "eror"}, False),
        ({"exemptions": [{"rule": "x"}]}, False),
    ],
)
def test_the_schema_agrees_with_the_reader(document: object, valid: bool) -> None:
    assert jsonschema.Draft7Validator(settings_schema()).is_valid(document) is valid


def test_the_committed_schema_is_current() -> None:
    """Write it anew with `gdprlint config schema > docs/settings.schema.json`."""
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == settings_schema()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (7, "7"),
        ('a"b', '"a\\"b"'),
        (("a", "b"), '["a", "b"]'),
        ((), "[]"),
        ({}, "{}"),
        ({"a.b": 1, "c": ("x",)}, '{ "a.b" = 1, c = ["x"] }'),
        ((PathPattern("/p", "a/*"), PathPattern("/p/q", "b/*")), '["a/*", "q/b/*"]'),
        ((PerFile(PathPattern("/p", "t/*"), ("X",)),), '{ "t/*" = ["X"] }'),
    ],
)
def test_values_are_shown_as_toml(value: object, text: str) -> None:
    assert toml_text(value, "/p") == text


def test_resolve_without_anything() -> None:
    assert resolve(NOTHING, {}, "/p").root == "/p"
