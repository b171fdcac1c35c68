import pandas as pd
import pytest

from axlib.pictures.rebalancing import MOST_PEOPLE, plot_moves
from axlib.words.results import Unavailable
from tests.verbs.test_rebalancing import bankers, case, rebalance


def test_circles_stand_at_the_loads():
    result = rebalance(*bankers())
    chart = plot_moves(result)
    before, after = chart.figure.axes[0].collections[1:3]
    assert before.get_offsets()[:, 0].tolist() == pytest.approx(result.by_person["load_before"].tolist())
    assert after.get_offsets()[:, 0].tolist() == pytest.approx(result.by_person["load"].tolist())
    assert "leaves people above 1.00×" in chart.title
    assert "members −56" in chart.alt
    assert "<svg" in chart.svg


def test_titles_say_what_was_reached():
    assert "bring everyone to 1.00× or below" in plot_moves(rebalance(*bankers(high=6))).title
    assert "without a hand-over" in plot_moves(rebalance(*case(n=2, hours=(900.0, 900.0, 900.0)))).title


def test_of_a_large_team_those_are_drawn_whose_load_changes_most():
    segments, members, staff = bankers(high=2)
    more = pd.DataFrame({"staff_id": [f"n{i:02d}" for i in range(40)], "hours_per_year": 900.0 + pd.RangeIndex(40)})
    result = rebalance(segments, members, pd.concat([staff, more], ignore_index=True))
    chart = plot_moves(result)
    assert len(chart.figure.axes[0].get_yticks()) == MOST_PEOPLE
    assert len(chart.table) == 44
    assert "the data hold all 44" in chart.caption


def test_what_was_not_computed_says_why():
    assert plot_moves(Unavailable("Rebalancing", "no staff.")).figure is None
