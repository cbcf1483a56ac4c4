"""What configuration files say, in every carrier; and files that cannot be read."""

from __future__ import annotations

import ast
import sys
import textwrap

import pytest

from gdprlint.detect.setting.documents import find_documents, read_document
from gdprlint.detect.setting.fileconfig import read_ini
from gdprlint.detect.setting.python_module import python_items
from gdprlint.engine.observations import UNKNOWN, Observations
from tests.detect.checking import items

FILE = ("logging.FileHandler", {"filename": "a.log"})

YAML = """
version: 1
handlers:
  file:
    class: logging.FileHandler
    filename: a.log
root: {handlers: [file]}
"""
NESTED = "logging:\n" + textwrap.indent(YAML.lstrip(), "  ")
JSON = """{"version": 1,
"handlers": {"file": {"class": "logging.FileHandler", "filename": "a.log"}},
"root": {"handlers": ["file"]}}"""
TOML = """version = 1
[handlers.file]
class = "logging.FileHandler"
filename = "a.log"
[root]
handlers = ["file"]
"""
PREFECT = """version: 1
disable_existing_loggers: False
formatters: {plain: {format: "%(message)s"}}
handlers:
  file:
    class: logging.FileHandler
    filename: a.log
loggers:
  prefect: {level: "${PREFECT_LOGGING_LEVEL}", handlers: [file]}
"""
INI = """[handlers]
keys=file
[handler_file]
class=FileHandler
args=("a.log",)
"""
BOMB = "version: 1\nhandlers: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(8)
)


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("logging.yaml", YAML, 5),
        ("config/prod.yml", NESTED, 5),
        ("logging.json", JSON, 2),
        ("logging.toml", TOML, 3),
        ("logging.yml", PREFECT, 6),
    ],
)
def test_a_handler_in_every_format(path: str, text: str, line: int) -> None:
    found = [(name, at, keys) for name, at, keys in items(path, text) if name == FILE[0]]

    assert found == [(FILE[0], line, FILE[1])]


def test_ini_handlers_are_looked_up_in_logging() -> None:
    handler = read_document("logging.ini", INI).items[0]

    assert handler.name == "logging.FileHandler"
    assert handler.positional[0].value == "a.log"
    assert handler.span.line == 5


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("Dockerfile", 'CMD ["gunicorn", "--access-logfile", "-", "app"]', {"accesslog": "-"}),
        ("Dockerfile", "ENTRYPOINT gunicorn \\\n --access-logfile=- app", {"accesslog": "-"}),
        ("deploy/Dockerfile.prod", 'CMD ["sh", "-c", "exec gunicorn app"]', {}),
        ("deploy/Dockerfile.prod", 'ENTRYPOINT ["sh", "-c"]\nCMD ["gunicorn app"]', {}),
        ("Procfile", "web: gunicorn app --log-syslog", {"syslog": True}),
        ("start.sh", "exec /usr/bin/gunicorn app --reload", {"reload": True}),
        ("start.sh", 'gunicorn app --access-logfile "$LOG"', {"accesslog": UNKNOWN}),
        ("compose.yml", "services:\n  a:\n    command: gunicorn app", {}),
        ("docker-compose.prod.yml", "services:\n  a:\n    command: [gunicorn, app]", {}),
        ("supervisor.conf", "[program:web]\ncommand=gunicorn app", {}),
    ],
)
def test_command_lines(path: str, text: str, expected: dict[str, object]) -> None:
    found = [keys for name, _, keys in items(path, text) if name == "setting.gunicorn"]

    assert found == [expected]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "ENV FLASK_DEBUG=1"),
        ("Dockerfile", "ENV FLASK_DEBUG 1"),
        ("Dockerfile", "ENV A=b \\\n  FLASK_DEBUG=1"),
        (".env", "FLASK_DEBUG=1"),
        ("prod.env", 'export FLASK_DEBUG="1"'),
        ("start.sh", "export FLASK_DEBUG=1"),
        ("Procfile", "web: FLASK_DEBUG=1 flask run"),
        ("compose.yml", "services: {a: {environment: {FLASK_DEBUG: 1}}}"),
        ("compose.yml", "services: {a: {environment: [FLASK_DEBUG=1]}}"),
    ],
)
def test_variables(path: str, text: str) -> None:
    assert {"FLASK_DEBUG": 1} in [keys for _, _, keys in items(path, text)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package.json", "{"),
        ("broken.yaml", "a: ["),
        ("chart/values.yaml", "version: 1\nhandlers: {{ .Values.handlers }}"),
        ("playbook.yaml", "handlers:\n  - name: restart\n    class: x"),
        ("data.toml", "= ="),
        ("setup.cfg", "[metadata\n"),
        ("notes.txt", YAML),
        ("run.sh", "# gunicorn app --access-logfile -\necho gunicorn"),
        ("Dockerfile", "RUN pip install gunicorn"),
    ],
)
def test_what_configures_nothing_is_passed_over(path: str, text: str) -> None:
    configuration = read_document(path, text)

    assert configuration.error is None
    assert [seen for seen in configuration.items if seen.keywords] == []


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("logging.yaml", "version: 1\nhandlers: [\n", 3),
        ("logging.json", '{"version": 1,\n"handlers": {,}}', 2),
        ("logging.toml", "version = 1\n[handlers]\na = \n", 3),
        ("logging.ini", "[handlers]\nkeys\n[handler_a]\n", 2),
        ("logging.yaml", BOMB, 1),
        ("logging.json", '{"version": 1, "handlers": ' + "9" * 5000 + "}", 1),
        ("logging.toml", "version = 1\n[handlers]\na = " + "9" * 5000 + "\n", 1),
    ],
)
def test_what_cannot_be_read_is_said(path: str, text: str, line: int) -> None:
    error = read_document(path, text).error

    assert error is not None
    assert error.line == line


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("logging.yaml", "version: 1\nhandlers: {? [a] : b}\n"),
        ("logging.yaml", "version: 1\nhandlers: &a {<<: *a}\n"),
        ("logging.yaml", "version: 1\nhandlers: !!python/object/apply:os.system [x]\n"),
        ("logging.yaml", "version: 1\nhandlers: {a: {class: 3}}\nroot: {handlers: [{a: b}]}\n"),
        ("logging.yaml", "version: 1\nhandlers: " + "9" * 5000 + "\n"),
        ("logging.json", '{"version": 1, "handlers": {"a": {"target": {"b": []}}}}'),
        ("compose.yml", "services: [a]\n"),
        ("compose.yml", "services: {a: {environment: 3, command: {x: y}, ulimits: []}}\n"),
        ("live.env", "A=--3\nB=" + "9" * 5000 + "\n"),
        ("start.sh", "gunicorn 'unclosed\n"),
        ("Dockerfile", 'CMD ["gunicorn", \n'),
    ],
)
def test_odd_documents_break_nothing(path: str, text: str) -> None:
    assert read_document(path, text).items is not None


@pytest.mark.parametrize(
    ("path", "text", "size"),
    [
        ("start.sh", "ulimit -c unlimited", "unlimited"),
        ("start.sh", "ulimit -S -c 0\n", 0),
        ("start.sh", 'ulimit -c "$SIZE"', UNKNOWN),
        ("compose.yml", "services: {a: {ulimits: {core: -1}}}", -1),
        ("compose.yml", "services: {a: {ulimits: {core: {soft: 0, hard: 0}}}}", UNKNOWN),
    ],
)
def test_core_dumps(path: str, text: str, size: object) -> None:
    assert [keys for name, _, keys in items(path, text) if name == "setting.shell"] == [
        {"core": size}
    ]


def test_yaml_without_its_parser_is_skipped_with_a_notice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)

    configuration = read_document("logging.yaml", YAML)

    assert configuration.items == ()
    assert "gdprlint-policy[config]" in configuration.notice


def test_deep_nesting_ends() -> None:
    text = '{"version": 1, "handlers": ' + "[" * 50_000 + "]" * 50_000 + "}"

    assert read_document("logging.json", text).error is not None


def test_unused_handlers_are_left_out() -> None:
    text = YAML.replace("[file]", "[]")

    assert [name for name, _, _ in items("logging.yaml", text) if "Handler" in name] == []


def python(text: str, path: str = "shop/settings.py") -> list[tuple[str, dict[str, object]]]:
    source = textwrap.dedent(text)
    seen = python_items(Observations(path, source, ast.parse(source)))
    return [(found.name, {k: part.value for k, part in found.keywords.items()}) for found in seen]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("DEBUG = True", True),
        ("DEBUG: bool = True", True),
        ("DEBUG = False\nDEBUG = True", True),
        ("DEBUG = env.bool('DEBUG', default=True)", True),
        ("DEBUG = os.environ.get('DEBUG')", UNKNOWN),
        ("DEBUG = True\nif LIVE:\n    DEBUG = False", UNKNOWN),
        ("DEBUG = True if LOCAL else False", UNKNOWN),
        ("ON = True\nDEBUG = ON", True),
        ("ON = True\nON = False\nDEBUG = ON", UNKNOWN),
    ],
)
def test_django_settings(text: str, value: object) -> None:
    keys = dict(python(text + "\nINSTALLED_APPS = []"))["setting.django"]

    assert keys["DEBUG"] is value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("app.config['DEBUG'] = True", ("setting.flask", {"DEBUG": True})),
        ("app.config.update(DEBUG=True)", ("setting.flask", {"DEBUG": True})),
        ("class LiveConfig:\n    DEBUG = True", ("setting.flask", {"DEBUG": True})),
        ("import celery\napp.conf.result_expires = 0", ("setting.celery", {"result_expires": 0})),
        ("os.environ['A_LOG'] = 'debug'", ("setting.environment", {"A_LOG": "debug"})),
        ("http.client.HTTPConnection.debuglevel = 1",
         ("setting.attribute", {"HTTPConnection.debuglevel": 1})),
        ("logging.getLogger('a').setLevel(logging.DEBUG)",
         ("setting.logger", {"name": "a", "level": 10})),
        ("log = logging.getLogger('a')\nlog.setLevel('INFO')",
         ("setting.logger", {"name": "a", "level": 20})),
    ],
)  # fmt: skip
def test_keys_in_code(text: str, expected: tuple[str, dict[str, object]]) -> None:
    assert expected in python(text, "shop/app.py")


def test_dictconfig_parts_that_are_built_are_unknown() -> None:
    text = """
    FILE = {"class": "logging.FileHandler", "filename": path()}
    LOGGING = {
        "version": 1,
        "handlers": {**more(), "a": FILE, "b": {"class": "logging.FileHandler"}},
        "root": {"handlers": ["a"]},
    }
    """

    assert [name for name, _ in python(text) if "Handler" in name] == []


def test_find_documents_by_name_and_size(tmp_path: object) -> None:
    from pathlib import Path

    root = Path(str(tmp_path))
    for name in ("Procfile", "a.yaml", "a.py", "Dockerfile.prod", "a.md"):
        (root / name).write_text("x", encoding="utf-8")
    (root / "big.json").write_bytes(b" " * 1_000_001)

    found = find_documents(str(root), [path.name for path in root.iterdir()])

    assert found == ["Dockerfile.prod", "Procfile", "a.yaml"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("[loggers]\nkeys=root\n[handler_x\n", 3, "the line is neither a section nor an option"),
        ("password=1\n[loggers]\n", 1, "no section begins before the first option"),
    ],
)
def test_a_broken_ini_is_told_without_its_text(text: str, line: int, reason: str) -> None:
    error = read_ini("logging.ini", text).error

    assert error is not None
    assert (error.line, error.message) == (line, f"is not valid INI: {reason}")
