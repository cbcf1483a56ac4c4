"""Pseudonyms for logs: the form in which a record may name a person.

    logger.info("mail sent to %s", pseudonymise(user.email, "email"))    # email-3f6c0a9be1d24c57
    logger.info("login from %s", truncate_ip(request_ip))                # 198.51.100.0/24

The same value gives the same pseudonym, so lines can be joined; without the key nobody can go back,
or confirm a guess. The key is 32 random bytes or more, in hexadecimal, kept apart from the logs and
from the code (GDPR Art. 4(5)); this module refuses to be imported without one:

    export PSEUDONYM_KEY=$(python -c "import secrets; print(secrets.token_hex(32))")

Whoever changes the key starts new pseudonyms. Pseudonyms are still personal data: a log that holds
them needs a period and an owner, too. Standard library only.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import os
from collections.abc import Callable, Iterable, Mapping

KEY_VARIABLE = "PSEUDONYM_KEY"
SHORTEST_KEY = 32
DIGITS = 16
HIDDEN = "[hidden]"
PERSONAL_KEYS = frozenset(
    {
        "address", "birthday", "city", "email", "first_name", "full_name", "iban", "ip",
        "ip_address", "last_name", "mobile", "name", "password", "phone", "phone_number",
        "secret", "street", "token", "user_agent", "username",
    }
)  # fmt: skip
"""Keys of record arguments whose values `PersonalDataFilter` hides; extend it for your project."""


class MissingKeyError(RuntimeError):
    """There is no key, or one too short to be a secret."""


def key_from_environment() -> bytes:
    """The key as the environment gives it."""
    return bytes.fromhex(os.environ.get(KEY_VARIABLE, ""))


KEY_SOURCE: Callable[[], bytes] = key_from_environment
"""Put a function here that asks your secret store; never a literal."""


def read_key() -> bytes:
    """The key, checked. Raises `MissingKeyError`."""
    try:
        key = KEY_SOURCE()
    except ValueError as error:
        raise MissingKeyError(f"{KEY_VARIABLE} is not hexadecimal") from error
    if len(key) < SHORTEST_KEY:
        raise MissingKeyError(f"{KEY_VARIABLE} needs {SHORTEST_KEY} random bytes or more")
    return key


_KEY = read_key()


def pseudonymise(value: object, category: str = "id") -> str:
    """A keyed pseudonym of `value`; `category` stands in front and keeps pseudonyms apart.

    The same value under two categories gives two pseudonyms that cannot be joined.
    """
    if value is None:
        return f"{category}-none"
    message = f"{category}\0{value}".encode("utf-8", "surrogatepass")
    return f"{category}-{hmac.new(_KEY, message, hashlib.sha256).hexdigest()[:DIGITS]}"


def truncate_ip(address: object) -> str:
    """The network of an address: /24 of IPv4, /48 of IPv6; anything else is hidden."""
    try:
        known = ipaddress.ip_address(str(address).strip())
    except ValueError:
        return HIDDEN
    width = 24 if known.version == 4 else 48
    return str(ipaddress.ip_network((known, width), strict=False))


def mask_email(address: object) -> str:
    """The domain of an e-mail address: `***@example.org`; anything else is hidden."""
    text = str(address)
    if "@" not in text:
        return HIDDEN
    return "***@" + text.rpartition("@")[2]


class PersonalDataFilter(logging.Filter):
    """Hides values by their key, in record arguments and `extra`; put it on every handler.

    A filter on a logger does not see the records of its children, one on a handler does.
    """

    def __init__(self, keys: Iterable[str] = PERSONAL_KEYS) -> None:
        super().__init__()
        self.keys = frozenset(key.lower() for key in keys)

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with hidden values."""
        if isinstance(record.args, Mapping):
            record.args = self.hidden(record.args)
        elif isinstance(record.args, tuple):
            record.args = tuple(
                self.hidden(value) if isinstance(value, Mapping) else value for value in record.args
            )
        for name in self.keys.intersection(record.__dict__) - {"name"}:
            setattr(record, name, HIDDEN)
        return True

    def hidden(self, values: Mapping[str, object]) -> dict[str, object]:
        """A copy of a mapping, at any depth, without the values of the keys."""
        return {
            key: HIDDEN
            if str(key).lower() in self.keys
            else self.hidden(value)
            if isinstance(value, Mapping)
            else value
            for key, value in values.items()
        }
