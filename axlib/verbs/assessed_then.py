"""Segments of a past day by today's model: from the values dated up to that day, for what evidence may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

import pandas as pd

from axlib.tables.attributes import Attributes, collect_attributes
from axlib.tables.cleaning import CleanTables
from axlib.tables.coverage_segments import CoverageSegment
from axlib.tables.settings.segmenting import AttributeSettings
from axlib.tables.stage_attributes import collect_stage_attributes
from axlib.tables.touch_attributes import DERIVED
from axlib.verbs.journeys import follow_journeys
from axlib.verbs.scoring import score_members
from axlib.verbs.segments import Segmentation, segment_by_rules
from axlib.words.errors import DataError
from axlib.words.results import Unavailable

ANALYSIS = "Segments of a past day"


def assess_on(
    segmentation: Segmentation,
    *,
    attributes: Attributes,
    clean: CleanTables,
    day: date,
    segments: Sequence[CoverageSegment] = (),
    undated: Literal["keep", "blank"] = "keep",
    by_stage: bool = False,
) -> Segmentation | Unavailable:
    """Place members as of a past day by the model, or the rules, that place them today.

    Parameters
    ----------
    segmentation : Segmentation
        By fitted classes or by rules; nothing is fitted again.
    attributes : Attributes
        What it was made from: says which attributes, and how each is measured.
    clean : CleanTables
    day : date
        Answers after it are left out, and contacts on it or later; members who joined after it too.
    segments : sequence of CoverageSegment
        Whose rules are applied, where the method is rules.
    undated : {'keep', 'blank'}
        What becomes of members' columns, which carry no day and are as of the export: kept, or taken as not known.
    by_stage : bool
        Whether the segmentation is of members by stage; then each member gets the segment of its stage that day.

    Returns
    -------
    Segmentation or Unavailable
        Unavailable where nothing the model asks for was known that day.

    Raises
    ------
    DataError
        The segmentation is of another method.
    """
    if segmentation.method not in ("classes", "rules"):
        raise DataError(
            f"assess_on: segments by {segmentation.method} hold nothing that could be applied to a past day. Give "
            "segments by classes or by rules."
        )
    then = _as_of_day(clean, attributes, day, undated)
    names = _known_by(then, attributes, day)
    if not names:
        return Unavailable(ANALYSIS, f"nothing was known by {day.isoformat()}.", "dated intake answers")
    settings = tuple(
        AttributeSettings(name=name, kind=attributes.kinds[name], edges=attributes.edges.get(name)) for name in names
    )
    stages = collect_stage_attributes(then, attributes=settings, until=day) if by_stage else None
    found = stages.attributes if stages else collect_attributes(then, attributes=settings, until=day)
    if segmentation.method == "rules":
        table = found.table.reindex(columns=list(attributes.kinds))
        for name, kind in attributes.kinds.items():
            if name not in names:
                table[name] = table[name].astype("str" if kind == "categorical" else "float64")
        placed = segment_by_rules(table, segments=segments)
    else:
        placed = score_members(segmentation, attributes=found, allow_missing=True)
    if stages is None:
        return placed
    journeys = follow_journeys(placed, stages=stages)
    if isinstance(journeys, Unavailable):
        # No answer of that day carries a stage: every member has one row.
        people = stages.rows.loc[placed.table["member_id"], "member_id"].to_numpy()
        return replace(placed, table=placed.table.assign(member_id=pd.array(people, dtype="str")))
    return journeys.current


def _as_of_day(clean: CleanTables, attributes: Attributes, day: date, undated: str) -> CleanTables:
    members = clean.members
    if "joined_on" in members.columns:
        members = members[~(members["joined_on"] > pd.Timestamp(day)).to_numpy(dtype=bool)]
    if undated == "blank":
        columns = [name for name in attributes.kinds if name in members.columns]
        members = members.assign(**{name: members[name].where(members[name].isna()) for name in columns})
    return replace(clean, members=members)


def _known_by(clean: CleanTables, attributes: Attributes, day: date) -> list[str]:
    """Attributes of which any member has a value by that day."""
    end = pd.Timestamp(day)
    known = {name for name in clean.members.columns if clean.members[name].notna().any()}
    answers = clean.answers
    if answers is not None:
        answers = answers[answers["member_id"].isin(clean.members["member_id"]) & answers["value"].notna()]
        if "at" in answers.columns:
            answers = answers[(answers["at"].isna() | (answers["at"] <= end)).to_numpy()]
        known |= set(answers["item"].dropna())
    if clean.touches is not None:
        begin = end - pd.DateOffset(months=12)
        if ((clean.touches["at"] >= begin) & (clean.touches["at"] < end)).any():
            known |= set(DERIVED)
    return [name for name in attributes.kinds if name in known]
