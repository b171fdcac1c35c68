"""What moved net revenue retention from one window to the next: members who left, who pay less, who pay more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.intervals import percentile_interval
from axlib.numbers.resampling import resample_sums
from axlib.verbs.cohort import Cohort
from axlib.verbs.evidence import check_words
from axlib.words.display import format_day, format_points, format_share, join_words
from axlib.words.results import Result, Unavailable

#: Measure -> (numerator, sign in NRR; 0 where it is no part of it).
_PARTS = {
    "nrr": ("closing", 0), "grr": ("kept", 0), "logo_churn": ("gone", 0),
    "revenue_churn": ("churned", -1), "contraction": ("contracted", -1), "expansion": ("expanded", 1),
}  # fmt: skip
_WORDS = {
    "revenue_churn": "members who left",
    "contraction": "members who pay less",
    "expansion": "members who pay more",
}
#: Changes of less than half a tenth of a point are shown as none.
_NOTHING = 0.0005


@dataclass(frozen=True, eq=False, repr=False)
class RetentionChange(Result):
    """Two closed cohorts, one window after the other.

    Attributes
    ----------
    table : DataFrame, one row per measure
        ``measure`` (nrr, grr, logo_churn, revenue_churn, contraction, expansion), ``earlier``, ``later``, ``change``
        with ``change_low`` and ``change_high``, and ``part_of_nrr``: what the measure's change adds to the change
        of NRR (missing for those that are no part of it). Shares are 0-1.
    n_earlier, n_later : int
        Members of the cohorts.
    opened_on, turned_on, closed_on : date
        First day of the earlier window, its last (the first of the later), and the last of the later.
    """

    table: pd.DataFrame
    n_earlier: int
    n_later: int
    opened_on: date
    turned_on: date
    closed_on: date

    title: ClassVar[str] = "Retention of this window beside the one before"

    def of(self, measure: str) -> pd.Series:
        """The row of one measure."""
        return self.table[self.table["measure"] == measure].iloc[0]

    def summary(self) -> pd.DataFrame:
        """Return one row per measure, as text in percent and points."""
        names = {"nrr": "NRR", "grr": "GRR", "logo_churn": "Logo churn", "revenue_churn": "Revenue churn"}
        names |= {"contraction": "Contraction", "expansion": "Expansion"}
        rows = [
            (
                names[str(row["measure"])],
                format_share(row["earlier"]),
                format_share(row["later"]),
                f"{format_points(row['change'])} [{format_points(row['change_low'])}, "
                f"{format_points(row['change_high'])}]",
                "–" if pd.isna(row["part_of_nrr"]) else format_points(row["part_of_nrr"]),
            )
            for row in self.table.to_dict("records")
        ]
        columns = ["measure", "earlier", "later", "change_in_points", "part_of_the_change"]
        return pd.DataFrame(rows, columns=columns).astype("str")

    @property
    def text(self) -> str:
        """What the change in NRR is made of; never NRR without GRR."""
        nrr, grr = self.of("nrr"), self.of("grr")
        parts = self.table[self.table["part_of_nrr"].notna()].set_index("measure")["part_of_nrr"]
        sentences = [
            f"From the window that closed on {format_day(self.turned_on)} to the one that closed on "
            f"{format_day(self.closed_on)}, NRR {_went(nrr)} and GRR {_went(grr)}.",
            f"Of the {format_points(nrr['change'])} points of NRR, "
            + join_words([f"{format_points(value)} come from {_WORDS[str(name)]}" for name, value in parts.items()])
            + ".",
        ]
        kept = abs(float(grr["change"])) < _NOTHING and abs(float(parts["revenue_churn"])) < _NOTHING
        if kept and abs(float(nrr["change"])) >= _NOTHING:
            sentences.append("All of it is what stayers pay; none of it is members kept.")
        elif float(nrr["change"]) >= _NOTHING and float(grr["change"]) < -_NOTHING:
            sentences.append("Without growth the cohort kept less than the one before.")
        low, high = float(nrr["change_low"]), float(nrr["change_high"])
        if low <= 0 <= high:
            sentences.append("The change in NRR is within what chance among members would give.")
        return check_words("0", " ".join(sentences))


def _went(row: pd.Series) -> str:
    before, after = (format_share(float(row[name])) for name in ("earlier", "later"))
    return f"stayed at {after}" if before == after else f"went from {before} to {after}"


def compare_windows(
    earlier: Cohort | Unavailable, later: Cohort | Unavailable, *, rng: np.random.Generator, n_resamples: int = 2000
) -> RetentionChange | Unavailable:
    """Say what the change of NRR between two closed cohorts is made of.

    Parameters
    ----------
    earlier, later : Cohort
        From terms; the earlier closes when the later opens.
    rng : Generator
    n_resamples : int
        Resamples of members behind the intervals; a member of both cohorts is resampled once for both.

    Returns
    -------
    RetentionChange or Unavailable

    Notes
    -----
    NRR = 1 - churned - contracted + expanded in each window, so the change of NRR is the sum of the changes of its
    parts. The cohorts are two: who joined in the earlier window is in the later alone.
    """
    for cohort in (earlier, later):
        if isinstance(cohort, Unavailable):
            return Unavailable("Change since the window before", cohort.why, cohort.ask)
        if cohort.source != "terms" or cohort.opened_on is None or not cohort.table["opening"].sum() > 0:
            why = "it needs terms with amounts in both windows."
            return Unavailable("Change since the window before", why, "invoices of the last three years")
    assert isinstance(earlier, Cohort) and isinstance(later, Cohort)
    assert earlier.opened_on is not None and later.opened_on is not None
    ids = pd.Index(sorted({*earlier.table["member_id"], *later.table["member_id"]}))
    columns = [_columns(cohort).reindex(ids).fillna(0.0).to_numpy() for cohort in (earlier, later)]
    values = np.hstack(columns)
    draws = resample_sums(values, np.zeros(len(ids), dtype=np.intp), n_groups=1, n_resamples=n_resamples, rng=rng)
    rows = []
    for measure, (top, sign) in _PARTS.items():
        ratio = partial(_ratio, top, "one" if measure == "logo_churn" else "opening")
        before, after = (float(ratio(values.sum(axis=0), side)) for side in (0, 1))
        low, high = percentile_interval(lambda sums, ratio=ratio: ratio(sums, 1) - ratio(sums, 0), draws)  # type: ignore[misc]
        part = sign * (after - before) if sign else np.nan
        rows.append((measure, before, after, after - before, float(low[0]), float(high[0]), part))
    names = ["measure", "earlier", "later", "change", "change_low", "change_high", "part_of_nrr"]
    table = pd.DataFrame(rows, columns=names).astype({"measure": "str"})
    return RetentionChange(
        table, len(earlier.table), len(later.table), earlier.opened_on, earlier.closed_on, later.closed_on
    )


_COLUMNS = ("one", "opening", "closing", "kept", "gone", "churned", "contracted", "expanded")


def _columns(cohort: Cohort) -> pd.DataFrame:
    table = cohort.table.set_index("member_id")
    opening, closing, gone = table["opening"], table["closing"], table["gone"]
    return pd.DataFrame(
        {
            "one": 1.0,
            "opening": opening,
            "closing": closing,
            "kept": np.minimum(opening, closing),
            "gone": gone.astype(float),
            "churned": opening.where(gone, 0.0),
            "contracted": (opening - closing).clip(lower=0).where(~gone, 0.0),
            "expanded": (closing - opening).clip(lower=0).where(~gone, 0.0),
        }
    )[list(_COLUMNS)]


def _ratio(top: str, bottom: str, sums: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    offset = side * len(_COLUMNS)
    result: NDArray[np.float64] = sums[..., offset + _COLUMNS.index(top)] / sums[..., offset + _COLUMNS.index(bottom)]
    return result
