import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.numbers.intervals import wilson_interval
from axlib.numbers.survey_weights import effective_size, rake_weights, share_interval, weigh_means


def test_one_column_gives_members_by_answers():
    own = np.array([0, 0, 0, 1, 1])
    weights, capped = rake_weights([own], totals=[np.array([60.0, 40.0])], cap=100)
    assert weights == pytest.approx([20, 20, 20, 20, 20])
    weights, capped = rake_weights([own], totals=[np.array([30.0, 70.0])], cap=100)
    assert weights == pytest.approx([10, 10, 10, 35, 35])
    assert not capped.any()


def test_two_columns_meet_both_totals_and_keep_the_odds_ratio():
    """Raking is the table of the wanted margins with the answers' own interaction: odds ratios stay."""
    counts = np.array([[30, 10], [12, 20]])
    one, two = (np.repeat(place.ravel(), counts.ravel()) for place in np.indices((2, 2)))
    rows, columns = np.array([300.0, 500.0]), np.array([350.0, 450.0])
    weights, _ = rake_weights([one, two], totals=[rows, columns], cap=100)
    table = np.zeros((2, 2))
    np.add.at(table, (one, two), weights)
    assert table.sum(axis=1) == pytest.approx(rows)
    assert table.sum(axis=0) == pytest.approx(columns)
    odds = [t[0, 0] * t[1, 1] / t[0, 1] / t[1, 0] for t in (counts, table)]
    assert odds[0] == pytest.approx(odds[1])


def test_a_cap_holds_and_the_total_stays():
    own = np.array([0] * 50 + [1])
    weights, capped = rake_weights([own], totals=[np.array([100.0, 100.0])], cap=5)
    assert weights.sum() == pytest.approx(200)
    assert weights.max() == pytest.approx(5 * 200 / 51)
    assert np.unique(weights[:50]).size == 1
    assert capped.sum() == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30))
def test_effective_size_is_at_most_the_number_and_is_scale_free(weights):
    given_weights = np.array(weights)
    size = effective_size(given_weights)
    assert 1 - 1e-9 <= size <= len(weights) + 1e-9
    assert effective_size(7 * given_weights) == pytest.approx(size)
    relative = given_weights.var() / given_weights.mean() ** 2
    assert size == pytest.approx(len(weights) / (1 + relative))


def test_variance_of_post_strata_is_the_textbooks():
    rng = np.random.default_rng(sum(map(ord, "post-strata")))
    sizes, answers = np.array([400, 250, 90]), np.array([30, 12, 7])
    own = np.repeat(np.arange(3), answers)
    values = rng.normal(own * 2.0, 1 + own)[:, None]
    weights, _ = rake_weights([own], totals=[sizes.astype(float)], cap=100)
    found = weigh_means(values, weights, [own])
    shares = sizes / sizes.sum()
    means = [values[own == h].mean() for h in range(3)]
    spread = [values[own == h].var(ddof=1) for h in range(3)]
    assert found.means[0] == pytest.approx(shares @ means)
    assert found.variances[0] == pytest.approx(sum(shares**2 * (1 - answers / sizes) * spread / answers))
    parts = answers * np.square(sizes / answers) * (1 - answers / sizes) * answers / (answers - 1)
    equal = parts.sum() ** 2 / (np.square(parts) / answers).sum()
    assert found.freedom == pytest.approx(equal * (1 - 3 / 49))


def test_answers_of_equal_weight_have_the_usual_degrees_of_freedom():
    own = np.repeat(np.arange(2), 20)
    weights, _ = rake_weights([own], totals=[np.array([100.0, 100.0])], cap=9)
    assert weigh_means(np.arange(40.0)[:, None], weights, [own]).freedom == pytest.approx(38)


def test_all_answered_leaves_no_uncertainty():
    own, values = np.array([0, 0, 1]), np.array([[1.0], [0.0], [1.0]])
    weights, _ = rake_weights([own], totals=[np.array([2.0, 1.0])], cap=5)
    found = weigh_means(values, weights, [own])
    assert (found.means[0], found.variances[0]) == (pytest.approx(2 / 3), 0)
    assert share_interval(2 / 3, 0.0, most=float("inf"), freedom=1) == (2 / 3, 2 / 3)


def test_raked_variance_is_that_of_repeated_samples():
    """Residuals, not values, carry the uncertainty where the columns tell a lot."""
    rng = np.random.default_rng(sum(map(ord, "raked")))
    n = 3000
    one, two = rng.integers(0, 3, n), rng.integers(0, 2, n)
    value = one + 2 * two + rng.normal(0, 1, n)
    totals = [np.bincount(one).astype(float), np.bincount(two).astype(float)]
    means, variances = [], []
    for _ in range(600):
        seen = rng.choice(n, 200, replace=False)
        weights, _ = rake_weights([one[seen], two[seen]], totals=totals, cap=10)
        found = weigh_means(value[seen, None], weights, [one[seen], two[seen]])
        means.append(found.means[0])
        variances.append(found.variances[0])
    assert np.mean(means) == pytest.approx(value.mean(), abs=0.02)
    assert np.mean(variances) == pytest.approx(np.var(means), rel=0.12)
    assert np.var(means) < 0.5 * value.var() / 200


def test_intervals_of_plain_samples_are_wilsons():
    n, share = 200, 0.3
    low, high = share_interval(share, share * (1 - share) / n, most=n, freedom=1e9)
    assert (low, high) == pytest.approx(wilson_interval(60, 200), abs=1e-6)
    wide = share_interval(share, share * (1 - share) / n, most=n, freedom=5)
    assert wide[0] < low < high < wide[1]
    assert share_interval(share, 1e-9, most=n, freedom=1e9) == pytest.approx((low, high), abs=1e-6)
