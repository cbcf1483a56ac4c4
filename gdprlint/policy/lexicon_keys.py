"""Every key of the lexicon, by table. A new key is a new row."""

from __future__ import annotations

from gdprlint.policy.shapes import (
    FLAG,
    NUMBER,
    PAIR,
    TEXT,
    TEXTS,
    WHOLE,
    WHOLES,
    WORDS,
    Key,
    Section,
    list_of,
    one_of,
    table_of,
)

_LEGAL_CLASS = one_of(
    "ordinary", "special", "criminal", "online_identifier", "credential", "pseudonym", "container"
)
_NEGATIVE = (
    "whole", "sanitised", "constant_categories", "prefix_boolean", "prefix_adjective",
    "prefix_count", "prefix_verb", "verb_transparent", "verb_reference", "verb_sanitising",
    "wrappers", "predicate_inside", "preposition_before", "follower_meta", "follower_flag",
    "follower_number", "follower_time", "follower_id", "follower_neutral", "orm_lookups", "phrases",
)  # fmt: skip

LEXICON = {
    "matching": Section(
        "table",
        (
            Key("keep_together", TEXTS, True),
            Key("fuse_min_length", WHOLE, True),
            Key("fuse_max_tokens", WHOLE, True),
            Key("min_strong_length", WHOLE, True),
            Key("short_strong", TEXTS, True),
            Key("spellings", list_of(PAIR), True),
            Key("receiver_phrases", TEXTS, True),
        ),
    ),
    "import_flip": Section(
        "rows",
        (
            Key("imports", TEXTS, True),
            Key("without", TEXTS),
            Key("mentions", TEXTS),
            Key("receivers", TEXTS),
            Key("words", TEXTS, True),
            Key("effect", one_of("cancel", "confirm", "doubt", "person", "thing"), True),
            Key("because", WORDS, True),
            Key("category", WORDS),
        ),
    ),
    "class": Section(
        "named",
        (
            Key("articles", TEXTS, True),
            Key("recitals", WHOLES),
            Key("default_action", WORDS, True),
        ),
    ),
    "group": Section("named", (Key("tokens", TEXTS, True), Key("note", TEXT))),
    "negative": Section("table", tuple(Key(name, TEXTS) for name in _NEGATIVE)),
    "category": Section(
        "rows",
        (
            Key("id", WORDS, True),
            Key("label", WORDS, True),
            Key("class", _LEGAL_CLASS, True),
            Key("sensitivity", one_of("low", "medium", "high", "critical"), True),
            Key("articles", TEXTS),
            Key("fides", TEXT),
            Key("iso29100", TEXT),
            Key("strong", TEXTS),
            Key("phrases", TEXTS),
            Key("abbr", TEXTS),
            Key("weak_phrases", TEXTS),
            Key("context", TEXTS),
            Key("negative_context", TEXTS),
            Key("field", TEXT),
        ),
    ),
    "ambiguous": Section(
        "rows",
        (
            Key("token", WORDS, True),
            Key("category", WORDS, True),
            Key("needs", one_of("context", "head", "whole")),
            Key("positive", TEXTS, True),
            Key("without", TEXTS),
            Key("near", FLAG),
            Key("negative", TEXTS, True),
            Key("note", TEXT),
        ),
    ),
    "field": Section("free", shape=TEXT),
    "language": Section(
        "named",
        (
            Key("name", WORDS, True),
            Key("checked", FLAG, True),
            Key("weak", TEXTS, True),
            Key("fields", table_of(TEXTS), True),
            Key("compound_heads", table_of(TEXT)),
        ),
    ),
    "country_languages": Section("free", shape=TEXTS),
    "national_id": Section(
        "rows",
        (
            Key("country", WORDS, True),
            Key("name", WORDS, True),
            Key("category", WORDS, True),
            Key("strong", TEXTS, True),
            Key("weak", TEXTS, True),
            Key("stdnum", TEXT, True),
            Key("fp", NUMBER),
            Key("regex", TEXT),
            Key("note", TEXT),
        ),
    ),
    "literal": Section(
        "rows",
        (
            Key("id", WORDS, True),
            Key("category", WORDS, True),
            Key("regex", TEXT),
            Key("stdnum", TEXT),
            Key("library", TEXT),
            Key("guard", TEXT),
            Key("fp", one_of("low", "medium", "high")),
            Key("allow", TEXTS),
            Key("allow_domains", TEXTS),
            Key("allow_local_parts", TEXTS),
            Key("group_endings", TEXTS),
        ),
    ),
}
