"""The pool: staffed as the queue says, and honest about where the queue does not hold."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from axlib.numbers.queueing import describe_queue
from axlib.tables.coverage_segments import CoverageSegment
from axlib.verbs.hours_model import model_hours
from axlib.verbs.pool import PoolPlan, staff_pool
from axlib.verbs.segments import make_segmentation
from axlib.words.results import Unavailable

DAY = date(2025, 12, 31)
POOL = CoverageSegment(name="Pool", hours_per_year=3, pooled=True, modes={"inbound": 0.8, "async": 0.2})
REST = CoverageSegment(name="Rest", hours_per_year=9)


def world(n=2000):
    ids = pd.Series([f"m{i:04d}" for i in range(n)], dtype="str")
    names = np.where(np.arange(n) % 4 == 0, "Rest", "Pool")
    segments = make_segmentation(ids, names, segments=["Pool", "Rest"], method="rules")
    return ids[names == "Pool"], model_hours(segments, coverage=[POOL, REST])


def log(ids, n=3000, *, minutes=None, hours_of_day=True, mode="inbound", seed=0, on=None):
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("2025-01-01", "2025-12-31")
    at = days[rng.integers(0, len(days), n)] if on is None else on
    clock = pd.to_timedelta(rng.integers(9 * 60, 17 * 60, n), unit="min")
    return pd.DataFrame(
        {
            "member_id": pd.array(rng.choice(ids.to_numpy(), n), dtype="str"),
            "at": at + clock if hours_of_day else at,
            "mode": pd.array([mode] * n, dtype="str"),
            "minutes": rng.exponential(20, n) if minutes is None else minutes,
        }
    )


def staff(touches="log", **changed):
    ids, model = world()
    touches = log(ids) if isinstance(touches, str) else touches
    keys = {
        "coverage": [POOL, REST], "touches": touches, "pool_members": ids, "paid_hours": 1500.0, "as_of": DAY,
        "window_months": 12, "rng": np.random.default_rng(1), **changed,
    }  # fmt: skip
    return staff_pool(model, **keys)


def test_people_on_duty_are_the_fewest_who_answer_in_time():
    result = staff()
    demand, chosen = result.demand.iloc[0], result.chosen
    # 1,500 members with 2.4 hours of requests a year in 2,080 open hours.
    assert demand["members"] == 1500
    assert demand["erlangs"] == pytest.approx(1500 * 2.4 / 2080)
    assert demand["queue_hours"] == pytest.approx(3600)
    assert demand["other_hours"] == pytest.approx(900)
    table = result.table.set_index("agents")
    assert chosen["within"] >= 0.8
    assert table.loc[chosen["agents"] - 1, "within"] < 0.8
    by_hand = describe_queue(
        demand["arrivals_per_hour"] / 60, demand["handle_minutes"], int(chosen["agents"]), answer_within=15
    )
    assert chosen["mean_wait_minutes"] == pytest.approx(by_hand.mean_wait)
    # Between requests there is time for the 900 hours of other work.
    assert result.people_needed == pytest.approx(chosen["agents"] * 2080 / 1500)


def test_simulation_agrees_where_service_is_exponential():
    result = staff()
    assert result.demand["handle_cv"].item() == pytest.approx(1, abs=0.05)
    assert result.simulated["within"].item() == pytest.approx(result.chosen["within"], abs=0.03)
    assert result.simulated["mean_wait_minutes"].item() == pytest.approx(result.chosen["mean_wait_minutes"], rel=0.3)


def test_one_pool_waits_less_than_a_queue_for_each():
    arranged = staff().arrangements.set_index("arrangement")
    pool, apart = arranged.loc["one pool"], arranged.loc["a queue for each person"]
    assert apart["queues"] == pool["agents"]
    assert apart["mean_wait_minutes"] > 2 * pool["mean_wait_minutes"]


def test_patience_makes_it_erlang_a():
    result = staff(patience_minutes=5.0)
    assert result.chosen["abandoned"] > 0
    assert result.chosen["agents"] <= staff().chosen["agents"]


def test_stated_numbers_go_before_the_log():
    demand = staff(arrivals_per_hour=10.0, handle_minutes=30.0).demand.iloc[0]
    assert (demand["arrivals_per_hour"], demand["handle_minutes"], demand["erlangs"]) == (10, 30, 5)
    assert demand["queue_hours"] == pytest.approx(5 * 2080)
    assert isinstance(staff(touches=None, handle_minutes=30.0), PoolPlan)


def holds(result):
    return result.checks.set_index("assumption")["holds"].to_dict()


def test_on_a_log_as_the_queue_has_it_every_assumption_holds():
    assert holds(staff()) == {
        "Requests come at random": "yes",
        "Service times are exponential": "yes",
        "Contact is not by appointment": "yes",
        "Requests are answered as they come": "yes",
        "All hours of the day are alike": "yes",
    }
    assert "What speaks against this reckoning" not in staff().text


def test_each_assumption_that_fails_is_told():
    ids, _ = world()
    bunched = log(
        ids, 3000, on=pd.DatetimeIndex(np.repeat(pd.bdate_range("2025-01-01", periods=30) + pd.Timedelta(days=0), 100))
    )
    late = log(ids, 400, on=pd.DatetimeIndex([pd.Timestamp("2025-12-01")] * 400))
    assert holds(staff(pd.concat([bunched, late])))["Requests come at random"] == "no"
    same = staff(log(ids, minutes=20.0))
    assert holds(same)["Service times are exponential"] == "no"
    assert "shorter than the formula says" in same.text
    assert same.simulated["mean_wait_minutes"].item() < same.chosen["mean_wait_minutes"]
    met = pd.concat([log(ids), log(ids, 2000, mode="sync")])
    assert holds(staff(met))["Contact is not by appointment"] == "no"
    slow = staff(answer_within_minutes=960.0)
    assert holds(slow)["Requests are answered as they come"] == "no"
    assert "backlog" in slow.text
    assert holds(staff(log(ids, hours_of_day=False)))["All hours of the day are alike"] == "not known"
    noon = log(ids).assign(
        at=lambda t: t["at"].where(t.index % 2 == 0, t["at"].dt.normalize() + pd.Timedelta(hours=12))
    )
    assert holds(staff(noon))["All hours of the day are alike"] == "no"
    unknown = holds(staff(touches=None, handle_minutes=20.0))
    assert set(unknown.values()) == {"not known", "yes"}


def test_hours_of_the_day_add_up_to_the_day_planned():
    result = staff()
    assert result.by_hour["arrivals"].sum() == pytest.approx(result.demand["arrivals_per_hour"].item() * 8)
    assert result.by_hour["hour"].between(9, 16).all()
    ids, _ = world()
    assert len(staff(log(ids, hours_of_day=False)).by_hour) == 0


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"coverage": [REST]}, "no segment is served by a pool"),
        ({"pool_members": pd.Series(dtype="str")}, "nobody is in Pool"),
        ({"touches": None}, "how long a request takes is not known"),
    ],
)
def test_what_cannot_be_staffed_says_why(changed, why):
    result = staff(**changed)
    assert isinstance(result, Unavailable)
    assert why in result.why


def test_the_same_seed_gives_the_same_pool():
    pd.testing.assert_frame_equal(staff().simulated, staff().simulated)
