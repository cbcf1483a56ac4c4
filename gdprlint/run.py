"""The whole program in one line: discover -> read -> gate -> analyse -> detect -> judge.

Paths and settings come in, a `Report` goes out; the formats render it. Only this module knows
the order of the stages.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gdprlint.files.discovery import discover_files
from gdprlint.files.patterns import PathPattern
from gdprlint.files.roots import relative_path
from gdprlint.files.source import SourceError, SourceText
from gdprlint.judge.masked import without_values
from gdprlint.judge.selection import UNREADABLE, check_selectors, offered_rules, selected_rules
from gdprlint.judge.verdict import Verdict, judge, order
from gdprlint.loading import policy_for, program_for
from gdprlint.model import Finding, Report, Rule, Span
from gdprlint.reading import (
    NOTEBOOK,
    Request,
    Target,
    is_document,
    is_worth_analysing,
    read_target,
)
from gdprlint.settings.record import Settings
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    from gdprlint.engine.consulted import Query
    from gdprlint.engine.program import Program
    from gdprlint.judge.suppressions import Suppression
    from gdprlint.policy import Policy

OnProgress = Callable[[int, int], None]
"""Called with the number of files done and of all files."""
SettingsFor = Callable[[str], Settings]
"""From an absolute folder to the settings in force there."""
DIRECTIVE = "gdprlint:"
STUB_KINDS = ("field", "literal")
"""Kinds of rules that see something in a stub file."""


class Workbench(NamedTuple):
    """What all files under the same settings share; `opened` holds the program once it is asked."""

    settings: Settings
    policy: Policy
    selected: frozenset[str]
    root: str
    opened: list[Program]
    is_kept: bool = True

    @property
    def program(self) -> Program:
        """The program to analyse with; a run that analyses nothing never loads the engine."""
        if not self.opened:
            self.opened.append(program_for(self.settings, self.policy, self.root))
            self.opened[0].ledger.is_recording = self.is_kept
        return self.opened[0]


class Checked(NamedTuple):
    """The outcome of one file, with its text if a finding is shown.

    `failure` is the traceback of an internal error, `notice` a word for the report, `cells` the
    text of the cells of a notebook by their path, `consulted` all that the outcome depends on.
    """

    verdict: Verdict
    text: str
    failure: str = ""
    notice: str = ""
    consulted: tuple[Query, ...] | None = None
    cells: Mapping[str, str] = {}


def find_targets(request: Request, settings_for: SettingsFor, root: str) -> list[Target]:
    """The files to check, in the order of their paths."""
    if request.stdin_filename:
        file = os.path.abspath(request.stdin_filename)
        return [Target(file, relative_path(file, root), is_stdin=True)]
    files = discover_files(
        request.paths,
        excludes=lambda folder: excluded(settings_for(folder)),
        force_exclude=settings_for(os.getcwd()).force_exclude,
    )
    return [Target(file, relative_path(file, root)) for file in files]


def check_targets(
    request: Request,
    settings_for: SettingsFor,
    root: str,
    targets: Sequence[Target],
    on_progress: OnProgress = lambda done, total: None,
) -> Report:
    """Analyse the targets one after another and gather what is shown."""
    checked: list[Checked] = []
    benches: dict[int, Workbench] = {}
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        for target, bench in with_workbenches(request, settings_for, root, targets):
            on_progress(len(checked), len(targets))
            benches.setdefault(id(bench.settings), bench)
            outcome = check_file(request, target, bench)
            checked.append(outcome if outcome.verdict.shown else outcome._replace(text=""))
    finally:
        on_progress(len(targets), len(targets))
        if was_collecting:
            gc.enable()
    return gather(request, root, targets, checked, list(benches.values()))


def gather(
    request: Request,
    root: str,
    targets: Sequence[Target],
    checked: Sequence[Checked],
    benches: Sequence[Workbench],
) -> Report:
    """The report of a run, from the outcomes of all its targets in their order."""
    rules: dict[str, Rule] = {}
    for bench in benches:
        rules.update(bench.policy.rules)
    report = report_of(checked, targets, rules, root)
    return with_declarations(report, request, benches)


def with_declarations(report: Report, request: Request, benches: Sequence[Workbench]) -> Report:
    """The report with what the settings fail to declare; an editor's buffer is spared that."""
    declaring = [bench for bench in benches if bench.settings.origins]
    if request.stdin_filename or not declaring:
        return report
    verdicts = [declarations_of(request, bench, report.root) for bench in declaring]
    found = [finding for verdict in verdicts for finding in verdict.shown]
    return report._replace(findings=tuple(sorted((*report.findings, *found), key=order)))


def report_of(
    checked: Sequence[Checked], targets: Sequence[Target], rules: Mapping[str, Rule], root: str
) -> Report:
    """Put the outcomes of all files together, in the order of their places."""
    hidden: dict[str, int] = {}
    for reason in (reason for one in checked for reason in one.verdict.hidden):
        hidden[reason] = hidden.get(reason, 0) + 1
    return Report(
        findings=tuple(sorted((f for one in checked for f in one.verdict.shown), key=order)),
        rules=rules,
        root=root,
        files=len(targets),
        hidden=hidden,
        notices=tuple(dict.fromkeys(one.notice for one in checked if one.notice)),
        sources={
            path: text
            for target, one in zip(targets, checked, strict=True)
            if one.verdict.shown
            for path, text in (one.cells or {target.path: one.text}).items()
        },
        failures=tuple(one.failure for one in checked if one.failure),
    )


def with_workbenches(
    request: Request, settings_for: SettingsFor, root: str, targets: Iterable[Target]
) -> Iterator[tuple[Target, Workbench]]:
    """Pair each target with what its settings need; equal settings share one program."""
    benches: dict[int, Workbench] = {}
    for target in targets:
        settings = settings_for(os.path.dirname(target.file))
        bench = benches.get(id(settings))
        if bench is None:
            bench = benches[id(settings)] = open_workbench(request, settings, root)
        yield target, bench


def open_workbench(request: Request, settings: Settings, root: str) -> Workbench:
    """Load the policy of some settings and an empty program to analyse with."""
    policy = policy_for(settings, root, use_cache=request.use_cache, cache_dir=request.cache_dir)
    check_selectors(settings, policy.rules)
    offered = policy._replace(rules=offered_rules(settings, policy.rules))
    return Workbench(
        settings=settings,
        policy=offered,
        selected=selected_rules(settings, policy.rules),
        root=root,
        opened=[],
        is_kept=request.use_cache,
    )


def check_file(request: Request, target: Target, bench: Workbench) -> Checked:
    """Read and check one file, whatever form its Python takes."""
    source = read_target(request, target)
    if target.path.endswith(NOTEBOOK) and source.error is None:
        return check_notebook(request, target, source, bench)
    return check_text(request, target, source, bench)


def check_notebook(
    request: Request, target: Target, source: SourceText, bench: Workbench
) -> Checked:
    """Check the joined cells of a notebook and give the findings their places in the cells."""
    from gdprlint.files.notebook import cell_sources, finding_in_cell, read_notebook

    notebook = read_notebook(source.text)
    if isinstance(notebook, SourceError):
        return check_text(request, target, source._replace(error=notebook), bench)
    checked = check_text(request, target, source._replace(text=notebook.text), bench)
    shown = tuple(finding_in_cell(finding, notebook) for finding in checked.verdict.shown)
    verdict = checked.verdict._replace(shown=shown)
    return checked._replace(verdict=verdict, cells=cell_sources(target.path, notebook))


def check_text(request: Request, target: Target, source: SourceText, bench: Workbench) -> Checked:
    """Gate, analyse, detect and judge one file; whatever it does, the next one is checked."""
    failure = ""
    findings: list[Finding] = []
    if source.error is not None:
        # a document in another encoding is data, Python in another encoding an error
        if not is_document(target):
            findings = [unreadable(source.path, *source.error, bench.policy)]
    elif is_document(target):
        return check_document(request, target, source, bench)
    elif is_worth_analysing(source):
        try:
            return analyse_file(request, target, source, bench)
        except (RecursionError, MemoryError):
            findings = [unreadable(source.path, 1, 1, "is nested too deeply", bench.policy)]
        except Exception as error:
            # a bug of ours: told in the report, and again with its traceback at the end
            import traceback

            failure = f"{target.path}: {traceback.format_exc()}"
            message = f"meets an internal error: {type(error).__name__}"
            findings = [unreadable(source.path, 1, 1, message, bench.policy)]
    return Checked(verdict_of(request, target, findings, bench), source.text, failure)


def lost(request: Request, target: Target, bench: Workbench) -> Checked:
    """The outcome of a file whose analysis ended its process."""
    findings = [unreadable(target.path, 1, 1, "ends the process that analyses it", bench.policy)]
    failure = f"{target.path}: the process that analysed it ended\n"
    return Checked(verdict_of(request, target, findings, bench), "", failure)


def check_document(
    request: Request, target: Target, source: SourceText, bench: Workbench
) -> Checked:
    """Read a configuration file and match the rules of kind `call` and `setting` against it."""
    from gdprlint.detect.setting import analyse_document

    analysed = analyse_document(target.path, source.text, bench.policy, bench.settings)
    note(bench, request, bool(analysed.findings), is_dated=True)
    findings = list(analysed.findings)
    if analysed.error is not None:
        findings.append(unreadable(source.path, *analysed.error, bench.policy))
    suppressions: Sequence[Suppression] = ()
    if findings and request.honour_ignores:
        from gdprlint.judge.suppressions import parse_suppressions

        suppressions = parse_suppressions(target.path, source.text, None)
    verdict = verdict_of(request, target, findings, bench, suppressions)
    return Checked(verdict, source.text, notice=analysed.notice)


def analyse_file(request: Request, target: Target, source: SourceText, bench: Workbench) -> Checked:
    """The engine's and the detectors' share of `check_file`."""
    from gdprlint.detect import detect
    from gdprlint.detect.test_code import needs_evaluation

    program = bench.program
    if needs_evaluation(target.path, source.text, bench.settings, program):
        observations = program.analyse(target.path, source.text)
    else:
        observations = program.skim(target.path, source.text)
    if observations.error is not None:
        line, column, reason = observations.error
        message = f"cannot be analysed: {reason}"
        findings = [unreadable(source.path, line, column, message, bench.policy)]
    else:
        policy = stub_policy(bench.policy) if target.path.endswith(".pyi") else bench.policy
        findings = list(detect(observations, policy, bench.settings))
    note(bench, request, bool(findings), is_dated=DIRECTIVE in source.text)
    suppressions: Sequence[Suppression] = ()
    if DIRECTIVE in source.text:
        from gdprlint.judge.suppressions import parse_suppressions

        suppressions = parse_suppressions(target.path, source.text, observations.tree)
        findings += hygiene_of(request, suppressions, findings, bench)
    honoured = suppressions if request.honour_ignores else ()
    verdict = verdict_of(request, target, findings, bench, honoured)
    return Checked(verdict, without_values(source.text, verdict.shown, bench.policy.rules))


def note(bench: Workbench, request: Request, has_findings: bool, *, is_dated: bool) -> None:
    """Note what the detectors and the judge ask of the project and of the calendar."""
    from gdprlint.engine.consulted import Query

    noted = bench.program.ledger.into
    root = bench.settings.root
    noted.add(Query("versions", root))
    if has_findings:
        import json

        from gdprlint.detect.coupling import receivers_of_records

        noted.add(Query("trackers", root, json.dumps(receivers_of_records(bench.policy.catalogue))))
    if is_dated or bench.settings.exemptions:
        noted.add(Query("day", request.today))


def text_to_show(
    request: Request, target: Target, findings: Sequence[Finding], bench: Workbench
) -> str:
    """The text that findings of earlier are shown in."""
    text = read_target(request, target).text
    return text if is_document(target) else without_values(text, findings, bench.policy.rules)


def hygiene_of(
    request: Request,
    suppressions: Sequence[Suppression],
    findings: Sequence[Finding],
    bench: Workbench,
) -> list[Finding]:
    """What is wrong with the directives of one file."""
    from gdprlint.judge.hygiene import check_directives

    return list(
        check_directives(
            suppressions,
            findings,
            bench.policy.rules,
            bench.settings,
            selected=bench.selected,
            classes={id: known.legal_class for id, known in bench.policy.categories.items()},
            today=request.today,
        )
    )


def declarations_of(request: Request, bench: Workbench, root: str) -> Verdict:
    """What the settings fail to declare."""
    from gdprlint.judge.declarations import check_declarations

    found = check_declarations(bench.settings, bench.policy.rules, root, request.today)
    return verdict_of(request, Target(bench.settings.file, ""), list(found), bench)


def stub_policy(policy: Policy) -> Policy:
    """The rules that make sense for a stub file: it has declarations and values, but no code."""
    rules = {id: rule for id, rule in policy.rules.items() if rule.kind in STUB_KINDS}
    return policy._replace(rules=rules)


def verdict_of(
    request: Request,
    target: Target,
    findings: Sequence[Finding],
    bench: Workbench,
    suppressions: Sequence[Suppression] = (),
) -> Verdict:
    """Judge the findings of one file under its settings."""
    return judge(
        findings,
        file=target.file,
        settings=bench.settings,
        selected=bench.selected,
        suppressions=suppressions,
        today=request.today,
        honour_exemptions=request.honour_ignores,
    )


def unreadable(path: str, line: int, column: int, message: str, policy: Policy) -> Finding:
    """The finding for a file that cannot be analysed."""
    rule = policy.rules.get(UNREADABLE)
    return Finding(
        rule=UNREADABLE,
        severity=rule.severity if rule else "error",
        confidence="certain",
        message=f"file {message}",
        span=Span(path, line, column, line, column + 1),
        remedy=rule.remedy if rule else "",
    )


def excluded(settings: Settings) -> tuple[PathPattern, ...]:
    """All exclude patterns in force."""
    return (*settings.exclude, *settings.extend_exclude)


def today() -> str:
    """The current date, read once per run, for directives with an expiry."""
    return time.strftime("%Y-%m-%d")
