"""What a file leaves behind once it is analysed: no tree and no text, which can be read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdprlint.engine.program import Program
from gdprlint.policy import load_policy

POLICY = load_policy((), cache_dir=None)
ASCII = """
import logging

class Base:
    def run(self):
        logging.info(self.subject())

    def subject(self):
        return ""
"""
OTHER = "# été\n" + ASCII
CHILD = """
from base import Base

class Welcome(Base):
    def __init__(self, user):
        self.user = user

    def subject(self):
        return self.user.email
"""


@pytest.mark.parametrize("text", [ASCII, OTHER], ids=["ascii", "other letters"])
def test_tree_and_text_are_let_go_of(text: str) -> None:
    program = Program("/nowhere", POLICY, read={"base.py": text}.get)
    program.analyse("base.py", text)
    module = program.modules["base.py"]

    assert module is not None
    assert (module.tree, module.lines, module._text) == (None, None, None)
    assert module.text == text


def test_a_text_that_is_not_what_a_file_holds_is_kept() -> None:
    program = Program("/nowhere", POLICY, read={"base.py": "# été"}.get)
    program.analyse("base.py", OTHER)
    module = program.modules["base.py"]

    assert module is not None
    assert module.text == OTHER


@pytest.mark.parametrize("order", [("base.py", "child.py"), ("child.py", "base.py")])
def test_a_base_class_says_the_same_after_its_file_is_let_go_of(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    sources = {"base.py": ASCII, "child.py": CHILD}
    for path, text in sources.items():
        (tmp_path / path).write_text(text)
    program = Program(str(tmp_path), POLICY)
    seen = {path: program.analyse(path, sources[path]) for path in order}

    assert [flow.category for flow in seen["child.py"].flows] == ["contact.email"]
    assert not seen["base.py"].flows
