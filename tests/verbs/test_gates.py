import pandas as pd

from axlib.tables.coverage_segments import read_segments
from axlib.verbs.gates import NO_POTENTIAL, apply_gates
from axlib.verbs.segments import make_segmentation

IDS = pd.Series(list("abcd"), dtype="str")
SEGMENTS = make_segmentation(IDS, ["Inbound"] * 4, segments=["Inbound", "Synchronous"], method="classes")


def members(**columns):
    return pd.DataFrame(
        {"member_id": IDS, **{name: pd.array(values, dtype="boolean") for name, values in columns.items()}}
    )


def gated(**columns):
    return apply_gates(SEGMENTS, members=members(**columns), coverage=read_segments())


def test_without_declarations_nothing_changes():
    assert gated().fingerprint == SEGMENTS.fingerprint
    assert gated(success_potential=[True, None, True, None], declared_at_risk=[None] * 4).segments == SEGMENTS.segments


def test_who_is_declared_at_risk_goes_to_the_task_force_also_where_nobody_else_does():
    result = gated(declared_at_risk=[True, False, None, False])
    assert result.table["segment"].tolist() == ["Task Force", "Inbound", "Inbound", "Inbound"]
    assert result.sizes == {"Inbound": 3, "Synchronous": 0, "Task Force": 1}
    assert result.table["reason"].iloc[0] == "declared at risk"


def test_who_cannot_succeed_is_set_apart_whatever_the_risk():
    result = gated(declared_at_risk=[True] * 4, success_potential=[False, True, None, True])
    assert result.table["segment"].tolist() == [NO_POTENTIAL, "Task Force", "Task Force", "Task Force"]
    assert result.segments[-1] == NO_POTENTIAL


def test_without_a_task_force_a_declared_risk_changes_nothing():
    coverage = [segment for segment in read_segments() if not segment.task_force]
    result = apply_gates(SEGMENTS, members=members(declared_at_risk=[True] * 4), coverage=coverage)
    assert result.fingerprint == SEGMENTS.fingerprint


def test_arguments_are_not_changed():
    before = SEGMENTS.table.copy(deep=True)
    gated(declared_at_risk=[True] * 4, success_potential=[False] * 4)
    pd.testing.assert_frame_equal(SEGMENTS.table, before)
