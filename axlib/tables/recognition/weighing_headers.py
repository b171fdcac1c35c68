"""Which header may be which canonical column, by what it is called and by what stands under it, with a confidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from axlib.tables.recognition.headers import split_header
from axlib.tables.recognition.profiles_of_systems import SystemProfile
from axlib.tables.recognition.recognising import rank_headers, recognise_columns, share_word
from axlib.words.vocabulary import TABLES, Column

#: Below this confidence nothing is proposed.
LEAST = 0.5
#: A column of more different values than this is no list of statuses or kinds.
MOST_VALUES = 25
LEAVING = frozenset({"churn", "churned", "attrition", "attrited", "lapsed", "cancelled", "left", "dropped", "exited"})
_STATUS_WORDS = {*LEAVING, "status", "state", "active", "standing"}
_WORDS_OF_DAYS = {
    "joined_on": ("joining", {"join", "joined", "joining", "signup", "registered", "registration", "enrolled"}),
    "lapsed_on": ("leaving", {*LEAVING, "lapse", "exit", "cancellation", "resigned", "termination", "terminated"}),
    "expires_on": ("expiry", {"expires", "expiry", "expiration", "expired"}),
}
#: What has a number of its own, and is no member.
_EVENTS = {
    "call", "ticket", "invoice", "payment", "transaction", "order", "case", "activity", "subscription", "contribution",
    "check", "cheque", "reference", "receipt", "donation", "event", "phone", "mobile", "fax", "zip", "postal",
    "postcode", "house",
}  # fmt: skip
_KEY_ENDS = re.compile(r"(?:^|[\W_a-z])(?:ID|id|Id|No|no|num|NUM|number|Number|key)$")
_DAY = r"\d{1,4}[-/. ]\w{1,9}[-/., ]+\d{1,4}|^\d{5}$|^\d{8}$"
_NUMBER = r"^\W{0,4}[\d.,' ]+\W{0,4}(?:k|K)?$"


class Proposal(NamedTuple):
    """One canonical column and the header it may be.

    Attributes
    ----------
    column, header : str
    confidence : float
        0-1; 1 where the header is the column's own name.
    why : str
    """

    column: str
    header: str
    confidence: float
    why: str


def propose_columns(
    table: str, data: pd.DataFrame, *, profile: SystemProfile | None = None, key: str = ""
) -> list[Proposal]:
    """Propose a header for every canonical column of a table, by name and by content.

    Parameters
    ----------
    table : str
    data : DataFrame
        Raw: headers as written, every cell text.
    profile : SystemProfile, optional
    key : str
        What the members' table calls its key; a header of this name is the member in any other table.

    Returns
    -------
    list of Proposal
        In the order of the canonical columns; at most one per column and per header.
    """
    headers = [str(header) for header in data.columns]
    certain = recognise_columns(table, headers, profile=profile)
    found = {name: Proposal(name, header, 1.0, certain.evidence[name]) for name, header in certain.columns.items()}
    taken = set(certain.columns.values())
    guesses = []
    for column in TABLES[table]:
        if column.name in found:
            continue
        free = [header for header in headers if header not in taken]
        if table != "members" and column.name == "member_id" and key in free:
            guesses.append(Proposal("member_id", key, 0.95, "the members' key is called so"))
        guesses += [
            Proposal(column.name, header, round(score * fit_values(column, data[header]), 2), why)
            for header, score, why in _candidates(column, free)
        ]
    for guess in sorted(guesses, key=lambda guess: -guess.confidence):
        if guess.column not in found and guess.header not in taken and guess.confidence >= LEAST:
            found[guess.column] = guess
            taken.add(guess.header)
    return [found[column.name] for column in TABLES[table] if column.name in found]


def _candidates(column: Column, headers: Sequence[str]) -> list[tuple[str, float, str]]:
    named = []
    for header, score in rank_headers(column, headers):
        shared = share_word(column, header)
        alike = f"the names share '{shared}'" if shared else "the names are nearly spelt alike"
        named.append((header, 0.95 * score, alike if score < 1 else f"the header may mean {column.label.lower()}"))
    if column.name == "status":
        named += [
            (header, 0.9, "the name speaks of staying or leaving")
            for header in headers
            if set(split_header(header)) & _STATUS_WORDS
        ]
    if column.name in _WORDS_OF_DAYS:
        what, words = _WORDS_OF_DAYS[column.name]
        named += [
            (header, 0.85, f"days, and the name speaks of {what}")
            for header in headers
            if set(split_header(header)) & words
        ]
    if column.required and column.name == "at":
        named += [(header, 0.6, "its values are days") for header in headers]
    if column.required and column.role == "key":
        named += [
            (header, 0.8, "named like a key, and few values repeat")
            for header in headers
            if _KEY_ENDS.search(header) and not set(split_header(header)) & _EVENTS
        ]
    return named


def fit_values(column: Column, values: pd.Series) -> float:
    """Return how well a column's values fit the kind of a canonical column, 0-1.

    Examples
    --------
    >>> from axlib.words.vocabulary import find_column
    >>> fit_values(find_column("members", "joined_on"), pd.Series(["2020-01-31", "soon"]))
    0.5
    """
    filled = values.dropna().head(2_000).str.strip()
    filled = filled[filled != ""]
    if filled.empty:
        return 0.5
    distinct = filled.nunique() / len(filled)
    if column.kind == "date":
        return float(filled.str.contains(_DAY, regex=True).mean())
    if column.kind in ("money", "number", "scale"):
        return float(filled.str.contains(_NUMBER, regex=True).mean())
    if column.name == "status":
        return 1.0 if 1 < filled.nunique() <= MOST_VALUES and distinct < 0.5 else 0.2
    if column.role == "key" and column.name == "member_id":
        return 1.0 if distinct > 0.9 and len(filled) > 1 else 0.3
    if column.choices:
        return 0.9 if filled.nunique() <= MOST_VALUES else 0.3
    return 0.9
