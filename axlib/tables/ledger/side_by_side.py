"""Terms that run at the same time, and amounts that are not what a ledger takes them for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from axlib.tables.cleaning import CleanTables
from axlib.tables.ledger.term_events import EARLY_DAYS
from axlib.tables.ledger.term_spans import whole_months
from axlib.tables.recognition.headers import split_header

_CENT = 0.005
#: Words of a header -> the months of which it says that its amounts are.
_MONTHS_OF = {
    **dict.fromkeys(("arr", "annual", "annually", "annualised", "annualized", "yearly"), 12),
    **dict.fromkeys(("mrr", "monthly"), 1),
}


class Misread(NamedTuple):
    """Terms whose amount is read as paid for the term, and by its header is of another length.

    Attributes
    ----------
    header : str
    months : int
        Whose amount the header says it is: of 12 or of 1.
    rows : DataFrame
        The terms concerned.
    """

    header: str
    months: int
    rows: pd.DataFrame


def find_side_by_side(terms: pd.DataFrame) -> pd.DataFrame:
    """Return the paid terms of dues that begin while another one of the member runs: the ledger adds their amounts.

    Parameters
    ----------
    terms : DataFrame
        member_id, starts_on, ends_on, annual_amount, kind: as ``TermLedger`` has them.
    """
    paid = terms[(terms["kind"] == "dues").to_numpy() & (terms["annual_amount"].abs() > _CENT).to_numpy()]
    paid = paid.sort_values(["member_id", "starts_on", "ends_on"], kind="stable")
    reach = paid.groupby("member_id", sort=False)["ends_on"].cummax()
    before = reach.groupby(paid["member_id"], sort=False).shift()
    return paid[(before >= paid["starts_on"]).to_numpy()]


def find_replaced_early(adjustments: pd.DataFrame) -> pd.DataFrame:
    """Return the adjustments that cut a term by more than an early renewal would."""
    cut = adjustments[adjustments["what"].astype("str").str.startswith("replaced by a later term").to_numpy()]
    days = (pd.to_datetime(cut["before"]) - pd.to_datetime(cut["after"])).dt.days
    return cut[(days > EARLY_DAYS).to_numpy()]


def find_misread(clean: CleanTables) -> Misread | None:
    """Find terms that the ledger raises to a year although their column says what length its amounts are of.

    A term of 25 days with 45,372 in a column ``arr_amount`` would count as 637,389 a year: where amounts are a year's
    already, they belong to ``annual_amount``.
    """
    terms, named = clean.terms, clean.headers
    amounts = named.loc[((named["table"] == "terms") & (named["column"] == "amount")).to_numpy(), "header"]
    header = next(iter(amounts), None)
    if terms is None or header is None:
        return None
    months = next((_MONTHS_OF[word] for word in split_header(header) if word in _MONTHS_OF), None)
    if months is None:
        return None
    told = terms["annual_amount"].notna() if "annual_amount" in terms else pd.Series(False, index=terms.index)
    length = whole_months(terms["starts_on"], terms["ends_on"])
    # A term without end is read as a year's, which is right for a year's amount alone.
    as_read = np.where(terms["ends_on"].isna(), 12, length)
    wrong = ~told & (as_read != months) & (terms["amount"].abs() > _CENT)
    if "kind" in terms:
        wrong &= terms["kind"] != "one_off"
    return Misread(header, months, terms[wrong.to_numpy(dtype=bool, na_value=False)]) if wrong.any() else None
