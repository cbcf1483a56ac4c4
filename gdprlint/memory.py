"""What is kept between runs, as records, and how it lies in the store.

The first section holds what every run needs: results, and the states that show nothing changed.
The second, read only when something did, holds the questions each result was made of.
"""

from __future__ import annotations

from collections.abc import Mapping

from gdprlint.engine.consulted import Query
from gdprlint.states import State
from gdprlint.store import Blob, Store, open_store, write_store
from gdprlint.tuples import NamedTuple

MISSHAPEN = (ValueError, TypeError, IndexError, KeyError, AttributeError)


class Kept(NamedTuple):
    """The result of one file: a digest of what it was checked under, and the verdict as JSON."""

    key: str
    row: object


class Questions(NamedTuple):
    """What the results were made of: the answers of that time, and what each result asked."""

    answers: Mapping[Query, str] = {}
    asked: Mapping[str, tuple[Query, ...]] = {}


class Memory(NamedTuple):
    """All results, and the states of the project they belong to.

    `files` are states of files; `folders` times and digests of names of folders; `others` digests
    of the states of modules beside each other and of whole trees; `days` the dates that mattered.
    """

    results: Mapping[str, Kept] = {}
    files: Mapping[str, State] = {}
    folders: Mapping[str, tuple[int, str]] = {}
    others: Mapping[str, str] = {}
    days: tuple[str, ...] = ()
    store: Store | None = None

    def questions(self) -> Questions:
        """The second section; nothing if it is damaged."""
        if self.store is None:
            return Questions()
        try:
            return questions_of(self.store.read(self.store.sections[1]))
        except MISSHAPEN:
            return Questions()


def load(folder: str) -> Memory:
    """What an earlier run kept; nothing if it is damaged or another program's."""
    store = open_store(folder)
    if store is None or len(store.sections) != 2:
        return Memory()
    try:
        return memory_of(store.read(store.sections[0]), store)
    except MISSHAPEN:
        return Memory()


def memory_of(content: object, store: Store) -> Memory:
    """The memory from its JSON. Raises one of `MISSHAPEN` when it has another shape."""
    if not isinstance(content, dict):
        raise TypeError(content)
    keys = [str(key) for key in content["keys"]]
    files: dict[str, State] = {}
    for path, (time, size) in content["files"].items():
        files[path] = (time, size)
    return Memory(
        {path: Kept(keys[number], row) for path, (number, row) in content["results"].items()},
        files,
        {path: (int(time), str(names)) for path, (time, names) in content["folders"].items()},
        {name: str(state) for name, state in content["others"].items()},
        tuple([str(day) for day in content["days"]]),
        store,
    )


def questions_of(content: object) -> Questions:
    """The questions from their JSON. Raises one of `MISSHAPEN` when it has another shape."""
    if not isinstance(content, dict):
        raise TypeError(content)
    queries: list[Query] = []
    answers: dict[Query, str] = {}
    for kind, subject, detail, answer in content["queries"]:
        query = Query(str(kind), str(subject), str(detail))
        queries.append(query)
        answers[query] = str(answer)
    asked = {
        path: tuple([queries[number] for number in numbers])
        for path, numbers in content["asked"].items()
    }
    return Questions(answers, asked)


def save(folder: str, memory: Memory, questions: Questions) -> None:
    """Keep results for later runs."""
    keys = {key: n for n, key in enumerate({kept.key: None for kept in memory.results.values()})}
    numbers = {query: number for number, query in enumerate(questions.answers)}
    blob = Blob()
    first = {
        "keys": list(keys),
        "results": {path: [keys[kept.key], kept.row] for path, kept in memory.results.items()},
        "files": memory.files,
        "folders": memory.folders,
        "others": memory.others,
        "days": memory.days,
    }
    second = {
        "queries": [[*query, answer] for query, answer in questions.answers.items()],
        "asked": {path: [numbers[q] for q in asked] for path, asked in questions.asked.items()},
    }
    write_store(folder, blob, [blob.add(first), blob.add(second)])
