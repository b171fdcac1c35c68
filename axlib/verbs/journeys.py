"""Journeys: the segment a member calls for in each lifecycle stage, and where along the lifecycle it changes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from axlib.tables.coverage_segments import UNDETERMINED
from axlib.tables.stage_attributes import NO_STAGE, StageAttributes
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_number, format_share
from axlib.words.errors import DataError
from axlib.words.results import Result, Unavailable
from axlib.words.vocabulary import LIFECYCLE_STAGES


@dataclass(frozen=True, eq=False, repr=False)
class Journeys(Result):
    """Segments of members by lifecycle stage.

    Attributes
    ----------
    current : Segmentation
        One row per member: the segment of the stage it is in.
    table : DataFrame, one row per member and stage
        ``member_id``, ``stage``, ``segment``, ``confidence``, ``reason``, ``current``, ``asked``.
    counts : DataFrame, one row per pair of stage and segment
        ``stage``, ``segment``, ``members``, ``share`` (of the stage's members): all pairs, also empty ones. Members
        who gave no answers for the stage they are in are not counted.
    changes : DataFrame, one row per pair of stages that follow each other in somebody's journey
        ``stage``, ``next_stage``, ``members``, ``changed`` and ``changed_share``.
    """

    current: Segmentation
    table: pd.DataFrame
    counts: pd.DataFrame
    changes: pd.DataFrame

    title: ClassVar[str] = "Segments by lifecycle stage"
    plots: ClassVar[tuple[str, ...]] = ("plot_journeys",)

    @property
    def by_member(self) -> pd.Series:
        """Each member's journey in words, such as ``onboarding Synchronous, steady Inbound``."""
        words = self.table["stage"].str.replace("_", " ") + " " + self.table["segment"]
        return words.groupby(self.table["member_id"], sort=False).agg(", ".join).astype("str")

    @property
    def changing(self) -> tuple[int, int]:
        """Members whose segment changes along their journey, and members with a segment in two stages or more."""
        placed = self.table[self.table["asked"] & (self.table["segment"] != UNDETERMINED)]
        groups = placed.groupby("member_id")["segment"].agg(["size", "nunique"])
        several = groups[groups["size"] > 1]
        return int((several["nunique"] > 1).sum()), len(several)

    def summary(self) -> pd.DataFrame:
        """Return one row per stage, one column per segment."""
        wide = self.counts.pivot_table(index="stage", columns="segment", values="members", sort=False, dropna=False)
        wide = wide.reindex(columns=list(dict.fromkeys(self.counts["segment"]))).rename_axis(None, axis=1)
        name = "stage" if "stage" not in wide.columns else "stage (row)"
        wide = wide.rename_axis(name).reset_index()
        return wide.astype({name: "str"})

    @property
    def text(self) -> str:
        """How many members change segment along the lifecycle, and where most do."""
        changing, several = self.changing
        if several == 0:
            return "No member has a segment in more than one lifecycle stage, so no change along it can be seen."
        verb = "calls" if changing == 1 else "call"
        sentence = (
            f"Of {count_words(several, 'member')} with a segment in two lifecycle stages or more, "
            f"{format_number(changing)} ({format_share(changing / several, 0)}) {verb} for another segment along the "
            "way."
        )
        most = self.changes.sort_values("changed", kind="stable").iloc[-1]
        if most["changed"]:
            first, second = (str(most[name]).replace("_", " ") for name in ("stage", "next_stage"))
            share = format_share(float(most["changed_share"]), 0)
            changed, there = (format_number(most[name]) for name in ("changed", "members"))
            sentence += f" Most between {first} and {second}: {changed} of {there} ({share})."
        return sentence


def follow_journeys(segmentation: Segmentation, *, stages: StageAttributes) -> Journeys | Unavailable:
    """Follow members' segments along the lifecycle.

    Parameters
    ----------
    segmentation : Segmentation
        Of the rows of ``stages.attributes``: by classes, rules, or a model fitted earlier.
    stages : StageAttributes

    Returns
    -------
    Journeys or Unavailable
        Unavailable where no answer carries a stage.

    Raises
    ------
    DataError
        The segmentation is not of these rows.

    Notes
    -----
    Stages are in the order of the lifecycle (onboarding, first year, steady, renewal, growth, at risk); a change is
    between two stages that follow each other in a member's own journey. A stage that no answer of the member carries
    is no part of it, and one in which the member is undetermined is passed over.
    """
    rows = stages.rows
    table = segmentation.table.set_index("member_id")
    if len(table) != len(rows) or not table.index.isin(rows.index).all():
        raise DataError(
            "follow_journeys: the segmentation is not of the rows of stages.attributes. Segment those, and give the "
            "result."
        )
    table = table.loc[rows.index]
    joined = pd.concat([rows[["member_id", "stage"]], table, rows[["current", "asked"]]], axis=1)
    joined = joined.reset_index(drop=True)[
        ["member_id", "stage", "segment", "confidence", "reason", "current", "asked"]
    ]
    if not stages.has_stages:
        why = "no answer carries a lifecycle stage, so every member has one segment."
        return Unavailable("Segments by lifecycle stage", why, "intake answers by lifecycle stage")
    own = joined[joined["current"]].reset_index(drop=True)
    now = own[["member_id", "segment", "confidence", "reason"]]
    current = dataclasses.replace(segmentation, table=now)
    return Journeys(current, joined, _count_stages(joined, segmentation.segments), _count_changes(joined))


def _count_stages(table: pd.DataFrame, segments: tuple[str, ...]) -> pd.DataFrame:
    asked = table[table["asked"]]
    names = [*segments, *([UNDETERMINED] if (asked["segment"] == UNDETERMINED).any() else [])]
    stages = [stage for stage in (*LIFECYCLE_STAGES, NO_STAGE) if (asked["stage"] == stage).any()]
    pairs = pd.MultiIndex.from_product([stages, names], names=["stage", "segment"])
    members = asked.groupby(["stage", "segment"]).size().reindex(pairs, fill_value=0)
    totals = members.groupby("stage").transform("sum")
    counts = pd.DataFrame({"members": members, "share": members / totals}).reset_index()
    return counts.astype({"stage": "str", "segment": "str"})


def _count_changes(table: pd.DataFrame) -> pd.DataFrame:
    own = table[table["asked"] & (table["segment"] != UNDETERMINED)]
    following = own.groupby("member_id", sort=False)[["stage", "segment"]].shift(-1)
    placed = own.assign(next_stage=following["stage"], next_segment=following["segment"]).dropna(subset="next_stage")
    changed = placed["segment"] != placed["next_segment"]
    counts = changed.groupby([placed["stage"], placed["next_stage"]]).agg(["size", "sum"]).reset_index()
    counts = counts.set_axis(["stage", "next_stage", "members", "changed"], axis=1)
    place = {name: number for number, name in enumerate([*LIFECYCLE_STAGES, NO_STAGE])}
    order = counts[["stage", "next_stage"]].apply(lambda column: column.map(place))
    counts = counts.loc[order.sort_values(["stage", "next_stage"]).index].reset_index(drop=True)
    counts = counts.astype({"stage": "str", "next_stage": "str", "members": "int64", "changed": "int64"})
    return counts.assign(changed_share=counts["changed"] / counts["members"])
