"""What is kept between runs, as records, and the JSON of these; whatever has another shape is
nothing that was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gdprlint.files.store import to_json
from gdprlint.files.tree import Index, State
from gdprlint.judge.verdict import Verdict
from gdprlint.model import Finding, Span, Step
from gdprlint.tuples import NamedTuple

Question = tuple[str, str, str, str]
"""A question about where modules lie, and its answer (see `engine.consulted.Query`)."""
_BLANK = Finding("", "info", "possible", "", Span("", 0, 0, 0, 0))


class Kept(NamedTuple):
    """The result of one file: a digest of what it was checked under, and the verdict as JSON.

    `row` is None for a file without any finding.
    """

    key: str
    row: object


class Listing(NamedTuple):
    """What a search found: the files of the tree that it left out, under a state of git."""

    signature: str
    absent: tuple[str, ...]


class Details(NamedTuple):
    """What is known of one file, for the day when something has changed.

    `surface` are digests of what others can see of it (`engine.surface`), empty if others saw
    more than that; `missed` names that it was asked for and lacks; `questions` what its code
    asked about where modules lie; `languages` those its names were read in, "" if nobody asked;
    `lines` belong to the digests (`engine.surface.Surface`), `foreign` are the other files whose
    lines are in these, with their `moves` then: how often their own lines were moved. `parts` and
    `silent` told nothing (see `engine.surface.Part`).
    """

    surface: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    languages: str = ""
    lines: tuple[tuple[int, ...], ...] = ()
    foreign: tuple[tuple[str, int], ...] = ()
    moves: int = 0
    parts: tuple[tuple[str, str, tuple[int, ...]], ...] = ()
    silent: tuple[str, ...] = ()


class Base(NamedTuple):
    """The first section. `more` are subjects besides the files of the tree, `outside` folders
    besides its folders with a digest of their names, `wholes` answers about whole folders."""

    more: Mapping[str, State] = {}
    outside: Mapping[str, str] = {}
    wholes: Mapping[str, object] = {}
    results: Mapping[str, Kept] = {}
    listings: Mapping[str, Listing] = {}


def base_of(content: object, index: Index) -> Base:
    """The first section from its JSON. Raises one of `MISSHAPEN` when it has another shape."""
    if not isinstance(content, dict):
        raise TypeError(content)
    more = {str(subject): (int(time), int(size)) for subject, time, size in content["more"]}
    keys = [str(key) for key in content["keys"]]
    subjects = [*index.files, *more]
    results: dict[str, Kept] = {}
    for key, numbers in zip(keys, content["plain"], strict=True):
        results.update(dict.fromkeys([subjects[number] for number in numbers], Kept(key, None)))
    for number, key, row in content["results"]:
        results[subjects[number]] = Kept(keys[key], row)
    return Base(
        more,
        {str(folder): str(names) for folder, names in content["outside"].items()},
        {str(name): answer for name, answer in content["wholes"].items()},
        results,
        {
            str(key): Listing(str(signature), tuple(subjects[number] for number in absent))
            for key, (signature, absent) in content["listings"].items()
        },
    )


def content_of(base: Base, number: Mapping[str, int]) -> dict[str, object]:
    """The first section as JSON."""
    keys = {kept.key: None for kept in base.results.values()}
    place = {key: position for position, key in enumerate(keys)}
    plain: list[list[int]] = [[] for _ in keys]
    rows: list[list[object]] = []
    for path, (key, row) in base.results.items():
        if row is None:
            plain[place[key]].append(number[path])
        else:
            rows.append([number[path], place[key], row])
    return {
        "more": [[subject, *state] for subject, state in base.more.items()],
        "outside": base.outside,
        "wholes": base.wholes,
        "keys": list(keys),
        "plain": plain,
        "results": rows,
        "listings": {
            key: [signature, [number[path] for path in absent]]
            for key, (signature, absent) in base.listings.items()
        },
    }


def details_of(content: object) -> Details:
    """The details of one file from their JSON. Raises `ValueError` or `TypeError` for anything
    else."""
    surface, missed, questions, languages, lines, foreign, moves, parts, silent = listed(content)
    if not isinstance(moves, int):
        raise TypeError(moves)
    return Details(
        tuple(map(str, listed(surface))),
        tuple(map(str, listed(missed))),
        tuple([(str(a), str(b), str(c), str(d)) for a, b, c, d in map(listed, listed(questions))]),
        str(languages),
        tuple([lines_of(row) for row in listed(lines)]),
        tuple([(str(path), int(str(count))) for path, count in map(listed, listed(foreign))]),
        moves,
        tuple([(str(a), str(b), lines_of(row)) for a, b, row in map(listed, listed(parts))]),
        tuple(map(str, listed(silent))),
    )


def lines_of(row: object) -> tuple[int, ...]:
    """Numbers of lines."""
    return tuple([int(str(line)) for line in listed(row)])


def details_row(details: Details) -> bytes:
    """The details of one file as they are stored."""
    return to_json(list(details))


def row_of(verdict: Verdict) -> list[object] | None:
    """The verdict as JSON: named tuples are lists; None for a file without any finding."""
    return [verdict.shown, verdict.hidden] if verdict.shown or verdict.hidden else None


def stored_verdict(row: object) -> Verdict | None:
    """The verdict of a row; None if the row was not written by `row_of`."""
    if row is None:
        return Verdict((), ())
    try:
        shown, hidden = listed(row)
        texts = [reason for reason in listed(hidden) if isinstance(reason, str)]
        if len(texts) != len(listed(hidden)):
            return None
        return Verdict(tuple(finding_of(listed(one)) for one in listed(shown)), tuple(texts))
    except (ValueError, TypeError):
        return None


def finding_of(row: Sequence[object]) -> Finding:
    """A finding from its JSON. Raises `ValueError` or `TypeError` for anything else."""
    values: list[object] = []
    for name, blank, value in zip(Finding._fields, _BLANK, row, strict=True):
        if name == "span":
            values.append(span_of(value))
        elif name == "steps":
            values.append(tuple(step_of(listed(step)) for step in listed(value)))
        elif type(value) is type(blank):
            values.append(value)
        else:
            raise ValueError(name)
    return Finding(*values)  # type: ignore[arg-type]


def step_of(row: Sequence[object]) -> Step:
    """A step from its JSON."""
    span, role, text = row
    if role not in ("source", "hop", "sink") or not isinstance(text, str):
        raise ValueError(role)
    return Step(span_of(span), role, text)


def span_of(row: object) -> Span:
    """A span from its JSON."""
    path, *numbers = listed(row)
    if not isinstance(path, str) or not all(type(number) is int for number in numbers):
        raise ValueError(path)
    return Span(path, *numbers)  # type: ignore[arg-type]


def listed(value: object) -> Sequence[object]:
    """A list, as it is. Raises `TypeError` for anything else."""
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def with_moved_lines(row: object, moved: Callable[[str, int], int | None]) -> object:
    """A verdict's row with other lines in its spans; no verdict if a line is gone."""
    try:
        return _moved(row, moved)
    except ValueError:
        return []


def _moved(row: object, moved: Callable[[str, int], int | None]) -> object:
    if not isinstance(row, list):
        return row
    if len(row) != len(Span._fields) or not all(type(part) is int for part in row[1:]):
        return [_moved(part, moved) for part in row]
    path, line, column, end_line, end_column = row
    first, last = moved(path, line), moved(path, end_line)
    if first is None or last is None:
        raise ValueError(path)
    return [path, first, column, last, end_column]
