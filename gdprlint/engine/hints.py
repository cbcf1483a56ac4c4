"""The words of a message as evidence of the value shown after them."""

from __future__ import annotations

import ast
import re

from gdprlint.engine.declared import bare_name
from gdprlint.engine.frame import Frame
from gdprlint.engine.naming import is_judged_harmless, make_tag
from gdprlint.engine.values import LIKELY, POSSIBLE, Val

_HINT = r"([A-Za-z_]\w*(?:[ -][A-Za-z_]\w*)?)['\"]?\s*[:=]\s*['\"(<\[]*$"
_OWNER = r"((?:[A-Za-z]+[ -])?[A-Za-z]+) ['\"(<\[`]*$"
_POST = r"\b(?:(?:e-?)?mails?|sms|text messages?)"
_ADDRESSED = (
    rf"(?i)(?:\b(?:sen[dt]|sending|deliver(?:ed|ing)?|forward(?:ed|ing)?)\b.*{_POST} to"
    rf"|{_POST}\b.*\b(?:sent|delivered|forwarded) to|^ ?e-?mails? to|\be-?mail(?:ed|ing))"
    r":? ['\"(<\[`]*$"
)
_ADDRESSED_ENDS = (" to", "mailed", "mailing")
_NEAR = 80
_PEOPLE = frozenset(("contact.email", "contact.phone", "container.person"))

_OF_PERSONS = ("account.", "name.")

_OFTEN_OF_MACHINES = "online."
"""Addresses and ids of devices: a message that repeats the word says no more than the name."""


def hinted(frame: Frame, node: ast.expr, before: str, value: Val) -> Val:
    """A value shown right after `email=`, `Phone: ` or `mobile number `: the words confirm or
    name what it is."""
    if not before or not value.opaque or any(t.confidence > POSSIBLE for t in value.tags):
        return value
    found = _addressed(before)
    if found is not None and _is_addressee(frame, node, value):
        category = "contact.email" if "mail" in found.group().lower() else "contact.phone"
        tag = make_tag(frame, node, category, LIKELY, "the message says who is written to")
        return value.replace(tags=(tag,))
    found = _label(before)
    if found is None:
        return _told_before(frame, node, before, value)
    name = bare_name(node)
    if name == found.group(1).rpartition(" ")[2] and (
        isinstance(node, ast.Attribute) or "_" in name
    ):
        return value  # `{features.passphrase_protection=}` repeats the name
    is_bare = _is_bare(frame, node) or ("_" not in found.group(1) and _says_nothing(frame, node))
    if not (value.tags or is_bare):
        return _told_before(frame, node, found.group(1) + " ", value)
    words = _words_of(found.group(1))
    for name in dict.fromkeys(("_".join(words), words[-1])):
        match = frame.program.lexicon.classify(name, (), False, frame.module.context)
        if match is None or match.category.startswith("container."):
            continue
        if _is_named(value):
            if match.confidence == "possible" and match.category.startswith(_OFTEN_OF_MACHINES):
                return value
            if any(t.category == match.category for t in value.tags):
                tags = tuple(t._replace(confidence=LIKELY) for t in value.tags)
                return value.replace(tags=tags)
        elif is_bare and match.confidence != "possible" and not _counts(words[-1]):
            return _called(frame, node, match.category, name, value)
        return value
    return value


def _is_bare(frame: Frame, node: ast.expr) -> bool:
    return node.__class__ is ast.Name and not _is_harmless(frame, node)


def _is_named(value: Val) -> bool:
    """Whether a value is known for more than a part of some request or object."""
    return any(not t.category.startswith("container.") for t in value.tags)


def _says_nothing(frame: Frame, node: ast.expr) -> bool:
    """A part by a number, or by a key that tells only of someone: `row[1]`, `form["To"]`."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Constant):
        return False
    key = node.slice.value
    if isinstance(key, str):
        return key.lower() in frame.program.language.addressees
    return isinstance(key, int)


def _addressed(before: str) -> re.Match[str] | None:
    """The words at the end of a text that say who is written to; most texts end otherwise."""
    near = before[-_NEAR:]
    end = near.rstrip("'\"(<[`: \n").lower()
    return re.search(_ADDRESSED, near) if end.endswith(_ADDRESSED_ENDS) else None


def _label(before: str) -> re.Match[str] | None:
    """The label at the end of a text: `email=`, `Phone: `."""
    end = before.rstrip("'\"(<[\n").rstrip()
    return re.search(_HINT, before) if end.endswith((":", "=")) else None


def _counts(word: str) -> bool:
    """True for a plural: `tokens: %s` tells of a number as often as of a list."""
    return word.endswith("s") and not word.endswith("ss")


def _told_before(frame: Frame, node: ast.expr, before: str, value: Val) -> Val:
    """A bare word of several meanings takes the one that the words before it have as a phrase
    (`mobile number {mobile}`) or give it as its owner (`user {name}`)."""
    own = _own_word(frame, node)
    found = re.search(_OWNER, before) if own else None
    if found is None or _is_denied(frame, node, own):
        return value
    words = _words_of(found.group(1))
    readings: list[tuple[str, tuple[str, ...]]] = [(own, (words[-1],))]
    if len(words) > 1 and isinstance(node, ast.Name):
        readings.insert(0, ("_".join(words), ()))
    for name, receivers in readings:
        match = frame.program.lexicon.classify(name, receivers, False, frame.module.context)
        if match is None or match.confidence == "possible":
            continue
        if isinstance(node, ast.Name):
            is_meant = not match.category.startswith("container.")
        else:
            is_meant = match.category.startswith(_OF_PERSONS)
        if is_meant:
            return _called(frame, node, match.category, " ".join((*receivers, name)), value)
    return value


def _is_denied(frame: Frame, node: ast.expr, own: str) -> bool:
    """Whether a word that says something by itself does not where it is read: `self.mxid` of a
    room."""
    if not isinstance(node, ast.Attribute):
        return False
    alone = frame.program.lexicon.classify(own, (), False, frame.module.context)
    return alone is not None and alone.confidence != "possible" and is_judged_harmless(frame, node)


def _own_word(frame: Frame, node: ast.expr) -> str:
    """A bare word of several meanings, or one that is read from something which a neutral word
    stands for (`item.name`, `row["name"]`); "" for all else."""
    holder: ast.expr | None = None
    name = getattr(node, "id", "")
    if isinstance(node, ast.Attribute):
        holder, name = node.value, node.attr
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        holder, name = node.value, str(node.slice.value)
    if holder is not None:
        word = holder.id if isinstance(holder, ast.Name) else ""
        if word not in frame.program.language.neutral_holders:
            return ""
    return name if name and _is_one_word(frame, name) else ""


def _is_addressee(frame: Frame, node: ast.expr, value: Val) -> bool:
    """Whether a name tells of who is written to: `to`, `order.created_by`, a word for a person."""
    if any(t.category in _PEOPLE for t in value.tags):
        return True
    if isinstance(node, ast.Subscript):
        node = node.slice
    name = getattr(node, "attr", getattr(node, "id", getattr(node, "value", "")))
    return str(name).rpartition("_")[2] in frame.program.language.addressees


def _called(frame: Frame, node: ast.expr, category: str, words: str, value: Val) -> Val:
    tag = make_tag(frame, node, category, LIKELY, f"the message calls it `{words}`")
    return value.replace(tags=(tag,))


def _words_of(text: str) -> list[str]:
    return text.lower().replace("-", " ").split()


def _is_one_word(frame: Frame, name: str) -> bool:
    """True for a single word of interest: alone it says little, beside others it may."""
    return "_" not in name and name.islower() and not frame.program.silent[name]


def _is_harmless(frame: Frame, node: ast.expr) -> bool:
    return not _is_one_word(frame, getattr(node, "id", "")) and is_judged_harmless(frame, node)
