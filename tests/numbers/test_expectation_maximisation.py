import numpy as np
import pandas as pd
import pytest

from axlib.numbers import features
from axlib.numbers.encoding import encode_attributes
from axlib.numbers.expectation_maximisation import ascend, plan_prior, plan_step, row_classes, sum_statistics
from axlib.numbers.features import build_features
from axlib.numbers.starts import draw_starts, take_rows

FORMS = ["diagonal", "full"]


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


@pytest.fixture(scope="module")
def encoded():
    rng = seeded("expectation")
    n = 5000
    table = pd.DataFrame(
        {
            "staff": rng.normal(size=n),
            "years": rng.normal(size=n),
            "hours": rng.normal(size=n),
            **{f"answer_{j}": rng.integers(0, 4, n).astype(float) for j in range(7)},
        }
    )
    table = table.mask(rng.random(table.shape) < 0.15)
    return encode_attributes(table, kinds={name: "ordinal" if "_" in name else "numeric" for name in table})


def test_independent_statistics_equal_plain_sums(encoded):
    """Each sum over members, attribute by attribute, from posteriors of a plain computation."""
    parameters = draw_starts(encoded, k=3, n_starts=2, covariance="diagonal", rng=seeded("plain"))
    blocks = build_features(encoded)
    assert len(blocks.layout.groups) > 1
    found, log_likelihood = sum_statistics(blocks, parameters, weights=encoded.weights)
    numbers, observed, codes = encoded.numbers, encoded.observed.astype(float), encoded.codes
    for model in range(2):
        joint = np.log(parameters.weights[model])[:, None] + np.zeros(encoded.n_distinct)
        for j in range(3):
            mean, variance = (a[model, :, j, None] for a in (parameters.means, parameters.variances))
            joint += observed[j] * -0.5 * (np.log(2 * np.pi * variance) + (numbers[j] - mean) ** 2 / variance)
        for j in range(7):
            shares = parameters.probabilities[model, :, 4 * j : 4 * j + 4]
            joint += np.where(codes[j] >= 0, np.log(shares)[:, codes[j]], 0.0)
        density = np.exp(joint)
        shares = encoded.weights * density / density.sum(axis=0)
        assert log_likelihood[model] == pytest.approx(encoded.weights @ np.log(density.sum(axis=0)))
        plain = [shares.sum(axis=1)]
        plain += [shares @ o for o in observed] + [shares @ x for x in numbers] + [shares @ x**2 for x in numbers]
        plain += [shares @ (codes[j] == level) for j in range(7) for level in range(4)]
        np.testing.assert_allclose(found[model], np.array(plain).T, atol=1e-8)


@pytest.mark.parametrize("form", FORMS)
def test_statistics_of_parts_add_up(encoded, form):
    parameters = draw_starts(encoded, k=3, n_starts=1, covariance=form, rng=seeded("parts"))
    whole = sum_statistics(build_features(encoded, covariance=form), parameters, weights=encoded.weights)
    cut = encoded.n_distinct // 3
    parts = []
    for rows in (np.arange(cut), np.arange(cut, encoded.n_distinct)):
        part = take_rows(encoded, rows)
        parts.append(sum_statistics(build_features(part, covariance=form), parameters, weights=part.weights))
    np.testing.assert_allclose(whole[0], parts[0][0] + parts[1][0], atol=1e-8)
    np.testing.assert_allclose(whole[1], parts[0][1] + parts[1][1], rtol=1e-12)


@pytest.mark.parametrize("form", FORMS)
def test_blocks_made_anew_give_what_kept_blocks_give(encoded, form, monkeypatch):
    parameters = draw_starts(encoded, k=2, n_starts=1, covariance=form, rng=seeded("anew"))
    kept = build_features(encoded, covariance=form)
    monkeypatch.setattr(features, "KEPT_BYTES", 0)
    anew = build_features(encoded, covariance=form)
    assert (kept.kept is None, anew.kept is None) == (False, True)
    first, second = (sum_statistics(blocks, parameters, weights=encoded.weights) for blocks in (kept, anew))
    assert (first[0] == second[0]).all()
    assert (row_classes(kept, parameters) == row_classes(anew, parameters)).all()


def test_models_side_by_side_climb_as_they_would_alone(encoded):
    blocks = build_features(encoded)
    step = plan_step(blocks, weights=encoded.weights, prior=plan_prior(encoded, blocks.layout, prior_members=1.0))
    parameters = draw_starts(encoded, k=2, n_starts=3, covariance="diagonal", rng=seeded("side"))
    together = ascend(step, parameters, max_iterations=8, least_gain=-np.inf)
    for model in range(3):
        alone = ascend(step, parameters.take(np.array([model])), max_iterations=8, least_gain=-np.inf)
        np.testing.assert_allclose(together.objective[model], alone.objective[0], rtol=1e-10)
    assert len(together.history) == 8
    assert not together.converged.any()


def test_weights_by_model_are_those_of_each_model(encoded):
    parameters = draw_starts(encoded, k=2, n_starts=2, covariance="diagonal", rng=seeded("weights"))
    blocks = build_features(encoded)
    weights = seeded("draws").poisson(1.0, (2, encoded.n_distinct)).astype(float)
    both, _ = sum_statistics(blocks, parameters, weights=weights)
    for model in range(2):
        one, _ = sum_statistics(blocks, parameters.take(np.array([model])), weights=weights[model])
        np.testing.assert_allclose(both[model], one[0], atol=1e-8)
