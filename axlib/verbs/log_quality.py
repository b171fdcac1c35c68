"""How far a log of contacts can be trusted: who and what is missing in it."""

from __future__ import annotations

from datetime import date

import pandas as pd

from axlib.words.display import count_words, format_share, join_words

#: From these shares on a log is thin.
WITHOUT_CONTACT, WITHOUT_MINUTES = 0.5, 0.2
#: From these on it looks written down afterwards.
ON_WEEKENDS, ROUND_MINUTES = 0.1, 0.9


def note_quality(
    inside: pd.DataFrame,
    by_member: pd.DataFrame,
    people: pd.DataFrame | None,
    *,
    begins_on: date,
    ends_on: date,
) -> pd.DataFrame:
    """Check a log of contacts.

    Parameters
    ----------
    inside : DataFrame
        Touches of the window.
    by_member : DataFrame, one row per current member
        ``staff_id``, ``contacts``.
    people : DataFrame or None
        ``staff_id``, ``here``.
    begins_on, ends_on : date
        The window.

    Returns
    -------
    DataFrame, one row per check
        ``check``, ``value`` (a share, but months and people are counts), ``is_thin``, ``note``: half a sentence that
        begins small. Weekends and round minutes do not make a log thin: they tell how it was written.
    """
    minutes = inside["minutes"]
    without = float((by_member["contacts"] == 0).mean()) if len(by_member) else 0.0
    missing = float(minutes.isna().mean())
    empty = _silent(inside, by_member, people)
    months = pd.period_range(begins_on, ends_on, freq="M")
    # A window that begins or ends within a month may hold too little of it to tell.
    whole = [month for month in months if month.start_time.date() >= begins_on and month.end_time.date() <= ends_on]
    quiet = [str(month) for month in whole if month not in set(inside["at"].dt.to_period("M"))]
    weekend = float((inside["at"].dt.day_of_week >= 5).mean())
    known = minutes[minutes > 0]
    quarter = float((known % 15 == 0).mean()) if len(known) else 0.0
    rows = [
        (
            "Members without a contact",
            without,
            without > WITHOUT_CONTACT,
            f"{format_share(without, 0)} of members have no contact in it",
        ),
        (
            "Contacts without minutes",
            missing,
            missing > WITHOUT_MINUTES,
            f"{format_share(missing)} of contacts have no minutes and add no hours",
        ),
        (
            "People with members and no contact",
            float(len(empty)),
            bool(empty),
            f"{count_words(len(empty), 'person has', 'people have')} members and no contact in it",
        ),
        (
            "Months without a contact",
            float(len(quiet)),
            bool(quiet),
            f"{join_words(quiet)} {'has' if len(quiet) == 1 else 'have'} no contact"
            if 0 < len(quiet) < 4
            else f"{count_words(len(quiet), 'month has', 'months have')} no contact",
        ),
        (
            "Contacts on weekends",
            weekend,
            False,
            f"{format_share(weekend, 0)} of contacts fall on weekends"
            + (": many dates may be those of writing it down" if weekend > ON_WEEKENDS else ""),
        ),
        (
            "Minutes in whole quarters of an hour",
            quarter,
            False,
            f"{format_share(quarter, 0)} of minutes are whole quarters of an hour"
            + (": they look estimated, not measured" if quarter > ROUND_MINUTES else ""),
        ),
    ]
    table = pd.DataFrame(rows, columns=["check", "value", "is_thin", "note"])
    return table.astype({"check": "str", "is_thin": bool, "note": "str"})


def _silent(inside: pd.DataFrame, by_member: pd.DataFrame, people: pd.DataFrame | None) -> list[str]:
    """Who has members and wrote nothing down; nobody where the log does not name its writers."""
    if people is None or "staff_id" not in inside.columns or inside["staff_id"].notna().sum() == 0:
        return []
    here = people.loc[people["here"], "staff_id"]
    busy = here.isin(by_member["staff_id"]) & ~here.isin(inside["staff_id"])
    return sorted(here[busy])
