"""The compiled policy on disk: used when it fits, ignored and replaced when it does not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gdprlint.files.store import write_store
from gdprlint.model import UsageError
from gdprlint.policy import Policy, load, load_policy, packs, rules_root
from gdprlint.policy.cache import PARTS
from gdprlint.policy.load import SHIPPED, write_shipped
from tests.policy.conftest import RULE, Pack

WARM = """
import sys
before = set(sys.modules)
from gdprlint.policy import load_policy
load_policy(cache_dir=sys.argv[1])
print(*sorted(set(sys.modules) - before))
"""
HEAVY = {
    "tomllib",
    "tomli",
    "pathlib",
    "dataclasses",
    "difflib",
    "hashlib",
    "inspect",
    "unicodedata",
}


def cache_file(folder: Path) -> Path:
    (file,) = folder.glob("policy-*.bin")
    return file


def forbid_building(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(*_: object) -> None:
        raise AssertionError("the cache was not used")

    monkeypatch.setattr(load, "_build", build)


def same(left: Policy, right: Policy) -> bool:
    parts = ("rules", "categories", "sets", "catalogue", "digest")
    return all(getattr(left, part) == getattr(right, part) for part in parts)


def test_a_cached_policy_equals_a_built_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = load_policy(cache_dir=None)
    load_policy(cache_dir=str(tmp_path))
    forbid_building(monkeypatch)
    cached = load_policy(cache_dir=str(tmp_path))

    assert same(cached, built)
    assert cached.lexicon.classify("email") == built.lexicon.classify("email")


def test_the_folder_is_hidden_from_git_and_backups(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "cache"
    load_policy(cache_dir=str(folder))

    assert (folder / ".gitignore").read_text() == "*\n"
    assert (
        (folder / "CACHEDIR.TAG")
        .read_text()
        .startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )
    assert sorted(file.name[:6] for file in folder.iterdir()) == [".gitig", "CACHED", "policy"]


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\x00\xff",
        b"null\nnull",
        b"[]\n{}",
        b'[[1,"x",[],[]],"1","2",3]\n{}',
        b"\x80\x04K\x01.",
    ],
    ids=["empty", "bytes", "null", "no head", "foreign", "pickle"],
)
def test_a_damaged_or_foreign_file_is_replaced(tmp_path: Path, damage: bytes) -> None:
    expected = load_policy(cache_dir=str(tmp_path))
    file = cache_file(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(damage)

    assert same(load_policy(cache_dir=str(tmp_path)), expected)
    assert file.read_bytes() == whole


@pytest.mark.parametrize("cut", [100, -100])
def test_a_truncated_or_altered_file_is_replaced(tmp_path: Path, cut: int) -> None:
    expected = load_policy(cache_dir=str(tmp_path))
    file = cache_file(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[:cut])
    assert same(load_policy(cache_dir=str(tmp_path)), expected)

    file.write_bytes(whole.replace(b"contact.email", b"contact.emial"))
    assert same(load_policy(cache_dir=str(tmp_path)), expected)


def test_a_body_of_another_shape_is_replaced(tmp_path: Path) -> None:
    expected = load_policy(cache_dir=str(tmp_path))
    file = cache_file(tmp_path)
    maker, _ = json.loads(file.read_bytes().split(b"\n")[0])
    write_store(str(file), maker, dict.fromkeys(PARTS, b"[[]]"))

    assert same(load_policy(cache_dir=str(tmp_path)), expected)


def test_new_times_with_old_content_do_not_rebuild(
    tmp_path: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = pack({"ABC001.toml": RULE})
    load_policy([folder], cache_dir=str(tmp_path / "cache"))
    os.utime(Path(folder) / "ABC001.toml", (1, 1))
    forbid_building(monkeypatch)

    assert "ABC001" in load_policy([folder], cache_dir=str(tmp_path / "cache")).rules


def test_a_changed_rule_is_seen(tmp_path: Path, pack: Pack) -> None:
    folder = pack({"ABC001.toml": RULE})
    load_policy([folder], cache_dir=str(tmp_path / "cache"))
    pack({"ABC001.toml": RULE.replace('"warning"', '"error"')})

    policy = load_policy([folder], cache_dir=str(tmp_path / "cache"))
    assert policy.rules["ABC001"].severity == "error"

    pack({"ABC001.toml": "broken ="})
    with pytest.raises(UsageError):
        load_policy([folder], cache_dir=str(tmp_path / "cache"))


def test_overrides_have_their_own_entry(tmp_path: Path) -> None:
    load_policy(cache_dir=str(tmp_path))
    mine = load_policy(cache_dir=str(tmp_path), not_personal=["email"])

    assert mine.lexicon.classify("email") is None
    assert load_policy(cache_dir=str(tmp_path)).lexicon.classify("email") is not None


def test_a_folder_that_cannot_be_made_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert load_policy(cache_dir=str(tmp_path / "file")).rules


def test_the_warm_path_loads_nothing_heavy(tmp_path: Path) -> None:
    load_policy(cache_dir=str(tmp_path))
    outcome = subprocess.run(
        [sys.executable, "-c", WARM, str(tmp_path)], capture_output=True, text=True, check=True
    )
    loaded = outcome.stdout.split()

    assert HEAVY.intersection(loaded) == set()
    assert "gdprlint.policy.assemble" not in loaded


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's own pack as a wheel carries it: compiled as well."""
    folder = tmp_path / "rules"
    shutil.copytree(rules_root(), folder)
    write_shipped(str(folder), str(folder / SHIPPED))
    monkeypatch.setattr(packs, "rules_root", lambda: str(folder))
    return folder


@pytest.mark.usefixtures("wheel")
def test_the_compiled_policy_of_a_wheel_is_read_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overridden = load_policy(cache_dir=None, not_personal=["email"])
    forbid_building(monkeypatch)
    for cache_dir in (None, str(tmp_path / "cache")):
        policy = load_policy(cache_dir=cache_dir)
        assert policy.lexicon.classify("email") is not None
        assert "GDL101" in policy.rules

    assert overridden.lexicon.classify("email") is None
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"", b""), (b"contact.email", b"contact.emial"), (b"[3, ", b"[2, ")],
    ids=["whole", "altered", "another format"],
)
def test_a_compiled_policy_that_does_not_fit_is_made_anew(
    wheel: Path, old: bytes, new: bytes
) -> None:
    expected = load_policy(cache_dir=None)
    file = wheel / SHIPPED
    assert old in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(old, new))
    policy = load_policy(cache_dir=None)

    parts = ("rules", "categories", "sets", "catalogue")
    assert all(getattr(policy, part) == getattr(expected, part) for part in parts)
