"""What the patterns of a `match` statement bind (PEP 634)."""

from __future__ import annotations

import ast

from gdprlint.engine.declared import Class
from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.frame import Frame
from gdprlint.engine.values import UNKNOWN, Val, element_of


def bind_pattern(frame: Frame, pattern: ast.pattern, subject: Val, source: ast.expr) -> None:
    """Bind the names of a pattern to the parts of the subject they capture."""
    if isinstance(pattern, ast.MatchAs):
        if pattern.pattern is not None:
            subject = narrowed(frame, pattern.pattern, subject)
            bind_pattern(frame, pattern.pattern, subject, source)
        if pattern.name:
            frame.assign(pattern.name, subject)
    elif isinstance(pattern, ast.MatchOr):
        for option in pattern.patterns:
            bind_pattern(frame, option, subject, source)
    elif isinstance(pattern, ast.MatchSequence):
        for item in pattern.patterns:
            bind_pattern(frame, item, element_of(subject), source)
    elif isinstance(pattern, ast.MatchStar):
        if pattern.name:
            frame.assign(pattern.name, Val(type="list", element=element_of(subject)))
    elif isinstance(pattern, ast.MatchMapping):
        _mapping(frame, pattern, subject, source)
    elif isinstance(pattern, ast.MatchClass):
        _class(frame, pattern, subject, source)


def _mapping(frame: Frame, pattern: ast.MatchMapping, subject: Val, source: ast.expr) -> None:
    from gdprlint.engine.attributes import item_of

    for key, inner in zip(pattern.keys, pattern.patterns, strict=True):
        constant = key.value if isinstance(key, ast.Constant) else None
        place = ast.copy_location(ast.Subscript(source, key, ast.Load()), key)
        bind_pattern(frame, inner, item_of(frame, subject, constant, place), source)
    if pattern.rest:
        frame.assign(pattern.rest, subject)


def narrowed(frame: Frame, pattern: ast.pattern, subject: Val) -> Val:
    """The subject with the type a class pattern gives it."""
    if isinstance(pattern, ast.MatchClass):
        known = evaluate(frame, pattern.cls)
        if isinstance(known.ref, Class) and subject.type is None:
            return subject.replace(type=known.ref, opaque=False)
    return subject


def _class(frame: Frame, pattern: ast.MatchClass, subject: Val, source: ast.expr) -> None:
    from gdprlint.engine.attributes import attribute_of

    subject = narrowed(frame, pattern, subject)
    for inner in pattern.patterns:
        bind_pattern(frame, inner, UNKNOWN, source)
    for name, inner in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
        place = ast.copy_location(ast.Attribute(source, name, ast.Load()), inner)
        bind_pattern(frame, inner, attribute_of(frame, subject, name, place), source)
