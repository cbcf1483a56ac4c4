"""TOML files -> tables. The one place that knows which parser the interpreter has."""

from __future__ import annotations

import sys
from typing import Any

from gdprlint.model import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def parse_toml(data: bytes, shown: str) -> dict[str, Any]:
    """Parse one file's bytes; a mistake names the file as `shown`, the line and the reason."""
    try:
        return tomllib.loads(data.decode("utf-8").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{shown}: line {line}: not UTF-8 text") from None
    except (ValueError, RecursionError) as error:
        lines = data.count(b"\n") + 1
        reason = str(error).replace("end of document", f"line {lines}, the end of the file")
        raise UsageError(f"{shown}: broken TOML: {reason}") from None
