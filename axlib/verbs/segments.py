"""Three ways to put members into segments, with one result: by dues, by rules, by a column.

The fourth, by classes of the Appropriate Experience, is ``classes.segment_by_ax``. What follows never knows
which way was taken.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from axlib.numbers.rules import apply_rule, parse_rule
from axlib.tables.coverage_segments import UNDETERMINED, CoverageSegment
from axlib.words.display import count_words, format_money, format_number, format_share, join_words
from axlib.words.errors import ConfigurationError, DataError, suggest
from axlib.words.results import Result

#: Tier of members whose dues nobody knows.
NO_DUES = "dues unknown"


@dataclass(frozen=True, eq=False, repr=False)
class Segmentation(Result):
    """Which segment each member belongs to, why, and how sure that is.

    Attributes
    ----------
    table : DataFrame, one row per member
        ``member_id``, ``segment``, ``confidence`` (0-1; 1 where nothing is uncertain), ``reason``.
    segments : tuple of str
        All segments in their order, also those without members.
    method : str
        dues, rules, classes or column.
    classes : DataFrame
        Of the method ``classes``: what each class was named after; empty otherwise. ``class`` (1 is the largest),
        ``segment``, ``share``, ``nearest`` archetype and its ``distance`` (0-1).
    profile : DataFrame
        Of the method ``classes``: each attribute of each class; empty otherwise. ``class`` (0 is the largest),
        ``attribute``, ``kind``, ``level``, ``value`` and ``overall``, as ``class_profile`` gives them.
    trade_off : DataFrame
        Of the method ``classes``: the numbers of classes tried, and what spoke for each; empty otherwise. ``k``,
        ``covariance``, ``log_likelihood``, ``n_parameters``, ``bic``, ``smallest_class`` (members), ``useful`` (it is
        large enough), ``converged``, ``chosen``, ``bic_diagonal`` and ``bic_full``.
    model : str
        Of the method ``classes``: the fitted model as JSON, to score members with later; empty otherwise.
    """

    table: pd.DataFrame
    segments: tuple[str, ...]
    method: Literal["dues", "rules", "classes", "column"]
    classes: pd.DataFrame
    profile: pd.DataFrame
    trade_off: pd.DataFrame
    model: str

    title: ClassVar[str] = "Members by segment"
    plots: ClassVar[tuple[str, ...]] = ("plot_segments",)

    @property
    def sizes(self) -> dict[str, int]:
        """Number of members in each segment, in order."""
        counts = self.table["segment"].value_counts()
        return {segment: int(counts.get(segment, 0)) for segment in self.segments}

    @property
    def undetermined(self) -> int:
        """Number of members of whom too little is known."""
        return int((self.table["segment"] == UNDETERMINED).sum())

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the assignment; fixed before outcomes are read."""
        rows = self.table[["member_id", "segment"]].sort_values("member_id").astype("str")
        return hashlib.sha256("\n".join(rows["member_id"] + "\t" + rows["segment"]).encode("utf-8")).hexdigest()

    def summary(self) -> pd.DataFrame:
        """Return one row per segment: members, their share, and how sure the assignment is."""
        groups = self.table.groupby("segment")["confidence"].agg(["size", "mean"])
        order = [*self.segments, *([UNDETERMINED] if self.undetermined else [])]
        groups = groups.reindex(order)
        members = groups["size"].fillna(0).astype(int)
        summary = pd.DataFrame(
            {
                "segment": order,
                "members": members.to_numpy(),
                "share": (members / max(len(self.table), 1)).to_numpy(),
            }
        )
        uncertain = bool((self.table["confidence"] < 1).any())
        return summary.assign(confidence=groups["mean"].to_numpy()) if uncertain else summary

    @property
    def text(self) -> str:
        """The segments by size, in sentences."""
        n = len(self.table)
        if n == 0:
            return "No members to segment."
        by_size = sorted(self.sizes.items(), key=lambda item: -item[1])
        parts = [f"{name} {format_share(size / n, 0)}" for name, size in by_size if size]
        verb = "is" if self.undetermined == 1 else "are"
        unknown = f" {count_words(self.undetermined, 'member')} {verb} undetermined." if self.undetermined else ""
        return f"{count_words(n, 'member')}: {join_words(parts)}.{unknown}" if parts else unknown.strip()


def make_segmentation(
    member_id: pd.Series,
    segment: Sequence[str] | np.ndarray,
    *,
    segments: Sequence[str],
    method: Literal["dues", "rules", "classes", "column"],
    confidence: np.ndarray | float = 1.0,
    reason: Sequence[str] | np.ndarray | str = "",
    classes: pd.DataFrame | None = None,
    profile: pd.DataFrame | None = None,
    trade_off: pd.DataFrame | None = None,
    model: str = "",
) -> Segmentation:
    """Assemble a segmentation from its columns."""
    table = pd.DataFrame(
        {
            "member_id": member_id.to_numpy(),
            "segment": pd.array(np.asarray(segment, dtype=object), dtype="str"),
            "confidence": confidence,
            "reason": pd.array(
                [reason] * len(member_id) if isinstance(reason, str) else np.asarray(reason, dtype=object),
                dtype="str",
            ),
        }
    )
    empty = pd.DataFrame()
    return Segmentation(
        table,
        tuple(segments),
        method,
        empty if classes is None else classes,
        empty if profile is None else profile,
        empty if trade_off is None else trade_off,
        model,
    )


def segment_by_dues(
    members: pd.DataFrame,
    *,
    by: Literal["bands", "quantiles", "column"],
    edges: Sequence[float] = (),
    n: int = 3,
    column: str | None = None,
    names: Sequence[str] = (),
    currency: str = "",
) -> Segmentation:
    """Put members into revenue tiers: what associations do today.

    Parameters
    ----------
    members : DataFrame
        ``member_id`` and ``annual_dues`` (money a year), or the tier's own column.
    by : {'bands', 'quantiles', 'column'}
        Bands with given edges, ``n`` tiers of equal size, or a column of the export.
    edges : sequence of float
        Rising; a tier begins at its edge.
    n : int
        Number of tiers by quantiles; ties in dues may leave fewer.
    column : str, optional
        Column that names the tier.
    names : sequence of str, optional
        Names of the tiers from the lowest dues up.
    currency : str
        ISO code for the names of bands.

    Returns
    -------
    Segmentation
        Tiers from the lowest dues up; members without dues are in ``dues unknown``.

    Raises
    ------
    ConfigurationError
        The column is not there.
    DataError
        Nobody's dues are known.

    Examples
    --------
    >>> members = pd.DataFrame({"member_id": ["a", "b", "c"], "annual_dues": [100.0, 500.0, 9000.0]})
    >>> segment_by_dues(members, by="bands", edges=[500]).sizes
    {'under 500': 1, '500 and more': 2}
    """
    if by == "column":
        return segment_by_column(members, column=column or "")
    if "annual_dues" not in members.columns or members["annual_dues"].notna().sum() == 0:
        raise DataError("segment_by_dues: no member has annual_dues. Map the column of dues, or give tiers by column.")
    dues = members["annual_dues"]
    cuts = list(edges) if by == "bands" else sorted(set(dues.quantile(np.arange(1, n) / n, interpolation="higher")))
    cuts = [cut for cut in cuts if by == "bands" or cut > dues.min()]
    tiers = list(names) if len(names) == len(cuts) + 1 else _band_names(cuts, currency)
    codes = np.searchsorted(cuts, dues.to_numpy(dtype=float), side="right")
    labels = np.where(dues.isna(), NO_DUES, np.asarray(tiers, dtype=object)[codes])
    present = [*tiers, NO_DUES] if dues.isna().any() else tiers
    return make_segmentation(members["member_id"], labels, segments=present, method="dues", reason="annual dues")


def _band_names(cuts: Sequence[float], currency: str) -> list[str]:
    if not cuts:
        return ["all dues"]
    money = [format_money(cut, currency) for cut in cuts]
    if len(set(money)) < len(money):
        # Edges nearer to each other than a unit would give two tiers one name.
        decimals = [len(repr(float(cut)).rstrip("0").partition(".")[2]) for cut in cuts]
        money = [f"{currency} {format_number(*one)}".strip() for one in zip(cuts, decimals, strict=True)]
    middle = [f"{low} to under {high}" for low, high in pairwise(money)]
    return [f"under {money[0]}", *middle, f"{money[-1]} and more"]


def segment_by_column(members: pd.DataFrame, *, column: str) -> Segmentation:
    """Put members into the segments that a column of the export names; empty cells are undetermined.

    Raises
    ------
    ConfigurationError
        The column is not there.
    """
    if column not in members.columns:
        raise ConfigurationError(
            f"segment_by_column: members have no column '{column}'. {suggest(column, map(str, members.columns))}"
        )
    values = members[column].astype("str")
    labels = values.where(values.notna(), UNDETERMINED).to_numpy()
    segments = sorted(set(labels) - {UNDETERMINED})
    return make_segmentation(
        members["member_id"], labels, segments=segments, method="column", reason=f"column {column}"
    )


def segment_by_rules(attributes: pd.DataFrame, *, segments: Sequence[CoverageSegment]) -> Segmentation:
    """Assign members by the rules of ``segments.yml``, with the rule that decided as the reason.

    A segment's rules are alternatives. The Task Force is tried first, then the others in file order. A member
    is undetermined if a missing answer stands before its first rule that holds, or if none holds.

    Parameters
    ----------
    attributes : DataFrame, index ``member_id``
        One column per attribute.
    segments : sequence of CoverageSegment

    Raises
    ------
    ConfigurationError
        No segment has rules, a rule asks for an unknown attribute, or is no rule. All problems at once.
    """
    tried = sorted(segments, key=lambda segment: not segment.task_force)
    if not any(segment.rules for segment in tried):
        raise ConfigurationError("segment_by_rules: no segment has rules. Add rules to segments.yml.")
    n = len(attributes)
    labels = np.full(n, UNDETERMINED, dtype=object)
    reasons = np.full(n, "no rule holds", dtype=object)
    open_ = np.ones(n, dtype=bool)
    problems: list[str] = []
    for segment in tried:
        holds, unknown, reason = (
            np.zeros(n, dtype=bool),
            np.zeros(n, dtype=bool),
            np.full(n, "", dtype=object),
        )
        asked: set[str] = set()
        for text in segment.rules:
            try:
                rule = parse_rule(text)
                verdict = apply_rule(rule, attributes)
            except ConfigurationError as error:
                problems += [f"segments.yml, {segment.name}: {problem}" for problem in error.problems]
                continue
            reason[verdict.holds & ~holds] = text
            holds |= verdict.holds
            unknown |= ~verdict.holds & ~verdict.fails
            asked |= set(rule.attributes)
        labels[open_ & holds] = segment.name
        reasons[open_ & holds] = reason[open_ & holds]
        blocked = open_ & unknown & ~holds
        reasons[blocked] = f"unknown: {', '.join(sorted(asked))}, which the rules of {segment.name} ask for"
        open_ &= ~(holds | blocked)
    if problems:
        raise ConfigurationError(*dict.fromkeys(problems))
    names = [segment.name for segment in segments]
    return make_segmentation(pd.Series(attributes.index), labels, segments=names, method="rules", reason=reasons)
