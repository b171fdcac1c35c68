"""Hours by segment, stage and mode: by hand, and adding up to the hours of members."""

import pandas as pd
import pytest

from axlib.tables.coverage_segments import CoverageSegment
from axlib.tables.coverage_work import HoursByStage
from axlib.verbs.coverage import hours_by_member, tell_stages
from axlib.verbs.delivery import measure_delivery
from axlib.verbs.hours_model import model_hours
from axlib.verbs.segments import make_segmentation
from axlib.words.results import Unavailable
from tests.verbs.plans import COVERAGE, members_of, touches_of
from tests.verbs.test_delivery import DAY

TALKS = CoverageSegment(
    name="Talks",
    hours_per_year=HoursByStage(first_year=40, steady=20, renewal=30),
    modes={"sync": 0.75, "async": 0.25},
    modes_by_stage={"first_year": {"sync": 1.0}},
    work={"sync": {"preparation": 0.5, "follow_up": 0.5}},
)
PLAIN = CoverageSegment(name="Plain", hours_per_year=2)
IDS = pd.Series(["a", "b", "c", "d", "e"], dtype="str")
TOLD = make_segmentation(
    IDS, ["Talks", "Talks", "Talks", "Plain", "undetermined"], segments=["Talks", "Plain"], method="rules"
)
STAGES = pd.Series({"a": "first_year", "b": "steady", "c": "growth"})


def test_hours_of_each_stage_and_mode_by_hand():
    table = model_hours(TOLD, coverage=[TALKS, PLAIN], stages=STAGES).table.set_index(["segment", "stage", "mode"])
    assert table["required_hours"].to_dict() == {
        ("Talks", "first_year", "sync"): 40,
        ("Talks", "steady", "sync"): 15,
        ("Talks", "steady", "async"): 5,
        ("Talks", "growth", "sync"): 15,
        ("Talks", "growth", "async"): 5,
        ("Plain", "steady", "not known"): 2,
    }
    row = table.loc[("Talks", "first_year", "sync")]
    assert row[["contact_hours", "preparation_hours", "follow_up_hours"]].tolist() == [20, 10, 10]
    assert table.loc[("Talks", "steady", "async"), "contact_hours"] == 5


def test_without_stages_steady_hours_count():
    model = model_hours(TOLD, coverage=[TALKS, PLAIN])
    assert set(model.table["stage"]) == {"any"}
    assert model.table["required_hours"].sum() == 3 * 20 + 2


def test_hours_add_up_to_those_of_members_and_deliveries():
    segments, members = members_of()
    told = tell_stages(members, as_of=DAY)
    stages = told.set_index("member_id")["lifecycle_stage"]
    assert (stages == "first_year").sum() == (members["joined_on"] == "2025-06-01").sum()
    delivery = measure_delivery(
        segments, tiers=None, members=members, touches=touches_of(members), people=None, ends_on=DAY, window_months=12
    )
    model = model_hours(segments, coverage=COVERAGE, stages=stages, delivery=delivery)
    hours = hours_by_member(segments, coverage=COVERAGE, stages=stages)
    for table in (model.table, model.by_mode):
        assert table["required_hours"].sum() == pytest.approx(hours["required_hours"].sum())
    parts = ["contact_hours", "preparation_hours", "follow_up_hours"]
    assert model.table[parts].sum(axis=1).to_numpy() == pytest.approx(model.table["required_hours"].to_numpy())
    known = delivery.by_mode[delivery.by_mode["segment"] != "undetermined"]
    assert model.by_mode["delivered_hours"].sum() == pytest.approx(known["delivered_hours"].sum())
    assert "scenario" in model.text
    assert "scenario" not in model_hours(segments, coverage=COVERAGE, hours_source="client").text


def test_nobody_with_hours_is_said():
    nobody = make_segmentation(IDS, ["undetermined"] * 5, segments=["Talks"], method="rules")
    assert isinstance(model_hours(nobody, coverage=[TALKS]), Unavailable)


def test_a_stage_goes_before_the_day_of_joining():
    members = pd.DataFrame(
        {
            "member_id": ["a", "b", "c"],
            "lifecycle_stage": pd.array(["renewal", None, None], dtype="str"),
            "joined_on": pd.to_datetime(pd.Series(["2025-12-01", "2025-12-01", None])),
        }
    )
    stages = tell_stages(members, as_of=DAY)["lifecycle_stage"]
    assert stages[:2].tolist() == ["renewal", "first_year"]
    assert pd.isna(stages[2])
    assert tell_stages(members[["member_id"]], as_of=DAY).columns.tolist() == ["member_id"]
