"""Public data whose groups are known: the classes must find them without having seen the labels."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from axlib.numbers.choosing_classes import choose_mixture
from axlib.numbers.encoding import encode_attributes
from axlib.numbers.mixture import fit_mixture, posterior

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "uci_mixed_labelled"


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def read_labelled(name):
    path = DATA / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"no {path}")
    table = pd.read_csv(path)
    labels = table["LABEL"]
    table = table.drop(columns=["LABEL", "animal"], errors="ignore")
    return encode_attributes(table, kinds=dict.fromkeys(table.columns, "categorical")), labels


def adjusted_rand(first, second):
    """Hubert and Arabie's index, from pairs of members."""
    same_first = np.equal.outer(first, first)[np.triu_indices(len(first), 1)]
    same_second = np.equal.outer(second, second)[np.triu_indices(len(second), 1)]
    expected = same_first.mean() * same_second.mean()
    return ((same_first & same_second).mean() - expected) / ((same_first.mean() + same_second.mean()) / 2 - expected)


@pytest.mark.parametrize(("name", "k", "least"), [("zoo", 7, 0.8), ("house_votes84", 2, 0.52)])
def test_as_many_classes_as_groups_agree_with_them(name, k, least):
    encoded, labels = read_labelled(name)
    mixture = fit_mixture(encoded, k=k, n_starts=30, rng=seeded(name))
    found = posterior(mixture, encoded).argmax(axis=1)
    assert adjusted_rand(labels.astype("category").cat.codes.to_numpy(), found) > least


def test_mushroom_classes_are_mostly_pure():
    encoded, labels = read_labelled("mushroom")
    assert [a.name for a in encoded.encoding.attributes if a.constant] == ["veil-type"]
    mixture = fit_mixture(encoded, k=8, n_starts=10, rng=seeded("mushroom"))
    found = posterior(mixture, encoded).argmax(axis=1)
    assert pd.crosstab(found, labels).max(axis=1).sum() / len(labels) > 0.9


def test_a_full_factorial_has_no_classes():
    encoded, _ = read_labelled("car_evaluation")
    mixture, _ = choose_mixture(encoded, ks=range(1, 5), n_starts=4, min_class_size=20, rng=seeded("cars"))
    assert mixture.k == 1
