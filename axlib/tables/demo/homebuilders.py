"""The homebuilders' case as raw files: the member sheet, invoices of an accounting system, logged activities.

``builders`` holds the clean truth; here it is written down as Novi AMS and QuickBooks do, with what goes wrong
there.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from axlib.tables.demo.builders import STAFF, invent_builders, write_terms, write_touches
from axlib.tables.demo.spelling import (
    blank_some,
    mixed_dates,
    pad_with_spaces,
    slash_date,
    spell_money,
    spell_words,
)

_STATUSES = {"active": ("Current", "current", "CURRENT"), "lapsed": ("Expired", "expired")}
_WISHES = {
    "self_serve": ("On our own", "on our own", "Self-service"),
    "async": ("By e-mail", "Email", "by e-mail"),
    "live": ("In person", "in person", "Phone or in person"),
}
_ACTIVITIES = {
    "sync": ("Meeting", "Call", "Site visit", "meeting"),
    "async": ("Email", "E-mail"),
    "inbound": ("Help desk", "help desk"),
    "group": ("Workshop", "WORKSHOP"),
}
_SCALES = {
    "internal_capacity": "Internal Capacity (0-4)",
    "guidance_need": "Guidance Need (0-4)",
    "goal_complexity": "Goal Complexity (0-4)",
    "stakes": "Stakes (0-4)",
    "technical_maturity": "Technical Maturity (0-4)",
}


def homebuilders_files(*, seed: int, noise: float = 0.0) -> dict[str, bytes]:
    """Write the homebuilders' case, as path within its folder -> content.

    Parameters
    ----------
    seed : int
        Decides who is who; every count and sum of the case stays.
    noise : float
        Share of members whose lot is drawn by chance; above 0 nothing is exact.

    Returns
    -------
    dict of str to bytes
        ``engagement.yml`` (the year after), ``before.yml`` (the year before, from what was known then),
        ``segments.yml``, ``staff.csv``, and under ``export`` members, invoices and activities. The same seed
        gives the same bytes.
    """
    rng = np.random.default_rng(seed)
    members = invent_builders(rng=rng, noise=noise)
    terms, touches = write_terms(members), write_touches(members, rng=rng)
    here = Path(__file__).parent
    after = (here / "homebuilders.yml").read_text("utf-8")
    before = (
        after.replace("as_of: 2025-12-31 ", "as_of: 2024-12-31 ")
        .replace("name: homebuilders", "name: homebuilders-before")
        .replace(
            "seed: 0", "seed: 0\nas_known: then                     # what the export knew on that day, no more", 1
        )
    )
    return {
        "engagement.yml": after.encode("utf-8"),
        "before.yml": before.encode("utf-8"),
        "segments.yml": (here / "homebuilders_segments.yml").read_bytes(),
        "staff.csv": _as_csv(_staff()),
        "export/members.csv": b"\xef\xbb\xbf" + _as_csv(_members(members, terms, rng=rng)),
        "export/invoices.csv": _invoices(terms, rng=rng),
        "export/activities.csv": _as_csv(_activities(touches, rng=rng), sep=";"),
    }


def _staff() -> pd.DataFrame:
    people = [(person, f"{kind} MSM {person[1]}", f"{kind}s") for kind, ids in STAFF.items() for person in ids]
    staff = pd.DataFrame(people, columns=["staff_id", "name", "team"])
    return staff.assign(hours_per_year="1,500", hourly_cost="$45.00", ramp="1.0")


def _members(members: pd.DataFrame, terms: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Return the member sheet as text: organisations, their people, copies and impossible rows."""
    current = members["package_2025"] != ""
    newest = terms.drop_duplicates("member_id", keep="last").set_index("member_id").loc[members["member_id"]]
    status = pd.Series(np.where(current, "active", "lapsed"), members.index)
    rows = pd.DataFrame(
        {
            "Unique ID": members["member_id"],
            "Parent Import ID": "",
            "Company Name": pad_with_spaces(members["name"], rng=rng),
            "Is a Person": "FALSE",
            "Member Type": pad_with_spaces(members["member_type"], rng=rng),
            "Membership Level": newest["package"].to_numpy(),
            "Membership Status": pad_with_spaces(spell_words(status, _STATUSES, rng=rng, usual=0.9), rng=rng),
            "Original Join Date": mixed_dates(members["first_day"], rng=rng),
            "Membership Expires": slash_date(newest["ends_on"].reset_index(drop=True)),
            "Annual Dues": spell_money(newest["amount"].reset_index(drop=True), rng=rng),
            "Success Manager": pad_with_spaces(members["staff_id"], rng=rng, share=0.02),
            "Email": "office@" + members["name"].str.lower().str.replace(r"[^a-z]", "", regex=True) + ".example",
        }
    )
    for name, header in _SCALES.items():
        answers = members[name].astype(str)
        rows[header] = blank_some(answers, rng=rng, share=0.1) if name == "technical_maturity" else answers
    rows["How do you like to be served?"] = spell_words(members["preferred_mode"], _WISHES, rng=rng)
    rows["Years in the Trade"] = blank_some(members["industry_experience_years"].astype(str), rng=rng, share=0.08)
    pick = rng.permutation(rows.index[current].to_numpy())
    # People of member companies inherit their company's status and pay nothing: they are no members.
    people = rows.loc[pick[:90]].assign(**{"Is a Person": "TRUE", "Annual Dues": ""})
    people["Parent Import ID"] = people["Unique ID"]
    people["Unique ID"] = people["Unique ID"] + "-P1"
    people["Company Name"] = "Contact of " + people["Company Name"].str.strip()
    copies, near, nobody = rows.loc[pick[:8]], rows.loc[pick[8:17]].copy(), rows.loc[pick[17:20]].copy()
    near["Company Name"] = " " + near["Company Name"].str.strip().str.replace(" ", "  ")
    near["Annual Dues"] = near["Annual Dues"] + " "
    nobody["Unique ID"] = ""
    bad = rows.loc[pick[20:24]].copy()
    bad["Unique ID"] = [f"HB-TEST{n}" for n in range(len(bad))]
    bad["Annual Dues"] = "-$600.00"
    bad["Membership Status"] = "Expired"
    prospects = rows.loc[pick[24:54]].assign(
        **{"Membership Status": "Prospect", "Annual Dues": "", "Membership Expires": "", "Membership Level": ""}
    )
    prospects["Unique ID"] = [f"HB-9{n:04d}" for n in range(len(prospects))]
    prospects["Company Name"] = prospects["Company Name"].str.strip() + " (prospect)"
    table = pd.concat([rows, people, copies, near, nobody, bad, prospects], ignore_index=True)
    return table.sample(frac=1, random_state=rng).reset_index(drop=True)


def _invoices(terms: pd.DataFrame, *, rng: np.random.Generator) -> bytes:
    """Return the sales report of the accounting system: a banner above, totals below, credits and copies inside."""
    tickets = terms.sample(n=160, random_state=rng)
    day = tickets["starts_on"] + pd.to_timedelta(rng.integers(20, 200, size=len(tickets)), unit="D")
    tickets = tickets.assign(starts_on=day, ends_on=day, package="Home show", amount=rng.choice([85.0, 250.0], 160))
    sold = pd.concat([terms, tickets[day <= "2025-12-31"]]).sort_values(["starts_on", "member_id", "package"])
    sold = sold.reset_index(drop=True)
    dues = sold["package"] != "Home show"
    paid = sold["starts_on"] - pd.to_timedelta(rng.integers(0, 21, size=len(sold)), unit="D")
    rows = pd.DataFrame(
        {
            "Date": mixed_dates(paid, rng=rng),
            "Transaction type": "Invoice",
            "Num": (pd.Series(range(len(sold))) + 50_201).astype(str),
            "Customer ID": pad_with_spaces(sold["member_id"], rng=rng, share=0.02),
            "Class": np.where(dues, rng.choice(["Dues", "dues"], size=len(sold), p=[0.9, 0.1]), "Events"),
            "Product/Service": sold["package"],
            "Service from": mixed_dates(sold["starts_on"], rng=rng),
            "Service to": mixed_dates(sold["ends_on"], rng=rng),
            "Amount": spell_money(sold["amount"], rng=rng),
        }
    )
    pick = rng.permutation(rows.index[dues].to_numpy())
    copies, reversed_ = rows.loc[pick[:12]], rows.loc[pick[12:15]].copy()
    reversed_[["Service from", "Service to"]] = reversed_[["Service to", "Service from"]].to_numpy()
    # Invoiced twice under another number, and credited: the two rows come to nothing.
    twice = rows.loc[pick[15:21]].copy()
    twice["Num"] = twice["Num"] + "-A"
    credit = twice.assign(Num="CM-" + twice["Num"], Amount=sold["amount"][twice.index].map("-{:.2f}".format))
    credit["Transaction type"] = "Credit memo"
    table = pd.concat([rows, copies, reversed_, twice, credit]).sort_index(kind="stable")
    total = f'TOTAL,,,,,,,,"${sold["amount"].sum():,.2f}"\r\n'
    banner = "Example Homebuilders Association\r\nSales by Customer Detail\r\nJanuary 2023 - December 2025\r\n\r\n"
    return banner.encode("utf-8") + _as_csv(table) + total.encode("utf-8")


def _activities(touches: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Return the logged activities; a few stand twice, a few more have no duration, some are notes to oneself."""
    rows = pd.DataFrame(
        {
            "Activity ID": (pd.Series(range(len(touches))) + 700_001).astype(str),
            "Member ID": touches["member_id"],
            "Activity Date": mixed_dates(touches["at"], rng=rng),
            "Activity Type": pad_with_spaces(spell_words(touches["mode"], _ACTIVITIES, rng=rng, usual=0.6), rng=rng),
            "Minutes": touches["minutes"].astype(int).astype(str),
            "Logged by": touches["staff_id"],
        }
    )
    twice = rows.loc[np.sort(rng.choice(len(rows), size=20, replace=False))]
    unknown = rows.loc[np.sort(rng.choice(len(rows), size=30, replace=False))].assign(Minutes="")
    unknown["Activity ID"] = "N" + unknown["Activity ID"]
    return pd.concat([rows, twice, unknown]).sort_index(kind="stable", ignore_index=True)


def _as_csv(table: pd.DataFrame, sep: str = ",") -> bytes:
    return table.to_csv(index=False, sep=sep, lineterminator="\r\n").encode("utf-8")
