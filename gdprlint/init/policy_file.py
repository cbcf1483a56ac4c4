"""A survey -> the text of a policy: what was found is filled in, what only people know is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gdprlint.init.survey import Survey

HEAD = """\
# Policy of gdprlint. What was found in the project is filled in; TODO marks what only you know.
# `gdprlint config schema` describes every key, `gdprlint rule GDL803` what has to be declared.
"""
ACCOUNTABILITY = """\
# Who is responsible (GDPR Art. 4(7)), and the data protection officer (Art. 37).
# controller = "TODO"
# dpo = "TODO@example.org"
# dpo-not-required = "TODO: the reason, if you need none"
"""
PURPOSES = """\
# Why personal data are logged at all. Suppressions and exemptions refer to these names:
# logger.info(ip)  # gdprlint: ignore[GDL106] basis=6(1)(f) purpose=abuse until=2027-12-31
#
# [purposes.abuse]
# basis = "6(1)(f)"
# assessment = "TODO: where the balancing of interests is kept"
"""
RETENTION = """\
# How long logs are kept, in days (Art. 5(1)(e), 13(2)(a)).
# [retention]
# default-max = 90
# security-min = 90
"""


def render_policy(found: Survey) -> str:
    """The whole file."""
    parts = [
        HEAD + "".join(seen(found)),
        ACCOUNTABILITY,
        wrappers(found),
        PURPOSES,
        RETENTION,
        "\n".join(processors(found)),
        audit(found),
    ]
    return "\n".join(part for part in parts if part)


def seen(found: Survey) -> Iterator[str]:
    """Comments that tell what the project was taken for."""
    yield f"#\n# project: {found.name}\n"
    if found.frameworks:
        yield f"# frameworks: {', '.join(found.frameworks)}\n"
    if found.loggers:
        yield f"# loggers: {', '.join(found.loggers)}\n"


def wrappers(found: Survey) -> str:
    """The functions that pseudonymise."""
    intro = "# Functions that make a pseudonym, or mask, before a value is logged (GDL301).\n"
    if not found.wrappers:
        return intro + '# wrapper = ["TODO: app.privacy.pseudonymise"]\n'
    return intro + f"wrapper = {listed(found.wrappers)}\n"


def processors(found: Survey) -> Iterator[str]:
    """One table for each third party that is imported."""
    if found.processors:
        yield "# Third parties that receive data (Art. 28): fill in and uncomment."
    for id, label, country in found.processors:
        seat = f", seat: {country}" if country else ""
        yield f'# [processors.{id}]  # {label}{seat}\n# dpa = "TODO: reference of the contract"'
        yield '# region = "TODO"\n# transfer = "TODO: adequacy, DPF or SCC"'
        yield "# reviewed = 2026-01-01\n"


def audit(found: Survey) -> str:
    """How the project records that a duty was carried out; turns GDL401 to GDL410 on."""
    intro = (
        "# Calls that emit an audit event. They turn on the rules that ask for one when consent\n"
        "# changes and a person is erased, exported or restricted (GDL401 to GDL410).\n"
    )
    if not found.audit_calls:
        return intro + '# [audit]\n# calls = ["TODO: app.audit.record"]\n'
    fields = '# required-fields = ["subject", "actor", "purpose"]\n'
    return intro + f"[audit]\ncalls = {listed(found.audit_calls)}\n{fields}"


def listed(values: Iterable[str]) -> str:
    """A TOML array, over several lines if it is long."""
    quoted = [f'"{value}"' for value in values]
    line = f"[{', '.join(quoted)}]"
    if len(line) <= 80:
        return line
    return "[\n" + "".join(f"    {value},\n" for value in quoted) + "]"
