"""Fixes at a sink: the leaking expression is pseudonymised, replaced by the key, or left out.

In order of preference, by category: a credential is never written, in no form; a URL loses its
query; an address of a machine is truncated; anything else goes through the configured wrapper or,
without one, gives way to the key of its object.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping

import libcst as cst

from gdprlint.fix.arguments import has_unpacked
from gdprlint.fix.audience import is_shown_to_its_author, needs_value
from gdprlint.fix.class_table import field_in
from gdprlint.fix.context import Proposal, Task, end_of
from gdprlint.fix.document import span_between
from gdprlint.fix.fields import by_object_key
from gdprlint.fix.imports import dotted, require
from gdprlint.fix.messages import REDACTED, leave_out, without_prefix
from gdprlint.fix.targets import find_target, is_part, name_of
from gdprlint.fix.templates import PRINTING, placeholder_of, without_value
from gdprlint.fix.tree import find_expression
from gdprlint.fix.variables import fix_variables
from gdprlint.model import Edit
from gdprlint.tuples import NamedTuple

WRITTEN = frozenset({"content.message", "content.llm", "content.document"})
"""What people write: its length is all that a log needs."""
OBJECT_FORMS = frozenset({"dump", "object", "exception"})
"""Forms in which the expression is not the datum: its class or its origin is to be mended."""
URL_NAMES = frozenset(
    {
        "build_absolute_uri", "full_path", "get_full_path", "get_full_path_info", "get_raw_uri",
        "path_qs", "rel_url", "uri", "url", "absolute_url",
    }
)  # fmt: skip
"""Attributes and methods of a request that give its own URL."""
PATHS: Mapping[str, str] = {
    **dict.fromkeys(("starlette", "fastapi", "httpx", "litestar"), "url.path"),
    **dict.fromkeys(
        (
            "aiohttp", "bottle", "django", "falcon", "flask", "pyramid", "quart", "rest_framework",
            "sanic", "tornado", "werkzeug",
        ),
        "path",
    ),
}  # fmt: skip
"""Where a framework's request holds its path."""
_FRAMEWORK = re.compile(rf"(?m)^\s*(?:from|import)\s+({'|'.join(PATHS)})\b")
OWN_REQUESTS = frozenset({"request", "req", "self.request"})
URL_WORDS = frozenset({"href", "link", "path", "referer", "referrer", "uri", "url"})
COORDINATES = frozenset({"lat", "latitude", "lng", "lon", "long", "longitude"})
IP_WORDS = frozenset({"ip", "address"})
EMAIL_WORDS = frozenset({"email", "mail"})


class Wrapper(NamedTuple):
    """A configured call that pseudonymises: where it is defined, and its name."""

    module: str
    name: str


def fix_flow(task: Task) -> Proposal | None:
    """The fix for data that reach a log, a print, a context or a third party."""
    if task.finding.category == "container.variables":
        return fix_variables(task)
    if task.finding.form == "object":
        shown = find_expression(task.tree, task.finding.span, "")
        return by_object_key(task, shown, field_in(task.finding.reason)[0])
    node = None if task.finding.form in OBJECT_FORMS else find_target(task)
    if node is None:
        return None
    if needs_value(task, node):
        return None
    category = task.finding.category
    if category.startswith(("credential.", "financial.card_security")):
        return redact(task, node)
    if category == "online.url":
        shortened = without_query(task, node)
        if shortened is not None:
            return shortened
    if category in WRITTEN:
        return by_length(task, node)
    return coarsen(task, node) or wrap(task, node) or by_key(task, node)


def redact(task: Task, node: cst.BaseExpression) -> Proposal | None:
    """Write what happened without the credential; where a label announces it, say it is hidden."""
    title = "leave the credential out"
    edits = leave_out(task, node, keeps_label=True) or without_value(task, node)
    if edits is not None:
        return task.propose(title, "unsafe", *edits)
    part = task.tree.parents.get(node)
    if isinstance(part, cst.Arg) and is_all_that_is_printed(task, part):
        return None
    if isinstance(part, cst.FormattedStringExpression):
        edits = (task.replace(part, REDACTED), *without_prefix(task, part))
        return task.propose(title, "unsafe", *edits)
    if isinstance(node, (cst.FormattedString, cst.BinaryOperation, cst.ConcatenatedString)):
        return None
    return task.propose(title, "unsafe", task.replace(node, quoted(task, node, REDACTED)))


def is_all_that_is_printed(task: Task, argument: cst.Arg) -> bool:
    """Whether a console gets nothing but the value: to show it is the purpose of the line."""
    call = task.tree.parents.get(argument)
    return isinstance(call, cst.Call) and len(call.args) == 1 and name_of(call) in PRINTING


def quoted(task: Task, node: cst.CSTNode, text: str) -> str:
    """A string literal, with other quotes than the f-string it may stand in."""
    outer = task.tree.around(node, cst.FormattedString)
    quote = "'" if outer is not None and '"' in outer.start else '"'
    return f"{quote}{text}{quote}"


def by_length(task: Task, node: cst.BaseExpression) -> Proposal | None:
    """The number of characters instead of what somebody wrote."""
    title = "log the length instead of the content"
    part = task.tree.parents.get(node)
    if isinstance(part, cst.FormattedStringExpression):
        behind = Edit(end_of(task.tree.span(part)), " characters")
        return task.propose(title, "unsafe", *task.wrap(node, "len(str(", "))"), behind)
    code = task.tree.code(node)
    if "\n" in code or '"' in code or "\\" in code or task.tree.around(node, cst.FormattedString):
        return task.propose(title, "unsafe", *task.wrap(node, "len(str(", "))"))
    return task.propose(title, "unsafe", *task.wrap(node, 'f"{len(str(', '))} characters"'))


def without_query(task: Task, node: cst.BaseExpression) -> Proposal | None:
    """`request.path` for the full URL of a request, any other one up to its query."""
    receiver = _request_of(node)
    path = PATHS.get(next(iter(_FRAMEWORK.findall(task.setting.document.text)), ""))
    if receiver is None or path is None:
        return _up_to_query(task, node)
    text = f"{task.tree.code(receiver)}.{path}"
    return task.propose("log the path without its query", "unsafe", task.replace(node, text))


def _up_to_query(task: Task, node: cst.BaseExpression) -> Proposal | None:
    part = task.tree.parents.get(node)
    outer = task.tree.parents.get(part) if isinstance(part, cst.Arg) else None
    text = node if is_str_call(node) else outer if is_str_call(outer) else None
    url = node.args[0].value if isinstance(node, cst.Call) and text is node else node
    called = url.func if isinstance(url, cst.Call) else url
    if not isinstance(url, (cst.Name, cst.Attribute, cst.Call)) or not is_url(called):
        return None
    mark = quoted(task, node, "?")
    if text is None:
        edits = task.wrap(node, "str(", f").partition({mark})[0]")
    else:
        edits = task.wrap(text, "", f".partition({mark})[0]")
    return task.propose("log the URL without its query", "unsafe", *edits)


def is_str_call(node: cst.CSTNode | None) -> bool:
    """`str(...)` of one value."""
    return isinstance(node, cst.Call) and dotted(node.func) == "str" and len(node.args) == 1


def is_url(node: cst.BaseExpression) -> bool:
    """Whether an expression is named after a URL, which has its parameters behind a `?`."""
    last = dotted(node).rpartition(".")[2].lower()
    return not URL_WORDS.isdisjoint(last.split("_"))


def coarsen(task: Task, node: cst.BaseExpression) -> Proposal | None:
    """A coordinate with one decimal, which is a field of about ten kilometres."""
    if not task.finding.category.startswith("location.") or not is_coordinate(node):
        return None
    title = "log the coordinate with one decimal"
    part = task.tree.parents.get(node)
    if isinstance(part, cst.FormattedStringExpression):
        if part.format_spec is not None or part.conversion is not None or part.equal is not None:
            return None
        return task.propose(title, "unsafe", Edit(end_of(task.tree.span(node)), ":.1f"))
    call = task.tree.parents.get(part) if isinstance(part, cst.Arg) else None
    if not isinstance(call, cst.Call) or not isinstance(part, cst.Arg) or has_unpacked(call):
        return None
    placeholder = placeholder_of(task, call, part)
    if placeholder is None:
        return None
    place = span_between(task.setting.document, placeholder.start, placeholder.end)
    shown = {"%s": "%.1f", "%f": "%.1f", "{}": "{:.1f}"}.get(task.setting.document.slice(place))
    return None if shown is None else task.propose(title, "unsafe", Edit(place, shown))


def is_coordinate(node: cst.BaseExpression) -> bool:
    """Whether an expression is named after one coordinate: a number."""
    last = dotted(node).rpartition(".")[2].lower()
    return not COORDINATES.isdisjoint(last.split("_"))


def _request_of(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The request that a server was sent; that of a response or an exception knows no path."""
    if isinstance(node, cst.Call) and not node.args:
        node = node.func
    if not isinstance(node, cst.Attribute) or node.attr.value not in URL_NAMES:
        return None
    while isinstance(node, cst.Attribute):
        node = node.value
        if dotted(node) in OWN_REQUESTS:
            return node
    return None


def wrap(task: Task, node: cst.BaseExpression) -> Proposal | None:
    """Hand the expression to the configured wrapper and import it."""
    wrapper = choose_wrapper(task)
    if wrapper is None:
        return None
    if is_home_of(task, wrapper):
        return None
    imported = require(task.setting, wrapper.module, wrapper.name)
    edits: tuple[Edit, ...] = task.wrap(node, f"{imported.name}(", ")")
    part = task.tree.parents.get(node)
    if isinstance(part, cst.FormattedStringExpression) and part.equal is not None:
        if part.conversion is not None or part.format_spec is not None:
            return None
        code = task.tree.code(node)
        edits = (task.replace(part, f"{code}={{{imported.name}({code})!r}}"),)
    return task.propose(f"wrap in `{wrapper.name}`", "unsafe", *edits, imports=imported.edits)


def is_home_of(task: Task, wrapper: Wrapper) -> bool:
    """Whether the file is the module of the wrapper itself."""
    path = task.finding.span.path.removesuffix(".py").removesuffix("/__init__")
    return path.replace("/", ".").endswith(wrapper.module)


def choose_wrapper(task: Task) -> Wrapper | None:
    """The configured wrapper that suits a category: by its name, else the first general one."""
    wrappers = [
        Wrapper(module, name)
        for entry in task.setting.settings.wrapper
        for module, _, name in [entry.rpartition(".")]
        if module
    ]
    category = task.finding.category
    special = {
        words: next((w for w in wrappers if words & set(w.name.lower().split("_"))), None)
        for words in (IP_WORDS, EMAIL_WORDS)
    }
    if category == "online.ip_address" and special[IP_WORDS] is not None:
        return special[IP_WORDS]
    general = [w for w in wrappers if w not in special.values()]
    if general:
        return general[0]
    return special[EMAIL_WORDS] if category == "contact.email" else None


def by_key(task: Task, node: cst.BaseExpression) -> Proposal | None:
    """`user.pk` for `user.email`, where the class of `user` is known to have that key."""
    class_name, field = field_in(task.finding.reason)
    if not isinstance(node, cst.Attribute) or node.attr.value != field:
        return None
    key = task.setting.classes.key_of(class_name)
    if not key or key == field:
        return None
    return task.propose(f"log `{key}` instead", "unsafe", task.replace(node.attr, key))


def fix_exception(task: Task) -> Proposal | None:
    """GDL204: say what is wrong, not with which value."""
    node = None if task.finding.form in OBJECT_FORMS else find_target(task)
    if node is None or needs_value(task, node) or is_shown_to_its_author(task):
        return None
    shortened = without_query(task, node) if task.finding.category == "online.url" else None
    if shortened is not None:
        return shortened
    edits = leave_out(task, node)
    if edits is not None:
        return task.propose("say what is wrong without the value", "unsafe", *edits)
    is_text_part = is_part(task, node, task.tree.parents.get(node))
    if not is_text_part and not hasattr(builtins, task.finding.sink):
        # an exception of the project may need the value for more than its text
        return None
    if task.finding.category.startswith("credential."):
        return redact(task, node)
    return wrap(task, node) or by_key(task, node)
