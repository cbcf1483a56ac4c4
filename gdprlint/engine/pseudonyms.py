"""What is done to personal data to hide it: digests, keyed digests, encodings, slices.

A digest is a sink like any other, so that a datum that reaches it through variables and functions
is followed by the same promises: `@digest` (no key), `@weak-pseudonym` (a key or salt that stands
in the source, a UUID derived from the datum). Encodings and slices become notes, because only
their use tells whether they are meant to hide.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gdprlint.engine.arguments import Given
from gdprlint.engine.frame import Frame
from gdprlint.engine.observations import UNKNOWN, TransformSeen
from gdprlint.engine.places import span_of, text_of
from gdprlint.engine.reveal import text_value
from gdprlint.engine.sinks import show
from gdprlint.engine.values import DISCLOSURES, FULL, Val, flat_deps, flat_tags
from gdprlint.engine.watched import fold
from gdprlint.model import CONFIDENCE_BY_ORDER

HASHER = "hashlib.HASH"
KEYED_HASHER = "hmac.HMAC"
DERIVED_UUIDS = frozenset({"uuid.uuid3", "uuid.uuid5"})
SLOW = frozenset({"hashlib.scrypt", "hashlib.pbkdf2_hmac"})
PASSWORD_HASHES = ("argon2.", "bcrypt.", "passlib.", "crypt.", "werkzeug.", "django.contrib.auth.")
KEYS = {
    "hmac.new": (0, "key"),
    "hmac.digest": (0, "key"),
    "hashlib.blake2b": (-1, "key"),
    "hashlib.blake2s": (-1, "key"),
    "hashlib.pbkdf2_hmac": (2, "salt"),
    "hashlib.scrypt": (-1, "salt"),
    "django.utils.crypto.salted_hmac": (2, "secret"),
}
"""Where a keyed function takes its secret: position and keyword."""
_SECRET_WORDS = ("secret", "pepper", "salt", "key")
_SALT_WORDS = frozenset(("pepper", "salt", "salted"))


def note_transform(
    frame: Frame, node: ast.Call, dotted: str, form: str, value: Val, given: Given
) -> None:
    """Record that `value` goes into a digest, a keyed function or an encoding."""
    if form == "encoded":
        note(frame, node, "encoding", dotted, value)
    elif form in ("digest", "keyed") and not dotted.startswith(PASSWORD_HASHES):
        sinks = kind_of_digest(frame, dotted, form, given)
        place = place_of(value, given)
        if sinks and place is not None and not _is_keyed_by_hand(value):
            shown = text_value(frame, value, "str")
            name = dotted.removeprefix("hashlib.")
            show(frame, [(place, shown)], sinks, name)


def kind_of_digest(frame: Frame, dotted: str, form: str, given: Given) -> str:
    """The sink set a digest belongs to, "" if its key is not in the source."""
    if dotted in DERIVED_UUIDS:
        return "weak-pseudonym"
    secret = secret_of(dotted, given)
    if secret is not None:
        return "weak-pseudonym" if is_literal(frame, *secret) else ""
    if form == "keyed" or dotted in SLOW:
        return ""
    texts = [text for arg in given.nodes for text in (arg, *_bound_to(frame, arg))]
    mixed = [part for text in texts for part in secret_parts(text)]
    if not mixed:
        return "digest"
    return "weak-pseudonym" if all(is_literal(frame, part, None) for part in mixed) else ""


def secret_of(dotted: str, given: Given) -> tuple[ast.expr, Val | None] | None:
    """The key or salt that a keyed function is given."""
    position, keyword = KEYS.get(dotted, (-1, ""))
    if keyword in given.keywords:
        return given.keyword_nodes[keyword], given.keywords[keyword]
    if 0 <= position < len(given.nodes) and not given.starred:
        return given.nodes[position], given.args[position]
    return None


def is_literal(frame: Frame, node: ast.expr, value: Val | None) -> bool:
    """True for text that stands in the source: a constant, or a variable that holds one."""
    while (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "encode"
    ):
        node, value = node.func.value, None
    if isinstance(node, ast.Call):
        return False
    folded = fold(frame, node, value)
    return folded is not UNKNOWN and isinstance(folded, (str, bytes)) and bool(folded)


def _bound_to(frame: Frame, node: ast.expr) -> Iterator[ast.expr]:
    """What the function binds to a bare name: `text = (email + salt).encode()`."""
    body = frame.function.node
    if isinstance(node, ast.Name) and isinstance(body, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for part in ast.walk(body):
            if isinstance(part, ast.Assign) and getattr(part.targets[0], "id", "") == node.id:
                yield part.value


def secret_parts(node: ast.expr) -> Iterator[ast.expr]:
    """Names like SALT or `settings.PEPPER`, and constants, added to what is digested."""
    for part in ast.walk(node):
        if isinstance(part, (ast.Name, ast.Attribute)):
            name = part.id if isinstance(part, ast.Name) else part.attr
            words = name.lower().split("_")
            if words[-1] in _SECRET_WORDS or not _SALT_WORDS.isdisjoint(words):
                yield part
        elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
            yield from (s for s in (part.left, part.right) if _is_salt_text(s))


def _is_salt_text(node: ast.expr) -> bool:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, (str, bytes)):
        return False
    return sum(1 for c in str(node.value) if c.isalnum()) >= 4


def _is_keyed_by_hand(value: Val) -> bool:
    """A secret is mixed in: not good practice, but not to be guessed from outside either."""
    return any(tag.category.startswith("credential.") for tag in flat_tags(value))


def place_of(value: Val, given: Given) -> ast.expr | None:
    """The argument that holds the value."""
    for node, arg in zip(given.nodes, given.args, strict=False):
        if (
            arg is value
            or (arg.tags and arg.tags == value.tags)
            or (arg.deps and arg.deps == value.deps)
        ):
            return node
    for name, arg in given.keywords.items():
        if arg is value:
            return given.keyword_nodes.get(name)
    return None


def hasher(value: Val, *, is_keyed: bool) -> Val:
    """The value as a hash object: `hexdigest()` hands it on, `update()` adds to it."""
    return Val(value.tags, value.deps, type=KEYED_HASHER if is_keyed else HASHER)


def note_slice(frame: Frame, node: ast.Subscript, base: Val) -> None:
    """Record that a part of a datum is cut out: `ip[:-1]`, `pan[-6:]`."""
    if base.tags or base.deps:
        note(frame, node, "slice", "slice", base)


def note_return(frame: Frame, node: ast.Return, value: Val) -> None:
    """Record what a function hands back of its own parameter, and how much can be read of it."""
    if node.value is None:
        return
    deps = [d for d in flat_deps(value) if d.owner == frame.function.id and d.disclosure < FULL]
    if deps:
        weakest = max(deps, key=lambda dep: dep.disclosure)
        _add(frame, node.value, "return", DISCLOSURES[weakest.disclosure], "", "possible")


def note(frame: Frame, node: ast.expr, form: str, name: str, value: Val) -> None:
    """Record a transformation of personal data, or of a parameter that may hold some."""
    for tag in flat_tags(value):
        if tag.disclosure == FULL:
            _add(frame, node, form, name, tag.category, CONFIDENCE_BY_ORDER[tag.confidence])
            return
    function = frame.function
    first = next((p.name for p in function.params if p.name not in ("self", "cls")), "")
    if any(
        dep.owner == function.id and dep.name == first and dep.disclosure == FULL
        for dep in flat_deps(value)
    ):
        _add(frame, node, form, name, "", "possible")


def _add(
    frame: Frame, node: ast.expr, form: str, name: str, category: str, confidence: str
) -> None:
    span = span_of(frame.module, node)
    known = frame.notes.get((form, span))
    if known is None or (isinstance(known, TransformSeen) and category and not known.category):
        text = text_of(frame.module, node)
        symbol = frame.function.qualname
        frame.notes[form, span] = TransformSeen(
            form, name, category, confidence, text, span, symbol
        )
