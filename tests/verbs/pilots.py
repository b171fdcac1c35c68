"""Members served well and badly, in memory, for pilots."""

from datetime import date

import numpy as np
import pandas as pd

from axlib.verbs.cohort import Cohort
from axlib.verbs.service_gap import ServiceGap

OPENED, TODAY = date(2024, 12, 31), date(2025, 12, 31)


def gap_of(n, *, ends_on=TODAY, rng, start=0):
    ids = [f"m{i:04d}" for i in range(start, start + n)]
    segment = rng.choice(["Inbound", "Synchronous", "Task Force"], n, p=[0.5, 0.3, 0.2])
    required = pd.Series(segment).map({"Inbound": 3.0, "Synchronous": 12.0, "Task Force": 20.0})
    delivered = required * rng.choice([0.3, 1.0, 2.0], n, p=[0.5, 0.3, 0.2])
    gap = np.select([delivered < 0.75 * required, delivered > 1.25 * required], ["under", "over"], "matched")
    table = pd.DataFrame(
        {
            "member_id": ids, "tier": rng.choice(["Small", "Large"], n), "segment": segment,
            "required_hours": required, "delivered_hours": delivered, "gap": gap,
        }
    ).astype({"member_id": "str", "tier": "str", "segment": "str", "gap": "str"})  # fmt: skip
    totals = {name: int((table["gap"] == name).sum()) for name in ("under", "matched", "over")}
    return ServiceGap(table, pd.DataFrame(), pd.DataFrame(), totals, ends_on.replace(year=ends_on.year - 1), ends_on)


def cohort_of(gap, *, rng, rate=0.15, source="terms"):
    table = pd.DataFrame({"member_id": gap.table["member_id"], "opening": 100.0, "closing": 100.0})
    table = table.assign(gone=rng.random(len(table)) < rate, eligible=True, renewed=True, first_year=False)
    return Cohort(table, OPENED, TODAY, source, "USD")
