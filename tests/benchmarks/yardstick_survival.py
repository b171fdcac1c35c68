"""Kaplan-Meier curves and the log-rank test of five groups by month counts, beside lifelines.

Run with one BLAS thread; without lifelines, ours alone is timed::

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_survival.py 1000 100000 1000000

lifelines needs pandas below 3, so it has an environment of its own, from which the arithmetic is found by its place::

    OPENBLAS_NUM_THREADS=1 PYTHONPATH=. <environment with lifelines>/bin/python tests/benchmarks/yardstick_survival.py

Both get the same months of entry and exit. lifelines does five fits with entries, and one test without them, which its
log-rank test does not know; ours counts entries in both. CPU seconds, the best of three.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import time

import numpy as np

from axlib.numbers.survival import count_months, estimate_curves, log_rank

try:
    from lifelines import KaplanMeierFitter
    from lifelines.statistics import multivariate_logrank_test
except ImportError:
    KaplanMeierFitter = None

GROUPS = 5


def draw(n, rng):
    """Draw months of entry and exit, whether the membership ended, and the group."""
    group = rng.integers(0, GROUPS, n)
    entry = np.where(rng.random(n) < 0.7, rng.integers(0, 240, n), 0)
    lifetime = entry + 1 + rng.exponential(60 + 12 * group).astype(np.int64)
    closed = entry + rng.integers(1, 37, n)
    return entry, np.minimum(lifetime, closed), lifetime <= closed, group


def ours(entry, left, ended, group):
    counts = count_months(entry, left, ended, groups=group, n_groups=GROUPS)
    return estimate_curves(counts), log_rank(counts)


def theirs(entry, left, ended, group):
    curves = []
    for number in range(GROUPS):
        inside = group == number
        curves.append(KaplanMeierFitter().fit(left[inside], ended[inside], entry=entry[inside]))
    return curves, multivariate_logrank_test(left, group, ended)


def best(run, *arguments):
    times = []
    for _ in range(3):
        before = time.process_time()
        run(*arguments)
        times.append(time.process_time() - before)
    return min(times)


def main(sizes):
    print(f"{'n':>9} {'ours s':>9} {'lifelines s':>12} {'times':>7}")
    for n in sizes:
        members = draw(n, np.random.default_rng(sum(map(ord, f"memberships {n}"))))
        mine = best(ours, *members)
        other = best(theirs, *members) if KaplanMeierFitter else float("nan")
        print(f"{n:>9} {mine:>9.4f} {other:>12.3f} {other / mine:>7.0f}", flush=True)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1_000, 100_000, 1_000_000])
