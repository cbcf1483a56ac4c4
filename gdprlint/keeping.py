"""New results and those still valid -> what is kept for later runs.

Nothing is kept that was made of something that changed while it was being made. A file that was
edited without a change that others can see keeps the results made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence

from gdprlint.edits import New, News, news_of
from gdprlint.engine.consulted import Consulted
from gdprlint.engine.surface import Change, Surface
from gdprlint.files.tree import (
    UNSTEADY,
    Folder,
    Index,
    State,
    file_state,
    paths_of,
    renewed_folders,
    stale_in,
    with_states,
)
from gdprlint.kept import Base, Details, Kept, Listing, details_row
from gdprlint.memory import Draft, Memory, numbered
from gdprlint.states import content_digest, names_digest
from gdprlint.tuples import NamedTuple
from gdprlint.world import World, is_text, parted

NOTHING_SEEN = Surface((), ())


class Tracking(NamedTuple):
    """What tells that a file sets up a tracker, and the files that do."""

    marks: tuple[str, ...]
    paths: tuple[str, ...]


class Keeper:
    """Puts together what a run leaves behind; `began` is its time by the file system's clock,
    `told` what came to light, even from files without a result that could be kept."""

    def __init__(
        self,
        world: World,
        new: Mapping[str, New],
        told: Sequence[Consulted],
        accepted: Mapping[str, Change],
        began: int,
        tracking: Callable[[str], Tracking],
    ) -> None:
        self.world = world
        self.memory = world.memory
        self.began = began
        self.tracking = tracking
        self.moving: set[str] = set()
        self.slipped: set[str] = set()
        self.states: dict[str, State] = {}
        self.contents: dict[str, bytes] = {}
        self.wholes: dict[str, object] = {}
        self.told = told
        tree, is_steady = self._settled()
        for subject in sorted({s for one in new.values() for s in one.consulted.subjects}):
            self._look_at(subject)
        self.tree = with_states(tree, self.states)
        self.new = {
            path: one for path, one in new.items() if is_steady and self._is_sound(one.consulted)
        }
        self.accepted = {path: it for path, it in accepted.items() if path in self.new}

    def _is_sound(self, consulted: Consulted) -> bool:
        """Whether nothing that a new result rests on changed while, or (for one that rests on an
        earlier one) shortly before it was made."""
        is_partial = consulted.surface is not None and consulted.surface.is_partial
        subjects = consulted.subjects
        return self.moving.isdisjoint(subjects) and not (
            is_partial and not self.slipped.isdisjoint(subjects)
        )

    def _settled(self) -> tuple[dict[str, Folder], bool]:
        """The tree with the times of folders now, and whether all names are what they were."""
        root, tree = self.world.root, self.world.tree
        times = Index(folders=list(tree), folder_times=[it.time for it in tree.values()])
        renewed = renewed_folders(root, tree, stale_in(root, times).folders)
        known = tree if renewed is None else renewed
        late = {p: it._replace(time=0) for p, it in known.items() if it.time >= self.began}
        return {**known, **late}, renewed is not None

    def _look_at(self, subject: str) -> None:
        """Note state and content of what a new result depends on, and whether it is another."""
        if not is_text(subject):
            self._look_at_whole(subject)
            return
        state = file_state(self.world.file(subject))
        known = self.memory.content_of(subject)
        if state != self.world.state_of(subject) or not any(known) or subject in self.world.changed:
            content = content_digest(self.world.file(subject))
            if content != known and any(known):
                self._change(subject)
            known = content
        if state[0] >= self.began:
            self.moving.add(subject)
            state = UNSTEADY
        self.states[subject] = state
        self.contents[subject] = known

    def _change(self, subject: str) -> None:
        if subject not in self.world.changed:
            self.slipped.add(subject)
            self.world.changed.add(subject)

    def _look_at_whole(self, subject: str) -> None:
        kind, place = parted(subject)
        known = self.memory.base.wholes.get(subject)
        answer: object
        if subject in self.world.unchanged:
            answer = known
        elif kind == "trackers":
            answer = [list(part) for part in self.tracking(place)]
        else:
            answer = self.world.whole(subject)
        if known is not None and answer != known:
            self._change(subject)
        if kind == "beside" and place in self.world.tree:
            prefix = f"{place}/" if place else ""
            names = self.world.tree[place].files
            times = (file_state(self.world.file(prefix + name))[0] for name in names)
            if max(times, default=0) >= self.began:
                self.moving.add(subject)
        self.wholes[subject] = answer

    # what stays

    def draft(self, listings: Mapping[str, Listing]) -> Draft:
        """All that is to be kept."""
        old = self._staying()
        told = dict(self._widened(old))
        told.update((path, one.consulted.subjects) for path, one in self.new.items())
        numbers, known = self.memory.numbers, self.memory.closures() if old else ()
        closures = {path: known[numbers[path]] for path in old if path not in told}
        in_tree = set(paths_of(self.tree))
        used = self._used(closures.values(), told.values())
        beside = sorted(used - in_tree) if used is not None else self.memory.base.more
        more = {subject: self._state_of(subject) for subject in beside}
        base = Base(
            more,
            self._outside(),
            {s: self._whole_of(s) for s in more if not is_text(s)},
            {**old, **{path: one.kept for path, one in self.new.items()}},
            {key: one for key, one in listings.items() if in_tree.issuperset(one.absent)},
        )
        now = numbers
        previous: Memory | None = self.memory
        contents = self.contents
        details = dict(self._details(numbers if used is None else used))
        if used is not None:
            texts = list(filter(is_text, used))
            contents = {**self.memory.contents_of(texts), **contents}
            details = {**self.memory.raw_details(texts), **details}
            now, previous = numbered((*paths_of(self.tree), *more)), None
            place = [now.get(subject, -1) for subject in self.memory.subjects]
            closures = {path: [place[number] for number in closures[path]] for path in closures}
        closures.update((path, [now[s] for s in subjects]) for path, subjects in told.items())
        return Draft(base, self.tree, now, closures, contents, details, previous)

    def _staying(self) -> dict[str, Kept]:
        """The kept results that are still valid."""
        results = self.memory.base.results
        if self.world.is_damaged:
            return {}
        staying = self.world.unaffected(results.keys() - self.new.keys(), self.accepted)
        return {path: kept for path, kept in results.items() if path in staying}

    def _used(
        self, kept: Iterable[Sequence[int]], told: Iterable[Collection[str]]
    ) -> set[str] | None:
        """The subjects that results depend on; None if they are all among those that have their
        numbers already, which then stay."""
        memory = self.memory
        are_named = self.world.is_named_alike and list(self.tree) == memory.index.folders
        if are_named and all(memory.numbers.keys() >= set(subjects) for subjects in told):
            return None
        used = {memory.subjects[number] for number in set[int]().union(*kept)}
        return used.union(*told)

    def _widened(self, old: Collection[str]) -> Iterator[tuple[str, Collection[str]]]:
        """The closures of kept results that rest on an accepted edit, with what the edited file
        depends on now."""
        memory = self.memory
        if not old or not self.accepted:
            return
        for path in memory.dependants(self.accepted):
            if path in old:
                subjects = memory.closure(path)
                edited = [self.new[s].consulted.subjects for s in subjects if s in self.accepted]
                yield path, list(dict.fromkeys((*subjects, *(s for part in edited for s in part))))

    def _state_of(self, subject: str) -> State:
        if not is_text(subject):
            return UNSTEADY
        known = self.states.get(subject)
        return self.world.state_of(subject) if known is None else known

    def _whole_of(self, subject: str) -> object:
        known = self.wholes.get(subject)
        return self.memory.base.wholes.get(subject) if known is None else known

    def _outside(self) -> dict[str, str]:
        folders = {*self.memory.base.outside, *self.world.answers.finder.folders()}
        outside = sorted(folders.difference(self.tree))
        return {folder: names_digest(self.world.file(folder)) for folder in outside}

    # details

    def _details(self, used: Container[str]) -> Iterator[tuple[str, bytes]]:
        """What there is to tell anew of files that are used."""
        news = news_of(self.told)
        touched = {*news.asked, *news.missed, *news.spoken, *news.unsteady, *self.new}
        for path in touched | self.world.changed:
            if path in used and is_text(path):
                yield path, details_row(self._renewed(path, news))

    def _renewed(self, path: str, news: News) -> Details:
        """What is known of a file, with the news of it."""
        old = self.memory.details(path)
        is_other = path in self.world.changed and path not in self.accepted
        spoken = set(news.spoken.get(path, ()))
        if old.languages and not is_other:
            spoken.add(old.languages)
        known = old
        if path in self.new:
            fresh = self.new[path].consulted.surface or NOTHING_SEEN
            known = Details(
                fresh.digests,
                lines=fresh.lines,
                foreign=tuple((other, self._moves_of(other)) for other in fresh.foreign),
                parts=tuple((part.text, part.told, part.lines) for part in fresh.parts),
                silent=fresh.silent,
            )
        elif path in self.world.changed:
            known = Details()
        if path in news.unsteady or len(spoken) > 1:
            known = Details()
        asked = ((query.kind, query.subject, query.detail) for query in news.asked.get(path, ()))
        questions = dict.fromkeys((*(question[:3] for question in old.questions), *asked))
        return known._replace(
            missed=tuple(dict.fromkeys((*old.missed, *news.missed.get(path, ())))),
            questions=tuple((*question, self.world.answers.to(question)) for question in questions),
            languages=max(spoken, default=""),
            moves=self._moves_of(path),
        )

    def _moves_of(self, path: str) -> int:
        """How often the lines of a file were moved for those that show them."""
        is_moved = path in self.accepted and bool(self.accepted[path].moves)
        return self.memory.details(path).moves + is_moved
