"""What a module imports is known before any of its functions is evaluated."""

from __future__ import annotations

import pytest

from gdprlint.engine.program import Program
from gdprlint.policy import load_policy

POLICY = load_policy((), cache_dir=None)
BOTH = "import csv\n\n\ndef f():\n    {inner}\n\n\nclass A:\n    def g(self):\n        return 1\n"


@pytest.mark.parametrize(
    ("inner", "imports"),
    [
        ("import email.message", {"email", "email.message"}),
        (
            "from json import (\n        dumps,\n        loads,\n    )",
            {"json", "json.dumps", "json.loads"},
        ),
        ("from . import models", set()),
        ('"""\n    import json\n    """', set()),
        ("x = 1  # import json", set()),
        ("def h():\n        import json", {"json"}),
        ("if x:\n        import json as j", {"json"}),
    ],
)
def test_imports_of_functions(inner: str, imports: set[str]) -> None:
    program = Program("/nowhere", POLICY, read={"a.py": BOTH.replace("{inner}", inner)}.get)
    module = program.module_at("a.py")

    assert module is not None
    assert module.body.summary is None
    assert module.imports == {"csv"} | imports
