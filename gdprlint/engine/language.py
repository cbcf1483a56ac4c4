"""What the language itself does to values, from rules/catalogue/language.toml, as sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from gdprlint.engine.methods import Method


class Language:
    """Names of attributes, builtins and methods by what they do to their object's data.

    `methods` is the table that `methods` makes of them when it is first asked.
    """

    acting_verbs: frozenset[str]
    add_methods: frozenset[str]
    addressees: frozenset[str]
    answers: frozenset[str]
    caught_names: frozenset[str]
    caught_parts: frozenset[str]
    clear_attributes: frozenset[str]
    clear_functions: frozenset[str]
    clear_methods: frozenset[str]
    command_modules: frozenset[str]
    constant_prefixes: tuple[str, ...]
    counter_fields: frozenset[str]
    debug_holders: frozenset[str]
    debug_switches: frozenset[str]
    development_stages: frozenset[str]
    dump_methods: frozenset[str]
    element_methods: frozenset[str]
    exception_methods: frozenset[str]
    exception_text: frozenset[str]
    fetch_methods: frozenset[str]
    hidden_words: frozenset[str]
    item_list_methods: frozenset[str]
    item_methods: frozenset[str]
    keep_functions: frozenset[str]
    keep_methods: frozenset[str]
    letter_keys: frozenset[str]
    logger_names: frozenset[str]
    login_places: frozenset[str]
    login_secrets: frozenset[str]
    machine_words: frozenset[str]
    merge_methods: frozenset[str]
    methods: dict[str, Method]
    neutral_holders: frozenset[str]
    ordering_functions: frozenset[str]
    place_words: frozenset[str]
    promise_words: frozenset[str]
    query_methods: frozenset[str]
    query_row_methods: frozenset[str]
    row_methods: frozenset[str]
    runners: frozenset[str]
    sanitizer_prefixes: tuple[str, ...]
    short_levels: frozenset[str]
    stages: tuple[str, ...]
    technical_heads: tuple[str, ...]
    telling_levels: frozenset[str]
    text_clear_methods: frozenset[str]
    translation_functions: frozenset[str]
    turns_of_nobody: frozenset[str]
    user_errors: frozenset[str]
    view_methods: frozenset[str]

    __slots__ = tuple(__annotations__)

    def __init__(self, tables: Mapping[str, Any]) -> None:
        rows: Mapping[str, Sequence[str]] = tables.get("language", {})
        self.methods = {}
        for name, kind in type(self).__annotations__.items():
            if name != "methods":
                words = rows.get(name, ())
                setattr(self, name, tuple(words) if kind.startswith("tuple") else frozenset(words))
