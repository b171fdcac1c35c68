"""The pods' case as raw files: a workbook of companies, dues paid, time sheets, and the pods' people.

``podded`` holds the clean truth; here it is written down in the shape of iMIS exports and of time sheets kept by
hand.
"""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

from axlib.tables.demo.podded import PODS, ROLES, invent_podded, write_entries, write_terms
from axlib.tables.demo.spelling import blank_some, mixed_dates, pad_with_spaces, slash_date, spell_money, spell_words

_STATUSES = {"active": ("A", "Active"), "lapsed": ("S", "Suspended")}
_WISHES = {
    "self_serve": ("Self service", "self service", "Portal"),
    "async": ("E-mail", "e-mail"),
    "live": ("Calls", "Visits", "calls"),
}
_MODES = {
    "sync": ("1:1 call", "Visit", "1:1 CALL"),
    "async": ("E-mail", "e-mail"),
    "inbound": ("Portal question", "portal question"),
    "group": ("Round table", "Webinar"),
}
_SCALES = {
    "internal_capacity": "UD_CAPACITY",
    "guidance_need": "UD_GUIDANCE",
    "goal_complexity": "UD_COMPLEXITY",
    "stakes": "UD_STAKES",
    "technical_maturity": "UD_MATURITY",
}


def pods_files(*, seed: int, noise: float = 0.0) -> dict[str, bytes]:
    """Write the pods' case, as path within its folder -> content.

    Parameters
    ----------
    seed : int
        Decides who is who; counts, dues and minutes of the case stay in sum.
    noise : float
        Share of members whose segment and price are drawn by chance, and spread of the minutes; above 0 nothing
        is exact.

    Returns
    -------
    dict of str to bytes
        ``engagement.yml``, ``segments.yml``, ``staff.csv``, and under ``export`` the companies, dues and time
        sheets. The same seed gives the same bytes.
    """
    rng = np.random.default_rng(seed)
    members = invent_podded(rng=rng, noise=noise)
    terms, entries = write_terms(members), write_entries(members, rng=rng, noise=noise)
    here = Path(__file__).parent
    return {
        "engagement.yml": (here / "pods.yml").read_bytes(),
        "segments.yml": (here / "pods_segments.yml").read_bytes(),
        "staff.csv": _as_csv(_staff()),
        "export/companies.xlsx": _as_workbook(_companies(members, terms, rng=rng)),
        "export/dues.tsv": _as_csv(_dues(terms, rng=rng), sep="\t"),
        "export/timesheets.csv": b"\xef\xbb\xbf" + _as_csv(_timesheets(entries, rng=rng)),
    }


def _staff() -> pd.DataFrame:
    people = [
        (f"{role}{pod}", f"{title} {pod}", f"Pod {pod}") for pod in range(1, PODS + 1) for role, title in ROLES.items()
    ]
    staff = pd.DataFrame(people, columns=["staff_id", "name", "team"])
    return staff.assign(hours_per_year="1,500", hourly_cost="$40.00", ramp="1.0")


def _companies(members: pd.DataFrame, terms: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Return the companies as text: members, prospects, copies and rows without a number."""
    newest = terms.drop_duplicates("member_id", keep="last").set_index("member_id").loc[members["member_id"]]
    status = pd.Series(np.where(members["left_in"] > 0, "lapsed", "active"), members.index)
    rows = pd.DataFrame(
        {
            "iMIS Id": members["member_id"],
            "Company": pad_with_spaces(members["name"], rng=rng),
            "Member Type": "CO",
            "Member Status": spell_words(status, _STATUSES, rng=rng, usual=0.85),
            "Join Date": mixed_dates(members["first_day"], rng=rng),
            "PAID_THRU": slash_date(newest["ends_on"].reset_index(drop=True)),
            "DUES": spell_money(members["annual_dues"], rng=rng),
            "ACCOUNT_LEAD": members["lead"].astype(str) + members["pod"].astype(str),
            "Email": "info@" + members["name"].str.lower().str.replace(r"[^a-z]", "", regex=True) + ".example",
        }
    )
    for name, header in _SCALES.items():
        answers = members[name].astype(str)
        rows[header] = blank_some(answers, rng=rng, share=0.1) if name == "technical_maturity" else answers
    rows["UD_SERVICE_WISH"] = spell_words(members["preferred_mode"], _WISHES, rng=rng)
    rows["UD_EMPLOYEES"] = blank_some(members["staff_count"].astype(str), rng=rng, share=0.08)
    pick = rng.permutation(rows.index[members["left_in"] == 0].to_numpy())
    copies, near, nobody = rows.loc[pick[:7]], rows.loc[pick[7:15]].copy(), rows.loc[pick[15:18]].copy()
    near["Company"] = near["Company"].str.strip().str.replace(" ", "  ") + " "
    nobody["iMIS Id"] = ""
    prospects = rows.loc[pick[18:58]].assign(
        **{"Member Type": "PROS", "Member Status": "I", "DUES": "", "PAID_THRU": ""}
    )
    prospects["iMIS Id"] = [f"{99_000 + n}" for n in range(len(prospects))]
    prospects["Company"] = prospects["Company"].str.strip() + " (prospect)"
    table = pd.concat([rows, copies, near, nobody, prospects], ignore_index=True)
    return table.sample(frac=1, random_state=rng).reset_index(drop=True)


def _dues(terms: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Return dues and other payments as text, some twice and some the wrong way round."""
    tickets = terms.sample(n=140, random_state=rng)
    day = tickets["starts_on"] + pd.to_timedelta(rng.integers(20, 200, size=len(tickets)), unit="D")
    tickets = tickets.assign(starts_on=day, ends_on=day, level="CONFERENCE", amount=rng.choice([195.0, 450.0], 140))
    sold = pd.concat([terms, tickets[day <= "2025-12-31"]]).sort_values(["starts_on", "member_id", "level"])
    sold = sold.reset_index(drop=True)
    dues = sold["level"] != "CONFERENCE"
    rows = pd.DataFrame(
        {
            "TRANS": (pd.Series(range(len(sold))) + 880_001).astype(str),
            "BT_ID": sold["member_id"],
            "PRODUCT_CODE": np.where(dues, "DUES_" + sold["level"].str.upper(), sold["level"]),
            "PRODUCT_TYPE": np.where(dues, rng.choice(["DUES", "Dues"], size=len(sold), p=[0.9, 0.1]), "MEETING"),
            "BILL_BEGIN": mixed_dates(sold["starts_on"], rng=rng),
            "BILL_THRU": mixed_dates(sold["ends_on"], rng=rng),
            "PAYMENT_AMOUNT": spell_money(sold["amount"], rng=rng),
        }
    )
    pick = rng.permutation(rows.index[dues].to_numpy())
    copies, reversed_ = rows.loc[pick[:9]], rows.loc[pick[9:12]].copy()
    reversed_[["BILL_BEGIN", "BILL_THRU"]] = reversed_[["BILL_THRU", "BILL_BEGIN"]].to_numpy()
    table = pd.concat([rows, copies, reversed_]).sort_index(kind="stable")
    total = pd.DataFrame({"TRANS": ["Total"], "PAYMENT_AMOUNT": [f"{sold['amount'].sum():,.2f}"]})
    return pd.concat([table, total], ignore_index=True).fillna("")


def _timesheets(entries: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Return the time sheets as text; some entries stand twice, some more have no minutes."""
    rows = pd.DataFrame(
        {
            "Entry": (pd.Series(range(len(entries))) + 1_000_001).astype(str),
            "Day": mixed_dates(entries["at"], rng=rng),
            "Company no.": pad_with_spaces(entries["member_id"], rng=rng, share=0.01),
            "What": pad_with_spaces(spell_words(entries["mode"], _MODES, rng=rng, usual=0.7), rng=rng),
            "Min": entries["minutes"].astype(int).astype(str),
            "Who": entries["staff_id"],
        }
    )
    twice = rows.loc[np.sort(rng.choice(len(rows), size=25, replace=False))]
    unknown = rows.loc[np.sort(rng.choice(len(rows), size=40, replace=False))].assign(Min="")
    unknown["Entry"] = unknown["Entry"] + "b"
    return pd.concat([rows, twice, unknown]).sort_index(kind="stable", ignore_index=True)


def _as_csv(table: pd.DataFrame, sep: str = ",") -> bytes:
    return table.to_csv(index=False, sep=sep, lineterminator="\r\n").encode("utf-8")


def _as_workbook(table: pd.DataFrame) -> bytes:
    """Write the companies below a banner, every cell as text, and a second sheet that explains the codes."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        # Without a fixed date of creation no two runs would give the same bytes.
        workbook.set_properties({"title": "Companies", "created": datetime(2026, 1, 5, 9, 0)})
        sheet = workbook.add_worksheet("Companies")
        sheet.write_string(0, 0, "IQA: companies with membership fields")
        sheet.write_string(1, 0, "run 5 January 2026")
        for at, name in enumerate(table.columns):
            sheet.write_string(3, at, name)
            sheet.write_column(4, at, table[name].tolist())
        codes = workbook.add_worksheet("Codes")
        codes.write_column(0, 0, ["Member Status", "A active", "S suspended, no longer a member", "I prospect"])
    return buffer.getvalue()
