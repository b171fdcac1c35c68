import numpy as np
import pandas as pd
import pytest

from axlib.numbers.agreement import adjusted_rand_index
from axlib.numbers.encoding import encode_attributes
from axlib.numbers.mixture import fit_mixture, posterior
from axlib.numbers.warm_refit import join_nearest, part_widest, refit_mixture
from axlib.words.errors import DataError


def make_table(n=900, k=4, seed="warm members"):
    rng = np.random.default_rng(sum(map(ord, seed)))
    classes = rng.integers(0, k, n)
    numbers = rng.normal(3.0 * np.array([[0, 0], [1, 0], [0, 1], [1, 1]])[classes], 0.7)
    scale = np.clip(classes + rng.integers(-1, 2, n), 0, 4).astype(float)
    table = pd.DataFrame({"x": numbers[:, 0], "y": numbers[:, 1], "scale": scale})
    return table.mask(rng.random(table.shape) < 0.05), classes


KINDS = {"x": "numeric", "y": "numeric", "scale": "ordinal"}


def agree(left, right):
    return adjusted_rand_index(pd.crosstab(left, right))


@pytest.mark.parametrize("k_before", [1, 2, 3, 4, 5, 6])
def test_classes_are_found_again_from_fewer_or_more(k_before):
    table, _ = make_table()
    encoded = encode_attributes(table, kinds=KINDS)
    before = fit_mixture(encoded, k=k_before, rng=np.random.default_rng(1))
    warm = refit_mixture(encoded, memberships=posterior(before, encoded), k=4)
    whole = fit_mixture(encoded, k=4, rng=np.random.default_rng(1))
    assert warm.k == 4
    assert agree(posterior(warm, encoded).argmax(axis=1), posterior(whole, encoded).argmax(axis=1)) > 0.9
    assert warm.log_likelihood <= whole.log_likelihood + 1.0


def test_an_attribute_less_needs_no_new_search():
    table, _ = make_table()
    encoded = encode_attributes(table, kinds=KINDS)
    held = posterior(fit_mixture(encoded, k=4, rng=np.random.default_rng(1)), encoded)
    fewer = encode_attributes(table, kinds={"x": "numeric", "y": "numeric"})
    warm = refit_mixture(fewer, memberships=held, k=4)
    whole = fit_mixture(fewer, k=4, rng=np.random.default_rng(1))
    assert warm.bic == pytest.approx(whole.bic, rel=1e-3)


def test_no_iteration_lowers_the_objective_and_nothing_is_left_to_chance():
    table, _ = make_table()
    encoded = encode_attributes(table, kinds=KINDS)
    held = posterior(fit_mixture(encoded, k=2, rng=np.random.default_rng(1)), encoded)
    first, again = (refit_mixture(encoded, memberships=held, k=4) for _ in range(2))
    assert (np.diff(first.history) > -1e-6).all()
    np.testing.assert_array_equal(first.means, again.means)


def test_members_nobody_knew_before_are_placed_too():
    table, _ = make_table()
    encoded = encode_attributes(table, kinds=KINDS)
    held = posterior(fit_mixture(encoded, k=4, rng=np.random.default_rng(1)), encoded)
    some = np.where(np.arange(len(table))[:, None] % 3 == 0, 0.0, held)
    warm = refit_mixture(encoded, memberships=some, k=4)
    assert agree(posterior(warm, encoded).argmax(axis=1), held.argmax(axis=1)) > 0.9


def test_the_order_of_members_does_not_matter():
    table, _ = make_table()
    encoded = encode_attributes(table, kinds=KINDS)
    held = posterior(fit_mixture(encoded, k=2, rng=np.random.default_rng(1)), encoded)
    turned = encode_attributes(table[::-1].reset_index(drop=True), kinds=KINDS)
    one = refit_mixture(encoded, memberships=held, k=3)
    other = refit_mixture(turned, memberships=held[::-1], k=3)
    np.testing.assert_allclose(one.means, other.means, atol=1e-9)


def test_the_widest_class_is_parted_and_the_nearest_are_joined():
    points = np.array([[0.0, 1.0, 10.0, 30.0], [0.0, 0.0, 0.0, 0.0]])
    weights = np.ones(4)
    shares = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    parted = part_widest(shares, points, weights)
    assert sorted(map(tuple, parted.T.tolist())) == [(0, 0, 0, 1), (0, 0, 1, 0), (1, 1, 0, 0)]
    joined = join_nearest(np.eye(4), points, weights)
    assert sorted(map(tuple, joined.T.tolist())) == [(0, 0, 0, 1), (0, 0, 1, 0), (1, 1, 0, 0)]


@pytest.mark.parametrize("k", [0, 5000])
def test_impossible_numbers_of_classes_are_refused(k):
    table, _ = make_table(200)
    encoded = encode_attributes(table, kinds=KINDS)
    with pytest.raises(DataError, match="refit_mixture: k must be between 1 and"):
        refit_mixture(encoded, memberships=np.ones((200, 1)), k=k)
