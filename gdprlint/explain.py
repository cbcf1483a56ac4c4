"""The verb `rule`: the page of one rule, or a list of rules, from the rules' own TOML files."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping
from typing import TextIO

from gdprlint.files.roots import project_root
from gdprlint.flags import add_settings_only_flags, finder_for
from gdprlint.judge.selection import LIST_OF_RULES
from gdprlint.loading import policy_for
from gdprlint.model import Rule, UsageError
from gdprlint.report.columns import wrap
from gdprlint.report.options import terminal_width
from gdprlint.settings.values import nearest


def add_arguments(parser: ArgumentParser) -> None:
    """The flags of `rule`."""
    parser.add_argument(
        "id", nargs="?", metavar="ID", default="", help="id or name of a rule, or how ids begin"
    )
    parser.add_argument("--all", action="store_true", help="list all rules")
    parser.add_argument("--json", action="store_true", help="print the rules as data")
    add_settings_only_flags(parser, only=("packs",))


def execute(arguments: Namespace) -> int:
    """Print what was asked for."""
    rules = load_rules(arguments)
    if not arguments.id and not arguments.all:
        raise UsageError("name a rule, or all of them", "gdprlint rule GDL101, gdprlint rule --all")
    listed = family_of("" if arguments.all else arguments.id, rules)
    chosen = listed or [find_rule(arguments.id, rules)]
    if arguments.json:
        json.dump(
            [rule_document(rule) for rule in chosen], sys.stdout, indent=2, ensure_ascii=False
        )
        sys.stdout.write("\n")
    elif listed:
        write_list(listed, sys.stdout)
    else:
        write_page(chosen[0], sys.stdout, min(terminal_width(sys.stdout, os.environ), 100))
    return 0


def load_rules(arguments: Namespace) -> Mapping[str, Rule]:
    """The rules of the packs in force in the working folder."""
    root = project_root(os.getcwd())
    settings = finder_for(arguments, root)(os.getcwd())
    rules = policy_for(settings, root, use_cache=not arguments.no_cache).rules
    return dict(sorted(rules.items()))


def family_of(wanted: str, rules: Mapping[str, Rule]) -> list[Rule]:
    """The rules whose ids begin with `wanted`, as `--select` takes it; none if it is an id."""
    start = wanted.upper()
    return [rule for id, rule in rules.items() if start not in rules and id.startswith(start)]


def find_rule(wanted: str, rules: Mapping[str, Rule]) -> Rule:
    """The rule of that id or name. Raises `UsageError` with the nearest one."""
    for rule in rules.values():
        if wanted.upper() == rule.id or wanted == rule.name:
            return rule
    names = [name for rule in rules.values() for name in (rule.id, rule.name)]
    raise UsageError(f"unknown rule `{wanted}`", nearest(wanted, names) or LIST_OF_RULES)


def rule_document(rule: Rule) -> dict[str, object]:
    """A rule as plain data, without where its file lies."""
    document = rule._asdict()
    document["examples"] = [example._asdict() for example in rule.examples]
    document["match"] = dict(rule.match)
    del document["origin"]
    return document


def write_list(rules: Iterable[Rule], stream: TextIO) -> None:
    """One line for each rule."""
    for rule in rules:
        marks = [rule.status] if rule.status != "stable" else []
        opt_in = [] if rule.default else ["opt-in"]
        note = f" ({', '.join([*marks, *opt_in])})" if marks or opt_in else ""
        stream.write(f"{rule.id}  {rule.severity:7}  {rule.summary}{note}\n")


def write_page(rule: Rule, stream: TextIO, width: int) -> None:
    """The rule's page: what, why in law, remedy, examples, limits, how to suppress."""
    stream.write(f"{rule.id} {rule.name}\n{rule.summary}\n\n")
    state = "on by default" if rule.default else "opt-in: --extend-select " + rule.id
    stream.write(f"{rule.severity}, {rule.status} since {rule.since}, {state}\n")
    law = [f"GDPR Art. {', '.join(rule.gdpr)}"] if rule.gdpr else []
    law += [f"CWE-{number}" for number in rule.cwe]
    if law:
        stream.write(f"{'; '.join(law)}\n")
    for title, text in (("why", rule.why), ("remedy", rule.remedy), ("limits", rule.limits)):
        if text.strip():
            write_section(title, wrap_paragraphs(text, width - 2), stream)
    for example in rule.examples:
        write_section("bad", example.bad.rstrip().split("\n"), stream)
        write_section("good", example.good.rstrip().split("\n"), stream)
    directive = f"# gdprlint: ignore[{rule.id}] basis=6(1)(f) purpose=NAME why it is needed"
    write_section("suppress", [directive], stream)


def wrap_paragraphs(text: str, width: int) -> list[str]:
    """Fill each paragraph; empty lines part them."""
    lines: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        lines += [*([""] if lines else []), *wrap(paragraph, width)]
    return lines


def write_section(title: str, lines: Iterable[str], stream: TextIO) -> None:
    """A title and its lines, indented."""
    stream.write(f"\n{title}\n")
    stream.writelines(f"  {line}".rstrip() + "\n" for line in lines)
