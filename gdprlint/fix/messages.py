"""Texts without one of their values: `f"bad iban {iban}"` becomes `"bad iban"`."""

from __future__ import annotations

import re

import libcst as cst

from gdprlint.fix.context import Task, start_of
from gdprlint.fix.document import span_between
from gdprlint.model import Edit
from gdprlint.tuples import NamedTuple

PAIRS = {
    "'": "'", '"': '"', "(": ")", "[": "]", "<": ">", "`": "`", "‘": "’", "“": "”", "«": "»",
    "„": "“",
}  # fmt: skip
REDACTED = "[redacted]"
OPENERS = ("", "-", "–", ":", ".", "!", "?")
"""What stands before a value that is the subject of its sentence."""
CLOSERS = (".", ",", ";", "!", "?", ")", "]")
NAMES = frozenset({"name", "username", "nickname", "login"})
"""Last words of an attribute that stands for its owner."""
LONGEST_LABEL = 3
_TAIL = re.compile(r"[\s:=,;(\-]*$")
_GROUP = re.compile(r"\s*\([\w \-]{1,24}[:=]\s*$")
_PREPOSITION = re.compile(
    r"(?i)(?:^|(?<=\s))(?:to|from|for|of|by|with|in|at|on|as|für|von|an|bei|mit|de|pour|para|con)\s*$"
)
_NOUN = re.compile(r"(?i)\s+(?:for|from|of|by|with|using|on)\s+(?:the\s+)?(?P<noun>\w+)$")
_LABEL = re.compile(r"[:=]\s*['\"`<\[(]*$")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PERCENT = re.compile(r"%(?:\([^)]*\))?[-#0 +]*[\d*.]*[a-zA-Z%]")
_BRACE = re.compile(r"\{[^{}]*\}")


class Cut(NamedTuple):
    """What a text loses before and after a value, in characters, and what stands there instead."""

    left: int
    right: int
    text: str


def leave_out(
    task: Task, node: cst.BaseExpression, *, keeps_label: bool = False
) -> tuple[Edit, ...] | None:
    """Edits that take a value out of the text it is put into; None where that is not plain.

    With `keeps_label` a value that its text announces (`token=`) is redacted, not left out.
    """
    parent = task.tree.parents.get(node)
    if isinstance(parent, cst.FormattedStringExpression):
        return _from_f_string(task, parent, keeps_label=keeps_label)
    if isinstance(parent, cst.BinaryOperation) and isinstance(parent.operator, cst.Modulo):
        return _from_template(task, parent, parent.left, _PERCENT, keeps_label=keeps_label)
    call = task.tree.parents.get(parent) if isinstance(parent, cst.Arg) else None
    if (
        isinstance(call, cst.Call)
        and isinstance(call.func, cst.Attribute)
        and call.func.attr.value == "format"
        and len(call.args) == 1
    ):
        return _from_template(task, call, call.func.value, _BRACE, keeps_label=keeps_label)
    return None


def _from_f_string(
    task: Task, part: cst.FormattedStringExpression, *, keeps_label: bool
) -> tuple[Edit, ...] | None:
    string = task.tree.parents.get(part)
    if not isinstance(string, cst.FormattedString):
        return None
    document = task.setting.document
    span = task.tree.span(part)
    start = document.offset(span.line, span.column)
    end = document.offset(span.end_line, span.end_column)
    whole = task.tree.span(string)
    first = document.offset(whole.line, whole.column) + len(string.start)
    last = document.offset(whole.end_line, whole.end_column) - len(string.end)
    before = document.raw[_literal_start(task, string, part, first) : start]
    after = document.raw[end : _literal_end(task, string, part, last)]
    opens = start - len(before) == first and not _continues(task, string, -1)
    ends = end + len(after) == last and not _continues(task, string, 1)
    if part.equal is not None:
        shown = f"{task.tree.code(part.expression)}={REDACTED}"
        return (task.replace(part, shown), *without_prefix(task, part))
    if keeps_label and announces(before):
        return (task.replace(part, REDACTED), *without_prefix(task, part))
    cut = cut_of(task, before, after, opens=opens, ends=ends)
    if opens and ends and start - cut.left == first and end + cut.right == last:
        return None
    edit = Edit(span_between(document, start - cut.left, end + cut.right), cut.text)
    return (edit, *without_prefix(task, part))


def _continues(task: Task, string: cst.CSTNode, direction: int) -> bool:
    """Whether another string stands before (-1) or behind (1) one in a concatenation."""
    whole, part = task.tree.parents.get(string), string
    while isinstance(whole, (cst.ConcatenatedString, cst.BinaryOperation)):
        if part is (whole.left if direction > 0 else whole.right):
            return True
        part, whole = whole, task.tree.parents.get(whole)
    return False


def cut_of(task: Task, before: str, after: str, *, opens: bool, ends: bool) -> Cut:
    """How to take the finding's value out between two stretches of a text.

    `opens` and `ends` tell whether the text begins and stops there, or another value follows.
    """
    if is_glued(before, after, opens=opens, ends=ends):
        return Cut(0, 0, REDACTED)
    left, right = _trimmed(before, after, ends=ends)
    kept = before[: len(before) - left]
    if kept.endswith(("=", ":")):
        return Cut(0, 0, REDACTED)
    noun = _NOUN.search(kept)
    if noun and noun["noun"].lower() in words_of(task) and not after[right:].strip(" .!"):
        left += len(noun[0])
    follows = opens or len(before) > left
    subject = subject_of(task, before[: len(before) - left], after[right:]) if follows else ""
    return Cut(left, right, subject)


def words_of(task: Task) -> set[str]:
    """The words that the finding's expression is made of."""
    return {word.lower() for word in _WORD.findall(task.finding.expr)}


def announces(before: str) -> bool:
    """Whether a text ends in a label, which would stand alone without its value."""
    return _LABEL.search(before) is not None


def _literal_start(
    task: Task, string: cst.FormattedString, part: cst.BaseFormattedStringContent, first: int
) -> int:
    index = list(string.parts).index(part)
    if index == 0:
        return first
    before = task.tree.span(string.parts[index - 1])
    is_text = isinstance(string.parts[index - 1], cst.FormattedStringText)
    if not is_text:
        return task.setting.document.offset(before.end_line, before.end_column)
    return task.setting.document.offset(before.line, before.column)


def _literal_end(
    task: Task, string: cst.FormattedString, part: cst.BaseFormattedStringContent, last: int
) -> int:
    index = list(string.parts).index(part)
    if index == len(string.parts) - 1:
        return last
    after = task.tree.span(string.parts[index + 1])
    is_text = isinstance(string.parts[index + 1], cst.FormattedStringText)
    line, column = (after.end_line, after.end_column) if is_text else (after.line, after.column)
    return task.setting.document.offset(line, column)


def _trimmed(before: str, after: str, *, ends: bool) -> tuple[int, int]:
    """How many characters before and after a value go with it: quotes, blanks, prepositions."""
    group = _GROUP.search(before)
    if group and after.startswith(")"):
        return len(group[0]), 1
    left = right = 0
    while before[: len(before) - left] and after[right:]:
        opening = before[len(before) - left - 1]
        if PAIRS.get(opening) != after[right]:
            break
        left, right = left + 1, right + 1
    preposition = _PREPOSITION.search(before[: len(before) - left])
    left += len(preposition[0]) if preposition else 0
    rest_before, rest_after = before[: len(before) - left], after[right:]
    if not rest_after.strip() and ends:
        tail = _TAIL.search(rest_before)
        left += len(tail[0]) if tail else 0
        right += len(rest_after)
    elif rest_after[:1] in CLOSERS:
        left += len(rest_before) - len(rest_before.rstrip(" :="))
    elif rest_before.endswith(" ") and rest_after[:1] in (" ", ":"):
        left += 1
    return left, right


def is_glued(before: str, after: str, *, opens: bool, ends: bool) -> bool:
    """Whether a value is part of a longer word or path, so that a gap would mislead."""
    ahead = before[-1:] if before or opens else "}"
    behind = after[:1] if after or ends else "{"
    return (ahead.isalnum() or ahead in ("/", "-", "@", "_", "}")) or (
        behind.isalnum() or behind in ("/", "-", "@", "_", "{") or after.startswith(("'s", "’s"))
    )


def subject_of(task: Task, before: str, after: str) -> str:
    """What stands for a value that opens a sentence or follows a dash, "" elsewhere."""
    if before.rstrip()[-1:] not in OPENERS or not re.match(r"\s+\w", after):
        return ""
    noun = noun_of(task)
    if not before:
        return noun[:1].upper() + noun[1:]
    return ("" if before.endswith(" ") else " ") + noun


def noun_of(task: Task) -> str:
    """A value in words: as the program calls it, else as its category is called."""
    names = task.finding.expr.split(".")
    if all(name.isidentifier() and len(name) > 1 for name in names):
        words = [word.lower() for word in _WORD.findall(names[-1])]
        if len(words) > 1 and words[-1] in NAMES:
            return " ".join(["the", *words[:-1]])
        if len(names) > 1 and names[-2] not in ("self", "cls"):
            owner = [word.lower() for word in _WORD.findall(names[-2])]
            if words[-1] in NAMES:
                return " ".join(["the", *owner])
            words = owner + words if len(words) == 1 else words
        return " ".join(words)
    known = task.setting.policy.categories.get(task.finding.category)
    label = re.split(r"[,(:]", known.label)[0].strip() if known is not None else ""
    is_short = 0 < len(label.split()) <= LONGEST_LABEL
    return label[:1].lower() + label[1:] if is_short else "value"


def without_prefix(task: Task, part: cst.FormattedStringExpression) -> tuple[Edit, ...]:
    """The edit that makes an f-string a plain one, if `part` is the only value in it."""
    string = task.tree.parents.get(part)
    if not isinstance(string, cst.FormattedString):
        return ()
    if sum(isinstance(p, cst.FormattedStringExpression) for p in string.parts) > 1:
        return ()
    texts = [p.value for p in string.parts if isinstance(p, cst.FormattedStringText)]
    if any("{{" in text or "}}" in text for text in texts):
        return ()
    span = task.tree.span(string)
    prefix = string.start.rstrip("'\"")
    place = start_of(span)._replace(end_column=span.column + len(prefix))
    return (Edit(place, prefix.replace("f", "").replace("F", "")),)


def _from_template(
    task: Task,
    whole: cst.BaseExpression,
    template: cst.BaseExpression,
    pattern: re.Pattern[str],
    *,
    keeps_label: bool,
) -> tuple[Edit, ...] | None:
    if not isinstance(template, cst.SimpleString) or "{{" in template.value:
        return None
    found = pattern.findall(template.value)
    if len(found) != 1 or "%%" in template.value:
        return None
    at = pattern.search(template.value)
    assert at is not None
    prefix = len(template.prefix) + len(template.quote)
    before = template.value[prefix : at.start()]
    after = template.value[at.end() : -len(template.quote)]
    quote = template.quote
    if keeps_label and announces(before):
        text = f"{before}{REDACTED}{after}"
    else:
        cut = cut_of(task, before, after, opens=True, ends=True)
        if cut.left == len(before) and cut.right == len(after):
            return None
        text = before[: len(before) - cut.left] + cut.text + after[cut.right :]
    return (task.replace(whole, f"{template.prefix}{quote}{text}{quote}"),)
