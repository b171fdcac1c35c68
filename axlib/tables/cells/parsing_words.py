"""Words with a closed meaning: yes and no, and the canonical values of a column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

YES = ("yes", "y", "true", "t", "1", "ja", "oui", "si", "sí", "on", "x", "checked", "1.0")
NO = ("no", "n", "false", "f", "0", "nein", "non", "off", "unchecked", "0.0")


def parse_booleans(texts: Sequence[str]) -> list[bool | None]:
    """Read distinct texts as yes or no; None where a text is neither.

    Examples
    --------
    >>> parse_booleans(["Yes", "N", "maybe"])
    [True, False, None]
    """
    meaning = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    return [meaning.get(text.strip().lower()) for text in texts]


def plain_word(text: str) -> str:
    """Return a value as it is compared: lower case, words joined by underscores.

    Examples
    --------
    >>> plain_word("At risk"), plain_word("NON-MEMBER")
    ('at_risk', 'non_member')
    """
    return re.sub(r"[\s\-_]+", "_", text.strip().casefold())


def match_choices(texts: Sequence[str], choices: Sequence[str], declared: Mapping[str, str]) -> dict[str, str | None]:
    """Map distinct raw values to canonical ones: declared, or equal but for case and spaces; else None.

    Examples
    --------
    >>> match_choices(["Active", "Expired", "gone"], ["active", "lapsed"], {"Expired": "lapsed"})
    {'Active': 'active', 'Expired': 'lapsed', 'gone': None}
    """
    plain_choices = {plain_word(choice): choice for choice in choices}
    exact = dict(declared)
    plain_declared = {plain_word(raw): canonical for raw, canonical in declared.items()}
    return {
        text: exact.get(text) or plain_declared.get(plain_word(text)) or plain_choices.get(plain_word(text))
        for text in texts
    }
