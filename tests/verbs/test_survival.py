import numpy as np
import pandas as pd
import pytest

from axlib.verbs.cohort import build_cohort
from axlib.verbs.memberships import follow_memberships
from axlib.verbs.survival import measure_survival
from axlib.words.results import Unavailable
from tests.verbs.faces import NO_NUMBER
from tests.verbs.histories import RULES, by_kind, draw_history, survival_of


@pytest.fixture(scope="module")
def known():
    return survival_of(*draw_history(6000))


def expected_months(ending, horizon):
    return sum((1 - ending) ** (month // 12) for month in range(horizon))


def test_curves_of_a_known_world_are_found_from_members_seen_late(known):
    rows = known.table.set_index("group")
    for name, ending in (("Brief", 0.25), ("Lasting", 0.15)):
        row = rows.loc[name]
        assert row["restricted_mean_low"] < expected_months(ending, 60) < row["restricted_mean_high"]
        assert row["restricted_mean_high"] - row["restricted_mean_low"] < 8
    mixture = (expected_months(0.25, 60) + expected_months(0.15, 60)) / 2
    assert rows.loc["all members", "restricted_mean"] == pytest.approx(mixture, rel=0.05)


def test_a_difference_that_is_there_is_found_with_its_interval(known):
    row = known.table.set_index("group").loc["Lasting"]
    truth = expected_months(0.15, 60) - expected_months(0.25, 60)
    assert 0 < row["difference_low"] < truth < row["difference_high"]
    assert known.tests["p_value"].iloc[0] < 0.001
    other = known.table.set_index("group").loc["Brief"]
    assert other["difference"] == pytest.approx(-row["difference"])


def test_where_groups_are_alike_chance_alone_sets_them_apart():
    members, terms = draw_history(1200, ending=(0.2, 0.2))
    cohort = build_cohort(members, terms, window_months=12, snapshot="none", **RULES)
    followed = follow_memberships(members, terms, cohort=cohort, **RULES)
    found = []
    for seed in range(60):
        shuffled = by_kind(members.assign(kind=np.random.default_rng(seed).integers(0, 2, len(members))))
        survival = measure_survival(followed, of_cohort=followed, groupings={"segment": shuffled})
        found.append(survival.tests["p_value"].iloc[0] < 0.05)
    assert np.mean(found) <= 0.15


def test_lifetime_value_is_revenue_by_the_discounted_curve(known):
    row = known.table.set_index("group").loc["Lasting"]
    curve = known.curves[(known.curves["group"] == "Lasting") & (known.curves["month"] < 60)]
    value = (curve["survival"] * 1.1 ** (-curve["month"] / 12)).sum() / 12 * 200
    assert row["lifetime_value"] == pytest.approx(value)
    assert row["lifetime_value_low"] < value < row["lifetime_value_high"]


def test_months_kept_of_the_window_are_those_of_members_counted_one_by_one():
    members, terms = draw_history(800)
    cohort = build_cohort(members, terms, window_months=12, snapshot="none", **RULES)
    followed = follow_memberships(members, terms, cohort=cohort, **RULES).table
    here = followed[followed["months_before"] == 0]
    found = survival_of(members, terms).table.set_index("group").loc["all members"]
    kept = np.where(here["ended"], here["months_followed"], 12)
    assert len(here) == len(followed)
    assert found["kept_months"] == pytest.approx(kept.mean())


def test_small_groups_are_withheld_and_said():
    members, terms = draw_history(900)
    few = members.assign(kind=(members.index % 60 == 0).astype(int))
    found = survival_of(members, terms, by_kind(few, ("Most", "Few")))
    row = found.table.set_index("group").loc["Few"]
    assert row[["restricted_mean", "difference", "kept_months", "lifetime_value"]].isna().all()
    assert "Few" not in set(found.curves["group"])
    assert "Few has" in found.text
    for table in (found.curves, found.projection):
        numbers = table.drop(columns=["grouping", "group"]).dtypes
        assert all(pd.api.types.is_numeric_dtype(kind) for kind in numbers), numbers


def test_groups_without_a_curve_leave_numbers_numbers():
    """Where every group is too small, the curve of all members alone is left, and can be drawn."""
    members, terms = draw_history(60)
    found = survival_of(members, terms, by_kind(members.assign(kind=members.index % 2), ("One", "Other")))
    assert set(found.curves["group"]) == {"all members"}
    assert found.curves["survival"].dtype == np.float64


def test_too_few_memberships_give_no_curve():
    members, terms = draw_history(30)
    few = terms[terms["member_id"].isin(members["member_id"].head(10))]
    found = survival_of(members.head(10), few)
    assert isinstance(found, Unavailable)
    assert "too few for a curve" in found.why


def test_what_is_projected_is_named_a_scenario_and_near_the_world():
    members, terms = draw_history(4000, ending=(0.2, 0.2))
    found = survival_of(members, terms)
    row = found.projection.iloc[0]
    assert row["tenure_years"] == pytest.approx(sum(0.8**year for year in range(20)), rel=0.1)
    assert "If the share that ends in each year of tenure goes on as fitted" in found.text


def test_the_order_of_rows_changes_no_number():
    members, terms = draw_history(700)
    back = members.iloc[::-1].reset_index(drop=True), terms.sample(frac=1, random_state=3)
    one, other = survival_of(members, terms), survival_of(*back, by_kind(members))
    pd.testing.assert_frame_equal(one.table, other.table)
    pd.testing.assert_frame_equal(one.curves, other.curves)


def test_sentences_hold_no_missing_number(known):
    assert not NO_NUMBER.search(known.text), known.text


def test_text_of_a_known_world(known, snapshot):
    assert known.text.split(". ") == snapshot
