"""The term ledger: which membership terms each member had, for how much a year, by rules that are stated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import pandas as pd

from axlib.tables.cleaning import CleanTables
from axlib.tables.ledger.related_events import relate_events
from axlib.tables.ledger.term_events import find_events
from axlib.tables.ledger.term_rules import CENT, NOTES, apply_credits, place_overlaps, run_to
from axlib.tables.ledger.term_spans import DAYS_PER_YEAR, annualise, count_days, whole_months
from axlib.words.display import count_words, format_money
from axlib.words.errors import ConfigurationError
from axlib.words.results import Result
from axlib.words.vocabulary import CURRENT_STATUSES

TERM_COLUMNS = ("member_id", "starts_on", "ends_on", "amount", "annual_amount", "kind", "product", "source_row")


@dataclass(frozen=True, eq=False, repr=False)
class TermLedger(Result):
    """Terms and what happened at their ends.

    Attributes
    ----------
    terms : DataFrame
        member_id, starts_on, ends_on (last day covered), amount (paid for the term), annual_amount, kind,
        product, source_row; by member and start. Terms of one member that run at the same time add up.
    events : DataFrame
        member_id, at, event, amount_before, amount_after (annual), gap_days; by member and day.
    adjustments : DataFrame
        source_row, member_id, what, before, after: how a term differs from its row in the source.
    differences : DataFrame
        source_row, member_id, amount, why: money of the source that is in no term.
    left_out : DataFrame
        source_row, amount, why: money of rows that were set aside, or merged as exported twice.
    source : str
        What the terms were made from.
    why : str
        Why there are none; empty where there are.
    source_total, ledger_total : float
        Money in the source and in the terms; they differ by the sum of ``differences``.
    currency : str
    """

    terms: pd.DataFrame
    events: pd.DataFrame
    adjustments: pd.DataFrame
    differences: pd.DataFrame
    left_out: pd.DataFrame
    source: str
    why: str
    source_total: float
    ledger_total: float
    currency: str = ""

    title: ClassVar[str] = "What happened at the ends of terms"

    def summary(self) -> pd.DataFrame:
        """Return the number of events by kind, and the annual amounts before and after."""
        counted = self.events.groupby("event", sort=True).agg(
            count=("member_id", "size"),
            opening_revenue=("amount_before", "sum"),
            closing_revenue=("amount_after", "sum"),
        )
        return counted.reset_index()

    @property
    def text(self) -> str:
        """What the ledger rests on and whether its money adds up."""
        if self.why:
            return self.why
        sentences = [
            f"{count_words(len(self.terms), 'term')} of {self.terms['member_id'].nunique():,} members, from "
            f"{self.source}."
        ]
        gap = self.source_total - self.ledger_total
        total = format_money(self.source_total, self.currency)
        if abs(gap) < CENT:
            sentences.append(f"Its money equals the source's to the cent ({total}).")
        else:
            sentences.append(
                f"The source holds {total}, the ledger {format_money(self.ledger_total, self.currency)}; the "
                f"difference is listed in {count_words(len(self.differences), 'row')}."
            )
        if len(self.left_out):
            more = format_money(float(self.left_out["amount"].sum()), self.currency)
            rows = count_words(len(self.left_out), "row")
            sentences.append(f"{rows} with {more} had been set aside or were exported twice.")
        return " ".join(sentences)


def build_terms(clean: CleanTables, *, as_of: date, grace_days: int, rejoin: str) -> TermLedger:
    """Build the term ledger from the terms table, or from the dates and dues of members.

    Rules. A whole number of months is annualised by months (12 months: the amount itself), other spans by
    days / 365.25. A credit (negative amount) lowers the term it belongs to: same days, else the latest begun
    before it; a term refunded whole is no term. A term that begins inside another of its kind and ends later
    replaces it from that day; one that ends with or before it is added to it (a top-up, a second programme), as is
    a recurring programme beside dues. A term without end runs to ``as_of``.

    Parameters
    ----------
    clean : CleanTables
    as_of : date
    grace_days : int
        Days after its end within which a new term renews the old one.
    rejoin : {'new', 'retained'}
        Whether a member who returns after grace lapsed and rejoined, or renewed late.

    Returns
    -------
    TermLedger

    Raises
    ------
    ConfigurationError
        ``rejoin`` or ``grace_days`` is not one of its values.
    """
    problems = []
    if rejoin not in ("new", "retained"):
        problems.append(f"build_terms: rejoin is '{rejoin}'; must be new or retained.")
    if grace_days < 0:
        problems.append(f"build_terms: grace_days is {grace_days}; must be 0 or more.")
    if problems:
        raise ConfigurationError(*problems)
    currency = clean.engagement.settings.currency
    rows, source = (
        _from_members(clean.members, as_of) if clean.terms is None else (_from_terms(clean.terms), "the terms table")
    )
    if rows is None:
        return _empty(source, currency)
    source_total = float(rows["amount"].sum())
    adjusted = run_to(rows, as_of)
    credited = apply_credits(adjusted.terms)
    placed = place_overlaps(credited.terms)
    terms = placed.terms
    found = find_events(terms, members=clean.members, as_of=as_of, grace_days=grace_days, rejoin=rejoin)
    events = relate_events(found, terms=terms, members=clean.members, grace_days=grace_days)
    return TermLedger(
        terms=terms[list(TERM_COLUMNS)].reset_index(drop=True),
        events=events,
        adjustments=pd.concat([adjusted.notes, credited.notes, placed.notes], ignore_index=True),
        differences=credited.differences,
        left_out=_left_out(clean),
        source=source,
        why="",
        source_total=source_total,
        ledger_total=float(terms["amount"].sum()),
        currency=currency,
    )


def _from_terms(terms: pd.DataFrame) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "member_id": terms["member_id"],
            "starts_on": terms["starts_on"],
            "ends_on": terms["ends_on"],
            "amount": terms["amount"],
            "kind": terms["kind"].fillna("dues") if "kind" in terms else "dues",
            "product": terms["product"] if "product" in terms else pd.Series(np.nan, terms.index, dtype="str"),
            "source_row": terms.index,
        }
    )
    declared = terms.get("annual_amount", np.nan)
    annual = annualise(rows["amount"], rows["starts_on"], rows["ends_on"])
    rows["annual_amount"] = pd.Series(declared, index=rows.index, dtype=float).fillna(annual)
    rows.loc[rows["kind"] == "one_off", "annual_amount"] = 0.0
    return rows.sort_values(["member_id", "starts_on", "ends_on", "source_row"], ignore_index=True)


def _left_out(clean: CleanTables) -> pd.DataFrame:
    """List the money of terms that never reached the ledger: rows set aside, and second copies of rows."""
    aside = clean.quarantine[(clean.quarantine["table"] == "terms").to_numpy()]
    copies = clean.merged[(clean.merged["table"] == "terms").to_numpy()]
    amounts = clean.terms["amount"] if clean.terms is not None else pd.Series(dtype=float)
    return pd.DataFrame(
        {
            "source_row": [*aside["row"].tolist(), *copies["row"].tolist()],
            "amount": [*aside["amount"].tolist(), *amounts.reindex(copies["into_row"]).tolist()],
            "why": [
                *(f"set aside: {reason}" for reason in aside["reason"].tolist()),
                *(f"the same as row {row}" for row in copies["into_row"].tolist()),
            ],
        }
    ).astype({"amount": float, "why": "str"})


def _from_members(members: pd.DataFrame, as_of: date) -> tuple[pd.DataFrame | None, str]:
    wanted = [] if "annual_dues" in members else ["annual dues"]
    if "expires_on" not in members and "lapsed_on" not in members:
        wanted.append("day of expiry or lapse")
    if "started_on" not in members and "joined_on" not in members:
        wanted.append("day of starting or joining")
    if wanted:
        return None, f"there is no table of terms, and members have no {', no '.join(wanted)}"
    nothing = pd.Series(pd.NaT, index=members.index, dtype="datetime64[s]")
    start = members.get("started_on", nothing).fillna(members.get("joined_on", nothing))
    end = members.get("lapsed_on", nothing).fillna(members.get("expires_on", nothing))
    current = members["status"].isin(CURRENT_STATUSES) if "status" in members else pd.Series(False, index=members.index)
    end = end.mask(end.isna() & current, pd.Timestamp(as_of))
    usable = start.notna() & end.notna() & members["annual_dues"].notna() & (start <= end)
    rows = pd.DataFrame(
        {
            "member_id": members["member_id"],
            "starts_on": start,
            "ends_on": end,
            "annual_amount": members["annual_dues"],
            "kind": "dues",
            "product": members.get("member_type", np.nan),
            "source_row": members.index,
        }
    )[usable.to_numpy()]
    months = whole_months(rows["starts_on"], rows["ends_on"])
    years = np.where(months > 0, months / 12, count_days(rows["starts_on"], rows["ends_on"]) / DAYS_PER_YEAR)
    rows["amount"] = (rows["annual_amount"] * years).round(2)
    first = "its start" if "started_on" in members else "joining"
    earlier = int((members.get("joined_on", nothing) < start)[usable].sum())
    unseen = "amounts of earlier years and gaps are not known"
    if earlier:
        verb = (
            "was a member before its term began, and that time is"
            if earlier == 1
            else ("were members before their terms began, and that time is")
        )
        unseen = f"{earlier:,} {verb} in no term; {unseen}"
    without = int((~usable).sum())
    if without:
        verb = "has no term, for want of" if without == 1 else "have no term, for want of"
        unseen = f"{unseen}; {count_words(without, 'member')} {verb} a start, an end or dues"
    source = f"members alone: one term each, from {first} to expiry, at today's annual dues ({unseen})"
    if rows.empty:
        return None, "there is no table of terms, and no member has a start, an end and annual dues"
    return rows.sort_values(["member_id", "starts_on"], ignore_index=True), source


def _empty(why: str, currency: str) -> TermLedger:
    days = pd.Series([], dtype="datetime64[s]")
    text, money, rows = pd.Series([], dtype="str"), pd.Series([], dtype=float), pd.Series([], dtype="int64")
    terms = pd.DataFrame(dict(zip(TERM_COLUMNS, (text, days, days, money, money, text, text, rows), strict=True)))
    events = find_events(terms, members=pd.DataFrame({"member_id": text}), as_of=date.min, grace_days=0, rejoin="new")
    return TermLedger(
        terms,
        events,
        pd.DataFrame(dict.fromkeys(NOTES, text)),
        pd.DataFrame({"source_row": rows, "member_id": text, "amount": money, "why": text}),
        pd.DataFrame({"source_row": rows, "amount": money, "why": text}),
        source="",
        why=f"No term ledger: {why}.",
        source_total=0.0,
        ledger_total=0.0,
        currency=currency,
    )
