"""What is kept between runs, as records, and how it lies in the store.

The first section holds what every run compares: states of files and folders. The second holds
keys, questions, their answers and where each result lies; it is read as well, the results of
single files only when they are fresh.
"""

from __future__ import annotations

from collections.abc import Mapping

from gdprlint.engine.consulted import Query
from gdprlint.states import State
from gdprlint.store import Blob, open_store, write_store
from gdprlint.tuples import NamedTuple


class Kept(NamedTuple):
    """The result of one file: a digest of what it was checked under, the verdict, the questions."""

    key: str
    row: object
    queries: tuple[Query, ...]


class Memory(NamedTuple):
    """All results, the answers they were made of, and the states that show an answer unchanged.

    `files` are states of files; `folders` times and digests of names of folders; `others` digests
    of the states of modules beside each other and of whole trees.
    """

    results: Mapping[str, Kept] = {}
    answers: Mapping[Query, str] = {}
    files: Mapping[str, State] = {}
    folders: Mapping[str, tuple[int, str]] = {}
    others: Mapping[str, str] = {}


def load(folder: str) -> Memory:
    """What an earlier run kept; nothing if it is damaged or another program's."""
    store = open_store(folder)
    if store is None or len(store.sections) != 1:
        return Memory()
    try:
        return restored(store.read(store.sections[0]))
    except (ValueError, TypeError, IndexError, KeyError, AttributeError):
        return Memory()


def restored(content: object) -> Memory:
    """The memory from its JSON. Raises when it has another shape."""
    if not isinstance(content, dict):
        raise TypeError(content)
    queries = [Query(str(kind), str(subject), str(d)) for kind, subject, d, _ in content["queries"]]
    answers = {query: str(row[3]) for query, row in zip(queries, content["queries"], strict=True)}
    results = {
        str(path): Kept(str(key), row, tuple([queries[number] for number in numbers]))
        for path, (key, row, numbers) in content["results"].items()
    }
    return Memory(
        results,
        answers,
        {str(path): (int(time), int(size)) for path, (time, size) in content["files"].items()},
        {str(path): (int(time), str(names)) for path, (time, names) in content["folders"].items()},
        {str(name): str(state) for name, state in content["others"].items()},
    )


def save(folder: str, memory: Memory) -> None:
    """Keep results for later runs."""
    numbers = {query: number for number, query in enumerate(memory.answers)}
    blob = Blob()
    section = blob.add(
        {
            "queries": [[*query, answer] for query, answer in memory.answers.items()],
            "results": {
                path: [kept.key, kept.row, [numbers[query] for query in kept.queries]]
                for path, kept in memory.results.items()
            },
            "files": memory.files,
            "folders": memory.folders,
            "others": memory.others,
        }
    )
    write_store(folder, blob, [section])
