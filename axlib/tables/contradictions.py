"""Where the sources of one export disagree about the same member: counted and shown, with the rule that decides."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from axlib.tables.cells.parsing_words import parse_booleans
from axlib.tables.cleaning import CleanTables
from axlib.tables.recognition.headers import split_header
from axlib.tables.terms import TermLedger
from axlib.words.vocabulary import CURRENT_STATUSES, GONE_STATUSES

COLUMNS = ("signals", "members", "of", "examples", "decides")
_LEAVING = {"churn", "churned", "lapsed", "cancelled", "attrition", "left", "dropped"}
_STATUS_DECIDES = "the status for who is a member today, the terms for who left when and for revenue"
_TERMS_DECIDE = "the terms"


def find_contradictions(clean: CleanTables, ledger: TermLedger, *, as_of: date, grace_days: int) -> pd.DataFrame:
    """Count the members about whom two sources disagree.

    Parameters
    ----------
    clean : CleanTables
    ledger : TermLedger
        Its terms count as a source of their own only where they come from a terms table.
    as_of : date
    grace_days : int

    Returns
    -------
    DataFrame
        signals (a sentence), members, of (members of whom both sources say something), examples (up to three
        member_id), decides (the source the kit follows); the most frequent first, none with no member.
    """
    members = clean.members
    day, grace = pd.Timestamp(as_of), pd.Timedelta(days=grace_days)
    found: list[dict[str, object]] = []

    def note(signals: str, known: pd.Series, wrong: pd.Series, decides: str) -> None:
        rows = (known & wrong).to_numpy(dtype=bool, na_value=False)
        if rows.any():
            ids = members["member_id"].to_numpy(dtype=object)[rows]
            found.append(
                {
                    "signals": signals,
                    "members": int(rows.sum()),
                    "of": int(known.to_numpy(dtype=bool, na_value=False).sum()),
                    "examples": ", ".join(map(str, ids[:3])),
                    "decides": decides,
                }
            )

    status = members["status"] if "status" in members else pd.Series(np.nan, members.index, dtype="str")
    current, gone = status.isin(CURRENT_STATUSES), status.isin(GONE_STATUSES)
    if "expires_on" in members:
        expires = members["expires_on"]
        both = status.notna() & expires.notna()
        note(
            "the status is current, but expiry and grace are past",
            both & current,
            expires + grace < day,
            _STATUS_DECIDES,
        )
        note("the status says gone, but expiry is still to come", both & gone, expires > day, _STATUS_DECIDES)
    if "lapsed_on" in members:
        lapsed = members["lapsed_on"].notna()
        note(
            "the status is current, but there is a day of lapsing",
            lapsed & status.notna(),
            current,
            _STATUS_DECIDES,
        )
    if clean.terms is not None and len(ledger.terms):
        by_member = ledger.terms.groupby("member_id")
        last = members["member_id"].map(by_member["ends_on"].max())
        both = status.notna() & last.notna()
        note(
            "the status is current, but the last term and grace are past",
            both & current,
            last + grace < day,
            _STATUS_DECIDES,
        )
        note("the status says gone, but a term is running", both & gone, last >= day, _STATUS_DECIDES)
        note(
            "the status is current, but there is no term at all",
            status.notna() & current,
            last.isna(),
            _STATUS_DECIDES,
        )
        if "expires_on" in members:
            apart = (members["expires_on"] - last).abs() > pd.Timedelta(days=max(grace_days, 1))
            note(
                "expiry and the end of the last term are further apart than grace",
                last.notna() & members["expires_on"].notna(),
                apart,
                _TERMS_DECIDE,
            )
        if "annual_dues" in members:
            running = ledger.terms[(ledger.terms["starts_on"] <= day) & (ledger.terms["ends_on"] >= day)]
            paid = members["member_id"].map(running.groupby("member_id")["annual_amount"].sum())
            apart = (paid - members["annual_dues"]).abs() > 0.01 * members["annual_dues"].abs().clip(lower=1)
            note(
                "annual dues differ from the running terms by more than 1 %",
                paid.notna() & members["annual_dues"].notna(),
                apart,
                _TERMS_DECIDE,
            )
    for name in members.columns:
        if name in ("status", "lapsed_on") or not set(split_header(str(name))) & _LEAVING:
            continue
        days = _read_days(members[name])
        if days is not None:
            left: pd.Series = days <= day
            said = left & status.notna()
            note(f"'{name}' has a day of leaving, the status does not say gone", said, ~gone, _STATUS_DECIDES)
            note(f"the status says gone, '{name}' has no day of leaving", gone, ~left, _STATUS_DECIDES)
            if clean.terms is not None and len(ledger.terms):
                note(f"'{name}' has a day of leaving, but a term is running", left, last >= day, _TERMS_DECIDE)
            continue
        flag = _read_flag(members[name])
        if flag is not None:
            said = flag.notna() & status.notna()
            note(f"'{name}' says gone, the status does not", said & flag.fillna(False), ~gone, _STATUS_DECIDES)
            note(f"'{name}' says not gone, the status does", said & ~flag.fillna(True), gone, _STATUS_DECIDES)
            if clean.terms is not None and len(ledger.terms):
                runs: pd.Series = last.notna() & (last >= day)
                note(
                    f"'{name}' says gone, but a term is running",
                    flag.notna() & flag.fillna(False),
                    runs,
                    _TERMS_DECIDE,
                )
                over: pd.Series = last.notna() & (last + grace < day)
                note(
                    f"'{name}' says not gone, but the last term and grace are past",
                    flag.notna() & ~flag.fillna(True),
                    over,
                    _TERMS_DECIDE,
                )
    table = pd.DataFrame(found, columns=list(COLUMNS))
    return table.sort_values("members", ascending=False, kind="stable", ignore_index=True)


def _read_days(values: pd.Series) -> pd.Series | None:
    """Return a column of days, or None where it holds something else; text counts where the year is first."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return values
    texts = values.dropna() if values.dtype == "str" else values.iloc[:0]
    if texts.empty or not texts.str.match(r"^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}|$)").all():
        return None
    days = pd.to_datetime(texts.str[:10], format="%Y-%m-%d", errors="coerce")
    return days.reindex(values.index).astype("datetime64[s]")


def _read_flag(values: pd.Series) -> pd.Series | None:
    """Return a column of yes and no, or None where it holds something else."""
    if values.dtype != "str":
        return None
    codes, texts = pd.factorize(values)
    meanings = parse_booleans([str(text) for text in texts])
    if not meanings or None in meanings or len(meanings) > 4:
        return None
    read = pd.array([*meanings, None], dtype="boolean")
    return pd.Series(read[codes], index=values.index)
