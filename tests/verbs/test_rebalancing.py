"""Sharing members out anew: what the tables hold is counted again from the assignment; relaxations are tried."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.coverage_segments import read_segments
from axlib.verbs.coverage import plan_coverage
from axlib.verbs.rebalancing import SLACK, Rebalancing, rebalance_team
from axlib.verbs.segments import make_segmentation
from axlib.words.errors import DataError
from axlib.words.results import Unavailable
from tests.verbs.small import quick

COVERAGE = read_segments()
NAMES = [segment.name for segment in COVERAGE]
HOURS = {segment.name: segment.steady_hours for segment in COVERAGE}


def case(seed=0, n=60, hours=(900.0, 300.0, 400.0), skills=None):
    rng = np.random.default_rng(seed)
    ids = pd.Series([f"m{i:03d}" for i in range(n)], dtype="str")
    names = rng.choice([*NAMES, "undetermined"], n, p=[0.4, 0.3, 0.2, 0.05, 0.05])
    segments = make_segmentation(ids, names.astype(object), segments=NAMES, method="rules")
    owners = rng.choice(["a", "b", "c", "gone"], n, p=[0.2, 0.5, 0.2, 0.1])
    members = pd.DataFrame({"member_id": ids, "staff_id": pd.array(owners, dtype="str")})
    staff = pd.DataFrame({"staff_id": ["a", "b", "c"], "hours_per_year": hours, "team": ["X", "X", "Y"]})
    return segments, members, staff if skills is None else staff.assign(segments=skills)


def rebalance(segments, members, staff, **changed):
    given_keys = {"coverage": COVERAGE, "utilisation": 0.8, **changed}
    return rebalance_team(segments, members=members, staff=staff, **given_keys)


def bankers(high=2):
    """The bankers' books as counts: two low-touch managers, and some high-touch."""
    books = [("LT-1", (120, 100, 70, 10)), ("LT-2", (120, 100, 70, 10))]
    books += [(f"HT-{i + 1}", (12, 8, 4, 1)) for i in range(high)]
    rows = [(who, name) for who, counts in books for name, n in zip(NAMES, counts, strict=True) for _ in range(n)]
    table = pd.DataFrame(rows, columns=["staff_id", "segment"])
    ids = pd.Series([f"m{i:04d}" for i in range(len(table))], dtype="str")
    segments = make_segmentation(ids, table["segment"].to_numpy(dtype=object), segments=NAMES, method="rules")
    members = pd.DataFrame({"member_id": ids, "staff_id": pd.array(table["staff_id"], dtype="str")})
    return segments, members, pd.DataFrame({"staff_id": [who for who, _ in books], "hours_per_year": 1500.0})


@quick
@given(st.integers(0, 10**6), st.sampled_from([(900.0, 300.0, 400.0), (2000.0, 900.0, 10.0), (200.0, 100.0, 100.0)]))
def test_tables_are_those_counted_from_the_assignment(seed, hours):
    segments, members, staff = case(seed, hours=hours, skills=["Inbound;Asynchronous; synchronous", None, "Task Force"])
    result = rebalance(segments, members, staff)
    after = result.assignment
    assert sorted(after["member_id"]) == sorted(members["member_id"])
    need = after["segment"].map(HOURS)
    for side, suffix in (("staff_id", "_before"), ("to_staff_id", "")):
        people = result.by_person.set_index("staff_id")
        held = need.groupby(after[side]).sum().reindex(people.index).fillna(0)
        np.testing.assert_allclose(people[f"required_hours{suffix}"], held)
        counts = after[side].value_counts().reindex(people.index).fillna(0)
        np.testing.assert_array_equal(people[f"members{suffix}"], counts)
    known = after["staff_id"].isin(staff["staff_id"])
    assert (
        result.hand_overs == (known & (after["staff_id"] != after["to_staff_id"])).sum() == after["handed_over"].sum()
    )
    new = ~known & (after["segment"] != "undetermined")
    assert result.team["newly_placed"].item() == new.sum()
    assert result.moves["members"].sum() == result.hand_overs + new.sum()
    assert result.by_person["coming"].sum() == result.moves["members"].sum()
    assert result.left_as_they_are == (after["segment"] == "undetermined").sum()
    placed = after[after["segment"] != "undetermined"]
    assert placed["to_staff_id"].isin(["a", "b", "c"]).all()
    assert not (placed["segment"].eq("Task Force") & placed["to_staff_id"].eq("a")).any()
    assert set(placed.loc[placed["to_staff_id"] == "c", "segment"]) <= {"Task Force"}
    if result.fits and result.gap == 0 and result.by_person["load"].max() <= 1 + 1e-6:
        # Who has left or may not serve a member hands over, whatever the loads.
        assert "Nobody need" in result.text or "may not serve them, or has left" in result.text


def test_the_bankers_residual_and_what_mends_it():
    result = rebalance(*bankers())
    row = result.team.iloc[0]
    assert row["required_hours"] == 7716
    assert row["short_hours"] == pytest.approx(2916)
    assert not result.fits
    assert row["highest_load_before"] == pytest.approx(3.0)
    assert 1.6075 <= row["highest_load"] <= 1.6075 * (1 + SLACK)
    # Each low-touch book must shed at least 3,600 - 1.01 × 1,929 hours: ten of 38 and as many of 28 as it takes.
    fewest = 10 + int(np.ceil((3600 - 1.6075 * (1 + SLACK) * 1200 - 380) / 28))
    assert result.hand_overs == 2 * fewest
    assert result.gap == 0
    ways = result.relaxations.set_index("relaxation")
    assert ways.loc["Add hours", "hours"] == pytest.approx(2916)
    assert ways.loc["Add hours", "fte"] == pytest.approx(2.43)
    cut = ways.loc["Redesign minutes"]
    assert cut["hours"].sum() == pytest.approx(2916, rel=1e-4)
    assert (cut["minutes_per_member"] / 60 / cut["segment"].map(HOURS)).to_numpy() == pytest.approx(
        2916 / 7716, rel=1e-4
    )
    assert ways.loc["Move members to a pool", "members"] == 264
    assert ways.loc["Move members to a pool", "still_short_hours"] == pytest.approx(2916 - 264 * 3)
    assert ways.loc["Accept a higher load", "load"] == pytest.approx(7716 / 4800)
    assert "sharing out anew cannot mend that" in result.text
    assert "that mends 792 of the 2,916 hours" in result.text


def test_with_six_high_touch_managers_the_same_books_fit():
    result = rebalance(*bankers(high=6))
    assert result.fits
    assert result.by_person["load"].max() <= 1
    assert len(result.relaxations) == 0
    assert result.team["load"].item() == pytest.approx((2 * 3 + 6 * 0.215) / 8)
    # 3,600 - 1,200 hours leave each low-touch book: ten of 38 hours and 73 of 28 would be needed, there are 70.
    assert result.hand_overs == 2 * (10 + 70 + int(np.ceil((2400 - 380 - 1960) / 9)))


@pytest.mark.parametrize("most_load", [0.7, 1.0])
def test_each_relaxation_that_suffices_does(most_load):
    segments, members, staff = case(
        3, n=80, hours=(500.0, 300.0, 200.0), skills=["", "Inbound", "Inbound; Asynchronous"]
    )
    result = rebalance(segments, members, staff, most_load=most_load)
    assert not result.fits
    rows = result.relaxations.set_index("relaxation")
    added = rows.loc["Add hours"]
    more = pd.DataFrame(
        {"staff_id": ["new"], "hours_per_year": [added["hours"] / 0.8 * (1 + 1e-6)], "team": ["Z"], "segments": [""]}
    )
    assert rebalance(segments, members, pd.concat([staff, more]), most_load=most_load).fits
    less = more.assign(hours_per_year=more["hours_per_year"] * 0.98)
    assert not rebalance(segments, members, pd.concat([staff, less]), most_load=most_load).fits
    cut = rows.loc[["Redesign minutes"]].set_index("segment")["minutes_per_member"] / 60
    lighter = [one.model_copy(update={"hours_per_year": one.steady_hours - cut.get(one.name, 0)}) for one in COVERAGE]
    assert rebalance(segments, members, staff, coverage=lighter, most_load=most_load).fits
    heavier = [
        one.model_copy(update={"hours_per_year": one.steady_hours - 0.95 * cut.get(one.name, 0)}) for one in COVERAGE
    ]
    assert not rebalance(segments, members, staff, coverage=heavier, most_load=most_load).fits
    higher = rows.loc["Accept a higher load", "load"] * (1 + 1e-6)
    assert rebalance(segments, members, staff, most_load=higher).fits


def test_the_fewest_members_for_a_pool():
    segments, members, staff = case(4, n=80, hours=(700.0, 200.0, 100.0))
    short = rebalance(segments, members, staff)
    inbound = segments.table.loc[segments.table["segment"] == "Inbound", "member_id"]
    total = short.team["short_hours"].item()
    row = short.relaxations.set_index("relaxation").loc["Move members to a pool"]
    assert row["members"] == min(len(inbound), int(np.ceil(total / 3)))
    assert row["still_short_hours"] == pytest.approx(max(0.0, total - 3 * len(inbound)), abs=1e-6)


def test_skills_are_said_to_be_what_is_short():
    segments, members, staff = case(
        5, hours=(2000.0, 2000.0, 50.0), skills=["Inbound", "Inbound; Asynchronous; Synchronous", "Task Force"]
    )
    result = rebalance(segments, members, staff)
    assert result.relaxations.set_index("relaxation").loc["Teach people", "still_short_hours"] == 0
    assert "for Task Force" in result.text
    with pytest.raises(DataError, match="Inbond"):
        rebalance(segments, members, staff.assign(segments=["Inbond", "", ""]))


def test_members_nobody_may_serve_are_left_and_said():
    segments, members, staff = case(
        6, n=200, hours=(2000.0, 2000.0, 2000.0), skills=["Inbound", "Inbound; Asynchronous", "Inbound; Synchronous"]
    )
    result = rebalance(segments, members, staff)
    force = result.assignment[result.assignment["segment"] == "Task Force"]
    assert (force["staff_id"] == force["to_staff_id"]).all()
    assert result.relaxations["relaxation"].tolist() == ["Name who may serve"]
    assert "left as they are" in result.text
    assert "may not serve them, or has left" in result.text


def test_who_has_left_serves_nobody():
    segments, members, staff = case(7, hours=(2000.0, 2000.0, 2000.0))
    staff = staff.assign(left_on=pd.to_datetime([None, "2025-06-30", None]))
    result = rebalance(segments, members, staff, as_of=date(2025, 12, 31))
    known = result.assignment[result.assignment["segment"] != "undetermined"]
    assert not (known["to_staff_id"] == "b").any()
    assert result.hand_overs == (known["staff_id"] == "b").sum()


def test_the_order_of_rows_changes_nothing_and_arguments_stay():
    segments, members, staff = case(8, hours=(900.0, 500.0, 400.0))
    before = [segments.table.copy(deep=True), members.copy(deep=True), staff.copy(deep=True)]
    one = rebalance(segments, members, staff)
    for now, then in zip([segments.table, members, staff], before, strict=True):
        pd.testing.assert_frame_equal(now, then)
    mixed = replace(segments, table=segments.table.sample(frac=1, random_state=1))
    other = rebalance(mixed, members.sample(frac=1, random_state=2), staff.sample(frac=1, random_state=3))
    for name in ("by_person", "moves", "assignment", "relaxations", "team"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), rtol=1e-9)


def test_loads_before_are_those_of_the_coverage_plan():
    segments, members, staff = case(9)
    plan = plan_coverage(segments, members=members, staff=staff, coverage=COVERAGE, utilisation=0.8)
    result = rebalance(segments, members, staff)
    one, other = (table.by_person.set_index("staff_id") for table in (plan, result))
    np.testing.assert_allclose(other["load_before"], one["load"].reindex(other.index))


@pytest.mark.parametrize(
    ("n", "words"), [(1, "Nobody need change hands"), (2, "Nobody need change hands"), (60, "change hands")]
)
def test_sentences_hold_for_none_one_and_many(n, words):
    result = rebalance(*case(11, n=n, hours=(900.0, 300.0, 900.0)))
    assert isinstance(result, Rebalancing)
    assert words in result.text
    assert "nan" not in result.text
    assert "this is a scenario" in result.text
    assert "scenario" not in rebalance(*case(11, n=n), hours_source="client").text
    assert repr(result)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda s, m, t: (s, m, None), "no staff"),
        (lambda s, m, t: (s, m.drop(columns="staff_id"), t), "no member names"),
        (lambda s, m, t: (s, m, t.assign(hours_per_year=0.0)), "nobody of the staff"),
        (
            lambda s, m, t: (
                make_segmentation(m["member_id"], ["x"] * len(m), segments=["x"], method="classes"), m, t,
            ),
            "no member is in a segment that has hours",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_done_says_why(change, why):
    result = rebalance(*change(*case()))
    assert isinstance(result, Unavailable)
    assert why in result.why
    assert result.ask
