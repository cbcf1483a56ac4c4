"""The line of stages for each file: read -> gate -> analyse -> detect -> judge.

A target and its workbench come in, a `Checked` goes out. Only this module knows the order.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence

from gdprlint.files.roots import relative_path
from gdprlint.files.source import SourceError, SourceText
from gdprlint.judge.selection import UNREADABLE
from gdprlint.model import Finding, Report, Span, UsageError
from gdprlint.outcome import Checked, gather, verdict_of
from gdprlint.progress import OnProgress, no_progress
from gdprlint.reading import (
    NOTEBOOK,
    Request,
    Target,
    is_document,
    is_worth_analysing,
    read_target,
)
from gdprlint.targets import SettingsFor
from gdprlint.tuples import TYPE_CHECKING
from gdprlint.workbench import Workbench, with_workbenches

if TYPE_CHECKING:
    from gdprlint.judge.suppressions import Suppression
    from gdprlint.policy.records import Policy

DIRECTIVE = "gdprlint:"
STUB_KINDS = ("field", "literal")
"""Kinds of rules that see something in a stub file."""


def check_targets(
    request: Request,
    settings_for: SettingsFor,
    root: str,
    targets: Sequence[Target],
    on_progress: OnProgress = no_progress,
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


def check_file(request: Request, target: Target, bench: Workbench) -> Checked:
    """Check one file; whatever it does, the next one is checked."""
    failure = ""
    try:
        return read_and_check(request, target, bench)
    except UsageError:
        raise
    except (RecursionError, MemoryError):
        message = "is nested too deeply"
    except Exception as error:
        # a bug of ours: told in the report, and again with its traceback at the end
        import traceback

        failure = f"{target.path}: {traceback.format_exc()}"
        message = f"meets an internal error: {type(error).__name__}"
    findings = [unreadable(target.path, 1, 1, message, bench.policy)]
    return Checked(verdict_of(request, target, findings, bench), "", failure)


def read_and_check(request: Request, target: Target, bench: Workbench) -> Checked:
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
    """Gate, analyse, detect and judge one file."""
    findings: list[Finding] = []
    if source.error is not None:
        # a document in another encoding is data, Python in another encoding an error
        if not is_document(target):
            findings = [unreadable(source.path, *source.error, bench.policy)]
    elif is_document(target):
        return check_document(request, target, source, bench)
    elif is_worth_analysing(source):
        return analyse_file(request, target, source, bench)
    return Checked(verdict_of(request, target, findings, bench), source.text)


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
    from gdprlint.detect import detect, open_kinds
    from gdprlint.detect.gates import needs_evaluation

    program, settings = bench.program, bench.settings
    policy = stub_policy(bench.policy) if target.path.endswith(".pyi") else bench.policy
    if needs_evaluation(target.path, source.text, settings, program):
        observations = program.analyse(target.path, source.text)
    else:
        observations = program.skim(
            target.path, source.text, lambda seen: any(open_kinds(seen, policy, settings))
        )
    if observations.error is not None:
        line, column, reason = observations.error
        message = f"cannot be analysed: {reason}"
        findings = [unreadable(source.path, line, column, message, bench.policy)]
    elif observations.tree is None:  # no gate is open
        findings = []
    else:
        findings = list(detect(observations, policy, settings))
    note(bench, request, bool(findings), is_dated=DIRECTIVE in source.text)
    suppressions: Sequence[Suppression] = ()
    if DIRECTIVE in source.text:
        from gdprlint.judge.suppressions import parse_suppressions

        suppressions = parse_suppressions(target.path, source.text, observations.tree)
        findings += hygiene_of(request, suppressions, findings, bench)
    honoured = suppressions if request.honour_ignores else ()
    verdict = verdict_of(request, target, findings, bench, honoured)
    if not verdict.shown:
        return Checked(verdict, "")
    from gdprlint.judge.masked import without_values

    return Checked(verdict, without_values(source.text, verdict.shown, bench.policy.rules))


def note(bench: Workbench, request: Request, has_findings: bool, *, is_dated: bool) -> None:
    """Note what the detectors and the judge ask of the project and of the calendar."""
    ledger = bench.program.ledger
    if not ledger.is_recording:
        return
    place = relative_path(bench.settings.root, bench.root)
    ledger.depend("versions", place)
    if has_findings:
        ledger.depend("trackers", place)
    if is_dated or bench.settings.exemptions:
        ledger.depend("day", "")


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


def stub_policy(policy: Policy) -> Policy:
    """The rules that make sense for a stub file: it has declarations and values, but no code."""
    rules = {id: rule for id, rule in policy.rules.items() if rule.kind in STUB_KINDS}
    return policy.with_rules(rules)


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


def today() -> str:
    """The current date, read once per run, for directives with an expiry."""
    return time.strftime("%Y-%m-%d")
