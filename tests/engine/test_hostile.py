"""Code that would keep a careless analyser busy for ever: it ends, and the rest is still found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gdprlint.deep import call_with_deep_stack
from gdprlint.engine.observations import Observations
from gdprlint.engine.program import Program
from gdprlint.policy import load_policy

POLICY = load_policy(cache_dir=None)
LEAK = "\nimport logging\nlogging.info('to %s', customer.email)\n"


def analyse(sources: dict[str, str], path: str) -> Observations:
    """Observations of one file of a project that exists only in memory."""
    program = Program("/nowhere", POLICY, read=sources.get)
    program.finder._listings.update(listings(sources))
    return call_with_deep_stack(lambda: program.analyse(path, sources[path]))


def listings(sources: dict[str, str]) -> dict[str, frozenset[str]]:
    folders: dict[str, set[str]] = {"": set()}
    for path in sources:
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, set()).add(name)
    return {folder: frozenset(names) for folder, names in folders.items()}


def recursive_classes() -> str:
    return (
        "class A:\n    def __str__(self):\n        return str(self.other)\n"
        "    def __init__(self, other):\n        self.other = other\n"
        "class B(A):\n    def __repr__(self):\n        return f'{self.other!r} {self}'\n"
        "print(A(B(A(None))))\n"
    )


def mutual_recursion() -> str:
    return "".join(f"def f{i}(x):\n    return f{(i + 1) % 1000}(x)\n" for i in range(1000))


def many_branches() -> str:
    cases = "".join(f"        case {i}:\n            y = x\n" for i in range(5000))
    return f"def f(x):\n    match x:\n{cases}    return y\n"


def successive_branches() -> str:
    return "def f(x):\n" + "".join(f"    if x > {i}:\n        y{i} = x\n" for i in range(1600))


def nested_loops() -> str:
    lines = [f"{'    ' * i}for a{i} in xs:" for i in range(1, 17)]
    return "def f(xs):\n" + "\n".join(lines) + "\n" + "    " * 17 + "xs.append(a1)\n"


def deep_expression() -> str:
    return "x = " + "+".join(["customer.email"] * 3000) + "\n"


def deep_parentheses() -> str:
    return "x = " + "(" * 150 + "1" + ")" * 150 + "\n"


def base_cycle() -> str:
    return "class A(B):\n    pass\nclass B(A):\n    pass\nprint(A(), B().name)\n"


def self_decorator() -> str:
    return "@f\ndef f(g):\n    return f(f)(g)\nf(f)\n"


CASES: list[Callable[[], str]] = [
    recursive_classes,
    mutual_recursion,
    many_branches,
    successive_branches,
    nested_loops,
    deep_expression,
    deep_parentheses,
    base_cycle,
    self_decorator,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_hostile_code_ends_and_hides_nothing(case: Callable[[], str]) -> None:
    observed = analyse({"a.py": case() + LEAK}, "a.py")
    assert observed.error is None
    assert any(flow.expr == "customer.email" for flow in observed.flows)


def test_star_imports_in_a_ring_end() -> None:
    sources = {
        f"m{i}.py": f"from m{(i + 1) % 5} import *\nprint(nothing_anywhere)\n" + LEAK
        for i in range(5)
    }
    observed = analyse(sources, "m0.py")
    assert [flow.expr for flow in observed.flows] == ["customer.email"]


def test_modules_that_import_each_other_end() -> None:
    sources = {
        "a.py": "from b import g\ndef f(x):\n    return g(x)\nVALUE = f(1)\n" + LEAK,
        "b.py": "from a import f, VALUE\ndef g(x):\n    return f(x) or VALUE\nOTHER = g(2)\n",
    }
    observed = analyse(sources, "a.py")
    assert [flow.expr for flow in observed.flows] == ["customer.email"]
