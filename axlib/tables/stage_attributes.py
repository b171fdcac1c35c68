"""AX attributes by lifecycle stage: where answers carry a stage, a row is a member in a stage."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import pandas as pd

from axlib.tables.attributes import Attributes, collect_attributes
from axlib.tables.cleaning import CleanTables
from axlib.tables.settings.segmenting import AttributeSettings
from axlib.words.display import count_words
from axlib.words.results import Result
from axlib.words.vocabulary import LIFECYCLE_STAGES

#: Stage of a row of which nobody knows it.
NO_STAGE = "stage not known"
#: Between member and stage in the key of a row; no identifier holds it.
_BETWEEN = "\x1f"


@dataclass(frozen=True, eq=False, repr=False)
class StageAttributes(Result):
    """The AX attributes of every member in every stage it was asked about, and in its current one.

    Attributes
    ----------
    rows : DataFrame, indexed by the key of the row
        ``member_id``; ``stage``; ``current`` (whether the member is in it now: one row of each member); ``asked``
        (whether any answer carries this stage). Members in their order, their stages in the order of the lifecycle.
    attributes : Attributes
        Its table has the same index, so that it can be segmented as members are.
    """

    rows: pd.DataFrame
    attributes: Attributes

    title: ClassVar[str] = "Members by lifecycle stage"

    @property
    def has_stages(self) -> bool:
        """Whether any answer carries a stage."""
        return bool(self.rows["asked"].any())

    def summary(self) -> pd.DataFrame:
        """Return one row per stage: members asked about it, and members who are in it."""
        stages = [stage for stage in (*LIFECYCLE_STAGES, NO_STAGE) if (self.rows["stage"] == stage).any()]
        counts = self.rows.groupby("stage")[["asked", "current"]].sum().reindex(stages)
        table = pd.DataFrame(
            {"stage": stages, "asked": counts["asked"].to_numpy(), "current": counts["current"].to_numpy()}
        )
        return table.astype({"stage": "str"})

    @property
    def text(self) -> str:
        """How many members were asked about how many stages, in sentences."""
        n, asked = int(self.rows["current"].sum()), self.rows[self.rows["asked"]].groupby("member_id").size()
        if len(asked) == 0:
            return f"No answer carries a lifecycle stage; {count_words(n, 'member')} have one row each."
        several = int((asked > 1).sum())
        sentence = f"Of {count_words(n, 'member')}, {len(asked):,} gave answers for a lifecycle stage, "
        sentence += f"{several:,} for more than one."
        blank = int((self.rows["current"] & ~self.rows["asked"]).sum())
        if blank:
            sentence += f" {count_words(blank, 'member')} gave none for the stage they are in."
        return sentence


def collect_stage_attributes(
    clean: CleanTables, *, attributes: Sequence[AttributeSettings], until: date | None = None
) -> StageAttributes:
    """Gather the AX attributes of members by lifecycle stage.

    Parameters
    ----------
    clean : CleanTables
    attributes : sequence of AttributeSettings
        As for ``collect_attributes``.
    until : date, optional
        As for ``collect_attributes``: later answers are left out.

    Returns
    -------
    StageAttributes
        One row per member and stage that an answer of the member carries, and one for the stage it is in.

    Raises
    ------
    ConfigurationError
        As ``collect_attributes``.

    Notes
    -----
    An answer that carries a stage counts for that stage alone: what was asked at onboarding is not taken for the
    answer of a later stage. An answer without a stage, a column of members and what is derived from touches
    count for every stage; where there is an answer of the stage itself, that one counts.
    A member is in the stage its row says; where that is blank, in the stage of its latest answer that carries one,
    undated answers counting as the earliest. Where a day is given, only answers up to it say the stage: members'
    rows are as of the export.
    """
    rows = _list_rows(clean, until)
    members = clean.members.set_index("member_id").loc[rows["member_id"]].reset_index()
    members = members.assign(member_id=rows.index.array)
    keys = rows.reset_index(names="key")[["key", "member_id", "stage"]]
    touches = clean.touches
    if touches is not None:
        touches = touches.merge(keys[["key", "member_id"]], on="member_id")
        touches = touches.assign(member_id=touches["key"]).drop(columns="key")
    by_row = dataclasses.replace(clean, members=members, answers=_answer_rows(clean.answers, keys), touches=touches)
    return StageAttributes(rows, collect_attributes(by_row, attributes=attributes, until=until))


def _answers_until(clean: CleanTables, until: date | None) -> pd.DataFrame:
    """Answers that carry a stage, the earliest first."""
    answers = clean.answers
    if answers is None or "stage" not in answers.columns:
        return pd.DataFrame({"member_id": [], "stage": []}, dtype="str")
    answers = answers[answers["stage"].notna() & answers["member_id"].isin(clean.members["member_id"])]
    if "at" not in answers.columns:
        return answers
    if until is not None:
        answers = answers[(answers["at"].isna() | (answers["at"] <= pd.Timestamp(until))).to_numpy()]
    return answers.sort_values("at", na_position="first", kind="stable")


def _list_rows(clean: CleanTables, until: date | None) -> pd.DataFrame:
    staged = _answers_until(clean, until)[["member_id", "stage"]].astype("str")
    members = clean.members["member_id"].astype("str").reset_index(drop=True)
    latest = staged.drop_duplicates("member_id", keep="last").set_index("member_id")["stage"]
    stage = members.map(latest).astype("str")
    if until is None and "lifecycle_stage" in clean.members.columns:
        own = clean.members["lifecycle_stage"].astype("str").reset_index(drop=True)
        stage = own.where(own.notna(), stage)
    stage = stage.where(stage.notna(), NO_STAGE)
    current = pd.DataFrame({"member_id": members, "stage": stage, "current": True})
    asked = staged.drop_duplicates().assign(asked=True)
    rows = current.merge(asked, on=["member_id", "stage"], how="outer")
    rows = rows.assign(**{name: rows[name].notna() for name in ("current", "asked")})
    place = {name: number for number, name in enumerate([*LIFECYCLE_STAGES, NO_STAGE])}
    order = pd.DataFrame(
        {"member": rows["member_id"].map(dict(zip(members, range(len(members)), strict=True))),
         "stage": rows["stage"].map(place)}
    ).sort_values(["member", "stage"], kind="stable").index  # fmt: skip
    rows = rows.loc[order].reset_index(drop=True)
    keys = (rows["member_id"] + _BETWEEN + rows["stage"]).astype("str")
    return rows.set_index(pd.Index(keys, name="row"))


def _answer_rows(answers: pd.DataFrame | None, keys: pd.DataFrame) -> pd.DataFrame | None:
    """Answers by row: those of the row's stage, and of the others those without a stage."""
    if answers is None:
        return None
    columns = list(answers.columns)
    if "stage" not in columns:
        free, own = answers.merge(keys[["key", "member_id"]], on="member_id"), None
    else:
        blank = answers["stage"].isna()
        own = answers[~blank].merge(keys, on=["member_id", "stage"])
        free = answers[blank].merge(keys[["key", "member_id"]], on="member_id")
        # An empty answer says nothing, so the answer without a stage stays in its place.
        said = own.loc[own["value"].notna(), ["key", "item"]].drop_duplicates().assign(said=True)
        free = free[free.merge(said, on=["key", "item"], how="left")["said"].isna().to_numpy()]
    both = free if own is None else pd.concat([own, free], ignore_index=True)
    return both.assign(member_id=both["key"])[columns]
