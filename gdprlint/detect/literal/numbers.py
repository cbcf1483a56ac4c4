"""Numbers that validate: IBAN (ISO 13616, modulo 97), cards (Luhn and issuer), telephone numbers,
national identifiers (python-stdnum, optional).

A check that lets one random number in ten pass counts only beside a name that says what it is.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from gdprlint.detect.gates import DATE
from gdprlint.detect.literal.searches import (
    Found,
    NationalId,
    Searches,
    refuses,
    squeeze,
    validator,
)
from gdprlint.model import Confidence

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")  # fmt: skip  # noqa: E501
_CARD = re.compile(r"(?<![\w.+-])\d{4}(?:(?P<gap>[ -]?)\d{4}){2}(?P=gap)\d{1,7}(?![\w.-])|(?<![\w.+-])3[47]\d{2}[ -]?\d{6}[ -]?\d{5}(?![\w.-])")  # fmt: skip  # noqa: E501
_ISSUERS = re.compile(r"^(4|5[1-5]|2(22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|6011|65|64[4-9]|35(2[89]|[3-8])|36|38|30[0-5]|62)")  # fmt: skip  # noqa: E501
_PHONE = re.compile(r"(?<![\w+.:/-])(?:\+|(?<!\d )00)[1-9]\d{0,2}[ .()/-]{0,2}(?:\d[ .()/-]{0,2}){6,12}\d(?![\w.])")  # fmt: skip  # noqa: E501
_FICTITIOUS = re.compile(
    r"^(1\d{3}55501\d{2}|1?\d{0,3}555\d{4}|441632960\d{3}|447700900\d{3}|44\d{2,4}4960\d{3}|"
    r"331990\d|33[26]\d?99\d*|4930231\d{2}|4930230125\d*|491719201\d*|4915\d{1}0*\d{1,4})"
)
_MADE_UP = re.compile(
    r"0123|1234|2345|3456|4567|5678|6789|7890|9876|8765|7654|(\d)\1{4}|(\d\d)\2{3}"
)
_TRIPLES = re.compile(r"(\d{3})\1|(\d)\2\2(\d)\3\3(\d)\4\4")
_TEST_RANGES = {"nl.bsn": re.compile(r"^9999"), "es.nif": re.compile(r"^(ES)?[ABCDEFGHJNPQRSUVW]")}
"""Numbers that no person has: citizen numbers kept for tests (RvIG), tax numbers of companies."""
_SHAPE = re.compile(r"^[A-Z0-9][A-Z0-9 ./+-]{6,22}[A-Z0-9]$")
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BR": 29, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "HR": 21, "HU": 28,
    "IE": 22, "IL": 23, "IS": 26, "IT": 27, "KW": 30, "KZ": 20, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28,
    "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
    "TN": 24, "TR": 26, "UA": 29,
}  # fmt: skip
"""Lengths by country, SWIFT IBAN registry, release 98."""

Names = Callable[[], tuple[str, ...]]


def find_numbers(text: str, names: Names, searches: Searches) -> Iterator[Found]:
    """The numbers in a text; `names` are those it is stored under, asked for when needed."""
    taken = False
    for kind in (find_ibans, find_cards, find_phones):
        for found in kind(text, names, searches):
            taken = True
            yield found
    if not taken:
        yield from find_ids(text.strip(), names, searches)


def find_ibans(text: str, names: Names, searches: Searches) -> Iterator[Found]:
    """IBANs whose check digits hold."""
    for match in _IBAN.finditer(text):
        number = squeeze(match[0])
        if is_iban(number) and number not in searches.allowed and not is_made_up(number[4:], 6):
            yield Found(
                match[0], "financial.bank_account", "IBAN", "certain", "its check digits hold"
            )


def is_iban(number: str) -> bool:
    """ISO 7064, modulo 97: the number with its head at the end leaves 1."""
    if IBAN_LENGTHS.get(number[:2]) != len(number):
        return False
    moved = number[4:] + number[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % 97 == 1


def find_cards(text: str, names: Names, searches: Searches) -> Iterator[Found]:
    """Card numbers: Luhn accepts one in ten, so a name or the groups of four must speak too."""
    for match in _CARD.finditer(text):
        number = squeeze(match[0])
        if (
            not 13 <= len(number) <= 19
            or number in searches.allowed
            or not _ISSUERS.match(number)
            or not passes_luhn(number)
            or is_made_up(number, 7)
        ):
            continue
        grouped = len(number) == 16 and match[0].count(match["gap"] or "x") == 3
        if grouped or is_named(names, "financial.card_number", searches):
            yield Found(
                match[0], "financial.card_number", "card number", "likely", "passes the Luhn check"
            )


def passes_luhn(number: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    total = 0
    for position, char in enumerate(reversed(number)):
        digit = int(char) * (1 + position % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def find_phones(text: str, names: Names, searches: Searches) -> Iterator[Found]:
    """International numbers outside the ranges kept for fiction; sure only beside a name."""
    for match in _PHONE.finditer(text):
        digits = re.sub(r"^00|\D", "", match[0])
        if (
            not 9 <= len(digits) <= 15
            or _FICTITIOUS.match(digits)
            or is_made_up(digits, 4)
            or squeeze(match[0]) in searches.allowed
        ):
            continue
        named = is_named(names, "contact.phone", searches)
        confidence: Confidence = "likely" if named else "possible"
        yield Found(match[0], "contact.phone", "telephone number", confidence, "has a country code")


def find_ids(text: str, names: Names, searches: Searches) -> Iterator[Found]:
    """A text that is nothing but a national identifier, as far as its validator can be trusted."""
    if not _SHAPE.match(text.upper()) or DATE.match(text) or not any(map(str.isdigit, text)):
        return
    number = squeeze(text)
    if number in searches.allowed or is_made_up(number, 5):
        return
    sort = next((sort for sort in searches.sorts_of(names()) if accepts(sort.row, text)), None)
    if sort is not None:
        is_sure = sort.is_named or not number.isdigit()
        confidence: Confidence = "likely" if is_sure else "possible"
        label = sort.row.label
        yield Found(text, sort.row.category, label, confidence, f"passes the check of {label}")


def accepts(row: NationalId, text: str) -> bool:
    """Whether a text is an identifier of that sort, as far as its check digits tell."""
    is_number = text.isascii() and text.isdigit() and text[0] != "0"
    if is_number and refuses(row.module, len(text)):
        return False
    return validates(row.module, text)


@functools.lru_cache(maxsize=8192)
def validates(module: str, text: str) -> bool:
    """Whether python-stdnum, if it is there, accepts the text; the same few numbers fill a test
    suite."""
    is_valid = validator(module)
    if is_valid is None or not is_valid(text):
        return False
    unassigned = _TEST_RANGES.get(module)
    return unassigned is None or not unassigned.match(squeeze(text))


def is_named(names: Names, category: str, searches: Searches) -> bool:
    """Whether the value is stored under a name of that category."""
    return any(searches.classify(name) == category for name in names())


def is_made_up(number: str, most: int) -> bool:
    """Counting or repeating digits over at least `most` places: nobody was given that number."""
    digits = "".join(char for char in number if char.isdigit())
    if _TRIPLES.search(digits):
        return True
    if _MADE_UP.search(digits) is None:
        return False
    run = 1
    step = 0
    for before, after in pairwise(digits):
        now = int(after) - int(before)
        run = run + 1 if now == step and now in (-1, 0, 1) else 2
        step = now
        if run >= most:
            return True
    return False
