from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.numbers.matching import match_groups, overlap_groups


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_matches_add_up_to_the_most_of_all_ways(seed):
    rng = np.random.default_rng(seed)
    shares = rng.random((rng.integers(1, 5), rng.integers(1, 5)))
    least = float(rng.random())
    worth = np.where(shares >= least, shares, 0.0)
    if len(shares) > shares.shape[1]:
        worth, shares = worth.T, shares.T
    best = max(sum(worth[i, j] for i, j in enumerate(way)) for way in permutations(range(worth.shape[1]), len(worth)))
    found = match_groups(shares, least=least)
    assert sum(match.jaccard for match in found) == pytest.approx(best)
    assert all(match.jaccard >= least for match in found)
    assert len({match.row for match in found}) == len({match.column for match in found}) == len(found)


def test_overlap_is_that_of_sets():
    rng = np.random.default_rng(sum(map(ord, "sets")))
    old, new = rng.integers(0, 3, 80), rng.integers(0, 4, 80)
    counts = np.array([[((old == i) & (new == j)).sum() for j in range(4)] for i in range(3)])
    for i in range(3):
        for j in range(4):
            a, b = set(np.flatnonzero(old == i)), set(np.flatnonzero(new == j))
            assert overlap_groups(counts)[i, j] == pytest.approx(len(a & b) / len(a | b))


def test_nothing_matches_nothing():
    assert match_groups(np.zeros((0, 3))) == ()
    assert overlap_groups(np.zeros((2, 2))).tolist() == [[0.0, 0.0], [0.0, 0.0]]
