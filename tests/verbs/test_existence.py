"""Groups that are there are called groups; a gradient cut into bands is called a gradient."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from axlib.tables.coverage_segments import read_segments
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.existence import assess_existence
from axlib.verbs.segments import segment_by_rules
from axlib.words.errors import DataError
from axlib.words.results import Unavailable
from tests.verbs.small import attributes

SEGMENTS = read_segments()


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def classed(given, words="classes"):
    return segment_by_ax(given, segments=SEGMENTS, k=3, rng=seeded(words))


def gradient(n, words):
    """One need behind all answers, and no groups."""
    rng = seeded(words)
    need = rng.standard_normal(n)
    whole = attributes(n)

    def answer(weight):
        latent = weight * need + np.sqrt(1 - weight**2) * rng.standard_normal(n)
        return np.digitize(latent, [-1.1, -0.4, 0.4, 1.1]).astype(float)

    table = whole.table.copy()
    for name in table.columns:
        if pd.api.types.is_numeric_dtype(table[name]):
            table[name] = answer(0.8)
        else:
            table[name] = np.array(["self_serve", "async", "live"], dtype=object)[
                np.minimum(answer(0.7).astype(int), 2)
            ]
    return dataclasses.replace(whole, table=table)


@pytest.fixture(scope="module")
def grouped():
    given = attributes(300)
    return given, classed(given)


def test_groups_that_are_there_are_called_groups(grouped):
    given, segments = grouped
    result = assess_existence(segments, attributes=given, rng=seeded("groups"), n_worlds=19)
    row = result.table.iloc[0]
    assert result.reading == "distinct groups"
    assert row["gain"] > result.worlds["gain"].max()
    assert row["p_value"] == pytest.approx(1 / 20)
    assert np.isnan(row["power"])
    assert result.text.startswith("Distinct groups: 3 classes fit 300 members better than one class by ")
    assert "0 of 19 worlds" in result.text


def test_a_gradient_is_called_one():
    given = gradient(600, "a gradient")
    result = assess_existence(classed(given), attributes=given, rng=seeded("bands"), n_worlds=19)
    row = result.table.iloc[0]
    assert row["p_value"] > 0.05
    assert result.reading == ("a gradient, usefully cut" if row["power"] >= 0.8 else "too few to tell")
    as_much = (result.worlds["gain"] >= row["gain"]).sum()
    assert row["p_value"] == pytest.approx((1 + as_much) / 20)
    low, middle, high = np.quantile(result.worlds["gain"], [0.05, 0.5, 0.95])
    assert (row["gain_without_groups_low"], row["gain_without_groups"], row["gain_without_groups_high"]) == (
        pytest.approx(low),
        pytest.approx(middle),
        pytest.approx(high),
    )


def test_few_members_of_a_gradient_are_too_few_to_tell():
    given = gradient(40, "few of a gradient")
    result = assess_existence(classed(given), attributes=given, rng=seeded("few"), n_worlds=19)
    assert result.reading == "too few to tell"
    assert result.text.startswith("Too few members to tell groups from a gradient: ")
    assert f"find them {result.table['power'].iloc[0]:.0%}".replace("%", " %")[:12] in result.text


def test_order_of_members_changes_nothing(grouped):
    given, segments = grouped
    turned = dataclasses.replace(given, table=given.table.iloc[::-1])
    first = assess_existence(segments, attributes=given, rng=seeded("order"), n_worlds=19)
    second = assess_existence(segments, attributes=turned, rng=seeded("order"), n_worlds=19)
    pd.testing.assert_frame_equal(first.worlds, second.worlds)


def test_where_nothing_was_fitted_nothing_is_tested(grouped):
    given, segments = grouped
    ruled = segment_by_rules(given.table, segments=SEGMENTS)
    assert "nothing is fitted" in assess_existence(ruled, attributes=given, rng=seeded("x")).why
    one = segment_by_ax(given, segments=SEGMENTS, k=1, rng=seeded("one"))
    assert "a single class" in assess_existence(one, attributes=given, rng=seeded("x")).why
    assert isinstance(assess_existence(one, attributes=given, rng=seeded("x")), Unavailable)
    with pytest.raises(DataError, match=r"n_worlds must be at least 19. Got 5"):
        assess_existence(segments, attributes=given, rng=seeded("x"), n_worlds=5)
