"""Hours learned: exact on a log made for it, covering the truth as often as said, honest about tiers."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.learned_hours import FEWEST, choose_hours, learn_hours
from axlib.verbs.segments import make_segmentation
from axlib.words.results import Unavailable

ENDS = date(2024, 12, 31)
COVERAGE = (CoverageSegment(name="Light", hours_per_year=3), CoverageSegment(name="Heavy", hours_per_year=20))


def world(n=100, heavy=lambda i: i % 2, tier=lambda i: "S"):
    ids = pd.Series([f"m{i:03d}" for i in range(n)], dtype="str")
    names = ["Heavy" if heavy(i) else "Light" for i in range(n)]
    segments = make_segmentation(ids, names, segments=["Light", "Heavy"], method="rules")
    tiers = make_segmentation(ids, [tier(i) for i in range(n)], segments=["S", "L"], method="dues")
    return ids, segments, tiers


def learn(ids, segments, tiers, touches, **changed):
    keys = {"coverage": COVERAGE, "well_served": ids, "rule": "stayed", "ends_on": ENDS, "window_months": 12, **changed}
    return learn_hours(segments, tiers=tiers, touches=touches, rng=np.random.default_rng(7), **keys)


def log(ids, minutes, at="2024-06-01", mode="sync"):
    return pd.DataFrame({"member_id": ids, "at": pd.Timestamp(at), "mode": mode, "minutes": minutes})


def test_everybody_alike_gives_the_hours_and_no_width():
    ids, *rest = world()
    touches = pd.concat([log(ids, 60.0), log(ids, 120.0, mode="async")])
    result = learn(ids, *rest, touches)
    # 2024 has 366 days: three hours in them are a little less in 365.25.
    hours = 3 * 365.25 / 366
    for column in ("learned_hours", "learned_hours_low", "learned_hours_high"):
        assert result.table[column].to_numpy() == pytest.approx([hours, hours])
    assert result.table["declared_hours"].tolist() == [3, 20]
    shares = result.by_mode.set_index(["segment", "mode"])["share"]
    assert shares["Light", "sync"] == pytest.approx(1 / 3)
    assert shares["Heavy", "async"] == pytest.approx(2 / 3)


def test_members_without_contacts_count_and_others_do_not():
    ids, *rest = world()
    result = learn(ids, *rest, log(ids[:50], 120.0), well_served=ids[20:])
    # Of 40 in each segment 15 got two hours.
    assert result.table["n"].tolist() == [40, 40]
    assert result.table["learned_hours"].to_numpy() == pytest.approx(2 * 15 / 40 * 365.25 / 366)


def test_who_joined_in_the_window_counts_for_the_days_since():
    ids, *rest = world()
    joined = pd.Series(pd.Timestamp("2024-07-02"), index=ids).where(ids.to_numpy() < "m060", pd.Timestamp("2010-01-01"))
    result = learn(ids, *rest, log(ids, 60.0, at="2024-10-01"), joined_on=joined)
    # 60 joined and were seen 183 of 366 days; 40 the whole year.
    years = (30 * 183 + 20 * 366) / 365.25
    assert result.table["learned_hours"].to_numpy() == pytest.approx(50 / years)
    by_stage = result.by_stage.set_index(["segment", "stage"])
    assert by_stage.loc[("Light", "first_year"), "learned_hours"] == pytest.approx(365.25 / 183)
    assert by_stage.loc[("Light", "steady"), "learned_hours"] == pytest.approx(365.25 / 366)
    assert by_stage["n"].tolist() == [30, 20, 30, 20]
    # Who joined after the window was not seen at all.
    late = learn(ids, *rest, log(ids, 60.0), joined_on=joined.where(joined.index < "m060", pd.Timestamp("2025-02-01")))
    assert late.table["n"].sum() == 60


def test_intervals_hold_the_truth_about_as_often_as_said():
    rng = np.random.default_rng(sum(map(ord, "coverage of learned hours")))
    hits, n = 0, 150
    ids, segments, tiers = world(80)
    for seed in range(n):
        minutes = rng.gamma(1.5, 240 / 1.5, 80)
        found = learn_hours(
            segments, tiers=tiers, touches=log(ids, minutes), coverage=COVERAGE, well_served=ids, rule="stayed",
            ends_on=ENDS, window_months=12, rng=np.random.default_rng(seed),
        )  # fmt: skip
        row = found.table.iloc[0]
        hits += row["learned_hours_low"] <= 4 * 365.25 / 366 <= row["learned_hours_high"]
    # 95 % of 150, less what 40 skewed members cost a percentile interval, and four standard errors.
    assert hits / n > 0.84


def test_too_few_members_tell_nothing():
    ids, *rest = world(heavy=lambda i: i < FEWEST - 1)
    result = learn(ids, *rest, log(ids, 60.0))
    assert result.table["learned_hours"].isna().tolist() == [False, True]
    assert "Heavy: declared hours stay" in result.text
    none = learn(ids[:10], *rest, log(ids, 60.0))
    assert isinstance(none, Unavailable)
    assert isinstance(learn(ids, *rest, None), Unavailable)
    assert isinstance(learn(ids, *rest, log(ids, 60.0, at="2020-01-01")), Unavailable)


def test_hours_that_follow_tiers_are_told():
    ids, *rest = world(200, tier=lambda i: "L" if i % 4 < 2 else "S")
    minutes = np.where(np.arange(200) % 4 < 2, 300.0, 60.0)
    result = learn(ids, *rest, log(ids, minutes))
    assert result.table["tier_ratio"].to_numpy() == pytest.approx([5, 5])
    assert "what was delivered follows tiers" in result.text
    even = learn(ids, *rest, log(ids, 60.0))
    assert even.follows_tiers == []


def test_plans_take_learned_hours_where_all_could_be_learned():
    ids, *rest = world()
    result = learn(ids, *rest, log(ids, 60.0))
    chosen, source = choose_hours(COVERAGE, result, source="learned")
    assert source == "learned"
    assert [segment.steady_hours for segment in chosen] == pytest.approx(result.table["learned_hours"].tolist())
    assert chosen[0].modes == {"sync": 1.0}
    assert choose_hours(COVERAGE, result, source="client") == (COVERAGE, "client")
    few_ids, *few = world(heavy=lambda i: i < 5)
    chosen, source = choose_hours(COVERAGE, learn(few_ids, *few, log(few_ids, 60.0)), source="learned")
    assert source == "assumed"
    assert chosen[1] == COVERAGE[1]
    assert choose_hours(COVERAGE, Unavailable("x", "y"), source="learned") == (COVERAGE, "assumed")


def test_order_of_rows_changes_nothing():
    ids, *rest = world()
    touches = log(ids, np.arange(100.0))
    one = learn(ids, *rest, touches)
    other = learn(ids[::-1], *rest, touches.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(one.table, other.table)
