from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from axlib.numbers.choosing_classes import choose_mixture
from axlib.numbers.class_parameters import ClassParameters
from axlib.numbers.encoding import encode_attributes
from axlib.numbers.full_covariance import complete_statistics, product_pairs, sweep_patterns
from axlib.numbers.mixture import fit_mixture, posterior
from axlib.numbers.stability import bootstrap_jaccard
from axlib.words.errors import DataError


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def make_correlated(n, *, rng, missing=0.2, correlation=0.8):
    classes = rng.choice(2, size=n, p=[0.6, 0.4])
    covariance = np.full((3, 3), correlation) + np.eye(3) * (1 - correlation)
    numbers = rng.multivariate_normal(np.zeros(3), covariance, size=n)
    numbers += np.array([[0.0, 0.0, 0.0], [1.5, -1.5, 0.5]])[classes]
    table = pd.DataFrame(numbers, columns=["staff", "years", "visits"])
    table = table.assign(need=rng.binomial(4, np.where(classes, 0.7, 0.3)).astype(float))
    kinds = {"staff": "numeric", "years": "numeric", "visits": "numeric", "need": "ordinal"}
    lost = rng.random(table.shape) < missing
    lost[:6] = False  # no attribute is missing for everybody
    return table.mask(lost), kinds, classes


def plain_log_likelihood(mixture, encoded):
    total = 0.0
    for row in encoded.row_of_member:
        known = encoded.observed[:, row]
        joint = np.log(mixture.weights)
        if known.any():
            joint = joint + [
                multivariate_normal(mean[known], covariance[np.ix_(known, known)]).logpdf(encoded.numbers[known, row])
                for mean, covariance in zip(mixture.means, mixture.covariances, strict=True)
            ]
        code = encoded.codes[0, row]
        total += logsumexp(joint + (np.log(mixture.probabilities[:, code]) if code >= 0 else 0.0))
    return total


def test_the_likelihood_is_that_of_the_observed_numbers():
    table, kinds, _ = make_correlated(200, rng=seeded("likelihood"))
    encoded = encode_attributes(table, kinds=kinds)
    mixture = fit_mixture(encoded, k=2, covariance="full", rng=seeded("fit"))
    found = mixture.log_likelihood - encoded.log_slope
    np.testing.assert_allclose(found, plain_log_likelihood(mixture, encoded), rtol=1e-9)


@pytest.mark.parametrize("known", [[1, 1, 1], [1, 0, 1], [0, 0, 1], [0, 0, 0]], ids=str)
def test_sweeping_gives_inverse_regression_and_remainder(known):
    known = np.array(known, dtype=bool)
    root = seeded("sweep").normal(size=(3, 3))
    covariance = root @ root.T + np.eye(3)
    parts = sweep_patterns(covariance[None, None], known[None])
    swept = parts.swept[0, 0, 0]
    own, cross = covariance[np.ix_(known, known)], covariance[np.ix_(~known, known)]
    regression = cross @ np.linalg.inv(own)
    np.testing.assert_allclose(swept[np.ix_(known, known)], np.linalg.inv(own), atol=1e-12)
    np.testing.assert_allclose(-swept[np.ix_(~known, known)], regression, atol=1e-12)
    left = covariance[np.ix_(~known, ~known)] - regression @ cross.T
    np.testing.assert_allclose(-swept[np.ix_(~known, ~known)], left, atol=1e-12)
    np.testing.assert_allclose(np.exp(parts.log_determinants[0, 0, 0]), np.linalg.det(own), rtol=1e-9)


def test_completed_sums_equal_those_completed_member_by_member():
    rng = seeded("complete")
    root = rng.normal(size=(3, 3))
    mean, covariance = rng.normal(size=3), root @ root.T + np.eye(3)
    patterns = np.array([[1, 1, 1], [1, 0, 1], [0, 1, 0], [0, 0, 0]], dtype=bool)
    members = rng.normal(size=(4, 6, 3))
    first, second = product_pairs(3)
    sums, expected = [], np.zeros(10)
    for known, rows in zip(patterns, members, strict=True):
        seen = np.where(known, rows, 0.0)
        sums.append(np.concatenate([[6.0], seen.sum(axis=0), (seen[:, first] * seen[:, second]).sum(axis=0)]))
        gain = covariance[:, known] @ np.linalg.inv(covariance[np.ix_(known, known)])
        for row in rows:
            filled = np.where(known, row, mean + gain @ (row[known] - mean[known]))
            second_moment = np.outer(filled, filled) + np.where(
                ~known[:, None] & ~known, covariance - gain @ covariance[known], 0.0
            )
            expected += np.concatenate([[1.0], filled, second_moment[first, second]])
    parameters = ClassParameters(
        weights=np.ones((1, 1)),
        means=mean[None, None],
        variances=np.diag(covariance)[None, None],
        probabilities=np.zeros((1, 1, 0)),
        covariances=covariance[None, None],
    )
    found = complete_statistics(
        np.array(sums)[:, None, None], parameters, sweep_patterns(covariance[None, None], patterns)
    )
    np.testing.assert_allclose(found[0, 0], expected, atol=1e-9)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(12, 150),
    k=st.integers(1, 4),
    missing=st.sampled_from([0.0, 0.2, 0.5]),
    prior_members=st.sampled_from([0.0, 1.0]),
)
def test_the_objective_never_falls(seed, n, k, missing, prior_members):
    rng = np.random.default_rng(seed)
    table, kinds, _ = make_correlated(n, rng=rng, missing=missing, correlation=0.97)
    encoded = encode_attributes(table, kinds=kinds)
    mixture = fit_mixture(encoded, k=k, n_starts=2, covariance="full", prior_members=prior_members, rng=rng)
    assert all(after >= before - 1e-7 * abs(before) for before, after in pairwise(mixture.history))
    assert np.isfinite(posterior(mixture, encoded)).all()


def test_covariances_are_recovered_and_chosen_where_there_are_any():
    table, kinds, classes = make_correlated(3000, rng=seeded("recover"))
    encoded = encode_attributes(table, kinds=kinds)
    mixture, trade_off = choose_mixture(encoded, ks=range(1, 4), n_starts=4, min_class_size=50, rng=seeded("choose"))
    assert (mixture.k, mixture.covariance) == (2, "full")
    assert (trade_off["bic"] == trade_off[["bic_diagonal", "bic_full"]].min(axis=1)).all()
    spread = np.sqrt(mixture.variances)
    correlations = mixture.covariances / (spread[:, :, None] * spread[:, None, :])
    np.testing.assert_allclose(correlations[:, [0, 0, 1], [1, 2, 2]], 0.8, atol=0.08)
    found = posterior(mixture, encoded).argmax(axis=1)
    plain = posterior(fit_mixture(encoded, k=2, rng=seeded("fit")), encoded).argmax(axis=1)
    assert (found == classes).mean() > (plain == classes).mean() + 0.1
    assert (bootstrap_jaccard(encoded, mixture, n_resamples=5, rng=seeded("draws"))["jaccard"] > 0.85).all()


def test_independent_numbers_are_left_so():
    table, kinds, _ = make_correlated(1500, rng=seeded("independent"), correlation=0.0)
    encoded = encode_attributes(table, kinds=kinds)
    mixture, _ = choose_mixture(encoded, ks=[1, 2, 3], n_starts=4, min_class_size=50, rng=seeded("choose"))
    assert (mixture.k, mixture.covariance, mixture.covariances) == (2, "diagonal", None)


def test_row_order_changes_nothing():
    table, kinds, _ = make_correlated(300, rng=seeded("rows"))
    order = seeded("shuffle").permutation(300)
    here, there = (encode_attributes(t, kinds=kinds) for t in (table, table.iloc[order]))
    first, second = (fit_mixture(e, k=2, covariance="full", rng=seeded("fit")) for e in (here, there))
    assert (posterior(first, here)[order] == posterior(second, there)).all()


def test_one_number_has_no_covariances():
    table, _, _ = make_correlated(50, rng=seeded("one"))
    encoded = encode_attributes(table, kinds={"staff": "numeric", "need": "ordinal"})
    with pytest.raises(DataError, match="full covariance needs at least 2 numeric attributes"):
        fit_mixture(encoded, k=2, covariance="full", rng=seeded("fit"))
    mixture, trade_off = choose_mixture(encoded, ks=[1, 2], min_class_size=0, rng=seeded("choose"))
    assert mixture.covariance == "diagonal"
    assert trade_off["bic_full"].isna().all()
