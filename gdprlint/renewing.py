"""What has no valid result is analysed: what was edited or is new, then what depends on it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from gdprlint.edits import New, accepted_of, earlier_of, move_lines
from gdprlint.kept import Kept, row_of
from gdprlint.memory import MISSHAPEN
from gdprlint.outcome import Checked
from gdprlint.parallel import Item, Job, outcomes, workbench
from gdprlint.reading import NOTEBOOK
from gdprlint.tuples import TYPE_CHECKING
from gdprlint.world import World

if TYPE_CHECKING:
    from gdprlint.engine.consulted import Consulted
    from gdprlint.engine.surface import Change
    from gdprlint.policy.lexicon import Lexicon
    from gdprlint.progress import OnProgress

WAVES = 3
"""How often edited files wait for others that they rest on, before they are analysed as a whole."""


class Renewal:
    """The items of a job without an outcome; `done` are the outcomes by number, `keys` what results
    are valid under, by number of the settings.

    `new` are results by path, `told` is what came to light, `accepted` are edits that others do not
    see, `waiting` the items that need no analysis if all that they depend on is accepted.
    """

    def __init__(
        self,
        world: World,
        job: Job,
        keys: Sequence[str],
        done: dict[int, Checked],
        on_progress: OnProgress,
    ) -> None:
        self.world = world
        self.job = job
        self.keys = keys
        self.done = done
        self.on_progress = on_progress
        self.new: dict[str, New] = {}
        self.told: list[Consulted] = []
        self.accepted: Mapping[str, Change] = {}
        results = world.memory.base.results
        left = without(job.items, done)
        self.waiting = [
            item
            for item in left
            if (path := item.target.path) not in world.changed
            and path in results
            and results[path].key == keys[item.settings]
        ]
        self.edited = without(left, {item.number for item in self.waiting})

    def analyse(self, items: Sequence[Item]) -> None:
        """Check items and note what comes of it."""
        if not items:
            return
        found = outcomes(self.job._replace(items=tuple(items)), self.on_progress)
        self.done.update(zip((item.number for item in items), found, strict=True))
        self.new.update(self._results(items, found))
        self.told.extend(one.consulted for one in found if one.consulted is not None)

    def _results(
        self, items: Iterable[Item], found: Iterable[Checked]
    ) -> Iterator[tuple[str, New]]:
        """What is worth keeping; failures are tried again, notebooks need cells. What an earlier
        run settled still depends on what it did."""
        for item, outcome in zip(items, found, strict=True):
            path, consulted = item.target.path, outcome.consulted
            is_plain = not (outcome.failure or outcome.notice or path.endswith(NOTEBOOK))
            if consulted is None or not is_plain:
                continue
            if consulted.surface is not None and consulted.surface.is_partial:
                subjects = dict.fromkeys((*consulted.subjects, *self.world.memory.closure(path)))
                consulted = consulted._replace(subjects=tuple(subjects))
            yield path, New(Kept(self.keys[item.settings], row_of(outcome.verdict)), consulted)

    def analyse_edited(self) -> set[str]:
        """Analyse what was edited or is new; the paths of those waiting whose results stay."""
        try:
            for _ in range(WAVES):
                known = list(self._with_earlier(without(self.edited, self.done)))
                if not known:
                    break
                self.analyse(known)
                self._accept()
            rest = without(self.edited, self.done)
            if rest:
                self.analyse(rest)
                self._accept()
            move_lines(self.world, self.accepted)
            return self.world.unaffected([it.target.path for it in self.waiting], self.accepted)
        except MISSHAPEN:
            self.world.is_damaged, self.accepted = True, {}
            return set()

    def _with_earlier(self, items: Iterable[Item]) -> Iterator[Item]:
        """Those that were edited while all they rest on looks as it did, with what is known of
        them."""
        for item in items:
            key = self.keys[item.settings]
            earlier = earlier_of(self.world, item.target.path, key, self.accepted)
            if earlier is not None:
                yield item._replace(earlier=earlier)

    def _accept(self) -> None:
        settings = {item.target.path: item.settings for item in self.edited}

        def lexicon_of(path: str) -> Lexicon:
            return workbench(self.job.task, settings[path]).policy.lexicon

        self.accepted = accepted_of(self.world, self.new, self.told, lexicon_of)


def without(items: Iterable[Item], numbers: Container[int]) -> list[Item]:
    """The items with other numbers."""
    return [item for item in items if item.number not in numbers]
