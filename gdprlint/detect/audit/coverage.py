"""Events outside the function: in decorators, signal receivers, middleware and callers."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from gdprlint.detect.audit.events import Events
from gdprlint.detect.audit.paths import Walker
from gdprlint.detect.audit.project import FUNCTIONS, Function, Module, Project
from gdprlint.detect.audit.syntax import last_name
from gdprlint.files.test_paths import is_test
from gdprlint.tuples import NamedTuple

DELETING = frozenset({"post_delete", "pre_delete", "after_delete", "before_delete"})
SAVING = frozenset({"post_save", "pre_save", "after_update", "after_insert", "before_update"})
HOOKS = ("dispatch", "finalize_response", "initial", "perform_destroy", "perform_update",
         "__call__", "process_response", "process_view", "process_request")  # fmt: skip
REQUESTS = frozenset({"request", "req", "ctx", "context"})
MAX_CALLER_DEPTH = 2


class Receiver(NamedTuple):
    """A function that a signal runs; `sender` is the last name of the model, "" for any."""

    signal: str
    sender: str
    function: Function


class Coverage:
    """Looks for the event around a function, in the whole project, when the function has none."""

    def __init__(self, project: Project, events: Events) -> None:
        self.project = project
        self.events = events
        self._receivers: tuple[Receiver, ...] | None = None
        self._has_middleware: bool | None = None

    def by_decorator(self, function: Function, module: Module) -> bool:
        """A decorator is an audit call, or its wrapper emits on every path around the call."""
        for decorator in function.node.decorator_list:
            if self.events.is_named(decorator, module):
                return True
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            found = self.project.function_of(target, module, function)
            if found is not None and self._wraps(found):
                return True
        return False

    def _wraps(self, decorator: Function) -> bool:
        module = self.project.module_at(decorator.path)
        if module is None:
            return False
        wrapped = {arg.arg for node in ast.walk(decorator.node) if isinstance(node, FUNCTIONS)
                   for arg in node.args.args}  # fmt: skip
        for inner in ast.walk(decorator.node):
            if not isinstance(inner, FUNCTIONS) or inner is decorator.node:
                continue
            calls = {
                id(node)
                for node in ast.walk(inner)
                if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in wrapped
            }
            if calls and self._emits_around(inner, calls, module, decorator):
                return True
        return False

    def _emits_around(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, calls: Collection[int],
        module: Module, decorator: Function,
    ) -> bool:  # fmt: skip
        walker = Walker(
            lambda part: id(part) in calls,
            lambda part: self.events.is_event(part, module, decorator, 1),
        )
        return all(leak.exit == "maybe" or leak.state.precedes for leak in walker.leaks(node))

    def by_signal(self, classes: Collection[str], *, is_deletion: bool) -> bool:
        """A receiver of the model's own signals emits."""
        signals = DELETING if is_deletion else SAVING
        return any(
            receiver.signal in signals
            and (not receiver.sender or receiver.sender in classes)
            and self.events.emits(receiver.function, 1)
            for receiver in self.receivers()
        )

    def by_sent_signal(self, node: ast.AST) -> bool:
        """`erased.send(...)`: a receiver of that signal emits."""
        if not isinstance(node, ast.Call) or last_name(node.func) not in (
            "send", "send_robust", "asend", "dispatch", "fire", "notify"
        ):  # fmt: skip
            return False
        signal = last_name(getattr(node.func, "value", node.func))
        return any(
            receiver.signal == signal and self.events.emits(receiver.function, 1)
            for receiver in self.receivers()
        )

    def receivers(self) -> tuple[Receiver, ...]:
        """All signal receivers of the project."""
        self.project.note_world()
        if self._receivers is None:
            self._receivers = tuple(self._find_receivers())
        return self._receivers

    def _find_receivers(self) -> Iterator[Receiver]:
        for path, text in self.project.texts().items():
            if not any(word in text for word in ("receiver(", ".connect(", "listens_for(")):
                continue
            module = self.project.module_at(path)
            if module is None:
                continue
            for function in module.functions.values():
                for decorator in function.node.decorator_list:
                    yield from _decorated_receiver(decorator, function)
            for node in ast.walk(module.tree):
                yield from self._connected_receiver(node, module)

    def _connected_receiver(self, node: ast.AST, module: Module) -> Iterator[Receiver]:
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "connect"
            and node.args
        ):
            function = self.project.function_of(node.args[0], module, None)
            if function is not None:
                yield Receiver(last_name(node.func.value), _sender_of(node), function)

    def by_middleware(self, function: Function) -> bool:
        """The project has middleware that emits, and the function answers requests."""
        parameters = {arg.arg for arg in function.node.args.args}
        routed = any(_is_route(decorator) for decorator in function.node.decorator_list)
        if not routed and parameters.isdisjoint(REQUESTS):
            return False
        self.project.note_world()
        if self._has_middleware is None:
            self._has_middleware = any(self._is_middleware(f) for f in self._candidates())
        return self._has_middleware

    def _candidates(self) -> Iterator[Function]:
        for path, text in self.project.texts().items():
            if not any(w in text for w in ("iddleware", "after_request", "teardown_request")):
                continue
            module = self.project.module_at(path)
            if module is not None:
                yield from module.functions.values()

    def _is_middleware(self, function: Function) -> bool:
        node = function.node
        in_class = function.cls is not None and "middleware" in function.cls.name.lower()
        decorated = any(
            last_name(d) in ("middleware", "after_request", "teardown_request")
            for d in node.decorator_list
        )
        if not decorated and not (in_class and node.name in HOOKS):
            return False
        module = self.project.module_at(function.path)
        return module is not None and any(self.events.named_in(node, module))

    def by_base_class(self, function: Function, module: Module) -> bool:
        """A hook of a base class (`dispatch` of an audit mixin) emits around every method."""
        if function.cls is None:
            return False
        for base in function.cls.bases:
            found = self.project.class_named(module, ast.unparse(base))
            for hook in HOOKS if found else ():
                method = self.project.method(*found, hook, 0) if found else None
                if (
                    method is not None
                    and method.key != function.key
                    and self.events.emits(method, 1)
                ):
                    return True
        return False

    def by_callers(self, function: Function, depth: int = 0) -> bool:
        """Every call of the function in the project is followed by the event."""
        name = function.node.name
        callers = list(self._callers(function, name))
        return bool(callers) and all(
            self._caller_emits(caller, calls, depth) for caller, calls in callers
        )

    def _callers(self, function: Function, name: str) -> Iterator[tuple[Function, set[int]]]:
        if name.startswith("__") or len(name) < 4:
            return
        for path, text in self.project.texts().items():
            if f"{name}(" not in text and f"{name}.delay" not in text:
                continue
            module = self.project.module_at(path)
            if module is None or holds_no_duty(path):
                continue
            for caller in module.functions.values():
                calls = {
                    id(node)
                    for node in ast.walk(caller.node)
                    if isinstance(node, ast.Call) and self._calls(node, module, caller, function)
                }
                if calls and caller.key != function.key:
                    yield caller, calls

    def _calls(self, node: ast.Call, module: Module, caller: Function, function: Function) -> bool:
        found = self.project.callee(node, module, caller)
        if found is not None:
            return found.key == function.key
        return function.cls is not None and last_name(node.func) == function.node.name

    def _caller_emits(self, caller: Function, calls: set[int], depth: int) -> bool:
        module = self.project.module_at(caller.path)
        if module is None:
            return False
        walker = Walker(
            lambda node: id(node) in calls,
            lambda node: self.events.is_event(node, module, caller, 1),
        )
        leaks = [leak for leak in walker.leaks(caller.node) if leak.exit != "maybe"]
        if not leaks or self.by_decorator(caller, module) or self.by_base_class(caller, module):
            return True
        return depth + 1 < MAX_CALLER_DEPTH and self.by_callers(caller, depth + 1)


def _decorated_receiver(decorator: ast.expr, function: Function) -> Iterator[Receiver]:
    if not isinstance(decorator, ast.Call) or not decorator.args:
        return
    name = last_name(decorator.func)
    if name == "receiver":
        signals = decorator.args[0]
        each = signals.elts if isinstance(signals, (ast.List, ast.Tuple)) else [signals]
        for signal in each:
            yield Receiver(last_name(signal), _sender_of(decorator), function)
    elif name == "listens_for" and len(decorator.args) > 1:
        event = decorator.args[1]
        if isinstance(event, ast.Constant):
            yield Receiver(str(event.value), last_name(decorator.args[0]), function)
    elif name == "connect":
        owner = getattr(decorator.func, "value", decorator.func)
        yield Receiver(last_name(owner), _sender_of(decorator), function)


def _sender_of(call: ast.Call) -> str:
    for keyword in call.keywords:
        if keyword.arg == "sender":
            if isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value).rpartition(".")[2]
            name = last_name(keyword.value)
            return "" if name in ("AUTH_USER_MODEL", "get_user_model") else name
    return ""


def _is_route(decorator: ast.expr) -> bool:
    return last_name(decorator) in (
        "route", "get", "post", "put", "patch", "delete", "api_view", "api_route", "websocket"
    )  # fmt: skip


def holds_no_duty(path: str) -> bool:
    """Whether a file holds tests, their data or migrations: no duty is carried out there."""
    name = path.rpartition("/")[2]
    return is_test(path) or name in ("factories.py", "factory.py") or "migrations/" in path
