"""Fixed text back onto disk: all or nothing, and only if the file is still as it was read."""

from __future__ import annotations

import contextlib
import os
import tempfile


def replace_file(file: str, before: bytes, after: bytes) -> bool:
    """Put `after` in place of `before`, keeping the mode; False if the file changed meanwhile."""
    target = os.path.realpath(file)
    descriptor, temporary = tempfile.mkstemp(
        prefix=f".{os.path.basename(target)}.", dir=os.path.dirname(target)
    )
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(after)
        os.chmod(temporary, os.stat(target).st_mode & 0o7777)
        with open(target, "rb") as stream:
            if stream.read() != before:
                return False
        os.replace(temporary, target)
        return True
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def unified_diff(path: str, before: str, after: str) -> str:
    """The change of one file in unified form, as `git apply` takes it."""
    import difflib

    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"a/{path}",
        f"b/{path}",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
                   for line in lines)  # fmt: skip
