"""Edited files: what they were before, and whether others see a difference.

An edited file is analysed first. If others see of it what they saw, what is kept of them stays;
and its own functions that told nothing need not all be evaluated (`engine.earlier`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from gdprlint.engine.consulted import Consulted, Query
from gdprlint.engine.earlier import Earlier, unseen_change
from gdprlint.engine.surface import Change, Part, Surface, moved_line
from gdprlint.kept import Details, Kept
from gdprlint.tuples import TYPE_CHECKING, NamedTuple
from gdprlint.world import World

if TYPE_CHECKING:
    from gdprlint.policy.lexicon import Lexicon


class New(NamedTuple):
    """The result of a file that was analysed, and what its analysis depends on."""

    kept: Kept
    consulted: Consulted


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


def earlier_of(world: World, path: str, key: str, accepted: Mapping[str, Change]) -> Earlier | None:
    """What was known of a file before it was edited, if nothing else that its result was made of
    under that `key` has changed, apart from what is accepted. Raises one of `MISSHAPEN` for a
    damaged memory."""
    known = world.memory.base.results.get(path)
    if known is None or known.key != key or not world.is_named_alike:
        return None
    changed = world.changed.intersection(world.memory.closure(path))
    if not changed.difference(accepted) <= {path} or path not in changed:
        return None
    details = world.memory.details(path)
    if any(other in accepted and accepted[other].moves for other, _ in details.foreign):
        return None
    return _earlier(world, details)


def _earlier(world: World, details: Details) -> Earlier | None:
    if not details.surface:
        return None
    if any(world.memory.details(other).moves != moves for other, moves in details.foreign):
        return None
    surface = Surface(
        details.surface,
        (),
        details.languages,
        details.lines,
        tuple(other for other, _ in details.foreign),
        tuple(Part(*part) for part in details.parts),
        details.silent,
    )
    return Earlier(surface, details.missed)


def accepted_of(
    world: World,
    new: Mapping[str, New],
    told: Iterable[Consulted],
    lexicon_of: Callable[[str], Lexicon],
) -> dict[str, Change]:
    """The changed files that were analysed again and look to others as they did before."""
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
    return {path: it for path, it in changes.items() if moved.isdisjoint(it.foreign)}


def move_lines(world: World, accepted: Mapping[str, Change]) -> None:
    """Tell what is kept of other files where the lines of accepted ones went."""

    def line_now(path: str, line: int) -> int | None:
        return moved_line(accepted[path].moves, line) if path in shifted else line

    shifted = {path for path, change in accepted.items() if change.moves}
    world.memory.move_lines(shifted, line_now)


def _change(
    world: World,
    path: str,
    consulted: Consulted,
    missed: Iterable[str],
    lexicon_of: Callable[[str], Lexicon],
) -> Change | None:
    """What an edit did, if others need not be analysed again for it."""
    earlier = _earlier(world, world.memory.details(path))
    surface = consulted.surface
    if earlier is None or surface is None:
        return None
    return unseen_change(
        earlier,
        surface,
        missed,
        lambda: world.answers.finder.read(path),
        lambda: lexicon_of(path),
    )
