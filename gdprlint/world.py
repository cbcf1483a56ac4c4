"""What results depend on, compared with the project of today.

A subject is the text of a file, or something about a whole folder: which classes its modules
define ("beside"), which trackers the project sets up ("trackers"), what versions it asks for
("versions"), all of its Python ("world"), the date ("day"). A text is unchanged by time and size,
else by content. Where modules lie is asked again only when names came or went.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from gdprlint.engine.consulted import SUBJECT_MARK
from gdprlint.files.tree import (
    ABSENT,
    Difference,
    Folder,
    State,
    compare,
    file_state,
    paths_of,
    record_tree,
    stale_in,
    state_in,
)
from gdprlint.kept import Question
from gdprlint.memory import MISSHAPEN, Memory

NOTHING_CHANGED = Difference(frozenset(), True, False)
MANY_FILES = 4_000
"""The search for trackers ends somewhere: from here on new files might push others out of it."""


class World:
    """The project below `root` as it is, seen against what an earlier run kept of it.

    `changed` are subjects that are not what they were; `unchanged` those about whole folders that
    were looked at and are. `is_named_alike` is true once no name has been found to come or go.
    """

    def __init__(self, root: str, today: str, memory: Memory) -> None:
        self.root = root
        self.today = today
        self.memory = memory
        self._tree: dict[str, Folder] | None = None
        self.difference = NOTHING_CHANGED
        self.changed: set[str] = set()
        self.unchanged: set[str] = set()
        self.is_damaged = False
        self.is_named_alike = False
        self._has_seen_all = False

    def file(self, path: str) -> str:
        """The absolute place of a path."""
        return f"{self.root}/{path}" if path else self.root

    # the files

    @property
    def tree(self) -> Mapping[str, Folder]:
        """The folders and files as they were last seen."""
        return self.memory.tree if self._tree is None else self._tree

    @property
    def paths(self) -> Sequence[str]:
        """The files in the order of the tree."""
        return self.memory.index.files if self._tree is None else list(paths_of(self._tree))

    def see_all(self) -> None:
        """Compare every folder and file of the tree; record it if there is none yet."""
        if self._has_seen_all:
            return
        self._has_seen_all = True
        if self.memory.index.folders:
            self._compare(None)
        else:
            self._tree = record_tree(self.root)
            self.difference = Difference(frozenset(), True, True)

    def _see(self, paths: Collection[str]) -> None:
        """Compare all folders, and these files."""
        if not self._has_seen_all and self.memory.index.folders:
            self._compare(paths)

    def _compare(self, wanted: Collection[str] | None) -> None:
        stale = stale_in(self.root, self.memory.index, wanted)
        if not (stale.files or stale.folders):
            self._tree, self.difference = None, NOTHING_CHANGED
            return
        try:
            self._tree, self.difference = compare(self.root, self.memory.tree, stale)
        except MISSHAPEN:
            self.forget()

    def forget(self, most: int = sys.maxsize) -> None:
        """Go on as if nothing had been kept; without a tree if it has more than `most` folders."""
        self.memory = Memory()
        self._tree = record_tree(self.root, most)
        self._has_seen_all = True
        self.difference = Difference(frozenset(), False, True)

    # what has changed

    def valid_of(self, paths: Collection[str], *, searched: bool) -> set[str]:
        """The files whose results depend on nothing that has changed.

        `searched` is true for a run over folders, which looks at everything.
        """
        try:
            known = [path for path in paths if path in self.memory.base.results]
            wanted = set(known) if searched else self._closure_of(known)
            if searched or any(is_vast(subject) for subject in wanted):
                self.see_all()
            else:
                self._see({*filter(is_text, wanted), *self._beside_files(wanted)})
            self._find_changes(None if searched else wanted)
            return self.unaffected(known)
        except MISSHAPEN:
            self.is_damaged = True
            return set()

    def unaffected(self, paths: Iterable[str], accepted: Collection[str] = ()) -> set[str]:
        """Those of the kept results that depend on no change but those accepted. These count only
        for results of the same key: other settings may see something else in a file.

        Raises one of `MISSHAPEN` for a damaged memory.
        """
        staying = set(paths)
        if self.changed:
            results, memory = self.memory.base.results, self.memory
            staying -= memory.dependants(self.changed.difference(accepted))
            for key in {results[path].key for path in accepted}:
                agreed = [path for path in accepted if results[path].key == key]
                others = memory.dependants(agreed)
                staying -= {path for path in others if path in results and results[path].key != key}
        return staying

    def _closure_of(self, paths: Iterable[str]) -> set[str]:
        subjects: set[str] = set()
        for path in paths:
            subjects.update(self.memory.closure(path))
        return subjects

    def _beside_files(self, subjects: Iterable[str]) -> Iterator[str]:
        for subject in subjects:
            kind, folder = parted(subject)
            if kind == "beside" and folder in self.tree:
                prefix = f"{folder}/" if folder else ""
                yield from (prefix + name for name in self.tree[folder].files)

    def _find_changes(self, wanted: Collection[str] | None) -> None:
        """Note what is no longer as it was; `wanted` subjects only, None for all."""
        from gdprlint.states import content_digest, names_digest

        content_of = self.memory.content_of
        for path in self.difference.files:
            if content_digest(self.file(path)) != content_of(path):
                self.changed.add(path)
        for subject, state in self.memory.base.more.items():
            if wanted is not None and subject not in wanted:
                continue
            if not is_text(subject):
                (self.changed if self.is_different(subject) else self.unchanged).add(subject)
            elif file_state(self.file(subject)) != state and (
                content_digest(self.file(subject)) != content_of(subject)
            ):
                self.changed.add(subject)
        outside = self.memory.base.outside
        self.is_named_alike = self.difference.is_named_alike and all(
            names_digest(self.file(folder)) == names for folder, names in outside.items()
        )
        if not self.is_named_alike:
            self.changed.update(self._misled())

    def _misled(self) -> Iterator[str]:
        """Files whose code would find modules elsewhere than before."""
        for path in self.memory.subjects:
            questions = self.memory.details(path).questions if is_text(path) else ()
            if any(self.answers.to(question) != question[3] for question in questions):
                yield path

    @cached_property
    def answers(self) -> Answers:
        """The project's modules as they lie now."""
        return Answers(self.root)

    # what is asked of whole folders

    def is_different(self, subject: str) -> bool:
        """Whether the answer to something about a whole folder is (or may be) another one."""
        kind, place = parted(subject)
        known = self.memory.base.wholes.get(subject)
        if kind == "beside":
            return self._is_renewed(place) and self.whole(subject) != known
        if kind == "trackers":
            return self._may_track_otherwise(known)
        if kind == "world":
            is_touched = any(path.endswith(".py") for path in self.changed)
            return is_touched or not self.difference.is_named_alike
        return self.whole(subject) != known

    def _is_renewed(self, folder: str) -> bool:
        files = self.difference.files
        return not self.difference.is_named_alike or any(
            path.rpartition("/")[0] == folder for path in files
        )

    def _may_track_otherwise(self, known: object) -> bool:
        """Whether a file that has changed sets up a tracker, or did."""
        if not isinstance(known, list):
            raise TypeError(known)
        marks, paths = known
        if not self.difference.is_named_alike and len(self.memory.subjects) > MANY_FILES:
            return True
        for path in self.difference.files:
            if path in paths:
                return True
            try:
                with open(self.file(path), "rb") as stream:
                    content = stream.read()
            except OSError:
                continue
            if any(mark.encode() in content for mark in marks):
                return True
        return False

    def whole(self, subject: str) -> object:
        """The answer to something about a whole folder, as it is kept."""
        from gdprlint import states

        kind, place = parted(subject)
        if kind == "day":
            return self.today
        if kind == "world":
            return ""
        if kind == "beside":
            return states.text_digest(repr(sorted(self.answers.finder.class_homes(place).items())))
        folder = self.file("" if place == "." else place)
        return states.joint_content(states.version_files(folder))

    def state_of(self, path: str) -> State:
        """The recorded state of a text, `ABSENT` for one that was never recorded."""
        state = state_in(self.tree, path)
        return self.memory.base.more.get(path, ABSENT) if state == ABSENT else state


class Answers:
    """Answers to questions about where modules lie."""

    def __init__(self, root: str) -> None:
        from gdprlint.engine.imports import Finder

        self.finder = Finder(root)
        self.finder.ledger.is_recording = False
        self._known: dict[tuple[str, str, str], str] = {}

    def to(self, question: tuple[str, str, str] | Question) -> str:
        """The answer as a text."""
        asked = question[:3]
        known = self._known.get(asked)
        if known is None:
            known = self._known[asked] = self._ask(*asked)
        return known

    def _ask(self, kind: str, subject: str, detail: str) -> str:
        finder = self.finder
        if kind == "home":
            return finder.absolute(f"{subject}/x.py" if subject else "x.py", 0, detail)
        if kind == "find":
            return finder.find(subject) or ""
        if kind == "package":
            return str(finder.is_package(subject))
        return finder.dotted_name(subject)


def is_text(subject: str) -> bool:
    """Whether a subject is the text of a file."""
    return not subject.startswith(SUBJECT_MARK)


def is_vast(subject: str) -> bool:
    """Whether a subject is about the whole project, so that all of it has to be looked at."""
    return parted(subject)[0] in ("trackers", "world")


def parted(subject: str) -> tuple[str, str]:
    """Kind and place of a subject that is no text; ("", path) for a text."""
    if is_text(subject):
        return "", subject
    kind, _, place = subject[len(SUBJECT_MARK) :].partition(":")
    return kind, place
