import dataclasses

import numpy as np
from matplotlib.patches import PathPatch

from axlib.pictures.flow import plot_flow
from axlib.words.results import Unavailable


def bands(chart):
    """Each band's width at the tier and at the segment."""
    patches = [patch for patch in chart.figure.axes[0].patches if isinstance(patch, PathPatch)]
    return [
        (points[-2][1] - points[0][1], points[4][1] - points[3][1])
        for points in (patch.get_path().vertices for patch in patches)
    ]


def test_each_band_is_as_wide_as_its_members_are_many(drawn):
    counts = drawn.comparison.counts.to_numpy().ravel()
    counts = counts[counts > 0] / counts.sum()
    found = bands(plot_flow(drawn.comparison))
    assert np.allclose([begin for begin, _ in found], counts) and np.allclose([end for _, end in found], counts)


def test_groups_are_named_beside_their_bars_with_their_members(drawn):
    written = [text.get_text() for text in plot_flow(drawn.comparison).figure.axes[0].texts]
    sizes = drawn.comparison.counts.sum(axis=1)
    for tier, n in sizes.items():
        assert f"{tier}  {int(n):,}" in written


def test_hidden_bands_are_left_out_and_no_total_gives_them_away(drawn):
    crossover = drawn.comparison.crossover
    hidden = crossover.assign(members=crossover["members"].astype(float).mask(crossover.index == 1))
    chart = plot_flow(dataclasses.replace(drawn.comparison, crossover=hidden))
    assert len(bands(chart)) == int((hidden["members"] > 0).sum())
    numbers = [text.get_text() for text in chart.figure.axes[0].texts]
    assert not any(character.isdigit() for text in numbers for character in text)
    assert "left out" in chart.caption


def test_nothing_to_show_is_said(drawn):
    crossover = drawn.comparison.crossover.assign(members=np.nan)
    assert "no cell is large enough" in plot_flow(dataclasses.replace(drawn.comparison, crossover=crossover)).title
    assert plot_flow(Unavailable("Comparison", "nothing.")).figure is None


def test_hostile_names_are_drawn_as_they_are(hostile):
    assert plot_flow(hostile.comparison).svg.startswith("<svg")
