"""What a path through a function has done so far, and how paths fork, meet and end."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Literal

from gdprlint.tuples import NamedTuple

MAX_STATES = 48
SESSION = 0
"""Stands in `State.open` for the unit of work that the next `commit()` ends."""

Exit = Literal["end", "return", "raise", "maybe"]
"""How a path leaves: at the end, by return, by an explicit raise, by a call that may raise."""


class Turn(NamedTuple):
    """A branch taken on the way, for the explanation."""

    node: ast.AST
    text: str


class State(NamedTuple):
    """What a path has done so far.

    `effect` waits for its event; `precedes`: an event was emitted before it; `event` tells whether
    one was emitted at all, and `open` in which transactions; `covered` that one followed an effect.
    """

    effect: ast.AST | None = None
    precedes: bool = False
    event: bool = False
    open: tuple[int, ...] = ()
    covered: bool = False
    facts: frozenset[tuple[str, bool]] = frozenset()
    turns: tuple[Turn, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two states alike; how they were reached does not."""
        return self.effect, self.precedes, self.event, self.open, self.covered, self.facts


class Leak(NamedTuple):
    """A path that performs `effect` and leaves at `place` without an event."""

    effect: ast.AST
    place: ast.AST
    exit: Exit
    state: State


class Ends(NamedTuple):
    """States by the way they leave a block."""

    falls: list[State]
    returns: list[tuple[State, ast.AST]]
    raises: list[tuple[State, ast.AST, bool]]
    breaks: list[State]
    continues: list[State]


def merged(*ways: Ends, raises: list[tuple[State, ast.AST, bool]]) -> Ends:
    """The ends of several ways together."""
    return Ends(
        thin(state for way in ways for state in way.falls),
        [pair for way in ways for pair in way.returns],
        raises + [row for way in ways for row in way.raises],
        thin(state for way in ways for state in way.breaks),
        thin(state for way in ways for state in way.continues),
    )


def each(ends: Ends, change: Callable[[State], State]) -> Ends:
    """The ends with every state changed."""
    return Ends(
        [change(state) for state in ends.falls],
        [(change(state), place) for state, place in ends.returns],
        [(change(state), place, sure) for state, place, sure in ends.raises],
        [change(state) for state in ends.breaks],
        [change(state) for state in ends.continues],
    )


def thin(states: Iterable[State]) -> list[State]:
    """One state of each kind, the first that was reached."""
    kept: dict[tuple[object, ...], State] = {}
    for state in states:
        kept.setdefault(state.key, state)
    return list(kept.values())[:MAX_STATES]


def emit(state: State, transactions: tuple[int, ...]) -> State:
    """The state after an audit event."""
    if state.effect is not None:
        return state._replace(effect=None, event=True, open=transactions, covered=True)
    return state._replace(event=True, open=(*transactions, SESSION))


def perform(state: State, node: ast.AST, transactions: tuple[int, ...]) -> State:
    """The state after an effect; an event in the same transaction, or a return's, may precede."""
    if state.covered or (state.event and isinstance(node, ast.Return)):
        return state
    if state.event and set(state.open) & set(transactions):
        return state._replace(covered=True)
    return state._replace(effect=node, precedes=state.event, turns=())


def commit(state: State) -> State:
    """The state after the commit of a session: what was added since the last is one transaction."""
    if SESSION not in state.open:
        return state
    rest = tuple(known for known in state.open if known != SESSION)
    if state.effect is not None and state.precedes:
        return state._replace(effect=None, covered=True, open=rest)
    return state._replace(open=rest)


def undo(state: State, block: ast.AST) -> State:
    """The state after a rollback: an effect inside the block did not happen."""
    effect = state.effect
    if effect is None or not is_inside(effect, block):
        return state
    return state._replace(effect=None)


def is_inside(node: ast.AST, block: ast.AST) -> bool:
    """Whether a node stands within the lines of a block."""
    first, last = getattr(block, "lineno", 0), getattr(block, "end_lineno", 0)
    return bool(first <= getattr(node, "lineno", 0) <= last)


def turn(state: State, node: ast.AST, text: str) -> State:
    """The state with one more branch on its way, if it carries an effect to explain."""
    if state.effect is None or len(state.turns) >= 6:
        return state
    return state._replace(turns=(*state.turns, Turn(node, text)))


def assume(state: State, node: ast.If, test: str, truth: bool, is_taken: bool) -> State | None:
    """The state in one branch of an `if`, None if it knows that the branch is not taken."""
    if (test, not truth) in state.facts:
        return None
    if test and len(state.facts) < 6:
        state = state._replace(facts=state.facts | {(test, truth)})
    text = "the condition holds" if is_taken else "the condition does not hold"
    return turn(state, node.test, text)


def learn(state: State, node: ast.stmt) -> State:
    """What an assignment tells of later conditions: flags are kept, other facts are lost."""
    targets = node.targets if isinstance(node, ast.Assign) else ()
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    if not names:
        return state
    facts = {(test, truth) for test, truth in state.facts if names.isdisjoint(test.split("."))}
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
        facts.update((name, bool(node.value.value)) for name in names)
    return state._replace(facts=frozenset(facts))


def condition_of(test: ast.expr) -> tuple[str, bool]:
    """A condition as text that can be met again, and whether it is negated; "" if it calls."""
    is_negated = False
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, is_negated = test.operand, not is_negated
    if any(isinstance(part, (ast.Call, ast.Await, ast.NamedExpr)) for part in ast.walk(test)):
        return "", is_negated
    return ast.unparse(test), is_negated
