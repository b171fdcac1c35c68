"""Who left, by the service they had before: under-, matched, over-served, and among members of the same segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from axlib.numbers.intervals import wilson_interval
from axlib.numbers.standardising import standardised_share
from axlib.verbs.cohort import Cohort
from axlib.verbs.service_gap import GAPS, ServiceGap
from axlib.words.display import count_words, format_share, join_words
from axlib.words.results import Result, Unavailable

ANALYSIS = "Churn by service gap"
#: A segment counts where each gap has at least so many of its members.
FEWEST_IN_SEGMENT = 5
WORDS = {"under": "under-served", "matched": "served as called for", "over": "over-served"}


@dataclass(frozen=True, eq=False, repr=False)
class GapChurn(Result):
    """Churn by the service members had in the window before.

    Attributes
    ----------
    table : DataFrame, one row per gap
        ``gap`` (under, matched, over); ``n``, ``gone``, ``logo_churn`` with ``_low`` and ``_high``;
        ``standardised_churn`` with ``_low`` and ``_high``: what it would be with the same mix of segments for each gap,
        over segments that have at least five members of each gap compared; missing where there is none.
    by_segment : DataFrame, one row per (segment, gap)
        ``segment``, ``gap``, ``n``, ``gone``, ``logo_churn`` with its interval.
    usable_share : float
        Share of members in segments where the gaps can be compared.
    """

    table: pd.DataFrame
    by_segment: pd.DataFrame
    usable_share: float

    title: ClassVar[str] = "Churn by the service members had in the window before, with 95 % intervals"
    plots: ClassVar[tuple[str, ...]] = ("plot_gap_churn",)

    def summary(self) -> pd.DataFrame:
        """Return one row per gap."""
        return self.table

    @property
    def text(self) -> str:
        """Who left how often, in sentences that compare and claim no more."""
        rows = self.table[self.table["logo_churn"].notna()]
        if len(rows) == 0:
            return "No group is large enough to be shown."
        parts = []
        for row in rows.to_dict("records"):
            ones = ("member {}", "members {}") if row["gap"] == "matched" else ("{} member", "{} members")
            members = count_words(int(row["n"]), *(form.format(WORDS[row["gap"]]) for form in ones))
            # Where it is not told how many left, members are rounded.
            about = "about " if pd.isna(row["gone"]) else ""
            parts.append(f"{format_share(float(row['logo_churn']))} of {about}{members}")
        sentence = f"In the window after, {join_words(parts)} left."
        same = rows[rows["standardised_churn"].notna()]
        if len(same) > 1:
            values = zip(same["standardised_churn"], same["gap"], strict=True)
            said = join_words([f"{format_share(float(value))} of those {WORDS[name]}" for value, name in values])
            sentence += (
                f" With the same mix of segments: {said} (from the {format_share(self.usable_share, 0)} of "
                "members whose segments hold enough of each)."
            )
        return sentence


def measure_gap_churn(gap: ServiceGap, cohort: Cohort) -> GapChurn | Unavailable:
    """Measure churn of the cohort by the service it had in the window before.

    Parameters
    ----------
    gap : ServiceGap
        Of a window that ended when the cohort's opened, or before: service given while members were leaving would
        follow risk, not go before it.
    cohort : Cohort

    Returns
    -------
    GapChurn or Unavailable
        Unavailable where service was counted in the same window as departures.

    Notes
    -----
    Intervals of churn are Wilson's. Standardised: Σ share of segment x churn of the gap in it, over the segments that
    hold at least five members of each gap there is.
    """
    if cohort.opened_on is None:
        return Unavailable(ANALYSIS, "no day divides the service from the departures.", "dated terms or invoices")
    if gap.ends_on > cohort.opened_on:
        why = "service is only known from the window in which members left, and who is about to leave draws service."
        return Unavailable(ANALYSIS, why, "contacts of the year before the outcome window")
    both = gap.table.merge(cohort.table[["member_id", "gone"]], on="member_id").astype({"gone": int})
    if len(both) == 0:
        return Unavailable(ANALYSIS, "of no member of the cohort it is known whether it got the service it called for.")
    cells = both.groupby(["segment", "gap"])["gone"].agg(["size", "sum"])
    segments = [name for name in gap.by_segment["group"] if name in set(both["segment"])]
    pairs = pd.MultiIndex.from_product([segments, GAPS], names=["segment", "gap"])
    cells = cells.reindex(pairs, fill_value=0).rename(columns={"size": "n", "sum": "gone"}).reset_index()
    totals = cells.groupby("gap", sort=False)[["n", "gone"]].sum().reindex(GAPS).rename_axis("gap").reset_index()
    wide = {
        name: cells.pivot_table(index="segment", columns="gap", values=name, sort=False)[list(GAPS)]
        for name in ("n", "gone")
    }
    compared = [name for name in GAPS if wide["n"][name].ge(FEWEST_IN_SEGMENT).any()]
    usable = wide["n"][compared].ge(FEWEST_IN_SEGMENT).all(axis=1)
    n, gone = (wide[name][usable] for name in ("n", "gone"))
    mix = (n.sum(axis=1) / n.to_numpy().sum()).to_numpy(dtype=float)
    rows = []
    for name in GAPS:
        values = (float("nan"),) * 3
        if name in compared and len(n) and len(compared) > 1:
            values = standardised_share(gone[name].to_numpy(dtype=float), n[name].to_numpy(dtype=float), mix)
        rows.append(
            dict(zip(("standardised_churn", "standardised_churn_low", "standardised_churn_high"), values, strict=True))
        )
    table = pd.concat([_with_interval(totals), pd.DataFrame(rows)], axis=1)
    share = float(wide["n"][usable].to_numpy().sum() / len(both)) if len(compared) > 1 else 0.0
    return GapChurn(table.astype({"gap": "str"}), _with_interval(cells).astype({"segment": "str", "gap": "str"}), share)


def _with_interval(table: pd.DataFrame) -> pd.DataFrame:
    bounds = [wilson_interval(gone, n) for gone, n in zip(table["gone"], table["n"], strict=True)]
    low, high = zip(*bounds, strict=True)
    share = table["gone"] / table["n"].where(table["n"] > 0)
    return table.assign(logo_churn=share, logo_churn_low=low, logo_churn_high=high)
