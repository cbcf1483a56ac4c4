"""What the engine hands to the detectors for one file: data at sinks, watched calls, classes.

Nothing here decides whether an observation is a finding; `detect/` does, rule by rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gdprlint.model import Confidence, Span, Step
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import ast
    from typing import TypeVar

    R = TypeVar("R")


class Unknown:
    """The value of an argument the engine cannot know; the only instance is `UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return False


UNKNOWN = Unknown()
MOST = 1 << 63
"""Larger than any size, period or level that is meant."""


def within_reason(value: object) -> object:
    """A folded value; a number that cannot be meant, or could not be written out, is not known."""
    if isinstance(value, (int, float)) and not -MOST < value < MOST:
        return UNKNOWN
    return UNKNOWN if isinstance(value, complex) else value


class Flow(NamedTuple):
    """A datum reaches a sink.

    `span` is the argument that shows it; `sinks` names the sink set without its `@`; `form` is
    "value", "object" (text of an object), "dump" (all fields), "text" or "exception".
    """

    category: str
    expr: str
    disclosure: str
    confidence: Confidence
    reason: str
    sinks: str
    sink: str
    level: str
    span: Span
    steps: tuple[Step, ...]
    symbol: str
    form: str


class Argument(NamedTuple):
    """An argument of a watched call: its folded value (or `UNKNOWN`), place and source text.

    A display is folded one level at a time: tuple and list hold `Argument`s, dict maps constant
    keys to `Argument`s.
    """

    value: object
    span: Span
    text: str


class CallSeen(NamedTuple):
    """A call of a name on the watch list, resolved to its dotted name."""

    name: str
    positional: tuple[Argument, ...]
    keywords: Mapping[str, Argument]
    has_unknown_keywords: bool
    span: Span
    symbol: str
    statement: ast.stmt | None


class Shown(NamedTuple):
    """A field that a class's generated text reveals."""

    field: str
    category: str
    span: Span
    reason: str
    confidence: Confidence = "certain"


class ClassSeen(NamedTuple):
    """A class whose text is generated from its fields."""

    name: str
    kind: str
    span: Span
    shown: tuple[Shown, ...]
    has_own_text: bool


class MaskSeen(NamedTuple):
    """A function named like a sanitizer that returns a parameter in full on some path."""

    name: str
    parameter: str
    span: Span
    return_span: Span


class TransformSeen(NamedTuple):
    """Personal data (or a parameter, then `category` is "") that something is done to.

    `form` is "encoding", "slice" or "return"; `name` the function, or for "return" how much of
    the function's own parameter can be read of what it hands back.
    """

    form: str
    name: str
    category: str
    confidence: str
    text: str
    span: Span
    symbol: str


class EffectSeen(NamedTuple):
    """An operation on stored records: the class it works on and its bases, nearest first."""

    classes: tuple[str, ...]
    span: Span


class AnalysisError(NamedTuple):
    """Why a file could not be analysed, and where (1-based)."""

    line: int
    column: int
    message: str


class Observations(NamedTuple):
    """All the engine saw in one file. `tree` is dropped once the detectors have read it.

    `root` is the absolute folder that paths are relative to; `shared` is where detectors keep what
    they know of the project between the files of one run. `constant` gives the text or number that
    a dotted name of the file stands for, through imports, `UNKNOWN` if it is none; `bases` the
    library classes below a class of the project that a text names.
    """

    path: str
    text: str
    tree: ast.Module | None
    flows: tuple[Flow, ...] = ()
    calls: tuple[CallSeen, ...] = ()
    classes: tuple[ClassSeen, ...] = ()
    masks: tuple[MaskSeen, ...] = ()
    transforms: tuple[TransformSeen, ...] = ()
    effects: tuple[EffectSeen, ...] = ()
    error: AnalysisError | None = None
    root: str = ""
    constant: Callable[[str], object] | None = None
    bases: Callable[[str], tuple[str, ...]] | None = None
    shared: dict[str, object] = {}  # noqa: RUF012  (a NamedTuple field, one per program)


def once(shared: dict[str, object], key: str, of: object, make: Callable[[], R]) -> R:
    """What `make` gives, kept in `shared` under `key`, and made anew for another `of`."""
    known = shared.get(key)
    if isinstance(known, tuple) and known[0] is of:
        kept: R = known[1]
        return kept
    made = make()
    shared[key] = (of, made)
    return made
