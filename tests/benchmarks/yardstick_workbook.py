"""Processor time to write and read the profile workbook of 5,000 members.

Each has two answered stages and two milestones.

python tests/benchmarks/yardstick_workbook.py [MEMBERS]
"""

import dataclasses
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import pandas as pd

from axlib.reports.workbook.writing import render_workbook
from axlib.tables.profiles import facts as fact
from axlib.tables.profiles.reading import read_copy
from axlib.verbs.diagnose import diagnose
from axlib.verbs.profiles import build_profiles
from tests.reports.workbook.cases import open_engagement


def many_profiles(n: int):
    """Profiles of n members, made of a few."""
    base = build_profiles(diagnose(open_engagement(Path(tempfile.mkdtemp()))))
    few = base.table.drop(columns="member_id")
    ids = [f"k{number:06d}" for number in range(n)]
    table = pd.concat([few] * (n // len(few) + 1), ignore_index=True).head(n)
    table.insert(0, "member_id", ids)
    table = table.assign(name=[f"Member No. {number}" for number in range(n)], lifecycle_stage="steady", goal="Grow")
    attributes = ["guidance_need", "urgency", "stakes", "goal_complexity", "internal_capacity", "turnover"]
    told = [
        (fact.ANSWER, key, stage, what, str(number % 5))
        for number, key in enumerate(ids)
        for stage in ("onboarding", "steady")
        for what in attributes
    ]
    told += [(fact.GOAL, key, "", fact.GOAL_ITEM, "Grow") for key in ids]
    told += [
        (fact.MILESTONE, key, name, what, value)
        for key in ids
        for name, due, reached in (("first", "2025-03-01", "2025-03-08"), ("second", "2026-03-01", ""))
        for what, value in (("due_on", due), ("reached_on", reached), ("next_action", "call"))
    ]
    return dataclasses.replace(base, table=table, facts=pd.DataFrame(told, columns=fact.COLUMNS, dtype="str"))


def main() -> None:
    """Print the seconds."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    profiles, day = many_profiles(n), date(2026, 2, 1)
    began = time.process_time()
    raw = render_workbook(profiles, written_on=day)
    wrote = time.process_time() - began
    began = time.process_time()
    known = frozenset(profiles.table["member_id"])
    copy = read_copy(
        raw, file_name="x", engagement=profiles.engagement, instrument=profiles.instrument, known=known, on=day
    )
    reading = time.process_time() - began
    print(f"{n:,} members: written in {wrote:.2f} s ({len(raw) / 1e6:.1f} MB), read in {reading:.2f} s")
    assert not copy.problems
    assert not any(len(part) for part in copy.changes)


if __name__ == "__main__":
    main()
