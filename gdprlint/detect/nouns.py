"""A category in words, as a message puts it in the middle of a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.policy import Policy


def noun_of(category: str, policy: Policy) -> str:
    """`contact.email` -> `e-mail address`: no capital but an acronym's, no parenthesis.

    `Password, passphrase` -> `password or passphrase`.
    """
    known = policy.categories.get(category)
    label = known.label if known is not None else category
    label = label.partition(" (")[0]
    if " or " not in label:
        label = " or ".join(label.rsplit(", ", 1))
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
