from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from axlib.numbers.encoding import encode_attributes
from axlib.numbers.mixture import fit_mixture
from axlib.numbers.stability import bootstrap_jaccard, jaccard_by_class
from axlib.words.errors import DataError

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "uci_mixed_labelled"


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def test_jaccard_is_that_of_sets():
    rng = seeded("sets")
    first, second = rng.integers(0, 3, 50), rng.integers(0, 3, 50)
    found = jaccard_by_class(first, second, k=3, weights=np.ones(50))
    for c in range(3):
        own = set(np.flatnonzero(first == c))
        others = [set(np.flatnonzero(second == d)) for d in range(3)]
        assert found[c] == pytest.approx(max(len(own & other) / len(own | other) for other in others))


def encode_numbers(means, *, n, rng):
    classes = rng.choice(len(means), size=n)
    table = pd.DataFrame(rng.normal(np.asarray(means)[classes]), columns=list("abcd"))
    return encode_attributes(table, kinds=dict.fromkeys("abcd", "numeric"))


def test_separate_classes_are_stable_and_invented_ones_are_not():
    rng = seeded("separate")
    apart = encode_numbers([[0] * 4, [4] * 4, [0, 4, 0, 4]], n=400, rng=rng)
    fitted = fit_mixture(apart, k=3, rng=rng)
    table = bootstrap_jaccard(apart, fitted, n_resamples=30, rng=rng)
    assert (table["jaccard"] > 0.9).all()
    assert (table["reading"] == "highly stable").all()
    one = encode_numbers([[0] * 4], n=400, rng=rng)
    invented = bootstrap_jaccard(one, fit_mixture(one, k=4, rng=rng), n_resamples=30, rng=rng)
    assert invented["jaccard"].min() < 0.6
    assert (invented["jaccard_low"] <= invented["jaccard"]).all()
    assert (invented["jaccard"] <= invented["jaccard_high"]).all()


def test_the_same_chance_gives_the_same_table():
    rng = seeded("same")
    encoded = encode_numbers([[0] * 4, [2] * 4], n=150, rng=rng)
    mixture = fit_mixture(encoded, k=2, rng=rng)
    tables = [bootstrap_jaccard(encoded, mixture, n_resamples=10, rng=seeded("draws")) for _ in range(2)]
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_no_resamples_are_refused():
    encoded = encode_numbers([[0] * 4], n=20, rng=seeded("few"))
    mixture = fit_mixture(encoded, k=1, rng=seeded("few"))
    with pytest.raises(DataError, match="at least 1"):
        bootstrap_jaccard(encoded, mixture, n_resamples=0, rng=seeded("few"))


def test_a_full_factorial_has_no_stable_classes():
    path = DATA / "car_evaluation.csv"
    if not path.exists():
        pytest.skip(f"no {path}")
    table = pd.read_csv(path).drop(columns="LABEL")
    encoded = encode_attributes(table, kinds=dict.fromkeys(table.columns, "categorical"))
    mixture = fit_mixture(encoded, k=4, rng=seeded("cars"))
    assert (bootstrap_jaccard(encoded, mixture, n_resamples=20, rng=seeded("cars"))["jaccard"] < 0.6).all()
