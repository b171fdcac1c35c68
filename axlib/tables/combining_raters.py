"""One answer per member, attribute and stage out of several raters': how ties are broken is stated and listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.tables.instrument import GATES, Instrument
from axlib.tables.intake_answers import IntakeAnswers, read_answers, write_answer
from axlib.words.display import count_words
from axlib.words.results import Result

_UNIT = ["member_id", "item", "stage"]


@dataclass(frozen=True, eq=False, repr=False)
class CombinedAnswers(Result):
    """One answer per member, attribute and stage.

    Attributes
    ----------
    table : DataFrame
        As the table ``answers``: ``member_id``, ``item`` (the attribute), ``value``, ``stage``, ``rater``, ``at`` (day
        of the latest), with ``raters`` (how many), ``tied`` (whether a tie had to be broken) and ``apart`` (largest
        less smallest answer of a scale or number; NaN for others).
    answers : IntakeAnswers
        What was combined, what was set aside, what was superseded.
    """

    table: pd.DataFrame
    answers: IntakeAnswers

    title: ClassVar[str] = "Answers, several raters made one"

    def summary(self) -> pd.DataFrame:
        """Return one row per attribute."""
        groups = self.table.groupby("item", sort=False)
        counts = groups.agg(members=("member_id", "nunique"), raters=("raters", "max"), ties=("tied", "sum"))
        return counts.rename_axis("attribute").reset_index()

    @property
    def gates(self) -> pd.DataFrame:
        """What members' columns ``success_potential`` and ``declared_at_risk`` are by the answers, by member_id.

        Of several stages the latest answer counts. Columns nobody answered are not there.
        """
        rows = self.table[self.table["item"].isin(GATES)].sort_values("at", na_position="first", kind="stable")
        latest = rows.drop_duplicates(["member_id", "item"], keep="last").set_index(["member_id", "item"])
        return (latest["value"] == "yes").unstack().astype("boolean")  # noqa: PD010 - nothing to aggregate

    @property
    def text(self) -> str:
        """How answers were combined, and how often that took a tie."""
        several = int((self.table["raters"] > 1).sum())
        parts = [self.answers.text]
        if several:
            ties = int(self.table["tied"].sum())
            parts.append(
                f"{count_words(several, 'answer comes', 'answers come')} from two raters or more: the median of scales "
                f"and numbers, the most frequent of categories. {count_words(ties, 'tie')} went to the later answer, "
                "of one day to the lower or the one listed first."
            )
        return " ".join(parts)


def combine_raters(answers: pd.DataFrame, *, instrument: Instrument) -> CombinedAnswers:
    """Make one answer of several raters' per member, item and stage.

    Parameters
    ----------
    answers : DataFrame
        The table ``answers``.
    instrument : Instrument

    Returns
    -------
    CombinedAnswers
        Its table can stand in for ``answers``: items are attributes.

    Raises
    ------
    DataError
        A column is missing.

    Notes
    -----
    Scales and numbers take the median. With an even number of raters two answers are in the middle; where they
    differ, the one given later is taken, of one day the lower: a mean of the two would be an answer nobody gave.
    Categories take the most frequent; a tie goes to the one given last, of one day to the one listed first.
    """
    read = read_answers(answers, instrument=instrument)
    rows = read.table
    by_number = rows["kind"].isin(["scale", "number"]).to_numpy()
    chosen = pd.concat([_take_median(rows[by_number]), _take_most(rows[~by_number])])
    groups = rows.groupby(_UNIT)
    spread = groups["code"].agg(["min", "max", "size"])
    facts = pd.DataFrame(
        {
            "raters": spread["size"],
            "apart": spread["max"] - spread["min"],
            "at": groups["at"].max(),
            "rater": groups["rater"].agg("first"),
        }
    )
    table = chosen.join(facts, on=_UNIT).sort_values(_UNIT, kind="stable").reset_index(drop=True)
    table = table.assign(
        value=_write(table, instrument),
        apart=table["apart"].where(table["kind"].isin(["scale", "number"])),
        rater=table["rater"].where(table["raters"] == 1, "several"),
        item=table["attribute"],
    )
    columns = ["member_id", "item", "value", "stage", "rater", "at", "raters", "tied", "apart"]
    return CombinedAnswers(table[columns].astype({"raters": "int64", "tied": "bool"}), read)


def take_current_stage(answers: pd.DataFrame, *, stages: pd.Series | None = None) -> pd.DataFrame:
    """Keep one answer per member and attribute: that of the member's own stage of the lifecycle.

    Parameters
    ----------
    answers : DataFrame
        ``CombinedAnswers.table``; all its rows together are the member's journey.
    stages : Series, index ``member_id``, optional
        Lifecycle stage of each member now.

    Returns
    -------
    DataFrame
        An answer of the own stage, else one that carries no stage, else the latest of another stage; ``stage`` says
        which it is.
    """
    own = answers["member_id"].map(stages) if stages is not None else pd.Series(pd.NA, index=answers.index)
    nearness = np.select([(answers["stage"] == own).fillna(False).to_numpy(bool), answers["stage"] == ""], [2, 1], 0)
    order = answers.assign(nearness=nearness, day=_count_days(answers["at"]))
    order = order.sort_values(["nearness", "day"], kind="stable").drop_duplicates(["member_id", "item"], keep="last")
    return answers.loc[order.index].sort_index().reset_index(drop=True)


def _take_median(rows: pd.DataFrame) -> pd.DataFrame:
    order = rows.sort_values([*_UNIT, "code", "at"], na_position="first", kind="stable").reset_index(drop=True)
    groups = order.groupby(_UNIT, sort=False)["code"]
    place, size = groups.cumcount(), groups.transform("size")
    low, high = order[place == (size - 1) // 2], order[place == size // 2]
    low, high = low.reset_index(drop=True), high.reset_index(drop=True)
    first, second = (_count_days(half["at"]) for half in (low, high))
    tied = low["code"] != high["code"]
    taken = low["code"].where(~(tied & (second > first)), high["code"])
    return low[[*_UNIT, "attribute", "kind"]].assign(code=taken, tied=tied)


def _take_most(rows: pd.DataFrame) -> pd.DataFrame:
    votes = rows.groupby([*_UNIT, "attribute", "kind", "code"], sort=True).agg(votes=("code", "size"), at=("at", "max"))
    votes = votes.reset_index()
    order = votes.assign(at=_count_days(votes["at"])).sort_values(
        [*_UNIT, "votes", "at", "code"], ascending=[True, True, True, False, False, True], kind="stable"
    )
    most = order.groupby(_UNIT)["votes"].transform("max")
    ties = (order["votes"] == most).groupby([order[name] for name in _UNIT]).transform("sum")
    first = order.assign(tied=ties > 1).drop_duplicates(_UNIT)
    return first[[*_UNIT, "attribute", "kind", "code", "tied"]]


def _count_days(at: pd.Series) -> pd.Series:
    """Days as numbers; a missing one is earlier than any."""
    return pd.Series(at.to_numpy().astype("datetime64[s]").astype("int64"), index=at.index)


def _write(table: pd.DataFrame, instrument: Instrument) -> pd.Series:
    """Write codes as answers, each distinct pair of item and code once."""
    pairs, place = np.unique(table[["item", "code"]].to_records(index=False), return_inverse=True)
    items = {item.id: item for item in instrument.items}
    texts = [write_answer(items[str(item)], float(code)) for item, code in pairs.tolist()]
    return pd.Series(np.array(texts, dtype=object)[place] if len(texts) else [], index=table.index, dtype="str")
