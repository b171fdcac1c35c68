"""What of money a client sees: no member, no small group, and totals that give none away."""

import pandas as pd
import pytest

from axlib.reports.hiding.money import hide_change, hide_economics, hide_findings, hide_scenarios
from axlib.tables.settings.money import CostSettings
from axlib.verbs.claims import grade_claim
from axlib.verbs.claims_on_money import claims_on_economics, claims_on_scenarios
from axlib.verbs.findings import Findings
from axlib.verbs.retention_change import RetentionChange
from axlib.verbs.scenario import join_scenarios
from axlib.words.results import Unavailable
from tests.verbs.test_cost_to_serve import ROWS, cost
from tests.verbs.test_retention_change import EARLIER, LATER, compare
from tests.verbs.test_scenario import project

SEGMENTS = ["Light"] * 30 + ["Heavy"] * 4


@pytest.fixture(scope="module")
def economics():
    costs = (CostSettings(name="Lounge", a_year=100, segments=("Heavy",)), CostSettings(name="Journal", per_member=5))
    return cost(SEGMENTS, [float(100 + 40 * i) for i in range(34)], ROWS, costs=costs)


def test_single_members_are_gone_and_small_segments_blank_with_their_neighbour(economics):
    shown = hide_economics(economics, 10)
    assert shown.table.isna().all(axis=None) and len(shown.table) == len(economics.table)
    segments = shown.groups[shown.groups["grouping"] == "segment"]
    # Two segments: the small one would follow from the other and the total.
    assert segments[["members", "cost", "margin", "cost_per_member"]].isna().all(axis=None)
    whole = shown.groups[shown.groups["grouping"] == "all"]
    pd.testing.assert_frame_equal(whole, economics.groups[economics.groups["grouping"] == "all"], check_dtype=False)
    assert shown.lines.equals(economics.lines)


def test_a_cost_for_few_members_is_blank(economics):
    costs = hide_economics(economics, 10).costs.set_index("cost_name")
    assert costs.loc["Lounge", ["members", "amount_today"]].isna().all()
    assert costs.loc["Journal", "members"] == 34


def test_all_too_few_are_not_shown(economics):
    assert isinstance(hide_economics(economics, 50), Unavailable)


def test_few_members_without_dues_are_not_told():
    revenue = [100.0] * 32 + [float("nan")] * 2
    shown = hide_economics(cost(["Light"] * 34, revenue, ROWS), 10)
    assert shown.unknown_dues == 0
    assert "not known" not in shown.text
    line = shown.lines[shown.lines["line"].str.contains("dues")]
    assert line[["hours", "amount"]].isna().all(axis=None)


def test_a_scenario_that_tells_of_few_is_left_out(economics):
    few = project(base=economics, costs=(), name="Heavy", move=[{"members_of": "Heavy"}])
    rest = project(base=economics, costs=(), name="Light", move=[{"members_of": "Light"}])
    everybody = project(base=economics, costs=(), name="All", baseline="ax", cost_a_year=10)
    joined = join_scenarios([few, rest, everybody])
    assert hide_scenarios(joined, 4).names == ("Heavy", "Light", "All")
    shown = hide_scenarios(joined, 5)
    # Four are concerned by the first; of the second four are left out.
    assert shown.names == ("All",)
    assert shown.concerned.to_dict("records") == [
        {"scenario": "All", "segment": "all", "members": 34, "all_members": 34}
    ]
    assert {frame["scenario"].nunique() for frame in (shown.table, shown.assumptions, shown.tornado)} == {1}
    assert isinstance(hide_scenarios(few, 5), Unavailable)


def test_two_scenarios_must_not_differ_by_few(economics):
    some = project(base=economics, costs=(), name="Half", move=[{"members_of": "Light", "share": 0.5}])
    more = project(base=economics, costs=(), name="More", move=[{"members_of": "Light", "share": 0.6}])
    assert hide_scenarios(join_scenarios([some, more]), 5).names == ("Half",)
    assert hide_scenarios(join_scenarios([some, more]), 3).names == ("Half", "More")


def test_a_change_of_small_cohorts_is_not_shown():
    change = compare(EARLIER, LATER)
    assert isinstance(hide_change(change, 4), Unavailable)
    assert isinstance(hide_change(change, 3), RetentionChange)


def test_findings_on_what_is_hidden_are_withheld(economics):
    scenario = project(base=economics, costs=(), name="Heavy", move=[{"members_of": "Heavy"}])
    rows = [grade_claim(claim) for claim in (*claims_on_economics(economics), *claims_on_scenarios(scenario))]
    assert [row.id for row in rows] == ["cost_to_serve", "margin_by_segment", "scenario_1"]
    findings = Findings(pd.DataFrame([row.__dict__ for row in rows]))
    kept = hide_findings(findings, hide_economics(economics, 10), hide_scenarios(scenario, 10))
    assert kept.told["id"].tolist() == ["cost_to_serve"]
    assert kept.withheld[["estimate", "low", "high"]].isna().all(axis=None)
    assert "Heavy" not in " ".join(kept.table["text"])
    everything = hide_findings(findings, economics, scenario)
    pd.testing.assert_frame_equal(everything.table, findings.table)
