"""The one table of settings: name, kind, default, help, flag. Everything else derives from it.

Validation (`values.py`), the JSON Schema (`schema.py`), `gdprlint config show` (`show.py`), the
command line's flags and the documentation all read `KEYS`; a new key is one row here and one
field of `record.Settings`.
"""

from __future__ import annotations

from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal[
        "boolean",
        "integer",
        "text",
        "texts",  # a list of texts; a single text counts as a list of one
        "choice",
        "date",  # a TOML date or YYYY-MM-DD
        "file",  # one path, relative to the declaring file
        "paths",  # texts, relative to the declaring file
        "patterns",  # path patterns, relative to the declaring file
        "per-file",  # table: path pattern -> selectors
        "table",  # free names -> values of kind `values`
        "record",  # fixed names: `fields`
        "record-table",  # free names -> records
        "records",  # array of records
    ]
else:
    Kind = str


class Key(NamedTuple):
    """One row: `flag` and `group` place it on the command line, `fields` describe a record."""

    name: str
    kind: Kind
    default: object
    help: str
    choices: tuple[str, ...] = ()
    flag: str = ""
    group: str = ""
    metavar: str = ""
    values: Kind = "text"
    fields: tuple[Key, ...] = ()


CONFIDENCES = ("possible", "likely", "certain")
SEVERITIES = ("info", "warning", "error")
POLICIES = ("recommended", "strict", "health")
FORMATS = (
    "full",
    "concise",
    "grouped",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "rdjson",
    "markdown",
)
BASES = ("6(1)(a)", "6(1)(b)", "6(1)(c)", "6(1)(d)", "6(1)(e)", "6(1)(f)")
"""The lawful bases of GDPR Art. 6(1)."""

_BASIS = Key("basis", "choice", "", "lawful basis, GDPR Art. 6(1)", BASES)
_PURPOSE = Key("purpose", "text", "", "a name declared in `purposes`")
_DAYS = "in days"

KEYS: tuple[Key, ...] = (
    # what is checked
    Key("exclude", "patterns", (), "replace the default excluded files and folders",
        flag="--exclude", group="Input", metavar="GLOBS"),
    Key("extend-exclude", "patterns", (), "exclude these as well",
        flag="--extend-exclude", group="Input", metavar="GLOBS"),
    Key("force-exclude", "boolean", False, "exclude also files named on the command line",
        flag="--force-exclude", group="Input"),
    Key("src", "paths", (), "folders that top-level modules are imported from"),
    # which rules
    Key("policy", "choice", "recommended", "named policy to start from", POLICIES,
        flag="--policy", group="Policy"),
    Key("packs", "paths", (), "rule packs: folders or installed packages",
        flag="--packs", group="Policy", metavar="PACKS"),
    Key("baseline", "file", "", "accepted findings; `gdprlint baseline write` makes the file",
        flag="--baseline", group="Policy"),
    Key("select", "texts", (), "check only these rules: ids, prefixes or ALL",
        flag="--select", group="Rules", metavar="RULES"),
    Key("extend-select", "texts", (), "check these rules as well",
        flag="--extend-select", group="Rules", metavar="RULES"),
    Key("ignore", "texts", (), "leave these rules out",
        flag="--ignore", group="Rules", metavar="RULES"),
    Key("extend-ignore", "texts", (), "leave these rules out as well",
        flag="--extend-ignore", group="Rules", metavar="RULES"),
    Key("per-file-ignores", "per-file", (), "rules left out in files that match a pattern"),
    Key("severity", "table", {}, "severity by rule id", SEVERITIES, values="choice"),
    # what counts
    Key("min-confidence", "choice", "likely", "hide findings below this confidence", CONFIDENCES,
        flag="--min-confidence", group="Rules"),
    Key("min-severity", "choice", "info", "hide findings below this severity", SEVERITIES,
        flag="--min-severity", group="Rules"),
    Key("fail-on", "choice", "info", "least severity that makes the exit status 1", SEVERITIES,
        flag="--fail-on", group="Rules", metavar="SEVERITY"),
    Key("output-format", "choice", "full", "how findings are printed", FORMATS,
        flag="--output-format", group="Output"),
    # what the project's names mean
    Key("languages", "texts", (), "languages of names besides English; all if empty",
        flag="--languages", group="Policy", metavar="CODES"),
    Key("names", "table", {}, "names of this project -> the category they carry"),
    Key("not-personal", "texts", (), "names that carry no personal data here"),
    Key("person-classes", "texts", (), "classes whose instances stand for a person"),
    Key("sinks", "texts", (), "calls of this project that write to a log"),
    Key("sanitizers", "texts", (), "calls whose result is harmless"),
    Key("handle-ids", "texts", (), "identifiers that are handles and name a person"),
    Key("loggers", "texts", (), "dotted names of logger objects"),
    Key("wrapper", "texts", (), "calls that pseudonymise before data are logged"),
    Key("wrapped", "texts", (), "categories that reach a log only through a wrapper"),
    # accountability
    Key("controller", "text", "", "who is responsible, GDPR Art. 4(7)"),
    Key("dpo", "text", "", "data protection officer, GDPR Art. 37"),
    Key("dpo-not-required", "text", "", "why no data protection officer is needed"),
    Key("purposes", "record-table", {}, "purposes of processing by name", fields=(
        _BASIS,
        Key("art9", "text", "", "exception of GDPR Art. 9(2), as in 9(2)(h)"),
        Key("description", "text", "", "the purpose in words"),
        Key("assessment", "text", "", "where the balancing test or DPIA is kept"),
    )),
    Key("inventory", "record-table", {}, "categories that may be logged -> where and why", fields=(
        Key("sinks", "texts", (), "sets of sinks the category may reach"),
        _PURPOSE,
    )),
    Key("retention", "record", {}, "how long logs are kept", fields=(
        Key("default-max", "integer", 365, f"longest period, {_DAYS}"),
        Key("security-min", "integer", 90, f"shortest period of security logs, {_DAYS}"),
        Key("sinks", "table", {}, f"longest period by handler or log group, {_DAYS}",
            values="integer"),
    )),
    Key("processors", "record-table", {}, "third parties that receive data, Art. 28", fields=(
        Key("imports", "texts", (), "modules of its client library"),
        Key("dpa", "text", "", "reference of the contract, Art. 28(3)"),
        Key("region", "text", "", "where the data are kept"),
        Key("transfer", "text", "", "basis of a transfer outside the EEA, Art. 44 to 49"),
        Key("retention-days", "integer", 0, f"period the processor keeps data, {_DAYS}"),
        Key("reviewed", "date", "", "day of the last review"),
        Key("categories", "texts", (), "categories of data the processor may receive"),
    )),
    Key("transports", "record-table", {}, "remote log hosts that are protected otherwise", fields=(
        Key("encrypted", "boolean", False, "the connection is encrypted outside the program"),
        _PURPOSE,
    )),
    Key("audit", "record", {}, "how the project records audit events", fields=(
        Key("calls", "texts", (), "calls that emit an audit event"),
        Key("required-fields", "texts", (), "fields every event needs"),
        Key("sink", "text", "", "logger or handler of the audit trail"),
        Key("retention", "integer", 0, f"period audit events are kept, {_DAYS}"),
    )),
    Key("exemptions", "records", (), "rules that do not hold for some paths, and why", fields=(
        Key("rules", "texts", (), "ids or prefixes"),
        Key("paths", "patterns", (), "where the exemption holds"),
        _BASIS,
        Key("art9", "text", "", "exception of GDPR Art. 9(2)"),
        _PURPOSE,
        Key("until", "date", "", "last day of the exemption"),
        Key("why", "text", "", "the reason in words"),
    )),
)  # fmt: skip

BY_NAME: dict[str, Key] = {key.name: key for key in KEYS}
EXTENDING = ("extend-select", "extend-ignore", "extend-exclude")
"""Keys that add to the value of an extended file instead of replacing it."""


def field_name(key: str) -> str:
    """The field of `Settings` that holds a key."""
    return key.replace("-", "_")
