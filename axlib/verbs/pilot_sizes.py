"""The parts of a pilot's design: whom it may change, how many leave anyway, and what so many can show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.stepped_wedge import intracluster_correlation, wedge_detectable
from axlib.numbers.two_arms import (
    members_per_arm,
    members_per_arm_within,
    power_of_difference,
    power_within,
    simulate_power,
)
from axlib.verbs.assignment import derive_rng
from axlib.verbs.cohort import Cohort
from axlib.verbs.drawing_lots import draw_steps
from axlib.verbs.service_gap import ServiceGap
from axlib.words.results import Unavailable
from axlib.words.vocabulary import PILOT_ARMS

#: With fewer members followed, how many leave anyway is not known.
FEWEST_FOLLOWED = 30
#: Fewer members make no stratum of their own.
FEWEST_IN_STRATUM = 8
#: Falls of the share gone, and margins, that the table of sizes tells about.
FALLS, MARGINS = (0.02, 0.03, 0.05, 0.10), (0.02, 0.03, 0.05)


def choose_members(table: pd.DataFrame, whom: str, segment: str | None) -> pd.DataFrame:
    """Members with a gap, of one segment or of all."""
    chosen = table[table["gap"] == whom]
    return chosen[chosen["segment"] == segment] if segment else chosen


def make_strata(chosen: pd.DataFrame) -> pd.Series:
    """Segment and tier of each member, tiers of few members put together, then segments of few."""
    segment = chosen["segment"].to_numpy(dtype=object)
    strata = (chosen["segment"] + ", " + chosen["tier"].fillna("no tier")).to_numpy(dtype=object)
    for together in (segment, np.full(len(chosen), "", dtype=object)):
        sizes = pd.Series(strata).map(pd.Series(strata).value_counts()).to_numpy()
        strata = np.where(sizes < FEWEST_IN_STRATUM, together + ", other members", strata)
    names = [name.removeprefix(", ") for name in strata.tolist()]
    return pd.Series(names, index=chosen["member_id"].to_numpy(), dtype="str")


def find_base(before: ServiceGap | Unavailable, cohort: Cohort, whom: str, segment: str | None) -> tuple[int, int, str]:
    """How many members like them were gone, of how many, and who they are."""
    became = cohort.table.set_index("member_id")["gone"]
    if isinstance(before, ServiceGap) and before.ends_on == cohort.opened_on:
        alike = choose_members(before.table, whom, segment)["member_id"]
        followed = became.reindex(alike).dropna()
        if len(followed) >= FEWEST_FOLLOWED:
            words = f"{whom}-served then too" + (f", of {segment}" if segment else "")
            return int(followed.sum()), len(followed), words
    return int(became.sum()), len(became), "all of the cohort"


def size_up(
    rate: float, arms: NDArray[np.float64], whom: str, power: float, margin: float, rng: np.random.Generator
) -> pd.DataFrame:
    """What each difference takes, and the power of the members there are; ``arms`` holds them by stratum."""
    n_changed, n_usual = arms.sum(axis=0)
    rows = []
    for difference in [fall for fall in FALLS if fall < rate] if whom == "under" else sorted({*MARGINS, margin}):
        changed = rate - difference if whom == "under" else rate
        sizes = {"n_usual": n_usual, "n_changed": n_changed}
        needed, has, drawn = (
            (
                members_per_arm(rate, changed, power=power),
                power_of_difference(rate, changed, **sizes),
                simulate_power(rate, changed, arms, rng=rng),
            )
            if whom == "under"
            else (
                members_per_arm_within(rate, difference, power=power),
                power_within(rate, difference, **sizes),
                simulate_power(rate, rate, arms, margin=difference, rng=rng),
            )
        )
        rows.append((difference, rate, changed, needed, has, drawn))
    columns = ["difference_share", "usual_rate", "changed_rate", "needed_per_arm", "power_here", "power_simulated"]
    return pd.DataFrame(rows, columns=columns).astype({"needed_per_arm": int})


def count_by_segment(chosen: pd.DataFrame, per_year: float) -> pd.DataFrame:
    """Members by segment and arm, and the hours a year that the change takes."""
    hours = chosen[["required_hours", "delivered_hours"]] * per_year
    more = (hours["required_hours"] - hours["delivered_hours"]).where(chosen["arm"] == PILOT_ARMS[0], 0.0)
    arms: Mapping[str, pd.Series] = {arm: (chosen["arm"] == arm).astype(int) for arm in PILOT_ARMS}
    rows = chosen[["segment"]].assign(members=1, **arms, **hours, more_hours=more)
    return rows.groupby("segment", sort=True).sum().reset_index().astype({"segment": "str"})


def lay_wedge(
    chosen: pd.DataFrame,
    members: pd.DataFrame,
    cluster: str | None,
    before: ServiceGap | Unavailable,
    cohort: Cohort,
    rate: float,
    rules: tuple[int, int, float],
    starts_on: date,
    seed: int,
) -> tuple[pd.DataFrame, float, float]:
    """The clusters in the order they change over, how alike their members are, and what the wedge would find."""
    months, steps, power = rules
    none = pd.DataFrame(columns=["cluster", "members", "step", "changes_on"]).astype({"cluster": "str"})
    if cluster is None:
        return none, float("nan"), float("nan")
    of_member = members.drop_duplicates("member_id").set_index("member_id")[cluster]
    inside = of_member.reindex(chosen["member_id"]).dropna().astype("str")
    counts = inside.value_counts().sort_index()
    if len(counts) < 2:
        return none, float("nan"), float("nan")
    step = draw_steps(counts, steps=steps, rng=derive_rng(seed, "design_pilot wedge"))
    periods = int(step.max()) + 1
    days = [pd.Timestamp(starts_on) + pd.DateOffset(months=round(months * int(k) / periods)) for k in step]
    followed = before.table["member_id"] if isinstance(before, ServiceGap) else cohort.table["member_id"]
    became = cohort.table.set_index("member_id")["gone"].reindex(followed).dropna().astype(float)
    by_cluster = became.groupby(of_member.reindex(became.index).astype("str")).agg(["sum", "size"])
    icc = intracluster_correlation(by_cluster["sum"].to_numpy(dtype=float), by_cluster["size"].to_numpy(dtype=float))
    table = pd.DataFrame(
        {
            "cluster": counts.index,
            "members": counts.to_numpy(),
            "step": step,
            "changes_on": [day.date().isoformat() for day in days],
        }
    )
    table = table.astype({"cluster": "str", "changes_on": "str"}).sort_values(["step", "cluster"], ignore_index=True)
    falls = wedge_detectable(np.asarray(counts, dtype=float), step, rate=rate, icc=icc, power=power)
    return table, icc, falls
