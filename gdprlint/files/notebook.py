"""A Jupyter notebook -> the Python of its code cells as one text, and back from lines to cells.

Findings are reported as `nb.ipynb:cell 3:2:5`: the third cell of the notebook (text cells count as
well), second line, fifth column. The format is nbformat 4,
https://nbformat.readthedocs.io/en/latest/format_description.html.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from gdprlint.files.source import SourceError
from gdprlint.model import Finding, Span
from gdprlint.tuples import NamedTuple

SUFFIX = ".ipynb"
CELL = f"{SUFFIX}:cell "

_PYTHON_CELL_MAGICS = frozenset({"capture", "prun", "time", "timeit"})
"""Cell magics whose cell is ordinary Python; all others hold something else."""
_LINE_MAGIC = re.compile(r"\s*(?:[%!?].*|[\w.]+\?\??\s*)$")
_ASSIGNED_MAGIC = re.compile(r"(\s*[\w., ]+=\s*)[%!](?!=).*$")


class Cell(NamedTuple):
    """A code cell: its number from 1, its first line in the joined text, its own text."""

    number: int
    first_line: int
    text: str


def _first_line(cell: Cell) -> int:
    return cell.first_line


class Notebook(NamedTuple):
    """The code of a notebook as one module."""

    text: str
    cells: tuple[Cell, ...]

    def cell_of(self, line: int) -> Cell | None:
        """The cell that holds the 1-based `line` of the joined text."""
        index = bisect_right(self.cells, line, key=_first_line) - 1
        return self.cells[index] if index >= 0 else None


def is_notebook(path: str) -> bool:
    """Whether a path names a notebook."""
    return path.endswith(SUFFIX)


def file_of(path: str) -> str:
    """The file of a path that may name a cell: `nb.ipynb:cell 3` -> `nb.ipynb`."""
    file, found, _ = path.partition(CELL)
    return file + SUFFIX if found else path


def cell_number(path: str) -> int:
    """The cell a path names, 0 for a file."""
    number = path.partition(CELL)[2]
    return int(number) if number.isdigit() else 0


def read_notebook(text: str) -> Notebook | SourceError:
    """The code cells of the JSON `text`; none for another language than Python."""
    import json

    try:
        document = json.loads(text or "{}")
    except json.JSONDecodeError as error:
        return SourceError(error.lineno, error.colno, f"is no notebook: {error.msg.lower()}")
    except RecursionError:
        return SourceError(1, 1, "is nested too deeply")
    except ValueError:
        return SourceError(1, 1, "holds a number with too many digits")
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list):
        return SourceError(1, 1, "is no notebook of format 4: it has no list of cells")
    if not is_python(document.get("metadata")):
        return Notebook("", ())
    return join_cells(
        (number, source_text(cell.get("source")))
        for number, cell in enumerate(cells, 1)
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
    )


def is_python(metadata: object) -> bool:
    """Whether the metadata of a notebook name Python or nothing."""
    known = metadata if isinstance(metadata, dict) else {}
    for table, key in (("language_info", "name"), ("kernelspec", "language")):
        entry = known.get(table)
        if isinstance(entry, dict) and isinstance(entry.get(key), str):
            return bool(str(entry[key]).lower() in ("python", "ipython"))
    return True


def source_text(source: object) -> str:
    """The text of a cell, which the format allows as a text or a list of lines."""
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    text = source if isinstance(source, str) else ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def join_cells(sources: Iterator[tuple[int, str]]) -> Notebook:
    """The cells one after another, magics replaced by as many lines that do nothing."""
    cells: list[Cell] = []
    joined: list[str] = []
    line = 1
    for number, source in sources:
        code = without_magics(source)
        cells.append(Cell(number, line, source))
        joined.append(code + "\n")
        line += code.count("\n") + 1
    return Notebook("".join(joined), tuple(cells))


def without_magics(source: str) -> str:
    """The cell with the lines of IPython's own syntax made harmless; lines keep their number."""
    lines = source.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        words = lines[first][2:].split()
        if not words or words[0] not in _PYTHON_CELL_MAGICS:
            return "\n".join("" for _ in lines)
        lines[first] = ""
    if not any(sign in source for sign in "%!?") or is_valid("\n".join(lines)):
        return "\n".join(lines)
    return "\n".join(plain_line(line) for line in lines)


def is_valid(code: str) -> bool:
    """Whether a cell is plain Python, in which `%` at the start of a line is an operator."""
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def plain_line(line: str) -> str:
    """`%magic`, `!command` and `name?` become `pass`, what is assigned from one `None`."""
    if _LINE_MAGIC.match(line):
        return line[: len(line) - len(line.lstrip())] + "pass"
    if assigned := _ASSIGNED_MAGIC.match(line):
        return assigned[1] + "None"
    return line


def in_cell(span: Span, path: str, notebook: Notebook) -> Span:
    """A span of the joined text of the notebook at `path` as a span of its cell."""
    cell = notebook.cell_of(span.line)
    if span.path != path or cell is None:
        return span
    shift = cell.first_line - 1
    place = f"{path[: -len(SUFFIX)]}{CELL}{cell.number}"
    end_line = min(span.end_line - shift, cell.text.count("\n") + 1)
    return Span(place, span.line - shift, span.column, end_line, span.end_column)


def finding_in_cell(finding: Finding, notebook: Notebook) -> Finding:
    """A finding in a notebook with all its places given by cell."""
    path = finding.span.path
    return finding._replace(
        span=in_cell(finding.span, path, notebook),
        steps=tuple(
            step._replace(span=in_cell(step.span, path, notebook)) for step in finding.steps
        ),
    )


def cell_sources(path: str, notebook: Notebook) -> dict[str, str]:
    """The text of each cell by the path that findings in it have."""
    stem = path[: -len(SUFFIX)]
    return {f"{stem}{CELL}{cell.number}": cell.text for cell in notebook.cells}
