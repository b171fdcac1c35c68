"""Tables of single members and people of the team: emptied, or told apart by numbers."""

from __future__ import annotations

import dataclasses

import pandas as pd

from axlib.reports.hiding.small_cells import small_groups
from axlib.tables.cleaning import CleanTables
from axlib.tables.terms import TermLedger
from axlib.verbs.cohort import Cohort
from axlib.verbs.coverage import CoveragePlan
from axlib.verbs.explanation import Explanation
from axlib.verbs.pilot import ANALYSIS, Pilot
from axlib.verbs.segments import Segmentation
from axlib.words.results import Unavailable

#: A person serving fewer members than this is not shown by name.
FEWEST_MEMBERS = 5
#: What hidden groups are called together.
OTHERS = "other groups"


def hide_rows(clean: CleanTables) -> CleanTables:
    """Empty the tables; of what was done to them keep how often, and nobody's words."""
    frames = {
        field.name: getattr(clean, field.name)
        for field in dataclasses.fields(clean)
        if isinstance(getattr(clean, field.name), pd.DataFrame) and field.name not in ("accounts", "decisions")
    }
    counted = {"ledger": ("table", "column", "rule"), "quarantine": ("table", "reason"), "merged": ("table",)}
    # Reasons are checked for names before a page is made.
    counted["overrides"] = ("column", "reason")
    hidden = {
        name: frame.assign(**{column: "" for column in frame.columns if column not in counted[name]})
        if name in counted
        else frame.iloc[:0]
        for name, frame in frames.items()
    }
    return dataclasses.replace(clean, **hidden)


def hide_identifiers(result: TermLedger | Cohort) -> TermLedger | Cohort:
    """Put numbers in the place of identifiers and of rows in the source."""
    hidden = {}
    for field in dataclasses.fields(result):
        frame = getattr(result, field.name)
        if isinstance(frame, pd.DataFrame) and "member_id" in frame.columns:
            numbers = pd.Series(pd.factorize(frame["member_id"])[0], index=frame.index).astype("str")
            frame = frame.assign(member_id=numbers)
            hidden[field.name] = frame.assign(source_row=-1) if "source_row" in frame.columns else frame
    return dataclasses.replace(result, **hidden)  # type: ignore[arg-type]


def hide_segments(result: Segmentation, least: int) -> Segmentation:
    """Drop single members; keep a table that gives the same sizes, small ones merged out of sight."""
    table = result.table.assign(member_id="", reason="")
    small = small_groups({str(name): int(n) for name, n in table["segment"].value_counts().items()}, least=least)
    if not small:
        return dataclasses.replace(result, table=table, model="")
    table = table.assign(segment=table["segment"].mask(table["segment"].isin(small), OTHERS))
    segments = (*(name for name in result.segments if name not in small), OTHERS)
    classes, profile = result.classes, result.profile
    if len(classes):
        gone = classes["segment"].isin(small)
        # Classes are numbered from 1 where they are named, and from 0 where they are fitted.
        profile = profile[~profile["class"].isin(classes.loc[gone, "class"] - 1)].reset_index(drop=True)
        classes = classes[~gone].reset_index(drop=True)
    return dataclasses.replace(result, table=table, segments=segments, classes=classes, profile=profile, model="")


def hide_coverage(result: CoveragePlan, least: int) -> CoveragePlan:
    """Number people who serve few members, and put small segments together."""
    people = result.by_person
    few = people["members"] < FEWEST_MEMBERS
    numbers = pd.Series([f"Person {number}" for number in range(1, len(people) + 1)], index=people.index, dtype="str")
    named = people.assign(staff_id=people["staff_id"].where(~few, numbers), name=people["name"].where(~few, numbers))
    segments = result.by_segment
    small = segments["segment"].isin(
        small_groups(dict(zip(segments["segment"], segments["members"], strict=True)), least=least)
    )
    if small.any():
        together = segments.loc[small, ["members", "required_hours"]].sum(min_count=1)
        others = pd.DataFrame(
            {
                "segment": pd.Series([OTHERS], dtype="str"),
                "members": [int(together["members"])],
                "hours_per_member": [together["required_hours"] / together["members"]],
                "required_hours": [together["required_hours"]],
            }
        )
        segments = pd.concat([segments[~small], others], ignore_index=True)
    return dataclasses.replace(result, by_person=named, by_segment=segments, books=result.books.iloc[:0])


def hide_pilot(result: Pilot, least: int) -> Pilot | Unavailable:
    """Keep what the pilot is and can show; who is drawn for what, and which clusters change over when, stay inside.

    Its members by segment would give away how many of a segment are not under-served. How many were followed, and
    gone, is rounded as where their churn is shown, or exact numbers would undo what is hidden there.
    """
    if min(result.n_changed + result.n_usual, result.followed) < least:
        return Unavailable(ANALYSIS, f"it rests on fewer than {least} members.")
    followed = round(result.followed, -1)
    rate = round(result.gone / result.followed, 2)
    sizes = result.sizes
    changed = (sizes["changed_rate"] - sizes["usual_rate"] + rate).clip(0, 1)
    return dataclasses.replace(
        result,
        followed=followed,
        gone=round(rate * followed),
        sizes=sizes.assign(usual_rate=rate, changed_rate=changed),
        assignment=result.assignment.iloc[:0],
        clusters=result.clusters.iloc[:0],
        by_segment=result.by_segment.iloc[:0],
    )


def hide_explanation(result: Explanation, least: int) -> Explanation:
    """Keep what segments are like; drop members' reasons, and small segments with their profile."""
    members = result.members[["segment"]]
    small = small_groups({str(name): int(n) for name, n in members["segment"].value_counts().items()}, least=least)
    profile = result.profile[~result.profile["segment"].isin(small)].reset_index(drop=True)
    # What few of a segment answered tells of those few.
    few = ((profile["n"] > 0) & (profile["n"] < least)).to_numpy()
    profile = profile.assign(**{name: profile[name].astype(float).mask(few) for name in ("n", "value", "standout")})
    shown = members[~members["segment"].isin(small)].sort_values("segment", ignore_index=True)
    return dataclasses.replace(result, members=shown, profile=profile)
