"""The short list of rules in place of fitted segments: seconds, and how near it comes, by members and separation.

Run with one BLAS thread::

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_surrogate.py 500 2000 10000

Five fitted classes of 14 attributes, at most 6 rules of 3 conditions, five folds. The classes weigh all
answers, a list asks for a few: where no few answers tell classes apart, the list cannot either, and says so.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import time

import numpy as np
import pandas as pd
from members_of_known_classes import make_members

from axlib.tables.attributes import Attributes
from axlib.tables.coverage_segments import read_segments
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.surrogate import fit_surrogate
from axlib.words.results import Unavailable


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def main(sizes):
    heads = zip(("n", "separation", "missing", "CPU s", "rules", "found", "placed", "largest"),
                (7, 10, 8, 6, 6, 6, 7, 9), strict=True)  # fmt: skip
    print(" ".join(f"{word:>{width}}" for word, width in heads))
    for n in sizes:
        for separation, missing in ((1.0, 0.1), (2.0, 0.1), (2.0, 0.0)):
            members = make_members(n, rng=seeded("surrogate"), separation=separation, missing=missing, oracle=False)
            table = members.table.set_axis(pd.Index([f"m{i}" for i in range(n)], name="member_id", dtype="str"))
            for name, kind in members.kinds.items():
                if kind == "categorical":
                    table[name] = table[name].map({0.0: "a", 1.0: "b", 2.0: "c", 3.0: "d"}).astype("str")
            given = Attributes(table, members.kinds, {}, pd.DataFrame())
            found = segment_by_ax(given, segments=read_segments(), k=5, rng=seeded("surrogate"))
            before = time.process_time()
            rules = fit_surrogate(found, attributes=given, rng=seeded("surrogate"))
            spent = time.process_time() - before
            head = f"{n:>7} {separation:>10.1f} {missing:>8.0%} {spent:>6.2f}"
            if isinstance(rules, Unavailable):
                print(f"{head} {rules.why}")
                continue
            every = rules.fidelity.iloc[0]
            print(
                f"{head} {len(rules.rules) - 1:>6} {every['fidelity']:>6.0%} {every['placed_share']:>7.0%} "
                f"{every['baseline_share']:>9.0%}",
                flush=True,
            )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [2_000])
