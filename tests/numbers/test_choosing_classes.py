import numpy as np
import pandas as pd
import pytest

from axlib.numbers.choosing_classes import choose_mixture
from axlib.numbers.encoding import encode_attributes
from axlib.numbers.mixture import fit_mixture
from axlib.words.errors import DataError


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def encode_groups(shares, *, n, rng):
    classes = rng.choice(len(shares), size=n, p=shares)
    table = pd.DataFrame(
        {
            "capacity": rng.normal(4.0 * classes),
            "need": rng.binomial(4, np.linspace(0.1, 0.9, len(shares))[classes]),
            "mode": np.where(rng.random(n) < 0.9, classes, 9).astype(str),
        }
    )
    return encode_attributes(table, kinds={"capacity": "numeric", "need": "ordinal", "mode": "categorical"})


def test_the_classes_there_are_are_chosen():
    encoded = encode_groups([0.5, 0.3, 0.2], n=600, rng=seeded("three"))
    mixture, trade_off = choose_mixture(encoded, min_class_size=10, n_starts=4, rng=seeded("choose"))
    assert mixture.k == 3
    assert trade_off["k"].tolist() == list(range(1, 9))
    assert trade_off.loc[trade_off["chosen"], "k"].tolist() == [3]
    assert trade_off["bic"].idxmin() == 2
    expected = -2 * trade_off["log_likelihood"] + trade_off["n_parameters"] * np.log(600)
    np.testing.assert_allclose(trade_off["bic"], expected)


def test_no_classes_is_a_possible_answer():
    encoded = encode_groups([1.0], n=500, rng=seeded("none"))
    mixture, _ = choose_mixture(encoded, ks=range(1, 5), min_class_size=10, n_starts=4, rng=seeded("choose"))
    assert mixture.k == 1


def test_a_class_too_small_to_be_useful_is_not_chosen():
    encoded = encode_groups([0.6, 0.38, 0.02], n=1000, rng=seeded("small"))
    free, _ = choose_mixture(encoded, ks=range(1, 5), min_class_size=5, n_starts=6, rng=seeded("choose"))
    bound, trade_off = choose_mixture(encoded, ks=range(1, 5), min_class_size=100, n_starts=6, rng=seeded("choose"))
    assert (free.k, bound.k) == (3, 2)
    assert not trade_off.set_index("k").loc[3, "useful"]


def test_one_k_alone_gives_what_it_gives_among_others():
    encoded = encode_groups([0.5, 0.3, 0.2], n=300, rng=seeded("alone"))
    alone, _ = choose_mixture(encoded, ks=[3], min_class_size=0, rng=seeded("choose"))
    among, table = choose_mixture(encoded, ks=[2, 3], min_class_size=0, rng=seeded("choose"))
    assert table["log_likelihood"].iloc[1] == alone.log_likelihood
    assert among.k == 3


def test_free_parameters_are_counted():
    encoded = encode_groups([0.5, 0.3, 0.2], n=300, rng=seeded("count"))
    mixture = fit_mixture(encoded, k=2, n_starts=2, rng=seeded("fit"))
    assert mixture.n_parameters == 1 + 2 * (1 + 1 + 4 + 3)


def test_ten_members_and_few_patterns_are_enough_to_say_no_classes():
    table = pd.DataFrame({"mode": ["call", "mail", "self", None, "call"] * 2})
    encoded = encode_attributes(table, kinds={"mode": "categorical"})
    mixture, trade_off = choose_mixture(encoded, min_class_size=2, rng=seeded("ten"))
    assert mixture.k == 1
    assert trade_off["k"].tolist() == [1, 2, 3]


def test_impossible_wishes_are_refused_together():
    encoded = encode_groups([0.5, 0.3, 0.2], n=50, rng=seeded("wishes"))
    with pytest.raises(DataError) as caught:
        choose_mixture(encoded, ks=[], min_class_size=51, rng=seeded("choose"))
    assert len(caught.value.problems) == 2
    assert "between 0 and 50" in caught.value.problems[1]
