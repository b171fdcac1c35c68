from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.numbers.agreement import cohens_kappa
from axlib.numbers.rater_agreement import (
    alpha_of_pairs,
    alpha_of_squares,
    krippendorff_alpha,
    sum_pairs,
    sum_squares,
    weighted_kappa,
)

#: Krippendorff (2011), part C: four observers, twelve units, missing values.
FOUR_OBSERVERS = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""
#: Part A: two observers, ten units, two values. Part B: two observers, twelve units, five values.
TWO_VALUES = "0 1 0 0 0 0 0 0 1 0\n1 1 1 0 0 1 0 0 0 0"
FIVE_VALUES = "a a b b d c c c e d d a\nb a b b b c c c e d d d"


def ratings(text):
    rows = [line.split() for line in text.strip().split("\n")]
    found = [(unit, value) for row in rows for unit, value in enumerate(row) if value != "."]
    values = [float(value) if value.isdigit() else float(ord(value)) for _, value in found]
    return [unit for unit, _ in found], values


@pytest.mark.parametrize(
    ("text", "level", "published"),
    [
        (TWO_VALUES, "nominal", 0.095),
        (FIVE_VALUES, "nominal", 0.692),
        (FOUR_OBSERVERS, "nominal", 0.743),
        (FOUR_OBSERVERS, "ordinal", 0.815),
        (FOUR_OBSERVERS, "interval", 0.849),
    ],
)
def test_published_worked_examples(text, level, published):
    units, values = ratings(text)
    assert krippendorff_alpha(units, values, level=level) == pytest.approx(published, abs=0.0006)


def alpha_by_pairs(units, values, distance):
    """Observed over all pairs within units, expected over all pairs of pairable values, one at a time."""
    groups = {}
    for unit, value in zip(units, values, strict=True):
        groups.setdefault(unit, []).append(value)
    groups = [group for group in groups.values() if len(group) > 1]
    pool = [value for group in groups for value in group]
    n = len(pool)
    if n == 0:
        return float("nan")
    observed = sum(distance(a, b, pool) / (len(group) - 1) for group in groups for a, b in permutations(group, 2)) / n
    expected = sum(distance(a, b, pool) for a, b in permutations(pool, 2)) / (n * (n - 1))
    return 1 - observed / expected if expected else float("nan")


def ordinal_distance(a, b, pool):
    low, high = min(a, b), max(a, b)
    between = sum(low <= value <= high for value in pool)
    return (between - (pool.count(a) + pool.count(b)) / 2) ** 2 if a != b else 0


DISTANCES = {
    "nominal": lambda a, b, pool: float(a != b),
    "ordinal": ordinal_distance,
    "interval": lambda a, b, pool: (a - b) ** 2,
}
some_ratings = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=16)


@settings(max_examples=60, deadline=None)
@given(some_ratings, st.sampled_from(sorted(DISTANCES)))
def test_alpha_is_what_counting_pairs_one_by_one_gives(rated, level):
    units, values = [unit for unit, _ in rated], [float(value) for _, value in rated]
    expected = alpha_by_pairs(units, values, DISTANCES[level])
    assert krippendorff_alpha(units, values, level=level) == pytest.approx(expected, nan_ok=True, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(some_ratings, st.permutations(range(5)))
def test_names_of_units_and_of_categories_do_not_matter(rated, names):
    units, values = [unit for unit, _ in rated], [value for _, value in rated]
    plain = krippendorff_alpha(units, values, level="nominal")
    renamed = krippendorff_alpha([names[unit] for unit in units], [names[value] for value in values], level="nominal")
    assert renamed == pytest.approx(plain, nan_ok=True)


def test_counting_a_unit_twice_is_the_same_as_its_weight():
    rng = np.random.default_rng(sum(map(ord, "twice")))
    units, codes = np.repeat(np.arange(8), 3), rng.integers(0, 5, 24)
    doubled = np.concatenate([units, units[units < 3] + 8])
    again = np.concatenate([codes, codes[units < 3]])
    weights = np.where(np.arange(8) < 3, 2.0, 1.0)
    pairs = np.tensordot(weights, sum_pairs(units, codes, n_units=8, n_codes=5), 1)
    assert alpha_of_pairs(pairs, level="ordinal") == pytest.approx(krippendorff_alpha(doubled, again, level="ordinal"))
    sums = weights @ sum_squares(units, codes.astype(float), n_units=8)
    assert alpha_of_squares(sums) == pytest.approx(krippendorff_alpha(doubled, again, level="interval"))


@pytest.mark.parametrize(
    ("units", "values"),
    [([0, 0, 1, 1], [3, 3, 3, 3]), ([0, 1, 2], [1, 2, 3]), ([], [])],
    ids=["one value", "single", "none"],
)
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_no_alpha_where_nothing_could_differ(units, values, level):
    assert np.isnan(krippendorff_alpha(units, values, level=level))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=30))
def test_quadratic_kappa_is_agreement_of_the_moments(pairs):
    """With squared steps, kappa is twice the covariance over both variances and the squared difference of means."""
    one, other = np.array(pairs, dtype=float).T
    table = np.zeros((5, 5))
    np.add.at(table, (one.astype(int), other.astype(int)), 1)
    spread = one.var() + other.var() + (one.mean() - other.mean()) ** 2
    expected = 2 * np.mean((one - one.mean()) * (other - other.mean())) / spread if spread else float("nan")
    assert weighted_kappa(table, quadratic=True) == pytest.approx(expected, nan_ok=True, abs=1e-9)
    assert weighted_kappa(table, quadratic=False) == pytest.approx(cohens_kappa(table), nan_ok=True, abs=1e-9)


def test_kappa_of_nothing_is_unknown():
    assert np.isnan(weighted_kappa(np.zeros((5, 5)), quadratic=True))
