"""Tables of tiers and segments: small ones blanked, with as many more as protect them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from axlib.numbers.retention import AMOUNTS, BASES, RATIOS
from axlib.reports.hiding.small_cells import blank, protect_cells, small_groups
from axlib.verbs.comparison import Comparison
from axlib.verbs.gap_churn import GapChurn
from axlib.verbs.retention import Retention
from axlib.verbs.retention_rules import RetentionRules
from axlib.verbs.retention_years import RetentionYears
from axlib.verbs.service_gap import GAPS
from axlib.verbs.survival import Survival
from axlib.verbs.survival_groups import MEASURED
from axlib.words.display import join_words

#: Of fewer members than this, a share in whole percents tells the number.
FEW_FOR_PERCENTS = 200

_WHAT_FEW_PAID = ("churned_revenue", "contracted_revenue", "expanded_revenue")


def hide_retention(result: Retention, least: int) -> Retention:
    """Blank small groups, and shares of few members; the bridge goes where all members are few."""
    table = _hide_measures(result.table, least, ["grouping"])
    few = pd.isna(table["n"].iloc[0])
    return dataclasses.replace(result, table=table, bridge=result.bridge.iloc[:0] if few else result.bridge)


def hide_years(result: RetentionYears, least: int) -> RetentionYears:
    """Blank small groups of each window, and shares of few members."""
    return dataclasses.replace(result, table=_hide_measures(result.table, least, ["closed_on", "grouping"]))


def hide_rules(result: RetentionRules, least: int) -> RetentionRules:
    """Blank settings under which the cohort is small; shares of those who lapsed go, for they are few."""
    table = blank(result.table, result.table["n"] < least, ["n", *RATIOS])
    return dataclasses.replace(result, table=table.assign(rejoin_rate=np.nan))


def hide_survival(result: Survival, least: int) -> Survival:
    """Blank small groups, and the counts that give single members away; cut curves where few are followed."""
    table = result.table
    small = pd.Series(False, index=table.index)
    for grouping in dict.fromkeys(table["grouping"]):
        here = table["grouping"] == grouping
        sizes = dict(zip(table.loc[here, "group"], table.loc[here, "n"], strict=True))
        small |= here & table["group"].isin(small_groups(sizes, least=least))
    hidden = {(row["grouping"], row["group"]) for row in table[small].to_dict("records")}
    measures = [f"{name}{bound}" for name in MEASURED for bound in ("", "_low", "_high")]
    table = blank(table, small, ["n", "ended", "closed", *measures])
    # Who ended, and why, is told of all members together alone, and only where they are many.
    table = blank(table, (table["grouping"] != "all") | (table["ended"] < least), ["ended", "closed"])
    table = blank(table, table["closed"] < least, ["closed"])
    curves = _cut_where_few(result.curves, least)
    told = {name: why for name, why in result.withheld.items() if name not in {group for _, group in hidden}}
    return dataclasses.replace(
        result,
        table=table,
        curves=_leave_out(curves, hidden).assign(at_risk=np.nan),
        projection=_leave_out(result.projection, hidden),
        withheld=told,
        observed="" if pd.isna(table["ended"].iloc[0]) else result.observed,
    )


def _cut_where_few(curves: pd.DataFrame, least: int) -> pd.DataFrame:
    """End each curve before it falls by what few did; months in which nobody ended say nothing of anybody."""
    groups = [curves["grouping"], curves["group"]]
    falls = curves["survival"].groupby(groups, sort=False).diff() < 0
    told = falls & (curves["at_risk"] < least)
    return curves[(told.groupby(groups, sort=False).cumsum() == 0).to_numpy()]


def _leave_out(table: pd.DataFrame, hidden: set[tuple[str, str]]) -> pd.DataFrame:
    keep = [pair not in hidden for pair in zip(table["grouping"], table["group"], strict=True)]
    return table[np.array(keep, dtype=bool)].reset_index(drop=True)


def _hide_measures(table: pd.DataFrame, least: int, apart: list[str]) -> pd.DataFrame:
    """Blank small groups; those that share the values of some columns add up to a known total."""
    for name, base in BASES.items():
        table = blank(table, table[base] < least, [f"{name}{bound}" for bound in ("", "_low", "_high")])
    # What a group's few leavers paid, and of how many members a share is, gives single members away.
    table = blank(table, table["grouping"] != "all", [*BASES.values(), *_WHAT_FEW_PAID])
    rows = table["n"] < least
    for _, part in table.groupby(apart, sort=False):
        small = small_groups(dict(zip(part["group"], part["n"], strict=True)), least=least)
        rows |= table.index.isin(part.index[part["group"].isin(small)])
    return blank(table, rows, ["n", *AMOUNTS, *BASES.values(), *_measures()])


def _measures() -> list[str]:
    return [f"{name}{bound}" for name in RATIOS for bound in ("", "_low", "_high")]


def hide_comparison(result: Comparison, least: int) -> Comparison:
    """Blank small cells, cells of small groups, and those that would give them away."""
    counts = result.counts
    cells = counts.to_numpy(dtype=float)
    tiers = small_groups({str(name): int(n) for name, n in counts.sum(axis=1).items()}, least=least)
    segments = small_groups({str(name): int(n) for name, n in counts.sum().items()}, least=least)
    # Of a group whose size is hidden nothing is shown.
    hide = (cells > 0) & (cells < least)
    hide |= counts.index.isin(tiers)[:, None] | counts.columns.isin(segments)[None, :]
    hide = protect_cells(hide, cells, least, column_totals_are_shown=True)
    crossover = pd.DataFrame(
        {
            "tier": pd.Series([*counts.index] * counts.shape[1], dtype="str"),
            "segment": pd.Series(np.repeat(counts.columns.to_numpy(dtype=object), len(counts)), dtype="str"),
            "members": np.where(hide, np.nan, cells).ravel("F"),
        }
    )
    # What is hidden of a tier, together, is its total less what is shown: readers know it anyway.
    rest = np.where(hide, cells, 0.0).sum(axis=1)
    has_rest = hide.any(axis=1) & (rest > 0) & ~counts.index.isin(tiers)
    merged = [str(name) for name in counts.columns[hide[has_rest].any(axis=0)]]
    is_whole = bool((hide[has_rest][:, hide[has_rest].any(axis=0)]).all())
    together = pd.DataFrame(
        {
            "tier": counts.index.to_numpy(dtype=object)[has_rest],
            "segment": join_words(merged) if is_whole and len(merged) < 4 else "segments of few",
            "members": rest[has_rest],
        }
    )
    shown = (result.dues["n"] >= least) & ~result.dues["segment"].isin(segments)
    # The share of a tier's largest segment times its members is a count; of tiers with hidden cells it goes.
    hidden_tiers = counts.index.to_numpy(dtype=object)[np.asarray(hide).any(axis=1)]
    some_hidden = result.needs["tier"].isin(list(hidden_tiers))
    needs = result.needs[(result.needs["n"] >= least) & ~result.needs["tier"].isin(tiers) & ~some_hidden]
    return dataclasses.replace(
        result,
        crossover=crossover,
        dues=result.dues[shown].reset_index(drop=True),
        needs=needs.reset_index(drop=True),
        rest=together.astype({"tier": "str", "segment": "str"}),
    )


def hide_gap_churn(result: GapChurn, least: int) -> GapChurn:
    """Blank churn of few members, and where few left or few stayed; round the rest, so that no total is told.

    Members are told to ten and shares to whole percents: with exact totals, cells hidden in the service gap of single
    tiers could be worked out. Churn segment by segment stays inside.
    """
    table = result.table
    stayed = table["n"] - table["gone"]
    small = (table["n"] > 0) & (table[["n", "gone"]].assign(stayed=stayed).min(axis=1) < least)
    # The total of all is known, so one that is hidden alone could be worked out.
    if small.sum() == 1:
        others = table.loc[~small & (table["n"] > 0), "n"]
        if len(others):
            small |= table.index == others.idxmin()
    shares = [f"{name}{end}" for name in ("logo_churn", "standardised_churn") for end in ("", "_low", "_high")]
    rounded = table.assign(**{name: table[name].round(2) for name in shares}, n=table["n"].astype(float).round(-1))
    hidden = blank(rounded, small, ["n", *shares]).assign(gone=np.nan)
    usable = float("nan") if small.any() else round(result.usable_share, 2)
    return dataclasses.replace(result, table=hidden, by_segment=result.by_segment.iloc[:0], usable_share=usable)


def hide_gap(table: pd.DataFrame, least: int) -> pd.DataFrame:
    """Blank small counts and their shares."""
    counts = table[list(GAPS)].to_numpy(dtype=float)
    small = table["group"].isin(small_groups(dict(zip(table["group"], table["n"], strict=True)), least=least))
    hide = ((counts > 0) & (counts < least)) | small.to_numpy()[:, None]
    # Shares of all members are told in whole percents, which give counts back where members are few.
    totals_are_told = bool(counts.sum() < FEW_FOR_PERCENTS)
    hide = protect_cells(hide, counts, least, column_totals_are_shown=totals_are_told)
    columns = {
        column: table[column].astype(float).mask(hide[:, place])
        for place, name in enumerate(GAPS)
        for column in (name, f"{name}_share")
    }
    return blank(table.assign(**columns), small, ["n", "required_hours", "delivered_hours"])
