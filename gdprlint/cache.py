"""Results of earlier runs: what is fresh is taken from the cache folder, the rest is analysed.

A result is kept with all that its analysis depends on. Edited files are analysed first: if others
see the same of them as before, the results made of them stay. No source text is kept: excerpts
are read from the files again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from gdprlint.files.roots import prepare_cache, relative_path
from gdprlint.files.tree import IGNORE_FILE
from gdprlint.judge.verdict import Verdict
from gdprlint.kept import Listing, stored_verdict
from gdprlint.memory import MISSHAPEN, Memory, forget, load
from gdprlint.model import Report
from gdprlint.outcome import Checked, gather, text_to_show
from gdprlint.parallel import task_of, workbench, workbenches
from gdprlint.reading import Request, Target
from gdprlint.settings.find import OWN_FILES, SHARED_FILE
from gdprlint.states import clock_of, text_digest
from gdprlint.tuples import TYPE_CHECKING
from gdprlint.world import World

if TYPE_CHECKING:
    from gdprlint.edits import New
    from gdprlint.engine.consulted import Consulted
    from gdprlint.engine.surface import Change
    from gdprlint.keeping import Tracking
    from gdprlint.parallel import Item, Job, Task
    from gdprlint.progress import OnProgress
    from gdprlint.settings.record import Settings
    from gdprlint.targets import SettingsFor
    from gdprlint.workbench import Workbench

UNSEEN = ("origins", "file", "output_format", "fail_on", "baseline", "force_exclude")
"""Settings that no result depends on."""
NOTHING = Checked(Verdict((), ()), "")
"""The outcome of a file without any finding."""
FEW_FILES = 20
MOST_FOLDERS = 400
"""A run over a few named files begins to keep results only in a project of so many folders: to
record those of a larger one takes longer than to analyse the files again."""
MOST_LISTINGS = 4


class Cache:
    """The cache folder of one project, None where it cannot be written, and what it holds."""

    def __init__(self, request: Request, root: str, settings_for: SettingsFor) -> None:
        self.folder = prepare_cache(root, request.cache_dir)
        memory = load(self.folder) if self.folder else Memory()
        self.world = World(root, request.today, memory)
        self.is_searched = any(os.path.isdir(path) for path in request.paths)
        self.listings: dict[str, Listing] = dict(memory.base.listings)
        self.has_listed = False
        self.quiet: list[str] = []
        self._fresh: set[str] | None = None
        if self.is_searched:
            self.world.see_all()
        self.settings_for = self._knowing(settings_for)
        self.task = task_of(request, root, [settings_for(root)] if self.is_plain else ())

    @property
    def is_plain(self) -> bool:
        """Whether the same settings hold for all that is searched."""
        return self.is_searched and self.declaring == [""]

    @cached_property
    def declaring(self) -> list[str]:
        """The root, and the folders of the tree that may hold a settings file."""
        names = (*OWN_FILES, SHARED_FILE)
        paths = [path for path in self.world.paths if path.endswith(names)]
        parts = [path.rpartition("/") for path in paths]
        found = list(dict.fromkeys([folder for folder, _, name in parts if name in names]))
        return found if "" in found else ["", *found]

    def _knowing(self, settings_for: SettingsFor) -> SettingsFor:
        """The same settings, without looking for files in folders that are known to hold none."""
        if not self.is_plain:
            return settings_for
        root = self.world.root
        inside, top = f"{root}/", settings_for(root)

        def known_for(folder: str) -> Settings:
            return top if folder == root or folder.startswith(inside) else settings_for(folder)

        return known_for

    def check(self, job: Job, on_progress: OnProgress) -> Report:
        """Check everything, taking what is fresh, and keep what is new."""
        task = job.task
        keys = [key_of(task, number) for number in range(len(task.settings))]
        fresh = self._fresh_of([item.target.path for item in job.items])
        done = dict(self._taken(job.items, fresh, keys, task))
        if len(done) < len(job.items):
            self._analyse(job, keys, done, on_progress)
        elif self._is_outdated():
            self._keep({}, (), {}, 0, task)
        ordered = [done[item.number] for item in job.items]
        targets = [item.target for item in job.items]
        benches = workbenches(job) if job.items or self.quiet else []
        report = gather(task.request, task.root, targets, ordered, benches)
        return report._replace(files=report.files + len(self.quiet))

    def _fresh_of(self, paths: Sequence[str]) -> set[str]:
        """The files whose kept results are still valid; all that were searched are asked for at
        once."""
        if self._fresh is None:
            self._fresh = self.world.valid_of(paths, searched=self.is_searched)
        return self._fresh

    def _without_quiet(self, paths: Sequence[str]) -> Sequence[str]:
        """Files of which there is something to do or to tell; most have valid results without any
        finding."""
        if not self.is_plain:
            return paths
        key = key_of(self.task, 0)
        fresh = self._fresh_of(paths)
        results = self.world.memory.base.results
        silent = (key, None)
        telling: list[str] = []
        self.quiet = []
        for path in paths:
            is_quiet = path in fresh and results[path] == silent
            (self.quiet if is_quiet else telling).append(path)
        return telling

    def _is_outdated(self) -> bool:
        world = self.world
        return self.is_searched and (
            self.has_listed or world.difference.is_touched or bool(world.changed)
        )

    def _taken(
        self, items: Iterable[Item], fresh: set[str], keys: Sequence[str], task: Task
    ) -> Iterable[tuple[int, Checked]]:
        """The outcomes that are known already, by the number of their item."""
        results = self.world.memory.base.results
        for item in items:
            path = item.target.path
            kept = results.get(path) if path in fresh else None
            if kept is None or kept.key != keys[item.settings]:
                continue
            if kept.row is None:
                yield item.number, NOTHING
                continue
            verdict = stored_verdict(kept.row)
            if verdict is not None:
                shown = verdict.shown
                text = ""
                if shown:
                    bench = workbench(task, item.settings)
                    text = text_to_show(task.request, item.target, shown, bench)
                yield item.number, Checked(verdict, text)

    def _analyse(
        self, job: Job, keys: Sequence[str], done: dict[int, Checked], on_progress: OnProgress
    ) -> None:
        """Analyse what is left, and keep what is new."""
        from gdprlint.renewing import Renewal

        began = clock_of(self.folder, self.world.root)
        renewal = Renewal(self.world, job, keys, done, on_progress)
        fresh = renewal.analyse_edited()
        done.update(self._taken(renewal.waiting, fresh, keys, job.task))
        renewal.analyse([item for item in job.items if item.number not in done])
        self._keep(renewal.new, renewal.told, renewal.accepted, began, job.task)

    def _keep(
        self,
        new: Mapping[str, New],
        told: Sequence[Consulted],
        accepted: Mapping[str, Change],
        began: int,
        task: Task,
    ) -> None:
        if self.folder is None:
            return
        from gdprlint.keeping import Keeper
        from gdprlint.memory import save

        def tracking(place: str) -> Tracking:
            folder = self.world.file("" if place == "." else place)
            return tracking_of(workbench(task, 0), folder)

        if self.world.is_damaged:
            self.world.forget()
        elif not self.world.paths:
            is_aside = not self.is_searched and len(new) <= FEW_FILES
            self.world.forget(MOST_FOLDERS if is_aside else sys.maxsize)
            if is_aside and not self.world.paths:
                return
        began = began or clock_of(self.folder, self.world.root)
        try:
            keeper = Keeper(self.world, new, told, accepted, began, tracking)
            save(self.folder, keeper.draft(self.listings))
        except MISSHAPEN:
            forget(self.folder)

    # searches

    def targets(self, key: str, signature: str, places: Sequence[str]) -> list[Target] | None:
        """What a search found when it last ran, without the files in `quiet`; None if it would
        have to run again."""
        known = self.listings.get(key)
        difference = self.world.difference
        if known is None or not signature or known.signature != signature:
            return None
        if not difference.is_named_alike or any(
            path.endswith(IGNORE_FILE) for path in difference.files
        ):
            return None
        left_out = set(known.absent)
        root = self.world.root
        found = [path for path in candidates(self.world.paths, places) if path not in left_out]
        return [Target(f"{root}/{path}", path) for path in sorted(self._without_quiet(found))]

    def note_search(
        self, key: str, signature: str, places: Sequence[str], targets: Sequence[Target]
    ) -> None:
        """Remember what a search found, unless it went where the tree does not."""
        found = {target.path for target in targets}
        known = set(candidates(self.world.paths, places))
        if not signature or not found <= known:
            return
        listing = Listing(signature, tuple(sorted(known - found)))
        if self.listings.get(key) != listing:
            recent = list(self.listings.items())[-MOST_LISTINGS + 1 :]
            self.listings = {**dict(recent), key: listing}
            self.has_listed = True


def candidates(paths: Iterable[str], places: Sequence[str]) -> Sequence[str]:
    """Of the files of a tree, those below some folders that a search could find."""
    starts = tuple([f"{place}/" if place else "" for place in places])
    return [path for path in paths if path.startswith(starts) and not path.endswith(IGNORE_FILE)]


def tracking_of(bench: Workbench, folder: str) -> Tracking:
    """The trackers that the project below a folder sets up."""
    from gdprlint.detect.coupling import read_trackers, receivers_of_records, set_up
    from gdprlint.keeping import Tracking

    trackers = read_trackers(receivers_of_records(bench.policy.catalogue))
    files = [os.path.join(folder, setup.path) for setup in set_up(folder, trackers)]
    return Tracking(
        tuple(mark for tracker in trackers for mark in tracker.marks),
        tuple(relative_path(file, bench.root) for file in files),
    )


def key_of(task: Task, number: int) -> str:
    """What must be the same for a result to be the same, apart from the project's files.

    The folder of the project is left out, so that a cache can be copied along with it.
    """
    settings = task.settings[number]
    seen = {name: value for name, value in settings._asdict().items() if name not in UNSEEN}
    parts = [workbench(task, number).digest, task.request.honour_ignores, seen]
    return text_digest(repr(parts).replace(task.root, "."))
