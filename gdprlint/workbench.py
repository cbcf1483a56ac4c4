"""What all files under the same settings share: the policy, the rules that are on, the program.

Each is made when it is first asked for: a run that finds all results kept needs none of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from gdprlint.judge.selection import (
    check_categories,
    check_selectors,
    offered_rules,
    selected_rules,
)
from gdprlint.loading import policy_for, program_for
from gdprlint.reading import Request, Target
from gdprlint.settings.record import Settings
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.program import Program
    from gdprlint.policy.records import Policy


class Workbench:
    """The work on files under some settings; `root` is the project's folder."""

    def __init__(self, request: Request, settings: Settings, root: str) -> None:
        self.request = request
        self.settings = settings
        self.root = root

    @cached_property
    def whole_policy(self) -> Policy:
        """The policy with all its rules."""
        request = self.request
        return policy_for(
            self.settings, self.root, use_cache=request.use_cache, cache_dir=request.cache_dir
        )

    @property
    def digest(self) -> str:
        """What changes with any part of the policy."""
        return self.whole_policy.digest

    @cached_property
    def policy(self) -> Policy:
        """The policy with the rules that the detectors work with.

        Raises `UsageError` for settings that name a rule or a category that does not exist.
        """
        policy = self.whole_policy
        check_selectors(self.settings, policy.rules)
        if self.settings.inventory or self.settings.processors:
            check_categories(self.settings, policy.categories)
        return policy.with_rules(offered_rules(self.settings, policy.rules))

    @cached_property
    def selected(self) -> frozenset[str]:
        """Ids of the rules whose findings are shown."""
        return selected_rules(self.settings, self.whole_policy.rules)

    @cached_property
    def program(self) -> Program:
        """The program to analyse with; a run that analyses nothing never loads the engine."""
        program = program_for(self.settings, self.policy, self.root)
        program.ledger.is_recording = self.request.use_cache
        return program

    @property
    def is_open(self) -> bool:
        """Whether there is a program already."""
        return "program" in self.__dict__

    def afresh(self) -> Workbench:
        """The same with a program that has seen nothing."""
        other = Workbench(self.request, self.settings, self.root)
        other.__dict__.update(self.__dict__)
        other.__dict__.pop("program", None)
        return other


def open_workbench(request: Request, settings: Settings, root: str) -> Workbench:
    """The work on files under some settings. Raises `UsageError` for rules that do not exist."""
    bench = Workbench(request, settings, root)
    _ = bench.policy
    return bench


def with_workbenches(
    request: Request,
    settings_for: Callable[[str], Settings],
    root: str,
    targets: Iterable[Target],
) -> Iterator[tuple[Target, Workbench]]:
    """Pair each target with what its settings need; equal settings share one program."""
    benches: dict[int, Workbench] = {}
    for target in targets:
        settings = settings_for(os.path.dirname(target.file))
        bench = benches.get(id(settings))
        if bench is None:
            bench = benches[id(settings)] = open_workbench(request, settings, root)
        yield target, bench
