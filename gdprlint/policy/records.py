"""The nouns of a policy: categories, what a name says, what a file adds, the policy itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal

from gdprlint.model import Confidence, Rule
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    from gdprlint.policy.lexicon import Lexicon

LegalClass = Literal[
    "ordinary", "special", "criminal", "online_identifier", "credential", "pseudonym", "container"
]


class Category(NamedTuple):
    """A sort of personal data and the articles that speak of it."""

    id: str
    label: str
    legal_class: LegalClass
    sensitivity: Literal["low", "medium", "high", "critical"]
    articles: tuple[str, ...]


class Match(NamedTuple):
    """What a name says of its value; `why` gives the words and the context that decided."""

    category: str
    confidence: Confidence
    why: str


class FileContext:
    """What one file adds to the meaning of its names.

    `imports` holds dotted names of imported modules and their top-level packages; `text` is the
    source, searched for words of a language only when a weak form needs that. The other fields
    are the matcher's notes.
    """

    __slots__ = ("flips", "flips_of", "imports", "languages", "text")

    def __init__(self, *, imports: Collection[str] = frozenset(), text: str = "") -> None:
        self.imports = imports
        self.text = text
        self.flips: frozenset[int] = frozenset()
        self.flips_of = -1
        self.languages: frozenset[str] | None = None


class Policy(NamedTuple):
    """Rules, and the shared nouns they are written in.

    `sets` maps a name without its @ to the sets and members it stands for, groups resolved;
    `catalogue` holds the tables of `rules/catalogue` plus `literal`, `national_id` and `class` of
    the lexicon; `digest` changes with any of it.
    """

    rules: Mapping[str, Rule]
    categories: Mapping[str, Category]
    sets: Mapping[str, frozenset[str]]
    lexicon: Lexicon
    catalogue: Mapping[str, Any]
    digest: str
