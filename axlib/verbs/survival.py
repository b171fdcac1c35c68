"""How long members stay: survival by tier and segment, restricted means, and lifetime value by the curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.tables.coverage_segments import UNDETERMINED
from axlib.verbs.memberships import Memberships, count_whole_months
from axlib.verbs.segments import Segmentation
from axlib.verbs.survival_groups import FEWEST_ENDED, FEWEST_MEMBERS, Asked, keep_months, measure_groups
from axlib.words.display import count_words, format_money, format_number, format_share, format_value, join_words
from axlib.words.results import Result, Unavailable


@dataclass(frozen=True, eq=False, repr=False)
class Survival(Result):
    """How long members stay.

    Attributes
    ----------
    table : DataFrame, one row per (grouping, group)
        ``grouping`` (all, tier, segment), ``group``, ``n`` (memberships), ``ended``, ``closed`` (of those ended: the
        member ceased to be); ``restricted_mean`` (months of membership up to the horizon, of those who reach
        ``start_month``), ``difference`` from the other groups together, ``kept_months`` (of the months of the window),
        ``lifetime_value`` (revenue up to the horizon, discounted), each with ``_low`` and ``_high``;
        ``start_month``, ``horizon_months``. NaN where too little is known.
    curves : DataFrame, one row per (grouping, group, month)
        ``month``, ``at_risk``, ``survival``, ``survival_low``, ``survival_high``.
    tests : DataFrame, one row per grouping
        Log-rank test over its groups at the same months of membership: ``groups``, ``chi2``, ``df``, ``p_value``.
    projection : DataFrame, one row per group
        If endings go on falling with tenure as fitted: ``alpha``, ``beta``, ``years_used``, ``tenure_years`` and
        ``lifetime_value`` over the next ``years_ahead``.
    withheld : dict of str to str
        Group -> why it has no curve.
    horizon_months : int
    discount : float
        A year.
    observed : str
        Who was followed, between which days, in words.
    compared : str
        On whom groups are compared, in words.
    currency : str
    """

    table: pd.DataFrame
    curves: pd.DataFrame
    tests: pd.DataFrame
    projection: pd.DataFrame
    withheld: dict[str, str]
    horizon_months: int
    discount: float
    observed: str
    compared: str
    currency: str = ""

    title: ClassVar[str] = "How long members stay, with 95 % intervals"
    plots: ClassVar[tuple[str, ...]] = ("plot_survival",)

    def summary(self) -> pd.DataFrame:
        """Return one row per group: memberships, months up to the horizon, and how they differ from the others."""
        names = ["restricted_mean", "difference", "kept_months", "lifetime_value"]
        shown = [name for name in names if self.table[name].notna().any()]
        columns = [part for name in shown for part in (name, f"{name}_low", f"{name}_high")]
        return self.table[["group", "n", "ended", "closed", *columns]].rename(columns={"n": "memberships"})

    @property
    def text(self) -> str:
        """How long members stay, what a membership brings, and what was left out."""
        row = self.table.iloc[0]
        if pd.isna(row["n"]):
            return "There are too few memberships to be shown."
        sentences = [self.observed] if self.observed else []
        if pd.notna(row["restricted_mean"]):
            months = format_value(float(row["restricted_mean"]), "months")
            sentences.append(
                f"As ends fell in that time, a member stays {months} of the first {int(row['horizon_months'])} months."
            )
        if pd.notna(row["lifetime_value"]):
            money = format_money(float(row["lifetime_value"]), self.currency)
            sentences.append(
                f"That brings {money} at today's dues, discounted at {format_share(self.discount, 0)} a year; it is "
                "revenue, no cost is taken off."
            )
        if pd.notna(row["closed"]) and row["closed"] > 0:
            closed = count_words(int(row["closed"]), "membership")
            sentences.append(f"{closed} ended because the member closed; they count as ended.")
        sentences += [self.compared] if self.compared else []
        sentences += _say_tests(self.tests.dropna(subset=["p_value"]))
        whole = self.projection[self.projection["grouping"] == "all"]
        if len(whole) and pd.notna(whole["tenure_years"].iloc[0]):
            years = format_value(float(whole["tenure_years"].iloc[0]), "number")
            ahead = int(whole["years_ahead"].iloc[0])
            sentences.append(
                f"If the share that ends in each year of tenure goes on as fitted, a new member stays {years} of the "
                f"next {ahead} years."
            )
        return " ".join([*sentences, *dict.fromkeys(self.withheld.values())])


def _say_tests(tests: pd.DataFrame) -> list[str]:
    if tests.empty:
        return []
    told = [
        f"by {grouping} {'below 0.001' if p < 0.001 else f'{format_number(p, 3)}'}"
        for grouping, p in zip(tests["grouping"], tests["p_value"], strict=True)
    ]
    asked = f"Whether ends differ at the same months of membership, p of the log-rank test: {join_words(told)}"
    return [f"{asked}; such looks are no findings."]


def measure_survival(
    memberships: Memberships,
    *,
    of_cohort: Memberships | Unavailable,
    groupings: Mapping[str, Segmentation],
    revenue: pd.Series | None = None,
    horizon_months: int = 60,
    discount: float = 0.1,
    currency: str = "",
) -> Survival | Unavailable:
    """Measure how long members stay.

    Parameters
    ----------
    memberships : Memberships
        Of all members, since the records begin.
    of_cohort : Memberships
        Of the closed cohort since the window opened: what groups are compared on.
    groupings : mapping of str to Segmentation
        Name of a grouping (tier, segment) -> groups of the cohort's members, as they were when the window opened.
    revenue : Series, index member_id, optional
        What each member of the cohort pays a year, for lifetime value.
    horizon_months : int
        Shortened to what was followed.
    discount : float
        A year, 0 or more.
    currency : str

    Returns
    -------
    Survival or Unavailable

    Notes
    -----
    Kaplan-Meier by months of membership with delayed entry and right censoring; bounds by log(-log); restricted means
    by the area under the curve. The months of a window make a curve over all ages, as a life table does: it is what
    awaits a new member if the rates of that time last. Lifetime value is mean revenue × the discounted curve. Groups
    must be known when following began: who had to stay to be put into one could not have left before (immortal time).
    Tiers are by dues at the opening; segments rest on answers that may be later where they carry no date.

    References
    ----------
    Klein, Moeschberger (2003), Survival Analysis, chapter 4.
    """
    whole = memberships.table
    if len(whole) < FEWEST_MEMBERS or whole["ended"].sum() < FEWEST_ENDED:
        known = f"of {count_words(len(whole), 'membership')} it is known when they began, and of these"
        why = f"{known} {format_number(int(whole['ended'].sum()))} ended: too few for a curve."
        why = why if len(whole) else "of no membership is it known when it began."
        return Unavailable("How long members stay", why, "membership terms of more years, and days of joining")
    window = _count_window(of_cohort)
    asked = Asked(horizon_months, 1 / (1 + discount), revenue, window=0)
    parts = [measure_groups("all", ["all members"], whole, np.zeros(len(whole), dtype=np.int64), asked)]
    followed = of_cohort.table if isinstance(of_cohort, Memberships) else whole.iloc[:0]
    asked = replace(asked, window=window)
    for grouping, segmentation in groupings.items():
        names = [*segmentation.segments, UNDETERMINED]
        labels = followed["member_id"].map(segmentation.table.set_index("member_id")["segment"])
        codes = pd.Categorical(labels, categories=names).codes.astype(np.int64)
        here = np.unique(codes[codes >= 0])
        if len(here):
            places = np.searchsorted(here, codes[codes >= 0]).astype(np.int64)
            groups = [names[code] for code in here]
            parts.append(measure_groups(grouping, groups, followed[codes >= 0], places, asked))
    table = pd.concat([part.table for part in parts], ignore_index=True)
    if window and len(followed) >= FEWEST_MEMBERS:
        (kept,) = keep_months(followed, np.zeros(len(followed), dtype=np.int64), 1, window)
        table.loc[0, list(kept)] = list(kept.values())
    return Survival(
        table,
        pd.concat([part.curves for part in parts], ignore_index=True),
        pd.DataFrame([part.test for part in parts[1:]], columns=["grouping", "groups", "chi2", "df", "p_value"]),
        pd.concat([part.projection for part in parts], ignore_index=True),
        {name: why for part in parts for name, why in part.withheld.items()},
        horizon_months,
        discount,
        memberships.followed,
        _say_compared(of_cohort, len(parts) - 1),
        currency,
    )


def _say_compared(of_cohort: Memberships | Unavailable, n_groupings: int) -> str:
    if isinstance(of_cohort, Unavailable) or n_groupings == 0:
        return ""
    return (
        f"Groups are compared on the closed cohort from {of_cohort.observed_from} on: tiers by dues at the opening, "
        "segments by answers, which may be later ones where they carry no date."
    )


def _count_window(of_cohort: Memberships | Unavailable) -> int:
    if isinstance(of_cohort, Unavailable):
        return 0
    ends = [pd.Series([pd.Timestamp(day)]) for day in (of_cohort.observed_from, of_cohort.observed_to)]
    return int(count_whole_months(*ends)[0])
