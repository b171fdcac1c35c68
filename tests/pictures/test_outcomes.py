import dataclasses

import numpy as np
import pandas as pd
import pytest

from axlib.pictures.outcomes import plot_effect, plot_explained, plot_gap_churn
from axlib.verbs.design_effects import estimate_pilot_effect
from axlib.verbs.evidence import FORETELLS
from axlib.verbs.explained_outcomes import explain_outcomes
from axlib.verbs.gap_churn import measure_gap_churn
from axlib.words.display import format_share
from axlib.words.results import Unavailable
from tests.verbs.test_explained_outcomes import draw
from tests.verbs.test_gap_churn import world


@pytest.fixture(scope="module")
def explained():
    return explain_outcomes(**draw(), rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def effect():
    rng = np.random.default_rng(3)
    arm = pd.Series(rng.choice(["changed", "usual"], 800), dtype="str")
    churn = (rng.random(800) < np.where(arm == "changed", 0.1, 0.3)).astype(float)
    return estimate_pilot_effect(arm, outcomes=pd.DataFrame({"member_id": arm.index, "churn": churn}), control="usual")


def test_every_share_explained_stands_in_the_picture(explained):
    axes = plot_explained(explained).figure.axes[0]
    drawn = sorted(float(value) for line in axes.lines[1:] for value in line.get_xdata())
    shown = explained.shares[explained.shares["contender"] != "both"]
    assert drawn == pytest.approx(sorted(shown["explained_share"]))


def test_the_title_says_what_was_counted_and_claims_nothing(explained):
    title = plot_explained(explained).title
    shares = explained.shares.set_index(["outcome", "contender"])["explained_share"]
    for outcome in ("churn", "growth"):
        for side in ("segments", "tiers"):
            assert f"{format_share(max(0.0, shares[outcome, side]))} by {side}" in title
    assert not FORETELLS.search(title)


def test_churn_by_service_has_a_dot_and_a_line_for_each_gap():
    churn = measure_gap_churn(*world())
    axes = plot_gap_churn(churn).figure.axes[0]
    assert axes.lines[0].get_xdata().tolist() == pytest.approx([21 / 50, 9 / 50])
    assert axes.lines[1].get_xdata().tolist() == pytest.approx([0.3, 0.3])
    lines = [tuple(part[:, 0]) for part in axes.collections[0].get_segments()]
    table = churn.table.iloc[:2]
    assert lines == [*zip(table["logo_churn_low"], table["logo_churn_high"], strict=True)]


def test_gaps_that_hardly_differ_are_not_called_different():
    even = [(segment, gap, 40, 8) for segment in "AB" for gap in ("under", "matched")]
    assert "hardly differs" in plot_gap_churn(measure_gap_churn(*world(even))).title
    apart = [("A", "under", 200, 90), ("A", "matched", 200, 20)]
    assert plot_gap_churn(measure_gap_churn(*world(apart))).title == (
        "Members under-served left more often than those served as called for, by what was counted."
    )


def test_a_gap_shown_alone_is_compared_with_nothing():
    churn = measure_gap_churn(*world())
    table = churn.table.assign(logo_churn=churn.table["logo_churn"].where(churn.table["gap"] == "under"))
    title = plot_gap_churn(dataclasses.replace(churn, table=table)).title
    assert title == "42.0 % of those under-served left; others are too few to show."


def test_a_difference_is_told_in_points(effect):
    chart = plot_effect(effect)
    row = effect.table.iloc[0]
    assert chart.figure.axes[0].lines[1].get_xdata().tolist() == [row["estimate"]]
    assert chart.title == f"Churn differs by −{abs(100 * row['estimate']):.1f} points (changed - usual)."
    nothing = dataclasses.replace(effect, table=effect.table.assign(estimate_low=-0.1, estimate_high=0.1))
    assert plot_effect(nothing).title == "The difference is no more than chance may give."


def test_hidden_groups_are_not_drawn():
    churn = measure_gap_churn(*world())
    hidden = dataclasses.replace(churn, table=churn.table.assign(logo_churn=np.nan))
    assert "no group is large enough" in plot_gap_churn(hidden).title


@pytest.mark.parametrize("plot", [plot_effect, plot_explained, plot_gap_churn])
def test_what_is_not_available_is_a_reason(plot):
    assert plot(Unavailable("It", "nothing is known.")).figure is None
