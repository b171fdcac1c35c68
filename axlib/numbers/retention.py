"""Measures of what a closed cohort kept: ratios of sums over its members, with intervals.

Money has bootstrap intervals by member. Shares of members have Wilson's, which stay sound where nobody or nearly nobody
left, and agree with the bootstrap where many did.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.intervals import wilson_interval
from axlib.numbers.ratio_intervals import ratio_intervals

Floats = NDArray[np.float64]

#: Ratios of sums over members: measure -> (numerator, denominator).
RATIOS: dict[str, tuple[str, str]] = {
    "nrr": ("closing", "opening"),
    "grr": ("kept", "opening"),
    "logo_churn": ("gone", "one"),
    "lapse_rate": ("lapsed", "one"),
    "rejoin_rate": ("rejoined", "lapsed"),
    "revenue_churn": ("churned", "opening"),
    "contraction": ("contracted", "opening"),
    "expansion": ("expanded", "opening"),
    "renewal_rate": ("renewed", "eligible"),
    "first_year_renewal_rate": ("first_renewed", "first_eligible"),
}
#: Ratios of money to opening revenue -> the members who make it differ from what it is where nothing happens.
MONEY_RATIOS: dict[str, str] = {
    "nrr": "changed",
    "grr": "reduced",
    "revenue_churn": "left_paying",
    "contraction": "contracting",
    "expansion": "expanding",
}
#: Sums of money that are shown as they are.
AMOUNTS = {
    "opening_revenue": "opening",
    "closing_revenue": "closing",
    "churned_revenue": "churned",
    "contracted_revenue": "contracted",
    "expanded_revenue": "expanded",
}
#: Members whom a share is of, where it is not of all.
BASES = {"renewal_rate": "eligible", "first_year_renewal_rate": "first_eligible", "rejoin_rate": "lapsed"}
#: Below so many members that make the difference, resamples know nothing of what might have been: no interval.
FEWEST_CHANGED = 5
_UNKNOWN = (np.nan, np.nan)


def sum_columns(cohort: pd.DataFrame) -> pd.DataFrame:
    """Return what each member adds to each sum.

    Parameters
    ----------
    cohort : DataFrame
        ``opening``, ``closing``, ``gone``, ``eligible``, ``renewed``, ``first_year``, ``lapsed``, ``rejoined``.

    Returns
    -------
    DataFrame of float, one row per member
    """
    opening, closing, gone = cohort["opening"], cohort["closing"], cohort["gone"]
    stays = ~gone | closing.isna()
    less = (opening - closing).clip(lower=0).where(stays, 0.0)
    more = (closing - opening).clip(lower=0).where(stays, 0.0)
    flags = {name: cohort[name].astype(float) for name in ("eligible", "renewed", "lapsed", "rejoined")}
    first = cohort["first_year"].astype(float)
    return pd.DataFrame(
        {
            "one": 1.0,
            "opening": opening,
            "closing": closing,
            "kept": np.minimum(opening, closing),
            "gone": gone.astype(float),
            "churned": opening.where(gone, 0.0),
            "contracted": less,
            "expanded": more,
            **flags,
            "first_eligible": flags["eligible"] * first,
            "first_renewed": flags["renewed"] * first,
            "changed": (closing != opening).astype(float),
            "reduced": (closing < opening).astype(float),
            "left_paying": (gone & (opening > 0)).astype(float),
            "contracting": (less > 0).astype(float),
            "expanding": (more > 0).astype(float),
        }
    )


def measure_groups(
    sums: pd.DataFrame, codes: NDArray[np.intp], groups: list[str], *, rng: np.random.Generator, n_resamples: int
) -> pd.DataFrame:
    """Measure each group.

    Parameters
    ----------
    sums : DataFrame
        Of ``sum_columns``.
    codes : array of int
        Group of each row.
    groups : list of str
    rng : Generator
    n_resamples : int
        0 leaves intervals of money out.

    Returns
    -------
    DataFrame, one row per group
        ``group``, ``n``, sums of money, ``eligible``, ``first_eligible``, ``lapsed``, and each ratio with ``_low`` and
        ``_high``, NaN where it is not known.
    """
    values = sums.to_numpy(dtype=float)
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0)
    parts = [np.bincount(codes, filled[:, place], len(groups)) for place in range(values.shape[1])]
    totals = np.asarray(np.column_stack(parts), dtype=np.float64)
    # A column nobody's value of which is known gives no measure at all; it is not zero.
    totals[:, ~known.any(axis=0)] = np.nan
    total: dict[str, Floats] = {str(name): totals[:, place] for place, name in enumerate(sums.columns)}
    columns: dict[str, object] = {"group": groups, "n": np.rint(total["one"]).astype(np.int64)}
    columns |= {name: total[source] for name, source in AMOUNTS.items()}
    columns |= {name: total[name] for name in BASES.values()}
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = {measure: total[top] / total[bottom] for measure, (top, bottom) in RATIOS.items()}
    bounds = _bound_money(sums, codes, len(groups), total, rng, n_resamples)
    for measure, (top, bottom) in RATIOS.items():
        if measure not in MONEY_RATIOS:
            pairs = zip(total[top], total[bottom], strict=True)
            bounds[measure] = np.array([wilson_interval(a, b) if a >= 0 and b > 0 else _UNKNOWN for a, b in pairs]).T
        columns[measure] = np.where(np.isfinite(ratios[measure]), ratios[measure], np.nan)
        columns[f"{measure}_low"], columns[f"{measure}_high"] = bounds[measure]
    return pd.DataFrame(columns)


def _bound_money(
    sums: pd.DataFrame,
    codes: NDArray[np.intp],
    n_groups: int,
    total: dict[str, Floats],
    rng: np.random.Generator,
    n_resamples: int,
) -> dict[str, Floats]:
    """Bounds of the ratios of money, shape (2, n_groups); NaN where too few members make the difference."""
    tops = sums[[RATIOS[name][0] for name in MONEY_RATIOS]].to_numpy(dtype=float)
    unknown = np.isnan(tops).all(axis=0)
    bounds = np.full((2, n_groups, len(MONEY_RATIOS)), np.nan)
    if n_resamples:
        base = sums["opening"].fillna(0.0).to_numpy(dtype=float)
        options = {"n_groups": n_groups, "n_resamples": n_resamples}
        bounds = np.array(ratio_intervals(np.nan_to_num(tops), base, codes, rng=rng, **options))
    few = np.column_stack([~(total[who] >= FEWEST_CHANGED) for who in MONEY_RATIOS.values()])
    bounds[:, few | unknown] = np.nan
    # No more than all can be kept or lost.
    most = [np.inf if name in ("nrr", "expansion") else 1.0 for name in MONEY_RATIOS]
    bounds = np.clip(bounds, 0.0, most)
    return {name: bounds[:, :, place] for place, name in enumerate(MONEY_RATIOS)}
