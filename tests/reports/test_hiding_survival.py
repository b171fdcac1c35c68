"""What the client sees of years, rules and survival: no small group, no count of few who left."""

import dataclasses

import numpy as np
import pytest

from axlib.reports.hiding.groups import hide_rules, hide_survival, hide_years
from axlib.verbs.retention_rules import assess_retention_rules
from axlib.verbs.retention_years import follow_retention
from tests.verbs.histories import RULES, by_kind, draw_history, survival_of

ASKED = {**RULES, "window_months": 12}


@pytest.fixture(scope="module")
def history():
    return draw_history(700)


@pytest.mark.parametrize("least", [10, 60])
def test_small_joining_years_are_hidden_and_never_alone(history, least):
    years = follow_retention(*history, rng=np.random.default_rng(3), n_resamples=20, **ASKED)
    table = hide_years(years, least).table
    assert not (table["n"] < least).any()
    hidden = table[table["n"].isna()]
    assert hidden.drop(columns=["closed_on", "opened_on", "grouping", "group"]).isna().all(axis=None)
    alone = hidden.groupby("closed_on").size()
    assert (alone != 1).all()
    if least == 60:
        assert len(hidden)
    for day, part in years.table[years.table["grouping"] == "cohort"].groupby("closed_on"):
        gone = hidden[hidden["closed_on"] == day]["group"]
        assert len(gone) == 0 or part.loc[part["group"].isin(gone), "n"].sum() >= least


def test_groups_show_neither_how_many_renewals_nor_what_leavers_paid(history):
    years = follow_retention(*history, rng=np.random.default_rng(3), n_resamples=20, **ASKED)
    groups = hide_years(years, 10).table
    groups = groups[groups["grouping"] == "cohort"]
    for name in ("eligible", "first_eligible", "lapsed", "churned_revenue", "contracted_revenue", "expanded_revenue"):
        assert groups[name].isna().all(), name


def test_a_share_of_few_is_hidden_in_a_large_group(history):
    years = follow_retention(*history, rng=np.random.default_rng(3), n_resamples=20, **ASKED)
    table = hide_years(years, 10).table
    few = years.table["first_eligible"] < 10
    assert few.any()
    assert table.loc[few, "first_year_renewal_rate"].isna().all()


def test_rules_say_nothing_of_few_who_returned(history):
    rules = assess_retention_rules(*history, **ASKED)
    assert hide_rules(rules, 10).table["rejoin_rate"].isna().all()
    assert hide_rules(rules, 10_000).text == "The cohort is too small to be shown."


def test_small_groups_have_no_curve_no_row_and_no_sentence(history):
    members, terms = history
    few = members.assign(kind=(members.index % 25 == 0).astype(int))
    survival = survival_of(members, terms, by_kind(few, ("Most", "Few")))
    size = int(survival.table.set_index("group").loc["Few", "n"])
    view = hide_survival(survival, size + 1)
    assert "Few" not in view.text
    groups = view.table[view.table["grouping"] == "segment"]
    # Alone, it would follow from the total; so its neighbour goes too.
    assert groups.drop(columns=["grouping", "group", "start_month", "horizon_months"]).isna().all(axis=None)
    assert set(view.curves["grouping"]) == {"all"}
    assert view.curves["at_risk"].isna().all()


def test_a_curve_ends_before_it_falls_by_what_few_did(history):
    survival = survival_of(*history)
    least = int(survival.curves["at_risk"].median())
    shown = hide_survival(survival, least).curves
    assert 0 < len(shown) < len(survival.curves)
    for keys, rows in survival.curves.groupby(["grouping", "group"]):
        kept = shown[(shown["grouping"] == keys[0]) & (shown["group"] == keys[1])]
        rows = rows.reset_index(drop=True)
        # It is the beginning of the curve, without a gap, and each fall in it is of many.
        np.testing.assert_array_equal(kept["survival"], rows["survival"].head(len(kept)))
        falls = np.flatnonzero(np.diff(rows["survival"].head(len(kept))) < 0) + 1
        assert (rows.loc[falls, "at_risk"] >= least).all()


def test_counts_of_ends_are_told_of_all_together_alone(history):
    members, terms = history
    survival = survival_of(members, terms)
    view = hide_survival(survival, 10)
    assert view.table.loc[view.table["grouping"] != "all", ["ended", "closed"]].isna().all(axis=None)
    assert f"{int(survival.table['ended'].iloc[0]):,} of them ended" in view.text
    assert "of them ended" not in hide_survival(survival, int(survival.table["ended"].iloc[0]) + 1).text
    one = dataclasses.replace(survival, table=survival.table.assign(closed=1))
    assert hide_survival(one, 10).table["closed"].isna().all()
    assert "member closed" not in hide_survival(one, 10).text


def test_too_few_memberships_show_nothing(history):
    view = hide_survival(survival_of(*history), 100_000)
    assert view.text == "There are too few memberships to be shown."
    assert len(view.curves) == 0
