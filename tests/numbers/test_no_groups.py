"""The world without groups has the members' margins, correlations and gaps."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal, norm, spearmanr

from axlib.numbers.encoding import encode_attributes
from axlib.numbers.no_groups import _series as series_of
from axlib.numbers.no_groups import (
    describe_no_groups,
    draw_no_groups,
    nearest_correlation,
    solve_correlations,
)

CUTS = np.array([-1.0, -0.2, 0.5, 1.3])
TRUE = np.array([[1.0, 0.7, -0.5, 0.3], [0.7, 1.0, -0.3, 0.2], [-0.5, -0.3, 1.0, 0.0], [0.3, 0.2, 0.0, 1.0]])
KINDS = {"need": "ordinal", "mode": "categorical", "hours": "numeric", "staff": "numeric"}


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


@pytest.fixture(scope="module")
def members():
    rng = seeded("a cloud")
    latent = rng.multivariate_normal(np.zeros(4), TRUE, size=4000)
    table = pd.DataFrame(
        {
            "need": np.digitize(latent[:, 0], CUTS).astype(float),
            # Names in an order that is not that of the cloud.
            "mode": np.array(["live", "async", "self"], dtype=object)[np.digitize(latent[:, 1], [-0.4, 0.6])],
            "hours": np.exp(latent[:, 2]),
            "staff": np.maximum(np.round(latent[:, 3] * 4), 0.0),
        }
    )
    return table.mask(rng.random(table.shape) < 0.2)


@pytest.fixture(scope="module")
def encoded(members):
    return encode_attributes(members, kinds=KINDS)


def test_correlations_of_the_uncut_cloud_are_found(encoded):
    order = [2, 3, 0, 1]  # numbers come first
    found = describe_no_groups(encoded).correlation
    # The order of categories may be turned round.
    sign = np.where(np.sign(found[2, 3]) == np.sign(TRUE[0, 1]), 1, -1)
    found = found * np.where(np.eye(4, dtype=bool), 1, np.outer([1, 1, 1, sign], [1, 1, 1, sign]))
    np.testing.assert_allclose(found, TRUE[np.ix_(order, order)], atol=0.07)


def test_drawn_members_look_like_the_members(members, encoded):
    drawn = draw_no_groups(encoded, describe_no_groups(encoded), rng=seeded("drawn"))
    row = drawn.row_of_member
    for place, name in enumerate(["hours", "staff"]):
        known = drawn.observed[place][row]
        assert (known == members[name].notna().to_numpy()).all()
        own = encoded.numbers[place][encoded.row_of_member][known]
        np.testing.assert_allclose(
            np.quantile(drawn.numbers[place][row][known], [0.1, 0.5, 0.9]), np.quantile(own, [0.1, 0.5, 0.9]), atol=0.12
        )
    for place, name in enumerate(["need", "mode"]):
        codes = drawn.codes[place][row]
        assert ((codes >= 0) == members[name].notna().to_numpy()).all()
        share = np.bincount(codes[codes >= 0]) / (codes >= 0).sum()
        np.testing.assert_allclose(share, members[name].value_counts(normalize=True).sort_index(), atol=0.03)
    both = drawn.observed[0][row] & (drawn.codes[0][row] >= 0)
    mine = spearmanr(drawn.numbers[0][row][both], drawn.codes[0][row][both]).statistic
    theirs = members[["hours", "need"]].dropna()
    assert mine == pytest.approx(spearmanr(theirs["hours"], theirs["need"]).statistic, abs=0.05)


@pytest.mark.parametrize("true", [-0.8, -0.3, 0.0, 0.5, 0.9])
def test_solved_correlations_are_those_of_the_normal_integral(true):
    """The correlation of two cuts, by the distribution function of two normals."""
    cuts, scores = [CUTS, np.array([0.3])], [np.array([0.0, 1.0, 2.0, 3.0, 4.0]), np.array([0.0, 1.0])]
    pair = multivariate_normal([0, 0], [[1, true], [true, 1]])
    # E[score] of a step function is the sum of its steps times the chance of being above each cut.
    joint = sum(
        (1 - norm.cdf(a) - norm.cdf(b) + pair.cdf([a, b])) * (scores[0][i + 1] - scores[0][i])
        for i, a in enumerate(cuts[0])
        for b in cuts[1]
    )
    moments = []
    for cut, score in zip(cuts, scores, strict=True):
        shares = np.diff(np.concatenate([[0], norm.cdf(cut), [1]]))
        moments.append((shares @ score, np.sqrt(shares @ score**2 - (shares @ score) ** 2)))
    observed = (joint - moments[0][0] * moments[1][0]) / (moments[0][1] * moments[1][1])
    series = np.array([series_of(np.append(norm.cdf(c), 1.0), s) for c, s in zip(cuts, scores, strict=True)])
    solved = solve_correlations(np.array([[1.0, observed], [observed, 1.0]]), series)
    assert solved[0, 1] == pytest.approx(true, abs=0.02)


def test_impossible_correlations_become_possible():
    matrix = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    fixed = nearest_correlation(matrix)
    assert np.linalg.eigvalsh(fixed).min() > 0
    np.testing.assert_allclose(np.diag(fixed), 1.0)
    np.testing.assert_array_equal(nearest_correlation(TRUE), TRUE)


def test_order_of_members_changes_nothing(members, encoded):
    shuffled = encode_attributes(members.sample(frac=1, random_state=1), kinds=KINDS)
    first, second = describe_no_groups(encoded), describe_no_groups(shuffled)
    np.testing.assert_allclose(first.correlation, second.correlation, atol=1e-9)
