"""The bankers' case as raw files: contacts, invoices, activities, staff and the engagement file.

``demo_banks`` and ``demo_history`` hold the clean truth; here it is written down as membership systems and
the people behind them write it.
"""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

from axlib.tables.demo.banks import BOOKS, PRICES, invent_members
from axlib.tables.demo.contacts import write_contacts
from axlib.tables.demo.history import date_memberships, write_terms, write_touches
from axlib.tables.demo.spelling import pad_with_spaces, slash_date, spell_money, spell_words

_ACTIVITIES = {
    "sync": ("Phone call", "Video meeting", "Site visit", "phone call"),
    "async": ("Email", "E-mail", "Chat", "email"),
    "inbound": ("Help desk request", "Portal question", "help desk request"),
    "group": ("Webinar", "Group session", "WEBINAR"),
}
_INVOICES = {
    "Membership application": ("Membership application", "membership application"),
    "Membership renewal": ("Membership renewal", "Membership Renewal", "MEMBERSHIP RENEWAL"),
    "Event registration": ("Event registration",),
}


def bankers_files(*, seed: int, noise: float = 0.0) -> dict[str, bytes]:
    """Write the bankers' case, as path within its folder -> content.

    Parameters
    ----------
    seed : int
        Decides who is who; every count of the case and the sum of today's dues stay.
    noise : float
        Share of members whose segment is drawn by chance; above 0 the counts by segment are no longer exact.

    Returns
    -------
    dict of str to bytes
        ``engagement.yml``, ``staff.csv``, and under ``export`` the members, invoices and activities. The
        same seed gives the same bytes.
    """
    rng = np.random.default_rng(seed)
    members = invent_members(rng=rng, noise=noise)
    members = members.join(date_memberships(members, rng=rng))
    prices = {level: price for levels in PRICES.values() for level, (price, _) in levels.items()}
    members["annual_dues"] = members["level"].map(prices).astype(float)
    terms = write_terms(members, rng=rng)
    touches = write_touches(members, terms, rng=rng)
    last_paid = terms.groupby("member_id")["ends_on"].max().reindex(members["member_id"]).to_numpy()
    earlier = (members["last_start"] + pd.DateOffset(years=1)).astype("datetime64[s]").to_numpy()
    due = np.where(np.isnat(last_paid), earlier, last_paid + np.timedelta64(1, "D"))
    members["renewal_due"] = pd.Series(due, members.index).astype("datetime64[s]")
    return {
        "engagement.yml": Path(__file__).with_name("bankers.yml").read_bytes(),
        "staff.csv": _as_csv(_staff()),
        "export/members.csv": b"\xef\xbb\xbf" + _as_csv(write_contacts(members, rng=rng)),
        "export/invoices.csv": _as_csv(_invoices(terms, rng=rng)),
        "export/activities.xlsx": _as_workbook(_activities(touches, rng=rng)),
    }


def _staff() -> pd.DataFrame:
    n = pd.Series([book.partition("-")[2] for book in BOOKS])
    return pd.DataFrame(
        {
            "staff_id": list(BOOKS),
            "name": pd.Series([f"{team} MSM" for team in BOOKS.values()]) + " " + n,
            "team": list(BOOKS.values()),
            "hours_per_year": "1,500",
            "hourly_cost": "$48.00",
            "ramp": "1.0",
        }
    )


def _invoices(terms: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Return the paid invoices as text, in order of their numbers, with a row of totals below."""
    events = terms.sample(n=110, random_state=rng)
    day = events["starts_on"] + pd.to_timedelta(rng.integers(20, 200, size=len(events)), unit="D")
    tickets = events.assign(starts_on=day, ends_on=day, level="", amount=rng.choice([95.0, 145.0, 295.0], len(events)))
    tickets = tickets[tickets["starts_on"] <= "2025-12-31"].assign(what="Event registration")
    dues = terms.assign(what=np.where(terms["first"], "Membership application", "Membership renewal"))
    sold = pd.concat([dues, tickets]).sort_values(["starts_on", "member_id", "what"], ignore_index=True)
    paid = sold["starts_on"] - pd.to_timedelta(rng.integers(0, 21, size=len(sold)), unit="D")
    rows = pd.DataFrame(
        {
            "Invoice #": (pd.Series(range(len(sold))) + 20_117).astype(str),
            "User ID": sold["member_id"],
            "Invoice date": slash_date(paid - pd.to_timedelta(rng.integers(0, 15, size=len(sold)), unit="D")),
            "Invoice type": pad_with_spaces(spell_words(sold["what"], _INVOICES, rng=rng, usual=0.93), rng=rng),
            "Membership level": sold["level"],
            "Period start": slash_date(sold["starts_on"]),
            "Period end": slash_date(sold["ends_on"]),
            "Invoice total": spell_money(sold["amount"], rng=rng),
            "Payment date": slash_date(paid),
        }
    )
    pick = rng.permutation(rows.index[sold["what"] != "Event registration"].to_numpy())
    again, spelt_anew, reversed_, nobody = (
        rows.loc[pick[a:b]].copy() for a, b in ((0, 8), (8, 12), (12, 14), (14, 15))
    )
    spelt_anew["Invoice total"] = sold["amount"][spelt_anew.index].map(" {:.2f}".format)
    reversed_[["Period start", "Period end"]] = reversed_[["Period end", "Period start"]].to_numpy()
    nobody["User ID"] = ""
    total = pd.DataFrame({"Invoice #": ["Total"], "Invoice total": [f"${sold['amount'].sum():,.2f}"]})
    table = pd.concat([rows, again, spelt_anew, reversed_, nobody]).sort_index(kind="stable")
    return pd.concat([table, total], ignore_index=True).fillna("")


def _activities(touches: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Return the logged contacts; a few stand twice, a few have no duration."""
    rows = pd.DataFrame(
        {
            "Activity ID": (pd.Series(range(len(touches))) + 300_001).map("A-{}".format),
            "Activity date": touches["at"],
            "User ID": touches["member_id"],
            "Activity type": pad_with_spaces(spell_words(touches["mode"], _ACTIVITIES, rng=rng, usual=0.5), rng=rng),
            "Duration (min)": touches["minutes"].astype(float),
            "Staff": touches["staff_id"],
            "Initiated by": touches["initiated_by"].map({"member": "Member", "team": "Team"}),
        }
    )
    twice = rng.choice(len(rows), size=12, replace=False)
    unknown = rng.choice(len(rows), size=25, replace=False)
    rows["Duration (min)"] = rows["Duration (min)"].mask(rows.index.isin(unknown))
    return pd.concat([rows, rows.loc[np.sort(twice)]]).sort_index(kind="stable", ignore_index=True)


def _as_csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8")


def _as_workbook(table: pd.DataFrame) -> bytes:
    """Write the activities below a banner, and a second sheet with the list of types."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        # Without a fixed date of creation no two runs would give the same bytes.
        workbook.set_properties({"title": "Activity report", "created": datetime(2026, 1, 5, 9, 0)})
        day = workbook.add_format({"num_format": "m/d/yyyy"})
        sheet = workbook.add_worksheet("Activities")
        sheet.write_string(0, 0, "Activity report")
        sheet.write_string(1, 0, "1 January 2024 to 31 December 2025")
        for at, name in enumerate(table.columns):
            sheet.write_string(3, at, name)
            cells = table[name]
            if name == "Activity date":
                for row, value in enumerate(cells.dt.to_pydatetime(), start=4):
                    sheet.write_datetime(row, at, value, day)
            else:
                sheet.write_column(4, at, ["" if pd.isna(cell) else cell for cell in cells])
        types = workbook.add_worksheet("Types")
        types.write_column(0, 0, ["Activity type", *(words[0] for words in _ACTIVITIES.values())])
    return buffer.getvalue()
