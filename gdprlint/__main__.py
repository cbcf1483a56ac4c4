"""`python -m gdprlint` and the `gdprlint` command."""

from __future__ import annotations

import gc
import os
import sys

gc.disable()  # what a run leaves behind goes with its process

from gdprlint import cli  # noqa: E402  after the line above, which it is for


def main() -> int:
    """Run the command of this process, and leave at once: freeing all objects one by one takes
    a fifth of a short run, and an interrupt is not to wait for its thread."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started the process
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    status = cli.main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        status = cli.leave_closed_pipe()
    except OSError as error:
        os.write(2, f"gdprlint: error: output: {(error.strerror or '').lower()}\n".encode())
        status = cli.EXIT_ERROR
    os._exit(status)


if __name__ == "__main__":
    main()
