import pytest

from axlib.pictures.intake import plot_intake_margin, plot_rater_agreement, plot_response, plot_segment_shares
from axlib.words.results import Unavailable
from tests.verbs.test_answer_weights import reply, weigh
from tests.verbs.test_intake_plan import invent as invent_members
from tests.verbs.test_intake_plan import plan
from tests.verbs.test_rater_agreement import assess, invent
from tests.verbs.test_segment_shares import estimate


def test_points_are_the_alphas_and_lines_their_intervals():
    agreement = assess(invent())
    chart = plot_rater_agreement(agreement)
    lines, points = chart.figure.axes[0].collections
    assert points.get_offsets()[:, 0].tolist() == pytest.approx(agreement.table["alpha"].tolist())
    assert [segment[0][0] for segment in lines.get_segments()] == pytest.approx(agreement.table["alpha_low"].tolist())
    enough = int((agreement.table["alpha"].iloc[:-1] >= 0.667).sum())
    assert chart.title == f"Raters agree enough on {enough} of 3 items."
    assert "<svg" in chart.svg


def test_few_members_are_drawn_without_intervals_and_none_with_the_reason():
    assert "<svg" in plot_rater_agreement(assess(invent(5))).svg
    assert plot_rater_agreement(assess(invent(5).assign(value="1"))).figure is None
    assert plot_rater_agreement(Unavailable("Agreement of raters", "nobody answered.")).figure is None


def test_the_margin_falls_with_members_asked_and_the_plan_stands_out():
    made = plan()
    chart = plot_intake_margin(made)
    line, point, wish = chart.figure.axes[0].lines
    assert line.get_ydata().tolist() == pytest.approx((100 * made.margins["margin_share"]).tolist())
    assert point.get_xdata()[0] == made.asked
    assert wish.get_ydata()[0] == 5
    assert f"Asking {made.asked} members" in chart.title
    assert "<svg" in chart.svg
    assert plot_intake_margin(Unavailable("Intake plan", "there are no members to ask.")).figure is None


def test_bars_are_the_rates_of_answering_and_uneven_columns_stand_out():
    weights = weigh()
    chart = plot_response(weights)
    bars = chart.figure.axes[0].patches
    assert [bar.get_width() for bar in bars] == pytest.approx((100 * weights.balance["response_rate"]).tolist())
    assert len({bar.get_facecolor() for bar in bars}) == 2
    assert chart.title.endswith("answered, unevenly by tier.")
    assert "<svg" in chart.svg
    assert plot_response(Unavailable("Weights of answers", "nobody answered.")).figure is None


def test_lines_are_the_intervals_of_shares():
    members, segment = invent_members()
    shares = estimate(members, segment, reply(members))
    chart = plot_segment_shares(shares)
    pale, dark, points = chart.figure.axes[0].collections
    assert points.get_offsets()[:, 0].tolist() == pytest.approx((100 * shares.table["share"]).tolist())
    ends = {"share": dark, "share_if_unlike": pale}
    for column, lines in ends.items():
        drawn = [segment[1][0] for segment in lines.get_segments()]
        assert drawn == pytest.approx((100 * shares.table[f"{column}_high"]).tolist())
    assert "<svg" in chart.svg
    assert plot_segment_shares(Unavailable("Segments of all members", "nobody answered.")).figure is None
