"""The pods' case as clean truth: members served by pods of three whatever they need, half of whom could do without.

Counts, dues and logged minutes are exact in sum; chance decides who. The members who call for Inbound, their
dues and the hours their pods gave them follow from the numbers below, and are constructed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from axlib.tables.demo.banks import answer_by_segment, invent_names
from axlib.tables.demo.history import move_years
from axlib.tables.demo.spelling import deal, draw_anew, share_out

#: Members today, by segment, and those who left in the last year.
CURRENT = {"Inbound": 500, "Asynchronous": 210, "Synchronous": 230, "Task Force": 60}
LAPSED = {"Inbound": 30, "Asynchronous": 16, "Synchronous": 20, "Task Force": 4}
#: Those who left in the year before; no time was spent on them in the last year.
LAPSED_BEFORE = {"Inbound": 24, "Asynchronous": 20, "Synchronous": 22, "Task Force": 6}
#: The price list: level -> (annual dues, of every fifty members).
PRICES = {
    "Small": (1200.0, 15),
    "Medium": (1800.0, 15),
    "Large": (3000.0, 10),
    "Corporate": (4500.0, 10),
}
#: Entries of the time sheets for one member in a year, and their minutes, all as often.
ENTRIES, MINUTES = 24, (30, 45, 60, 75, 90)
ENTRIES_LAPSED = 6
PODS = 7
ROLES = {"S": "Success manager", "E": "Education specialist", "V": "Events and outreach"}
_SHARES = {"sync": 0.5, "async": 0.25, "inbound": 0.05, "group": 0.2}
_NAMES = (
    "{} Tool & Die", "{} Plastics", "{} Machine Works", "{} Castings", "{} Precision", "{} Controls", "{} Coatings",
    "{} Fasteners", "{} Instruments", "{} Packaging", "{} Wire & Cable", "{} Foundry",
)  # fmt: skip


def invent_podded(*, rng: np.random.Generator, noise: float = 0.0) -> pd.DataFrame:
    """Invent all members, in random order.

    Parameters
    ----------
    rng : Generator
    noise : float
        Share of members whose segment and price are drawn by chance.

    Returns
    -------
    DataFrame, one row per member
        ``member_id``, ``name``, ``segment``, ``left_in`` (a year, or 0), ``level``, ``pod``, ``lead``, the AX
        attributes, ``first_day``, ``anniversary`` (a day of 2024), ``annual_dues``.
    """
    parts = []
    for left_in, counts in ((0, CURRENT), (2025, LAPSED), (2024, LAPSED_BEFORE)):
        for segment, n in counts.items():
            levels = deal(list(PRICES), share_out(n, [weight for _, weight in PRICES.values()]), rng=rng)
            parts.append(pd.DataFrame({"segment": segment, "left_in": left_in, "level": levels}))
    members = pd.concat(parts, ignore_index=True)
    for name in ("segment", "level"):
        members[name] = draw_anew(members[name], share=noise, rng=rng)
    members["annual_dues"] = members["level"].map({level: price for level, (price, _) in PRICES.items()})
    members["pod"] = deal(range(1, PODS + 1), share_out(len(members), [1] * PODS), rng=rng)
    # One of the pod leads the account; all three serve it.
    members["lead"] = deal(list(ROLES), share_out(len(members), [1] * len(ROLES)), rng=rng)
    members = members.join(answer_by_segment(members["segment"], rng=rng))
    members["name"] = invent_names(len(members), _NAMES, rng=rng)
    numbers = np.sort(rng.choice(80_000, size=len(members), replace=False)) + 10_000
    members["member_id"] = [str(number) for number in rng.permutation(numbers)]
    days = pd.date_range("2024-01-05", "2024-11-24", unit="s")
    days = days[days.day <= 28]
    anniversary = pd.Series(days[rng.integers(len(days), size=len(members))], members.index)
    long_ago = 1 + np.minimum(rng.exponential(8, size=len(members)).astype(int), 30)
    members["anniversary"] = anniversary
    members["first_day"] = move_years(anniversary, pd.Series(-long_ago, members.index))
    return members.sample(frac=1, random_state=rng).reset_index(drop=True)


def write_terms(members: pd.DataFrame) -> pd.DataFrame:
    """Write the paid one-year terms of 2023 to 2025, with ``level`` and ``amount``."""
    rows = []
    for year in (2023, 2024, 2025):
        here = members[(members["left_in"] == 0) | (members["left_in"] > year)]
        starts = move_years(here["anniversary"], year - 2024)
        ends = move_years(starts, 1) - pd.Timedelta(days=1)
        columns = {"member_id": here["member_id"], "starts_on": starts, "ends_on": ends, "level": here["level"]}
        rows.append(pd.DataFrame({**columns, "amount": here["annual_dues"]}))
    terms = pd.concat(rows, ignore_index=True)
    known = terms["member_id"].map(members.set_index("member_id")["first_day"])
    return terms[terms["starts_on"] >= known].sort_values(["starts_on", "member_id"], ignore_index=True)


def write_entries(members: pd.DataFrame, *, rng: np.random.Generator, noise: float = 0.0) -> pd.DataFrame:
    """Write the time sheets of 2025: each group's minutes in exact sum, spread by chance over its members.

    Returns
    -------
    DataFrame
        ``member_id``, ``at``, ``mode``, ``minutes``, ``staff_id``.
    """
    parts = []
    inbound = members["segment"] == "Inbound"
    for left_in, each in ((0, ENTRIES), (2025, ENTRIES_LAPSED)):
        for group in (members[(members["left_in"] == left_in) & kind] for kind in (inbound, ~inbound)):
            n = len(group) * each
            # Pods give most to who pays most; it is the dues that are looked after, not the need.
            weights = (group["annual_dues"] ** 0.5).to_numpy()
            rows = group.iloc[np.sort(rng.choice(len(group), size=n, p=weights / weights.sum()))]
            minutes = deal(MINUTES, share_out(n, [1] * len(MINUTES)), rng=rng).to_numpy(dtype=float)
            if noise:
                minutes = np.round(minutes * np.exp(noise * rng.standard_normal(n)), 0)
            last = move_years(rows["anniversary"], 1).to_numpy() if left_in else np.datetime64("2025-12-23")
            span = (last - np.datetime64("2025-01-03")).astype("timedelta64[D]").astype(int)
            at = np.datetime64("2025-01-03") + (rng.random(n) * np.maximum(span, 1)).astype("timedelta64[D]")
            # Saturday and Sunday move to the Friday before.
            weekday = pd.DatetimeIndex(at).day_of_week.to_numpy()
            at = at - np.maximum(weekday - 4, 0).astype("timedelta64[D]")
            modes = deal(list(_SHARES), share_out(n, list(_SHARES.values())), rng=rng).to_numpy()
            roles = deal(list(ROLES), share_out(n, [1] * len(ROLES)), rng=rng)
            staff = roles.to_numpy() + rows["pod"].astype(str).to_numpy()
            columns = {"member_id": rows["member_id"].to_numpy(), "at": at, "mode": modes, "minutes": minutes}
            parts.append(pd.DataFrame({**columns, "staff_id": staff}))
    entries = pd.concat(parts, ignore_index=True)
    return entries.sort_values(["at", "member_id", "minutes", "staff_id"], ignore_index=True)
