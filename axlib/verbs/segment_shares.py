"""What the members who answered tell about all: shares of segments and required hours, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from axlib.numbers.survey_weights import share_interval, weigh_means
from axlib.tables.coverage_segments import UNDETERMINED, CoverageSegment
from axlib.verbs.answer_weights import ASK, AnswerWeights
from axlib.verbs.coverage import hours_by_member
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_number, format_share, format_value, join_words
from axlib.words.results import Result, Unavailable

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
#: A segment's share that is not known within this many points is not worth printing.
WIDEST = 0.2


@dataclass(frozen=True, eq=False, repr=False)
class SegmentShares(Result):
    """Estimated shares of segments among all members, and the hours they call for.

    Attributes
    ----------
    table : DataFrame, one row per segment
        ``segment``; ``answered`` (members of it who answered); ``share`` of all members with ``_low`` and ``_high``;
        ``share_if_unlike_low`` and ``share_if_unlike_high``: the same where members who did not answer may
        differ by ``unlike``; ``members`` with ``_low`` and ``_high``; ``required_hours`` with ``_low`` and ``_high``
        (NaN where the segment has no hours).
    load : DataFrame, one row
        ``required_hours`` of all members with ``_low`` and ``_high``, and ``hours_per_member``. Members of
        segments without hours, such as undetermined ones, count with the mean of the others.
    members, answered : int
    unlike : float
        By how much the share among members who did not answer may differ from that of members like them who did.
    level : float
        Of each interval by itself.
    """

    table: pd.DataFrame
    load: pd.DataFrame
    members: int
    answered: int
    unlike: float
    level: float

    title: ClassVar[str] = "Segments of all members, estimated from those who answered"
    plots: ClassVar[tuple[str, ...]] = ("plot_segment_shares",)

    def summary(self) -> pd.DataFrame:
        """Return one row per segment."""
        columns = ["segment", "answered", "share", "share_low", "share_high", "members", "members_low", "members_high"]
        return self.table[[*columns, "required_hours", "required_hours_low", "required_hours_high"]]

    @property
    def text(self) -> str:
        """The estimates with their intervals, and what they rest on."""
        silent = 1 - self.answered / self.members
        shares = [
            f"{row['segment']} {format_share(row['share'], 0)}"
            + (f" [{format_share(row['share_low'], 0)}, {format_share(row['share_high'], 0)}]" if silent else "")
            for row in self.table.to_dict("records")
        ]
        judged = f"judged by the {format_number(self.answered)} who answered" if silent else "all of whom answered"
        parts = [f"Of {count_words(self.members, 'member')}, {judged}: {join_words(shares)}."]
        row = self.load.iloc[0]
        if np.isfinite(row["required_hours"]):
            low, high = (format_value(float(row[f"required_hours_{side}"]), "hours") for side in ("low", "high"))
            hours = format_value(float(row["required_hours"]), "hours")
            parts.append(f"They call for {hours}{f' [{low}, {high}]' if silent else ''} hours a year.")
        if silent > 0:
            widest = float((self.table["share_high"] - self.table["share_low"]).max()) / 2
            unlike = self.table["share_if_unlike_high"] - self.table["share_if_unlike_low"]
            parts.append(
                f"{format_share(silent, 0)} of members have not answered: the intervals (up to "
                f"±{format_number(100 * widest)} points) hold if they are like those of their group who did. Were they "
                f"{format_number(100 * self.unlike)} points "
                f"different, it would be up to ±{format_number(100 * float(unlike.max()) / 2)}."
            )
        return " ".join(parts)


def estimate_segment_shares(
    segments: Segmentation,
    *,
    weights: AnswerWeights | Unavailable,
    coverage: Sequence[CoverageSegment],
    stages: pd.Series | None = None,
    unlike: float = 0.1,
    level: float = 0.95,
) -> SegmentShares | Unavailable:
    """Estimate shares of segments among all members, and the hours they call for, from those who answered.

    Parameters
    ----------
    segments : Segmentation
        Of at least the members who answered; what it says of others is not used.
    weights : AnswerWeights or Unavailable
    coverage : sequence of CoverageSegment
        Hours per segment.
    stages : Series, index ``member_id``, optional
        Lifecycle stage, where hours differ by it.
    unlike : float
        For the second, wider pair of bounds.
    level : float

    Returns
    -------
    SegmentShares or Unavailable
        Unavailable without weights, where members who answered are in no segment, or where a share would not be known
        within 20 points.

    Notes
    -----
    Shares are weighted; variances are those of the calibration estimator with finite population correction; intervals
    are Wilson's on the effective number of answers. Each holds by itself, not all at once.
    """
    if isinstance(weights, Unavailable):
        return Unavailable("Segments of all members", weights.why, weights.ask)
    rows = weights.table.merge(segments.table[["member_id", "segment"]], on="member_id", how="left", sort=False)
    missing = int(rows["segment"].isna().sum())
    if missing:
        why = f"{count_words(missing, 'member')} who answered {'is' if missing == 1 else 'are'} in no segmentation."
        return Unavailable("Segments of all members", why)
    names = _list_segments(segments, rows["segment"], coverage)
    belongs = (rows["segment"].to_numpy(dtype=object)[:, None] == np.array(names, dtype=object)).astype(float)
    groups = [pd.factorize(rows[column])[0] for column in weights.columns]
    weight = rows["weight"].to_numpy()
    found = weigh_means(belongs, weight, groups)
    silent = 1.0 - weights.answered / weights.members
    most = weights.effective / silent if silent > 0 else float("inf")
    shares = np.clip(found.means, 0.0, 1.0)
    bounds = np.array(
        [
            share_interval(share, variance, most=most, freedom=found.freedom, level=level)
            for share, variance in zip(shares.tolist(), found.variances.tolist(), strict=True)
        ]
    )
    widest = float((bounds[:, 1] - bounds[:, 0]).max()) / 2
    if widest > WIDEST:
        why = f"{weights.answered} answers leave a share uncertain by ±{format_number(100 * widest)} points."
        return Unavailable("Segments of all members", why, ASK)
    hours = hours_by_member(segments, coverage=coverage, stages=stages).set_index("member_id")["required_hours"]
    own_hours = hours.reindex(rows["member_id"]).to_numpy()
    table = pd.DataFrame({"segment": names, "answered": belongs.sum(axis=0).astype(int)}).astype({"segment": "str"})
    scales = {
        "share": np.ones(len(names)),
        "members": np.full(len(names), float(weights.members)),
        "required_hours": weights.members * _hours_of_segments(names, belongs, weight, own_hours, coverage),
    }
    for column, scale in scales.items():
        table[column] = shares * scale
        table[f"{column}_low"], table[f"{column}_high"] = bounds[:, 0] * scale, bounds[:, 1] * scale
    table["share_if_unlike_low"] = np.clip(bounds[:, 0] - silent * unlike, 0.0, 1.0)
    table["share_if_unlike_high"] = np.clip(bounds[:, 1] + silent * unlike, 0.0, 1.0)
    load = _estimate_load(own_hours, weight, groups, weights.members, level)
    return SegmentShares(table, load, weights.members, weights.answered, unlike, level)


def _list_segments(segments: Segmentation, present: pd.Series, coverage: Sequence[CoverageSegment]) -> list[str]:
    """Every segment there is hours for or an answer of, in the order of the segmentation."""
    wanted = {*present.unique().tolist(), *(segment.name for segment in coverage)}
    order = dict.fromkeys([*segments.segments, *(segment.name for segment in coverage), *sorted(wanted)])
    return sorted((name for name in order if name in wanted), key=lambda name: name == UNDETERMINED)


def _hours_of_segments(
    names: list[str], belongs: Floats, weight: Floats, hours: Floats, coverage: Sequence[CoverageSegment]
) -> Floats:
    """Mean hours of a member of each segment; of one that nobody who answered is in, those of its steady stage."""
    known = np.isfinite(hours)
    sums, counts = belongs.T @ (weight * np.where(known, hours, 0.0)), belongs.T @ (weight * known)
    steady = {segment.name: segment.steady_hours for segment in coverage}
    otherwise = np.array([steady.get(name, np.nan) for name in names])
    return np.where(counts > 0, sums / np.where(counts > 0, counts, 1.0), otherwise)


def _estimate_load(hours: Floats, weight: Floats, groups: Sequence[Codes], members: int, level: float) -> pd.DataFrame:
    """Hours of all members, as the mean of those whose hours are known (a ratio, linearised)."""
    known = np.isfinite(hours)
    columns = ["required_hours", "required_hours_low", "required_hours_high", "hours_per_member"]
    if not known.any():
        return pd.DataFrame([[np.nan] * len(columns)], columns=columns)
    share_known = float(weight @ known / weight.sum())
    mean = float(weight[known] @ hours[known] / weight[known].sum())
    found = weigh_means((np.where(known, hours - mean, 0.0) / share_known)[:, None], weight, groups)
    half = float(stdtrit(found.freedom, (1 + level) / 2)) * float(np.sqrt(found.variances[0]))
    total = [mean * members, max(mean - half, 0.0) * members, (mean + half) * members, mean]
    return pd.DataFrame([total], columns=columns)
