import dataclasses

import numpy as np
import pytest

from axlib.pictures.hours import plot_hours_by_mode, plot_learned_hours, plot_season


def test_bars_are_hours_called_for_and_in_the_log(drawn):
    table = drawn.hours_model.by_mode
    table = table.assign(delivered_hours=np.arange(len(table)) * 10.0)
    logged = dataclasses.replace(drawn.hours_model, by_mode=table)
    bars = plot_hours_by_mode(logged).figure.axes[0].patches
    widths = [bar.get_width() for bar in bars]
    assert widths == pytest.approx([*table["required_hours"], *table["delivered_hours"]])


def test_without_a_log_there_are_only_hours_called_for(drawn):
    model = drawn.hours_model
    bare = dataclasses.replace(model, by_mode=model.by_mode.assign(delivered_hours=np.nan))
    chart = plot_hours_by_mode(bare)
    assert len(chart.figure.axes[0].patches) == len(model.by_mode)
    assert "log" not in chart.title + chart.caption


def test_learned_hours_stand_beside_declared_ones(drawn):
    learned = drawn.learned_hours
    chart = plot_learned_hours(learned)
    full, empty = (points.get_offsets()[:, 0] for points in chart.figure.axes[0].collections[-2:])
    assert full.tolist() == pytest.approx(learned.known["learned_hours"].tolist())
    assert empty.tolist() == pytest.approx(learned.table["declared_hours"].tolist())
    assert f"of {len(learned.known)} segments" in chart.title


def test_months_hold_hours_and_renewals(drawn):
    season = drawn.season
    axes = plot_season(season).figure.axes[0]
    assert [bar.get_height() for bar in axes.patches] == pytest.approx(season.table["required_hours"].tolist())
    assert [text.get_text() for text in axes.texts] == [f"{n:,}" for n in season.table["renewals"]]
