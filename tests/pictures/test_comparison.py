import dataclasses

import numpy as np
import pytest

from axlib.pictures.comparison import plot_crossover, plot_dues_spread, plot_service_gap


def test_every_cell_of_the_crossover_stands_in_the_picture(drawn):
    axes = plot_crossover(drawn.comparison).figure.axes[0]
    written = [int(text.get_text().split()[0].replace(",", "")) for text in axes.texts]
    assert written == drawn.comparison.counts.to_numpy().ravel().astype(int).tolist()


def test_hidden_cells_are_called_hidden_in_the_picture_and_in_words(drawn_for_client):
    hidden = drawn_for_client.comparison.counts.isna().to_numpy()
    chart = plot_crossover(drawn_for_client.comparison)
    written = [text.get_text() for text in chart.figure.axes[0].texts]
    assert [text == "hidden" for text in written] == hidden.ravel().tolist()
    assert chart.alt.count("hidden") == hidden.sum()


def test_dues_reach_from_tenth_to_tenth(drawn):
    chart = plot_dues_spread(drawn.comparison)
    table = drawn.comparison.dues
    segments = chart.figure.axes[0].collections[0].get_segments()
    assert [tuple(line[:, 0]) for line in segments] == [*zip(table["dues_q10"], table["dues_q90"], strict=True)]
    assert chart.figure.axes[0].lines[0].get_xdata().tolist() == table["median_dues"].tolist()


def test_service_adds_up_to_all_members_of_each_tier(drawn):
    axes = plot_service_gap(drawn.service_gap).figure.axes[0]
    widths = np.array([bar.get_width() for bar in axes.patches]).reshape(-1, len(drawn.service_gap.by_tier))
    assert widths[:3].sum(axis=0) == pytest.approx(1)
    assert widths[0] == pytest.approx(drawn.service_gap.by_tier["under_share"])


def test_no_group_large_enough_is_said(drawn):
    table = drawn.service_gap.by_tier
    blank = table.assign(**{name: np.nan for name in table.columns if name.endswith("_share")})
    assert "no group is large enough" in plot_service_gap(dataclasses.replace(drawn.service_gap, by_tier=blank)).title


def test_the_worst_and_the_best_served_are_named_where_they_are_shown(drawn):
    table = drawn.service_gap.by_tier.assign(under_share=np.nan)
    title = plot_service_gap(dataclasses.replace(drawn.service_gap, by_tier=table)).title
    assert title.endswith("get more than their segment calls for.")
