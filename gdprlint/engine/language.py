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

    __slots__ = (
        "acting_verbs",
        "add_methods",
        "addressees",
        "answers",
        "caught_names",
        "caught_parts",
        "clear_attributes",
        "clear_functions",
        "clear_methods",
        "command_modules",
        "constant_prefixes",
        "counter_fields",
        "dump_methods",
        "element_methods",
        "exception_methods",
        "exception_text",
        "fetch_methods",
        "hidden_words",
        "item_list_methods",
        "item_methods",
        "keep_functions",
        "keep_methods",
        "letter_keys",
        "logger_names",
        "login_places",
        "login_secrets",
        "machine_words",
        "merge_methods",
        "methods",
        "neutral_holders",
        "ordering_functions",
        "place_words",
        "promise_words",
        "query_methods",
        "query_row_methods",
        "row_methods",
        "runners",
        "sanitizer_prefixes",
        "short_levels",
        "technical_heads",
        "telling_levels",
        "text_clear_methods",
        "translation_functions",
        "turns_of_nobody",
        "user_errors",
        "view_methods",
    )

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
    technical_heads: tuple[str, ...]
    telling_levels: frozenset[str]
    text_clear_methods: frozenset[str]
    translation_functions: frozenset[str]
    turns_of_nobody: frozenset[str]
    user_errors: frozenset[str]
    view_methods: frozenset[str]

    def __init__(self, tables: Mapping[str, Any]) -> None:
        rows: Mapping[str, Sequence[str]] = tables.get("language", {})
        self.methods = {}
        for name in self.__slots__:
            if name == "methods":
                continue
            words = rows.get(name, ())
            is_ordered = name in ("constant_prefixes", "sanitizer_prefixes", "technical_heads")
            setattr(self, name, tuple(words) if is_ordered else frozenset(words))
