import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from axlib.numbers.allocation import allocate_sample, fill_strata, standard_errors

SIZES = np.array([400.0, 250.0, 90.0, 60.0])
SPREADS = np.array([[0.5, 9.0], [0.3, 14.0], [0.45, 3.0], [0.1, 20.0]])


@pytest.mark.parametrize(
    ("n", "margin", "expected"), [(10_000, 0.05, 370), (1_000, 0.05, 278), (500, 0.03, 341), (100, 0.1, 50)]
)
def test_one_stratum_is_the_textbook_sample_size(n, margin, expected):
    """Cochran (1977), section 4.4: n = n0 / (1 + (n0 - 1) / N), n0 = 1.96² / 4 / margin²."""
    first = 1.96**2 * 0.25 / margin**2
    assert np.ceil(first / (1 + (first - 1) / n)) == expected
    size = np.array([float(n)])
    spread = np.array([[0.5 * np.sqrt(n / (n - 1))]])
    answers = allocate_sample(size, spread, errors=np.array([margin / 1.96]), most=size)
    assert np.ceil(answers[0] - 1e-6) == expected


def test_one_mean_is_neymans_allocation_and_just_meets_its_limit():
    answers = allocate_sample(SIZES, SPREADS[:, :1], errors=np.array([0.04]), most=SIZES, least=0)
    assert answers / answers.sum() == pytest.approx(SIZES * SPREADS[:, 0] / (SIZES @ SPREADS[:, 0]))
    assert standard_errors(SIZES, SPREADS[:, :1], answers) == pytest.approx([0.04])


@pytest.mark.parametrize("errors", [(0.03, 1.0), (0.02, 0.4), (0.05, 0.3), (0.01, 3.0)])
@pytest.mark.parametrize("share", [1.0, 0.6])
def test_several_means_take_no_more_than_a_solver_finds(errors, share):
    limits, most = np.array(errors), SIZES * share
    answers = allocate_sample(SIZES, SPREADS, errors=limits, most=most, least=0)
    if (standard_errors(SIZES, SPREADS, most) > limits).any():
        assert answers == pytest.approx(most)
        return
    assert (standard_errors(SIZES, SPREADS, answers) <= limits * 1.001).all()
    found = minimize(
        lambda n: n.sum(),
        most * 0.9,
        bounds=[(0.5, cap) for cap in most],
        constraints=[{"type": "ineq", "fun": lambda n: 1 - standard_errors(SIZES, SPREADS, n) / limits}],
        method="SLSQP",
        options={"maxiter": 500},
    )
    assert answers.sum() <= found.fun * 1.005


def test_limits_out_of_reach_take_all_there_are():
    most = SIZES * 0.1
    assert allocate_sample(SIZES, SPREADS, errors=np.array([0.001, 0.001]), most=most) == pytest.approx(most)


def test_a_stratum_where_nothing_varies_still_gives_two():
    spreads = np.array([[0.5], [0.0], [0.5], [0.5]])
    assert allocate_sample(SIZES, spreads, errors=np.array([0.04]), most=SIZES)[1] == 2


def test_errors_are_those_of_repeated_draws():
    rng = np.random.default_rng(sum(map(ord, "draws")))
    values = [rng.gamma(2, 3, int(size)) for size in SIZES]
    answers = np.array([40, 30, 20, 20])
    spreads = np.array([[v.std(ddof=1)] for v in values])
    shares = SIZES / SIZES.sum()
    means = [
        sum(share * rng.choice(v, n, replace=False).mean() for share, v, n in zip(shares, values, answers, strict=True))
        for _ in range(4000)
    ]
    assert standard_errors(SIZES, spreads, answers.astype(float))[0] == pytest.approx(np.std(means), rel=0.05)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 10), st.floats(0, 20)), min_size=1, max_size=6),
    st.floats(0, 60),
)
def test_sharing_out_gives_the_whole_total_or_all_there_can_be(strata, total):
    proportions, most = np.array(strata).T
    answers = fill_strata(proportions, total=total, most=most)
    assert (answers <= most + 1e-9).all()
    assert answers.sum() == pytest.approx(min(total, most[proportions > 0].sum()), abs=1e-6)
