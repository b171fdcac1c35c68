import pytest

from axlib.pictures.intake import plot_rater_agreement
from axlib.words.results import Unavailable
from tests.verbs.test_rater_agreement import assess, invent


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
