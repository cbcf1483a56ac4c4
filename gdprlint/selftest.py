"""The verb `test`: does a rule pack find what its examples and fixtures say it finds?

A bad example has to be reported and a good one must not be. A fixture marks the lines that are
reported with `# expect: ID`; silence is the expectation of every other line. Fixtures lie in the
folder `fixtures` of the pack. Settings that a test needs stand in lines `# settings: KEY = VALUE`,
or in a gdprlint.toml of the fixture's folder.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from gdprlint.deep import call_with_deep_stack
from gdprlint.files.roots import ancestors, prepare_cache, project_root, relative_path
from gdprlint.files.source import read_source
from gdprlint.flags import add_settings_only_flags, finder_for
from gdprlint.model import Rule, UsageError
from gdprlint.outcome import declarations_of
from gdprlint.policy import load_policy, rules_root
from gdprlint.policy.packs import pack_folders
from gdprlint.reading import Request, Target
from gdprlint.report.summary import counted
from gdprlint.run import check_file, check_targets, today
from gdprlint.settings.find import OWN_FILES, read_settings_file, settings_file_in
from gdprlint.settings.record import Settings
from gdprlint.settings.resolve import NOTHING, resolve
from gdprlint.targets import find_targets
from gdprlint.tuples import NamedTuple
from gdprlint.workbench import Workbench, open_workbench

PREAMBLE = "import logging\n\nlogger = logging.getLogger(__name__)\n"
"""What an example that logs without saying how begins with."""
SETTINGS = re.compile(r"^# settings: (.+)$", re.MULTILINE)
MARK = re.compile(r"#\s*(expect|missed|noise):\s*([A-Z][\w-]*\d(?:\s*,\s*[A-Z][\w-]*\d)*)")
FIXTURES = "fixtures"


class Gap(NamedTuple):
    """A place where expectation and outcome differ; `source` is the text that was checked."""

    place: str
    source: str
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]


class Pack(NamedTuple):
    """A pack under test: its folder, its fixtures ("" without), its own rules."""

    folder: str
    fixtures: str
    rules: Mapping[str, Rule]


class Outcome(NamedTuple):
    """What was tried, and what went wrong."""

    examples: int
    marks: int
    gaps: tuple[Gap, ...]


Marks = dict[str, dict[tuple[str, int], set[str]]]
"""Kind of mark -> path and line -> ids of rules."""


def add_arguments(parser: ArgumentParser) -> None:
    """The flags of `test`."""
    parser.add_argument(
        "pack", nargs="?", metavar="PACK", default="", help="folder or package; default: settings"
    )
    add_settings_only_flags(parser, only=("packs",))


def execute(arguments: Namespace) -> int:
    """Test each pack; 1 if anything is missing or unexpected."""
    root = project_root(os.getcwd())
    settings = finder_for(arguments, root)(os.getcwd())
    names = [arguments.pack] if arguments.pack else [*settings.packs] or [""]
    status = 0
    for pack in map(open_pack, names):
        outcome = call_with_deep_stack(partial(outcome_of, pack))
        for gap in outcome.gaps:
            sys.stdout.writelines(f"{line}\n" for line in diff_of(gap))
        sys.stdout.write(summary_of(pack, outcome) + "\n")
        status = status or int(bool(outcome.gaps))
    return status


def open_pack(name: str) -> Pack:
    """The pack called `name`, the tool's own for "". Raises `UsageError` if it has no rule."""
    cache = prepare_cache(project_root(os.getcwd()))
    own = load_policy((), cache_dir=cache).rules
    if not name:
        beside = os.path.join(os.path.dirname(rules_root()), FIXTURES)
        return Pack(rules_root(), beside if os.path.isdir(beside) else "", own)
    folder = pack_folders([name])[-1]
    if folder == rules_root():
        return open_pack("")
    rules = load_policy([folder], cache_dir=cache).rules
    added = {id: rule for id, rule in rules.items() if id not in own}
    if not added:
        raise UsageError(f"rule pack {name}: holds no rule of its own")
    inside = os.path.join(folder, FIXTURES)
    return Pack(folder, inside if os.path.isdir(inside) else "", added)


def outcome_of(pack: Pack) -> Outcome:
    """Run all examples and fixtures of a pack."""
    marks, gaps = fixture_gaps(pack) if pack.fixtures else (0, [])
    examples = sum(len(rule.examples) for rule in pack.rules.values())
    return Outcome(examples, marks, (*example_gaps(pack), *gaps))


# examples


def example_gaps(pack: Pack) -> Iterator[Gap]:
    """The examples that are not reported as they should be."""
    # a processor that no settings declare is a finding wherever it is imported
    own = {id for id, rule in pack.rules.items() if rule.kind != "processor"}
    with tempfile.TemporaryDirectory() as root:
        rules_of = example_checker(pack, os.path.realpath(root))
        for rule in pack.rules.values():
            for number, example in enumerate(rule.examples, 1):
                place = f"{rule.id} example {number}"
                if rule.id not in rules_of(rule, example.bad):
                    yield Gap(f"{place}, bad", example.bad, (rule.id,), ())
                if loud := rules_of(rule, example.good) & own:
                    yield Gap(f"{place}, good", example.good, (), tuple(sorted(loud)))


def example_checker(pack: Pack, root: str) -> Callable[[Rule, str], frozenset[str]]:
    """A function that checks a snippet as a project of its own, and gives the rules reported."""
    file = os.path.join(root, "example.py")
    request = Request(paths=[file], today=today())
    target = Target(file, "example.py")
    benches: dict[tuple[str, ...], Workbench] = {}

    def rules_of(rule: Rule, snippet: str) -> frozenset[str]:
        key = (declared_settings(snippet), *([] if rule.default else [rule.id]))
        if key not in benches:
            settings = isolated(pack, key[1:], root, toml=key[0])
            benches[key] = open_workbench(request, settings, root)
        bench = benches[key]
        logs = "logger." in snippet and "getLogger" not in snippet
        with open(file, "w", encoding="utf-8") as stream:
            stream.write(PREAMBLE + snippet if logs else snippet)
        checked = check_file(request, target, bench.afresh())
        shown = checked.verdict.shown
        if rule.id in {finding.rule for finding in declarations_of(request, bench, root).shown}:
            return frozenset((rule.id, *(finding.rule for finding in shown)))
        return frozenset(finding.rule for finding in shown)

    return rules_of


def declared_settings(text: str) -> str:
    """The TOML of the lines `# settings: KEY = VALUE`, "" for none."""
    return "\n".join(SETTINGS.findall(text))


def isolated(
    pack: Pack, selected: Iterable[str], root: str, *, toml: str = "", file: str = ""
) -> Settings:
    """The settings of a test: the pack, some opt-in rules and what the test itself declares, as
    text or in a file."""
    packs = () if pack.folder == rules_root() else (pack.folder,)
    flags = {"packs": packs, "extend-select": tuple(selected)}
    if file:
        return resolve(read_settings_file(file), flags, root)
    if not toml:
        return resolve(NOTHING, flags, root)
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, OWN_FILES[-1])
        with open(file, "w", encoding="utf-8") as stream:
            stream.write(toml)
        return resolve(read_settings_file(file), flags, root)


# fixtures


def fixture_gaps(pack: Pack) -> tuple[int, list[Gap]]:
    """The number of marks, and the lines that are not reported as they say."""
    root = project_root(pack.fixtures)
    request = Request(paths=[pack.fixtures], today=today())
    plain = isolated(pack, (), root)
    texts: dict[str, list[str]] = {}
    marks: Marks = {"expect": {}, "missed": {}, "noise": {}}
    groups: dict[tuple[str, str], list[Target]] = {}
    for target in find_targets(request, everywhere(plain), root):
        text = read_source(target.file, target.path).text
        texts[target.path] = text.split("\n")
        toml = declared_settings(text)
        file = "" if toml else settings_file_of(target.file, pack)
        groups.setdefault((toml, file), []).append(target)
        for kind, line, rule in read_marks(texts[target.path]):
            marks[kind].setdefault((target.path, line), set()).add(rule)
    named = {rule for kind in marks.values() for rules in kind.values() for rule in rules}
    found: dict[tuple[str, int], set[str]] = {}
    for (toml, file), targets in groups.items():
        settings = isolated(pack, sorted(named & set(pack.rules)), root, toml=toml, file=file)
        report = check_targets(request, everywhere(settings), root, targets)
        for finding in report.findings:
            place = (finding.span.path, finding.span.line)
            if place[0] in texts and (finding.rule in named or finding.rule in pack.rules):
                found.setdefault(place, set()).add(finding.rule)
    places = sorted({*found, *(place for kind in marks.values() for place in kind)})
    gaps = [gap_at(place, marks, found.get(place, set()), texts) for place in places]
    number = sum(len(rules) for kind in marks.values() for rules in kind.values())
    return number, [gap for gap in gaps if gap is not None]


def everywhere(settings: Settings) -> Callable[[str], Settings]:
    """The same settings for every folder."""
    return lambda folder: settings


def settings_file_of(file: str, pack: Pack) -> str:
    """The settings file of the fixtures that a fixture without lines of its own stands under."""
    for folder in ancestors(os.path.dirname(file)):
        if not (folder + os.sep).startswith(pack.fixtures + os.sep):
            return ""
        if settings_file := settings_file_in(folder):
            return settings_file
    return ""


def read_marks(lines: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    """Kind, 1-based line and rule of each mark."""
    for number, line in enumerate(lines, 1):
        for kind, rules in MARK.findall(line):
            for rule in rules.split(","):
                yield kind, number, rule.strip()


def gap_at(
    place: tuple[str, int],
    marks: Marks,
    found: set[str],
    texts: Mapping[str, list[str]],
) -> Gap | None:
    """What differs on one line. A known gap (`missed`, `noise`) has to be one still."""
    nothing: set[str] = set()
    expected = marks["expect"].get(place, nothing) | marks["noise"].get(place, nothing)
    if found == expected:
        return None
    path, line = place
    return Gap(
        f"{path}:{line}",
        texts.get(path, [""] * line)[line - 1].strip(),
        tuple(sorted(expected - found)),
        tuple(sorted(found - expected)),
    )


# output


def diff_of(gap: Gap) -> Iterator[str]:
    """The gap as a diff: what was expected goes, what was reported comes."""
    yield f"@@ {gap.place} @@"
    yield from (f" {line}" for line in gap.source.strip("\n").split("\n"))
    yield from (f"-{rule}  expected, not reported" for rule in gap.missing)
    yield from (f"+{rule}  reported, not expected" for rule in gap.unexpected)


def summary_of(pack: Pack, outcome: Outcome) -> str:
    """One line: what was tried, and how it went."""
    missing = sum(len(gap.missing) for gap in outcome.gaps)
    unexpected = sum(len(gap.unexpected) for gap in outcome.gaps)
    is_own = pack.folder == rules_root()
    shown = "gdprlint" if is_own else relative_path(pack.folder, os.getcwd())
    tried = f"{counted(len(pack.rules), 'rule')}, {counted(outcome.examples, 'example')}, "
    tried += counted(outcome.marks, "mark")
    verdict = f"{missing} missing, {unexpected} unexpected" if outcome.gaps else "as expected"
    return f"{shown}: {tried}: {verdict}"
