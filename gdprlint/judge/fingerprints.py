"""The line-free identity of findings: rule, path, enclosing name, expression, occurrence.

Moving or re-indenting code keeps a fingerprint; changing the expression, the name around it or
the number of equal findings before it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gdprlint.model import Finding


def with_fingerprints(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Number equal findings in their order and give each its fingerprint."""
    from hashlib import sha256

    seen: dict[tuple[str, str, str, str], int] = {}
    for finding in findings:
        identity = identity_of(finding)
        occurrence = seen[identity] = seen.get(identity, -1) + 1
        text = "\0".join((*identity, str(occurrence)))
        fingerprint = sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]
        yield finding._replace(fingerprint=fingerprint, occurrence=occurrence)


def identity_of(finding: Finding) -> tuple[str, str, str, str]:
    """Rule, path, enclosing name and the hash of the normalised expression."""
    return finding.rule, finding.span.path, finding.symbol, expression_hash(finding.expr)


def expression_hash(expr: str) -> str:
    """A short hash of an expression that does not depend on its layout."""
    from hashlib import sha256

    return sha256(normalise(expr).encode(errors="surrogatepass")).hexdigest()[:16]


def normalise(expr: str) -> str:
    """Drop layout: white space beside punctuation, runs of it, trailing commas."""
    text = re.sub(r"\s+", " ", expr).strip()
    text = re.sub(r" ?([^\w ]) ?", r"\1", text)
    return re.sub(r",(?=[)\]}])", "", text)
