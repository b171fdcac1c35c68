"""Scenarios: exact by hand, ranges that hold, sentences that begin with If."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.settings.money import CostSettings, ScenarioSettings
from axlib.verbs.evidence import CAUSAL
from axlib.verbs.retention import Retention
from axlib.verbs.scenario import join_scenarios, project_scenario
from axlib.words.errors import ConfigurationError
from axlib.words.results import Unavailable
from tests.verbs.small import quick
from tests.verbs.test_cost_to_serve import COVERAGE, STAFF, cost

ROWS = [(f"m{i}", "2025-03-01", 60 * (4 if i < 6 else 6), "ann") for i in range(10)]
SEGMENTS = ["Light"] * 6 + ["Heavy"] * 4
COSTS = (
    CostSettings(name="Journal", per_member=10),
    CostSettings(name="Portal", a_year=60, segments=("Light",), applies="ax"),
)
FLAT = STAFF.assign(hourly_cost=40.0, ramp=1.0)


def economics(**more):
    return cost(SEGMENTS, [400.0] * 10, ROWS, FLAT, costs=COSTS, **more)


def project(costs=COSTS, retention=None, teams=None, team_hours=None, base=None, **keys):
    scenario = ScenarioSettings.model_validate({"name": "Try", **keys})
    given_ = {"coverage": COVERAGE, "utilisation": 0.8, "costs": costs, "retention": retention}
    return project_scenario(base or economics(), scenario=scenario, **given_, teams=teams, team_hours=team_hours)


def retention(nrr=0.9, churn=0.12):
    row = {"grouping": "all", "group": "all members", "n": 100, "logo_churn": churn, "revenue_churn": churn}
    row |= {"nrr": nrr, "nrr_low": nrr - 0.05, "nrr_high": nrr + 0.05}
    return Retention(pd.DataFrame([row]), pd.DataFrame(), {}, "USD")


def value(result, outcome, column="after"):
    return float(result.outcome(outcome)[column])


def test_moving_members_to_the_coverage_they_call_for_by_hand():
    done = project(move=[{"members_of": "Light"}])
    # Six members: 4 hours at 50 and 10 dollars before; 2 hours at 50, 10 dollars and a sixth of 60 after.
    assert value(done, "cost_concerned", "before") == pytest.approx(6 * (4 * 50 + 10))
    assert value(done, "cost_concerned") == pytest.approx(6 * (2 * 50 + 10 + 10))
    assert value(done, "margin_share_concerned") == pytest.approx((400 - 120) / 400)
    assert value(done, "unused_hours", "change") == pytest.approx(12)
    # The people are still paid: cash falls by what the portal costs.
    assert value(done, "cash_margin", "change") == pytest.approx(-60)
    assert value(done, "load") == pytest.approx((6 * 2 + 4 * 6) / 120)


def test_all_members_moved_to_their_own_coverage_is_the_basis_ax():
    base = economics()
    moved = project(move=[{"members_of": "Light"}, {"members_of": "Heavy"}], base=base)
    for outcome, column in (
        ("cost", "cost"),
        ("margin", "margin"),
        ("cash_margin", "cash_margin"),
        ("unused_hours",) * 2,
    ):
        assert value(moved, outcome) == pytest.approx(float(base.of("ax")[column]))
    on_ax = project(baseline="ax", cost_a_year=1.0, base=base)
    assert value(on_ax, "cost", "before") == pytest.approx(float(base.of("ax")["cost"]))


def test_members_served_as_another_segment_get_its_hours():
    done = project(baseline="ax", move=[{"members_of": "Heavy", "to": "Light", "share": 0.5}])
    assert value(done, "hours") == pytest.approx(6 * 2 + 2 * 10 + 2 * 2)
    # They bear what Light bears: the portal is shared by eight instead of six.
    assert value(done, "cash_margin", "change") == pytest.approx(0)


def test_hiring_minutes_pools_and_shifts_by_hand():
    hired = project(baseline="ax", hire=[{"people": 2, "hours_per_year": 100, "hourly_cost": 30, "ramp": 0.5}])
    assert value(hired, "load") == pytest.approx(52 / (120 + 2 * 100 * 0.5 * 0.8))
    assert value(hired, "cash_margin", "change") == pytest.approx(-2 * 100 * 30)
    fewer = project(baseline="ax", minutes={"Heavy": -0.25})
    assert value(fewer, "hours") == pytest.approx(12 + 30)
    pooled = project(baseline="ax", pool={"segments": ["Light"], "utilisation": 1.0})
    assert value(pooled, "hours") == pytest.approx(12 * 0.8 + 40)
    team = pd.Series({f"m{i}": "A" if i < 5 else "B" for i in range(10)})
    teams = {"teams": team, "team_hours": pd.Series({"A": 100.0, "B": 50.0})}
    shifted = project(baseline="ax", shift_hours=[{"from_team": "A", "to_team": "B", "hours": 20}], **teams)
    assert value(shifted, "load of A", "before") == pytest.approx(10 / 80)
    assert value(shifted, "load of A") == pytest.approx(10 / 60)
    assert value(shifted, "load of B") == pytest.approx(42 / 60)
    assert value(shifted, "load", "change") == pytest.approx(0)


def test_freed_hours_are_worth_their_pay_only_where_they_are_put_to_use():
    done = project(move=[{"members_of": "Light"}], use_freed=0.5)
    assert value(done, "cash_margin", "change") == pytest.approx(-60 + 0.5 * 12 * 50)


def test_break_even_by_hand():
    done = project(move=[{"members_of": "Light"}], retention=retention(), years=2)
    row = done.break_even.iloc[0]
    assert row["cash_cost"] == pytest.approx(60)
    assert row["churn_points"] == pytest.approx(60 / 2400)
    x = row["churn_points_over_years"]
    assert 2400 * ((0.9 + x) - 0.9 + (0.9 + x) ** 2 - 0.9**2) == pytest.approx(120)
    assert row["detectable_points"] == pytest.approx(1.96 * np.sqrt(2 * 0.12 * 0.88 / 6), rel=1e-4)


def test_what_no_fall_in_churn_can_pay_for_is_said():
    hired = project(
        baseline="ax", hire=[{"people": 1, "hours_per_year": 100, "hourly_cost": 40}], retention=retention()
    )
    assert np.isnan(hired.break_even["churn_points_over_years"].iloc[0])
    assert "no fall in churn would pay for it" in hired.text


def test_retention_is_carried_on_with_its_interval():
    done = project(move=[{"members_of": "Light"}], retention=retention(), years=3, churn_change=[-0.1, -0.05, 0.0])
    rows = done.projection.set_index("year")
    assert rows.loc[3, "still_paid_before"] == pytest.approx(0.9**3)
    assert rows.loc[3, "still_paid_before_low"] == pytest.approx(0.85**3)
    # Six members of ten pay six tenths of the revenue.
    assert rows.loc[2, "still_paid"] == pytest.approx((0.9 + 0.6 * 0.05) ** 2)
    assert rows.loc[2, "still_paid_high"] == pytest.approx((0.95 + 0.6 * 0.1) ** 2)
    assert rows.loc[2, "still_paid_low"] == pytest.approx(0.85**2)


moves = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted)
changes = st.lists(st.floats(-0.6, 0.6), min_size=3, max_size=3).map(sorted)


@quick
@given(moves, changes, moves, st.sampled_from(["today", "ax"]))
def test_the_middle_lies_between_low_and_high_and_no_way_lies_outside(share, minutes, freed, baseline):
    base = economics()
    keys = {"baseline": baseline, "minutes": {"Heavy": minutes}, "use_freed": freed}
    keys["move"] = [{"members_of": "Light", "to": "Heavy", "share": share}]
    wide = project(base=base, **keys)
    slack = 1e-6 * wide.table["after"].abs().clip(lower=1)
    assert (wide.table["after"] >= wide.table["after_low"] - slack).all()
    assert (wide.table["after"] <= wide.table["after_high"] + slack).all()
    narrow = {**keys, "minutes": {"Heavy": minutes[2]}, "use_freed": freed[0], "hours": 1.1, "utilisation": 0.78}
    narrow["move"] = [{"members_of": "Light", "to": "Heavy", "share": (share[0] + share[1]) / 2}]
    inside = project(base=base, **narrow).table["after"]
    assert (inside >= wide.table["after_low"] - slack).all()
    assert (inside <= wide.table["after_high"] + slack).all()


def test_the_tornado_is_the_widest_first_and_each_bar_ends_where_that_assumption_alone_leads():
    done = project(move=[{"members_of": "Light", "share": [0.5, 0.8, 1.0]}], hours=[0.5, 1.0, 2.0], utilisation=0.8)
    bars = done.tornado[done.tornado["outcome"] == "cost"]
    assert bars["swing"].is_monotonic_decreasing
    for row in bars.to_dict("records"):
        key = "hours" if "factor" in row["assumption"] else "share"
        for end, at in (("low", "at_low"), ("high", "at_high")):
            keys = {"hours": row[end]} if key == "hours" else {"hours": 1.0}
            share = row[end] if key == "share" else 0.8
            alone = project(move=[{"members_of": "Light", "share": share}], utilisation=0.8, **keys)
            assert value(alone, "cost") == pytest.approx(row[at])


def test_every_sentence_begins_with_if_and_claims_no_cause():
    one = project(move=[{"members_of": "Light"}], retention=retention())
    other = project(name="Spend more", baseline="ax", cost_a_year=[0, 10, 20])
    done = join_scenarios([one, other])
    assert done.names == ("Try", "Spend more")
    for name in done.names:
        for sentence in done._say(name).split(". "):
            assert sentence.startswith("If "), sentence
            assert not CAUSAL.search(sentence), sentence


def test_names_that_are_not_there_are_all_refused_at_once():
    with pytest.raises(ConfigurationError) as caught:
        project(move=[{"members_of": "Lihgt", "to": "Heavyy"}], minutes={"Nobody's": 0.1},
                shift_hours=[{"from_team": "A", "to_team": "B", "hours": 1}])  # fmt: skip
    text = str(caught.value)
    assert len(caught.value.problems) == 5
    assert "Did you mean 'Light'" in text and "Did you mean 'Heavy'" in text and "No team is known" in text


def test_too_many_ranges_are_refused_in_words():
    keys = {f"S{i}": [0.0, 0.1, 0.2] for i in range(15)}
    segments = [f"S{i}" for i in range(15)]
    base = cost(["Light"], [100.0], ROWS, FLAT)
    table = pd.concat([base.table.assign(member_id=name, segment=name) for name in segments], ignore_index=True)
    rows = base.by_group("segment", "ax").iloc[:1]
    groups = pd.concat([base.groups, *(rows.assign(group=name) for name in segments)], ignore_index=True)
    wide = dataclasses.replace(base, table=table, groups=groups)
    with pytest.raises(ConfigurationError, match="at most 14"):
        project(base=wide, minutes=keys, costs=())


def test_what_cannot_be_tried_says_why():
    assert (
        project(base=Unavailable("Cost to serve", "the export has no staff."), cost_a_year=1).why
        == "the export has no staff."
    )
    without = cost(SEGMENTS, [400.0] * 10, (), FLAT)
    assert "no delivered hours" in project(base=without, move=[{"members_of": "Light"}]).why
    light = cost(["Light"] * 3, [400.0] * 3, ROWS, FLAT)
    assert project(base=light, move=[{"members_of": "Heavy"}]).why == "no member calls for Heavy."
    free = cost(SEGMENTS, [0.0] * 10, ROWS, FLAT)
    assert "pays" in project(base=free, move=[{"members_of": "Light"}]).why
