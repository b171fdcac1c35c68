"""The homebuilders' case as clean truth: two opening cohorts, what became of each, and who was served as needed.

Quotas are exact: of every group that pays the same, so many lapse, step up and step down. Chance decides who.
Stepping up is dealt more often to members who were served as they need: that is the case the demo illustrates,
and it is constructed. Lapsing is dealt alike to all.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from axlib.tables.demo.banks import SEGMENTS, answer_by_segment, invent_names
from axlib.tables.demo.history import move_years
from axlib.tables.demo.spelling import deal, draw_anew, share_out

#: Member type -> dues of the standard package. Packages cost these times what they offer beyond it.
STANDARD = {"Builder": 1000.0, "Associate": 600.0}
PACKAGES = {"Starter": 0.64, "Essential": 0.8, "Standard": 1.0, "Extended": 1.2, "Plus": 1.5, "Premier": 2.25}
STEP_UP = {"Essential": "Extended", "Standard": "Plus", "Plus": "Premier"}
STEP_DOWN = {"Essential": "Starter", "Standard": "Essential", "Plus": "Extended"}
#: Members of one type when the first window opens, and who joined in each year after, by package.
OPENING = 600
JOINED = {2024: {"Standard": 30, "Plus": 20, "Essential": 40}, 2025: {"Standard": 50, "Plus": 15, "Essential": 25}}

LAPSE, DOWN = 0.15, 0.1
#: Year the window closes in -> share of members served as they need.
MATCHED = {2024: 1 / 3, 2025: 4 / 5}
#: Chance of stepping up, of who stays: (served as needed, not).
UP = (10 / 17, 4 / 17)

_MIX = (35, 30, 30, 5)
#: Hours a year one member needs; as in the segments file of the case.
HOURS = {"Inbound": 2.0, "Asynchronous": 5.0, "Synchronous": 12.0, "Task Force": 24.0}
_MODES = {  # sync, async, inbound, group
    "Inbound": (0.05, 0.2, 0.7, 0.05),
    "Asynchronous": (0.05, 0.7, 0.1, 0.15),
    "Synchronous": (0.65, 0.25, 0.05, 0.05),
    "Task Force": (0.75, 0.2, 0.0, 0.05),
}
_NAMES = (
    "{} Homes", "{} Construction", "{} Builders", "{} Custom Homes", "{} Remodeling", "{} Lumber & Supply",
    "{} Plumbing", "{} Electric", "{} Roofing", "{} Windows & Doors", "{} Land Development", "{} Cabinets",
)  # fmt: skip
#: Members are looked after by type, four managers each.
STAFF = {kind: [f"{kind[0]}{n}" for n in range(1, 5)] for kind in STANDARD}


def invent_builders(*, rng: np.random.Generator, noise: float = 0.0) -> pd.DataFrame:
    """Invent all members past and present with what became of each in 2024 and 2025, in random order.

    Parameters
    ----------
    rng : Generator
    noise : float
        Share of members whose lot is drawn by chance, so that quotas are no longer exact.

    Returns
    -------
    DataFrame, one row per member
        ``member_id``, ``name``, ``member_type``, ``staff_id``, ``segment``, the AX attributes, ``first_day``,
        ``anniversary`` (a day of 2023); by year ``package_2023`` to ``package_2025`` (empty when no member),
        ``lot_2024`` and ``lot_2025`` (lapsed, up, down, same; empty where not in the cohort) and
        ``matched_2024`` and ``matched_2025`` (served as needed in the year before the window).
    """
    parts = []
    for kind in STANDARD:
        old = pd.DataFrame({"member_type": kind, "joined": 2023, "package_2023": ["Standard"] * OPENING})
        new = [
            pd.DataFrame({"member_type": kind, "joined": year, "package_2023": "", "package_new": [package] * n})
            for year, by_package in JOINED.items()
            for package, n in by_package.items()
        ]
        parts.append(pd.concat([old, *new], ignore_index=True).fillna(""))
    members = pd.concat(parts, ignore_index=True)
    before = members["package_2023"]
    for year in (2024, 2025):
        members = _live_through(members, before, year, rng=rng, noise=noise)
        lot = members[f"lot_{year}"]
        after = before.where(lot != "up", before.map(STEP_UP)).where(lot != "down", before.map(STEP_DOWN))
        after = after.where(lot != "lapsed", "")
        before = after.where(members["joined"] != year, members["package_new"])
        members[f"package_{year}"] = before
    counts = share_out(len(members), _MIX)
    members["segment"] = draw_anew(deal(SEGMENTS, counts, rng=rng), share=noise, rng=rng)
    members = members.join(answer_by_segment(members["segment"], rng=rng))
    members["name"] = invent_names(len(members), _NAMES, rng=rng)
    for kind, people in STAFF.items():
        here = members.index[members["member_type"] == kind]
        members.loc[here, "staff_id"] = deal(people, share_out(len(here), [1] * len(people)), rng=rng).to_numpy()
    numbers = np.sort(rng.choice(60_000, size=len(members), replace=False)) + 2_000
    members["member_id"] = [f"HB-{number:05d}" for number in rng.permutation(numbers)]
    members = members.join(_date_members(members, rng=rng))
    return members.drop(columns=["package_new"]).sample(frac=1, random_state=rng).reset_index(drop=True)


def _live_through(
    members: pd.DataFrame, before: pd.Series, year: int, *, rng: np.random.Generator, noise: float
) -> pd.DataFrame:
    """Deal out, within every group that pays the same, who lapses, steps up or down, and who was served as needed."""
    lots, matched = pd.Series("", members.index), pd.Series(False, members.index)
    share = MATCHED[year]
    for _, group in members[before != ""].groupby(["member_type", before]):
        # (lot, served as needed) -> members, exactly: those who lapse are served like the others.
        n = len(group)
        stay = n * (1 - LAPSE)
        cells = {("lapsed", True): n * LAPSE * share, ("lapsed", False): n * LAPSE * (1 - share)}
        cells |= {("up", True): stay * share * UP[0], ("up", False): stay * (1 - share) * UP[1]}
        calm = {True: stay * share * (1 - UP[0]), False: stay * (1 - share) * (1 - UP[1])}
        downs = dict(zip(calm, share_out(round(n * DOWN), list(calm.values())), strict=True))
        cells |= {("down", is_matched): downs[is_matched] for is_matched in calm}
        cells |= {("same", is_matched): calm[is_matched] - downs[is_matched] for is_matched in calm}
        numbers = deal(range(len(cells)), share_out(n, list(cells.values())), rng=rng)
        dealt = draw_anew(numbers, share=noise, rng=rng).to_numpy()
        lots.loc[group.index] = np.array([lot for lot, _ in cells])[dealt]
        matched.loc[group.index] = np.array([is_matched for _, is_matched in cells])[dealt]
    columns: dict[str, pd.Series] = {f"lot_{year}": lots, f"matched_{year}": matched}
    return members.assign(**columns)


def _date_members(members: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    days = pd.date_range("2023-01-05", "2023-11-24", unit="s")
    days = days[days.day <= 28]
    anniversary = pd.Series(days[rng.integers(len(days), size=len(members))], members.index)
    long_ago = 1 + np.minimum(rng.exponential(9, size=len(members)).astype(int), 30)
    first = np.where(rng.random(len(members)) < 0.12, 0, long_ago)
    years = members["joined"] - 2023 - np.where(members["joined"] == 2023, first, 0)
    return pd.DataFrame({"anniversary": anniversary, "first_day": move_years(anniversary, years)})


def price_of(members: pd.DataFrame, packages: pd.Series) -> pd.Series:
    """Annual dues of a package, by member type."""
    return (members["member_type"].map(STANDARD) * packages.map(PACKAGES)).round(2)


def write_terms(members: pd.DataFrame) -> pd.DataFrame:
    """Write the paid one-year terms of 2023 to 2025, with ``package``, ``amount`` and whether it is the ``first``."""
    rows = []
    for year in (2023, 2024, 2025):
        here = members[members[f"package_{year}"] != ""]
        starts = move_years(here["anniversary"], year - 2023)
        rows.append(
            pd.DataFrame(
                {
                    "member_id": here["member_id"],
                    "starts_on": starts,
                    "ends_on": move_years(starts, 1) - pd.Timedelta(days=1),
                    "package": here["member_type"] + " " + here[f"package_{year}"],
                    "amount": price_of(here, here[f"package_{year}"]),
                    "first": here["joined"].eq(year) & here["first_day"].dt.year.eq(year),
                }
            )
        )
    return pd.concat(rows, ignore_index=True).sort_values(["starts_on", "member_id"], ignore_index=True)


def write_touches(members: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Write the logged contacts of 2023 to 2025: as many hours as needed for who is served so, else few or many.

    Returns
    -------
    DataFrame
        ``member_id``, ``at``, ``mode``, ``minutes`` (with preparation), ``staff_id``.
    """
    parts = []
    for year in (2023, 2024, 2025):
        here = members[members[f"package_{year}"] != ""]
        # Service goes before the window it is set against; of the last year it is as in the one before.
        matched = here[f"matched_{min(year + 1, 2025)}"] | ((year == 2025) & (here["joined"] == 2025))
        spoilt = (here["member_type"] == "Builder") & (rng.random(len(here)) < 0.6)
        ratio = np.where(matched, rng.uniform(0.85, 1.15, len(here)), np.where(spoilt, 1.8, 0.4))
        minutes = pd.Series(here["segment"].map(HOURS).to_numpy(dtype=float) * 60 * ratio, here.index)
        n = (minutes / 65).round().clip(lower=1).astype(int)
        rows = here.loc[here.index.repeat(n)]
        opens = pd.Series(pd.Timestamp(year, 1, 3), here.index).where(
            here["joined"] != year, move_years(here["anniversary"], year - 2023)
        )
        days = (pd.Timestamp(year, 12, 22) - opens).dt.days.clip(lower=1)
        offset = (rng.random(len(rows)) * days.loc[rows.index].to_numpy()).astype(int)
        at = opens.loc[rows.index].to_numpy() + offset.astype("timedelta64[D]")
        chosen = np.full(len(rows), "", dtype=object)
        for segment, shares in _MODES.items():
            inside = (rows["segment"] == segment).to_numpy()
            chosen[inside] = rng.choice(["sync", "async", "inbound", "group"], size=inside.sum(), p=shares)
        each = (minutes / n).loc[rows.index].to_numpy() * rng.uniform(0.9, 1.1, len(rows))
        part = {"member_id": rows["member_id"], "at": at, "mode": chosen, "minutes": np.maximum(np.round(each), 5)}
        parts.append(pd.DataFrame({**part, "staff_id": rows["staff_id"]}))
    touches = pd.concat(parts, ignore_index=True)
    return touches.sort_values(["at", "member_id", "minutes"], ignore_index=True)
