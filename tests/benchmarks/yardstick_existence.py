"""Distinct groups or a gradient? What the kit says of labelled public data, with the number of classes left to it.

Run::

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_existence.py

Stability is the least and the greatest bootstrap Jaccard of a class; the reading is that of ``assess_existence``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from pathlib import Path

import numpy as np
import pandas as pd

from axlib.tables.attributes import Attributes
from axlib.verbs.classes import assess_stability, segment_by_ax
from axlib.verbs.existence import assess_existence
from axlib.words.results import Unavailable

LABELLED = Path(__file__).parents[2].parent / "shared" / "data" / "uci_mixed_labelled"


def read_attributes(path: Path) -> Attributes:
    """Read a labelled file without its labels, as attributes of members."""
    table = pd.read_csv(path).drop(columns=["LABEL", "animal"], errors="ignore")
    many = table.nunique() > 6
    kinds = {
        name: "numeric" if pd.api.types.is_numeric_dtype(table[name]) and many[name] else "categorical"
        for name in table
    }
    words = {name: table[name].astype("str").where(table[name].notna()) for name in table if kinds[name] != "numeric"}
    table = table.assign(**words)
    table.index = pd.Index([f"m{i:05d}" for i in range(len(table))], name="member_id")
    sources = pd.DataFrame({"attribute": list(kinds), "source": "members", "dated": False})
    return Attributes(table, kinds, {}, sources)


def main() -> None:
    """Print one line per data set."""
    for path in sorted(LABELLED.glob("*.csv")):
        attributes = read_attributes(path)
        rng = np.random.default_rng(sum(map(ord, "existence")))
        found = segment_by_ax(attributes, segments=[], rng=rng)
        stability = assess_stability(found, attributes=attributes, rng=rng, n_resamples=50)
        stable = (
            stability.why
            if isinstance(stability, Unavailable)
            else f"{stability.table['jaccard'].min():.2f}-{stability.table['jaccard'].max():.2f}"
        )
        print(f"{path.stem}: {len(found.classes)} classes, Jaccard {stable}")
        print(f"  {assess_existence(found, attributes=attributes, rng=rng).text}", flush=True)


if __name__ == "__main__":
    main()
