"""What a profile workbook can change, as one table of facts: goals, answers, milestones; and signs of success.

A fact is (kind, member, where, what) with a value as text. The workbook carries the facts it was written from, so that
a change is told from what was there, and two people's changes from each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from axlib.tables.cleaning import CleanTables
from axlib.tables.combining_raters import combine_raters
from axlib.tables.instrument import GATES, Instrument
from axlib.tables.milestones import take_latest_milestones
from axlib.tables.profiles.layout import tidy_cell

#: Kinds of facts.
GOAL, ANSWER, MILESTONE = "goal", "answer", "milestone"
KEY = ["kind", "member", "where", "what"]
COLUMNS = [*KEY, "value"]
#: The item of the answers under which a member's goal is kept: it is asked like the rest, and is no attribute.
GOAL_ITEM = "goal"
_MILESTONE_DAYS = ("due_on", "reached_on")
MILESTONE_COLUMNS = (*_MILESTONE_DAYS, "next_action")


@dataclass(frozen=True, eq=False)
class Facts:
    """What an engagement says today of the members of a workbook.

    Attributes
    ----------
    table : DataFrame of text
        ``kind``, ``member``, ``where`` (lifecycle stage or milestone), ``what`` (attribute or column), ``value``.
        An answer a member never gave is not there; a milestone has all its columns, empty where nothing stands.
    stages : Series, index ``member_id``
        The lifecycle stage each member is in; empty where it is not known.
    signs : DataFrame
        ``member_id``, ``at``, ``kind``, ``value``: the outcomes there are.
    held : set of (str, str)
        (member, gate) that the members' table answers itself; it goes before an answer.
    """

    table: pd.DataFrame
    stages: pd.Series
    signs: pd.DataFrame
    held: frozenset[tuple[str, str]]


def collect_facts(clean: CleanTables, *, instrument: Instrument, members: pd.Series) -> Facts:
    """Gather what is known of some members.

    Parameters
    ----------
    clean : CleanTables
        As cleaned: every rater's answers.
    instrument : Instrument
    members : Series of str
        Identifiers.

    Notes
    -----
    Several raters' answers are one, as ``combine_raters`` makes it. What nobody answered for the stage a member is in,
    but a column of the export tells, counts as told for that stage. Of goals the latest answer counts, then the
    members' column.
    """
    people = clean.members.set_index("member_id").reindex(members)
    stages = pd.Series("", index=people.index, dtype="str")
    if "lifecycle_stage" in people.columns:
        stages = people["lifecycle_stage"].fillna("").astype("str")
    answers = clean.answers
    told = _answered(answers, instrument, people.index)
    exported, held = _exported(people, stages, instrument, told)
    parts = [_goals(people, answers), told, exported, _milestones(clean.milestones, people.index)]
    table = pd.concat(parts, ignore_index=True)[COLUMNS].astype("str")
    table = table.assign(**{name: _tidy(table[name]) for name in ("where", "value")})
    table = table[(table["value"] != "") | (table["kind"] == MILESTONE)]
    return Facts(table.drop_duplicates(KEY, keep="last").reset_index(drop=True), stages, _signs(clean.outcomes), held)


def _tidy(values: pd.Series) -> pd.Series:
    codes, distinct = pd.factorize(values)
    texts = np.array([tidy_cell(text) for text in distinct.tolist()] or [""], dtype=object)
    return pd.Series(texts[codes], index=values.index, dtype="str")


def _frame(kind: str, members: pd.Series | pd.Index, where: Any, what: Any, values: object) -> pd.DataFrame:
    table = pd.DataFrame({"member": np.asarray(members, dtype=object)})
    return table.assign(kind=kind, where=where, what=what, value=np.asarray(values, dtype=object))


def _answered(answers: pd.DataFrame | None, instrument: Instrument, members: pd.Index) -> pd.DataFrame:
    if answers is None:
        return _frame(ANSWER, pd.Index([]), "", "", [])
    asked = answers["item"].isin([item.id for item in instrument.items]) & answers["member_id"].isin(members)
    if not asked.any():
        return _frame(ANSWER, pd.Index([]), "", "", [])
    table = combine_raters(answers[asked], instrument=instrument).table
    return _frame(ANSWER, table["member_id"], table["stage"].to_numpy(), table["item"].to_numpy(), table["value"])


def _exported(
    people: pd.DataFrame, stages: pd.Series, instrument: Instrument, told: pd.DataFrame
) -> tuple[pd.DataFrame, frozenset[tuple[str, str]]]:
    """What columns of the export tell where nobody was asked; and gates, in which they go before answers."""
    answered = pd.MultiIndex.from_frame(told[["member", "where", "what"]])
    parts, held = [_frame(ANSWER, pd.Index([]), "", "", [])], set[tuple[str, str]]()
    for name in dict.fromkeys(item.becomes for item in instrument.items):
        if name not in people.columns:
            continue
        values = write_values(people[name])
        here = (values != "").to_numpy()
        if name in GATES:
            held |= {(str(member), name) for member in people.index[here]}
        else:
            keys = pd.MultiIndex.from_arrays([people.index, stages, [name] * len(people)])
            here = here & ~keys.isin(answered)
        parts.append(_frame(ANSWER, people.index[here], stages[here].to_numpy(), name, values[here]))
    return pd.concat(parts, ignore_index=True), frozenset(held)


def write_values(values: pd.Series) -> pd.Series:
    """Write clean values as answers hold them: whole numbers without decimals, yes and no, nothing as empty text."""
    if pd.api.types.is_bool_dtype(values):
        return values.map({True: "yes", False: "no"}).astype("str").where(values.notna(), "")
    if pd.api.types.is_float_dtype(values):
        return values.map("{:.15g}".format, na_action="ignore").astype("str").where(values.notna(), "")
    return values.astype("str").where(values.notna(), "")


def _goals(people: pd.DataFrame, answers: pd.DataFrame | None) -> pd.DataFrame:
    goals = people["goal"] if "goal" in people.columns else pd.Series(pd.NA, index=people.index)
    goals = goals.astype("str").where(goals.notna())
    if answers is not None:
        given = answers[(answers["item"] == GOAL_ITEM) & answers["value"].notna()]
        if "at" in given.columns:
            given = given.sort_values("at", na_position="first", kind="stable")
        latest = given.drop_duplicates("member_id", keep="last").set_index("member_id")["value"]
        goals = latest.reindex(people.index).astype("str").where(latest.reindex(people.index).notna(), goals)
    known = goals.notna().to_numpy()
    return _frame(GOAL, people.index[known], "", GOAL_ITEM, goals[known])


def _milestones(milestones: pd.DataFrame | None, members: pd.Index) -> pd.DataFrame:
    latest = take_latest_milestones(milestones)
    latest = latest[latest["member_id"].isin(members) & latest["milestone"].notna()]
    parts = [_frame(MILESTONE, pd.Index([]), "", "", [])]
    for name in MILESTONE_COLUMNS:
        values = latest[name].dt.strftime("%Y-%m-%d") if name in _MILESTONE_DAYS else latest[name]
        parts.append(_frame(MILESTONE, latest["member_id"], latest["milestone"].to_numpy(), name, values.fillna("")))
    return pd.concat(parts, ignore_index=True)


def _signs(outcomes: pd.DataFrame | None) -> pd.DataFrame:
    names = ["member_id", "at", "kind", "value"]
    if outcomes is None:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in names})
    whole = outcomes.reindex(columns=names)
    days = pd.to_datetime(whole["at"]).dt.strftime("%Y-%m-%d").fillna("")
    texts = {name: whole[name].astype("str").where(whole[name].notna(), "") for name in ("member_id", "kind")}
    return whole.assign(at=days, value=write_values(whole["value"].astype(float)), **texts).reset_index(drop=True)


def spread_milestones(facts: pd.DataFrame) -> pd.DataFrame:
    """Return milestones one row each: ``member``, ``milestone`` and the columns as text."""
    mine = facts[facts["kind"] == MILESTONE]
    wide = mine.pivot_table(index=["member", "where"], columns="what", values="value", aggfunc="last")
    wide = wide.reindex(columns=list(MILESTONE_COLUMNS)).fillna("").reset_index()
    return wide.rename(columns={"where": "milestone"}).rename_axis(columns=None).astype("str")
