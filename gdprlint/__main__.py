"""`python -m gdprlint` and the `gdprlint` command."""

from __future__ import annotations

import os
import sys

from gdprlint import cli


def main() -> int:
    """Run the command of this process; an interrupt ends it without waiting for its thread."""
    status = cli.main()
    if status == cli.EXIT_INTERRUPTED:
        os._exit(status)
    return status


if __name__ == "__main__":
    sys.exit(main())
