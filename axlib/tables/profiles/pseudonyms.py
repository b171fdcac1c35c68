"""Pseudonyms of members: keyed hashes, which only who holds the engagement's key can turn back."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from axlib.words.errors import DataError

#: The key stands beside the engagement file and is its owner's alone.
KEY_FILE = ".pseudonym_key"


def read_key(folder: Path, *, make: bool = False) -> bytes:
    """Read the engagement's key; make one where there is none and it may be made.

    Raises
    ------
    DataError
        There is no key, or it is no key.
    """
    file = folder / KEY_FILE
    if make and not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as opened:
            opened.write(f"{secrets.token_hex(32)}\n")
    try:
        key = bytes.fromhex(file.read_text("ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != 32:
        raise DataError(
            f"{KEY_FILE}: the key of the pseudonyms is not beside the engagement file, or is damaged. Read the "
            "workbook where it was written, or put the key back."
        )
    return key


def make_pseudonyms(identifiers: Iterable[str], key: bytes) -> dict[str, str]:
    """Return a pseudonym for each identifier: HMAC-SHA-256, 16 hexadecimal digits.

    Examples
    --------
    >>> make_pseudonyms(["A-17"], bytes(32))
    {'A-17': 'M-2ff54be20d785da0'}
    """
    return {name: f"M-{hmac.new(key, name.encode('utf-8'), hashlib.sha256).hexdigest()[:16]}" for name in identifiers}
