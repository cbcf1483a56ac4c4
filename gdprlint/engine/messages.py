"""Message forms: f-strings, `%`, `.format`, `+`, `join`: which expression shows in which mode.

`leaves` takes a message apart down to the expressions whose text it shows, so that a finding can
point at the one that leaks.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import islice, zip_longest

from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.frame import Frame
from gdprlint.engine.hints import hinted
from gdprlint.engine.naming import named_where_shown, typed_by_name
from gdprlint.engine.reveal import text_value
from gdprlint.engine.values import PARTIAL, TEXT, Val, as_number, join

_DIRECTIVE = re.compile(
    r"%(?:\((?P<key>\w+)\))?[#0\- +]*(?:\*|\d+)?(?:\.(?P<precision>\*|\d+))?[hlL]?"
    r"(?P<kind>[diouxXeEfFgGcrsa%])"
)
_FIELD = r"\{(?P<name>[^{}!:]*)(?:!(?P<conversion>[rsa]))?(?::(?P<spec>[^{}]*))?\}"
_PART = re.compile(r"\.(?P<attribute>\w+)|\[(?P<key>[^\]]*)\]")
_COARSE = r"\.[0-2]f"
_NUMBERS = "diouxXeEfFgGc"
_NUMERIC = r"(?:.?[<>=^])?[-+ ]?z?#?0?\d*[,_]?(?:\.\d+)?[bcdeEfFgGnoxX%]"
"""Presentation types of numbers (Format Specification Mini-Language)."""
_MASKED = r"[xX]{3}|\*{2}|\u2022{2}"
MAX_BEGINNING = 10
"""Letters of a secret that do not open anything by themselves."""

Leaf = tuple[ast.expr, Val]
Shown = dict[str, list[tuple[str, str]]]
"""Fields of a brace template: which part of each (`.email`, "" for all of it), in which mode."""


def leaves(frame: Frame, node: ast.expr, mode: str = "str") -> Iterator[Leaf]:
    """The expressions whose text a message shows, each with its revealed value."""
    kind = node.__class__
    if kind is ast.Constant:
        return
    if kind is ast.JoinedStr:
        before = ""
        for part, after in with_next(node.values):  # type: ignore[attr-defined]
            if part.__class__ is ast.FormattedValue:
                value = cut_off(part, after, formatted(frame, part))
                yield part.value, hinted(frame, part.value, before, value)
                before = ""
            else:
                before = part.value  # type: ignore[attr-defined]
    elif kind is ast.BinOp and node.op.__class__ is ast.Add:  # type: ignore[attr-defined]
        yield from _sum(frame, node)  # type: ignore[arg-type]
    elif kind is ast.BinOp and node.op.__class__ is ast.Mod and _is_template(node.left):  # type: ignore[attr-defined]
        yield from percent_leaves(frame, node.left, _spread(node.right))  # type: ignore[attr-defined]
    elif kind is ast.Call and _is_format(node):  # type: ignore[arg-type]
        yield from brace_leaves(frame, node)  # type: ignore[arg-type]
    elif kind is ast.Starred:
        yield from leaves(frame, node.value, mode)  # type: ignore[attr-defined]
    elif isinstance(node, ast.Call) and _hands_on(frame, node):
        yield from leaves(frame, node.args[0], mode)
    else:
        yield node, shown_at(frame, node, mode)


def _is_message(node: ast.expr) -> bool:
    return node.__class__ is ast.JoinedStr or (isinstance(node, ast.Call) and _is_format(node))


def _hands_on(frame: Frame, node: ast.Call) -> bool:
    """True for a call that returns its message as it is, or coloured: `style.SUCCESS(...)`."""
    if not node.args or not _is_message(node.args[0]):
        return False
    catalogue = frame.program.catalogue
    if isinstance(node.func, ast.Attribute):
        kind = evaluate(frame, node.func.value).type
        if isinstance(kind, str):
            return catalogue.member(kind, node.func.attr, is_call=True) == "argument:0"
    ref = evaluate(frame, node.func).ref
    spec = catalogue.functions.get(ref) if isinstance(ref, str) else None
    return spec is not None and spec.returns == "argument:0" and not spec.form


def shown_at(frame: Frame, node: ast.expr, mode: str) -> Val:
    """The text of an expression where it is shown."""

    value = frame.given.get(id(node)) or evaluate(frame, node)
    if value.type is None and (value.opaque or value.tags):
        value = typed_by_name(frame, node, value)
        if value.type is None:
            value = named_where_shown(frame, node, value)
    return text_value(frame, value, mode)


def _sum(frame: Frame, node: ast.BinOp) -> Iterator[Leaf]:
    operands: list[ast.expr] = []
    current: ast.expr = node
    while isinstance(current, ast.BinOp) and current.op.__class__ is ast.Add:
        operands.append(current.right)
        current = current.left
    operands.append(current)
    before = ""
    for operand in reversed(operands):
        yield from leaves_after(frame, before, operand)
        before = constant_text(operand)


def leaves_after(frame: Frame, before: str, node: ast.expr, mode: str = "str") -> Iterator[Leaf]:
    """The leaves of an expression, with what the text in front of it says of them."""
    for leaf, value in leaves(frame, node, mode):
        yield leaf, hinted(frame, leaf, before, value)


def constant_text(node: ast.expr) -> str:
    """The text of a constant, "" of anything else."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else ""  # type: ignore[attr-defined]


def formatted(frame: Frame, node: ast.FormattedValue) -> Val:
    """The text of `{value!conversion:spec}` in an f-string."""
    value = shown_at(frame, node.value, "repr" if node.conversion in (114, 97) else "str")
    if value.tags and node.format_spec is not None:
        spec = node.format_spec
        parts = spec.values if isinstance(spec, ast.JoinedStr) else []
        if parts and isinstance(parts[0], ast.Constant):
            format = str(parts[0].value)
            if re.fullmatch(_COARSE, format):
                return _coarse(value)
            return as_number(value) if re.fullmatch(_NUMERIC, format) else value
    return value


def with_next(parts: Sequence[ast.expr]) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """The parts of an f-string, each with the one after it."""
    return zip_longest(parts, islice(parts, 1, None))


def cut_off(node: ast.FormattedValue, after: ast.expr | None, value: Val) -> Val:
    """`{token[:8]}xxxx`, `{token[:8]}...`: a beginning that a text shows as one."""
    if not (
        value.tags and isinstance(node.value, ast.Subscript) and isinstance(after, ast.Constant)
    ):
        return value
    cut, text = node.value.slice, str(after.value)
    if not isinstance(cut, ast.Slice) or cut.lower is not None:
        return value
    end = cut.upper.value if isinstance(cut.upper, ast.Constant) else None
    if not isinstance(end, int) or not 0 < end <= MAX_BEGINNING:
        return value
    of_secrets = text.startswith(("...", "\u2026"))
    if not of_secrets and not re.match(_MASKED, text):
        return value
    tags = tuple(
        t._replace(disclosure=PARTIAL)
        if not of_secrets or t.category.startswith("credential.")
        else t
        for t in value.tags
    )
    return value.replace(tags=tags)


def _coarse(value: Val) -> Val:
    tags = tuple(
        t._replace(disclosure=PARTIAL) if t.category.startswith("location.") else t
        for t in value.tags
    )
    return value.replace(tags=tags)


def percent_text(frame: Frame, template: ast.expr, right: ast.expr) -> Val:
    """The value of `template % right`."""

    result = text_value(frame, evaluate(frame, template), "str")
    for _, shown in percent_leaves(frame, template, _spread(right)):
        if shown.tags or shown.deps:
            result = join(result, shown)
    return result if result.tags or result.deps else TEXT


def percent_leaves(frame: Frame, template: ast.expr | None, args: list[ast.expr]) -> Iterator[Leaf]:
    """The arguments of a `%` template with the mode of the directive that shows each."""

    text = template_text(frame, template)
    directives = [m for m in _DIRECTIVE.finditer(text or "") if m["kind"] != "%"]
    keys = [m["key"] for m in directives]
    if len(args) == 1 and text is not None and any(keys):
        yield from _read_leaves(frame, args[0], [key for key in keys if key])
        return
    for index, arg in enumerate(args):
        directive = directives[index] if index < len(directives) else None
        mode = "repr" if directive is not None and directive["kind"] in "ra" else "str"
        before = _text_before(text, directive)
        for leaf, value in leaves(frame, arg, mode) if mode == "str" else _one(frame, arg, mode):
            value = hinted(frame, leaf, before, value)
            if directive is not None and directive["kind"] in _NUMBERS and value.tags:
                value = as_number(value)
                precision = directive["precision"]
                if directive["kind"] in "fF" and precision is not None and precision in "012":
                    value = _coarse(value)
            yield leaf, value
    if template is not None and text is None:
        value = text_value(frame, evaluate(frame, template), "str")
        if value.tags or value.deps:
            yield template, value


def _text_before(text: str | None, directive: re.Match[str] | None) -> str:
    """The words in front of a directive: `"email=%s"` says what `%s` is."""
    if text is None or directive is None:
        return ""
    return text[max(0, directive.start() - 40) : directive.start()]


def _one(frame: Frame, node: ast.expr, mode: str) -> Iterator[Leaf]:
    yield node, shown_at(frame, node, mode)


def _read_leaves(frame: Frame, node: ast.expr, keys: Iterable[str]) -> Iterator[Leaf]:
    """What a template reads from a mapping; if nothing is known of it, the keys say what it is."""
    value = evaluate(frame, node)
    if value.fields or value.tags:
        yield from mapping_leaves(frame, node, frozenset(keys))
        return
    for key in dict.fromkeys(keys):
        yield from _one(frame, _item(node, key), "str")


def mapping_leaves(frame: Frame, node: ast.expr, keys: Container[str | int]) -> Iterator[Leaf]:
    """What a mapping holds under some keys; all of it if its fields are not known."""
    value = evaluate(frame, node)
    if not value.fields:
        yield node, text_value(frame, value, "repr")
        return
    places: dict[str, ast.expr] = {}
    if isinstance(node, ast.Dict):
        places = {
            k.value: v
            for k, v in zip(node.keys, node.values, strict=True)
            if isinstance(k, ast.Constant) and isinstance(k.value, str)
        }
    for key, part in value.fields.items():
        if key in keys:
            yield places.get(key, node), text_value(frame, part, "str")


def brace_leaves(frame: Frame, node: ast.Call) -> Iterator[Leaf]:
    """The arguments that `"...".format(...)` shows."""
    template = node.func.value if isinstance(node.func, ast.Attribute) else None
    text = template_text(frame, template)
    before = _said_before(node, text or "")
    for leaf, value in brace_argument_leaves(frame, node, brace_fields(text)):
        yield leaf, hinted(frame, leaf, before.get(id(leaf), ""), value)
    if template is not None and template.__class__ is not ast.Constant:
        yield from leaves(frame, template)


def brace_argument_leaves(
    frame: Frame, node: ast.Call, shown: Shown | None, skip: int = 0
) -> Iterator[Leaf]:
    """Arguments of a brace template; `shown` maps the fields to their parts, None = all."""
    for index, arg in enumerate(node.args[skip:]):
        if shown is None or str(index) in shown or arg.__class__ is ast.Starred:
            yield from _field_leaves(frame, arg, shown, str(index))
    for keyword in node.keywords:
        if keyword.arg is None and shown is not None:
            yield from _read_leaves(frame, keyword.value, [n for n in shown if not n.isdigit()])
        elif keyword.arg is None:
            yield from _one(frame, keyword.value, "str")
        elif shown is None or keyword.arg in shown:
            yield from _field_leaves(frame, keyword.value, shown, keyword.arg)


def _field_leaves(frame: Frame, node: ast.expr, shown: Shown | None, field: str) -> Iterator[Leaf]:
    """One argument of a brace template, or the parts of it that its fields name."""
    for part, mode in (shown or {}).get(field) or (("", "str"),):
        if part:
            yield from _one(frame, _part_of(node, part), mode)
        else:
            yield from leaves(frame, node, mode)


def _part_of(node: ast.expr, part: str) -> ast.expr:
    """The expression that `{0.user[email]}` reads, in the place of the argument it reads from."""
    for step in _PART.finditer(part):
        if step["attribute"]:
            node = ast.copy_location(ast.Attribute(node, step["attribute"], ast.Load()), node)
        else:
            key = step["key"]
            node = _item(node, int(key) if key.isdigit() else key)
    return node


def _item(node: ast.expr, key: str | int) -> ast.expr:
    """`node[key]`, in the place of the node."""
    constant = ast.copy_location(ast.Constant(key), node)
    return ast.copy_location(ast.Subscript(node, constant, ast.Load()), node)


def brace_fields(text: str | None) -> Shown | None:
    """The fields that a brace template shows; None if the template is not known."""
    if text is None:
        return None
    shown: Shown = {}
    for name, match in _fields_of(text):
        mode = "repr" if match["conversion"] in ("r", "a") else "str"
        part = match["name"].removeprefix(name)
        shown.setdefault(name, []).append((part if _PART.match(part) else "", mode))
    return shown


def _fields_of(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    automatic = 0
    for match in re.finditer(_FIELD, text.replace("{{", "").replace("}}", "")):
        name = re.split(r"[.\[]", match["name"], maxsplit=1)[0]
        if not name:
            name, automatic = str(automatic), automatic + 1
        yield name, match


def _said_before(node: ast.Call, text: str) -> dict[int, str]:
    """The words in front of each argument of a brace template, by the argument's identity."""
    args = {str(index): arg for index, arg in enumerate(node.args)}
    args.update({keyword.arg: keyword.value for keyword in node.keywords if keyword.arg})
    return {
        id(args[name]): _text_before(match.string, match)
        for name, match in _fields_of(text)
        if name in args
    }


def template_text(frame: Frame, node: ast.expr | None) -> str | None:
    """The constant text of a template, through a variable or a translation call."""
    if node is None:
        return None
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        value = frame.env.get(node.id) or frame.lookup(node.id)
        return value.const if isinstance(value.const, str) else None
    if isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Name, ast.Attribute)):
        value = evaluate(frame, node)
        return value.const if isinstance(value.const, str) else None
    if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.func, ast.Name):
        return template_text(frame, node.args[0]) if len(node.func.id) <= 8 else None
    if isinstance(node, ast.BinOp) and node.op.__class__ is ast.Add:
        left, right = template_text(frame, node.left), template_text(frame, node.right)
        return left + right if left is not None and right is not None else None
    return None


def _is_template(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.BinOp):
        return _is_template(node.left)
    return node.__class__ in (ast.Name, ast.Call, ast.JoinedStr, ast.Attribute)


def _is_format(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "format"


def _spread(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]
