"""What a project is made of, read off its source: frameworks, loggers, third parties, functions
that pseudonymise, functions that write an audit trail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from gdprlint.files.discovery import discover_files
from gdprlint.files.patterns import DEFAULT_EXCLUDE, PathPattern
from gdprlint.files.roots import relative_path
from gdprlint.files.source import read_source
from gdprlint.tuples import NamedTuple

FRAMEWORKS: Mapping[str, str] = {
    "django": "Django", "flask": "Flask", "fastapi": "FastAPI", "starlette": "Starlette",
    "aiohttp": "aiohttp", "tornado": "Tornado", "pyramid": "Pyramid", "falcon": "Falcon",
    "odoo": "Odoo", "openerp": "Odoo", "frappe": "Frappe", "celery": "Celery",
    "sqlalchemy": "SQLAlchemy", "rest_framework": "Django REST framework", "discord": "discord.py",
    "pydantic": "pydantic", "scrapy": "Scrapy", "airflow": "Airflow",
}  # fmt: skip
LOGGERS: Mapping[str, str] = {
    "logging": "logging", "structlog": "structlog", "loguru": "loguru", "logbook": "logbook",
    "aws_lambda_powertools": "AWS Powertools",
}  # fmt: skip
_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+([A-Za-z_][\w.]*)", re.MULTILINE)
_DEF = re.compile(
    r"^(?P<indent>[ \t]*)(?:async[ \t]+)?def[ \t]+(?P<name>\w+)[ \t]*\(", re.MULTILINE
)
_WRAPPER = re.compile(
    r"^(pseudonymi[sz]e\w*|pseudo|mask|mask_\w+|redact|redact_(?:email|phone|ip|pii|user|value)\w*|anonymi[sz]e_(?:email|ip|phone|id|value)\w*|"
    r"hash_(?:email|user|ip|phone|pii)\w*|tokeni[sz]e_(?:email|user|pii)\w*)$"
)
_AUDIT = re.compile(
    r"^(audit|audit_(?:log|event|entry|action)|(?:emit|write|create|add|send|log|record)_(?:\w+_)?audit"
    r"(?:_(?:log|event|entry|record|trail))?)$"
)
_AUDIT_CALL = re.compile(
    r"\b(?P<name>\w*Audit(?:Log|Event|Entry|Record|Trail)\w*(?:Proxy)?|TimelineLog\w*)\.objects\.(?:a?create)\b|"
    r"\b(?P<emit>(?:\w*[Aa]udit(?:Log|Event|Entry|Record)?)\.(?:create|emit|record|log|write|add))\("
)
_TESTS = re.compile(r"(^|/)(tests?|testing|e2e)(/|$)|(^|/)(test_[^/]*|conftest|[^/]*_test)\.py$")


class Survey(NamedTuple):
    """What was found, each sorted; `processors` are ids of the catalogue."""

    name: str
    frameworks: tuple[str, ...]
    loggers: tuple[str, ...]
    processors: tuple[tuple[str, str, str], ...]
    wrappers: tuple[str, ...]
    audit_calls: tuple[str, ...]


def survey(root: str) -> Survey:
    """Look at every Python file of the project, tests left out."""
    from gdprlint.engine.imports import Finder

    finder = Finder(root)
    imports: set[str] = set()
    wrappers: set[str] = set()
    audits: set[str] = set()
    for path, text in source_files(root):
        imports.update(_IMPORT.findall(text))
        if "audit" not in text.lower() and not _mentions_wrapper(text):
            continue
        module = finder.dotted_name(path)
        wrappers.update(f"{module}.{name}" for name in top_level_functions(text, _WRAPPER))
        audits.update(audit_calls(module, text))
    tops = {name.partition(".")[0] for name in imports}
    return Survey(
        name=root.rstrip("/").rpartition("/")[2],
        frameworks=named(FRAMEWORKS, tops),
        loggers=named(LOGGERS, tops),
        processors=processors_in(imports),
        wrappers=tuple(sorted(wrappers)),
        audit_calls=tuple(sorted(audits)),
    )


def source_files(root: str) -> Iterable[tuple[str, str]]:
    """Paths below the root, and texts, of the Python files that are no tests."""
    excluded = tuple(PathPattern(root, name) for name in DEFAULT_EXCLUDE)
    for file in discover_files([root], excludes=lambda folder: excluded):
        path = relative_path(file, root)
        if file.endswith(".py") and not _TESTS.search(path):
            source = read_source(file, path)
            if not source.error:
                yield path, source.text


def _mentions_wrapper(text: str) -> bool:
    return any(word in text for word in ("pseudo", "mask", "redact", "anonymi", "hash_", "tokeni"))


def top_level_functions(text: str, wanted: re.Pattern[str]) -> list[str]:
    """Names of functions outside classes that match."""
    found = [(match["indent"], match["name"]) for match in _DEF.finditer(text)]
    return [name for indent, name in found if not indent and wanted.match(name)]


def audit_calls(module: str, text: str) -> set[str]:
    """Calls that write an audit trail: functions, methods of classes, rows of models."""
    found = {f"{module}.{name}" for name in top_level_functions(text, _AUDIT)}
    for match in _AUDIT_CALL.finditer(text):
        found.add(f"{match['name']}.objects.create" if match["name"] else match["emit"])
    return found


def named(labels: Mapping[str, str], tops: Iterable[str]) -> tuple[str, ...]:
    """The labels of imported packages."""
    return tuple(sorted({labels[top] for top in tops if top in labels}))


def processors_in(imports: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
    """Third parties whose client libraries are imported: id, label, country."""
    from gdprlint.policy import load_policy

    table = load_policy((), cache_dir=None).catalogue.get("processor", {})
    names = set(imports)
    return tuple(
        (id, str(row.get("label", id)), str(row.get("country", "")))
        for id, row in sorted(table.items())
        if any(name == known or name.startswith(known + ".") for known in row.get("imports", ())
               for name in names)
    )  # fmt: skip
