import dataclasses

import numpy as np
import pytest

from axlib.pictures.retention import plot_churn, plot_retention_bridge


def test_the_bridge_steps_from_opening_to_closing(drawn):
    axes = plot_retention_bridge(drawn.retention).figure.axes[0]
    heights = [bar.get_height() for bar in axes.patches]
    bridge = drawn.retention.bridge["amount"]
    assert heights == pytest.approx(bridge.abs().tolist())
    tops = [bar.get_y() + bar.get_height() for bar in axes.patches]
    bottoms = [bar.get_y() for bar in axes.patches]
    assert bottoms[0] == bottoms[-1] == 0
    # What churned hangs from the opening; what expanded stands on what is left, and ends at the closing.
    assert tops[1] == pytest.approx(bridge.iloc[0])
    assert bottoms[3] == pytest.approx(bridge.iloc[:3].sum())
    assert tops[3] == pytest.approx(bridge.iloc[4])


def test_without_closing_amounts_the_bridge_gives_the_reason(drawn):
    bare = dataclasses.replace(
        drawn.retention, bridge=drawn.retention.bridge.iloc[:0], withheld={"nrr": "NRR is withheld: no amounts."}
    )
    assert "NRR is withheld: no amounts." in plot_retention_bridge(bare).title


def test_churn_is_drawn_by_group_with_its_interval(drawn):
    chart = plot_churn(drawn.retention)
    table = drawn.retention.table
    points = [line.get_xdata()[0] for line in chart.figure.axes[0].lines if line.get_marker() == "o"]
    assert points == pytest.approx(table["logo_churn"].tolist())
    spans = [tuple(line.get_xdata()) for line in chart.figure.axes[0].lines if len(line.get_xdata()) == 2]
    assert spans[0] == pytest.approx(tuple(table[["logo_churn_low", "logo_churn_high"]].iloc[0]))


def test_groups_that_are_hidden_are_left_out_and_all_hidden_is_said(drawn):
    table = drawn.retention.table
    one = dataclasses.replace(drawn.retention, table=table.assign(logo_churn=table["logo_churn"].mask(table.index > 0)))
    assert plot_churn(one).title.endswith("of members are gone.")
    none = dataclasses.replace(drawn.retention, table=table.assign(logo_churn=np.nan))
    assert "no group is large enough" in plot_churn(none).title
