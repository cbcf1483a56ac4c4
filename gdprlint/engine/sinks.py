"""A value reaches a sink: each datum its text shows becomes a flow, each input a promise.

A promise (`SinkDep`) says that whoever calls this function with data in that parameter leaks it;
it is left out when the function itself already names the datum, so that one leak is one finding.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache

from gdprlint.engine.declared import Class, Function, Lazy
from gdprlint.engine.frame import Frame
from gdprlint.engine.lineage import library_bases
from gdprlint.engine.observations import Flow
from gdprlint.engine.places import span_of, text_of
from gdprlint.engine.summaries import SinkDep
from gdprlint.engine.values import DISCLOSURES, LIKELY, MAX_HOPS, POSSIBLE, Dep, Tag, Val, flat_deps
from gdprlint.model import CONFIDENCE_BY_ORDER, CONFIDENCE_ORDER, Span, Step
from gdprlint.tuples import NamedTuple

# an exception's text is judged where it is written; it leaks where it is caught and shown, and
# the summary's `raises` carries it there, so that not every caller is told of every `raise`
_LOCAL = frozenset(("exception",))


_KEPT = re.compile(r"\w+(\.\w+)+")
_OUTPUT = re.compile(r"(?i)^passed to `(\w+\.)*\w*(print|output|display|table)")
# what is written here comes back to whoever typed it on the command line
_TERMINAL = frozenset(("print", "stdout", "echo", "command", "exception"))
_COMMAND_MARKS = frozenset(("command", "option", "argument"))
_COMMAND_LIBRARIES = frozenset(("click", "typer", "asyncclick", "rich_click", "cloup"))
_PARSED = frozenset(("args", "opts", "options", "arguments", "parsed_args"))
_FORM = "the text of django.forms."
_ROOT = re.compile(r"[A-Za-z_]\w*")
# where a command shows a password or a token, that is mostly what it was called for
_SHOWN = frozenset(("print", "stdout", "echo", "command"))
_TOOL = re.compile(
    r"(^|/)(\w*cli|\w*commands?|scripts?|tools?|bin|tasks?)(/|\.py$)|(^|/)manage\.py$"
)


class TracedLeaf(NamedTuple):
    """One expression at a sink, as `explain-flow` shows it."""

    expr: str
    span: Span
    sink: str
    value: Val
    frame: Frame


def show(
    frame: Frame,
    leaves: Iterable[tuple[ast.expr, Val]],
    sinks: str,
    sink: str,
    level: str = "",
) -> None:
    """Record what the leaves of a message (already turned to text) show at a sink."""
    for node, value in leaves:
        if frame.program.traced is not None:
            trace(frame, node, value, sink)
        if value.opaque and not value.tags:
            contents.note_shown(frame, node, value, sinks, sink, level)
        if not (value.tags or value.deps):
            continue
        span, text = span_of(frame.module, node), text_of(frame.module, node)
        for tag in value.tags:
            record(frame, tag, sinks, sink, level, span, text, ())
        if value.deps and not frame.debugging and sinks not in _LOCAL:
            whole = frame.env.get(node.id) if isinstance(node, ast.Name) else None
            for dep in left_open(frame, value.tags, value.deps, whole):
                frame.add_sink(SinkDep(dep, sinks, sink, level, span, ()))


def left_open(
    frame: Frame, tags: tuple[Tag, ...], deps: Iterable[Dep], whole: Val | None
) -> Iterable[Dep]:
    """The inputs in what is shown that no datum named here stands for. A text (`whole`) may be
    put together of a datum and of something else that only the caller knows."""
    named = [tag for tag in tags if tag.confidence >= LIKELY]
    if not named:
        return deps
    if whole is None or whole.type != "str":
        return ()
    told: set[str] = set()
    for tag in named:
        found = _ROOT.match(tag.expr)
        root = found.group() if found is not None else ""
        variable = frame.env.get(root)
        if tag.hops or variable is whole or not _enters_in(frame, tag):
            return ()
        told.add(root)
        if variable is not None:
            told.update(dep.name for dep in flat_deps(variable))
    return [dep for dep in deps if dep.name not in told]


def _enters_in(frame: Frame, tag: Tag) -> bool:
    """Whether a datum is named in the function that is evaluated, not in another."""
    function = frame.function
    end = getattr(function.node, "end_lineno", 0)
    return tag.span.path == frame.module.path and function.line <= tag.span.line <= end


def trace(frame: Frame, node: ast.expr, value: Val, sink: str) -> None:
    """Keep what is known of a leaf on the line that `explain-flow` asks about."""
    traced = frame.program.traced
    span = span_of(frame.module, node)
    if traced is None or span.path != traced.path:
        return
    if span.line <= traced.line <= span.end_line:
        traced.leaves.append(TracedLeaf(text_of(frame.module, node), span, sink, value, frame))


def record(
    frame: Frame,
    tag: Tag,
    sinks: str,
    sink: str,
    level: str,
    span: Span,
    text: str,
    hops: tuple[Step, ...],
) -> None:
    """One datum at one sink; `span` and `text` are the argument that shows it, `hops` lead on."""
    doubt = _doubt(frame, tag, sinks, sink, hops) if tag.confidence > POSSIBLE else ""
    if doubt:
        tag = tag._replace(confidence=POSSIBLE, reason=f"{tag.reason}; {doubt}")
    source = tag.span if tag.span.line else span
    is_unwritten = text.startswith(f"{sink}(")  # the exception that `log.exception()` adds
    expr = tag.expr if tag.expr and (tag.form == "value" or is_unwritten) else text
    key = (span, sinks, tag.category) if tag.form == "value" else (span, sinks, tag, source)
    known = frame.flows.get(key)
    if known is not None and CONFIDENCE_ORDER[known.confidence] >= tag.confidence:
        return
    steps: list[Step] = []
    if source != span or tag.hops or hops:
        steps.append(Step(source, "source", f"`{tag.expr or text}` enters here"))
        steps.extend((*tag.hops, *hops)[: 2 * MAX_HOPS])
        place = hops[-1].span if hops and hops[-1].role == "sink" else span
        if place == span:
            steps.append(Step(span, "sink", f"shown by `{sink}`"))
    frame.flows[key] = Flow(
        tag.category,
        expr,
        DISCLOSURES[tag.disclosure],
        CONFIDENCE_BY_ORDER[tag.confidence],
        tag.reason,
        sinks,
        sink,
        level,
        span,
        tuple(steps),
        frame.function.qualname,
        tag.form,
    )


def _doubt(frame: Frame, tag: Tag, sinks: str, sink: str, hops: tuple[Step, ...]) -> str:
    """Why a datum may be no news to those who see the sink, "" if nothing says so."""
    if frame.debugging:
        return "shown only where the debug switch is on"
    if sinks not in _TERMINAL:
        return ""
    if sinks == "exception" and tag.reason.startswith(_FORM):
        return "a form is handed to whoever catches it"
    if sinks in _SHOWN and _is_tried(frame):
        return "shown where a module is tried out by hand"
    if _is_typed(frame, tag):
        return "typed at the terminal"
    if sinks in _SHOWN and (_is_secret(tag) or _is_output(hops)) and _is_tool(frame):
        return "asked for at a terminal"
    if sinks == "exception" and _is_sent(frame, tag) and _is_answer(frame, sink):
        return "answered to whoever sent it"
    return ""


def _is_answer(frame: Frame, name: str) -> bool:
    """Whether a framework of the web turns an exception of that class into an answer."""
    answers = frame.program.language.answers
    if name in answers or name.replace("_", "").lower() in _lowered(answers):
        return True
    value = frame.module.env.get(name)
    if value is not None and value.ref.__class__ is Lazy:
        value = frame.program.global_of(frame.module, name)
    if value is None or not isinstance(value.ref, Class):
        return False
    bases = library_bases(frame.program, value.ref)
    return any(base.rpartition(".")[2] in answers for base in bases)


@cache
def _lowered(names: frozenset[str]) -> frozenset[str]:
    """The names of classes as a function that makes one of them is called: `http_error`."""
    return frozenset(map(str.lower, names))


def _is_secret(tag: Tag) -> bool:
    """Whether a datum is a secret that a command may be asked for: not how a database is reached,
    nor a password that is kept of something (`device.credentials.password`)."""
    if tag.category == "credential.password" and _KEPT.fullmatch(tag.expr):
        return tag.expr.partition(".")[0] in ("self", *_PARSED)
    return tag.category.startswith("credential.") and tag.category != "credential.dsn"


def _is_output(hops: tuple[Step, ...]) -> bool:
    """Whether a function is named after showing results: `json_print`, `output_data`."""
    return any(_OUTPUT.search(step.text) for step in hops if step.role == "hop")


def _is_tried(frame: Frame) -> bool:
    """Whether a module that is there for its classes shows something where it is started itself,
    and is no command."""
    module = frame.module
    is_outside = frame.function.name == "<module>" and bool(module.classes)
    return is_outside and "sys" not in module.imports and not _is_tool(frame)


def _is_tool(frame: Frame) -> bool:
    """Whether a module is a command that somebody starts and whose output goes to them."""
    module = frame.module
    known = frame.program.language.command_modules
    return not known.isdisjoint(module.imports) or _TOOL.search(module.path) is not None


def _is_sent(frame: Frame, tag: Tag) -> bool:
    """Whether a datum is what the function was given, or a part of it that is no person's."""
    if tag.category == "container.request" or tag.expr.startswith("self.request."):
        return True
    found = _ROOT.match(tag.expr)
    name = found.group() if found is not None else ""
    if all(param.name != name for param in frame.function.params) or name in ("self", "cls"):
        return False
    match = frame.program.lexicon.classify(name, (), False, frame.module.context)
    return match is None or match.category != "container.person"


def _is_typed(frame: Frame, tag: Tag) -> bool:
    """Whether a datum is an argument of the command that shows it. A password is no less one."""
    found = _ROOT.match(tag.expr)
    if found is None or tag.category.startswith("credential."):
        return False
    name, function = found.group(), frame.function
    value = frame.env.get(name)
    if value is not None and value.type == "argparse.Namespace":
        return True
    if name in _PARSED and tag.expr != name and "argparse" in frame.module.imports:
        return True
    is_command = function.name == "handle" and "django" in frame.module.imports
    if is_command and value is not None and any(_is_option(dep, function) for dep in value.deps):
        return True
    if all(param.name != name for param in function.params):
        return False
    if tag.expr == name and not function.flags.isdisjoint(_COMMAND_MARKS):
        return not _COMMAND_LIBRARIES.isdisjoint(frame.module.imports)
    return is_command


def _is_option(dep: Dep, function: Function) -> bool:
    """Whether an input is something else of a method than its object."""
    return dep.owner == function.id and dep.name != function.params[0].name


# the engine is one recursion: what a sink shows may be told by what is read elsewhere
from gdprlint.engine import contents  # noqa: E402
