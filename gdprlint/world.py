"""What results depend on, compared with the project of today.

Every question that an analysis asked has an answer: the text of a file, where a module lies, what
a whole folder says. A file is unchanged by its time and size, else by its content; a folder by its
time, else by the names in it. Only where that fails is the question asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gdprlint.engine.consulted import Query
from gdprlint.engine.imports import Finder
from gdprlint.memory import Kept, Memory
from gdprlint.states import (
    State,
    ask_whole,
    content_digest,
    digest_of_names,
    file_state,
    folder_time,
    modules_beside,
    names_digest,
    whole_state,
)

PLACES = ("home", "find", "package", "name")
"""Kinds of questions whose answers hold as long as folders list the same names."""
WHOLE = ("trackers", "versions", "world")
"""Kinds of questions about everything below a folder."""
NO_STATE = (0, 0)
"""Of a file whose time does not tell: its content is compared."""


class World:
    """The project below `root` as it is; `began` is the time of the run by its file system."""

    def __init__(self, root: str, today: str, began: int) -> None:
        self.root = root
        self.today = today
        self.began = began
        self.is_touched = False
        self.finder = Finder(root)
        self._known: dict[Query, str] = {}
        self._changed: set[Query] = set()

    def still_valid(self, memory: Memory) -> dict[str, Kept]:
        """The results that depend on nothing that has changed."""
        suspects = [
            *self._suspect_texts(memory),
            *self._suspect_places(memory),
            *self._suspect_others(memory),
            *(query for query in memory.answers if query.kind == "day"),
        ]
        self._changed = {query for query in suspects if self.answer(query) != memory.answers[query]}
        if not self._changed:
            return dict(memory.results)
        self.is_touched = True
        return {
            path: kept
            for path, kept in memory.results.items()
            if self._changed.isdisjoint(kept.queries)
        }

    def _suspect_texts(self, memory: Memory) -> list[Query]:
        folder = self.root + "/"
        moved = [path for path, state in memory.files.items() if file_state(folder + path) != state]
        self.is_touched = self.is_touched or bool(moved)
        return [Query("text", path) for path in moved]

    def _suspect_places(self, memory: Memory) -> list[Query]:
        are_named_alike = True
        for folder, (time, names) in memory.folders.items():
            if folder_time(self._file(folder)) != time:
                self.is_touched = True
                are_named_alike = are_named_alike and names_digest(self._file(folder)) == names
        if are_named_alike:
            return []
        return [query for query in memory.answers if query.kind in (*PLACES, "class")]

    def _suspect_others(self, memory: Memory) -> list[Query]:
        moved: set[tuple[str, str]] = set()
        for name, state in memory.others.items():
            kind, _, subject = name.partition(":")
            if self._state(kind, subject)[0] != state:
                moved.add((kind, subject))
        self.is_touched = self.is_touched or bool(moved)
        return [query for query in memory.answers if query[:2] in moved]

    def answer(self, query: Query) -> str:
        """The answer to a question, asked once per run."""
        known = self._known.get(query)
        if known is None:
            known = self._known[query] = self._ask(query)
        return known

    def _ask(self, query: Query) -> str:
        kind, subject, detail = query
        finder = self.finder
        if kind == "text":
            return content_digest(self._file(subject))
        if kind == "home":
            return finder.absolute(f"{subject}/x.py" if subject else "x.py", 0, detail)
        if kind == "find":
            return finder.find(subject) or ""
        if kind == "package":
            return str(finder.is_package(subject))
        if kind == "name":
            return finder.dotted_name(subject)
        if kind == "class":
            return finder.class_home(subject, detail) or ""
        return self.today if kind == "day" else ask_whole(kind, subject)

    def _file(self, path: str) -> str:
        return f"{self.root}/{path}" if path else self.root

    def _state(self, kind: str, subject: str) -> tuple[str, int]:
        return (
            modules_beside(self._file(subject)) if kind == "class" else whole_state(kind, subject)
        )

    def remembered(
        self, memory: Memory, old: Mapping[str, Kept], new: Mapping[str, Kept]
    ) -> Memory:
        """What to keep: `old` results are still valid, `new` ones if nothing moved meanwhile."""
        queries = {query for kept in (*old.values(), *new.values()) for query in kept.queries}
        answers = {query: self._kept_answer(memory, query) for query in sorted(queries)}
        files: dict[str, State] = {
            query.subject: file_state(self._file(query.subject))
            for query in answers
            if query.kind == "text"
        }
        others = {
            f"{kind}:{subject}": self._state(kind, subject)
            for kind, subject in {query[:2] for query in answers}
            if kind in (*WHOLE, "class")
        }
        folders = self._folders(memory)
        moving = {Query("text", path) for path, state in files.items() if state[0] >= self.began}
        unsteady = {name for name, (_, newest) in others.items() if newest >= self.began}
        moving.update(query for query in answers if f"{query.kind}:{query.subject}" in unsteady)
        if any(time >= self.began for time, _ in folders.values()):
            new = {}
        steady = {path: kept for path, kept in new.items() if moving.isdisjoint(kept.queries)}
        return Memory(
            {**old, **steady},
            answers,
            {path: NO_STATE if s[0] >= self.began else s for path, s in files.items()},
            {path: (0 if t >= self.began else t, names) for path, (t, names) in folders.items()},
            {name: "" if name in unsteady else state for name, (state, _) in others.items()},
        )

    def _kept_answer(self, memory: Memory, query: Query) -> str:
        known = memory.answers.get(query)
        return self.answer(query) if known is None or query in self._changed else known

    def _folders(self, memory: Memory) -> dict[str, tuple[int, str]]:
        listed: dict[str, Iterable[str]] = self.finder.folders()
        names = {folder: known for folder, (_, known) in memory.folders.items()}
        names.update((folder, digest_of_names(inside)) for folder, inside in listed.items())
        return {folder: (folder_time(self._file(folder)), known) for folder, known in names.items()}
