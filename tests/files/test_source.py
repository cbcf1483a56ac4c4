"""Bytes of every kind -> text, or the line and the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdprlint.files.source import SourceError, decode_source, read_source


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"x = 1\n", "x = 1\n"),
        (b"x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n"),
        (b"x = 1\ry = 2\r", "x = 1\ny = 2\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"\xef\xbb\xbf# coding: utf-8\n", "# coding: utf-8\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        (b"#!/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'", None),
        (b"\x0c# coding=utf_8\nx = '\xc3\xa9'", "\x0c# coding=utf_8\nx = 'é'"),
        (b"x = 1\n# coding: latin-1\n'\xc3\xa9'", "x = 1\n# coding: latin-1\n'é'"),
        (b"\n\n# coding: latin-1\n'\xc3\xa9'", "\n\n# coding: latin-1\n'é'"),
        ("'\u2028'\n".encode(), "'\u2028'\n"),
    ],
)
def test_text(data: bytes, text: str | None) -> None:
    source = decode_source(data, "a.py")

    assert source.error is None
    assert source.text == (data.decode("cp1252") if text is None else text)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"x = 1\ny = '\xff'\n", SourceError(2, 6, "holds byte 0xff, which is not utf-8")),
        (b"x = 1\r\ny = '\xff'\r\n", SourceError(2, 6, "holds byte 0xff, which is not utf-8")),
        (b"x\0", SourceError(1, 2, "contains a null byte")),
        (b"\xff\xfex\0", SourceError(1, 1, "is UTF-16, which Python cannot read")),
        (b"# coding: martian\n", SourceError(1, 1, "declares unknown encoding martian")),
        (b"# coding: rot13\n", SourceError(1, 1, "declares unknown encoding rot13")),
        (
            b"\xef\xbb\xbf# coding: latin-1\n",
            SourceError(1, 1, "has a UTF-8 byte order mark but declares latin-1"),
        ),
    ],
)
def test_errors(data: bytes, error: SourceError) -> None:
    assert decode_source(data, "a.py") == ("a.py", "", error)


def test_missing_file(tmp_path: Path) -> None:
    source = read_source(str(tmp_path / "gone.py"), "gone.py")

    assert source.error == SourceError(1, 1, "cannot be read: no such file or directory")
