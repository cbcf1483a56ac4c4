"""What results depend on, compared with the project of today.

Every question that an analysis asked has an answer: the text of a file, where a module lies, what
a whole folder says. A file is unchanged by its time and size, else by its content; a folder by its
time, else by the names in it. Only where that fails is the question asked again.
"""

from __future__ import annotations

from collections.abc import Mapping

from gdprlint.engine.consulted import Query
from gdprlint.engine.imports import Finder
from gdprlint.memory import Kept, Memory, Questions
from gdprlint.states import (
    ask_whole,
    content_digest,
    digest_of_names,
    file_state,
    folder_time,
    modules_beside,
    names_digest,
    whole_state,
)

BY_NAMES = ("home", "find", "package", "name", "class")
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
        self._questions: Questions | None = None

    def still_valid(self, memory: Memory) -> dict[str, Kept]:
        """The results that depend on nothing that has changed."""
        texts = self._moved_texts(memory)
        is_named_alike = self._is_named_alike(memory)
        others = self._moved_others(memory)
        is_same_day = all(day == self.today for day in memory.days)
        self.is_touched = self.is_touched or bool(texts or others) or not is_same_day
        if not self.is_touched:
            return dict(memory.results)
        answers, asked = self.questions(memory)
        self._changed = {
            query
            for query in answers
            if (
                (query.kind == "text" and query.subject in texts)
                or (query.kind in BY_NAMES and not is_named_alike)
                or query[:2] in others
                or query.kind == "day"
            )
            and self.answer(query) != answers[query]
        }
        return {
            path: kept
            for path, kept in memory.results.items()
            if path in asked and self._changed.isdisjoint(asked[path])
        }

    def questions(self, memory: Memory) -> Questions:
        """What the results were made of, read once."""
        if self._questions is None:
            self._questions = memory.questions()
        return self._questions

    def _moved_texts(self, memory: Memory) -> set[str]:
        folder = self.root + "/"
        return {path for path, state in memory.files.items() if file_state(folder + path) != state}

    def _is_named_alike(self, memory: Memory) -> bool:
        is_alike = True
        for folder, (time, names) in memory.folders.items():
            if folder_time(self._file(folder)) != time:
                self.is_touched = True
                is_alike = is_alike and names_digest(self._file(folder)) == names
        return is_alike

    def _moved_others(self, memory: Memory) -> set[tuple[str, str]]:
        moved: set[tuple[str, str]] = set()
        for name, state in memory.others.items():
            kind, _, subject = name.partition(":")
            if self._state(kind, subject)[0] != state:
                moved.add((kind, subject))
        return moved

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
        return self.today if kind == "day" else ask_whole(kind, subject, detail)

    def _file(self, path: str) -> str:
        return f"{self.root}/{path}" if path else self.root

    def _state(self, kind: str, subject: str) -> tuple[str, int]:
        return (
            modules_beside(self._file(subject)) if kind == "class" else whole_state(kind, subject)
        )

    def remembered(
        self,
        memory: Memory,
        old: Mapping[str, Kept],
        new: Mapping[str, Kept],
        asked: Mapping[str, tuple[Query, ...]],
    ) -> tuple[Memory, Questions]:
        """What to keep: `old` results are still valid, `new` ones if nothing moved meanwhile."""
        earlier = self.questions(memory)
        old = {path: kept for path, kept in old.items() if path in earlier.asked}
        asked = {**{path: earlier.asked[path] for path in old}, **asked}
        queries = sorted({query for some in asked.values() for query in some})
        answers = {query: self._kept_answer(earlier, query) for query in queries}
        files = {q.subject: file_state(self._file(q.subject)) for q in queries if q.kind == "text"}
        others = {
            f"{kind}:{subject}": self._state(kind, subject)
            for kind, subject in {query[:2] for query in queries}
            if kind in (*WHOLE, "class")
        }
        folders = self._folders(memory)
        moving = {Query("text", path) for path, state in files.items() if state[0] >= self.began}
        unsteady = {name for name, (_, newest) in others.items() if newest >= self.began}
        moving.update(query for query in queries if f"{query.kind}:{query.subject}" in unsteady)
        if any(time >= self.began for time, _ in folders.values()):
            new = {}
        steady = {path: kept for path, kept in new.items() if moving.isdisjoint(asked[path])}
        results = {**old, **steady}
        states = Memory(
            results,
            {path: NO_STATE if s[0] >= self.began else s for path, s in files.items()},
            {path: (0 if t >= self.began else t, names) for path, (t, names) in folders.items()},
            {name: "" if name in unsteady else state for name, (state, _) in others.items()},
            tuple(dict.fromkeys(answers[query] for query in queries if query.kind == "day")),
        )
        return states, Questions(answers, {path: asked[path] for path in results})

    def _kept_answer(self, earlier: Questions, query: Query) -> str:
        known = earlier.answers.get(query)
        return self.answer(query) if known is None or query in self._changed else known

    def _folders(self, memory: Memory) -> dict[str, tuple[int, str]]:
        listed = self.finder.folders()
        names = {folder: known for folder, (_, known) in memory.folders.items()}
        names.update((folder, digest_of_names(inside)) for folder, inside in listed.items())
        return {folder: (folder_time(self._file(folder)), known) for folder, known in names.items()}
