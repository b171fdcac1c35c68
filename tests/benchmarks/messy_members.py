"""A member file as messy as exports are: 25 columns, money as text, mixed days, yes and no, copies of rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

SEED = sum(map(ord, "messy members"))
STATUSES = ("Active", "active ", "ACTIVE", "Expired", "expired", "Grace", "Pending - New", "Cancelled")
STATUS_MEANS = {
    "active": "active",
    "expired": "lapsed",
    "grace": "grace",
    "pending - new": "pending",
    "cancelled": "cancelled",
}
SCALES = (
    "Goal complexity",
    "Internal capacity",
    "Technical maturity",
    "Guidance need",
    "Urgency",
    "Stakes",
    "Turnover",
)


def write_messy(path: Path, *, n: int) -> None:
    """Write n rows, one in a hundred of them a copy of another one's key."""
    rng = np.random.default_rng(SEED)

    def pick(words, p=None):
        return np.array(words, dtype=object)[rng.choice(len(words), n, p=p)]

    def some(texts, share, word="N/A"):
        return np.where(rng.random(n) < share, word, texts)

    ids = np.char.zfill(np.arange(n).astype(str), 8).astype(object)
    copies = rng.choice(n, n // 100, replace=False)
    ids[copies] = ids[rng.integers(0, n, len(copies))]
    cents = np.round(rng.lognormal(6.5, 0.9, n), -1) + pick([0.0, 0.5, 0.95], [0.9, 0.05, 0.05]).astype(float)
    plain = pd.Series(cents).map("{:,.2f}".format).to_numpy(dtype=object)
    style = rng.integers(0, 4, n)
    money = np.select(
        [style == 0, style == 1, style == 2],
        ["$" + plain, plain, "USD " + plain],
        np.char.add("", cents.astype(str)).astype(object),
    )
    days = pd.Timestamp(2005, 1, 1) + pd.to_timedelta(rng.integers(0, 7000, n), "D")
    ends = days + pd.to_timedelta(rng.integers(100, 2000, n), "D")

    def written(day):
        forms = [
            day.strftime("%m/%d/%Y"),
            day.strftime("%Y-%m-%d"),
            day.strftime("%b %d, %Y"),
            day.strftime("%Y-%m-%dT00:00:00-05:00"),
        ]
        return np.choose(rng.choice(4, n, p=[0.6, 0.2, 0.1, 0.1]), [np.asarray(form, dtype=object) for form in forms])

    words = np.array(["Farmers", "First", "Union", "Valley", "Citizens", "Peoples", "Summit", "Harbor"], dtype=object)
    name = (
        words[rng.integers(0, 8, n)]
        + " "
        + words[rng.integers(0, 8, n)]
        + " Bank of "
        + np.arange(n).astype(str).astype(object)
    )
    table = {
        "Member ID": ids,
        "Name": np.where(rng.random(n) < 0.05, name + "  ", name),
        "Email": some("office" + np.arange(n).astype(str).astype(object) + "@example.org", 0.05, ""),
        "Membership type": pick(["Community", "Regional", "National ", "Associate"]),
        "Joined": written(days),
        "Expires": written(ends),
        "Status": pick(list(STATUSES)),
        "Annual dues": some(money, 0.02, "-"),
        "Account manager": pick([f"MSM {k}" for k in range(40)]),
        "Success potential": pick(["Yes", "No", "Y", "N", "TRUE", ""]),
        "At risk": pick(["no", "yes", "", "0", "1"]),
        **{name: some(rng.integers(0, 5, n).astype(str).astype(object), 0.05) for name in SCALES},
        "Preferred mode": pick(["Live", "live", "Async", "Self-serve", "N/A"]),
        "Years in industry": some(rng.integers(0, 60, n).astype(str).astype(object), 0.05, "unknown"),
        "Employees": some(pd.Series(rng.integers(1, 90_000, n)).map("{:,}".format).to_numpy(dtype=object), 0.05, ""),
        "City": pick([f"City {k}" for k in range(500)]),
        "State": pick([f"S{k:02d}" for k in range(50)]),
        "Phone": some("+1 555 " + rng.integers(1_000_000, 9_999_999, n).astype(str).astype(object), 0.2, ""),
        "Notes": some(np.full(n, "", dtype=object), 0.03, "prefers short calls,\nmornings"),
    }
    pd.DataFrame(table).to_csv(path, index=False)
