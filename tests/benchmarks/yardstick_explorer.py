"""How quickly the explorer reacts: each choice made once, provisional and complete, drawn; CPU and wall seconds.

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_explorer.py 10000
    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_explorer.py 1000000

Members are invented: five kinds of them by 14 attributes, a tenth of the answers missing, two yearly terms each, staff
of one person per 120 members.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

import axlib
from axlib.desk.explorer import Explorer
from axlib.desk.session import Desk

sys.path.insert(0, str(Path(__file__).parent))
from members_of_known_classes import make_members

KEYS = """client: Yardstick
as_of: 2025-12-31
tables: {{members: members.csv, terms: terms.csv, staff: staff.csv}}
attributes: [{attributes}]
segments: {{method: classes, k: 5, file: segments.yml}}
tiers: {{by: bands, edges: [500, 2500]}}
"""
SEGMENTS = """segments:
  - {name: Inbound, hours_per_year: 3, archetype: {scale_0: high, scale_1: low}, rules: ["scale_0 >= 3"]}
  - {name: Asynchronous, hours_per_year: 9, archetype: {scale_0: middle, scale_1: middle}, rules: ["scale_0 >= 2"]}
  - {name: Synchronous, hours_per_year: 28, archetype: {scale_0: low, scale_1: high}, rules: ["scale_0 < 2"]}
  - {name: Task Force, hours_per_year: 38, task_force: true, archetype: {scale_2: high, scale_3: high}}
"""


def write_case(folder: Path, n: int) -> Path:
    """Write an engagement of n invented members."""
    rng = np.random.default_rng(sum(map(ord, "the desk")))
    known = make_members(n, rng=rng, oracle=False)
    ids = np.char.add("m", np.char.zfill(np.arange(n).astype(str), 7))
    dues = np.round(np.exp(rng.normal(7, 1.2, n)), 2)
    gone = rng.random(n) < 0.15
    staff = np.char.add("s", rng.integers(0, max(1, n // 120), n).astype(str))
    words = np.array(["mail", "phone", "visit", "portal"])
    table = known.table.round(3)
    for name, kind in known.kinds.items():
        if kind == "categorical":
            codes = table[name].to_numpy()
            table[name] = np.where(np.isnan(codes), "", words[np.nan_to_num(codes).astype(int)])
    status = np.where(gone, "lapsed", "active")
    members = pd.DataFrame({"member_id": ids, "status": status, "annual_dues": dues, "staff_id": staff}).join(table)
    members.to_csv(folder / "members.csv", index=False)
    first = pd.DataFrame({"member_id": ids, "starts_on": "2024-03-01", "ends_on": "2025-02-28", "amount": dues})
    second = first[~gone].assign(
        starts_on="2025-03-01",
        ends_on="2026-02-28",
        amount=(dues[~gone] * rng.choice([0.9, 1, 1.1], (~gone).sum())).round(2),
    )
    pd.concat([first, second]).to_csv(folder / "terms.csv", index=False)
    pd.DataFrame({"staff_id": np.unique(staff), "hours_per_year": 1500}).to_csv(folder / "staff.csv", index=False)
    specs = ", ".join(
        f"{{name: {name}, kind: {kind}{', edges: [-0.5, 0.5]' if kind == 'numeric' else ''}}}"
        for name, kind in known.kinds.items()
    )
    (folder / "segments.yml").write_text(SEGMENTS, "utf-8")
    (folder / "engagement.yml").write_text(KEYS.format(attributes=specs), "utf-8")
    return folder / "engagement.yml"


def timed(what, name):
    cpu, wall = time.process_time(), time.perf_counter()
    found = what()
    print(f"{name:44} {time.process_time() - cpu:7.3f} {time.perf_counter() - wall:7.3f}")
    return found


def main(n: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = write_case(Path(place), n)
        print(f"{n:,} members{'':34} CPU s  wall s")
        desk = timed(lambda: Desk(axlib.read_engagement(path)), "open: read, clean, first figures")
        explorer = timed(lambda: Explorer(desk), "make controls, draw")
        timed(desk.lock, "lock")
        timed(desk.show_outcomes, "show outcomes")
        first = desk.choices
        moves = {
            "one attribute less": replace(first, attributes=first.attributes[1:]),
            "one class more": replace(first, k=6),
            "one class less": replace(first, k=4),
            "k left to the data": replace(first, k="auto"),
            "rules for classes": replace(first, method="rules"),
            "another tier edge": replace(first, edges=(500.0, 1000.0, 2500.0)),
            "hours of a segment": replace(first, hours=((first.hours[0][0], 5.0), *first.hours[1:])),
            "days of grace": replace(first, grace_days=60),
        }
        for name, choices in moves.items():
            # What the controls themselves do with what a user chose: compute, draw, write the text to copy.
            timed(lambda chosen=choices: explorer._do(lambda: desk.choose(chosen)), f"{name}: provisional")
            timed(lambda: explorer._do(desk.complete), f"{name}: complete")
            if choices.method == "rules":
                timed(lambda: explorer._do(lambda: desk.choose(first)), "classes for rules: provisional")
            desk.choose(first)
            desk.complete()
        if desk.bench.sample_note:
            print(desk.bench.sample_note)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
