"""`python -m gdprlint` and the `gdprlint` command."""

from __future__ import annotations

import sys

from gdprlint.cli import main

if __name__ == "__main__":
    sys.exit(main())
