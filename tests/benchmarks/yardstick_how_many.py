"""How many of five true classes BIC finds, by number of members: few members carry few classes.

Run::

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_how_many.py

Five classes, 14 mixed attributes, 10 % missing, a draw per seed; k from 1 to 8, ten starts each, the smallest class
as the kit asks for it. Seconds are CPU of one choice.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import time
from collections import Counter

import numpy as np
from members_of_known_classes import make_members

from axlib.numbers.choosing_classes import choose_mixture
from axlib.numbers.encoding import encode_attributes

N_DRAWS = 10


def main() -> None:
    """Print how often each number of classes is chosen."""
    for separation in (1.0, 1.5):
        for n in (250, 500, 1000, 2000, 5000):
            found: Counter[int] = Counter()
            begun = time.process_time()
            for draw in range(N_DRAWS):
                rng = np.random.default_rng([sum(map(ord, "how many")), n, draw])
                drawn = make_members(n, rng=rng, separation=separation, oracle=False)
                encoded = encode_attributes(drawn.table, kinds=drawn.kinds)
                mixture, _ = choose_mixture(encoded, ks=range(1, 9), min_class_size=max(10, n / 50), rng=rng)
                found[mixture.k] += 1
            seconds = (time.process_time() - begun) / N_DRAWS
            counts = ", ".join(f"{k}: {times}" for k, times in sorted(found.items()))
            print(f"separation {separation}  n {n:>5,}  {counts}  ({seconds:.1f} s each)")


if __name__ == "__main__":
    main()
