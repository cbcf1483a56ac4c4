"""Source lines -> the same lines with values that look real hidden, at the same width.

An excerpt goes to terminals, CI logs and artefacts; it may not spread the datum or the secret that
the source holds. The width stays, so that carets keep their place.
"""

from __future__ import annotations

import re

MASK = "*"

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_DIGITS = re.compile(r"(?<![\w.])\+?\d(?:[ -]?\d){8,18}(?![\w.])")
_URL_PASSWORD = re.compile(r"(?<=://)[^\s/:@'\"]*:[^\s/@'\"{}]+(?=@)")
_TOKEN = re.compile(r"(?<![\w/+=.-])[A-Za-z0-9_/+=-]{20,}(?![\w/+=.-])")
_KNOWN_TOKEN = re.compile(
    r"\b(?:AKIA|ASIA|ghp_|gho_|github_pat_|glpat-|xox[abprs]-|sk_live_|sk_test_|sk-|pk_live_|"
    r"AIza|eyJ)[\w./+=-]{8,}"
)
_SECRET_VALUE = re.compile(
    r"(?i)(?:password|passwd|pwd|secret|token|api_?key|private_?key|salt|credential)\w*"
    r"""["']?\]?\s*(?::\s*[\w.|\[\] ]+?\s*)?(?:[:=]|==)\s*[rbuRBU]{0,2}"""
    r"""(?P<quote>["'])(?P<value>[^"'{}]{4,})(?P=quote)"""
)
_STRING = re.compile(r"""(["'])((?:\\.|(?!\1)[^\\])*)\1""")


def mask_values(line: str) -> str:
    """Replace every e-mail address, account or card number, token and secret by asterisks."""
    if not any(char in line for char in "\"'@0123456789"):
        return line
    for pattern in (_URL_PASSWORD, _EMAIL, _IBAN, _KNOWN_TOKEN):
        line = pattern.sub(_stars, line)
    line = _SECRET_VALUE.sub(_star_value, line)
    line = _DIGITS.sub(_star_number, line)
    return _STRING.sub(_star_string, line)


def _stars(found: re.Match[str]) -> str:
    return MASK * len(found[0])


def _star_value(found: re.Match[str]) -> str:
    start, end = found.start("value") - found.start(), found.end("value") - found.start()
    return found[0][:start] + MASK * (end - start) + found[0][end:]


def _star_number(found: re.Match[str]) -> str:
    return _stars(found) if sum(map(str.isdigit, found[0])) >= 9 else found[0]


def _star_string(found: re.Match[str]) -> str:
    quote, body = found[1], found[2]
    return quote + _TOKEN.sub(_star_token, body) + quote


def _star_token(found: re.Match[str]) -> str:
    """Hide only what mixes letters and digits: words, paths and names stay legible."""
    text = found[0]
    is_mixed = re.search(r"\d", text) and re.search(r"[A-Za-z]", text)
    return _stars(found) if is_mixed and len(set(text)) >= 10 else text
