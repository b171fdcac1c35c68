"""The bankers' contact export, with the headers and the mess of Wild Apricot.

Whatever is spelt badly can be read again; whatever is impossible stands in rows of its own, so that setting
those aside leaves the members exactly as they were made.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from axlib.tables.demo.banks import CURRENT, PRICES, invent_banks
from axlib.tables.demo.spelling import (
    blank_some,
    iso_with_offset,
    pad_with_spaces,
    spell_money,
    spell_words,
)

#: The contact fields of a Wild Apricot export, verbatim and in its order, then the association's own.
HEADERS = (
    "Archived", "Donor", "Event registrant", "Member", "Suspended member", "Event announcements",
    "Member emails and newsletters", "Email delivery disabled", "Email delivery disabled automatically",
    "Receiving emails disabled", "Balance", "Total donated", "Registered for specific event",
    "Profile last updated", "Profile last updated by", "Creation date", "Last login date", "Administrator role",
    "Notes", "Terms of use accepted", "Subscription source", "Member role", "Member since", "Renewal due",
    "Membership level ID", "Access to profile by others", "Renewal date last changed", "Level last changed",
    "Bundle ID", "Membership status", "Membership enabled", "User ID", "First name", "Last name", "Organization",
    "Email", "Phone", "Group participation", "Membership level", "Annual dues", "Member Success Manager",
    "Internal capacity", "Guidance need", "Preferred mode", "Goal complexity", "Stakes", "Technical maturity",
    "Industry experience (years)", "Staff",
)  # fmt: skip
_SCALES = {
    "internal_capacity": "Internal capacity",
    "guidance_need": "Guidance need",
    "goal_complexity": "Goal complexity",
    "stakes": "Stakes",
    "technical_maturity": "Technical maturity",
}
#: Answers that one in ten members has not given; the rules of the segments do not ask for them.
_OFTEN_MISSING = {
    "technical_maturity": "Technical maturity",
    "industry_experience_years": "Industry experience (years)",
    "staff_count": "Staff",
}
_STATUSES = {
    "active": ("Active", "active", "ACTIVE"),
    "lapsed": ("Lapsed", "lapsed"),
    "grace": ("PendingRenewal", "Pending - Renewal"),
    "pending": ("PendingNew", "Pending - New"),
}
_MODES_WISHED = {
    "self_serve": ("Self-serve", "self serve", "On their own"),
    "async": ("Async", "async", "E-mail", "Email"),
    "live": ("Live", "live", "Meetings"),
}
_NOTES = (
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "Asked for the rate survey, sent.",
    'Prefers "short calls", mornings.',
    "Moved to new premises;\nplate on file.",
    "- call back after the board meeting",
)


def write_contacts(members: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Write all rows of the contact export as text: members, other contacts, copies, impossible rows.

    Parameters
    ----------
    members : DataFrame
        Clean truth: the columns of ``invent_members`` and ``date_memberships``, ``annual_dues`` and
        ``renewal_due``.

    Returns
    -------
    DataFrame of text, columns ``HEADERS``
    """
    rows = _member_rows(members, rng=rng)
    others = _other_contacts(set(members["member_id"]), rng=rng)
    pick = rng.permutation(rows.index[members["fate"] == "steady"].to_numpy())
    copies, near, nobody = rows.loc[pick[:6]], rows.loc[pick[6:14]].copy(), rows.loc[pick[14:17]].copy()
    # The same contact exported twice, once with an older spelling: equal again after tidying.
    near["Organization"] = "  " + near["Organization"].str.strip().str.replace(" ", "  ")
    near["Annual dues"] = " " + near["Annual dues"].str.strip()
    nobody["User ID"] = ["", " ", ""]
    bad = _member_rows(members.loc[pick[17:22]], rng=rng)
    bad["Organization"] = invent_banks(len(bad), rng=rng).add(" (test)").to_numpy()
    bad["User ID"] = [f"{900 + n:08d}" for n in range(len(bad))]
    bad.loc[pick[17:20], "Renewal due"] = "1994-04-01T00:00:00"
    bad.loc[pick[17:20], "Member since"] = "2024-04-01T00:00:00-04:00"
    bad.loc[pick[20:22], "Annual dues"] = ["-$650.00", "($900.00)"]
    # A reader may blank negative dues and keep the row; that must not make two more members of today.
    bad.loc[pick[20:22], ["Archived", "Membership status"]] = ["True", "Lapsed"]
    table = pd.concat([rows, others, copies, near, nobody, bad], ignore_index=True)
    return table.sample(frac=1, random_state=rng).reset_index(drop=True)


def _member_rows(members: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    current = members["fate"].isin(CURRENT)
    # Half of those who have not renewed yet are marked so; the others still stand as active.
    overdue = current & (members["renewal_due"] <= "2025-12-31")
    marked = overdue & (overdue.cumsum() % 2 == 0)
    status = pd.Series(np.select([marked, current], ["grace", "active"], "lapsed"), members.index)
    rows = _blank_rows(members.index)
    rows["Member"] = current.map({True: "True", False: "False"})
    rows["Event registrant"] = rng.choice(["True", "False"], size=len(rows))
    rows["Membership enabled"] = "True"
    rows["User ID"] = members["member_id"]
    rows["Organization"] = pad_with_spaces(members["name"], rng=rng)
    rows["Email"] = "office@" + members["name"].str.lower().str.replace(r"[^a-z]", "", regex=True) + ".example"
    rows["Notes"] = rng.choice(np.array(_NOTES, dtype=object), size=len(rows))
    rows["Creation date"] = members["first_day"].dt.strftime("%d %b %Y")
    rows["Member since"] = iso_with_offset(members["first_day"], rng=rng)
    rows["Renewal due"] = members["renewal_due"].dt.strftime("%Y-%m-%dT00:00:00")
    rows["Membership status"] = pad_with_spaces(spell_words(status, _STATUSES, rng=rng, usual=0.9), rng=rng)
    rows["Membership level"] = pad_with_spaces(members["level"], rng=rng, share=0.02)
    rows["Annual dues"] = spell_money(members["annual_dues"], rng=rng)
    rows["Member Success Manager"] = pad_with_spaces(members["staff_id"], rng=rng, share=0.02)
    for name, header in _SCALES.items():
        rows[header] = pad_with_spaces(
            members[name].astype(str) + rng.choice(["", ".0"], size=len(rows), p=[0.95, 0.05]), rng=rng
        )
    wished = spell_words(members["preferred_mode"], _MODES_WISHED, rng=rng)
    rows["Preferred mode"] = pad_with_spaces(wished, rng=rng)
    for name, header in _OFTEN_MISSING.items():
        rows[header] = blank_some(members[name].astype(str), rng=rng, share=0.1)
    return rows


def _blank_rows(index: pd.Index) -> pd.DataFrame:
    rows = pd.DataFrame("", index=index, columns=list(HEADERS), dtype=object)
    flags = ["Archived", "Donor", "Event registrant", "Member", "Suspended member", "Membership enabled"]
    rows[flags] = "False"
    rows["Balance"], rows["Total donated"] = "0.00", "0.00"
    return rows


def _other_contacts(taken: set[str], *, rng: np.random.Generator) -> pd.DataFrame:
    """Return applicants who have not paid yet, contacts who were never members, and archived contacts."""
    kinds = pd.Series(np.repeat(["pending", "", "lapsed"], [14, 30, 18]))
    rows = _blank_rows(kinds.index)
    free = np.setdiff1d(np.arange(100_000, 101_000), [int(one) for one in taken])
    rows["User ID"] = [f"{number:08d}" for number in free[: len(rows)]]
    rows["Organization"] = invent_banks(len(rows), rng=rng)
    rows["Email"] = "info@" + rows["Organization"].str.lower().str.replace(r"[^a-z]", "", regex=True) + ".example"
    known = kinds != ""
    rows.loc[known, "Membership status"] = spell_words(kinds[known], _STATUSES, rng=rng)
    rows.loc[known, "Membership level"] = rng.choice(list(PRICES["Low-touch"]), size=known.sum())
    rows.loc[kinds == "lapsed", "Archived"] = "True"
    long_ago = pd.Series(pd.Timestamp("2009-03-14"), kinds.index) + pd.to_timedelta(
        rng.integers(0, 3000, size=len(kinds)), unit="D"
    )
    archived = kinds == "lapsed"
    rows.loc[archived, "Member since"] = iso_with_offset(long_ago[archived], rng=rng)
    rows.loc[archived, "Renewal due"] = (long_ago + pd.DateOffset(years=2))[archived].dt.strftime("%Y-%m-%dT00:00:00")
    return rows
