"""The named policies: values that replace the defaults, themselves replaced by the user's."""

from __future__ import annotations

from collections.abc import Mapping

POLICY_VALUES: Mapping[str, Mapping[str, object]] = {
    "recommended": {},
    "strict": {"extend-select": ("ALL",), "min-confidence": "possible"},
    # health data (GDPR Art. 9): pseudonyms and the audit trail are duties, not options
    "health": {"extend-select": ("GDL3", "GDL4", "GDL8"), "min-confidence": "possible"},
}
