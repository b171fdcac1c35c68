"""Retention window by window, as far back as the records go, overall and by the years in which members joined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.verbs.cohort import Cohort, build_cohort
from axlib.verbs.retention import N_RESAMPLES, measure_retention
from axlib.verbs.retention_rules import reaches_back
from axlib.verbs.segments import Segmentation, make_segmentation
from axlib.words.display import count_words, format_share
from axlib.words.results import Result, Unavailable

#: No more windows than this are looked back on.
MOST_WINDOWS = 10
#: So many of the last joining years stand alone; earlier ones by fives, and before twenty years together.
_ALONE, _BY_FIVES_TO = 5, 20
NOT_DATED = "joining not dated"


@dataclass(frozen=True, eq=False, repr=False)
class RetentionYears(Result):
    """Retention of each window's own closed cohort.

    Attributes
    ----------
    table : DataFrame, one row per (window, grouping, group)
        ``closed_on`` and ``opened_on`` (text), ``grouping`` (all, cohort), ``group`` (all members, or the years of
        joining), ``n``, and the columns of ``Retention.table``, earliest window first: ``opening_revenue``,
        ``closing_revenue``, ``churned_revenue``, ``contracted_revenue``, ``expanded_revenue``; ``eligible``,
        ``first_eligible``, ``lapsed``; and ``nrr``, ``grr``, ``logo_churn``, ``lapse_rate``, ``rejoin_rate``,
        ``revenue_churn``, ``contraction``, ``expansion``, ``renewal_rate``, ``first_year_renewal_rate`` with
        their ``_low`` and ``_high``.
    window_months : int
    why_no_more : str
        Why no earlier window is there.
    currency : str
    """

    table: pd.DataFrame
    window_months: int
    why_no_more: str
    currency: str = ""

    title: ClassVar[str] = "Retention year by year, with 95 % intervals"
    plots: ClassVar[tuple[str, ...]] = ("plot_retention_years", "plot_cohort_retention")

    @property
    def overall(self) -> pd.DataFrame:
        """The rows of all members, one per window."""
        return self.table[self.table["grouping"] == "all"].reset_index(drop=True)

    def summary(self) -> pd.DataFrame:
        """Return one row per window."""
        rows = self.overall
        names = ["nrr", "grr", "logo_churn", "renewal_rate", "first_year_renewal_rate"]
        known = [name for name in names if rows[name].notna().any()]
        columns = [part for name in known for part in (name, f"{name}_low", f"{name}_high")]
        return rows[["closed_on", "n", "opening_revenue", *columns]]

    @property
    def text(self) -> str:
        """How logo churn went, and how far back the records reach."""
        return f"{self.on_churn} {self.why_no_more}".strip()

    @property
    def on_churn(self) -> str:
        """How logo churn went from the first window to the last."""
        rows = self.overall.dropna(subset=["logo_churn"])
        months = count_words(self.window_months, "month")
        if rows.empty:
            return "The cohorts are too small to be shown."
        first, last = rows.iloc[0], rows.iloc[-1]
        shares = [format_share(float(row["logo_churn"])) for row in (first, last)]
        if len(rows) == 1:
            return f"In the one window of {months} that is followed logo churn was {shares[0]}."
        chance = "" if _differ(first, last) else ", which may be chance"
        days = [row["closed_on"] for row in (first, last)]
        windows = f"{count_words(len(rows), 'window')} of {months}"
        return f"{windows}: logo churn was {shares[0]} up to {days[0]} and {shares[1]} up to {days[1]}{chance}."


def _differ(first: pd.Series, last: pd.Series) -> bool:
    """Whether two shares of members, not of the same window, lie further apart than chance would take them."""
    shares = np.array([first["logo_churn"], last["logo_churn"]], dtype=float)
    n = np.array([first["n"], last["n"]], dtype=float)
    pooled = float((shares * n).sum() / n.sum())
    error = np.sqrt(pooled * (1 - pooled) * (1 / n).sum())
    return bool(abs(shares[1] - shares[0]) > 1.96 * error)


def follow_retention(
    members: pd.DataFrame,
    terms: pd.DataFrame,
    *,
    as_of: date,
    window_months: int,
    grace_days: int,
    rejoin: Literal["new", "retained"],
    rng: np.random.Generator,
    n_resamples: int = N_RESAMPLES,
    currency: str = "",
) -> RetentionYears | Unavailable:
    """Measure retention of the window that closes on ``as_of`` and of those before it.

    Parameters
    ----------
    members : DataFrame
        ``member_id``, perhaps ``joined_on``.
    terms : DataFrame
        The term ledger, made from terms.
    as_of : date
    window_months, grace_days, rejoin : rules, as for ``build_cohort``
    rng : Generator
    n_resamples : int
    currency : str

    Returns
    -------
    RetentionYears or Unavailable
        Unavailable where the latest window is.
    """
    parts, why = [], ""
    for place in range(MOST_WINDOWS):
        closing = (pd.Timestamp(as_of) - pd.DateOffset(months=place * window_months)).date()
        cohort = build_cohort(
            members,
            terms,
            as_of=closing,
            window_months=window_months,
            grace_days=grace_days,
            rejoin=rejoin,
            snapshot="none",
            currency=currency,
        )
        if isinstance(cohort, Unavailable) and place == 0:
            return cohort
        if isinstance(cohort, Unavailable) or (place and not reaches_back(terms, cohort.opened_on)):
            why = "Records do not reach back over an earlier window."
            break
        groupings = {"cohort": group_by_joining(cohort, members, terms, newest=as_of.year)}
        measured = measure_retention(cohort, groupings=groupings, rng=rng, n_resamples=n_resamples).table
        parts.append(measured.assign(closed_on=closing.isoformat(), opened_on=str(cohort.opened_on)))
    table = pd.concat(parts[::-1], ignore_index=True)
    columns = ["closed_on", "opened_on", "grouping", "group", "n"]
    table = table[[*columns, *table.columns.drop(columns)]].astype(dict.fromkeys(columns[:4], "str"))
    return RetentionYears(table, window_months, why, currency)


def group_by_joining(cohort: Cohort, members: pd.DataFrame, terms: pd.DataFrame, *, newest: int) -> Segmentation:
    """Group a cohort by the years in which members joined: late ones each, early ones together.

    Where no day of joining is known, the first term tells it, unless it began when the records did.
    """
    ids = cohort.table["member_id"]
    dues = terms[terms["kind"] == "dues"]
    first = dues.groupby("member_id")["starts_on"].min().reindex(ids).to_numpy()
    began = pd.Series(first).where(pd.Series(first) >= dues["starts_on"].min() + pd.Timedelta(days=366))
    if "joined_on" in members.columns:
        joined = members.drop_duplicates("member_id").set_index("member_id")["joined_on"].reindex(ids)
        began = pd.Series(joined.to_numpy()).fillna(began)
    year = began.dt.year
    names = {int(value): _band(int(value), newest) for value in sorted(year.dropna().unique())}
    labels = year.map(names).astype(object).fillna(NOT_DATED)
    order = [*dict.fromkeys(names.values()), NOT_DATED]
    return make_segmentation(ids, labels.to_numpy(dtype=object), segments=order, method="column")


def _band(year: int, newest: int) -> str:
    """Name the band of joining years a year belongs to.

    Examples
    --------
    >>> [_band(year, 2025) for year in (2025, 2021, 2020, 2016, 2006, 2005, 1987)]
    ['2025', '2021', '2016 to 2020', '2016 to 2020', '2006 to 2010', 'before 2006', 'before 2006']
    """
    if year > newest - _ALONE:
        return str(year)
    if year <= newest - _BY_FIVES_TO:
        return f"before {newest - _BY_FIVES_TO + 1}"
    last = newest - _ALONE - 5 * ((newest - _ALONE - year) // 5)
    return f"{last - 4} to {last}"
