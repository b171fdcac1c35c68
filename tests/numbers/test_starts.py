import numpy as np
import pandas as pd
import pytest

from axlib.numbers import starts
from axlib.numbers.encoding import encode_attributes
from axlib.numbers.features import find_patterns
from axlib.numbers.mixture import fit_mixture, posterior


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def make_encoded(n, *, rng, missing):
    classes = rng.choice(3, size=n, p=[0.5, 0.3, 0.2])
    table = pd.DataFrame(rng.normal(3.0 * np.eye(3)[classes]), columns=["staff", "years", "hours"])
    table = table.mask(rng.random(table.shape) < missing).assign(mode=(classes + rng.integers(0, 2, n)) % 3)
    kinds = dict(zip(table, ["numeric"] * 3 + ["categorical"], strict=True))
    return encode_attributes(table, kinds=kinds), classes


@pytest.mark.parametrize("form", ["diagonal", "full"])
def test_climbing_on_ever_more_members_ends_where_all_at_once_do(form, monkeypatch):
    encoded, classes = make_encoded(4000, rng=seeded("stages"), missing=0.2)
    whole = fit_mixture(encoded, k=3, covariance=form, tolerance=1e-8, rng=seeded("fit"))
    monkeypatch.setattr(starts, "START_ROWS", 150)
    monkeypatch.setattr(starts, "GROWTH", 5)
    monkeypatch.setattr(starts, "COMMON_PATTERNS", 3)
    staged = fit_mixture(encoded, k=3, covariance=form, tolerance=1e-8, rng=seeded("fit"))
    np.testing.assert_allclose(whole.log_likelihood, staged.log_likelihood, atol=0.01)
    np.testing.assert_allclose(whole.means, staged.means, atol=0.01)
    found = posterior(staged, encoded).argmax(axis=1)
    assert (found == classes).mean() > 0.85


def test_row_order_changes_no_subsample(monkeypatch):
    monkeypatch.setattr(starts, "START_ROWS", 100)
    rng = seeded("order")
    table = pd.DataFrame({"staff": rng.normal(size=900), "need": rng.integers(0, 5, 900)})
    order = rng.permutation(900)
    kinds = {"staff": "numeric", "need": "ordinal"}
    here, there = (encode_attributes(t, kinds=kinds) for t in (table, table.iloc[order]))
    first, second = (fit_mixture(e, k=2, rng=seeded("fit")) for e in (here, there))
    assert (first.history == second.history).all()


def test_rows_lacking_the_same_numbers_stand_together():
    encoded, _ = make_encoded(2000, rng=seeded("patterns"), missing=0.3)
    patterns, _ = find_patterns(encoded)
    assert len(patterns) == len(np.unique(patterns, axis=0)) == 8


def test_starts_lie_apart():
    """Of two tiny far groups and one large one, careful starts hit all three far more often than chance would."""
    rng = seeded("apart")
    values = np.concatenate([rng.normal(0, 1, 980), rng.normal(60, 1, 10), rng.normal(-60, 1, 10)])
    encoded = encode_attributes(pd.DataFrame({"x": values}), kinds={"x": "numeric"})
    parameters = starts.draw_starts(encoded, k=3, n_starts=50, covariance="diagonal", rng=rng)
    hit = (parameters.means[..., 0].max(axis=1) > 1) & (parameters.means[..., 0].min(axis=1) < -1)
    assert hit.mean() > 0.6


def test_starts_outnumbering_distinct_points_are_drawn_all_the_same():
    encoded = encode_attributes(pd.DataFrame({"mode": ["a", "b"] * 4}), kinds={"mode": "categorical"})
    parameters = starts.draw_starts(encoded, k=2, n_starts=4, covariance="diagonal", rng=seeded("few"))
    np.testing.assert_allclose(parameters.probabilities.sum(axis=-1), 1.0)
