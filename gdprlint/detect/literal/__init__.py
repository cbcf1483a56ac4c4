"""Kind `literal`: a value in the source that looks like somebody's.

Text constants are searched for e-mail addresses, telephone numbers, IBANs, cards and national ids.
The value itself never leaves this package: findings name its sort and its place.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gdprlint.detect.gates import value_offsets, value_pattern
from gdprlint.detect.literal.numbers import find_numbers
from gdprlint.detect.literal.searches import Found, Searches, searches_of
from gdprlint.detect.literal.text import find_emails, is_provider
from gdprlint.detect.pseudonym.bench import Bench, FunctionDef, finding_at, names
from gdprlint.detect.walking import lines_at, walk_lines
from gdprlint.engine.observations import Observations, once
from gdprlint.files.test_paths import is_test
from gdprlint.model import Finding, Rule, Span

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

MAX_NUMBERS = 1000
"""A file with more bare numbers of eight digits and more is a table of data, whose check digits
hold by chance now and then: so many of them are looked at."""
MAX_DIGITS = 40
_LONG_RUN = re.compile(rf"[0-9]{{{MAX_DIGITS},}}")
"""More digits in a row than any number of a person has."""


def detect(
    observations: Observations, rules: Sequence[Rule], policy: Policy, settings: Settings
) -> Iterator[Finding]:
    """One finding for each value."""
    bench = Bench(observations, policy, settings)
    for rule in rules:
        searches = once(
            observations.shared,
            f"searches of {rule.id}",
            rule,
            functools.partial(searches_of, policy, names(rule, "allow")),
        )
        public_names = names(rule, "public_names")
        for node in text_constants(bench):
            values = list(find_values(node, bench, searches))
            if values and not any(name.lower() in public_names for name in bench.purposes_of(node)):
                yield from (report(bench, rule, node, found) for found in values)


def find_values(node: ast.Constant, bench: Bench, searches: Searches) -> Iterator[Found]:
    """The values in one constant."""
    value = node.value
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if isinstance(value, str):
        yield from find_emails(value, searches)
    if isinstance(value, (str, int)):
        text = _LONG_RUN.sub("x", text_of(value))
        yield from find_numbers(text, lambda: nearest_names(bench, node), searches)


def text_of(value: str | int) -> str:
    """A constant as it is searched; a number that is too long to be one of a person's is not
    written out, which takes the square of its length."""
    return value if isinstance(value, str) else str(value) if value < 10**MAX_DIGITS else ""


def nearest_names(bench: Bench, node: ast.Constant) -> tuple[str, ...]:
    """The names a constant is stored under, the nearest two; what its function is called says
    nothing of a constant."""
    function = next((n for n in bench.parents_of(node) if isinstance(n, FunctionDef)), None)
    stored = [name for name in bench.purposes_of(node) if name]
    if function is not None and stored and stored[-1] == function.name:
        stored.pop()
    return tuple(stored[:2])


def text_constants(bench: Bench) -> Iterator[ast.Constant]:
    """Constants that may hold a value: no docstrings, of bare numbers the first `MAX_NUMBERS`."""
    prose: set[int] = set()
    numbers = 0
    text = bench.observations.text
    lines = lines_at(value_offsets(text), text)
    for node in walk_lines(bench.tree, lines):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            prose.add(id(node.value))
        elif (
            isinstance(node, ast.Constant)
            and not isinstance(node.value, bool)
            and isinstance(node.value, (str, bytes, int))
            and id(node) not in prose
            and (isinstance(node.value, int) or value_pattern().search(str(node.value)))
            and not (isinstance(node.value, int) and node.value < 10**8)
        ):
            is_bare = isinstance(node.value, int) or node.value.isdigit()
            numbers += is_bare
            if numbers <= MAX_NUMBERS or not is_bare:
                yield node


def report(bench: Bench, rule: Rule, node: ast.Constant, found: Found) -> Finding:
    """The finding of one value; neither message nor expression holds it.

    In a test numbers are as likely made up, with their check digits, as real, and a mailbox of
    some domain need not exist. People's mailboxes are at the large providers."""
    is_made_up = is_test(bench.observations.path) and not (
        found.category == "contact.email" and is_provider(found.value)
    )
    return finding_at(
        rule,
        place_of(bench, node, found),
        "possible" if is_made_up else found.confidence,
        category=found.category,
        label=found.label,
        expr=f"<{found.label}>",
        reason=found.reason,
    )


def place_of(bench: Bench, node: ast.Constant, found: Found) -> Span:
    """Where exactly the value stands, so that it can be masked; else the whole constant."""
    span = bench.span_of(node)
    lines = bench.module.lines
    for number in range(span.line, min(span.end_line, len(lines)) + 1):
        start = lines[number - 1].find(found.value, span.column - 1 if number == span.line else 0)
        if start >= 0:
            end = start + len(found.value)
            return Span(span.path, number, start + 1, number, end + 1)
    return span
