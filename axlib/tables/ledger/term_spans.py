"""How long a term is, and what its amount is a year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DAYS_PER_YEAR = 365.25


def count_days(starts: pd.Series, ends: pd.Series) -> NDArray[np.float64]:
    """Count the days of each term, both ends included."""
    return np.asarray((ends - starts).dt.days + 1, dtype=np.float64)


def whole_months(starts: pd.Series, ends: pd.Series) -> NDArray[np.int64]:
    """Count the months of each term, 0 where it is no whole number of them.

    The end may be the last day covered (31 December) or the day of renewal (1 January).

    Examples
    --------
    >>> starts = pd.to_datetime(pd.Series(["2025-01-01", "2025-01-01", "2024-01-31", "2025-01-10"]))
    >>> ends = pd.to_datetime(pd.Series(["2025-12-31", "2026-01-01", "2024-02-28", "2025-02-01"]))
    >>> whole_months(starts, ends).tolist()
    [12, 12, 1, 0]
    """
    months = np.zeros(len(starts), dtype=np.int64)
    start_month = starts.dt.year * 12 + starts.dt.month
    for last in (ends + pd.Timedelta(days=1), ends):
        span = (last.dt.year * 12 + last.dt.month - start_month).fillna(0).to_numpy(dtype=np.int64)
        # A term begun on the 31st ends where a shorter month does.
        day = np.minimum(starts.dt.day, last.dt.days_in_month)
        whole = ((last.dt.day == day) & (span > 0)).to_numpy(dtype=bool, na_value=False)
        months = np.where((months == 0) & whole, span, months)
    return months


def annualise(amounts: pd.Series, starts: pd.Series, ends: pd.Series) -> pd.Series:
    """Return what each amount is a year: by whole months where it is so, else by days / 365.25.

    A term without end keeps its amount, which is then read as a year's.
    """
    months = whole_months(starts, ends)
    days = count_days(starts, ends)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_months, by_days = 12 / months, DAYS_PER_YEAR / days
    factor = np.where(months > 0, by_months, np.where(days > 0, by_days, 1.0))
    return amounts * np.where(ends.isna(), 1.0, factor)
