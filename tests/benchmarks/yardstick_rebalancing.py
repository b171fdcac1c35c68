"""Sharing members out anew: seconds, hand-overs, proved gap; beside the plain model of member × person.

Run::

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_rebalancing.py

Members' hours have several sizes per segment, books follow a log-normal, and people are of three kinds of skill:
all may serve the two light segments, six in ten Synchronous, three in ten the Task Force. Seconds are this machine's.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import time

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from axlib.numbers.assigning_members import assign_members
from axlib.numbers.assignment_flows import Books
from axlib.numbers.hour_levels import level_ceilings
from axlib.tables.coverage_segments import read_segments
from axlib.verbs.rebalancing import rebalance_team
from axlib.verbs.segments import make_segmentation

PLAIN_SECONDS = 60.0
#: members, people, load of the team, who may serve what
CASES = [
    (1_000, 60, 0.85, "all"),
    (1_000, 60, 0.85, "nested"),
    (10_000, 100, 0.9, "nested"),
    (100_000, 200, 0.9, "all"),
    (100_000, 200, 0.9, "nested"),
    (100_000, 200, 1.3, "nested"),
    (100_000, 200, 0.9, "random"),
]


def make_books(members, people, load, skills, *, rng):
    segments = rng.choice(4, members, p=[0.4, 0.34, 0.22, 0.04])
    hours = np.array([3.0, 9.0, 28.0, 38.0])[segments] * (1 + 0.15 * rng.integers(0, 6, members))
    weights = rng.lognormal(0, 1.0, people)
    may_serve = np.ones((people, 4), dtype=bool)
    rank = rng.permutation(people) / people
    if skills == "nested":
        may_serve[:, 2], may_serve[:, 3] = rank < 0.6, rank < 0.3
    if skills == "random":
        may_serve = (rng.random((people, 4)) < 0.6) | (rank < 0.1)[:, None]
    available = rng.choice([0.6, 0.8, 1.0], people)
    available *= hours.sum() / load / available.sum()
    demand = np.bincount(segments, weights=hours, minlength=4)
    loads = level_ceilings(demand, available * may_serve.any(axis=1), may_serve, most_load=1.0)
    ceilings = available * np.where(loads > 1 + 1e-6, 1.01 * loads, 1.0)
    owners = rng.choice(people, members, p=weights / weights.sum())
    return Books(hours, segments, owners, ceilings, may_serve)


def solve_plainly(books):
    """Solve by one yes or no for each member and person; the way that does not scale."""
    member, person = np.nonzero(books.may_serve[:, books.segments].T)
    n, m, p = len(member), len(books.hours), len(books.ceilings)
    once = sparse.csr_array((np.ones(n), (member, np.arange(n))), shape=(m, n))
    load = sparse.csr_array((books.hours[member], (person, np.arange(n))), shape=(p, n))
    return milp(
        (books.owners[member] != person).astype(float),
        integrality=np.ones(n),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(once, 1, 1), LinearConstraint(load, -np.inf, books.ceilings)],
        options={"time_limit": PLAIN_SECONDS},
    )


def main():
    rows = []
    for members, people, load, skills in CASES:
        rng = np.random.default_rng(sum(map(ord, "rebalancing yardstick")))
        books = make_books(members, people, load, skills, rng=rng)
        started = time.perf_counter()
        found = assign_members(books)
        seconds = time.perf_counter() - started
        row = {
            "members": members, "people": people, "load": load, "skills": skills, "seconds": round(seconds, 2),
            "hand_overs": found.hand_overs, "bound": found.bound, "gap_%": round(100 * found.gap, 3),
            "stretch": found.stretch, "exact": found.exact,
        }  # fmt: skip
        if members * people <= 100_000:
            started = time.perf_counter()
            plain = solve_plainly(books)
            row["plain_s"] = round(time.perf_counter() - started, 1)
            row["plain"] = None if plain.x is None else round(plain.fun)
        rows.append(row)
    print(pd.DataFrame(rows).to_string(index=False))
    print(f"rebalance_team, 100,000 x 200, tables and relaxations among it: {time_the_verb():.2f} s")


def time_the_verb():
    """Seconds of the whole verb on a table of members."""
    rng = np.random.default_rng(sum(map(ord, "rebalancing yardstick")))
    books = make_books(100_000, 200, 0.9, "nested", rng=rng)
    coverage = read_segments()
    names = np.array([segment.name for segment in coverage], dtype=object)
    ids = pd.Series([f"m{i:06d}" for i in range(len(books.hours))], dtype="str")
    people = np.array([f"p{i:03d}" for i in range(len(books.ceilings))])
    segments = make_segmentation(ids, names[books.segments], segments=list(names), method="rules")
    members = pd.DataFrame({"member_id": ids, "staff_id": pd.array(people[books.owners], dtype="str")})
    skills = ["; ".join(names[may]) for may in books.may_serve]
    demand = np.array([segment.steady_hours for segment in coverage])[books.segments].sum()
    hours = books.ceilings * demand / 0.9 / books.ceilings.sum() / 0.8
    staff = pd.DataFrame({"staff_id": people, "hours_per_year": hours, "segments": skills})
    started = time.perf_counter()
    rebalance_team(segments, members=members, staff=staff, coverage=coverage, utilisation=0.8)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
