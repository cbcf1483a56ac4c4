"""Text to tree: the one place that parses for detection, and says why it could not."""

from __future__ import annotations

import ast
import warnings

from gdprlint.engine.observations import AnalysisError


def parse(path: str, text: str) -> ast.Module | AnalysisError:
    """The module's tree, or the reason there is none (syntax, NUL, nesting)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, path)
    except SyntaxError as error:
        tree = _parse_newer(path, text)
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


def _parse_newer(path: str, text: str) -> ast.Module | str | None:
    """The tree of syntax newer than this interpreter: first the cheap and common part of it."""
    from gdprlint.engine.type_parameters import blanked

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(blanked(text), path)
    except (SyntaxError, ValueError):
        from gdprlint.engine.lowering import parse_lowered

        return parse_lowered(path, text)
