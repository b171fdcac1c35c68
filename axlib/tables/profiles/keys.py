"""The hidden sheet: which engagement a workbook belongs to, who is in it, and the facts it was written from.

The facts are packed into a few cells of text, which every spreadsheet program keeps as they are.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from axlib.tables.instrument import Instrument
from axlib.tables.profiles.facts import COLUMNS
from axlib.tables.profiles.layout import VERSION
from axlib.words.errors import DataError

#: Signs of packed text per cell.
_CHUNK = 30_000
#: What the packed text may unpack to.
_MOST = 200_000_000
_PLAIN = ("version", "engagement", "as_of", "written_on", "instrument", "pseudonymised", "digest")


@dataclass(frozen=True, eq=False)
class WorkbookKeys:
    """What the hidden sheet holds.

    Attributes
    ----------
    engagement : str
        Its name.
    as_of, written_on : date
    instrument : str
        Fingerprint of the questions.
    pseudonymised : bool
    members : tuple of str
        Identifiers (or pseudonyms) in the order of their numbers.
    facts : DataFrame of text
        As ``Facts.table``, of these members.
    """

    engagement: str
    as_of: date
    written_on: date
    instrument: str
    pseudonymised: bool
    members: tuple[str, ...]
    facts: pd.DataFrame


def fingerprint_instrument(instrument: Instrument) -> str:
    """Return a short hash of what is asked and of the scales it is answered on."""
    text = json.dumps([item.model_dump(mode="json") for item in instrument.items], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def pack_keys(keys: WorkbookKeys) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the hidden sheet: its plain lines, and the packed facts, one text per cell."""
    content = {"members": list(keys.members), "facts": keys.facts[COLUMNS].to_numpy().tolist()}
    raw = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    packed = base64.b64encode(zlib.compress(raw, 6)).decode("ascii")
    plain = {
        "version": str(VERSION),
        "engagement": keys.engagement,
        "as_of": keys.as_of.isoformat(),
        "written_on": keys.written_on.isoformat(),
        "instrument": keys.instrument,
        "pseudonymised": "yes" if keys.pseudonymised else "no",
        "digest": hashlib.sha256(raw).hexdigest(),
    }
    return list(plain.items()), [packed[at : at + _CHUNK] for at in range(0, len(packed), _CHUNK)]


def unpack_keys(plain: dict[str, str], packed: Sequence[str], *, file_name: str) -> WorkbookKeys:
    """Read the hidden sheet back.

    Raises
    ------
    DataError
        It is of another version, incomplete, or not what was written.
    """
    missing = [name for name in _PLAIN if not plain.get(name)]
    if missing:
        raise DataError(
            f"{file_name}: no profile workbook; its hidden sheet lacks {', '.join(missing)}. Write one with: "
            "axlib profiles write ENGAGEMENT"
        )
    if plain["version"] != str(VERSION):
        raise DataError(
            f"{file_name}: written in version {plain['version']} of the workbook; this kit reads version {VERSION}. "
            "Write a new one and copy the entries over."
        )
    try:
        unpacking = zlib.decompressobj()
        raw = unpacking.decompress(base64.b64decode("".join(packed), validate=True), _MOST)
        if hashlib.sha256(raw).hexdigest() != plain["digest"]:
            raise ValueError("digest")
        content = json.loads(raw)
        facts = pd.DataFrame(content["facts"], columns=COLUMNS, dtype="str")
        members = tuple(str(member) for member in content["members"])
        as_of, written_on = (date.fromisoformat(plain[name]) for name in ("as_of", "written_on"))
    except (ValueError, KeyError, TypeError, zlib.error, binascii.Error):
        raise DataError(
            f"{file_name}: its hidden sheet was changed, so what is new in it cannot be told. Take a copy from before, "
            "or write a new one and copy the entries over."
        ) from None
    return WorkbookKeys(
        plain["engagement"], as_of, written_on, plain["instrument"], plain["pseudonymised"] == "yes", members, facts
    )  # fmt: skip
