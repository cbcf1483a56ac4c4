"""New results and those still valid -> what is kept for later runs.

Nothing is kept that was made of something that changed while it was being made. A file that was
edited without a change that others can see keeps the results made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from gdprlint.engine.consulted import Consulted, Query, told_languages
from gdprlint.engine.surface import Change, Surface, change_between, moved_line
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
from gdprlint.memory import Draft, numbered
from gdprlint.policy.records import FileContext
from gdprlint.states import content_digest, names_digest
from gdprlint.tuples import TYPE_CHECKING, NamedTuple
from gdprlint.world import World, is_text, parted

if TYPE_CHECKING:
    from gdprlint.policy.lexicon import Lexicon


NOTHING_SEEN = Surface((), ())


class New(NamedTuple):
    """The result of a file that was analysed, and what its analysis depends on."""

    kept: Kept
    consulted: Consulted


class Tracking(NamedTuple):
    """What tells that a file sets up a tracker, and the files that do."""

    marks: tuple[str, ...]
    paths: tuple[str, ...]


class News(NamedTuple):
    """What came to light, by path (see `Consulted`)."""

    asked: Mapping[str, Sequence[Query]]
    missed: Mapping[str, Sequence[str]]
    spoken: Mapping[str, Sequence[str]]
    unsteady: Collection[str]


def news_of(told: Iterable[Consulted]) -> News:
    """All that came to light."""
    asked: dict[str, list[Query]] = {}
    missed: dict[str, list[str]] = {}
    spoken: dict[str, list[str]] = {}
    unsteady: set[str] = set()
    for one in told:
        unsteady.update(one.unsteady)
        for path, query in one.asked:
            asked.setdefault(path, []).append(query)
        for path, name in one.missed:
            missed.setdefault(path, []).append(name)
        for path, languages in one.spoken:
            spoken.setdefault(path, []).append(languages)
    return News(asked, missed, spoken, unsteady)


def accepted_of(
    world: World,
    new: Mapping[str, New],
    told: Iterable[Consulted],
    lexicon_of: Callable[[str], Lexicon],
) -> dict[str, Change]:
    """The changed files that were analysed again and look to others as they did before. What is
    kept of the others is told where lines went."""
    news = news_of(told)
    before = world.memory.base.results
    changes = {
        path: change
        for path, (kept, consulted) in new.items()
        if path in world.changed
        and path not in news.unsteady
        and path in before
        and before[path].key == kept.key
        and (change := _change(world, path, consulted, news.missed.get(path, ()), lexicon_of))
    }
    moved = {path for path, change in changes.items() if change.moves}
    steady = {path: it for path, it in changes.items() if moved.isdisjoint(it.foreign)}

    def line_now(path: str, line: int) -> int | None:
        return moved_line(steady[path].moves, line) if path in shifted else line

    shifted = moved.intersection(steady)
    world.memory.move_lines(shifted, line_now)
    return steady


def _change(
    world: World,
    path: str,
    consulted: Consulted,
    missed: Iterable[str],
    lexicon_of: Callable[[str], Lexicon],
) -> Change | None:
    """What an edit did, if others need not be analysed again for it."""
    details, surface = world.memory.details(path), consulted.surface
    if surface is None or not details.surface:
        return None
    if any(world.memory.details(other).moves != moves for other, moves in details.foreign):
        return None
    change = change_between(details.surface, details.lines, surface)
    if change is None or not {*missed, *details.missed}.isdisjoint(change.added):
        return None
    if not (change.added or details.languages):
        return change
    try:
        with open(world.file(path), encoding="utf-8") as stream:
            text = stream.read()
    except (OSError, ValueError):
        return None
    if details.languages:
        context = FileContext(text=text)
        spoken = surface.languages or told_languages(lexicon_of(path).languages_of(context))
        if spoken != details.languages:
            return None
    return change if all(text.count(name) == 1 for name in change.added) else None


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
        self.states: dict[str, State] = {}
        self.contents: dict[str, bytes] = {}
        self.wholes: dict[str, object] = {}
        self.told = told
        tree, is_steady = self._settled()
        for subject in sorted({s for one in new.values() for s in one.consulted.subjects}):
            self._look_at(subject)
        self.tree = with_states(tree, self.states)
        self.new = {
            path: one
            for path, one in new.items()
            if is_steady and self.moving.isdisjoint(one.consulted.subjects)
        }
        self.accepted = {path: it for path, it in accepted.items() if path in self.new}

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
        return Draft(base, self.tree, now, closures, contents, details)

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

    def _details(self, used: Iterable[str]) -> dict[str, bytes]:
        raw = self.memory.raw_details(filter(is_text, used))
        news = news_of(self.told)
        touched = {*news.asked, *news.missed, *news.spoken, *news.unsteady, *self.new}
        for path in (touched | self.world.changed) & raw.keys():
            raw[path] = details_row(self._renewed(path, news))
        return raw

    def _renewed(self, path: str, news: News) -> Details:
        """What is known of a file, with the news of it."""
        old = self.memory.details(path)
        is_other = path in self.world.changed and path not in self.accepted
        spoken = set(news.spoken.get(path, ()))
        if old.languages and not is_other:
            spoken.add(old.languages)
        surface, lines, foreign = old.surface, old.lines, old.foreign
        if path in self.new:
            fresh = self.new[path].consulted.surface or NOTHING_SEEN
            surface, lines = fresh.digests, fresh.lines
            foreign = tuple((other, self._moves_of(other)) for other in fresh.foreign)
        elif path in self.world.changed:
            surface = ()
        if path in news.unsteady or len(spoken) > 1:
            surface = ()
        asked = ((query.kind, query.subject, query.detail) for query in news.asked.get(path, ()))
        questions = dict.fromkeys((*(question[:3] for question in old.questions), *asked))
        return Details(
            surface,
            tuple(dict.fromkeys((*old.missed, *news.missed.get(path, ())))),
            tuple((*question, self.world.answers.to(question)) for question in questions),
            max(spoken, default=""),
            lines,
            foreign,
            self._moves_of(path),
        )

    def _moves_of(self, path: str) -> int:
        """How often the lines of a file were moved for those that show them."""
        is_moved = path in self.accepted and bool(self.accepted[path].moves)
        return self.memory.details(path).moves + is_moved
