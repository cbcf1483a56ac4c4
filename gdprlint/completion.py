"""The verb `completion`: a script that completes commands and flags in bash, zsh or fish.

Derived from the table of verbs, their parsers and the choices of the settings table.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from importlib import import_module
from types import ModuleType

from gdprlint.model import UsageError
from gdprlint.report.options import COLOR_CHOICES
from gdprlint.settings.keys import KEYS
from gdprlint.settings.values import nearest
from gdprlint.tuples import NamedTuple

ACTIONS = ("bash", "zsh", "fish")


class Flag(NamedTuple):
    """A long flag of a verb; `takes` is "nothing", "a value" or "a file"."""

    name: str
    takes: str
    help: str
    choices: tuple[str, ...]


class Command(NamedTuple):
    """A verb with what can follow it; `words` are those that may stand right behind it."""

    name: str
    summary: str
    words: tuple[str, ...]
    flags: tuple[Flag, ...]


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `completion`."""
    parser.add_argument("shell", metavar="SHELL", help=", ".join(ACTIONS))


def execute(arguments: Namespace) -> int:
    """Print the script for a shell."""
    writers = {"bash": bash_script, "zsh": zsh_script, "fish": fish_script}
    writer = writers.get(arguments.shell)
    if writer is None:
        hint = nearest(arguments.shell, ACTIONS) or f"one of {', '.join(ACTIONS)}"
        raise UsageError(f"unknown shell `{arguments.shell}`", hint)
    sys.stdout.write(writer(commands()))
    return 0


def commands() -> list[Command]:
    """Every verb with its words and flags."""
    from gdprlint.cli import VERBS

    modules = {name: import_module(verb.module) for name, verb in VERBS.items()}
    return [
        Command(name, verb.summary, words_of(name, module), flags_of(module.add_arguments))
        for (name, verb), module in zip(VERBS.items(), modules.values(), strict=True)
    ]


def words_of(verb: str, module: ModuleType) -> tuple[str, ...]:
    """The `ACTIONS` of a verb's module; the ids of the built-in rules for `rule`."""
    if verb != "rule":
        return tuple(getattr(module, "ACTIONS", ()))
    return tuple(module.load_rules(Namespace(config="", isolated=True, no_cache=False)))


def flags_of(add: object) -> tuple[Flag, ...]:
    """The long flags that a verb's `add_arguments` adds."""
    parser = ArgumentParser()
    if callable(add):
        add(parser)
    choices = {key.flag: key.choices for key in KEYS if key.flag}
    choices["--color"] = COLOR_CHOICES
    return tuple(
        Flag(name, takes(action.nargs, action.metavar), action.help or "", choices.get(name, ()))
        for action in parser._actions
        for name in action.option_strings
        if name.startswith("--")
    )


def takes(nargs: object, metavar: object) -> str:
    """What follows a flag."""
    if nargs == 0:
        return "nothing"
    return "a file" if metavar in ("FILE", "PATH", "FOLDER") else "a value"


def bash_script(verbs: list[Command]) -> str:
    """For `eval "$(gdprlint completion bash)"`."""
    values = {
        flag.name: " ".join(flag.choices) for verb in verbs for flag in verb.flags if flag.choices
    }
    value_cases = "\n".join(
        f'    {name}) COMPREPLY=($(compgen -W "{words}" -- "$cur")); return ;;'
        for name, words in values.items()
    )
    verb_cases = "\n".join(
        f'    {verb.name}) words="{" ".join(flag.name for flag in verb.flags)}" ;;'
        for verb in verbs
    )
    word_cases = "\n".join(
        f'    {verb.name}) words="{" ".join(verb.words)}" ;;' for verb in verbs if verb.words
    )
    names = " ".join(verb.name for verb in verbs)
    return f"""\
_gdprlint() {{
  local cur="${{COMP_WORDS[COMP_CWORD]}}" prev="${{COMP_WORDS[COMP_CWORD-1]}}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{names}" -- "$cur")); return
  fi
  case "$prev" in
{value_cases}
  esac
  case "$cur" in
    -*) case "${{COMP_WORDS[1]}}" in
{verb_cases}
    esac ;;
    *) [ "$COMP_CWORD" -eq 2 ] && case "${{COMP_WORDS[1]}}" in
{word_cases}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -o default -F _gdprlint gdprlint
"""


def zsh_script(verbs: list[Command]) -> str:
    """For a file called `_gdprlint` on zsh's `fpath`, or `eval` after `compinit`."""
    names = "\n".join(f"      {quoted(f'{verb.name}:{verb.summary}')}" for verb in verbs)
    cases = "\n".join(
        f"    {verb.name})\n      _arguments \\\n"
        + "".join(f"        {quoted(zsh_flag(flag))} \\\n" for flag in verb.flags)
        + "".join(f"        {quoted(f'1:word:({word_list})')} \\\n" for word_list in listed(verb))
        + "        '*:path:_files'\n      ;;"
        for verb in verbs
    )
    return f"""\
#compdef gdprlint
_gdprlint() {{
  local -a verbs
  if (( CURRENT == 2 )); then
    verbs=(
{names}
    )
    _describe command verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
{cases}
  esac
}}
compdef _gdprlint gdprlint
"""


def listed(verb: Command) -> tuple[str, ...]:
    """The words of a verb as one text, nothing if it takes none."""
    return (" ".join(verb.words),) if verb.words else ()


def zsh_flag(flag: Flag) -> str:
    """A flag as zsh's `_arguments` describes it."""
    text = flag.help.replace("[", "(").replace("]", ")").replace(":", " ")
    if flag.takes == "nothing":
        return f"{flag.name}[{text}]"
    values = f"({' '.join(flag.choices)})" if flag.choices else ""
    return f"{flag.name}=[{text}]:value:{values or ('_files' if flag.takes == 'a file' else '')}"


def fish_script(verbs: list[Command]) -> str:
    """For `gdprlint completion fish | source`."""
    lines = ["complete -c gdprlint -n __fish_use_subcommand -f"]
    for verb in verbs:
        summary = quoted(verb.summary)
        lines.append(
            f"complete -c gdprlint -n __fish_use_subcommand -f -a {verb.name} -d {summary}"
        )
        seen = quoted(f"__fish_seen_subcommand_from {verb.name}")
        if verb.words:
            given = f"__fish_seen_subcommand_from {' '.join(verb.words)}"
            alone = quoted(f"__fish_seen_subcommand_from {verb.name}; and not {given}")
            words = quoted(" ".join(verb.words))
            lines.append(f"complete -c gdprlint -n {alone} -f -a {words}")
        for flag in verb.flags:
            value = {"nothing": "", "a file": " -r"}.get(flag.takes, " -x")
            choices = f" -a {quoted(' '.join(flag.choices))}" if flag.choices else ""
            name = f"-l {flag.name[2:]}"
            lines.append(
                f"complete -c gdprlint -n {seen} {name}{value}{choices} -d {quoted(flag.help)}"
            )
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A shell word in single quotes."""
    return "'" + text.replace("'", "'\\''") + "'"
