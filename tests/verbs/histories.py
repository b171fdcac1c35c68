"""Members with a history of terms from a known world, as tables."""

import numpy as np
import pandas as pd

from axlib.verbs.cohort import build_cohort
from axlib.verbs.memberships import follow_memberships
from axlib.verbs.segments import make_segmentation
from axlib.verbs.survival import measure_survival

AS_OF = pd.Timestamp("2025-12-31").date()
RULES = {"as_of": AS_OF, "grace_days": 30, "rejoin": "new"}
RECORDS_BEGIN = pd.Timestamp("2021-01-01")


def draw_history(n=1500, *, ending=(0.25, 0.15), seed="histories"):
    """Members who joined over fifteen years and end a year's term with a chance of their kind; records since 2021.

    Returns
    -------
    members, terms : DataFrame
        ``kind`` is 0 or 1; who had left before the records begin is in neither.
    """
    rng = np.random.default_rng(sum(map(ord, seed)))
    kind = rng.integers(0, 2, n)
    joined = pd.Timestamp("2010-01-15") + pd.to_timedelta(rng.integers(0, 365 * 15, n), unit="D")
    years = rng.geometric(np.array(ending)[kind])
    rows = []
    for i in range(n):
        for year in range(min(years[i], 20)):
            start = joined[i] + pd.DateOffset(years=year)
            if RECORDS_BEGIN <= start <= pd.Timestamp(AS_OF):
                rows.append((f"m{i:04d}", start, start + pd.DateOffset(years=1, days=-1), 100.0 * (1 + kind[i])))
    terms = pd.DataFrame(rows, columns=["member_id", "starts_on", "ends_on", "annual_amount"])
    terms = terms.astype({"member_id": "str", "starts_on": "datetime64[s]", "ends_on": "datetime64[s]"})
    terms = terms.assign(kind=pd.Series("dues", index=terms.index, dtype="str"))
    members = pd.DataFrame(
        {
            "member_id": pd.Series([f"m{i:04d}" for i in range(n)], dtype="str"),
            "joined_on": joined.astype("datetime64[s]"),
            "kind": kind,
        }
    )
    return members[members["member_id"].isin(terms["member_id"])].reset_index(drop=True), terms


def by_kind(members, names=("Brief", "Lasting")):
    """Put members into segments by their kind."""
    labels = np.array(names, dtype=object)[members["kind"].to_numpy()]
    return make_segmentation(members["member_id"], labels, segments=names, method="column")


def survival_of(members, terms, groups=None, **options):
    """Measure survival of a history, by kind."""
    cohort = build_cohort(members, terms, window_months=12, snapshot="none", **RULES)
    return measure_survival(
        follow_memberships(members, terms, **RULES),
        of_cohort=follow_memberships(members, terms, cohort=cohort, **RULES),
        groupings={"segment": by_kind(members) if groups is None else groups},
        revenue=cohort.table.set_index("member_id")["opening"],
        currency="USD",
        **options,
    )
