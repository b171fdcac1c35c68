"""Tenure beyond what was seen: the fitted fall of endings with tenure, carried on. A scenario, and named one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.renewal_curve import fit_renewal_curve

Floats = NDArray[np.float64]

#: How far ahead the curve is carried; what lies further is hardly worth anything once discounted.
YEARS_AHEAD = 20
_COLUMNS = ("grouping", "group", "alpha", "beta", "years_used", "tenure_years", "lifetime_value", "years_ahead")


def project_tenure(
    counts: Mapping[str, tuple[Floats, Floats, int, int]],
    *,
    grouping: str,
    revenue: Mapping[str, float],
    discount_factor: float,
) -> pd.DataFrame:
    """Carry each group's renewal curve on.

    Parameters
    ----------
    counts : mapping of str to (at risk, ended, start, stop)
        Of each group by month; months after ``start`` and up to ``stop`` have enough at risk.
    grouping : str
    revenue : mapping of str to float
        What a member of each group pays a year; NaN where it is not known.
    discount_factor : float
        Of a year.

    Returns
    -------
    DataFrame, one row per group that could be fitted
        ``grouping``, ``group``, ``alpha``, ``beta``, ``years_used``; ``tenure_years`` and ``lifetime_value`` of a new
        member over ``years_ahead`` years, dues paid at the beginning of each.
    """
    rows = []
    for group, (at_risk, ended, start, stop) in counts.items():
        # The first year decides most; without it there is nothing to carry on.
        n_years = stop // 12 if start < 12 else 0
        if n_years < 3:
            continue
        by_year = [_count_year(at_risk, ended, max(start, 12 * year), 12 * (year + 1)) for year in range(n_years)]
        curve = fit_renewal_curve(*np.array(by_year).T)
        if curve is None:
            continue
        alive = curve.survival(YEARS_AHEAD - 1)
        value = revenue[group] * float(alive @ discount_factor ** np.arange(YEARS_AHEAD))
        parameters = (curve.alpha, curve.beta, n_years)
        rows.append((grouping, group, *parameters, float(alive.sum()), value, YEARS_AHEAD))
    kinds = {"grouping": "str", "group": "str", "years_used": "int64", "years_ahead": "int64"}
    # Kinds are told where nothing could be projected, too: columns of no kind would spoil those they are joined with.
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype({name: kinds.get(name, "float64") for name in _COLUMNS})


def _count_year(at_risk: Floats, ended: Floats, start: int, stop: int) -> tuple[float, float]:
    """Return the members of one year of tenure whose end was decided, and whose membership ended.

    Where ends fall into several months, as many are at risk as would end at the year's rate.
    """
    y, d = at_risk[start + 1 : stop + 1], ended[start + 1 : stop + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = 1 - float(np.prod(np.where(y > 0, 1 - d / y, 1.0)))
    return (float(d.sum() / rate), float(d.sum())) if d.sum() > 0 else (float(y[-1]), 0.0)
