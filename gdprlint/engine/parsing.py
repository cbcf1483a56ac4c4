"""Text to tree: the one place that parses for detection, and says why it could not."""

from __future__ import annotations

import ast
import re
import warnings

from gdprlint.engine.observations import AnalysisError

_LONG_NUMBER = re.compile(r"0[xXoObB][0-9a-fA-F_]{1000}")


def parse(path: str, text: str) -> ast.Module | AnalysisError:
    """The module's tree, or the reason there is none (syntax, NUL, nesting)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _written_out(ast.parse(text, path), text)
    except SyntaxError as error:
        tree = _parse_newer(path, text, error)
        if isinstance(tree, ast.Module):
            return tree
        line = error.lineno or 1
        reason = error.msg or "invalid syntax"
        if tree is not None:
            reason = f"{reason} (newer than this interpreter and not known here: {tree})"
        return AnalysisError(line, max(error.offset or 1, 1), reason)
    except ValueError as error:
        return AnalysisError(1, 1, str(error))
    except (RecursionError, MemoryError):
        return AnalysisError(1, 1, "nested too deeply to be parsed")


def check_syntax(path: str, text: str) -> AnalysisError | None:
    """The reason why `parse` has no tree of a text, None if it has one. The interpreter makes the
    table of its names without a tree of Python objects, whose making takes as long as all else."""
    from symtable import symtable

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            symtable(text, path, "exec")
            return None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = parse(path, text)
        return tree if isinstance(tree, AnalysisError) else None


def _written_out(tree: ast.Module, text: str) -> ast.Module:
    """The tree without numbers that cannot be written in decimals (a limit of the interpreter,
    as that takes the square of their length): nobody means them, so one is like another."""
    if _LONG_NUMBER.search(text):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, int):
                node.value = min(node.value, 1 << 1000)
    return tree


def _parse_newer(path: str, text: str, error: SyntaxError) -> ast.Module | str | None:
    """The tree of syntax newer than this interpreter: first the cheap and common part of it."""
    from gdprlint.engine.type_parameters import blanked

    older = blanked(text)
    try:
        if older != text:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return _written_out(ast.parse(older, path), text)
    except SyntaxError as next_error:
        error = next_error
    except ValueError:
        return None
    from gdprlint.engine.lowering import may_be_newer, parse_lowered

    return parse_lowered(path, text) if may_be_newer(older, error) else None
