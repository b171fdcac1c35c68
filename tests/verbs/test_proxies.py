"""What stands in for dues is found, and leaving it out costs what it is said to cost."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from axlib.tables.coverage_segments import UNDETERMINED, read_segments
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.proxies import assess_proxies
from axlib.verbs.segments import make_segmentation, segment_by_rules
from axlib.words.results import Unavailable
from tests.verbs.small import attributes

SEGMENTS = read_segments()


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def with_size(n=200):
    """Members whose dues follow from their staff, and hardly from anything else."""
    given = attributes(n)
    staff = seeded("staff").uniform(1, 500, n)
    sources = pd.concat([given.sources, given.sources.iloc[:1].assign(attribute="staff_count")], ignore_index=True)
    table = given.table.assign(staff_count=staff)
    sized = dataclasses.replace(given, table=table, kinds={**given.kinds, "staff_count": "numeric"}, sources=sources)
    return sized, pd.Series(7 * staff + seeded("noise").normal(0, 50, n), table.index)


def segment(given, method):
    if method == "rules":
        return segment_by_rules(given.table, segments=SEGMENTS)
    return segment_by_ax(given, segments=SEGMENTS, rng=seeded("classes"))


def assess(given, dues, method="classes"):
    return assess_proxies(segment(given, method), attributes=given, dues=dues, segments=SEGMENTS, rng=seeded("proxies"))


@pytest.mark.parametrize("method", ["classes", "rules"])
def test_the_stand_in_is_named_with_what_leaving_it_out_costs(method):
    given, dues = with_size()
    result = assess(given, dues, method)
    first = result.table.iloc[0]
    assert first["attribute"] == "staff_count"
    assert first["r2_alone"] > 0.9 > 0.2 > first["r2_without"]
    # The rules ask nothing of staff, and classes of other answers stay as they are.
    assert first["moved"] <= 0.05
    assert result.r2 > 0.9
    assert "Leaving out one of these brings it to 0.8 or less: staff count (R² " in result.text


def test_r2_of_one_attribute_is_the_squared_correlation():
    given, dues = with_size(1000)
    result = assess(given, dues, "rules")
    expected = np.corrcoef(given.table["staff_count"], dues)[0, 1] ** 2
    assert result.table.iloc[0]["r2_alone"] == pytest.approx(expected, abs=0.005)


def test_answers_the_rules_need_cost_members_their_segment():
    given, _ = with_size()
    dues = given.table["guidance_need"] * 100 + seeded("small").normal(0, 1, 200)
    result = assess(given, dues, "rules")
    first = result.table.iloc[0]
    without = segment_by_rules(given.table.assign(guidance_need=np.nan), segments=SEGMENTS).table["segment"]
    before = segment(given, "rules").table["segment"]
    had = before != UNDETERMINED
    assert first["attribute"] == "guidance_need"
    assert first["lost"] == pytest.approx((without[had] == UNDETERMINED).mean())
    both = had & (without != UNDETERMINED)
    assert first["moved"] == pytest.approx((before[both] != without[both]).mean(), nan_ok=True)


def test_twins_of_each_other_hide_behind_each_other():
    given, dues = with_size()
    table = given.table.assign(headcount=given.table["staff_count"] * 2 + 1)
    twins = dataclasses.replace(given, table=table, kinds={**given.kinds, "headcount": "numeric"})
    assert "No single attribute is behind it" in assess(twins, dues, "rules").text


def test_where_nothing_tells_dues_nothing_is_left_out():
    given, _ = with_size()
    result = assess(given, pd.Series(seeded("chance").normal(500, 50, 200), given.table.index))
    assert result.table[["moved", "lost"]].isna().all(axis=None)
    assert "Leaving out" not in result.text


def test_order_of_members_changes_nothing():
    given, dues = with_size()
    turned = dataclasses.replace(given, table=given.table.iloc[::-1])
    segments = segment(given, "rules")
    results = [
        assess_proxies(segments, attributes=a, dues=d, segments=SEGMENTS, rng=seeded("order")).table
        for a, d in ((given, dues), (turned, dues.iloc[::-1]))
    ]
    pd.testing.assert_frame_equal(*results)


def test_what_cannot_be_asked_is_said():
    given, dues = with_size()
    by_column = make_segmentation(pd.Series(given.table.index), ["a"] * 200, segments=["a"], method="column")
    result = assess_proxies(by_column, attributes=given, dues=dues, segments=SEGMENTS, rng=seeded("x"))
    assert isinstance(result, Unavailable)
    assert "fewer than 20" in assess(given, dues.iloc[:10]).why
