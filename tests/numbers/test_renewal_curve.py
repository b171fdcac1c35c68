import numpy as np
import pytest

from axlib.numbers.renewal_curve import fit_renewal_curve


def test_parameters_come_back_from_members_seen_only_from_some_year_on():
    rng = np.random.default_rng(sum(map(ord, "renewals")))
    n = 60_000
    years = rng.geometric(rng.beta(0.8, 3.0, n).clip(1e-6))
    first, last = rng.integers(0, 8, n), 12
    seen = years > first
    at_risk = np.array([(seen & (first < year) & (years >= year)).sum() for year in range(1, last + 1)], dtype=float)
    ended = np.array([(seen & (first < year) & (years == year)).sum() for year in range(1, last + 1)], dtype=float)
    curve = fit_renewal_curve(at_risk, ended)
    assert (curve.alpha, curve.beta) == pytest.approx((0.8, 3.0), rel=0.06)


def test_where_renewal_does_not_rise_the_curve_is_flat():
    curve = fit_renewal_curve(np.array([100.0, 80, 64, 51.2]), np.array([20, 16, 12.8, 10.24]))
    np.testing.assert_allclose(curve.ending(np.array([1.0, 4.0])), 0.2, rtol=2e-3)


@pytest.mark.parametrize(("at_risk", "ended"), [([50, 40], [10, 5]), ([50, 40, 30], [0, 0, 0]), ([5, 4, 3], [5, 4, 3])])
def test_too_little_to_fit_gives_no_curve(at_risk, ended):
    assert fit_renewal_curve(np.array(at_risk, dtype=float), np.array(ended, dtype=float)) is None
