"""The nouns of a policy: categories, what a name says, what a file adds, the policy itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from gdprlint.model import Confidence, Example, Rule
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any, Literal

    LegalClass = Literal[
        "ordinary",
        "special",
        "criminal",
        "online_identifier",
        "credential",
        "pseudonym",
        "container",
    ]
    from gdprlint.policy.lexicon import Lexicon
else:
    LegalClass = str

MISSHAPEN = (ValueError, TypeError, KeyError, IndexError, AttributeError)


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
    source, or reads it: it is searched for words of a language only when a weak form needs that.
    The other fields are the matcher's notes; `on_languages` is told which languages it found.
    """

    __slots__ = ("_on_languages", "_text", "flips", "flips_of", "imports", "languages")

    def __init__(
        self,
        *,
        imports: Collection[str] = frozenset(),
        text: str | Callable[[], str] = "",
        on_languages: Callable[[frozenset[str]], None] | None = None,
    ) -> None:
        self.imports = imports
        self._text = text
        self.flips: dict[int, bool] = {}
        self.flips_of = -1
        self.languages: frozenset[str] | None = None
        self._on_languages = on_languages

    def speak(self, languages: frozenset[str]) -> None:
        """Note the languages of the text."""
        self.languages = languages
        if self._on_languages is not None:
            self._on_languages(languages)

    @property
    def text(self) -> str:
        """The source of the file."""
        return self._text if isinstance(self._text, str) else self._text()


class Policy:
    """Rules, and the shared nouns they are written in.

    `sets` maps a name without its @ to the sets and members it stands for, groups resolved;
    `catalogue` holds the tables of `rules/catalogue` plus `literal`, `national_id` and `class` of
    the lexicon; `digest` changes with any of it. A part is made of its compiled form when it is
    first asked for: many runs need none of them. `compiled` gives the compiled form of a part,
    `rebuilt` the same where that turns out to be damaged.
    """

    __slots__ = ("_cells", "_compiled", "_rebuilt", "_rules", "digest")

    def __init__(
        self,
        digest: str,
        compiled: Callable[[str], Any],
        rebuilt: Callable[[str], Any],
        rules: Mapping[str, Rule] | None = None,
        cells: dict[str, Any] | None = None,
    ) -> None:
        self.digest = digest
        self._compiled = compiled
        self._rebuilt = rebuilt
        self._rules = rules
        self._cells: dict[str, Any] = {} if cells is None else cells

    def with_rules(self, rules: Mapping[str, Rule]) -> Policy:
        """The same policy with other rules."""
        return Policy(self.digest, self._compiled, self._rebuilt, rules, self._cells)

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Rules by id."""
        if self._rules is None:
            self._rules = self._part("rules", rules_of)
        return self._rules

    @property
    def categories(self) -> Mapping[str, Category]:
        """Categories by id."""
        categories: Mapping[str, Category] = self._part("categories", categories_of)
        return categories

    @property
    def sets(self) -> Mapping[str, frozenset[str]]:
        """Sets by name."""
        sets: Mapping[str, frozenset[str]] = self._part("sets", sets_of)
        return sets

    @property
    def catalogue(self) -> Mapping[str, Any]:
        """Tables of the catalogue by name."""
        catalogue: Mapping[str, Any] = self._part("catalogue", dict)
        return catalogue

    @property
    def lexicon(self) -> Lexicon:
        """The matcher of names."""
        from gdprlint.policy.lexicon import Lexicon

        lexicon: Lexicon = self._part("lexicon", lambda table: Lexicon(table, self.categories))
        return lexicon

    def _part(self, name: str, make: Callable[[Any], Any]) -> Any:
        known = self._cells.get(name)
        if known is None:
            try:
                known = make(self._compiled(name))
            except MISSHAPEN:
                known = make(self._rebuilt(name))
            self._cells[name] = known
        return known


def rules_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Rule]:
    """Rules of their compiled form."""
    return {row["id"]: _rule(row) for row in rows}


def _rule(row: Mapping[str, Any]) -> Rule:
    examples = tuple(Example(bad, good) for bad, good in row["examples"])
    listed = {"gdpr": tuple(row["gdpr"]), "cwe": tuple(row["cwe"]), "examples": examples}
    return Rule(**{**row, **listed})


def categories_of(rows: Iterable[Sequence[Any]]) -> dict[str, Category]:
    """Categories of their compiled form."""
    return {
        id: Category(id, label, legal_class, sensitivity, tuple(articles))
        for id, label, legal_class, sensitivity, articles in rows
    }


def sets_of(table: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """Sets of their compiled form."""
    return {name: frozenset(members) for name, members in table.items()}
