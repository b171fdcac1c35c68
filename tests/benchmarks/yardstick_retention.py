"""Bootstrap of all retention measures by segment: seconds of CPU beside the loop most would write, and agreement.

Run with one BLAS thread::

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_retention.py 1000 10000 100000
    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_retention.py --coverage

Members of five segments pay by a price list of eight prices, or whatever they agreed (log-normal, to the cent). ``kit``
is ``measure_retention``: the cohort as it is, all members and segments, every measure, 2,000 resamples. ``loop`` draws
members with replacement and groups by segment, once per resample: timed over 20 resamples and counted for 2,000.
``off`` is how far the kit's bounds of NRR, GRR and revenue churn lie from percentiles of 2,000 resamples drawn member
by member with multinomial weights, in units of the interval's half-width: at worst of all segments of more than 3,000
members (in smaller ones the kit's bounds are studentised, and no percentiles), beside the same of two such draws of
other seeds, which is chance alone.

``--coverage`` draws cohorts from a known world and counts how often an interval holds the world's value.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import time
from datetime import date

import numpy as np
import pandas as pd

from axlib.numbers.ratio_intervals import STUDENTISED_TO
from axlib.verbs.cohort import Cohort
from axlib.verbs.retention import measure_retention
from axlib.verbs.segments import make_segmentation

SEGMENTS = ("A", "B", "C", "D", "E")
PRICES = np.array([250.0, 400, 600, 900, 1500, 2500, 5000, 12000])
N_RESAMPLES = 2000
TIMED = 20
COMPARED = ("nrr", "grr", "revenue_churn")


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def draw_cohort(n, prices, rng, *, share_of=(0.35, 0.3, 0.2, 0.1, 0.05)):
    """Draw a closed cohort as ``build_cohort`` returns it, and the segment of each member."""
    listed = prices == "list"
    opening = rng.choice(PRICES, n) if listed else np.round(np.exp(rng.normal(6.8, 1.1, n)), 2)
    gone = rng.random(n) < 0.15
    step = rng.choice([0.8, 1.0, 1.03, 1.5], n, p=[0.1, 0.3, 0.4, 0.2])
    change = step if listed else step * np.exp(rng.normal(0, 0.02, n))
    closing = np.where(gone, 0.0, np.round(opening * change, 2))
    eligible = rng.random(n) < 0.9
    table = pd.DataFrame(
        {
            "member_id": pd.Series([f"m{i:07d}" for i in range(n)], dtype="str"),
            "opening": opening,
            "closing": closing,
            "gone": gone,
            "eligible": pd.array(eligible, dtype="boolean"),
            "renewed": pd.array(eligible & ~gone, dtype="boolean"),
            "first_year": pd.array(rng.random(n) < 0.12, dtype="boolean"),
            "lapsed": pd.array(gone, dtype="boolean"),
            "rejoined": pd.array(np.zeros(n, dtype=bool), dtype="boolean"),
        }
    )
    segments = make_segmentation(
        table["member_id"], rng.choice(SEGMENTS, n, p=share_of), segments=SEGMENTS, method="column"
    )
    return Cohort(table, date(2024, 12, 31), date(2025, 12, 31), "terms", "USD"), segments


def timed(run, *arguments, **options):
    before = time.process_time()
    result = run(*arguments, **options)
    return time.process_time() - before, result


def loop(cohort, segments, n_resamples, rng):
    """Resample frames: what most would write."""
    table = cohort.table.assign(segment=segments.table["segment"].to_numpy())
    draws = []
    for _ in range(n_resamples):
        drawn = table.sample(len(table), replace=True, random_state=int(rng.integers(2**31)))
        stays = ~drawn["gone"]
        drawn = drawn.assign(
            kept=drawn[["opening", "closing"]].min(axis=1),
            churned=drawn["opening"].where(drawn["gone"], 0.0),
            contracted=(drawn["opening"] - drawn["closing"]).clip(lower=0).where(stays, 0.0),
            expanded=(drawn["closing"] - drawn["opening"]).clip(lower=0),
            first_eligible=drawn["eligible"] & drawn["first_year"],
            first_renewed=drawn["renewed"] & drawn["first_year"],
        )
        names = ["opening", "closing", "kept", "churned", "contracted", "expanded", "gone", "eligible", "renewed"]
        sums = drawn.groupby("segment")[[*names, "first_eligible", "first_renewed"]].sum()
        draws.append(
            pd.DataFrame(
                {
                    "nrr": sums["closing"] / sums["opening"],
                    "grr": sums["kept"] / sums["opening"],
                    "revenue_churn": sums["churned"] / sums["opening"],
                    "contraction": sums["contracted"] / sums["opening"],
                    "expansion": sums["expanded"] / sums["opening"],
                    "logo_churn": sums["gone"] / drawn.groupby("segment").size(),
                    "renewal_rate": sums["renewed"] / sums["eligible"],
                    "first_year_renewal_rate": sums["first_renewed"] / sums["first_eligible"],
                }
            )
        )
    return pd.concat(draws).groupby(level=0).quantile([0.025, 0.975])


def bounds_by_multinomial(cohort, segments, rng):
    """Bounds of the compared measures from weights drawn member by member."""
    table = cohort.table
    opening, closing = table["opening"].to_numpy(), table["closing"].to_numpy()
    columns = np.column_stack([opening, closing, np.minimum(opening, closing), opening * table["gone"].to_numpy()])
    found = {}
    for segment in SEGMENTS:
        inside = columns[(segments.table["segment"] == segment).to_numpy()]
        n = len(inside)
        sums = np.concatenate(
            [rng.multinomial(n, np.full(n, 1 / n), size=100).astype(float) @ inside for _ in range(N_RESAMPLES // 100)]
        )
        ratios = sums[:, [1, 2, 3]] / sums[:, [0]]
        found[segment] = np.quantile(ratios, [0.025, 0.975], axis=0)
    return found


def bounds_of(retention):
    rows = retention.table[retention.table["grouping"] == "segment"].set_index("group")
    return {
        segment: np.array([[rows.loc[segment, f"{name}_{bound}"] for name in COMPARED] for bound in ("low", "high")])
        for segment in SEGMENTS
    }


def off(one, other, large):
    """Return the widest distance of two sets of bounds, in half-widths."""
    distances = [np.abs(one[segment] - other[segment]) / (np.diff(other[segment], axis=0) / 2) for segment in large]
    return float(np.max(distances)) if distances else float("nan")


def compare(sizes):
    print(f"{'n':>8} {'prices':>8} {'kit s':>8} {'loop s':>8} {'times':>7} {'off':>6} {'chance':>7}")
    for n in sizes:
        for prices in ("list", "free"):
            cohort, segments = draw_cohort(n, prices, seeded(f"cohort {n} {prices}"))
            options = {"groupings": {"segment": segments}, "n_resamples": N_RESAMPLES}
            measure_retention(cohort, rng=seeded("warm"), **options)
            ours, retention = min(
                (timed(measure_retention, cohort, rng=seeded("kit"), **options) for _ in range(3)), key=lambda x: x[0]
            )
            theirs = timed(loop, cohort, segments, TIMED, seeded("loop"))[0] * N_RESAMPLES / TIMED
            reference = bounds_by_multinomial(cohort, segments, seeded("one"))
            large = [segment for segment, size in segments.sizes.items() if size > STUDENTISED_TO]
            distance = off(bounds_of(retention), reference, large)
            chance = off(bounds_by_multinomial(cohort, segments, seeded("another")), reference, large)
            print(
                f"{n:>8} {prices:>8} {ours:>8.3f} {theirs:>8.1f} {theirs / ours:>7.0f} {distance:>6.3f} {chance:>7.3f}",
                flush=True,
            )


def cover(n_worlds=400):
    print(f"{'n':>8} {'prices':>8} " + " ".join(f"{name:>14}" for name in (*COMPARED, "logo_churn")) + "  given")
    for prices in ("list", "free"):
        whole, _ = draw_cohort(2_000_000, prices, seeded("the world"), share_of=(1, 0, 0, 0, 0))
        everybody = measure_retention(whole, groupings={}, rng=seeded("truth"), n_resamples=10).overall
        for n in (30, 100, 300, 1000):
            rng = seeded(f"worlds {n}")
            held = {name: [] for name in (*COMPARED, "logo_churn")}
            for _ in range(n_worlds):
                cohort, _ = draw_cohort(n, prices, rng, share_of=(1, 0, 0, 0, 0))
                row = measure_retention(cohort, groupings={}, rng=rng, n_resamples=N_RESAMPLES).overall
                for name, found in held.items():
                    if np.isfinite(row[f"{name}_low"]):
                        found.append(row[f"{name}_low"] <= everybody[name] <= row[f"{name}_high"])
            shown = " ".join(f"{np.mean(found):>14.3f}" for found in held.values())
            print(f"{n:>8} {prices:>8} {shown}  {[len(found) for found in held.values()]}", flush=True)


if __name__ == "__main__":
    if "--coverage" in sys.argv:
        cover()
    else:
        compare([int(word) for word in sys.argv[1:]] or [1_000, 10_000])
