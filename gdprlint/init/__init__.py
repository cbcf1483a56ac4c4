"""The verb `init`: look at a project and write a commented policy with what was found.

Nothing is ever overwritten: a project that has settings keeps them.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace

from gdprlint.files.roots import project_root
from gdprlint.model import UsageError
from gdprlint.settings.find import settings_file_in

FILE = "gdprlint.toml"
HERE = "."
HOOK_FILE = ".pre-commit-config.yaml"


def add_arguments(parser: ArgumentParser) -> None:
    """The flags of `init`."""
    parser.add_argument(
        "path", nargs="?", default=HERE, metavar="PATH", help="the project; default: ."
    )
    parser.add_argument("--hook", action="store_true", help="add the entry for pre-commit as well")
    parser.add_argument(
        "--wrapper", metavar="FILE", default="", help="write a module of pseudonyms with its tests"
    )
    parser.add_argument("--print", action="store_true", help="print the policy, write nothing")


def execute(arguments: Namespace) -> int:
    """Look, write, and say what was written; returns the exit status."""
    if arguments.wrapper:
        from gdprlint.init.wrapper import write_wrapper

        sys.stdout.writelines(f"{line}\n" for line in write_wrapper(arguments.wrapper))
        return 0
    if not os.path.isdir(arguments.path):
        raise UsageError(f"no such folder: {arguments.path}")
    folder = os.path.abspath(arguments.path)
    root = folder if arguments.path != HERE else project_root(folder)
    if arguments.print:
        sys.stdout.write(policy_text(root))
        return 0
    known = settings_file_in(root)
    if known and not arguments.hook:
        raise UsageError(f"{known} holds settings already", "gdprlint init --print shows a policy")
    if arguments.hook:  # first: it may be refused, and then nothing has been written
        add_hook(os.path.join(root, HOOK_FILE))
    if known:
        sys.stdout.write(f"kept {known}\n")
    else:
        write_new(os.path.join(root, FILE), policy_text(root))
    return 0


def policy_text(root: str) -> str:
    """The policy for the project below `root`."""
    from gdprlint.init.policy_file import render_policy
    from gdprlint.init.survey import survey

    return render_policy(survey(root))


def write_new(file: str, text: str) -> None:
    """Create a file; it is an error if it exists."""
    try:
        with open(file, "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise UsageError(f"{file} exists already") from None
    except OSError as error:
        raise UsageError(f"{file}: {(error.strerror or '').lower()}") from error
    sys.stdout.write(f"wrote {file}\n")


def add_hook(file: str) -> None:
    """Create the configuration of pre-commit, or add the entry at its end."""
    from gdprlint.init.hook import HEAD, entry, with_entry

    if not os.path.exists(file):
        write_new(file, HEAD + entry(""))
        return
    with open(file, encoding="utf-8") as stream:
        before = stream.read()
    after = with_entry(before)
    if after is None:
        sys.stdout.write(f"kept {file}, which has the hook already\n")
        return
    with open(file, "w", encoding="utf-8", newline="") as stream:
        stream.write(after)
    sys.stdout.write(f"added the hook to {file}\n")
