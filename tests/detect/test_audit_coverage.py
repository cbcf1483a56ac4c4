"""Events outside the function: middleware, mixins, receivers connected by hand, tasks."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdprlint.cli import main

VIEW = "def close(request):\n    request.user.delete()\n"
MIXIN = (
    "from app.audit import record\n\n\nclass Audited:\n"
    "    def dispatch(self, request):\n        record()\n"
)
CASES = {
    "nothing around": ({}, VIEW, 1),
    "middleware": (
        {"middleware.py": "from app.audit import record\n\n\nclass AuditMiddleware:\n"
         "    def __call__(self, request):\n        record()\n        return None\n"},
        VIEW, 0,
    ),
    "middleware without event": (
        {"middleware.py": "class TimeMiddleware:\n    def __call__(self, request):\n        f()\n"},
        VIEW, 1,
    ),
    "middleware and no request": (
        {"middleware.py": "from app.audit import record\n\n\nclass AuditMiddleware:\n"
         "    def __call__(self, request):\n        record()\n"},
        "def close(user):\n    user.delete()\n", 1,
    ),
    "mixin": (
        {"mixins.py": MIXIN},
        "from app.mixins import Audited\n\n\nclass Close(Audited):\n    def post(self, user):\n"
        "        user.delete()\n", 0,
    ),
    "task": (
        {"tasks.py": "from app.audit import record\n\n\n@shared_task\n"
         "def write(pk):\n    record(pk)\n"},
        "from app.tasks import write\n\n\ndef close(user):\n    user.delete()\n"
        "    write.delay(user.pk)\n",
        0,
    ),
    "re-exported": (
        {"api.py": "from app.audit import record\n"},
        "from app import audit as trail\n\n\ndef close(user):\n    user.delete()\n"
        "    trail.record()\n", 0,
    ),
    "another function of that name": (
        {}, "def record():\n    pass\n\n\ndef close(user):\n    user.delete()\n    record()\n", 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_project_is_searched(tmp_path: Path, name: str) -> None:
    others, view, count = CASES[name]
    (tmp_path / "gdprlint.toml").write_text('audit.calls = ["app.audit.record"]\n', "utf-8")
    app = tmp_path / "app"
    app.mkdir()
    files = {"__init__.py": "", "audit.py": "def record(*a):\n    print(a)\n", **others}
    for file, text in {**files, "views.py": view}.items():
        (app / file).write_text(text, encoding="utf-8")
    report = tmp_path / "report.txt"

    status = main(
        ["check", "--select", "GDL402", "--output-format", "concise", "--output-file", str(report),
         str(app / "views.py")]
    )  # fmt: skip

    assert report.read_text(encoding="utf-8").count("GDL402") == count
    assert status == min(count, 1)
