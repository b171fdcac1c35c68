"""Two segmentations of the same members beside each other: revenue tiers and the Appropriate Experience."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.numbers.agreement import adjusted_mutual_information, adjusted_rand_index, cohens_kappa, cramers_v
from axlib.tables.coverage_segments import UNDETERMINED
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_money, format_number, format_value
from axlib.words.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Result):
    """How two segmentations of the same members differ.

    Attributes
    ----------
    crossover : DataFrame, one row per (tier, segment)
        ``tier``, ``segment``, ``members``: all pairs, also empty ones.
    agreement : DataFrame, one row
        ``n`` members in both; ``ari``, ``ami``, ``cramers_v``: 1 for the same grouping, about 0 for
        independent ones. Members undetermined in either are left out. Low agreement says that the two differ, not
        that either is better.
    dues : DataFrame, one row per segment
        Spread of dues inside each segment: ``n``, ``dues_q10``, ``median_dues``, ``dues_q90`` and
        ``dues_ratio`` (upper ÷ lower tenth).
    needs : DataFrame, one row per tier
        Spread of needs inside each tier: ``n`` members with a segment, ``largest_segment`` and ``largest_share``, and
        of the hours a year their segments call for ``hours_q10``, ``median_hours`` and ``hours_q90`` (missing where the
        segments have no hours).
    rest : DataFrame, one row per tier that has pairs nobody is shown
        ``tier``, ``segment`` (in words, what those pairs call for), ``members`` of them together; no rows where all
        pairs are shown.
    """

    crossover: pd.DataFrame
    agreement: pd.DataFrame
    dues: pd.DataFrame
    needs: pd.DataFrame
    currency: str
    rest: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["tier", "segment", "members"]))

    title: ClassVar[str] = "Members by revenue tier and Coverage Segment"
    plots: ClassVar[tuple[str, ...]] = ("plot_crossover", "plot_flow", "plot_dues_spread")

    @property
    def counts(self) -> pd.DataFrame:
        """The crossover as a cross table: tiers down, segments across."""
        wide = self.crossover.pivot_table(index="tier", columns="segment", values="members", sort=False, dropna=False)
        return wide.reindex(columns=list(dict.fromkeys(self.crossover["segment"])))

    def summary(self) -> pd.DataFrame:
        """Return the cross table, one row per tier."""
        return _name_rows(self.counts, "tier")

    @property
    def text(self) -> str:
        """How far the two agree, and how differently members of one segment pay."""
        row = self.agreement.iloc[0]
        n = count_words(int(row["n"]), "member")
        if row["n"] == 0:
            sentence = "No member is in both a tier and a segment."
        elif pd.isna(row["cramers_v"]):
            sentence = f"All {n} in both are in one tier or in one segment, so the two cannot be compared."
        else:
            v, ari = (format_value(row[name], "index") for name in ("cramers_v", "ari"))
            sentence = f"For {n} in both, tiers and segments agree with Cramér's V {v} and adjusted Rand index {ari} "
            sentence += "(0: as by chance, 1: the same)."
        spread = self.dues.dropna(subset=["dues_ratio"])
        if len(spread):
            widest = spread.sort_values("dues_ratio", ascending=False, kind="stable").iloc[0]
            low, high = (format_money(widest[name], self.currency) for name in ("dues_q10", "dues_q90"))
            sentence += (
                f" In {widest['segment']} the lowest tenth pays up to {low}, the highest tenth {high} or more: "
                f"{format_value(float(widest['dues_ratio']), 'number')} times as much for the same experience."
            )
        mixed = self.needs[self.needs["hours_q90"] > self.needs["hours_q10"]]
        if len(mixed):
            most = mixed.assign(spread=mixed["hours_q90"] - mixed["hours_q10"]).sort_values("spread", kind="stable")
            row = most.iloc[-1]
            low, high = (format_value(float(row[name]), "hours") for name in ("hours_q10", "hours_q90"))
            sentence += (
                f" In {row['tier']} the tenth that needs least calls for up to {low} hours a year, the tenth "
                f"that needs most for {high} or more, by the hours set for each segment."
            )
        return sentence


def compare_segmentations(
    tiers: Segmentation,
    segments: Segmentation,
    *,
    dues: pd.DataFrame,
    hours: pd.Series | None = None,
    currency: str = "",
) -> Comparison:
    """Cross revenue tiers with Coverage Segments.

    Parameters
    ----------
    tiers, segments : Segmentation
        Of the same members; only members in both are compared.
    dues : DataFrame
        ``member_id`` and ``annual_dues``, for the spread inside each segment.
    hours : Series, index ``member_id``, optional
        Hours a year each member's segment calls for, for the spread of needs inside each tier.
    currency : str
    """
    both = tiers.table[["member_id", "segment"]].merge(
        segments.table[["member_id", "segment"]], on="member_id", suffixes=("_tier", "_ax")
    )
    names = [*segments.segments, *([UNDETERMINED] if (both["segment_ax"] == UNDETERMINED).any() else [])]
    rows = [*tiers.segments, *([UNDETERMINED] if (both["segment_tier"] == UNDETERMINED).any() else [])]
    table = pd.crosstab(both["segment_tier"], both["segment_ax"]).reindex(index=rows, columns=names, fill_value=0)
    crossover = pd.DataFrame(
        {"tier": rows * len(names), "segment": np.repeat(names, len(rows)), "members": table.to_numpy().ravel("F")}
    )
    known = table.drop(columns=UNDETERMINED, errors="ignore").drop(index=UNDETERMINED, errors="ignore")
    agreement = pd.DataFrame(
        {
            "n": [int(known.to_numpy().sum())],
            "ari": [adjusted_rand_index(known)],
            "ami": [adjusted_mutual_information(known)],
            "cramers_v": [cramers_v(known)],
        }
    )
    spread = _spread(both, dues, list(segments.segments))
    needs = _needs(both, table.drop(columns=UNDETERMINED, errors="ignore"), hours)
    return Comparison(crossover.astype({"tier": "str", "segment": "str"}), agreement, spread, needs, currency)


def _needs(both: pd.DataFrame, counts: pd.DataFrame, hours: pd.Series | None) -> pd.DataFrame:
    """How unlike the members of one tier are in what they call for."""
    counts = counts[counts.sum(axis=1) > 0]
    wanted = both["member_id"].map(hours).astype(float) if hours is not None else pd.Series(np.nan, index=both.index)
    groups = wanted.groupby(both["segment_tier"])
    n = counts.sum(axis=1)
    needs = pd.DataFrame(
        {
            "tier": counts.index.to_series().astype("str").to_numpy(),
            "n": n.to_numpy(),
            "largest_segment": counts.idxmax(axis=1).astype("str").to_numpy(),
            "largest_share": (counts.max(axis=1) / n).to_numpy(),
        }
    )
    quantiles = {"hours_q10": 0.1, "median_hours": 0.5, "hours_q90": 0.9}
    return needs.assign(
        **{name: groups.quantile(share).reindex(counts.index).to_numpy() for name, share in quantiles.items()}
    )


def _spread(both: pd.DataFrame, dues: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    if "annual_dues" not in dues.columns:
        columns = ["segment", "n", "dues_q10", "median_dues", "dues_q90", "dues_ratio"]
        return pd.DataFrame({name: pd.Series(dtype="str" if name == "segment" else float) for name in columns})
    paid = both.merge(dues[["member_id", "annual_dues"]].dropna(), on="member_id")
    groups = paid.groupby("segment_ax", sort=True)["annual_dues"]
    low, middle, high = (groups.quantile(share) for share in (0.1, 0.5, 0.9))
    spread = pd.DataFrame({"n": groups.size(), "dues_q10": low, "median_dues": middle, "dues_q90": high})
    spread = spread.assign(dues_ratio=(high / low).where(low > 0))
    spread = spread.reindex([name for name in names if name in spread.index])
    return spread.rename_axis("segment").reset_index()


@dataclass(frozen=True, eq=False, repr=False)
class MethodAgreement(Result):
    """How far rules and classes send the same members to the same segments.

    Attributes
    ----------
    table : DataFrame
        Rules down (``segment``), classes across, undetermined last: number of members.
    kappa : float
        Cohen's kappa over members both could place in the same names; NaN where names differ.
    n : int
    """

    table: pd.DataFrame
    kappa: float
    n: int

    title: ClassVar[str] = "Members by rules (down) and by classes (across)"

    def summary(self) -> pd.DataFrame:
        """Return the cross table."""
        return self.table

    @property
    def text(self) -> str:
        """The agreement in a sentence."""
        if self.n == 0 or pd.isna(self.kappa):
            return "Rules and classes have fewer than two segments in common, so their agreement cannot be measured."
        members = count_words(self.n, "member")
        kappa = format_number(self.kappa, 2)
        return f"For {members} placed by both, rules and classes agree with Cohen's kappa {kappa} (1: always)."


def compare_methods(rules: Segmentation, classes: Segmentation) -> MethodAgreement:
    """Cross the segments two methods give the same members."""
    both = rules.table.merge(classes.table, on="member_id", suffixes=("_rules", "_classes"))
    names = [name for name in rules.segments if (both["segment_rules"] == name).any()]
    others = [name for name in [*classes.segments, UNDETERMINED] if (both["segment_classes"] == name).any()]
    counts = pd.crosstab(both["segment_rules"], both["segment_classes"]).reindex(
        index=[*names, *([UNDETERMINED] if rules.undetermined else [])], columns=others, fill_value=0
    )
    shared = [name for name in rules.segments if name in classes.segments]
    square = counts.reindex(index=shared, columns=shared, fill_value=0)
    n = int(square.to_numpy().sum())
    kappa = cohens_kappa(square) if n else float("nan")
    return MethodAgreement(_name_rows(counts, "segment"), kappa, n)


def _name_rows(counts: pd.DataFrame, name: str) -> pd.DataFrame:
    """Put the names of a cross table's rows in a first column, also where a segment is called as that column is."""
    first = name if name not in counts.columns else f"{name} (row)"
    table = counts.rename_axis(None).rename_axis(None, axis=1).reset_index(drop=True)
    table.insert(0, first, pd.Series(counts.index.to_numpy(dtype=object), dtype="str"))
    return table
