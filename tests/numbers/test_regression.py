import numpy as np
import pytest
from scipy.optimize import minimize

from axlib.numbers.regression import fit_logistic


@pytest.mark.parametrize("penalty", [1e-2, 1.0])
def test_weights_are_those_of_a_general_minimiser(penalty):
    rng = np.random.default_rng(sum(map(ord, "regression")))
    design = np.column_stack([np.ones(300), rng.normal(size=(300, 3))])
    target = (rng.random(300) < 1 / (1 + np.exp(-design @ [-1.0, 0.8, 0.0, -0.5]))).astype(float)

    def objective(weights):
        margin = design @ weights
        return (np.log1p(np.exp(margin)) - target * margin).sum() + penalty / 2 * (weights[1:] ** 2).sum()

    best = minimize(objective, np.zeros(4), method="BFGS", options={"gtol": 1e-8}).x
    assert fit_logistic(design, target, penalty=penalty) == pytest.approx(best, abs=1e-4)
    assert fit_logistic(design, target, start=best + 1, penalty=penalty) == pytest.approx(best, abs=1e-4)


def test_columns_that_tell_without_exception_have_finite_weights():
    design = np.column_stack([np.ones(40), np.repeat([-1.0, 1.0], 20)])
    weights = fit_logistic(design, np.repeat([0.0, 1.0], 20))
    assert np.isfinite(weights).all() and weights[1] > 2


def test_twin_columns_share_their_weight():
    rng = np.random.default_rng(3)
    column = rng.normal(size=200)
    target = (rng.random(200) < 1 / (1 + np.exp(-column))).astype(float)
    one = fit_logistic(np.column_stack([np.ones(200), column]), target, penalty=1e-6)
    two = fit_logistic(np.column_stack([np.ones(200), column, column]), target, penalty=1e-6)
    assert two[1] == pytest.approx(two[2]) and two[1] + two[2] == pytest.approx(one[1], rel=1e-3)
