"""What the closed cohort kept: members and money, overall and by segment, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.numbers.retention import measure_groups, sum_columns
from axlib.tables.coverage_segments import UNDETERMINED
from axlib.verbs.cohort import Cohort
from axlib.verbs.segments import Segmentation
from axlib.words.display import format_money, format_share
from axlib.words.results import Result

N_RESAMPLES = 2000
#: What needs the money at the end of the window, which a snapshot does not hold.
NEEDS_CLOSING = ("nrr", "grr", "contraction", "expansion")
NEEDS_TERMS = ("renewal_rate", "first_year_renewal_rate", "lapse_rate", "rejoin_rate")


@dataclass(frozen=True, eq=False, repr=False)
class Retention(Result):
    """Retention of the closed cohort.

    Attributes
    ----------
    table : DataFrame, one row per (grouping, group)
        ``grouping`` (all, tier, segment), ``group``, ``n``; ``opening_revenue``, ``closing_revenue``,
        ``churned_revenue``, ``contracted_revenue``, ``expanded_revenue``; ``eligible`` (for renewal),
        ``first_eligible``, ``lapsed`` (members); and for each measure its value with ``_low`` and ``_high``:
        ``nrr``, ``grr``, ``logo_churn``, ``lapse_rate``, ``rejoin_rate``, ``revenue_churn``, ``contraction``,
        ``expansion``, ``renewal_rate``, ``first_year_renewal_rate``. Shares are 0-1; NRR may exceed 1.
    bridge : DataFrame, one row per step
        From opening to closing revenue: ``step``, ``amount``; adds up to the cent.
    withheld : dict of str to str
        Measure -> why it was not computed.
    cautions : dict of str to str
        Measure (logo_churn, nrr) -> what in the data makes it doubtful, in sentences.
    """

    table: pd.DataFrame
    bridge: pd.DataFrame
    withheld: dict[str, str]
    currency: str
    cautions: dict[str, str] = field(default_factory=dict)

    title: ClassVar[str] = "Retention of the closed cohort, with 95 % intervals"
    plots: ClassVar[tuple[str, ...]] = ("plot_retention_bridge",)

    @property
    def overall(self) -> pd.Series:
        """The row of the whole cohort."""
        return self.table.iloc[0]

    def summary(self) -> pd.DataFrame:
        """Return one row per group with the measures that could be computed."""
        keep = ["group", "n", "opening_revenue"]
        measures = [name for name in ("nrr", "grr", "logo_churn", "revenue_churn", "renewal_rate") if self._has(name)]
        return self.table[[*keep, *(part for name in measures for part in (name, f"{name}_low", f"{name}_high"))]]

    def _has(self, name: str) -> bool:
        return bool(self.table[name].notna().any())

    @property
    def text(self) -> str:
        """The cohort's retention in sentences; never NRR without GRR."""
        row = self.overall
        if pd.isna(row["logo_churn"]):
            return "The cohort is too small to be shown."
        parts = [f"{format_share(row['logo_churn'])} of members left"]
        if self._has("revenue_churn"):
            parts.append(f"and took {format_share(row['revenue_churn'])} of opening revenue with them")
        sentence = " ".join(parts) + "."
        if self._has("nrr"):
            sentence += f" NRR {format_share(row['nrr'])}, GRR {format_share(row['grr'])}."
        if len(self.bridge):
            opening, closing = self.bridge["amount"].iloc[[0, -1]]
            money = [format_money(amount, self.currency) for amount in (opening, closing)]
            sentence += f" Revenue went from {money[0]} to {money[1]}."
        if self._has("rejoin_rate") and row["rejoin_rate"] > 0:
            sentence += f" Of those who lapsed, {format_share(row['rejoin_rate'])} were members again at the end."
        return sentence + "".join(
            f" {why}" for why in dict.fromkeys((*self.withheld.values(), *self.cautions.values()))
        )


def measure_retention(
    cohort: Cohort,
    *,
    groupings: Mapping[str, Segmentation],
    rng: np.random.Generator,
    n_resamples: int = N_RESAMPLES,
) -> Retention:
    """Measure what the closed cohort kept.

    Parameters
    ----------
    cohort : Cohort
    groupings : mapping of str to Segmentation
        Name of a grouping (tier, segment) -> groups of the cohort's members.
    rng : Generator
    n_resamples : int
        Bootstrap resamples of members behind the intervals of money; 0 leaves those out.

    Notes
    -----
    With r0 and r1 a member's annualised revenue at both ends, gone members having r1 = 0:
    NRR = Σr1 / Σr0; GRR = Σmin(r1, r0) / Σr0; NRR = 1 - churned - contracted + expanded.
    Logo churn is the share of members gone. Renewal rate = renewed / eligible: members whose term and its grace
    ended inside the window; multi-year members whose anniversary is outside it are not eligible. Lapse rate is the
    share who were without a term for longer than the grace at some time in the window; rejoin rate the share of those
    who were members again at its end. Intervals of money are bootstrapped by member, and left out where fewer than
    five members make the difference; those of shares of members are Wilson's.
    """
    # In the order of identifiers, so that the order of an export's rows changes no interval.
    if not cohort.table["member_id"].is_monotonic_increasing:
        cohort = replace(cohort, table=cohort.table.sort_values("member_id", ignore_index=True))
    sums = sum_columns(cohort.table)
    everybody = np.zeros(len(sums), dtype=np.intp)
    rows = [measure_groups(sums, everybody, ["all members"], rng=rng, n_resamples=n_resamples).assign(grouping="all")]
    for grouping, segmentation in groupings.items():
        labels = cohort.table["member_id"].map(segmentation.table.set_index("member_id")["segment"])
        names = [*segmentation.segments, UNDETERMINED]
        codes = pd.Categorical(labels, categories=names).codes
        here = np.unique(codes[codes >= 0])
        if len(here):
            places = np.searchsorted(here, codes[codes >= 0]).astype(np.intp)
            groups = [names[code] for code in here]
            measured = measure_groups(sums[codes >= 0], places, groups, rng=rng, n_resamples=n_resamples)
            rows.append(measured.assign(grouping=grouping))
    table = pd.concat(rows, ignore_index=True)
    table = table[["grouping", *table.columns.drop("grouping")]]
    return Retention(table, _bridge(sums, cohort), _withheld(cohort), cohort.currency)


def _bridge(sums: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    if cohort.source != "terms" or not cohort.table["opening"].sum() > 0:
        return pd.DataFrame({"step": pd.Series(dtype="str"), "amount": pd.Series(dtype=float)})
    totals = sums[["opening", "churned", "contracted", "expanded", "closing"]].sum().round(2)
    steps = ["Opening", "Churned", "Contracted", "Expanded", "Closing"]
    return pd.DataFrame({"step": steps, "amount": totals.to_numpy() * np.array([1, -1, -1, 1, 1])})


def _withheld(cohort: Cohort) -> dict[str, str]:
    unpaid = "NRR, GRR and revenue churn are withheld: nobody of the cohort paid anything when the window opened."
    if cohort.source == "terms":
        paid = bool(cohort.table["opening"].sum() > 0)
        return {} if paid else dict.fromkeys((*NEEDS_CLOSING, "revenue_churn"), unpaid)
    held = "today's dues alone" if cohort.source == "members" else "no amounts at the end"
    closing = f"NRR, GRR, contraction and expansion are withheld: the export holds {held}."
    renewal = "Renewal rates are withheld: the export holds no terms."
    withheld = {**dict.fromkeys(NEEDS_CLOSING, closing), **dict.fromkeys(NEEDS_TERMS, renewal)}
    if cohort.table["opening"].isna().all():
        withheld["revenue_churn"] = "Revenue churn is withheld: the export holds no dues."
    elif not cohort.table["opening"].sum() > 0:
        withheld["revenue_churn"] = "Revenue churn is withheld: nobody of the cohort paid anything at the opening."
    return withheld
