import numpy as np
import pandas as pd
import pytest

from axlib.tables.coverage_segments import read_segments
from axlib.verbs.dues_blindness import check_dues_blindness
from axlib.verbs.segments import segment_by_rules
from axlib.words.errors import AxError
from tests.verbs.small import attributes


def check(dues, n=60, other=None):
    given = attributes(n)
    segments = segment_by_rules(given.table, segments=read_segments())
    return check_dues_blindness(
        segments, other or segments, attributes=given, dues=dues(given.table), rng=np.random.default_rng(2)
    )


def test_dues_made_of_attributes_are_told_and_not_called_blind():
    result = check(lambda table: 1000 * table["stakes"].fillna(0) + 100 * table["guidance_need"].fillna(0))
    assert result.r2 > 0.8
    assert not result.claim
    assert result.text.startswith("Not dues-blind")


def test_dues_of_pure_chance_are_not_told():
    result = check(lambda table: pd.Series(np.random.default_rng(5).normal(500, 50, len(table)), table.index))
    assert result.r2 < 0.3
    assert result.claim


@pytest.mark.parametrize("constant", [True, False])
def test_too_few_or_equal_dues_leave_it_open(constant):
    result = check(
        lambda table: (
            pd.Series(100.0, table.index) if constant else pd.Series(range(10), table.index[:10]).astype(float)
        )
    )
    assert np.isnan(result.r2)
    assert "cannot be said" in result.text
    assert "nan" not in result.text


def test_an_assignment_that_changed_stops_everything():
    other = segment_by_rules(
        attributes(60).table.iloc[::-1].assign(stakes=4.0, goal_complexity=4.0), segments=read_segments()
    )
    with pytest.raises(AxError, match="defect of the kit"):
        check(lambda table: pd.Series(1.0, table.index), other=other)


def test_order_of_members_changes_no_number():
    given = attributes(60)
    segments = segment_by_rules(given.table, segments=read_segments())
    dues = given.table["stakes"].fillna(2) * 3 + np.random.default_rng(1).normal(size=60)
    values = [
        check_dues_blindness(segments, segments, attributes=given, dues=each, rng=np.random.default_rng(2)).r2
        for each in (dues, dues.sample(frac=1, random_state=3))
    ]
    assert values[0] == values[1]
