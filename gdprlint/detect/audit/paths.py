"""Every way through a function: which of them perform an effect and end without its audit event.

Structured recursion over statements on sets of states. Branches whose condition repeats an earlier
one keep to it; loops run zero, one and two times; a call inside `try` may raise; what is raised
out of a transaction undoes the effects inside it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from gdprlint.detect.audit.states import (
    Ends,
    Leak,
    State,
    assume,
    commit,
    condition_of,
    each,
    emit,
    learn,
    merged,
    perform,
    thin,
    turn,
    undo,
)
from gdprlint.detect.audit.syntax import (
    NESTED,
    catches_all,
    handlers_of,
    in_order,
    is_commit,
    is_end,
    is_true,
    last_name,
)

TRANSACTIONS = frozenset(
    ["atomic", "begin", "begin_nested", "transaction", "commit_on_success", "unit_of_work", "xact",
     "in_transaction", "commit_manually"]
)  # fmt: skip
ROLLBACKS = frozenset({"rollback", "set_rollback"})
COMPOUND = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Try,
    ast.With,
    ast.AsyncWith,
    ast.Match,
)


class Walker:
    """Walks one function; `is_event` and `is_effect` judge nodes."""

    def __init__(
        self,
        is_effect: Callable[[ast.AST], bool],
        is_event: Callable[[ast.AST], bool],
        *,
        starts_pending: ast.AST | None = None,
    ) -> None:
        self.is_effect = is_effect
        self.is_event = is_event
        self.first = State(effect=starts_pending)
        self.transactions: list[ast.AST] = []
        self.in_try = 0

    def leaks(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Leak]:
        """All paths of the function that leave an effect without its event."""
        is_atomic = any(last_name(decorator) in TRANSACTIONS for decorator in node.decorator_list)
        if is_atomic:
            self.transactions.append(node)
        ends = self.block(node.body, [self.first])
        last = node.body[-1]
        for state in ends.falls:
            if state.effect is not None:
                yield Leak(state.effect, last, "end", state)
        for state, place in ends.returns:
            if state.effect is not None:
                yield Leak(state.effect, place, "return", state)
        for state, place, is_sure in ends.raises:
            if state.effect is not None and not is_atomic:
                yield Leak(state.effect, place, "raise" if is_sure else "maybe", state)

    def block(self, body: list[ast.stmt], states: list[State]) -> Ends:
        """Run a block on some states."""
        ends = Ends(states, [], [], [], [])
        for statement in body:
            if not ends.falls:
                break
            found = self.statement(statement, ends.falls)
            ends = Ends(
                thin(found.falls),
                ends.returns + found.returns,
                ends.raises + found.raises,
                ends.breaks + found.breaks,
                ends.continues + found.continues,
            )
        return ends

    def statement(self, node: ast.stmt, states: list[State]) -> Ends:
        """Run one statement."""
        if isinstance(node, COMPOUND) or node.__class__.__name__ == "TryStar":
            return self.compound(node, states)
        if isinstance(node, NESTED):
            return Ends(states, [], [], [], [])
        raises: list[tuple[State, ast.AST, bool]] = []
        after = self.evaluate(node, states, raises)
        if isinstance(node, ast.Return):
            if self.is_effect(node):
                after = [perform(state, node, self.open_ids()) for state in after]
            return Ends([], [(state, node) for state in after], raises, [], [])
        if isinstance(node, ast.Raise):
            is_sure = node.exc is not None
            return Ends([], [], raises + [(state, node, is_sure) for state in after], [], [])
        if isinstance(node, ast.Break):
            return Ends([], [], raises, after, [])
        if isinstance(node, ast.Continue):
            return Ends([], [], raises, [], after)
        if is_end(node):
            return Ends([], [], raises + [(state, node, True) for state in after], [], [])
        return Ends([learn(state, node) for state in after], [], raises, [], [])

    def evaluate(
        self,
        node: ast.AST,
        states: list[State],
        raises: list[tuple[State, ast.AST, bool]],
    ) -> list[State]:
        """Run the calls of a statement or expression, arguments before the call."""
        for part in in_order(node):
            if not isinstance(part, ast.Call) and not self.is_effect(part):
                continue
            if isinstance(part, ast.Return):
                continue
            if self.is_event(part):
                states = [emit(state, self.open_ids()) for state in states]
            else:
                raises.extend((s, part, False) for s in states if s.effect is not None)
                if self.is_effect(part):
                    states = [perform(state, part, self.open_ids()) for state in states]
                elif last_name(part) in ROLLBACKS:
                    states = [state._replace(effect=None) for state in states]
            if is_commit(part):
                states = [commit(state) for state in states]
        return thin(states)

    def open_ids(self) -> tuple[int, ...]:
        """The transactions around the place that is being run."""
        return tuple(map(id, self.transactions))

    def compound(self, node: ast.stmt, states: list[State]) -> Ends:
        """Run a statement that holds blocks."""
        if isinstance(node, ast.If):
            return self.branch(node, states)
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            return self.loop(node, states)
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return self.managed(node, states)
        if isinstance(node, ast.Match):
            return self.cases(node, states)
        return self.guarded(node, states)  # type: ignore[arg-type]

    def branch(self, node: ast.If, states: list[State]) -> Ends:
        """Both ways of an `if`, or the one that what is known leaves open."""
        raises: list[tuple[State, ast.AST, bool]] = []
        states = self.evaluate(node.test, states, raises)
        test, is_negated = condition_of(node.test)
        ways: list[Ends] = []
        for is_taken, body in ((True, node.body), (False, node.orelse)):
            truth = is_taken is not is_negated
            entering = [assume(s, node, test, truth, is_taken) for s in states]
            ways.append(self.block(body, [s for s in entering if s is not None]))
        return merged(*ways, raises=raises)

    def loop(self, node: ast.For | ast.AsyncFor | ast.While, states: list[State]) -> Ends:
        """Zero, one and two rounds; zero rounds do not count where the body emits the event."""
        raises: list[tuple[State, ast.AST, bool]] = []
        head = node.test if isinstance(node, ast.While) else node.iter
        states = self.evaluate(head, states, raises)
        once = self.block(node.body, states)
        again = thin(once.falls + once.continues)
        twice = self.block(node.body, again)
        emits = bool(again) and all(s.event for s in again)
        forever = isinstance(node, ast.While) and is_true(node.test)
        skipped = [] if forever or (emits and any(s.effect for s in states)) else states
        done = [] if forever else thin(skipped + again + twice.falls + twice.continues)
        rest = self.block(node.orelse, done)
        return Ends(
            thin(rest.falls + once.breaks + twice.breaks),
            once.returns + twice.returns + rest.returns,
            raises + once.raises + twice.raises + rest.raises,
            rest.breaks,
            rest.continues,
        )

    def managed(self, node: ast.With | ast.AsyncWith, states: list[State]) -> Ends:
        """A `with` block: transactions undo what is raised out of them, `suppress` ends it."""
        raises: list[tuple[State, ast.AST, bool]] = []
        for item in node.items:
            call = item.context_expr
            inner = call.args if isinstance(call, ast.Call) and self.is_event(call) else [call]
            for part in inner:
                states = self.evaluate(part, states, raises)
        names = {last_name(item.context_expr) for item in node.items}
        is_transaction = not names.isdisjoint(TRANSACTIONS)
        if is_transaction:
            self.transactions.append(node)
        ends = self.block(node.body, states)
        if is_transaction:
            self.transactions.pop()
            undone = [(undo(s, node), place, sure) for s, place, sure in ends.raises]
            ends = ends._replace(raises=undone)
        if "suppress" in names:
            swallowed = [state for state, _, _ in ends.raises]
            ends = ends._replace(falls=thin(ends.falls + swallowed), raises=[])
        if any(self.is_event(item.context_expr) for item in node.items):
            ends = each(ends, lambda state: emit(state, self.open_ids()))
        return ends._replace(raises=raises + ends.raises)

    def cases(self, node: ast.Match, states: list[State]) -> Ends:
        """Each case of a `match`, and none of them unless one takes everything."""
        raises: list[tuple[State, ast.AST, bool]] = []
        states = self.evaluate(node.subject, states, raises)
        ways = [
            self.block(case.body, [turn(s, case.pattern, "in this case") for s in states])
            for case in node.cases
        ]
        last = node.cases[-1]
        if not (isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None):
            ways.append(Ends(states, [], [], [], []))
        return merged(*ways, raises=raises)

    def guarded(self, node: ast.Try, states: list[State]) -> Ends:
        """`try`: what its body raises goes to the handlers that may catch it, then `finally`."""
        self.in_try += 1
        body = self.block(node.body, states)
        self.in_try -= 1
        leaving: list[tuple[State, ast.AST, bool]] = []
        caught: list[list[State]] = [list(states) for _ in node.handlers]
        for state, place, sure in body.raises:
            takers = handlers_of(node, place if sure else None)
            for index in takers:
                caught[index].append(state)
            if not any(catches_all(node.handlers[index]) or sure for index in takers):
                leaving.append((state, place, sure))
        ways = [
            self.block(
                handler.body, thin([turn(s, handler, "an exception is caught") for s in group])
            )
            for handler, group in zip(node.handlers, caught, strict=True)
        ]
        rest = self.block(node.orelse, body.falls)
        ends = merged(rest, *ways, raises=leaving)
        ends = ends._replace(
            returns=body.returns + ends.returns,
            breaks=body.breaks + ends.breaks,
            continues=body.continues + ends.continues,
        )
        return self.finally_after(node.finalbody, ends) if node.finalbody else ends

    def finally_after(self, body: list[ast.stmt], ends: Ends) -> Ends:
        """Run a `finally` block on every way out."""
        falls = self.block(body, ends.falls)
        extra = [falls]
        returns: list[tuple[State, ast.AST]] = []
        raises: list[tuple[State, ast.AST, bool]] = []
        for state, place in ends.returns:
            after = self.block(body, [state])
            extra.append(after._replace(falls=[]))
            returns.extend((s, place) for s in after.falls)
        for state, place, sure in ends.raises:
            after = self.block(body, [state])
            extra.append(after._replace(falls=[]))
            raises.extend((s, place, sure) for s in after.falls)
        breaks = self.block(body, ends.breaks).falls if ends.breaks else []
        continues = self.block(body, ends.continues).falls if ends.continues else []
        total = merged(*extra, raises=raises)
        return total._replace(
            returns=returns + total.returns,
            breaks=breaks + total.breaks,
            continues=continues + total.continues,
        )
