"""Rule packs, categories and the lexicon: what the program looks for, as data."""

from __future__ import annotations

from gdprlint.policy.load import load_policy
from gdprlint.policy.packs import rules_root
from gdprlint.policy.records import Category, FileContext, Match, Policy

__all__ = ["Category", "FileContext", "Match", "Policy", "load_policy", "rules_root"]
