"""Money in disguise: columns that are dues by name, by role, or because they order or part members as dues do."""

from __future__ import annotations

import numpy as np
import pandas as pd

from axlib.tables.recognition.headers import split_header
from axlib.words.display import join_words
from axlib.words.vocabulary import TABLES, find_column

#: A column that orders members as their dues do is dues under another name.
TWIN_OF_DUES = 0.98
#: Dues of a level of a column lie between these quantiles; where no two levels overlap, the column is bands of dues.
EDGE_OF_BAND = 0.01
_MANY = 10
#: Fewer different dues than this for each level may be a price list, which says nothing of the column.
_DUES_PER_LEVEL = 5
_MONEY_WORDS = {
    "dues", "fee", "fees", "price", "amount", "revenue", "arr", "mrr", "charge", "charges", "payment",
    "payments", "paid", "invoice", "invoiced", "billing", "cost", "salary", "turnover eur", "balance", "spend",
    "donated", "ltv", "acv",
}  # fmt: skip
#: Beside a word of money these say how it is paid, not how much.
_WAYS = {"method", "methods", "mode", "channel", "paperless"}


def refuse_money(name: str) -> str:
    """Say why an attribute of this name is money; empty where it is not.

    Examples
    --------
    >>> refuse_money("guidance_need")
    ''
    >>> refuse_money("Total Paid 2024").split(";")[0]
    "attributes: 'Total Paid 2024' is money"
    """
    column = next((c for table in TABLES for c in (find_column(table, name),) if c), None)
    words = set(split_header(name))
    if (column is not None and column.role == "money") or (
        column is None and words & _MONEY_WORDS and not words & _WAYS
    ):
        return (
            f"attributes: '{name}' is money; AX segments must not see what members pay. Remove it from attributes, "
            "or use tiers."
        )
    return ""


def refuse_twin(name: str, values: pd.Series, members: pd.DataFrame) -> str:
    """Say why an attribute's values are dues under another name; empty where they are not.

    Parameters
    ----------
    name : str
    values : Series
        One per row of ``members``: float64, or text.
    members : DataFrame
        With ``annual_dues`` where dues are known.

    Notes
    -----
    A number of many values is refused where it orders members as dues do (Spearman beyond 0.98); a column of few
    values where its levels are bands of dues: ordered by their dues, the 99th percentile of each is no higher than the
    1st of the next. A column that hardly tells dues, or a price list with few different dues, is left alone.
    """
    if "annual_dues" not in members:
        return ""
    both = values.notna().to_numpy() & members["annual_dues"].notna().to_numpy()
    dues = members["annual_dues"].to_numpy()[both]
    levels, codes = np.unique(values.to_numpy()[both], return_inverse=True)
    if len(dues) < _MANY or len(levels) < 2 or len(np.unique(dues)) < 2:
        return ""
    if values.dtype == "float64" and len(levels) > _MANY:
        # Spearman's rho is the correlation of ranks; scipy.stats would take a second to import.
        rho = float(np.corrcoef(pd.Series(codes).rank(), pd.Series(dues).rank())[0, 1])
        if abs(rho) > TWIN_OF_DUES:
            return (
                f"attributes: '{name}' orders members almost as annual_dues does (Spearman {rho:.3f}); AX segments "
                "must not see what members pay. Remove it from attributes."
            )
        return ""
    if _are_bands(codes, dues, len(levels)):
        shown = join_words([f"'{level}'" for level in levels[:4]])
        return (
            f"attributes: '{name}' is bands of annual_dues: the dues of its values ({shown}"
            f"{', and so on' if len(levels) > 4 else ''}) do not overlap; AX segments must not see what members pay. "
            "Remove it from attributes, or use it as tiers: {by: column}."
        )
    return ""


def _are_bands(codes: np.ndarray, dues: np.ndarray, n_levels: int) -> bool:
    sizes = np.bincount(codes, minlength=n_levels)
    if n_levels > _MANY or sizes.min() < _MANY or len(np.unique(dues)) < _DUES_PER_LEVEL * n_levels:
        return False
    groups = pd.Series(dues).groupby(codes)
    low, high = groups.quantile(EDGE_OF_BAND).to_numpy(), groups.quantile(1 - EDGE_OF_BAND).to_numpy()
    order = np.argsort(groups.median().to_numpy())
    return bool((high[order][:-1] <= low[order][1:]).all())
