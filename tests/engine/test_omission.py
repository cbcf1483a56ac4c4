"""Mappings without the parts under some keys."""

from __future__ import annotations

import pytest

from gdprlint.engine.omission import is_mask, keys_of, rewritten, without
from gdprlint.engine.values import FULL, LIKELY, MAX_PATH, UNKNOWN, Dep, Tag, Val
from gdprlint.model import Span

SPAN = Span("shop.py", 1, 1, 1, 9)


def datum(category: str) -> Val:
    return Val((Tag(category, "x", SPAN, FULL, LIKELY, "a name"),))


PARTS = {
    "kind": Val(type="str"),
    "Password": datum("credential.password"),
    "user_token": datum("credential.token"),
    "email": datum("contact.email"),
}


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        (["page"], ["kind", "Password", "user_token", "email"]),
        (["token"], ["kind", "Password", "user_token", "email"]),
        (["kinds", "mail"], ["kind", "Password", "user_token", "email"]),
        (["password"], ["kind", "user_token", "email"]),
        (["*token"], ["kind", "Password", "email"]),
        (["password", "*token"], ["kind", "email"]),
        (["?"], ["kind", "email"]),
        (["*"], []),
    ],
)
def test_parts_that_are_left(keys: list[str], left: list[str]) -> None:
    mapping = without(Val(type="dict", fields=PARTS), frozenset(keys))
    assert list(mapping.fields or ()) == left


def test_what_loses_nothing_stays_the_same() -> None:
    mapping = Val(type="dict", fields=PARTS)
    assert without(mapping, frozenset(["page"])) is mapping
    assert without(UNKNOWN, frozenset(["page"])) is UNKNOWN
    instance = Val(type="shop.Customer", fields=PARTS)
    assert without(instance, frozenset("*")) is instance


@pytest.mark.parametrize(
    ("dep", "path"),
    [
        (Dep(1, "data"), ("-password",)),
        (Dep(1, "data", ("form",)), ("form", "-password")),
        (Dep(1, "data", ("-email,token",)), ("-email,password,token",)),
        (Dep(1, "data", ("a",) * MAX_PATH), ("a",) * MAX_PATH),
        (Dep(1, "data", (), "str"), ()),
    ],
)
def test_inputs_remember_what_they_lack(dep: Dep, path: tuple[str, ...]) -> None:
    (lacking,) = without(Val((), (dep,)), frozenset(["password"])).deps
    assert lacking.path == path


def test_a_step_names_its_keys() -> None:
    assert keys_of("-email,token") == {"email", "token"}


@pytest.mark.parametrize(
    ("text", "hides"),
    [
        ("", False),
        (" ", False),
        ("-", False),
        ("unknown", False),
        ("*", False),
        ("[link](url)", False),
        ("***", True),
        ("**redacted**", True),
        ("[hidden]", True),
        ("<token>", True),
        ("xxxx", True),
        ("...", True),
    ],
)
def test_masks(text: str, hides: bool) -> None:
    assert is_mask(Val(const=text)) is hides


def test_rewritten_text() -> None:
    text = Val((*datum("credential.token").tags, *datum("contact.email").tags), type="str")
    token, mask = datum("credential.token"), Val(const="***")
    assert rewritten(text, token, Val(const="token")) is text
    assert [tag.category for tag in rewritten(text, token, mask).tags] == ["contact.email"]
    assert [tag.category for tag in rewritten(text, token, Val(const="")).tags] == ["contact.email"]
    assert rewritten(text, UNKNOWN, mask).tags == ()
