from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp
from scipy.stats import norm

from axlib.numbers.encoding import encode_attributes, encode_like
from axlib.numbers.mixture import fit_mixture, posterior
from axlib.words.errors import DataError

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def make_members(n, *, rng, missing=0.1):
    """Three classes; two numbers, one scale and one category."""
    classes = rng.choice(3, size=n, p=[0.5, 0.3, 0.2])
    table = pd.DataFrame(
        {
            "capacity": rng.normal(np.array([0.0, 3.0, 6.0])[classes]),
            "hours": rng.normal(np.array([0.0, 2.0, -2.0])[classes], 0.7),
            "guidance": rng.binomial(4, np.array([0.2, 0.8, 0.5])[classes]).astype(float),
            "mode": np.array(["call", "mail", "self"], dtype=object)[
                (rng.random(n)[:, None] > np.array([[0.8, 0.9], [0.1, 0.8], [0.3, 0.4]])[classes]).sum(axis=1)
            ],
        }
    )
    kinds = {"capacity": "numeric", "hours": "numeric", "guidance": "ordinal", "mode": "categorical"}
    lost = rng.random(table.shape) < missing
    lost[:6] = False  # no attribute is missing for everybody
    return table.mask(lost), kinds, classes


def plain_log_densities(mixture, encoded):
    """The log density of each member and class, attribute by attribute, by scipy."""
    rows = encoded.row_of_member
    joint = np.tile(np.log(mixture.weights), (encoded.n_members, 1))
    for j, (values, known) in enumerate(zip(encoded.numbers[:, rows], encoded.observed[:, rows], strict=True)):
        density = norm.logpdf(values[:, None], mixture.means[:, j], np.sqrt(mixture.variances[:, j]))
        joint += np.where(known[:, None], density, 0.0)
    place = 0
    for codes, n in zip(encoded.codes[:, rows], encoded.encoding.level_counts, strict=True):
        shares = np.log(mixture.probabilities[:, place : place + n])
        joint += np.where((codes >= 0)[:, None], shares[:, codes].T, 0.0)
        place += n
    return joint


def test_posteriors_and_likelihood_equal_a_plain_computation():
    table, kinds, _ = make_members(400, rng=seeded("plain"))
    encoded = encode_attributes(table, kinds=kinds)
    mixture = fit_mixture(encoded, k=3, rng=seeded("fit"))
    joint = plain_log_densities(mixture, encoded)
    total = logsumexp(joint, axis=1)
    np.testing.assert_allclose(posterior(mixture, encoded), np.exp(joint - total[:, None]), atol=1e-10)
    answered = table.notna().any(axis=1).to_numpy()
    np.testing.assert_allclose(mixture.log_likelihood, total[answered].sum() + encoded.log_slope, rtol=1e-10)


def test_known_classes_are_recovered():
    table, kinds, classes = make_members(2000, rng=seeded("recover"))
    encoded = encode_attributes(table, kinds=kinds)
    mixture = fit_mixture(encoded, k=3, rng=seeded("fit"))
    found = posterior(mixture, encoded).argmax(axis=1)
    assert (found == classes).mean() > 0.93
    np.testing.assert_allclose(mixture.weights, [0.5, 0.3, 0.2], atol=0.04)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(10, 120),
    k=st.integers(1, 5),
    missing=st.sampled_from([0.0, 0.2, 0.6]),
    prior_members=st.sampled_from([0.0, 1.0]),
)
def test_the_objective_never_falls(seed, n, k, missing, prior_members):
    rng = np.random.default_rng(seed)
    table, kinds, _ = make_members(n, rng=rng, missing=missing)
    encoded = encode_attributes(table, kinds=kinds)
    mixture = fit_mixture(encoded, k=k, n_starts=2, prior_members=prior_members, rng=rng)
    assert all(after >= before - 1e-8 * abs(before) for before, after in pairwise(mixture.history))
    probabilities = posterior(mixture, encoded)
    assert np.isfinite(probabilities).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)


def test_row_order_changes_nothing():
    table, kinds, _ = make_members(300, rng=seeded("rows"))
    order = seeded("shuffle").permutation(len(table))
    here = encode_attributes(table, kinds=kinds)
    there = encode_attributes(table.iloc[order], kinds=kinds)
    first = fit_mixture(here, k=3, rng=seeded("fit"))
    second = fit_mixture(there, k=3, rng=seeded("fit"))
    assert (first.history == second.history).all()
    assert (posterior(first, here)[order] == posterior(second, there)).all()


def test_the_same_chance_gives_the_same_bits_and_other_chance_the_same_classes():
    table, kinds, _ = make_members(600, rng=seeded("chance"))
    encoded = encode_attributes(table, kinds=kinds)
    fits = [fit_mixture(encoded, k=3, tolerance=1e-9, rng=seeded(word)) for word in ("one", "one", "other")]
    assert (fits[0].probabilities == fits[1].probabilities).all()
    np.testing.assert_allclose(fits[0].means, fits[2].means, atol=1e-3)
    assert (np.diff(fits[0].weights) <= 0).all()


def test_a_member_without_answers_gets_the_shares():
    table, kinds, _ = make_members(200, rng=seeded("silent"))
    table.loc[[3, 7]] = np.nan
    encoded = encode_attributes(table, kinds=kinds)
    mixture = fit_mixture(encoded, k=2, rng=seeded("fit"))
    np.testing.assert_allclose(posterior(mixture, encoded)[[3, 7]], [mixture.weights] * 2)
    without = encode_attributes(table.drop(index=[3, 7]), kinds=kinds)
    again = fit_mixture(without, k=2, rng=seeded("fit"))
    assert mixture.n_members == again.n_members == 198
    np.testing.assert_allclose(mixture.log_likelihood, again.log_likelihood, rtol=1e-9)


def test_repeated_members_weigh_as_often_as_they_stand():
    table, kinds, _ = make_members(80, rng=seeded("twice"))
    doubled = encode_attributes(pd.concat([table, table]), kinds=kinds)
    assert doubled.n_distinct <= 80
    single = encode_attributes(table, kinds=kinds)
    one = fit_mixture(single, k=2, prior_members=0.0, tolerance=1e-9, rng=seeded("fit"))
    two = fit_mixture(doubled, k=2, prior_members=0.0, tolerance=1e-9, rng=seeded("fit"))
    np.testing.assert_allclose(2 * one.log_likelihood, two.log_likelihood, rtol=1e-6)


def test_more_classes_than_patterns_is_refused():
    table = pd.DataFrame({"mode": ["call", "mail"] * 5})
    encoded = encode_attributes(table, kinds={"mode": "categorical"})
    with pytest.raises(DataError, match="between 1 and 2, the number of distinct answer patterns"):
        fit_mixture(encoded, k=3, rng=seeded("fit"))


def test_a_category_unseen_at_scoring_counts_as_missing():
    table, kinds, _ = make_members(200, rng=seeded("unseen"))
    encoded = encode_attributes(table, kinds=kinds)
    mixture = fit_mixture(encoded, k=2, rng=seeded("fit"))
    new = table.head(5).assign(mode="pigeon")
    scored = encode_like(new, encoded.encoding)
    assert scored.unseen == {"mode": 5}
    silent = encode_like(new.assign(mode=None), encoded.encoding)
    assert (posterior(mixture, scored) == posterior(mixture, silent)).all()


@pytest.mark.parametrize(
    ("name", "k", "expected"),
    [
        ("carcinoma", 2, -317.257),
        ("carcinoma", 3, -293.705),
        ("carcinoma", 4, -289.286),
        ("cheating", 2, -440.027),
    ],
)
def test_published_log_likelihoods(name, k, expected):
    path = DATA / "polca_latent_class" / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"no {path}")
    table = pd.read_csv(path).drop(columns="GPA", errors="ignore")
    encoded = encode_attributes(table, kinds=dict.fromkeys(table.columns, "categorical"))
    mixture = fit_mixture(
        encoded, k=k, n_starts=20, prior_members=0.0, tolerance=1e-8, max_iterations=5000, rng=seeded("published")
    )
    assert round(mixture.log_likelihood, 3) == expected
