"""Rules that turn rows of money into terms: ends, credits, overlaps. Each says what it changed."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pandas as pd

from axlib.tables.ledger.term_spans import annualise

CENT = 0.005


class Step(NamedTuple):
    """Terms after one rule.

    Attributes
    ----------
    terms : DataFrame
    notes : DataFrame
        source_row, member_id, what, before, after: the terms the rule changed.
    differences : DataFrame
        source_row, member_id, amount, why: money that is in no term.
    """

    terms: pd.DataFrame
    notes: pd.DataFrame
    differences: pd.DataFrame


NOTES = ("source_row", "member_id", "what", "before", "after")


def _notes(rows: pd.DataFrame, what: str, before: pd.Series, after: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "source_row": rows["source_row"].to_numpy(),
            "member_id": rows["member_id"].to_numpy(),
            "what": pd.Series([what] * len(rows), dtype="str"),
            "before": before.astype("str").to_numpy(),
            "after": after.astype("str").to_numpy(),
        },
        columns=list(NOTES),
    )


def run_to(rows: pd.DataFrame, as_of: date) -> Step:
    """Let terms without end run to as_of."""
    no_end = rows["ends_on"].isna()
    end = rows["starts_on"].where(rows["starts_on"] > pd.Timestamp(as_of), pd.Timestamp(as_of))
    terms = rows.assign(ends_on=rows["ends_on"].where(~no_end, end).astype("datetime64[s]"))
    changed = terms[no_end.to_numpy()]
    blank = pd.Series([""] * len(changed), dtype="str")
    notes = _notes(changed, "no end: runs to as_of", blank, changed["ends_on"].dt.strftime("%Y-%m-%d"))
    return Step(terms, notes, rows.iloc[:0])


def apply_credits(rows: pd.DataFrame) -> Step:
    """Take negative amounts off the terms they belong to; drop terms refunded whole."""
    credit = (rows["amount"] < 0) & (rows["kind"] != "one_off")
    credits, terms = rows[credit], rows[~credit]
    no_difference = pd.DataFrame(columns=["source_row", "member_id", "amount", "why"])
    if credits.empty:
        return Step(rows, _notes(credits, "", credits["amount"], credits["amount"]), no_difference)
    targets = terms[["member_id", "starts_on", "ends_on"]].assign(term=terms.index)
    same = credits.reset_index(names="credit").merge(targets, on=["member_id", "starts_on", "ends_on"], how="left")
    exact = same.drop_duplicates("credit", keep="last").set_index("credit")["term"]
    left = credits[exact.reindex(credits.index).isna().to_numpy()].sort_values("starts_on")
    before = pd.merge_asof(
        left.reset_index(names="credit")[["credit", "member_id", "starts_on"]],
        targets[["member_id", "starts_on", "term"]].sort_values("starts_on"),
        on="starts_on",
        by="member_id",
    ).set_index("credit")["term"]
    target = exact.fillna(before).reindex(credits.index)
    unplaced = credits[target.isna().to_numpy()]
    placed = credits[target.notna().to_numpy()]
    taken = placed["amount"].groupby(target.dropna().astype("int64")).sum()
    net = terms["amount"].add(taken.reindex(terms.index).fillna(0.0))
    touched = terms.index.isin(taken.index)
    annual = terms["annual_amount"].where(~touched, annualise(net, terms["starts_on"], terms["ends_on"]))
    mended = terms.assign(amount=net, annual_amount=annual)
    changed = terms[touched]
    notes = _notes(changed, "credit taken off", changed["amount"], net[touched].round(2))
    gone = touched & (net.abs() < CENT).to_numpy()
    over = touched & (net <= -CENT).to_numpy()
    differences = [
        unplaced.assign(why="a credit without a term it belongs to"),
        mended[over].assign(why="credits beyond the term's amount"),
    ]
    listed = pd.concat(differences)[["source_row", "member_id", "amount", "why"]].reset_index(drop=True)
    return Step(mended[~(gone | over)].reset_index(drop=True), notes, listed)


def place_overlaps(rows: pd.DataFrame) -> Step:
    """Cut a term where one of its kind that begins inside it and ends later replaces it; mark what is added to it.

    A recurring programme of a member with dues runs beside them, and never replaces them.
    """
    rows = rows.sort_values(["member_id", "starts_on", "ends_on"], ignore_index=True)
    recurring = rows["kind"] != "one_off"
    base = rows[recurring.to_numpy()]
    # One number per member and kind: grouping by two columns of text takes ten times as long.
    own = pd.Series(pd.factorize(base["member_id"])[0] * 2 + (base["kind"] == "recurring").to_numpy(), base.index)
    latest = base.groupby(own, sort=False)["ends_on"].cummax().groupby(own, sort=False).shift()
    first_of_day = ~pd.DataFrame({"own": own, "starts_on": base["starts_on"]}).duplicated()
    added = (latest.notna() & (base["ends_on"] <= latest)) | ~first_of_day
    rows = rows.assign(added=added.reindex(rows.index).fillna(True))
    anchors = rows[~rows["added"].to_numpy(dtype=bool)]
    following = anchors.groupby(own.loc[anchors.index], sort=False)["starts_on"].shift(-1)
    cut = following.notna() & (anchors["ends_on"] >= following)
    ends = anchors["ends_on"].where(~cut, following - pd.Timedelta(days=1))
    notes = _notes(
        anchors[cut.to_numpy()],
        "replaced by a later term from the next day",
        anchors.loc[cut, "ends_on"].dt.strftime("%Y-%m-%d"),
        ends[cut].dt.strftime("%Y-%m-%d"),
    )
    whole = rows["ends_on"].copy()
    whole.loc[ends.index] = ends
    beside = rows["added"].astype(bool)
    programmes = rows["kind"] == "recurring"
    if programmes.any():
        payers = rows.loc[rows["kind"] == "dues", "member_id"]
        beside |= programmes & rows["member_id"].isin(payers)
    return Step(rows.assign(added=beside, ends_on=whole, source_end=rows["ends_on"]), notes, rows.iloc[:0])
