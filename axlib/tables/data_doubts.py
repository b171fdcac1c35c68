"""What of an engagement's data is in doubt, in words for whoever reads the report: counts, and nobody's identifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.tables.cleaning import CleanTables
from axlib.tables.ledger.side_by_side import find_misread, find_replaced_early, find_side_by_side
from axlib.tables.terms import TermLedger
from axlib.words.display import count_words, format_number
from axlib.words.measures import find_measure
from axlib.words.results import Result

_COLUMNS = ("doubt", "members", "of_members", "what_was_done")
_TERM_COLUMNS = ("doubt", "rows", "remedy")
#: Doubts that the sentences tell; the table has all.
_MOST_TOLD = 3
_LENGTHS = {12: "a year's amount", 1: "a month's amount"}


@dataclass(frozen=True, eq=False, repr=False)
class DataDoubts(Result):
    """What of these data is in doubt, the worst first.

    Attributes
    ----------
    table : DataFrame, one row per doubt
        ``doubt`` (a sentence's part), ``members`` (how many it concerns), ``of_members`` (of how many it can be told),
        ``what_was_done`` (how the kit counts them). Counts are missing where a doubt is about all of the data, or where
        they are too small to be shown.
    terms : DataFrame
        ``doubt``, ``rows`` (terms), ``remedy``: those that are about terms, as ``check`` tells them to the team.
    """

    table: pd.DataFrame
    terms: pd.DataFrame

    title: ClassVar[str] = "What of these data is in doubt"

    def summary(self) -> pd.DataFrame:
        """Return one row per doubt, the worst first."""
        return self.table

    @property
    def text(self) -> str:
        """How many doubts there are, and the worst of them in sentences."""
        if self.table.empty:
            return "No two sources of these data disagree, and no amount is in doubt."
        told = [_tell(*row) for row in self.table.head(_MOST_TOLD).itertuples(index=False, name=None)]
        count = count_words(len(self.table), "doubt bears on these data", "doubts bear on these data")
        return " ".join([f"{count}.", *told])


def _tell(doubt: str, members: float, of: float, done: str) -> str:
    if pd.isna(members):
        return f"{doubt[:1].upper()}{doubt[1:]}. What was done: {done}."
    count = f"{format_number(members)} of the {count_words(int(of), 'member')} of whom it can be told"
    return f"For {count}: {doubt}. What was done: {done}."


def find_doubts(
    clean: CleanTables, ledger: TermLedger, *, contradictions: pd.DataFrame, duplicates: pd.DataFrame
) -> DataDoubts:
    """Collect what of the data is in doubt.

    Parameters
    ----------
    clean : CleanTables
    ledger : TermLedger
    contradictions : DataFrame
        As ``find_contradictions`` gives them.
    duplicates : DataFrame
        As ``propose_duplicates`` gives them.

    Returns
    -------
    DataDoubts
        What concerns all of the data first, then what concerns most members.
    """
    n = clean.members["member_id"].nunique()
    lines: list[tuple[str, float, float, str]] = []
    if nobody_can_have_left(clean):
        whole = "nothing in the export says who left: it may hold those alone who stayed"
        lines.append((whole, np.nan, np.nan, "no churn is measured"))
    about_terms, terms = _doubts_about_terms(clean, ledger)
    lines += about_terms
    for line in contradictions.to_dict("records"):
        lines.append((line["signals"], line["members"], line["of"], f"decided by {line['decides']}"))
    if len(duplicates):
        several = len({*duplicates["member_id"], *duplicates["other_id"]})
        lines.append(("may be one member under two keys", several, n, "counted as members of their own"))
    if len(ledger.differences):
        whose = ledger.differences["member_id"].nunique()
        lines.append(("money of the source is in no term", whose, n, "left out of revenue"))
    lines += _blanked(clean)
    table = pd.DataFrame(lines, columns=list(_COLUMNS))
    table = table.astype({"doubt": "str", "what_was_done": "str", "members": float, "of_members": float})
    table = table.sort_values("members", ascending=False, kind="stable", na_position="first", ignore_index=True)
    return DataDoubts(table, terms)


def _doubts_about_terms(
    clean: CleanTables, ledger: TermLedger
) -> tuple[list[tuple[str, float, float, str]], pd.DataFrame]:
    if clean.terms is None or ledger.terms.empty:
        return [], pd.DataFrame(columns=list(_TERM_COLUMNS))
    n = ledger.terms["member_id"].nunique()
    parallel, replaced = find_side_by_side(ledger.terms), find_replaced_early(ledger.adjustments)
    misread = find_misread(clean)
    found: list[tuple[str, pd.DataFrame, str, str]] = []
    if misread is not None:
        words = f"amounts are read as paid for each term, but their column '{misread.header}' speaks of "
        done = "each amount is raised to a year by the length of its term"
        remedy = (
            f"if so, write annual_amount: {misread.header} beside amount"
            if misread.months == 12
            else "if so, give amounts of whole terms, or a column of annual amounts as annual_amount"
        )
        found.append((words + _LENGTHS[misread.months], misread.rows, done, remedy))
    found.append(
        (
            "several terms of dues run at the same time",
            parallel,
            "their amounts are added, as of memberships held side by side",
            "their amounts are added; where a later term replaces an earlier one, that needs an end",
        )
    )
    found.append(
        (
            "a term begins long before the one before it ends, and ends later",
            replaced,
            "the later term replaces the earlier one from its first day on",
            "the later one replaces it from its first day on; where both are meant to run, ask for what each is for",
        )
    )
    kept = [row for row in found if len(row[1])]
    lines = [(words, float(rows["member_id"].nunique()), float(n), done) for words, rows, done, _ in kept]
    told = [(words, len(rows), remedy) for words, rows, _, remedy in kept]
    return lines, pd.DataFrame(told, columns=list(_TERM_COLUMNS)).astype({"doubt": "str", "remedy": "str"})


def _blanked(clean: CleanTables) -> list[tuple[str, float, float, str]]:
    """Values that could not be read or cannot be, by column, with the members they are of."""
    changed = clean.ledger[clean.ledger["rule"].astype("str").str.startswith(("blanked", "not ")).to_numpy()]
    lines = []
    for (name, column), cells in changed.groupby(["table", "column"], sort=False):
        table = getattr(clean, str(name), None)
        if not isinstance(table, pd.DataFrame) or "member_id" not in table:
            continue
        ids = table["member_id"]
        whose = ids.reindex(cells["row"].unique()).nunique()
        words = f"{find_measure(str(column)).label} of {name}: values that cannot be, or could not be read"
        lines.append((words, float(whose), float(ids.nunique()), "left blank"))
    return lines


def nobody_can_have_left(clean: CleanTables) -> bool:
    """Whether no column and no table could show that a member left."""
    telling = ("status", "expires_on", "lapsed_on")
    return clean.terms is None and not any(
        name in clean.members and clean.members[name].notna().any() for name in telling
    )
