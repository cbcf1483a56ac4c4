"""Bytes of a Python file -> its text, or the reason why there is none.

Follows the language reference, "Encoding declarations" (PEP 263): a UTF-8 byte order mark, or a
coding comment on the first or second line, else UTF-8.
"""

from __future__ import annotations

import sys

from gdprlint.tuples import NamedTuple

BOM = b"\xef\xbb\xbf"
WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")


class SourceError(NamedTuple):
    """Why a file has no text: what it is or holds. `line` and `column` are 1-based."""

    line: int
    column: int
    message: str


class SourceText(NamedTuple):
    """The text of one file with `\\n` line ends, or an error and an empty text.

    `path` is relative to the root with forward slashes.
    """

    path: str
    text: str
    error: SourceError | None = None


def read_source(file: str, path: str) -> SourceText:
    """Read `file` from disk; `path` is the name it gets in the report."""
    try:
        with open(file, "rb") as stream:
            data = stream.read()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return SourceText(path, "", SourceError(1, 1, f"cannot be read: {reason.lower()}"))
    return decode_source(data, path)


def read_stdin(path: str) -> SourceText:
    """Read standard input to its end as the text of `path`."""
    return decode_source(sys.stdin.buffer.read(), path)


def decode_source(data: bytes, path: str) -> SourceText:
    """Decode as the Python tokenizer would; line ends become `\\n`."""
    if data.startswith(WIDE_BOMS):
        return SourceText(path, "", SourceError(1, 1, "is UTF-16, which Python cannot read"))
    has_bom = data.startswith(BOM)
    if has_bom:
        data = data[len(BOM) :]
    encoding = declared_encoding(data) or "utf-8"
    if has_bom and encoding != "utf-8":
        message = f"has a UTF-8 byte order mark but declares {encoding}"
        return SourceText(path, "", SourceError(1, 1, message))
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line, column = position_of(data, error.start)
        message = f"holds byte 0x{data[error.start]:02x}, which is not {encoding}"
        return SourceText(path, "", SourceError(line, column, message))
    except UnicodeError:
        return SourceText(path, "", SourceError(1, 1, f"is not {encoding}"))
    except LookupError:
        return SourceText(path, "", SourceError(1, 1, f"declares unknown encoding {encoding}"))
    if "\0" in text:
        line, column = position_of(data, max(data.find(b"\0"), 0))
        return SourceText(path, "", SourceError(line, column, "contains a null byte"))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SourceText(path, text)


def declared_encoding(data: bytes) -> str:
    """The normalised encoding of the coding comment, "" without one."""
    head = b"".join(data[:4096].splitlines(keepends=True)[:2])
    if b"coding" not in head:
        return ""
    import re

    for line in head.splitlines():
        found = re.match(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", line)
        if found:
            name = found[1].decode("ascii", "replace").lower().replace("_", "-")
            return "utf-8" if name == "utf8" or name.startswith("utf-8") else name
        if not re.match(rb"[ \t\f]*(?:#.*)?$", line):
            return ""
    return ""


def position_of(data: bytes, offset: int) -> tuple[int, int]:
    """The 1-based line of a byte offset, and its 1-based column in bytes."""
    before = data[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
