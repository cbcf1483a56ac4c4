"""Source lines -> the same lines with values that look real hidden, at the same width.

An excerpt goes to terminals, CI logs and artefacts; it may not spread the datum or the secret that
the source holds. The width stays, so that carets keep their place.
"""

from __future__ import annotations

import re
from functools import cache

MASK = "*"
LEAST_OF_IBAN = 2
LEAST_OF_NUMBER = 9
"""Digits that there must be."""

_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_IBAN = r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b"
_NUMBER = r"(?<![\w.])\+?\d(?:[ -]?\d){8,18}(?![\w.])"
_URL_PASSWORD = r"(?<=://)[^\s/:@'\"]*:[^\s/@'\"{}]+(?=@)"
_TOKEN = r"(?<![\w/+=.-])[A-Za-z0-9_/+=-]{20,}(?![\w/+=.-])"
_TOKEN_STARTS = (
    *("AKIA", "ASIA", "ghp_", "gho_", "github_pat_", "glpat-", "xoxa-", "xoxb-", "xoxp-", "xoxr-"),
    *("xoxs-", "sk_live_", "sk_test_", "sk-", "pk_live_", "AIza", "eyJ"),
)
_KNOWN_TOKEN = rf"\b(?:{'|'.join(_TOKEN_STARTS)})[\w./+=-]{{8,}}"
_SECRET_WORDS = (
    *("password", "passwd", "pwd", "secret", "token", "api_key", "apikey", "private_key"),
    *("privatekey", "salt", "credential"),
)
_SECRET_VALUE = (
    rf"(?i)(?:{'|'.join(_SECRET_WORDS)})\w*"
    r"""["']?\]?\s*(?::\s*[\w.|\[\] ]+?\s*)?(?:[:=]|==)\s*[rbuRBU]{0,2}"""
    r"""(?P<quote>["'])(?P<value>[^"'{}]{4,})(?P=quote)"""
)
_STRING = r"""(["'])((?:\\.|(?!\1)[^\\])*)\1"""
_DIGITS = "0123456789"
_SIGNS = frozenset(f"\"'@{_DIGITS}")


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled where a line first asks for it: most lines ask for few."""
    return re.compile(pattern)


def mask_values(line: str) -> str:
    """Replace every e-mail address, account or card number, token and secret by asterisks."""
    if _SIGNS.isdisjoint(line):
        return line
    if not line.isascii():
        return masked(line, digits=len(line), is_quoted=True, is_secret=True, is_token=True)
    lower = line.lower()
    is_quoted = '"' in line or "'" in line
    return masked(
        line,
        digits=sum(map(line.count, _DIGITS)),
        is_quoted=is_quoted,
        is_secret=is_quoted and any(word in lower for word in _SECRET_WORDS),
        is_token=any(start in line for start in _TOKEN_STARTS),
    )


def masked(line: str, *, digits: int, is_quoted: bool, is_secret: bool, is_token: bool) -> str:
    """The line with what it can hold hidden, given how many digits it has at most."""
    if "@" in line:
        line = compiled(_URL_PASSWORD).sub(_stars, line) if "://" in line else line
        line = compiled(_EMAIL).sub(_stars, line)
    if digits >= LEAST_OF_IBAN:
        line = compiled(_IBAN).sub(_stars, line)
    if is_token:
        line = compiled(_KNOWN_TOKEN).sub(_stars, line)
    if is_secret:
        line = compiled(_SECRET_VALUE).sub(_star_value, line)
    if digits >= LEAST_OF_NUMBER:
        line = compiled(_NUMBER).sub(_star_number, line)
    return compiled(_STRING).sub(_star_string, line) if digits and is_quoted else line


def _stars(found: re.Match[str]) -> str:
    return MASK * len(found[0])


def _star_value(found: re.Match[str]) -> str:
    start, end = found.start("value") - found.start(), found.end("value") - found.start()
    return found[0][:start] + MASK * (end - start) + found[0][end:]


def _star_number(found: re.Match[str]) -> str:
    return _stars(found) if sum(map(str.isdigit, found[0])) >= LEAST_OF_NUMBER else found[0]


def _star_string(found: re.Match[str]) -> str:
    quote, body = found[1], found[2]
    return quote + compiled(_TOKEN).sub(_star_token, body) + quote


def _star_token(found: re.Match[str]) -> str:
    """Hide only what mixes letters and digits: words, paths and names stay legible."""
    text = found[0]
    is_mixed = re.search(r"\d", text) and re.search(r"[A-Za-z]", text)
    return _stars(found) if is_mixed and len(set(text)) >= 10 else text
