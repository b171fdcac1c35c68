"""Comparing headers as people do: without case, spaces, signs and technical suffixes."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SIGNS = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=16_384)
def split_header(header: str) -> tuple[str, ...]:
    """Return the words of a header in lower case.

    Examples
    --------
    >>> split_header("MembershipStartDate"), split_header("Dues ($)"), split_header("E-Mail")
    (('membership', 'start', 'date'), ('dues',), ('e', 'mail'))
    """
    plain = unicodedata.normalize("NFKD", header.removesuffix("__c"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return tuple(word for word in _SIGNS.split(_CAMEL.sub(" ", plain).lower()) if word)


def plain_header(header: str) -> str:
    """Return a header as it is compared: its words without anything between them.

    Examples
    --------
    >>> plain_header("Member ID") == plain_header("member_id") == plain_header("MemberId")
    True
    """
    return "".join(split_header(header)) or header.strip().lower()
