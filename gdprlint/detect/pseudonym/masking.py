"""GDL306: a mask that leaves so much of a value that the rest can be guessed.

Only what is meant as a mask is judged: slices joined with stars, or in a function or under a name
that says so. How much may stay readable of which category is data of the rule.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from gdprlint.detect.flow import closeness
from gdprlint.detect.pseudonym.bench import (
    Bench,
    FunctionDef,
    finding_at,
    names,
    starts_with_any,
    words_of,
)
from gdprlint.engine.observations import TransformSeen
from gdprlint.model import Confidence, Finding, Rule
from gdprlint.tuples import NamedTuple

_STARS = re.compile(r"[*•●#]{1,}|[xX]{2,}|_{3,}")
_MASK_VERBS = ("mask", "masks", "masked", "redact", "hide", "obfuscate", "censor", "anonymize",
               "anonymise", "truncate", "shorten")  # fmt: skip
ALL_BUT = 1000
"""A slice that ends so many characters before the end of the value shows an unknown number."""


class Part(NamedTuple):
    """What a slice shows: characters at the start, at the end, and how many it surely hides."""

    first: int
    last: int
    hidden: int


class Limit(NamedTuple):
    """The most of a category that a mask may show, and the least that `[:-n]` has to hide."""

    categories: tuple[str, ...]
    first: int
    last: int
    hidden: int


def find_weak_masks(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """Masks that show more of a value than its category bears, once for each expression."""
    slices = [seen for seen in bench.observations.transforms if seen.form == "slice"]
    limits = limits_of(rule)
    by_mask: dict[ast.AST, list[tuple[TransformSeen, Part]]] = {}
    for seen in slices:
        node = bench.node_at(seen.span)
        part = part_of(node) if isinstance(node, ast.Subscript) else None
        mask = mask_around(bench, rule, node) if node is not None and part is not None else None
        if part is not None and mask is not None:
            by_mask.setdefault(mask, []).append((seen, part))
    for mask, parts in by_mask.items():
        yield from judge_mask(bench, rule, limits, mask, parts)


def judge_mask(
    bench: Bench,
    rule: Rule,
    limits: tuple[Limit, ...],
    mask: ast.AST,
    parts: list[tuple[TransformSeen, Part]],
) -> Iterator[Finding]:
    """The finding of one masking expression, if it shows too much."""
    seen = max((seen for seen, _ in parts), key=lambda seen: bool(seen.category))
    category = seen.category or category_of_function(bench, mask)
    limit = next((x for x in limits if closeness(category, x.categories, bench.policy)), None)
    if limit is None:
        return
    shown = Part(
        max(part.first for _, part in parts),
        max(part.last for _, part in parts),
        min(part.hidden for _, part in parts),
    )
    if is_too_much(shown, limit):
        is_doubtful = seen.confidence == "possible" and not is_named_mask(bench, rule, mask)
        confidence: Confidence = "possible" if is_doubtful else "likely"
        place = mask if isinstance(mask, ast.expr) else None
        yield finding_at(
            rule,
            seen.span if place is None else bench.span_of(place),
            confidence if seen.category else "likely",
            category=category,
            label=bench.label(category),
            expr=seen.text,
            sink=described(shown),
            symbol=seen.symbol,
        )


def is_too_much(shown: Part, limit: Limit) -> bool:
    """Whether more is shown than the limit allows."""
    if shown.first == ALL_BUT or shown.last == ALL_BUT:
        return shown.hidden < limit.hidden
    return shown.first > limit.first or shown.last > limit.last


def described(shown: Part) -> str:
    """How much a mask leaves, in words."""
    if ALL_BUT in (shown.first, shown.last):
        return f"all but {shown.hidden} {characters(shown.hidden)}"
    halves = [f"the first {shown.first}"] if shown.first else []
    halves += [f"the last {shown.last}"] if shown.last else []
    return f"{' and '.join(halves)} {characters(shown.last or shown.first)}"


def characters(number: int) -> str:
    """The noun behind a number of them."""
    return "character" if number == 1 else "characters"


def limits_of(rule: Rule) -> tuple[Limit, ...]:
    """The `[[match.limit]]` tables."""
    rows = rule.match.get("limit", ())
    return tuple(
        Limit(
            tuple(row["categories"]),
            int(row.get("first", 0)),
            int(row.get("last", 0)),
            int(row.get("hidden", ALL_BUT)),
        )
        for row in (rows if isinstance(rows, (list, tuple)) else ())
        if isinstance(row, Mapping)
    )


def part_of(node: ast.Subscript) -> Part | None:
    """What `x[a:b]` shows, None if the bounds are not constants or nothing is cut off."""
    if not isinstance(node.slice, ast.Slice) or node.slice.step is not None:
        return None
    low, high = bound(node.slice.lower), bound(node.slice.upper)
    if low is None or high is None:
        return None
    if node.slice.upper is None:
        return Part(0, -low, ALL_BUT) if low < 0 else Part(0, ALL_BUT, low) if low else None
    if high < 0:
        return Part(ALL_BUT, 0, low - high)
    return Part(high, 0, ALL_BUT) if low == 0 else None


def bound(node: ast.expr | None) -> int | None:
    """A constant bound of a slice; 0 if it is left out."""
    if node is None:
        return 0
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return None
    return value if isinstance(value, int) else None


def mask_around(bench: Bench, rule: Rule, node: ast.expr) -> ast.AST | None:
    """The whole expression a slice belongs to if it is meant as a mask."""
    outermost: ast.expr = node
    for outer in bench.parents_of(node):
        if not isinstance(outer, (ast.BinOp, ast.JoinedStr, ast.FormattedValue, ast.IfExp)):
            break
        outermost = outer
    if any(set(words_of(p)) & set(names(rule, "other_uses")) for p in bench.purposes_of(node)):
        return None
    if has_stars(outermost):
        return outermost
    if is_named_mask(bench, rule, node):
        return outermost if returns_or_names(bench, outermost) else None
    return None


def is_named_mask(bench: Bench, rule: Rule, node: ast.AST) -> bool:
    """Whether the function or the name around says that it masks: the value needs it, then."""
    stems = names(rule, "stems")
    return any(starts_with_any(purpose, stems) for purpose in bench.purposes_of(node))


def returns_or_names(bench: Bench, node: ast.expr) -> bool:
    """Whether the expression is what a function returns or a variable holds."""
    outer = next(bench.parents_of(node), None)
    return isinstance(outer, (ast.Return, ast.Assign, ast.AnnAssign, ast.keyword, ast.Dict))


def has_stars(node: ast.expr) -> bool:
    """Whether masking characters stand in the expression."""
    return any(
        isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and _STARS.search(part.value) is not None
        for part in ast.walk(node)
    )


def category_of_function(bench: Bench, node: ast.AST) -> str:
    """What a function masks by its own name: `mask_card` -> a card number."""
    for outer in bench.parents_of(node):
        if isinstance(outer, FunctionDef):
            noun = "_".join(w for w in outer.name.strip("_").split("_") if w not in _MASK_VERBS)
            found = bench.policy.lexicon.classify(noun) if noun else None
            return found.category if found is not None else ""
    return ""
