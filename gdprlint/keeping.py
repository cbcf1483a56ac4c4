"""New results and those still valid -> what is kept for later runs.

Nothing is kept that was made of something that changed while it was being made. A file that was
edited without a change that others can see keeps the results made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from gdprlint.engine.consulted import Consulted
from gdprlint.engine.surface import is_compatible
from gdprlint.files.tree import (
    UNSTEADY,
    Folder,
    State,
    file_state,
    paths_of,
    renewed_folders,
    with_states,
)
from gdprlint.memory import Base, Details, Draft, Kept, Listing, details_row, numbered
from gdprlint.states import content_digest, names_digest
from gdprlint.tuples import NamedTuple
from gdprlint.world import World, is_text, parted


class New(NamedTuple):
    """The result of a file that was analysed, and what its analysis depends on."""

    kept: Kept
    consulted: Consulted


class Tracking(NamedTuple):
    """What tells that a file sets up a tracker, and the files that do."""

    marks: tuple[str, ...]
    paths: tuple[str, ...]


def accepted_of(world: World, new: Mapping[str, New]) -> set[str]:
    """The changed files that were analysed again and look to others as they did before."""
    missed: dict[str, set[str]] = {}
    unsteady: set[str] = set()
    for one in new.values():
        unsteady.update(one.consulted.unsteady)
        for path, name in one.consulted.missed:
            missed.setdefault(path, set()).add(name)
    return {
        path
        for path, one in new.items()
        if path in world.changed
        and path not in unsteady
        and _looks_the_same(world, path, one.consulted, missed.get(path, set()))
    }


def _looks_the_same(world: World, path: str, consulted: Consulted, missed: set[str]) -> bool:
    details = world.memory.details(path)
    if consulted.surface is None or not details.surface:
        return False
    added = is_compatible(details.surface, consulted.surface)
    if added is None or not missed.union(details.missed).isdisjoint(added):
        return False
    if not added:
        return True
    try:
        with open(world.file(path), encoding="utf-8") as stream:
            text = stream.read()
    except (OSError, ValueError):
        return False
    return all(text.count(name) == 1 for name in added)


class Keeper:
    """Puts together what a run leaves behind; `began` is its time by the file system's clock."""

    def __init__(
        self,
        world: World,
        new: Mapping[str, New],
        accepted: set[str],
        began: int,
        tracking: Callable[[str], Tracking],
    ) -> None:
        self.world = world
        self.memory = world.memory
        self.accepted = accepted
        self.began = began
        self.tracking = tracking
        self.moving: set[str] = set()
        self.states: dict[str, State] = {}
        self.contents: dict[str, bytes] = {}
        self.wholes: dict[str, object] = {}
        self.told = list(new.values())
        tree, is_steady = self._settled()
        for subject in sorted({s for one in self.told for s in one.consulted.subjects}):
            self._look_at(subject)
        self.tree = with_states(tree, self.states)
        self.new = {
            path: one
            for path, one in new.items()
            if is_steady and self.moving.isdisjoint(one.consulted.subjects)
        }

    def _settled(self) -> tuple[dict[str, Folder], bool]:
        """The tree with the times of folders now, and whether all names are what they were."""
        tree, is_steady = renewed_folders(self.world.root, self.world.tree)
        late = {p: it._replace(time=0) for p, it in tree.items() if it.time >= self.began}
        return {**tree, **late}, is_steady

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
                self.world.changed.add(subject)
            known = content
        if state[0] >= self.began:
            self.moving.add(subject)
            state = UNSTEADY
        self.states[subject] = state
        self.contents[subject] = known

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
            self.world.changed.add(subject)
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
        staying = set[str]()
        if not self.world.is_damaged:
            others = self.memory.base.results.keys() - self.new.keys()
            staying = self.world.unaffected(others, self.accepted)
        old = {path: kept for path, kept in self.memory.base.results.items() if path in staying}
        told = dict(self._widened(old))
        told.update((path, one.consulted.subjects) for path, one in self.new.items())
        numbers, known = self.memory.numbers, self.memory.closures() if old else ()
        closures = {path: known[numbers[path]] for path in old if path not in told}
        used = {self.memory.subjects[number] for number in set[int]().union(*closures.values())}
        used.update(*told.values())
        in_tree = set(paths_of(self.tree))
        more = {s: self._state_of(s) for s in sorted(used) if s not in in_tree}
        details = self._details(used)
        base = Base(
            self.tree,
            more,
            self._outside(),
            {s: self._whole_of(s) for s in more if not is_text(s)},
            {**old, **{path: one.kept for path, one in self.new.items()}},
            {key: one for key, one in listings.items() if in_tree.issuperset(one.absent)},
        )
        now = numbered((*paths_of(self.tree), *more))
        if now != numbers:
            place = [now.get(subject, -1) for subject in self.memory.subjects]
            closures = {path: [place[number] for number in closures[path]] for path in closures}
        closures.update((path, [now[s] for s in subjects]) for path, subjects in told.items())
        contents = {**self.memory.contents_of(filter(is_text, used)), **self.contents}
        return Draft(base, now, closures, contents, details)

    def _widened(self, old: Collection[str]) -> Iterator[tuple[str, Collection[str]]]:
        """The closures of kept results that rest on an accepted edit, with what the edited file
        depends on now."""
        memory = self.memory
        accepted = self.new.keys() & self.accepted
        if not old or not accepted:
            return
        numbers = frozenset(map(memory.number_of, accepted))
        closures = memory.closures()
        for path in old:
            closure = closures[memory.number_of(path)]
            if not numbers.isdisjoint(closure):
                subjects = [memory.subjects[number] for number in closure]
                edited = [self.new[s].consulted.subjects for s in subjects if s in accepted]
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

    def _details(self, used: Iterable[str]) -> dict[str, bytes]:
        raw = self.memory.raw_details(filter(is_text, used))
        asked: dict[str, list[tuple[str, str, str]]] = {}
        missed: dict[str, list[str]] = {}
        unsteady: set[str] = set()
        for one in self.told:
            unsteady.update(one.consulted.unsteady)
            for path, query in one.consulted.asked:
                asked.setdefault(path, []).append((query.kind, query.subject, query.detail))
            for path, name in one.consulted.missed:
                missed.setdefault(path, []).append(name)
        is_moved = not self.world.difference.is_named_alike
        touched = {*asked, *missed, *unsteady, *self.new, *(self.world.changed if is_moved else ())}
        for path in touched & raw.keys():
            old = self.memory.details(path)
            surface = old.surface
            if path in self.new:
                fresh = self.new[path].consulted.surface
                surface = fresh.digests if fresh is not None else ()
            questions = dict.fromkeys((*(q[:3] for q in old.questions), *asked.get(path, ())))
            raw[path] = details_row(
                Details(
                    () if path in unsteady else surface,
                    tuple(dict.fromkeys((*old.missed, *missed.get(path, ())))),
                    tuple((*question, self.world.answers.to(question)) for question in questions),
                )
            )
        return raw
