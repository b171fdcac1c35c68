import dataclasses

import numpy as np
import pandas as pd
import pytest

from axlib.pictures.retention_years import plot_cohort_retention, plot_retention_rules, plot_retention_years
from axlib.pictures.survival import plot_survival
from axlib.verbs.retention_rules import assess_retention_rules
from axlib.verbs.retention_years import follow_retention
from tests.verbs.histories import RULES, draw_history, survival_of

ASKED = {**RULES, "window_months": 12}


@pytest.fixture(scope="module")
def history():
    return draw_history(1200)


@pytest.fixture(scope="module")
def survival(history):
    return survival_of(*history)


@pytest.fixture(scope="module")
def years(history):
    return follow_retention(*history, rng=np.random.default_rng(2), n_resamples=50, **ASKED)


def test_each_group_has_a_step_line_of_its_curve_and_a_band(survival):
    chart = plot_survival(survival)
    axes = chart.figure.axes[0]
    for line, group in zip(axes.lines, ("Brief", "Lasting"), strict=True):
        rows = survival.curves[(survival.curves["group"] == group) & (survival.curves["month"] <= 60)]
        assert line.get_label() == group
        np.testing.assert_allclose(line.get_ydata(), rows["survival"])
        np.testing.assert_allclose(line.get_xdata(), rows["month"] / 12)
    assert len(axes.collections) == 2
    assert "months members stay" in chart.title
    assert "Brief" in chart.alt


def test_a_grouping_without_curves_shows_all_members(survival):
    chart = plot_survival(survival, grouping="tier")
    assert set(chart.table["grouping"]) == {"all"}
    assert chart.title.startswith("A member stays")


def test_nothing_large_enough_is_said(survival):
    bare = dataclasses.replace(survival, curves=survival.curves.iloc[:0])
    assert "no group is large enough" in plot_survival(bare).title


def test_the_series_holds_each_window_with_its_interval(years):
    chart = plot_retention_years(years)
    axes = chart.figure.axes[0]
    np.testing.assert_allclose(axes.lines[0].get_ydata(), years.overall["nrr"])
    first = axes.collections[0].get_segments()[0]
    np.testing.assert_allclose(first[:, 1], years.overall.loc[0, ["nrr_low", "nrr_high"]].astype(float))
    assert [label.get_text() for label in axes.get_xticklabels()] == [f"to {day}" for day in years.overall["closed_on"]]


def test_the_map_shows_who_stayed_and_hides_what_is_hidden(years):
    row = years.table[years.table["grouping"] == "cohort"].iloc[0]
    hidden = years.table.assign(logo_churn=years.table["logo_churn"].mask(years.table.index == row.name))
    texts = [text.get_text() for text in plot_cohort_retention(years).figure.axes[0].texts]
    assert f"{round(100 * (1 - row['logo_churn']))} %" in texts
    assert "hidden" not in texts
    again = plot_cohort_retention(dataclasses.replace(years, table=hidden))
    assert "hidden" in [text.get_text() for text in again.figure.axes[0].texts]
    assert f"{row['group']} hidden to {row['closed_on']}" in again.alt


def test_bars_reach_from_the_least_to_the_most_of_each_measure(history):
    rules = assess_retention_rules(*history, **ASKED)
    axes = plot_retention_rules(rules).figure.axes[0]
    moves = rules.moves.set_index(["rule", "measure"])
    own = rules.table["nrr"].iloc[0]
    expected = 100 * (moves.loc[("grace", "nrr"), ["least", "most"]].astype(float) - own)
    np.testing.assert_allclose(axes.lines[0].get_xdata(), expected)


def test_hidden_tables_draw_reasons(years, history):
    none = years.table.assign(**dict.fromkeys(("nrr", "grr", "renewal_rate", "logo_churn"), np.nan))
    bare = dataclasses.replace(years, table=none)
    assert plot_retention_years(bare).figure is None
    assert plot_cohort_retention(bare).figure is None
    rules = assess_retention_rules(*history, **ASKED)
    numbers = rules.table.columns.drop(["rule", "setting"])
    hidden = dataclasses.replace(rules, table=rules.table.assign(**dict.fromkeys(numbers, np.nan)))
    assert plot_retention_rules(hidden).figure is None
    assert isinstance(plot_retention_rules(hidden).table, pd.DataFrame)
