"""The outcomes of all files -> one report, with what the settings themselves fail to declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gdprlint.judge.verdict import Verdict, judge, order
from gdprlint.model import Finding, Report, Rule
from gdprlint.reading import Request, Target, is_document, read_target
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gdprlint.engine.consulted import Consulted
    from gdprlint.judge.suppressions import Suppression
    from gdprlint.workbench import Workbench


class Checked(NamedTuple):
    """The outcome of one file, with its text if a finding is shown.

    `failure` is the traceback of an internal error, `notice` a word for the report, `cells` the
    text of the cells of a notebook by their path, `consulted` what the outcome depends on.
    """

    verdict: Verdict
    text: str
    failure: str = ""
    notice: str = ""
    consulted: Consulted | None = None
    cells: Mapping[str, str] = {}


class LazyRules(Mapping[str, Rule]):
    """The rules of some workbenches; a report without findings never asks for them."""

    def __init__(self, benches: Sequence[Workbench]) -> None:
        self._benches = benches
        self._known: dict[str, Rule] | None = None

    def _rules(self) -> dict[str, Rule]:
        if self._known is None:
            self._known = {}
            for bench in self._benches:
                self._known.update(bench.policy.rules)
        return self._known

    def __getitem__(self, id: str) -> Rule:
        return self._rules()[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules())

    def __len__(self) -> int:
        return len(self._rules())


def gather(
    request: Request,
    root: str,
    targets: Sequence[Target],
    checked: Sequence[Checked],
    benches: Sequence[Workbench],
) -> Report:
    """The report of a run, from the outcomes of all its targets in their order."""
    report = report_of(checked, targets, LazyRules(benches), root)
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


def declarations_of(request: Request, bench: Workbench, root: str) -> Verdict:
    """What the settings fail to declare."""
    from gdprlint.judge.declarations import check_declarations

    found = check_declarations(bench.settings, bench.policy.rules, root, request.today)
    return verdict_of(request, Target(bench.settings.file, ""), list(found), bench)


def text_to_show(
    request: Request, target: Target, findings: Sequence[Finding], bench: Workbench
) -> str:
    """The text that findings of earlier are shown in."""
    from gdprlint.judge.masked import without_values

    text = read_target(request, target).text
    return text if is_document(target) else without_values(text, findings, bench.policy.rules)


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
