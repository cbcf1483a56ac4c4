"""A store gives back what was written, and nothing for what was damaged."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from gdprlint.files.store import (
    Pieces,
    bytes_of,
    bytes_of_names,
    bytes_of_times,
    joined,
    load_json,
    names_of,
    open_store,
    times_of,
    to_json,
    write_store,
)
from gdprlint.model import Span

CONTENTS = {
    "table": to_json({"a": [1, None, "é\ud800"]}),
    "numbers": bytes_of([7, 0, 4_000_000_000]),
    "pieces": joined([b"[1]", b"", b'"x"']),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store on disk."""
    file = tmp_path / "some.bin"
    write_store(str(file), ["maker", 1], CONTENTS)
    return file


def test_sections_come_back(file: Path) -> None:
    store = open_store(str(file))

    assert store is not None
    assert store.maker == ["maker", 1]
    assert store.json("table") == {"a": [1, None, "é\ud800"]}
    assert list(store.numbers("numbers")) == [7, 0, 4_000_000_000]
    pieces = store.pieces("pieces")
    assert [pieces.json(number) for number in range(len(pieces))] == [[1], None, "x"]
    assert pieces.raw(3) == pieces.raw(-1) == b""
    assert store.raw("other") == b""


@pytest.mark.parametrize("names", [[], [""], ["", "a/b.py"], ["\udcff.py", "a\nb", "é"]])
def test_names_come_back(names: list[str]) -> None:
    assert names_of(bytes_of_names(names)) == names


def test_times_come_back() -> None:
    assert list(times_of(bytes_of_times([-1, 0, 1 << 62]))) == [-1, 0, 1 << 62]


@pytest.mark.parametrize("seed", range(40))
def test_damage_reads_as_nothing_or_as_it_was(file: Path, seed: int) -> None:
    generator = random.Random(seed)
    data = bytearray(file.read_bytes())
    for _ in range(generator.choice((1, 2, 30))):
        data[generator.randrange(len(data))] = generator.randrange(256)
    file.write_bytes(data[: generator.choice((len(data), len(data) // 2, 3))])
    store = open_store(str(file))

    for name, content in CONTENTS.items() if store else ():
        assert store is not None
        assert store.raw(name) in (b"", content)
        store.json(name), store.numbers(name), store.pieces(name).json(0)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"[]\n", b"[1,2]\n", b'[1,{"a":[1]}]\n', b"[" * 9_000]
)
def test_another_file_is_no_store(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)

    assert open_store(str(tmp_path / "x")) is None
    assert open_store(str(tmp_path / "missing")) is None


@pytest.mark.parametrize(
    "content", [{}, [1.5, True], "\\\n", Span("a", 1, 2, 3, 4), {"k": (1, [])}]
)
def test_json_is_that_of_the_library(content: object) -> None:
    written = to_json(content)

    assert written == json.dumps(content, separators=(",", ":")).encode()
    assert load_json(written.decode()) == json.loads(written)


@pytest.mark.parametrize("text", ["", "{", "[1,]", "nul", "[1] x", "\0"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says
        load_json(text)


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        to_json([object()])


@pytest.mark.parametrize("seed", range(20))
def test_pieces_with_others_are_those_joined(seed: int) -> None:
    generator = random.Random(seed)
    pieces = [bytes([65 + n]) * generator.randrange(4) for n in range(generator.randrange(1, 12))]
    others = {
        number: b"z" * generator.randrange(5)
        for number in range(len(pieces))
        if generator.random() < 0.4
    }

    expected = joined([others.get(number, piece) for number, piece in enumerate(pieces)])
    assert Pieces(joined(pieces)).with_others(others) == expected
