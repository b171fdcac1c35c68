"""Tables of tiers and segments: small ones blanked, with as many more as protect them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from axlib.numbers.retention import AMOUNTS, BASES, RATIOS
from axlib.reports.hiding.small_cells import blank, protect_cells, small_groups
from axlib.verbs.comparison import Comparison
from axlib.verbs.retention import Retention
from axlib.verbs.service_gap import GAPS

#: Of fewer members than this, a share in whole percents tells the number.
FEW_FOR_PERCENTS = 200

_WHAT_FEW_PAID = ("churned_revenue", "contracted_revenue", "expanded_revenue")


def hide_retention(result: Retention, least: int) -> Retention:
    """Blank small groups, and shares of few members; the bridge goes where all members are few."""
    table = result.table
    for name, base in BASES.items():
        table = blank(table, table[base] < least, [f"{name}{bound}" for bound in ("", "_low", "_high")])
    # What a group's few leavers paid, and of how many members a share is, gives single members away.
    table = blank(table, table["grouping"] != "all", [*BASES.values(), *_WHAT_FEW_PAID])
    rows = table["n"] < least
    for grouping in set(table["grouping"]) - {"all"}:
        here = table["grouping"] == grouping
        small = small_groups(dict(zip(table.loc[here, "group"], table.loc[here, "n"], strict=True)), least=least)
        rows |= here & table["group"].isin(small)
    hidden = blank(table, rows, ["n", *AMOUNTS, *BASES.values(), *_measures()])
    return dataclasses.replace(result, table=hidden, bridge=result.bridge.iloc[:0] if rows.iloc[0] else result.bridge)


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
    shown = (result.dues["n"] >= least) & ~result.dues["segment"].isin(segments)
    return dataclasses.replace(result, crossover=crossover, dues=result.dues[shown].reset_index(drop=True))


def hide_gap(table: pd.DataFrame, least: int) -> pd.DataFrame:
    """Blank small counts and their shares."""
    counts = table[list(GAPS)].to_numpy(dtype=float)
    small = table["group"].isin(small_groups(dict(zip(table["group"], table["n"], strict=True)), least=least))
    # Shares of all members are told in whole percents, which give counts back where members are few.
    totals_are_told = bool(counts.sum() < FEW_FOR_PERCENTS)
    hide = ((counts > 0) & (counts < least)) | small.to_numpy()[:, None]
    hide = protect_cells(hide, counts, least, column_totals_are_shown=totals_are_told)
    columns = {
        column: table[column].astype(float).mask(hide[:, place])
        for place, name in enumerate(GAPS)
        for column in (name, f"{name}_share")
    }
    return blank(table.assign(**columns), small, ["n", "required_hours", "delivered_hours"])
