"""What makes retention doubtful in these data, in sentences that go wherever its figures are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from axlib.tables.ledger.side_by_side import find_side_by_side
from axlib.verbs.cohort import Cohort
from axlib.verbs.retention import Retention
from axlib.words.display import format_share
from axlib.words.vocabulary import CURRENT_STATUSES, GONE_STATUSES

#: From this share of the cohort on, a contradiction about who left is worth a word beside churn.
WORTH_A_WORD = 0.02
#: No association's dues grow so much in a window: an NRR above it speaks of the data.
HIGHEST_NRR = 2.0
#: Growth below this share of opening revenue is not worth asking where it comes from.
_LEAST_GROWTH = 0.1


def caution_retention(
    retention: Retention, cohort: Cohort, *, members: pd.DataFrame, terms: pd.DataFrame, amounts_are_misread: bool
) -> Retention:
    """Say beside retention what in the data makes it doubtful.

    Parameters
    ----------
    retention : Retention
    cohort : Cohort
        The one retention was measured on.
    members : DataFrame
        member_id, and perhaps status.
    terms : DataFrame
        Of the term ledger.
    amounts_are_misread : bool
        Whether terms' amounts are raised to a year although their column says they are of another length.

    Returns
    -------
    Retention
        With ``cautions``: none where nothing is in doubt, and none of a cohort that is not made from terms.

    Notes
    -----
    Churn is in doubt where, for 2 % of the cohort or more, the status says gone of who counts as staying, or current
    of who counts as gone. NRR is in doubt above 200 %, in all or in a group; and where most of the growth, of 10 % of
    opening revenue or more, is of members with more terms of dues at the same time than when the window opened, for
    their amounts are added. No sentence holds a count, so that none tells of few members.
    """
    if cohort.source != "terms" or cohort.opened_on is None:
        return retention
    churn = _doubt_who_left(cohort, members)
    money = _doubt_growth(cohort, cohort.opened_on, terms)
    if amounts_are_misread:
        money.append(
            "Amounts are raised to a year's by the length of each term, which their column's name speaks against."
        )
    money += _doubt_size(retention)
    cautions = {name: " ".join(said) for name, said in (("logo_churn", churn), ("nrr", money)) if said}
    return replace(retention, cautions=cautions)


def _doubt_who_left(cohort: Cohort, members: pd.DataFrame) -> list[str]:
    if "status" not in members:
        return []
    status = cohort.table["member_id"].map(members.drop_duplicates("member_id").set_index("member_id")["status"])
    gone = cohort.table["gone"].to_numpy(dtype=bool)
    # Who came back counts as gone by a rule of its own, and is current rightly.
    back = cohort.table["rejoined"].fillna(False).to_numpy(dtype=bool)
    stays = float((status.isin(GONE_STATUSES).to_numpy() & ~gone).mean())
    left = float((status.isin(CURRENT_STATUSES).to_numpy() & gone & ~back).mean())
    said = []
    if stays >= WORTH_A_WORD:
        said.append(
            "The status of some who count as staying, for a term of theirs runs, says that they are gone: churn may "
            "be higher."
        )
    if left >= WORTH_A_WORD:
        said.append(
            "The status of some who count as gone, for no term of theirs runs, says that they are members: churn may "
            "be lower."
        )
    return said


def _doubt_growth(cohort: Cohort, opened_on: date, terms: pd.DataFrame) -> list[str]:
    table = cohort.table.set_index("member_id")
    grown = (table["closing"] - table["opening"]).clip(lower=0)
    if not grown.sum() > _LEAST_GROWTH * table["opening"].sum():
        return []
    several = find_side_by_side(terms)
    dues = terms[terms["member_id"].isin(several["member_id"]) & (terms["kind"] == "dues")]

    def count_running(day: pd.Timestamp) -> pd.Series:
        running = dues[(dues["starts_on"] <= day) & (dues["ends_on"] >= day)]
        return running.groupby("member_id").size().reindex(table.index).fillna(0)

    closing = count_running(pd.Timestamp(cohort.closed_on))
    more = (closing > 1) & (closing > count_running(pd.Timestamp(opened_on)))
    if grown[more].sum() <= grown.sum() / 2:
        return []
    return [
        "Most of the growth is of members with more terms at the same time than when the window opened, whose amounts "
        "are added: where later terms replace earlier ones, NRR is lower."
    ]


def _doubt_size(retention: Retention) -> list[str]:
    nrr = retention.table["nrr"]
    if not (nrr > HIGHEST_NRR).any():
        return []
    where = "" if nrr.iloc[0] > HIGHEST_NRR else " of a group"
    most = format_share(HIGHEST_NRR, 0)
    return [f"NRR{where} above {most} is more than dues grow in a window: check amounts and terms before it is told."]
