"""Generated applications: several modules that import each other and leak here and there."""

from __future__ import annotations

import random
from pathlib import Path

FIELDS = ("email", "phone_number", "street", "pk", "total", "last_name")
LEAVES = 3
LEAF = """import logging

OWNER0 = None


class Person0:
    FIELD: str = ''

    def __str__(self):
        return f'{self.FIELD}'


def fetch0(key):
    return key.FIELD


def note0(value):
    logging.info('saw %s', value)
"""
BASES = ("", "models.Model", "Person0", "object")


def write_application(folder: Path, seed: int, modules: int = 8) -> list[Path]:
    """Write a package `shop` of the given number of modules; the files written."""
    generator = random.Random(seed)
    package = folder / "shop"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    files = []
    for number in range(modules):
        file = package / f"part{number}.py"
        file.write_text(module_text(generator, number, modules), encoding="utf-8")
        files.append(file)
    return files


def layered_text(generator: random.Random, number: int) -> str:
    """The source of one module that imports none but those of lower numbers."""
    if number >= LEAVES:
        return module_text(generator, number, number)
    return LEAF.replace("0", str(number)).replace("FIELD", generator.choice(FIELDS))


def module_text(generator: random.Random, number: int, modules: int) -> str:
    """The source of one module: imports of others, a class, functions that call across."""
    others = generator.sample(range(modules), k=min(3, modules))
    lines = ['"""A part of the shop."""', ""] if generator.random() < 0.7 else []
    lines += ["import logging", ""]
    lines += [f"from shop.part{o} import Person{o}, fetch{o}, note{o}, OWNER{o}" for o in others]
    if generator.random() < 0.2:
        lines.append(f"from shop.part{generator.choice(others)} import *")
    lines += ["", "logger = logging.getLogger(__name__)", owner_line(generator, number, others), ""]
    lines += class_lines(generator, number, others)
    lines += function_lines(generator, number, others)
    return "\n".join(lines) + "\n"


def owner_line(generator: random.Random, number: int, others: list[int]) -> str:
    """A global: a constant, an instance, or another module's global."""
    other = generator.choice(others)
    value = generator.choice(("None", f"Person{other}", f"OWNER{other}", f"fetch{other}({number})"))
    return f"OWNER{number} = {value}"


def class_lines(generator: random.Random, number: int, others: list[int]) -> list[str]:
    """A class with fields, sometimes with a text of its own or a base elsewhere."""
    base = generator.choice(("", f"(Person{generator.choice(others)})"))
    field, shown = generator.choice(FIELDS), generator.choice(FIELDS)
    lines = ["@dataclass"] if generator.random() < 0.3 else []
    lines += [f"class Person{number}{base}:", f"    {field}: str = ''", ""]
    lines += ["    def __init__(self, given):", f"        self.{shown} = given.{shown}", ""]
    if generator.random() < 0.6:
        lines += ["    def __str__(self):", f"        return f'{{self.{shown}}}'", ""]
    if lines[0] == "@dataclass":
        lines.insert(0, "from dataclasses import dataclass\n")
    return lines


def function_lines(generator: random.Random, number: int, others: list[int]) -> list[str]:
    """Functions that return personal data or pass a parameter to a log, here or elsewhere."""
    one, two = generator.choice(others), generator.choice(others)
    field = generator.choice(FIELDS)
    returned = generator.choice(
        (f"key.{field}", f"fetch{one}(key)", f"Person{two}(key)", "None", f"OWNER{one}", "key")
    )
    shown = generator.choice(("value", "str(value)", f"value.{field}", "len(value)"))
    passed = generator.choice((f"note{two}(value)", f"logger.info('saw %s', {shown})", "pass"))
    return [
        f"def fetch{number}(key):",
        f"    return {returned}",
        "",
        f"def note{number}(value):",
        f"    {passed}",
        "",
        f"def work{number}(customer, order):",
        f"    person = fetch{one}(customer)",
        "    logger.info('found %s', person)",
        f"    note{one}(customer.{generator.choice(FIELDS)})",
        f"    other = Person{two}(customer)",
        "    logger.warning('other %s', other)",
        f"    print(other.{generator.choice(FIELDS)}, OWNER{one})",
        f"    return fetch{two}(order)",
        "",
    ]
