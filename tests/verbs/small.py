"""A small named engagement, and verbs run on it: thirty members of four kinds, with terms, touches and staff."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import settings

from axlib.tables.attributes import Attributes
from tests.tables.engagements import write_engagement

#: Enough examples to find what is wrong, whatever else the machine does.
quick = settings(max_examples=25, deadline=None)

RULES = """\
segments: {method: rules}
tiers: {by: bands, edges: [350], names: [Small, Large]}
report: {min_cell: 3}
economics: {hourly_cost: 12, costs: [{name: Journal, per_member: 5}, {name: Portal, a_year: 300, applies: ax}]}
scenarios:
  - {name: One more, baseline: ax, hire: [{people: [0.5, 1, 1.5], hours_per_year: 300, hourly_cost: 12, team: North}]}
  - {name: Fewer calls, minutes: {Synchronous: [-0.3, -0.2, 0]}, cost_a_year: 50, churn_change: [-0.02, 0, 0]}
"""
HEAD = (
    "member_id,name,status,annual_dues,staff_id,internal_capacity,guidance_need,preferred_mode,goal_complexity,stakes"
)
PROFILES = ("4,0,self_serve,1,1", "2,2,async,1,1", "0,4,live,1,2", "3,3,async,3,3")
STAFF = "staff_id,hours_per_year,name,team\nann,300,Ann,North\nbo,100,Bo,North\ncy,900,Cy,South\n"
COLUMNS = HEAD.split(",")


def members(n=30, *, dues=lambda i: 100 * (1 + i % 7), status=lambda i: "active" if i % 5 else "lapsed",
            staff=lambda i: ("ann", "bo", "cy")[i % 3], kind=lambda i: i % 4):  # fmt: skip
    rows = [f"m{i:03d},Member No. {i},{status(i)},{dues(i)},{staff(i)},{PROFILES[kind(i)]}" for i in range(n)]
    return "\n".join([HEAD, *rows]) + "\n"


def terms(n=30, *, gone=lambda i: i % 5 == 0, growth=lambda i: 1 + (i % 3 - 1) / 10):
    rows = ["member_id,starts_on,ends_on,amount"]
    for i in range(n):
        amount = 100 * (1 + i % 7)
        rows.append(f"m{i:03d},2024-03-01,2025-02-28,{amount}")
        rows += [] if gone(i) else [f"m{i:03d},2025-03-01,2026-02-28,{amount * growth(i):.2f}"]
    return "\n".join(rows) + "\n"


def touches(n=30):
    rows = [f"m{i:03d},2024-0{k}-10,sync,{90 * k},ann" for i in range(n) for k in range(1, 1 + i % 7)]
    return "\n".join(["member_id,at,mode,minutes,staff_id", *rows]) + "\n"


def milestones(n=30):
    """A Success Milestone of each member: some due, some late, some reached."""
    days = ("2026-03-01,", "2025-12-01,", "2025-06-01,", "2025-09-01,2025-08-15")
    return "member_id,milestone,due_on,reached_on\n" + "".join(f"m{i:03d},first,{days[i % 5 % 4]}\n" for i in range(n))


def answers(who, *, raters=("Ann",), stages=("",), kind=lambda i, stage: i % 4, at="2025-06-01"):
    """Answers of members to the five items, by rater and stage."""
    rows = ["member_id,item,value,stage,rater,at"]
    for i in who:
        for stage in stages:
            values = PROFILES[kind(i, stage)].split(",")
            for rater in raters:
                rows += [
                    f"m{i:03d},{item},{v},{stage},{rater},{at}" for item, v in zip(COLUMNS[-5:], values, strict=True)
                ]
    return "\n".join(rows) + "\n"


def touches_of_two_years(n=30):
    """The same contacts again in the last year, so that what serving cost in it is known."""
    again = touches(n).replace("2024-", "2025-").split("\n", 1)[1]
    return touches(n) + again


def files(**changed):
    given = {"members": members(), "terms": terms(), "touches": touches(), "staff": STAFF, **changed}
    return {f"{name}.csv": text for name, text in given.items() if text is not None}


def without(text, *columns):
    """Leave columns out of a CSV."""
    rows = [line.split(",") for line in text.strip().split("\n")]
    kept = [place for place, name in enumerate(rows[0]) if name not in columns]
    return "\n".join(",".join(row[place] for place in kept) for row in rows) + "\n"


def blank(text, pattern=r"(?m)^((?:[^,]*,){5}).*$"):
    """Blank the attributes of all members, headers kept."""
    head, _, body = text.partition("\n")
    return f"{head}\n{re.sub(pattern, lambda match: match[1] + ',,,,', body.strip())}\n"


def engagement(folder: Path, keys: str = RULES, **changed):
    return write_engagement(folder, files(**changed), keys)


def attributes(n=60, seed="small attributes"):
    """Attributes of members of four kinds, with some answers missing."""
    rng = np.random.default_rng(sum(map(ord, seed)))
    rows = [PROFILES[i % 4].split(",") for i in range(n)]
    names = COLUMNS[5:]
    table = pd.DataFrame(
        rows, columns=names, index=pd.Index([f"m{i:03d}" for i in range(n)], name="member_id", dtype="str")
    )
    kinds = {name: "categorical" if name == "preferred_mode" else "ordinal" for name in names}
    table = table.assign(**{name: table[name].astype(float) for name in names if kinds[name] == "ordinal"})
    table = table.assign(preferred_mode=table["preferred_mode"].astype("str"))
    holes = rng.random(table.shape) < 0.05
    table = table.mask(holes)
    sources = pd.DataFrame(
        {"attribute": names, "kind": list(kinds.values()), "source": "members", "known": 1.0, "dated": False}
    )
    return Attributes(table, kinds, {}, sources)
