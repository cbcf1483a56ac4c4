"""Text -> the columns it takes on a terminal: tabs, wide and combining characters."""

from __future__ import annotations

TAB = 4


def expand_tabs(line: str) -> str:
    """Every tab as four columns, so that an excerpt looks the same at any indentation."""
    return line.replace("\t", " " * TAB)


def width_of(text: str) -> int:
    """Terminal columns of `text` (Unicode Standard Annex 11: wide and fullwidth take two)."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(char) in ("Mn", "Me", "Cf") else 2 if east_asian_width(char) in "WF" else 1
        for char in text
    )


def column_of(line: str, column: int) -> int:
    """The 0-based terminal column of the 1-based code point `column` of `line`."""
    before = line[: column - 1]
    return len(before) if before.isascii() and "\t" not in before else width_of(expand_tabs(before))


def clip(line: str, first: int, width: int) -> str:
    """The part of `line` that fills `width` terminal columns from the column `first` on."""
    if line.isascii():
        return line[first : first + width]
    taken: list[str] = []
    position = 0
    for char in line:
        size = width_of(char)
        if position >= first and position + size <= first + width:
            taken.append(char)
        position += size
    return "".join(taken)


def unwrap(text: str) -> str:
    """Prose without the line breaks of the file it was written in; empty lines part paragraphs.

    Review comments and alerts keep every line break they are given.
    """
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def wrap(text: str, width: int) -> list[str]:
    """Break `text` at spaces into lines of at most `width` columns where words allow."""
    measure = len if text.isascii() else width_of
    lines: list[str] = []
    words: list[str] = []
    taken = 0
    for word in text.split():
        size = measure(word) + 1
        if words and taken + size > width + 1:
            lines.append(" ".join(words))
            words, taken = [], 0
        words.append(word)
        taken += size
    return [*lines, " ".join(words)] if words else lines
