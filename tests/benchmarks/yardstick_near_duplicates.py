"""Near-duplicate names among many members: seconds, planted pairs found, beside blocking by the first letters.

Run::

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_near_duplicates.py 100000 200000

Names are two or three words, a kind of firm and a place, so that many are alike by chance; one in a hundred members
stands there twice, its name with one letter changed, left out, doubled or swapped with its neighbour. All pairs by
a likeness of letters (difflib) would be 2e10 comparisons at 200,000 members and is not run.
"""

from __future__ import annotations

import string
import sys
import time

import numpy as np
import pandas as pd
from rapidfuzz.distance import OSA

from axlib.tables.rows.near_duplicates import plain_names, propose_duplicates

#: Blocks by first letters grow with the square of the members.
MOST_FOR_BLOCKS = 20_000
KINDS = ("Builders", "Bank", "Homes", "Partners", "Group", "Services", "Studio", "Works", "Trust", "Farm")


def make_names(n: int, rng: np.random.Generator) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    """Names of n members, one in a hundred planted a second time with one slip."""
    sounds = np.array(["".join(pair) for pair in zip("bdfglmnprstvkbdfg", "aeiouaeiouaeiouae", strict=True)])
    words = np.array(["".join(rng.choice(sounds, rng.integers(2, 5))).title() for _ in range(3000)])
    picked = rng.integers(0, len(words), (n, 3))
    kinds = np.array(KINDS)[rng.integers(0, len(KINDS), n)]
    places = words[rng.integers(0, 300, n)]
    names = [
        f"{words[a]} {words[b]} {kind} {place}" for (a, b, _), kind, place in zip(picked, kinds, places, strict=True)
    ]
    who = rng.choice(n // 2, n // 100, replace=False)
    planted = set()
    for at, source in enumerate(who):
        target = n - 1 - at
        names[target] = slip(names[source], rng)
        planted.add((str(source), str(target)))
    table = pd.DataFrame({"member_id": [str(i) for i in range(n)], "name": names}).astype("str")
    return table, planted


def slip(name: str, rng: np.random.Generator) -> str:
    """One slip of the pen inside a name."""
    at = int(rng.integers(0, len(name) - 4))
    letter = rng.choice(list(string.ascii_lowercase))
    return {
        0: name[:at] + letter + name[at + 1 :],
        1: name[:at] + name[at + 1 :],
        2: name[:at] + name[at] + name[at:],
        3: name[:at] + name[at + 1] + name[at] + name[at + 2 :],
    }[int(rng.integers(0, 4))]


def first_letters(table: pd.DataFrame) -> set[tuple[str, str]]:
    """Pairs of names that share three first letters and are one slip apart: what blocking by letters finds."""
    plain = plain_names(table["name"])
    found = set()
    for _, block in plain.groupby(plain.str[:3]):
        texts = block.tolist()
        rows = table["member_id"].loc[block.index].tolist()
        for i, one in enumerate(texts):
            found |= {
                (rows[i], rows[j]) for j in range(i + 1, len(texts)) if OSA.distance(one, texts[j], score_cutoff=1) <= 1
            }
    return found


def main() -> None:
    """Print one line per size."""
    for n in [int(text) for text in sys.argv[1:]] or [100_000]:
        table, planted = make_names(n, np.random.default_rng(sum(map(ord, "near names"))))
        begun = time.process_time()
        found = propose_duplicates(table)
        seconds = time.process_time() - begun
        pairs = {tuple(sorted(pair, key=int)) for pair in zip(found["member_id"], found["other_id"], strict=True)}
        planted = {tuple(sorted(pair, key=int)) for pair in planted}
        # A slip may give the same plain name, or one that another member has by chance: counted as found all the same.
        line = f"{n:>9,}  {seconds:6.2f} s CPU  found {len(planted & pairs)} of {len(planted)}"
        line += f"  proposed {len(pairs)}"
        if n <= MOST_FOR_BLOCKS:
            begun = time.process_time()
            blocked = {tuple(sorted(pair, key=int)) for pair in first_letters(table)}
            line += f"  first letters: {time.process_time() - begun:.1f} s, {len(planted & blocked)} found"
        print(line)


if __name__ == "__main__":
    main()
