"""Kinds of lines that look like leaks and are none, met in applications of all sorts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scan import check

HEAD = "import logging\n\nlog = logging.getLogger(__name__)\n\n\n"

SILENT = {
    "an empty variable": 'def f(email):\n    if not email:\n        log.info("no %s", email)\n',
    "a mask that returns early": (
        "def mask_email(value):\n    if not value:\n        return value\n"
        '    return value[0] + "***"\n\n\ndef f(email):\n    log.info("%s", mask_email(email))\n'
    ),
    "a redaction by key": (
        'KEYS = ("token", "email")\n\n\ndef f(email, token):\n'
        '    data = {"email": email, "token": token}\n'
        '    log.info("%s", {k: "***" if k in KEYS else v for k, v in data.items()})\n'
    ),
    "the keys of a mapping": (
        "def names_of(items):\n    for name in items:\n"
        '        log.info("%s", name)\n\n\ndef f(email):\n    names_of({"mail": email})\n'
    ),
    "a refused form": (
        "from django.core.exceptions import ValidationError\n\n\n"
        'def f(email):\n    raise ValidationError(f"{email} is taken")\n'
    ),
    "a translated constant": (
        "from gettext import gettext as _\n\n\n"
        'def f():\n    raise ValueError({"password": _("Passwords differ")})\n'
    ),
    "the parts of a tag": (
        "from django import template\nfrom django.template import Node\n\n\n"
        "def f(parser, token):\n    tokens = token.split_contents()\n"
        "    raise template.TemplateSyntaxError(tokens[0])\n"
    ),
}


@pytest.mark.parametrize("kind", SILENT)
def test_no_finding(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text(HEAD + SILENT[kind])
    assert check(path).found() == set()


def test_what_test_code_hands_to_the_application_is_invented(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HEAD + 'def greet(who):\n    log.info("hi %s", who)\n')
    tests = tmp_path / "tests"
    tests.mkdir()
    call = "from app import greet\n\n\ndef test_greet(email):\n    greet(email)\n    print(email)\n"
    (tests / "test_app.py").write_text(call)
    assert check(tmp_path).found() == set()


def test_a_coloured_line_of_a_command_shows_its_text(tmp_path: Path) -> None:
    path = tmp_path / "command.py"
    path.write_text(
        "from django.core.management.base import BaseCommand\n\n\nclass Command(BaseCommand):\n"
        "    def tell(self, email):\n"
        '        self.stdout.write(self.style.SUCCESS(f"made {email}"))\n'
    )
    assert {rule for _, _, rule in check(path).found()} == {"GDL101"}
