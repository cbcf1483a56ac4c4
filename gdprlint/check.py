"""The verb `check`: flags -> a run -> a rendered report and the exit status."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager

from gdprlint import __version__
from gdprlint.deep import call_with_deep_stack
from gdprlint.files.roots import project_root
from gdprlint.flags import add_check_flags, finder_for
from gdprlint.model import SEVERITY_ORDER, Report, UsageError
from gdprlint.narrowing import changes_of, narrowed
from gdprlint.parallel import available_cores, check_job, plan
from gdprlint.progress import progress_line
from gdprlint.reading import Request
from gdprlint.report import TEXT_FORMATS, render_as
from gdprlint.report.options import COLOR_CHOICES, RenderOptions, terminal_width, wants_color
from gdprlint.report.summary import counted
from gdprlint.settings.record import Settings
from gdprlint.targets import find_targets
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator
    from typing import TextIO

    from gdprlint.files.changed import Changes
    from gdprlint.reading import Target

STDIN = "-"
UNSAFE_ALONE = "--unsafe-fixes mends nothing by itself; add --fix, or --diff to look first"


def add_arguments(parser: ArgumentParser) -> None:
    """The flags of `check`."""
    add_check_flags(parser, is_check=True)


class Scope(NamedTuple):
    """What a run is about: the request, the settings by folder, what paths are relative to."""

    request: Request
    settings_for: Callable[[str], Settings]
    root: str

    def targets(self) -> list[Target]:
        """The files to check."""
        return find_targets(self.request, self.settings_for, self.root)


def scope_of(arguments: Namespace) -> Scope:
    """What the arguments name; raises `UsageError` for those that cannot work."""
    refuse_unusable(arguments)
    request = request_of(arguments)
    root = project_root(os.path.abspath(request.stdin_filename or request.paths[0]))
    return Scope(request, finder_for(arguments, root), root)


def execute(arguments: Namespace) -> int:
    """Check and report; returns the exit status."""
    if arguments.show_settings or arguments.show_files:
        scope = scope_of(arguments)
        if arguments.show_settings:
            return show_settings(scope)
        sys.stdout.writelines(f"{target.file}\n" for target in scope.targets())
        return 0
    if arguments.watch:
        return watch_files(arguments)
    return check_once(arguments)


def check_once(arguments: Namespace) -> int:
    """One run from the files to the exit status."""
    scope = scope_of(arguments)
    mended = mend_first(arguments, scope)
    if isinstance(mended, int):
        return mended
    run = narrowed(run_check(arguments), arguments)
    run = with_fixes_if_asked(run, arguments, scope)
    run = run._replace(report=run.report._replace(notices=(*run.report.notices, *mended)))
    write_report(run.report, run.settings, arguments)
    tell_on_stderr(arguments, run.report, run.settings)
    return exit_status(run.report, run.settings, exit_zero=arguments.exit_zero)


def mend_first(arguments: Namespace, scope: Scope) -> int | tuple[str, ...]:
    """What `--fix`, `--fix-only` and `--diff` do: an exit status, or notices for the report."""
    if not (arguments.fix or arguments.fix_only or arguments.diff):
        return (UNSAFE_ALONE,) if arguments.unsafe_fixes else ()
    from gdprlint.fixing import Job, carry_out

    job = Job(*scope, scope.targets(), unsafe=arguments.unsafe_fixes)
    outcome = call_with_deep_stack(lambda: carry_out(arguments, job))
    return outcome if isinstance(outcome, int) else outcome.notices


def with_fixes_if_asked(run: Run, arguments: Namespace, scope: Scope) -> Run:
    """The run with the fixes of its findings, for a format that carries them or `--show-fixes`."""
    carries = run.settings.output_format in ("sarif", "rdjson") and not arguments.no_fixes
    if not run.report.findings or not (carries or arguments.show_fixes):
        return run
    from gdprlint.fixing import Job, with_fixes

    job = Job(*scope, scope.targets(), unsafe=True)
    return run._replace(report=call_with_deep_stack(lambda: with_fixes(run.report, job)))


def watch_files(arguments: Namespace) -> int:
    """Run again for every change of the targets, their settings or the baseline."""
    from gdprlint.watch import watch

    if scope_of(arguments).request.stdin_filename:
        raise UsageError("--watch needs files, not standard input")

    def watched() -> list[str]:
        scope = scope_of(arguments)
        files = [target.file for target in scope.targets()]
        folders = {os.path.dirname(file) for file in files}
        chosen = [scope.settings_for(folder) for folder in folders]
        baseline = scope.settings_for(scope.root).baseline
        return [*files, *(settings.file for settings in chosen), baseline]

    return watch(lambda: check_once(arguments), watched)


class Run(NamedTuple):
    """A report with what it was made from; `paths` are the checked files, relative to the root."""

    report: Report
    settings: Settings
    paths: tuple[str, ...]
    changes: Changes | None


def run_check(arguments: Namespace) -> Run:
    """Check what the arguments name; nothing is taken out for a baseline or changed lines yet."""
    request, settings_for, root = scope_of(arguments)
    changes = changes_of(arguments, root)
    if changes:
        request = request._replace(contents=changes.contents)
    cache = None
    if is_kept(request):
        from gdprlint.cache import Cache

        cache = Cache(request, root, settings_for)
        settings_for = cache.settings_for
    targets = []
    if changes is None or changes.lines:
        targets = find_targets(request, settings_for, root, cache)
    on_progress = progress_line(sys.stderr)
    task = cache.task if cache else None
    job = plan(request, settings_for, root, targets, jobs_of(arguments), task)
    report = cache.check(job, on_progress) if cache else check_job(job, on_progress)
    paths = [target.path for target in targets]
    paths += cache.quiet if cache else ()
    return Run(report, settings_for(os.getcwd()), tuple(paths), changes)


def is_kept(request: Request) -> bool:
    """Whether results may be taken from the cache: what is checked lies on disk as it is."""
    return request.use_cache and not request.contents and not request.stdin_filename


def jobs_of(arguments: Namespace) -> int:
    """How many processes may work; at least one."""
    if not arguments.jobs:
        return available_cores()
    if not arguments.jobs.isdecimal() or int(arguments.jobs) < 1:
        raise UsageError(f"--jobs: `{arguments.jobs}` is not a number of processes")
    return int(arguments.jobs)


def write_report(report: Report, settings: Settings, arguments: Namespace) -> None:
    """Render the report where the arguments want it."""
    with destination(arguments.output_file, settings.output_format) as stream:
        options = render_options(arguments, settings, stream)
        if options.color:
            from gdprlint.pages import rule_pages
            from gdprlint.report.links import shows_links

            if shows_links(stream, os.environ):
                options = options._replace(rule_pages=rule_pages(report.rules, settings.packs))
        try:
            render_as(settings.output_format, report, stream, options)
            stream.flush()
        except OSError as error:
            from gdprlint.cli import leave_closed_pipe

            leave_closed_pipe()
            if not isinstance(error, BrokenPipeError):
                raise UsageError(f"output: {(error.strerror or '').lower()}") from error


def refuse_unusable(arguments: Namespace) -> None:
    """Raise `UsageError` for output flags that cannot work, before any time is spent."""
    if arguments.color not in COLOR_CHOICES:
        choices = ", ".join(COLOR_CHOICES)
        raise UsageError(f"--color: unknown value `{arguments.color}`", f"one of {choices}")
    file = arguments.output_file
    if file and not os.path.isdir(os.path.dirname(file) or "."):
        raise UsageError(f"--output-file: {file}: no such folder")
    if file and os.path.isdir(file):
        raise UsageError(f"--output-file: {file}: is a folder")


def request_of(arguments: Namespace) -> Request:
    """What is to be checked; `-` or `--stdin-filename` alone read standard input."""
    paths = arguments.paths or ([STDIN] if arguments.stdin_filename else ["."])
    reads_stdin = STDIN in paths
    if reads_stdin and len(paths) > 1:
        raise UsageError("`-` cannot be checked together with other paths")
    return Request(
        paths=paths,
        stdin_filename=(arguments.stdin_filename or "stdin.py") if reads_stdin else "",
        use_cache=not arguments.no_cache,
        cache_dir=os.path.abspath(arguments.cache_dir) if arguments.cache_dir else "",
        honour_ignores=not arguments.no_ignores,
        today=time.strftime("%Y-%m-%d"),
    )


def exit_status(report: Report, settings: Settings, *, exit_zero: bool) -> int:
    """0 nothing at or above `fail-on`, 1 findings, 2 if a file met an internal error."""
    if report.failures:
        return 2
    least = SEVERITY_ORDER[settings.fail_on]
    fails = any(SEVERITY_ORDER[finding.severity] >= least for finding in report.findings)
    return 1 if fails and not exit_zero else 0


@contextmanager
def destination(file: str, output_format: str) -> Iterator[TextIO]:
    """Standard output, or the file that `--output-file` names; what machines read is UTF-8."""
    if not file:
        if hasattr(sys.stdout, "reconfigure"):
            encoding = None if output_format in TEXT_FORMATS else "utf-8"
            sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")
        yield sys.stdout
        return
    try:
        stream = open(  # noqa: SIM115  closed below
            file, "w", encoding="utf-8", errors="backslashreplace", newline="\n"
        )
    except OSError as error:
        raise UsageError(f"--output-file: {file}: {(error.strerror or '').lower()}") from error
    with stream:
        yield stream


def render_options(arguments: Namespace, settings: Settings, stream: TextIO) -> RenderOptions:
    """How the report is to look on this stream."""
    return RenderOptions(
        color=wants_color(arguments.color, stream, os.environ),
        width=terminal_width(stream, os.environ),
        working_folder=os.getcwd(),
        quiet=arguments.quiet,
        statistics=arguments.statistics,
        min_confidence=settings.min_confidence,
        min_severity=settings.min_severity,
        version=__version__,
    )


def tell_on_stderr(arguments: Namespace, report: Report, settings: Settings) -> None:
    """Notices, internal errors and, if asked for, what the run used."""
    if not report.files and not arguments.quiet:
        sys.stderr.write(f"gdprlint: {why_nothing(arguments)}\n")
    for notice in report.notices:
        sys.stderr.write(f"gdprlint: {notice}\n")
    tell_failures(report.failures)
    if arguments.verbose:
        sys.stderr.write(f"gdprlint: settings: {settings.file or 'defaults'}\n")
        sys.stderr.write(f"gdprlint: root: {report.root}\n")


def why_nothing(arguments: Namespace) -> str:
    """Why no file was checked."""
    if arguments.staged or arguments.changed_since:
        return "no file to check: no line is changed"
    return f"no file to check in: {', '.join(arguments.paths or ['.'])}"


def tell_failures(failures: tuple[str, ...]) -> None:
    """Each internal error once, with the files that met the same one."""
    by_trace: dict[str, list[str]] = {}
    for failure in failures:
        path, _, trace = failure.partition(": ")
        by_trace.setdefault(trace, []).append(path)
    for trace, (first, *others) in by_trace.items():
        more = f" and {counted(len(others), 'file')} more" if others else ""
        sys.stderr.write(f"gdprlint: internal error in {first}{more}: {trace}")


def show_settings(scope: Scope) -> int:
    """Print the settings of the first path."""
    from gdprlint.settings.show import write_settings

    first = os.path.abspath(scope.request.stdin_filename or scope.request.paths[0])
    folder = first if os.path.isdir(first) else os.path.dirname(first)
    write_settings(scope.settings_for(folder), sys.stdout)
    return 0
