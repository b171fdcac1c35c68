"""Small tables as they would be printed: names above, one row a line, columns apart by two spaces or more."""

import re
from datetime import date

import pandas as pd

from axlib.verbs.cohort import build_cohort
from axlib.verbs.retention import measure_retention

OPENING, CLOSING = "2024-12-31", "2025-12-31"


def read_table(text: str) -> pd.DataFrame:
    """Read a table; '-' is a missing cell. Dates, money and numbers get their types from their columns' names."""
    lines = [re.split(r"\s{2,}", line.strip()) for line in text.strip().splitlines()]
    table = pd.DataFrame(lines[1:], columns=lines[0], dtype="str")
    table = table.mask(table == "-")
    for name in table.columns:
        if name.endswith("_on") or name == "at":
            table[name] = pd.to_datetime(table[name]).astype("datetime64[s]")
        elif name in ("annual_amount", "annual_dues", "minutes", "hours_per_year", "ramp", "need", "capacity"):
            table[name] = table[name].astype(float)
    return table


def cohort_of(terms: str, *, members: str = "member_id\n-", **rules):
    """Build the closed cohort of 2024-12-31 to 2025-12-31 from a table of terms."""
    table = read_table(terms)
    table = table if "kind" in table else table.assign(kind="dues")
    given = {"window_months": 12, "grace_days": 30, "rejoin": "new", "snapshot": "none", **rules}
    return build_cohort(read_table(members), table, as_of=date.fromisoformat(CLOSING), **given)


def retention_of(cohort, rng, **groupings):
    """Measure it, with few resamples: the spec is about values, not intervals."""
    return measure_retention(cohort, groupings=groupings, rng=rng, n_resamples=20)
