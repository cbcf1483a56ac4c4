"""The wheel carries the rule packs compiled, so that no run has to read them as TOML."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledPolicy(BuildHookInterface[Any]):
    """Compiles `rules/` while a wheel is built; an editable install keeps reading the sources."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the compiled policy to the files of the wheel."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from gdprlint.policy.load import SHIPPED, write_shipped

        self._folder = tempfile.TemporaryDirectory()
        compiled = os.path.join(self._folder.name, SHIPPED)
        write_shipped(os.path.join(self.root, "rules"), compiled)
        build_data["force_include"][compiled] = f"gdprlint/rules/{SHIPPED}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made on the way."""
        if version != "editable":
            self._folder.cleanup()
