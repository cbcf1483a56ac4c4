"""The command line: verb -> the module that carries it out, and what its outcome means.

Exit status: 0 nothing found, 1 findings, 2 usage or internal error, 130 interrupted. A verb is
one row of `VERBS`; its module is loaded only when the verb is called and offers
`add_arguments(parser)` and `execute(arguments) -> int`. A plain command line is read without the
full parser, whose import and set-up would cost as much as the start of the interpreter.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from gdprlint import __version__
from gdprlint.model import UsageError
from gdprlint.plain import read_plainly
from gdprlint.tuples import NamedTuple

EXIT_ERROR = 2
EXIT_INTERRUPTED = 130
REPORT_BUGS = "please report this with the lines above"


class Verb(NamedTuple):
    """One row of the command line: `module` carries the verb out."""

    module: str
    usage: str
    summary: str


VERBS: dict[str, Verb] = {
    "check": Verb("gdprlint.check", "[FLAGS] [PATHS]", "find where personal data leak"),
    "baseline": Verb("gdprlint.baseline", "write | prune | show", "accept the findings of today"),
    "init": Verb("gdprlint.init", "[PATH]", "write a policy with what the project is made of"),
    "rule": Verb("gdprlint.explain", "ID | --all", "explain a rule, or list all of them"),
    "explain-flow": Verb("gdprlint.explain_flow", "FILE:LINE", "tell what is known of a line"),
    "test": Verb("gdprlint.selftest", "[PACK]", "try the examples and fixtures of a rule pack"),
    "inventory": Verb("gdprlint.inventory", "[PATHS]", "list which data reach which sink"),
    "config": Verb("gdprlint.config", "show [PATH] | schema", "show settings or their JSON Schema"),
    "completion": Verb("gdprlint.completion", "SHELL", "print a script that completes commands"),
}


OTHER_WORDS = {
    "explain": "gdprlint rule ID` or `gdprlint explain-flow FILE:LINE",
    "fix": "gdprlint check --fix",
    "lint": "gdprlint check",
    "report": "gdprlint inventory",
    "run": "gdprlint check",
    "scan": "gdprlint check",
    "version": "gdprlint --version",
    "watch": "gdprlint check --watch",
}
"""What other tools call a verb -> what it is here."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return dispatch(arguments)
    except UsageError as error:
        hint = f"; {error.hint}" if error.hint else ""
        sys.stderr.write(f"gdprlint: error: {error.message}{hint}\n")
        return EXIT_ERROR
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return leave_closed_pipe()
    except Exception:
        return report_bug()


def dispatch(arguments: list[str]) -> int:
    """Find the verb and hand it the rest of the command line."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview())
        return 0
    if arguments[0] in ("-V", "--version"):
        print(f"gdprlint {__version__}")
        return 0
    name = arguments[0]
    verb = VERBS.get(name)
    if verb is None:
        raise unknown_verb(name)
    module = import_module(verb.module)
    namespace = read_plainly(module.add_arguments, arguments[1:])
    if namespace is None:
        from gdprlint.parser import open_parser, parse

        parser = open_parser(name, verb.usage, verb.summary)
        module.add_arguments(parser)
        try:
            namespace = parse(parser, arguments[1:])
        except SystemExit as stop:  # argparse printed help or the version
            return int(stop.code or 0)
    return int(module.execute(namespace))


def unknown_verb(name: str) -> UsageError:
    """The mistake of a first word that is no verb; a path gets the verb it lacks."""
    from gdprlint.settings.values import nearest

    if name.startswith("-"):
        return UsageError(f"unknown flag `{name}`", "flags follow a command, as in gdprlint check")
    if os.path.exists(name):
        return UsageError(f"unknown command `{name}`", f"did you mean `gdprlint check {name}`?")
    meant = f"did you mean `{OTHER_WORDS[name]}`?" if name in OTHER_WORDS else ""
    hint = meant or nearest(name, VERBS) or f"one of {', '.join(VERBS)}"
    return UsageError(f"unknown command `{name}`", hint)


def overview() -> str:
    """The help of the command without a verb."""
    width = max(map(len, VERBS))
    rows = "\n".join(f"  {name:{width}}  {verb.summary}" for name, verb in VERBS.items())
    return (
        "usage: gdprlint COMMAND ...\n\n"
        "Finds where personal data and credentials leak from Python code.\n\n"
        f"commands:\n{rows}\n\n"
        "`gdprlint COMMAND --help` shows the flags of a command.\n"
        "`gdprlint --version` shows the version.\n"
        "exit status: 0 nothing found, 1 findings, 2 usage or internal error, 130 interrupted"
    )


def leave_closed_pipe() -> int:
    """The reader went away (`| head`): end without a word from the interpreter either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def report_bug() -> int:
    """A traceback and what a maintainer needs to know with it."""
    import platform
    import traceback

    traceback.print_exc()
    sys.stderr.write(
        f"gdprlint: internal error: gdprlint {__version__}, Python {platform.python_version()}, "
        f"{platform.platform()}\n{REPORT_BUGS}\n"
    )
    return EXIT_ERROR
