"""Member Success Profiles: what a team brings to a member's conversation, one row per member."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import pandas as pd

import axlib.tables.profiles.facts as fact
from axlib.tables.instrument import Instrument, find_instrument
from axlib.tables.profiles.facts import collect_facts, spread_milestones
from axlib.tables.profiles.layout import list_intake_columns, show_answer
from axlib.tables.profiles.pseudonyms import make_pseudonyms
from axlib.verbs.diagnosis import Diagnosis
from axlib.verbs.explanation import Explanation
from axlib.verbs.journeys import Journeys
from axlib.verbs.population import find_current
from axlib.verbs.segments import Segmentation
from axlib.verbs.success_vector import NO_COURSE, SuccessVector
from axlib.words.display import count_words, format_number
from axlib.words.results import Result
from axlib.words.vocabulary import LIFECYCLE_STAGES

#: Who covers nobody is named for.
NOBODY = "nobody named"
#: Segment of members who could not be segmented at all.
NO_SEGMENT = "no segment"
_FROM_VECTOR = ("state", "slip_days", "next_milestone", "due_on", "next_action", "milestones", "milestones_reached")


@dataclass(frozen=True, eq=False, repr=False)
class Profiles(Result):
    """Member Success Profiles of current members.

    Attributes
    ----------
    table : DataFrame, one row per current member, by name
        ``member_id``, ``name``, ``email``, ``staff_id``, ``msm`` (name of who covers it), ``lifecycle_stage``,
        ``goal``, ``segment``, ``confidence``, ``reason``, ``would_change``, ``journey``, ``state`` (Success Vector),
        ``slip_days``, ``next_milestone``, ``due_on``, ``next_action``, ``milestones``, ``milestones_reached``,
        ``milestone_list`` and ``answer_list`` (in words); empty text where nothing is known.
    facts : DataFrame
        ``Facts.table`` of these members: what the workbook can change.
    segments : DataFrame, one row per segment
        ``segment``, ``served`` (how), ``members``, and the mean answer to each scale, by attribute.
    instrument : Instrument
    engagement, client : str
    as_of : date
    drifting_after, off_course_after : int
        The Success Vector's days.
    pseudonymised : bool
        Whether members have no names in it.
    """

    table: pd.DataFrame
    facts: pd.DataFrame
    segments: pd.DataFrame
    instrument: Instrument
    engagement: str
    client: str
    as_of: date
    drifting_after: int
    off_course_after: int
    pseudonymised: bool = False

    title: ClassVar[str] = "Member Success Profiles"

    def summary(self) -> pd.DataFrame:
        """Return one row per segment: members, and of how many the goal, answers and milestones are known."""
        table = self.table.assign(
            with_goal=self.table["goal"] != "",
            answered=self.table["answer_list"] != "",
            with_milestones=self.table["milestones"] > 0,
        )
        groups = table.groupby("segment")[["with_goal", "answered", "with_milestones"]].sum()
        counts = self.segments[["segment", "members"]].set_index("segment").join(groups).fillna(0)
        return counts.astype("int64").reset_index().astype({"segment": "str"})

    @property
    def text(self) -> str:
        """How much is known of how many members."""
        known = self.summary()[["with_goal", "answered", "with_milestones"]].sum()
        return (
            f"{count_words(len(self.table), 'profile')}: {format_number(known['with_goal'])} with a goal, "
            f"{format_number(known['answered'])} "
            f"with AX answers, {format_number(known['with_milestones'])} with a dated milestone."
        )


def build_profiles(diagnosis: Diagnosis) -> Profiles:
    """Build the profile of every current member from a diagnosis.

    Parameters
    ----------
    diagnosis : Diagnosis
        Whole, not the client's view.

    Returns
    -------
    Profiles
        No money is in it: what a member pays says nothing of how it must be served.
    """
    engagement, clean = diagnosis.engagement, diagnosis.clean
    members = clean.members[find_current(clean.members, diagnosis.ledger, engagement)]
    ids = members["member_id"].reset_index(drop=True)
    instrument = find_instrument(engagement)
    facts = collect_facts(clean, instrument=instrument, members=ids).table
    texts = {
        name: members[name].astype("str").where(members[name].notna(), "").to_numpy() if name in members.columns else ""
        for name in ("name", "email", "staff_id", "lifecycle_stage")
    }
    table = pd.DataFrame({"member_id": ids.to_numpy(), **texts})
    table = table.assign(msm=_name_staff(table["staff_id"], clean.staff))
    goals = facts[facts["kind"] == fact.GOAL].set_index("member")["value"]
    table = table.assign(goal=_look_up(ids, goals).to_numpy())
    for part in (_segments_of(diagnosis), _words_of(diagnosis), _vector_of(diagnosis)):
        table = table.merge(part, on="member_id", how="left")
    lists = {"milestone_list": _list_milestones(facts), "answer_list": _list_answers(facts, instrument)}
    table = table.assign(**{name: _look_up(table["member_id"], words) for name, words in lists.items()})
    blank = [name for name in table.columns if pd.api.types.is_string_dtype(table[name])]
    table = table.assign(**{name: table[name].fillna("") for name in blank})
    table = table.assign(
        segment=table["segment"].where(table["segment"] != "", NO_SEGMENT),
        state=table["state"].where(table["state"] != "", NO_COURSE),
        **{name: table[name].fillna(0).astype("int64") for name in ("milestones", "milestones_reached")},
    )
    order = table.assign(key=table["name"].str.casefold()).sort_values(["key", "member_id"], kind="stable").index
    table = table.loc[order].reset_index(drop=True)
    rules = engagement.settings.milestones
    return Profiles(
        table,
        facts,
        _describe_segments(diagnosis, table, facts, instrument),
        instrument,
        engagement.name,
        engagement.client,
        engagement.as_of,
        rules.drifting_after,
        rules.off_course_after,
    )


def pseudonymise_profiles(profiles: Profiles, *, key: bytes) -> Profiles:
    """Return the profiles without names: identifiers become keyed pseudonyms, by which members are put in order.

    Parameters
    ----------
    profiles : Profiles
    key : bytes
        The engagement's; only with it can pseudonyms be turned back.

    Notes
    -----
    What people wrote (goals, milestones, next actions) stays as they wrote it, and may name somebody.
    """
    names = make_pseudonyms(profiles.table["member_id"], key)
    table = profiles.table.assign(
        member_id=profiles.table["member_id"].map(names), name="", email="", msm=profiles.table["staff_id"]
    )
    table = table.assign(msm=table["msm"].where(table["msm"] != "", NOBODY))
    facts = profiles.facts.assign(member=profiles.facts["member"].map(names))
    return dataclasses.replace(
        profiles,
        table=table.sort_values("member_id", ignore_index=True),
        facts=facts.sort_values(fact.KEY, kind="stable", ignore_index=True),
        pseudonymised=True,
    )


def _look_up(members: pd.Series, words: pd.Series) -> pd.Series:
    """Return each member's words, empty where there are none."""
    found = members.map(words)
    return found.astype("str").where(found.notna(), "")


def _name_staff(staff_id: pd.Series, staff: pd.DataFrame | None) -> pd.Series:
    named = staff_id.where(staff_id != "", NOBODY)
    if staff is None or "name" not in staff.columns:
        return named
    names = staff.dropna(subset=["name"]).drop_duplicates("staff_id", keep="last").set_index("staff_id")["name"]
    # Two people of one name are told apart by their identifiers.
    twice = names[names.duplicated(keep=False)]
    names = names.mask(names.index.isin(twice.index), names + " (" + names.index + ")")
    return staff_id.map(names).fillna(named).astype("str")


def _segments_of(diagnosis: Diagnosis) -> pd.DataFrame:
    if isinstance(diagnosis.plan_segments, Segmentation):
        return diagnosis.plan_segments.table[["member_id", "segment", "confidence", "reason"]]
    return pd.DataFrame({"member_id": [], "segment": [], "confidence": [], "reason": []}, dtype="str").astype(
        {"confidence": "float64"}
    )


def _words_of(diagnosis: Diagnosis) -> pd.DataFrame:
    told = pd.DataFrame({"member_id": diagnosis.clean.members["member_id"].to_numpy()})
    explanation, journeys = diagnosis.explanation, diagnosis.journeys
    change = pd.Series("", index=told.index, dtype="str")
    if isinstance(explanation, Explanation) and "would_change" in explanation.members.columns:
        change = _look_up(told["member_id"], explanation.members.set_index("member_id")["would_change"])
    way = _look_up(told["member_id"], journeys.by_member) if isinstance(journeys, Journeys) else ""
    return told.assign(would_change=change, journey=way).astype({"journey": "str"})


def _vector_of(diagnosis: Diagnosis) -> pd.DataFrame:
    if isinstance(diagnosis.success_vector, SuccessVector):
        return diagnosis.success_vector.table[["member_id", *_FROM_VECTOR]]
    empty = pd.DataFrame(columns=["member_id", *_FROM_VECTOR], dtype="str")
    return empty.astype({"slip_days": "float64", "due_on": "datetime64[s]", "milestones": "float64",
                         "milestones_reached": "float64"})  # fmt: skip


def _list_milestones(facts: pd.DataFrame) -> pd.Series:
    """Each member's milestones in words, by the day they are due."""
    table = spread_milestones(facts)
    if len(table) == 0:
        return pd.Series(dtype="str")
    words = table["milestone"] + table["due_on"].map(lambda day: f", due {day}" if day else "")
    words = words + table["reached_on"].map(lambda day: f", reached {day}" if day else "")
    lines = table.assign(words=words, day=table["due_on"].where(table["due_on"] != "", "9999"))
    lines = lines.sort_values(["member", "day", "milestone"], kind="stable")
    return lines.groupby("member")["words"].agg("; ".join).astype("str")


def _list_answers(facts: pd.DataFrame, instrument: Instrument) -> pd.Series:
    """Each member's answers in words, one line per lifecycle stage."""
    columns = {column.attribute: column for column in list_intake_columns(instrument)}
    mine = facts[(facts["kind"] == fact.ANSWER) & facts["what"].isin(list(columns))]
    if len(mine) == 0:
        return pd.Series(dtype="str")
    pairs = mine[["what", "value"]].drop_duplicates()
    words = {
        (what, value): f"{columns[what].header}: {show_answer(columns[what].item, value)}"
        for what, value in pairs.itertuples(index=False)
    }
    place = {name: number for number, name in enumerate(["", *LIFECYCLE_STAGES])}
    order = {name: number for number, name in enumerate(columns)}
    lines = mine.assign(
        words=[words[pair] for pair in zip(mine["what"], mine["value"], strict=True)],
        stage=mine["where"].map(place).fillna(len(place)),
        question=mine["what"].map(order),
    ).sort_values(["member", "stage", "question"], kind="stable")
    stages = lines.groupby(["member", "stage", "where"], sort=False)["words"].agg("; ".join).reset_index()
    heads = stages["where"].map({name: f"{name.replace('_', ' ')}: " if name else "" for name in stages["where"]})
    return (heads + stages["words"]).groupby(stages["member"]).agg("\n".join).astype("str")


def _describe_segments(
    diagnosis: Diagnosis, table: pd.DataFrame, facts: pd.DataFrame, instrument: Instrument
) -> pd.DataFrame:
    """List the segments with how they are served, and the mean answer to each scale in the members' own stage."""
    plan = diagnosis.plan_segments
    names = list(plan.segments) if isinstance(plan, Segmentation) else []
    names += [name for name in sorted(table["segment"].unique()) if name not in names]
    served = {segment.name: segment.served for segment in diagnosis.engagement.segments}
    scales = [column.attribute for column in list_intake_columns(instrument) if column.item.kind == "scale"]
    people = table.set_index("member_id")
    mine = facts[(facts["kind"] == fact.ANSWER) & facts["what"].isin(scales)]
    own = mine[mine["where"] == mine["member"].map(people["lifecycle_stage"])]
    values = own.assign(segment=own["member"].map(people["segment"]), number=pd.to_numeric(own["value"], "coerce"))
    means = values.pivot_table(index="segment", columns="what", values="number", aggfunc="mean")
    counts = table["segment"].value_counts().reindex(names).fillna(0).astype("int64")
    told = pd.DataFrame(
        {
            "segment": pd.Series(names, dtype="str"),
            "served": pd.Series([served.get(name, "") for name in names], dtype="str"),
            "members": counts.to_numpy(),
        }
    )
    return told.join(means.reindex(index=names, columns=scales).reset_index(drop=True))
