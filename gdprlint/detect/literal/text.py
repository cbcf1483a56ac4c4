"""E-mail addresses in text that look like a person's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gdprlint.detect.literal.searches import Found, Searches

_EMAIL = re.compile(
    r"(?<![\w.%+/:@-])(?P<box>[A-Za-z0-9][A-Za-z0-9._%+-]*)@"
    r"(?P<domain>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?P<top>[A-Za-z]{2,18}))(?![\w@-])"
)
_FILES = frozenset(
    ["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "py", "html", "json", "md", "txt",
     "zip", "lock", "local", "internal", "lan", "localdomain"]
)  # fmt: skip
_MADE_UP = re.compile(
    r"example|exemple|beispiel|test|sample|dummy|fake|domain|placeholder|acme|foo|bar\b|baz|"
    r"your|company|nowhere|invalid|mycorp|somewhere|mailinator|email\.|^mail\.|^host\.|^server\.|"
    r"^site\.|^a+\.|^b+\.|^c+\.|^x+\.|^y\.|^z\.",
    re.IGNORECASE,
)
_STOCK_NAMES = frozenset(
    ["john", "jane", "joe", "doe", "smith", "alice", "bob", "carol", "eve", "mallory", "max",
     "mustermann", "erika", "test", "tester", "testuser", "foo", "bar", "baz", "example", "user",
     "username", "someone", "somebody", "nobody", "anyone", "first", "last", "firstname",
     "lastname", "name", "surname", "my", "your", "mail", "email", "customer", "client",
     "fake", "dummy", "sample", "demo", "jdoe", "mario", "rossi", "jan", "novak", "juan", "perez",
     "dupont", "jean"]
)  # fmt: skip
_FULL_NAME = re.compile(r"^[a-z]{2,}\.[a-z]{3,}(?:\.[a-z]{3,})?\d{0,4}$", re.IGNORECASE)

_PROVIDERS = frozenset(
    ["gmail", "googlemail", "outlook", "hotmail", "yahoo", "icloud", "gmx", "web", "protonmail",
     "proton", "posteo", "t-online", "freenet", "orange", "wanadoo", "laposte", "libero", "wp",
     "o2", "onet", "interia", "seznam", "yandex", "qq", "163", "126", "live", "aol"]
)  # fmt: skip


def is_provider(address: str) -> bool:
    """Whether an address belongs to a provider of mailboxes for everybody."""
    return address.rpartition("@")[2].lower().split(".")[0] in _PROVIDERS


def find_emails(text: str, searches: Searches) -> Iterator[Found]:
    """Addresses that are neither reserved, nor a role's, nor made up for a test."""
    if "@" not in text:
        return
    for found in _EMAIL.finditer(text):
        box, domain = found["box"].lower(), found["domain"].lower()
        if is_reserved(box, domain, found["top"].lower(), searches):
            continue
        named = _FULL_NAME.match(box) is not None and not box.endswith(searches.groups)
        yield Found(
            found[0],
            "contact.email",
            "e-mail address",
            "likely" if named else "possible",
            "it has the form of a person's mailbox" if named else "its domain is not reserved",
        )


def is_reserved(box: str, domain: str, top: str, searches: Searches) -> bool:
    """Whether an address is documentation, a role, or a test's invention."""
    labels = domain.split(".")
    endings = {".".join(labels[n:]) for n in range(len(labels))}
    words = set(re.split(r"[._%+-]|\d+", box)) - {""}
    return (
        top in _FILES
        or not endings.isdisjoint(searches.domains)
        or box in searches.mailboxes
        or not words.isdisjoint(searches.mailboxes)
        or not words.isdisjoint(_STOCK_NAMES)
        or not words
        or words <= set(re.split(r"[.-]", domain))
        or _MADE_UP.search(domain) is not None
    )
