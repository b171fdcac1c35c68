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
    texts = [text.get_text() for text in chart.figure.axes[0].texts]
    for group in (hidden["tier"][1], hidden["segment"][1]):
        assert group in texts, "a group with a hidden pair carries no number"
    assert "left out" in chart.caption


def test_pairs_that_are_hidden_are_drawn_together(drawn):
    comparison = drawn.comparison
    rare = list(comparison.counts.columns[-2:])
    crossover = comparison.crossover
    hide = crossover["segment"].isin(rare)
    together = crossover[hide].groupby("tier", sort=False)["members"].sum()
    rest = together.rename_axis("tier").reset_index().assign(segment=" and ".join(rare))
    hidden = crossover.assign(members=crossover["members"].astype(float).mask(hide))
    chart = plot_flow(dataclasses.replace(comparison, crossover=hidden, rest=rest[["tier", "segment", "members"]]))
    texts = " ".join(text.get_text().replace("\n", " ") for text in chart.figure.axes[0].texts)
    widths = sum(begin for begin, _ in bands(chart))
    assert np.isclose(widths, 1)
    for tier, n in comparison.counts.sum(axis=1).items():
        assert f"{tier}  {int(n):,}" in texts, "with its rest, a tier is whole"
    assert f"{rare[0]} and {rare[1]}" in texts
    assert "together" in chart.caption
    assert rest["members"].sum() == chart.table.loc[chart.table["segment"] == " and ".join(rare), "members"].sum()


def test_nothing_to_show_is_said(drawn):
    crossover = drawn.comparison.crossover.assign(members=np.nan)
    assert "no cell is large enough" in plot_flow(dataclasses.replace(drawn.comparison, crossover=crossover)).title
    assert plot_flow(Unavailable("Comparison", "nothing.")).figure is None


def test_hostile_names_are_drawn_as_they_are(hostile):
    assert plot_flow(hostile.comparison).svg.startswith("<svg")
