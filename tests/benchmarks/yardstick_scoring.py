"""Scoring new members by a fitted model: nanoseconds a row, and memory, beside encoding and posteriors.

Run with one BLAS thread::

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_scoring.py 1000000
    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_scoring.py --large 10000000

The model is fitted to 20,000 members, also where ten million are scored. ``rows`` is ``score_rows``, from a table of
14 attributes to the segment and its probability; ``members`` is ``score_members``, which adds identifiers and reasons
as text; ``long way`` is ``encode_like`` and ``posterior``, which find repeated rows first. CPU time of one core; memory
at its highest over what was held before (Linux).
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from members_of_known_classes import make_members

from axlib.numbers.encoding import encode_attributes, encode_like
from axlib.numbers.mixture import fit_mixture, posterior
from axlib.numbers.scoring import score_rows
from axlib.tables.attributes import Attributes
from axlib.tables.coverage_segments import read_segments
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.scoring import score_members

FITTED = 20_000
REPEATS = 3


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def draw(n):
    """Draw members in parts: making them takes more room than scoring them."""
    parts = [make_members(min(1_000_000, n - start), rng=seeded(f"part {start}"), oracle=False)
             for start in range(0, n, 1_000_000)]  # fmt: skip
    table = pd.concat([part.table for part in parts], ignore_index=True) if len(parts) > 1 else parts[0].table
    return table, parts[0].kinds


def timed(run, *arguments, **options):
    before = time.process_time()
    result = run(*arguments, **options)
    return time.process_time() - before, result


def resident(which="VmRSS"):
    """Megabytes held now, or (VmHWM) at most since the mark was last taken back."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(which):
            return int(line.split()[1]) / 1024
    return float("nan")


def measure(name, n, run, *arguments, **options):
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = resident()
    seconds, result = timed(run, *arguments, **options)
    report(name, n, seconds, resident("VmHWM") - before)
    return result


def report(name, n, seconds, more, note=""):
    print(f"{n:>10} {name:<34} {seconds:>8.2f} {seconds / n * 1e9:>8.0f} {more:>9.0f}  {note}", flush=True)


def name_members(table):
    digits = pd.Series(np.arange(len(table))).astype("str")
    return table.set_axis(pd.Index(("m" + digits).array, name="member_id"))


def fit(table, kinds, covariance):
    encoded = encode_attributes(table, kinds=kinds)
    return encoded, fit_mixture(encoded, k=5, n_starts=10, covariance=covariance, rng=seeded("scoring"))


def take_long_way(table, encoding, mixture):
    return posterior(mixture, encode_like(table, encoding))


def score(table, kinds, covariance, *, large):
    """Fit to a part, score the whole, and where there is room compare with the long way."""
    n = len(table)
    encoded, mixture = measure(f"fit to {FITTED:,}, {covariance}", n, fit, table.head(FITTED), kinds, covariance)
    options = {"mixture": mixture, "encoding": encoded.encoding}
    for _ in range(1 if large else REPEATS):
        scores = measure(f"rows, {covariance}", n, score_rows, table, **options)
    if not large:
        found = measure(f"long way, {covariance}", n, take_long_way, table, encoded.encoding, mixture)
        apart = float(np.abs(found.max(axis=1) - scores.probability).max())
        differ = int((found.argmax(axis=1) != scores.group).sum())
        print(f"{'':>10} classes that differ: {differ}; probabilities by at most {apart:.0e}")


def main(sizes, *, large):
    print(f"{'n':>10} {'what':<34} {'CPU s':>8} {'ns/row':>8} {'MB more':>9}")
    for n in sizes:
        table, kinds = draw(n)
        for covariance in ("diagonal", "full"):
            score(table, kinds, covariance, large=large)
        coded = {name: kind for name, kind in kinds.items() if kind != "numeric"}
        encoded, mixture = fit(table.head(FITTED), coded, "diagonal")
        measure("rows, 8 answers and no number", n, score_rows, table, mixture=mixture, encoding=encoded.encoding)
        named = Attributes(name_members(table), kinds, {}, pd.DataFrame())
        few = Attributes(named.table.head(FITTED), kinds, {}, pd.DataFrame())
        model = segment_by_ax(few, segments=read_segments(), k=5, rng=seeded("scoring")).model
        measure("members", n, score_members, model, attributes=named)
        print(f"{'':>10} table {table.memory_usage().sum() / 1e6:,.0f} MB; model {len(model):,} characters", flush=True)


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--large"]
    main([int(word) for word in given] or [100_000], large="--large" in sys.argv)
