"""A small team with members and contacts, made by hand, for tests of the plans."""

import numpy as np
import pandas as pd

from axlib.tables.coverage_segments import CoverageSegment, read_segments
from axlib.verbs.segments import make_segmentation

COVERAGE = read_segments()
NAMES = [segment.name for segment in COVERAGE]
HOURS = {segment.name: segment.steady_hours for segment in COVERAGE}
STAFF = pd.DataFrame({"staff_id": ["a", "b", "c"], "hours_per_year": [900.0, 300.0, 400.0], "team": ["X", "X", "Y"]})


def members_of(n=120, seed="members of plans"):
    """Segmentation, members with owners and days, and a log of two years."""
    rng = np.random.default_rng(sum(map(ord, seed)))
    ids = pd.Series([f"m{i:03d}" for i in range(n)], dtype="str")
    names = rng.choice([*NAMES, "undetermined"], n, p=[0.4, 0.3, 0.2, 0.05, 0.05]).astype(object)
    segments = make_segmentation(ids, names, segments=NAMES, method="rules")
    owners = rng.choice(["a", "b", "c", "gone"], n, p=[0.2, 0.5, 0.2, 0.1])
    members = pd.DataFrame(
        {
            "member_id": ids,
            "staff_id": pd.array(owners, dtype="str"),
            "joined_on": pd.to_datetime(rng.choice(["2015-02-01", "2025-06-01"], n, p=[0.9, 0.1])).astype(
                "datetime64[s]"
            ),
            "expires_on": pd.to_datetime("2026-01-15") + pd.to_timedelta(rng.integers(0, 360, n), unit="D"),
        }
    )
    return segments, members


def touches_of(members, n=900, seed="touches of plans"):
    rng = np.random.default_rng(sum(map(ord, seed)))
    who = rng.choice(members["member_id"].to_numpy(), n)
    return pd.DataFrame(
        {
            "member_id": pd.array(who, dtype="str"),
            "at": pd.to_datetime("2024-01-01") + pd.to_timedelta(rng.integers(0, 730, n), unit="D"),
            "mode": pd.array(rng.choice(["sync", "async", "inbound", "group"], n), dtype="str"),
            "minutes": rng.choice([20.0, 37.0, 55.0], n),
            "staff_id": pd.array(rng.choice(["a", "b", "c"], n), dtype="str"),
        }
    ).sort_values("at", ignore_index=True)


def segment(name="Some", hours=10.0, **keys):
    return CoverageSegment(name=name, hours_per_year=hours, **keys)
