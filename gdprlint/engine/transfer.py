"""Calls of code outside the project: what builtins, libraries and methods do to data.

A call of unknown code drops data. It keeps what the catalogue says it keeps, and a getter's name
is evidence of what it returns.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gdprlint.engine.arguments import Given, evaluated
from gdprlint.engine.builtin import BUILTINS
from gdprlint.engine.catalogue import SinkSpec
from gdprlint.engine.declared import Bound, Class, Function, Partial, bare_name
from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.exceptions import note_carrier
from gdprlint.engine.factual import value_of_fact
from gdprlint.engine.frame import Frame
from gdprlint.engine.messages import (
    Leaf,
    brace_argument_leaves,
    brace_leaves,
    constant_text,
    leaves,
    leaves_after,
    mapping_leaves,
    percent_leaves,
    template_text,
)
from gdprlint.engine.redaction import constant_names
from gdprlint.engine.reveal import TEXT_FIELD, text_value
from gdprlint.engine.sinks import show
from gdprlint.engine.values import (
    CLEAN,
    DIGEST,
    KEYED,
    LIKELY,
    UNKNOWN,
    Val,
    flat_deps,
    flat_tags,
    join,
    join_all,
    lower,
)
from gdprlint.engine.watched import note_watched
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    pass


_PERSON = "container.person"
EXCEPTIONS = ("Error", "Exception")
"""How the names of classes of exceptions end."""


def own_sink_call(frame: Frame, node: ast.Call, callee: Val) -> bool:
    """Record a call that the settings name as a sink of the project; False if it is none."""
    func = node.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    options = frame.program.options
    if name not in options.sink_words:
        return False
    ref = callee.ref.function if isinstance(callee.ref, Bound) else callee.ref
    full = calls.dotted_of(ref) if isinstance(ref, Function) else ref
    if options.sinks.isdisjoint((name, full if isinstance(full, str) else "")):
        return False
    shown = [leaf for arg in node.args for leaf in leaves(frame, arg)]
    for keyword in node.keywords:
        shown.extend(leaves(frame, keyword.value))
    show(frame, shown, "logging", name)
    return True


def is_trusted_sanitizer(frame: Frame, name: str) -> bool:
    """True if a function without source is trusted, by policy or name, to hide its argument."""
    if any(name == known.rpartition(".")[2] for known in frame.program.options.sanitizers):
        return True
    return name.lstrip("_").lower().startswith(frame.program.language.sanitizer_prefixes)


def format_call(frame: Frame, node: ast.Call) -> Val:
    result: Val = Val(type="str")
    for _, shown in brace_leaves(frame, node):
        result = join(result, shown)
    return result


def put_into_unknown(frame: Frame, node: ast.Call) -> Val:
    """`layout.format(...)`: whatever the layout is, it shows what is put into it."""
    result: Val = Val(type="str")
    for _, shown in brace_argument_leaves(frame, node, None):
        result = join(result, shown)
    return result


def library_call(frame: Frame, node: ast.Call, dotted: str, base: Val | None, given: Given) -> Val:
    """A call of a library's function or class, by its dotted name."""
    program = frame.program
    catalogue = program.catalogue
    note_watched(frame, node, dotted, given)
    if frame.guards:
        note_carrier(frame, (dotted,), given)
    sink = catalogue.sinks.get(dotted)
    if sink is not None:
        outer, frame.given = frame.given, evaluated(node, given)
        show(frame, sink_leaves(frame, node, sink), sink.set, sink.name, sink.level)
        frame.given = outer
    if dotted.endswith(EXCEPTIONS) and given.args and dotted not in program.language.user_errors:
        return _exception(frame, dotted, given)
    if dotted.startswith("builtins."):
        name = dotted[9:]
        known = BUILTINS.get(name)
        if known is not None:
            return known(frame, node, given)
        return by_language(frame, name, given)
    logger = catalogue.constructors.get(dotted)
    if logger is not None:
        return _logger(frame, dotted, logger, given)
    spec = catalogue.functions.get(dotted)
    if spec is not None:
        if "category:" in spec.returns and has_constant_arguments(node):
            return CLEAN
        value = value_of_fact(program, spec.returns, base, given.args, frame, node, dotted)
        if spec.form and spec.form not in ("dump", "json"):
            from gdprlint.engine.pseudonyms import note_transform

            note_transform(frame, node, dotted, spec.form, value, given)
        return _in_form(frame, value, spec.form, given)
    if dotted in catalogue.types:
        return Val(type=catalogue.types[dotted].name)
    if dotted == "functools.partial" and given.args:
        return Val(ref=Partial(given.args[0], tuple(given.args[1:]), tuple(given.keywords.items())))
    if dotted in catalogue.kind_of_base:
        return Val(ref=dotted)
    unknown.call_back(frame, node, given)
    last = dotted.rpartition(".")[2]
    if last[:1].isupper():
        return Val(type=dotted)
    return unknown.by_called_name(frame, node, last, (), given) if sink is None else UNKNOWN


def _exception(frame: Frame, dotted: str, given: Given) -> Val:
    """An exception that is made to be raised later, or shown: its text is its arguments."""
    texts = [text_value(frame, value, "str") for value in given.args]
    told = [text for text in texts if text.tags or text.deps]
    return Val(type=dotted, fields={TEXT_FIELD: join_all(told)} if told else None)


def has_constant_arguments(node: ast.Call) -> bool:
    """True for `parseaddr(NO_REPLY)`: what comes out of constants is one."""
    return bool(node.args) and all(
        isinstance(arg, ast.Constant) or bare_name(arg).isupper() for arg in node.args
    )


def by_language(frame: Frame, name: str, given: Given) -> Val:
    """A builtin that clears or keeps its argument."""
    language = frame.program.language
    if name in language.clear_functions or not given.args:
        return CLEAN
    if name in language.keep_functions:
        result = given.args[0]
        for other in given.args[1:]:
            result = join(result, other)
        return result
    return UNKNOWN


def _logger(frame: Frame, dotted: str, logger: str, given: Given) -> Val:
    from gdprlint.engine.loggers import adapter

    spec = frame.program.catalogue.loggers[logger]
    if dotted.endswith("Adapter"):
        return adapter(frame, spec, given.args, given.keywords)
    return Val(type=logger)


def _in_form(frame: Frame, value: Val, form: str, given: Given) -> Val:
    if form == "digest" or form == "keyed":
        source = value if value is not UNKNOWN else (given.args[0] if given.args else CLEAN)
        from gdprlint.engine.pseudonyms import hasher

        is_keyed = form == "keyed"
        return hasher(lower(source, KEYED if is_keyed else DIGEST), is_keyed=is_keyed)
    if form == "dump":
        return dump(frame, value)
    if form == "json":
        return as_record(value)
    if form == "text":
        return text_value(frame, value, "repr")
    return value


def dump(frame: Frame, value: Val) -> Val:
    """All fields of an object, as `asdict` or `model_dump` gives them."""
    from gdprlint.engine.classes import all_fields

    if isinstance(value.type, Class):
        return all_fields(frame, value, value.type)
    tags = tuple(
        t._replace(form="dump") if t.category.startswith("container.") else t
        for t in flat_tags(as_record(value))
    )
    return Val(tags, flat_deps(value), type="dict", fields=value.fields, opaque=value.opaque)


def as_record(value: Val) -> Val:
    """What all fields are asked of is an object or a mapping, as its name (`user`) alone does not
    say."""
    if value.type is not None or not any(t.category == _PERSON for t in value.tags):
        return value
    tags = (
        t._replace(confidence=max(t.confidence, LIKELY)) if t.category == _PERSON else t
        for t in value.tags
    )
    return value.replace(tags=tuple(tags))


def sink_leaves(frame: Frame, node: ast.Call, sink: SinkSpec) -> Iterator[Leaf]:
    """The leaves of a sink call's arguments, in the form the sink takes them."""
    if sink.set == "print" and _prints_elsewhere(node):
        return
    chosen = sink.arguments
    nodes = [a for i, a in enumerate(node.args) if chosen is None or i in chosen]
    if sink.format == "percent" and nodes:
        yield from leaves(frame, nodes[0])
        template = nodes[0] if template_text(frame, nodes[0]) is not None else None
        yield from percent_leaves(frame, template, nodes[1:])
    else:
        mode = "repr" if sink.format in ("repr", "fields") else "str"
        before = ""
        for arg in nodes:
            yield from leaves_after(frame, before, arg, mode)
            text = constant_text(arg).rstrip()
            before = f"{text} " if text else ""
    from gdprlint.engine.loggers import named_field

    for keyword in node.keywords:
        if chosen is not None and keyword.arg is None and sink.format == "fields":
            yield from mapping_leaves(frame, keyword.value, chosen)
        elif chosen is not None and keyword.arg not in chosen:
            continue
        elif keyword.arg is None:
            yield keyword.value, text_value(frame, evaluate(frame, keyword.value), "repr")
        elif sink.set != "print" or keyword.arg not in ("sep", "end", "file", "flush"):
            if sink.format == "fields":
                yield from named_field(frame, keyword.arg, keyword.value)
            elif chosen is not None:
                yield from leaves(frame, keyword.value)


def _prints_elsewhere(node: ast.Call) -> bool:
    for keyword in node.keywords:
        if keyword.arg == "file":
            name = bare_name(keyword.value)
            return name not in ("stderr", "stdout", "__stderr__", "__stdout__")
    return False


_KEY_TESTS = (ast.In, ast.NotIn, ast.Eq, ast.NotEq)


def kept_fields(frame: Frame, node: ast.DictComp) -> Val | None:
    """The fields of `d` left by `{k: v for k, v in d.items() if k not in (...)}`, and by
    `{k: "***" if k in (...) else v for k, v in d.items()}`, which redacts even what is unknown."""
    if len(node.generators) != 1:
        return None
    generator = node.generators[0]
    source = generator.iter
    redaction = _key_test(node.value) if not generator.ifs else None
    test = redaction or (generator.ifs[0] if len(generator.ifs) == 1 else None)
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1):
        return None
    if not (isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute)):
        return None
    if source.func.attr != "items" or not isinstance(test.ops[0], _KEY_TESTS):
        return None
    if not _asks_for_key(test, generator.target):
        return None
    base = evaluate(frame, source.func.value)
    keys = constant_names(frame, test.comparators[0])
    if redaction is not None and (keys is None or not base.fields):
        return Val(type="dict")
    if keys is None or not base.fields:
        return None
    wanted = isinstance(test.ops[0], (ast.In, ast.Eq)) == (redaction is None)
    left = {name: part for name, part in base.fields.items() if (name in keys) == wanted}
    return Val(type="dict", fields=left)


def _asks_for_key(test: ast.Compare, target: ast.expr) -> bool:
    """Whether `k`, or `k.lower()`, of `for k, v in ...` is what the test compares."""
    left = test.left
    while isinstance(left, (ast.Call, ast.Attribute)):
        left = left.func if isinstance(left, ast.Call) else left.value
    key = target.elts[0] if isinstance(target, ast.Tuple) else target
    return isinstance(left, ast.Name) and isinstance(key, ast.Name) and left.id == key.id


def _key_test(value: ast.expr) -> ast.Compare | None:
    """The test of `"***" if key in (...) else value` and of `"***" if key == "..." else value`."""
    if not (isinstance(value, ast.IfExp) and isinstance(value.body, ast.Constant)):
        return None
    test = value.test
    is_key = isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.In, ast.Eq))
    return test if is_key and isinstance(test, ast.Compare) else None


# the engine is one recursion: values of calls need classes, texts of classes need calls
from gdprlint.engine import calls, unknown  # noqa: E402
