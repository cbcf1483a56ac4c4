"""Code that would keep a careless analyser busy for ever: it ends, and the rest is still found."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable
from typing import Any

import pytest

from gdprlint.deep import call_with_deep_stack
from gdprlint.engine.dispatch import HANDLERS
from gdprlint.engine.frame import Frame
from gdprlint.engine.observations import Observations
from gdprlint.engine.program import Program
from gdprlint.engine.values import Val
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


def chained_calls() -> str:
    return "x = customer" + ".get_email()" * 2000 + "\n"


def long_chain_of_attributes() -> str:
    return "def f(customer):\n    print(customer" + ".email" * 2000 + ")\n"


def branches_with_names_of_their_own() -> str:
    cases = "".join(f"        case [{i}, a{i}]:\n            y{i} = a{i}\n" for i in range(3000))
    return f"def f(x):\n    match x:\n{cases}"


def stores_to_one_attribute() -> str:
    stores = "".join(f"        self.value = x.part{i}\n" for i in range(5000))
    return f"class A:\n    def f(self, x):\n{stores}    def g(self):\n        print(self.value)\n"


def a_class_of_many_methods() -> str:
    methods = "".join(
        f"    def m{i}(self, x):\n        self.value = x\n        return self.m{i + 1}(x)\n"
        for i in range(3000)
    )
    return "class A:\n" + methods


def large_displays() -> str:
    keys = ", ".join(f"'k{i}': customer.email" for i in range(10_000))
    return f"D = {{{keys}}}\nL = [{', '.join(f'c{i}.email' for i in range(10_000))}]\n"


def values_that_double() -> str:
    steps = "".join(f"def f{i + 1}(x):\n    return [f{i}(x), f{i}(x)]\n" for i in range(40))
    return f"def f0(x):\n    return [x]\n{steps}print(f40(1))\n"


def a_chain_of_functions() -> str:
    steps = "".join(f"def f{i}(x):\n    return f{i + 1}(x)\n" for i in range(16_000))
    return f"{steps}def f16000(x):\n    print(x)\nf0(1)\n"


def a_text_of_two_megabytes() -> str:
    return f"D = [{','.join(f'{i * 7919}' for i in range(200_000))}]\n"


def functions_within_functions_that_call_each_other() -> str:
    heads = "".join(f"{' ' * i}def f{i}(a{i}):\n" for i in range(12))
    calls = (f"{' ' * (i + 1)}return f{i}(f{i + 1}(a{i}))\n" for i in range(10, -1, -1))
    return f"{heads}{' ' * 12}return a0\n{''.join(calls)}"


CASES: list[Callable[[], str]] = [
    chained_calls,
    long_chain_of_attributes,
    branches_with_names_of_their_own,
    stores_to_one_attribute,
    a_class_of_many_methods,
    large_displays,
    values_that_double,
    a_chain_of_functions,
    a_text_of_two_megabytes,
    functions_within_functions_that_call_each_other,
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


def steps_of(source: str) -> int:
    """How many expressions are evaluated in the course of analysing a file."""
    steps = 0

    def counted(handler: Callable[[Frame, Any], Val]) -> Callable[[Frame, Any], Val]:
        def evaluate(frame: Frame, node: Any) -> Val:
            nonlocal steps
            steps += 1
            return handler(frame, node)

        return evaluate

    with pytest.MonkeyPatch.context() as patch:
        for kind, handler in list(HANDLERS.items()):
            patch.setitem(HANDLERS, kind, counted(handler))
        analyse({"a.py": source}, "a.py")
    return steps


def nested(head: str, tail: str, depth: int, core: str = "y.email") -> str:
    return f"import logging\nx = {head * depth}{core}{tail * depth}\n"


def in_defs(depth: int) -> str:
    heads = "".join(f"{' ' * i}def f{i}(a{i}):\n" for i in range(depth))
    calls = (f"{' ' * (i + 1)}return f{i}(f{i + 1}(a{i}))\n" for i in range(depth - 2, -1, -1))
    return f"{heads}{' ' * depth}return a0\n{''.join(calls)}"


def in_loops(depth: int) -> str:
    heads = "".join(f"{' ' * i}for a{i + 1} in a{i}:\n" for i in range(1, depth + 1))
    return f"def f(a1):\n{heads}{' ' * (depth + 1)}b = a1.email\n"


def in_lambdas(depth: int) -> str:
    heads = "".join(f"lambda a{i}: (NAME, " for i in range(depth))
    return f"NAME = customer.email\nx = {heads}NAME{')' * depth}\n"


def in_a_circle_with_sinks(count: int) -> str:
    calls = ", ".join(f"f{i}(x)" for i in range(count))
    return "".join(f"def f{i}(x):\n    print(x)\n    return [{calls}]\n" for i in range(count))


def with_all_variables(count: int) -> str:
    stores = "".join(f"    x{i} = c.email\n    print(locals())\n" for i in range(count))
    return f"def f(c):\n{stores}"


def dumped(count: int) -> str:
    stores = "".join(f"        self.email{i} = x\n" for i in range(count))
    dumps = "    print(vars(c))\n" * count
    return f"class C:\n    def __init__(self, x):\n{stores}def f(c: C):\n{dumps}"


GROWING: dict[str, Callable[[int], str]] = {
    "calls": lambda n: nested("f(", ")", n),
    "prints": lambda n: nested("print(", ")", n),
    "logs": lambda n: nested("logging.info(", ")", n),
    "texts": lambda n: nested("str(", ")", n),
    "templates": lambda n: nested("'%s' % (", ",)", n),
    "joined": lambda n: nested("''.join([", "])", n),
    "displays": lambda n: nested("{'a': [", "]}", n),
    "getters": lambda n: nested("d.get('email', ", ")", n),
    "chained": lambda n: nested("", ".strip()", n),
    "formatted": lambda n: nested("", ".format(a.email)", n, "'{}'"),
    "functions": in_defs,
    "loops": in_loops,
    "lambdas": in_lambdas,
}


@pytest.mark.parametrize("kind", GROWING)
def test_what_is_nested_twice_as_deep_takes_about_twice_the_steps(kind: str) -> None:
    less, more = (steps_of(GROWING[kind](depth)) for depth in (8, 16))
    assert more <= 3.2 * less


def calls_of(module: str, name: str, source: str) -> int:
    """How often a function of the engine is called in the course of analysing a file."""
    made = 0
    home = importlib.import_module(module)
    original = getattr(home, name)

    def counted(*args: Any, **keywords: Any) -> Any:
        nonlocal made
        made += 1
        return original(*args, **keywords)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, name, counted)
        analyse({"a.py": source}, "a.py")
    return made


@pytest.mark.parametrize(
    ("case", "module", "name"),
    [
        (with_all_variables, "gdprlint.engine.reveal", "merge_tags"),
        (dumped, "gdprlint.engine.classes", "in_form"),
    ],
    ids=["all variables", "all fields"],
)
def test_what_is_shown_whole_twice_as_often_takes_about_twice_the_work(
    case: Callable[[int], str], module: str, name: str
) -> None:
    less, more = (calls_of(module, name, case(count)) for count in (60, 120))
    assert more <= 2.5 * less


def test_what_a_callee_shows_is_followed_once_for_each_of_its_inputs() -> None:
    count = 12
    resolved = calls_of("gdprlint.engine.substitute", "_resolve", in_a_circle_with_sinks(count))
    assert resolved <= 8 * count**2


def test_a_module_that_reads_its_own_names_is_evaluated_once() -> None:
    source = "".join(f"x{i} = len(str({i}))\nprint(x{i})\n" for i in range(100))
    assert steps_of(source) < 2 * len(list(ast.walk(ast.parse(source))))


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
