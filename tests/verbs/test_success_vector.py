"""The Success Vector: each member by a walk through its milestones, edges of the rule, and what a client may see."""

import dataclasses
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.numbers.intervals import wilson_interval
from axlib.reports.client_view import view_for_client
from axlib.tables.settings.analysis import MilestoneSettings
from axlib.verbs.diagnose import diagnose
from axlib.verbs.headline_numbers import list_headlines
from axlib.verbs.segments import make_segmentation
from axlib.verbs.success_vector import COUNTS, STATES, measure_success_vector
from axlib.words.results import Unavailable
from tests.verbs.faces import NO_NUMBER
from tests.verbs.small import RULES, engagement, quick

DAY = date(2025, 12, 31)


def milestones(*rows):
    """Rows of (member, milestone, due, reached), days as text or None."""
    table = pd.DataFrame(rows, columns=["member_id", "milestone", "due_on", "reached_on"])
    days = {name: pd.to_datetime(table[name]) for name in ("due_on", "reached_on")}
    return table.astype({"member_id": "str", "milestone": "str"}).assign(**days)


def measure(*rows, members=("a",), segments=None, **keys):
    return measure_success_vector(
        milestones(*rows), members=pd.Series(members, dtype="str"), segments=segments, as_of=DAY, **keys
    )


@pytest.mark.parametrize(
    ("due", "reached", "state", "slip"),
    [
        ("2026-03-01", None, "on course", 0),
        ("2025-12-31", None, "on course", 0),
        ("2025-12-17", None, "on course", 14),
        ("2025-12-16", None, "drifting", 15),
        ("2025-11-01", None, "drifting", 60),
        ("2025-10-31", None, "off course", 61),
        ("2025-10-01", "2025-11-01", "reached", 31),
        (None, "2025-11-01", "reached", 0),
        ("2025-12-01", "2026-01-05", "drifting", 30),
        ("2025-11-20", "2025-11-01", "reached", 0),
    ],
)
def test_one_milestone_by_the_rule(due, reached, state, slip):
    row = measure(("a", "one", due, reached)).table.iloc[0]
    assert (row["state"], row["slip_days"]) == (state, slip)


def test_who_was_late_with_the_last_one_is_not_on_course_with_the_next():
    vector = measure(("a", "one", "2025-01-01", "2025-03-01"), ("a", "two", "2026-06-01", None))
    row = vector.table.iloc[0]
    assert (row["state"], row["slip_days"], row["next_milestone"]) == ("drifting", 59, "two")
    later = measure(
        ("a", "one", "2025-01-01", "2025-03-01"),
        ("a", "half", "2025-05-01", "2025-05-01"),
        ("a", "two", "2026-06-01", None),
    )
    assert later.table.iloc[0]["state"] == "on course"


def walk(rows, day, drifting, off, since):
    """One member's state, slip, and whether it kept what was due, milestone by milestone."""
    dated = [(due, reached if reached and reached <= day else None) for due, reached in rows]
    dated = [(due, reached) for due, reached in dated if due or reached]
    if not dated:
        return "no milestone dated", None, False, False
    slip = 0
    for due, reached in dated:
        if not reached:
            slip = max(slip, (day - due).days)
    gone = sorted((reached, due or date.min, due) for due, reached in dated if reached)
    if gone and gone[-1][2]:
        slip = max(slip, (gone[-1][0] - gone[-1][2]).days)
    due_now = [(due, reached) for due, reached in dated if due and since < due <= day]
    kept = bool(due_now) and all(reached and (reached - due).days <= drifting for due, reached in due_now)
    if all(reached for _, reached in dated):
        return "reached", slip, bool(due_now), kept
    state = "on course" if slip <= drifting else "drifting" if slip <= off else "off course"
    return state, slip, bool(due_now), kept


a_day = st.one_of(st.none(), st.integers(-500, 120).map(lambda n: DAY + timedelta(days=n)))


@quick
@given(
    st.lists(st.lists(st.tuples(a_day, a_day), max_size=4), min_size=1, max_size=6),
    st.integers(0, 30),
    st.integers(31, 90),
    st.randoms(use_true_random=False),
)
def test_every_member_as_a_walk_through_its_milestones_says(members, drifting, off, random):
    rows = [(f"m{i}", f"s{j}", due, reached) for i, own in enumerate(members) for j, (due, reached) in enumerate(own)]
    # Of two reached on one day, one of them without a day due, nobody can say which was last.
    seen = set()
    rows = [row for row in rows if row[3] is None or not ((row[0], row[3]) in seen or seen.add((row[0], row[3])))]
    random.shuffle(rows)
    names = [f"m{i}" for i in range(len(members))]
    found = measure(*rows, members=names, drifting_after=drifting, off_course_after=off)
    since = date(2024, 12, 31)
    expected = {
        name: walk([(due, reached) for member, _, due, reached in rows if member == name], DAY, drifting, off, since)
        for name in names
    }
    if all(state == "no milestone dated" for state, *_ in expected.values()):
        assert isinstance(found, Unavailable)
        return
    for row in found.table.to_dict("records"):
        state, slip, had_due, kept = expected[row["member_id"]]
        assert row["state"] == state
        assert row["slip_days"] == slip if slip is not None else np.isnan(row["slip_days"])
        assert (row["had_due"], row["kept"]) == (had_due, kept)
    assert found.text
    assert not NO_NUMBER.search(found.text)


def test_segments_are_counted_with_their_intervals():
    ids = pd.Series([f"m{i}" for i in range(6)], dtype="str")
    segments = make_segmentation(ids, ["A", "A", "A", "A", "B", "undetermined"], segments=("A", "B"), method="rules")
    rows = [
        ("m0", "one", "2026-02-01", None), ("m1", "one", "2025-01-31", None), ("m2", "one", "2025-12-01", "2025-12-02"),
        ("m4", "one", "2025-12-01", None), ("stranger", "one", "2025-12-01", None),
    ]  # fmt: skip
    table = measure(*rows, members=ids, segments=segments).by_segment.set_index("segment")
    assert table.index.tolist() == ["A", "B", "undetermined"]
    assert table.loc["A", ["n", *COUNTS.values()]].tolist() == [4, 1, 0, 1, 1, 1]
    share = table.loc["A", ["on_course_share", "on_course_share_low", "on_course_share_high"]].tolist()
    assert share == pytest.approx([0.5, *wilson_interval(1, 2)])
    assert table.loc["A", ["due_members", "kept_members", "kept_share"]].tolist() == [2, 1, 0.5]
    assert table.loc["undetermined", "without_course"] == 1
    assert np.isnan(table.loc["undetermined", "on_course_share"])


def test_without_dates_it_says_what_to_ask_for():
    found = measure(("a", "one", None, None))
    assert isinstance(found, Unavailable)
    assert found.why == "no milestone of a member has a day."
    none = measure_success_vector(None, members=pd.Series(["a"]), segments=None, as_of=DAY)
    assert none.why == "there is no table of milestones."


def test_days_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match=r"off_course_after \(10\) must be more days than drifting_after \(14\)"):
        MilestoneSettings(off_course_after=10)


@pytest.fixture(scope="module")
def steered(tmp_path_factory):
    lines = ["member_id,milestone,due_on,reached_on,next_action"]
    lines += [f"m{i:03d},first loan,2025-0{1 + i % 9}-10,{'' if i % 3 else '2025-11-01'},call" for i in range(60)]
    lines += [f"m{i:03d},second loan,2026-05-01,," for i in range(0, 60, 2)]
    given_members = "\n".join(lines) + "\n"
    return diagnose(engagement(tmp_path_factory.mktemp("steered"), RULES, milestones=given_members))


def test_diagnosis_tells_it_of_current_members_by_segment(steered, snapshot):
    vector = steered.success_vector
    assert set(vector.table["member_id"]) == set(steered.plan_segments.table["member_id"])
    assert vector.by_segment["n"].sum() == len(vector.table)
    assert vector.text == snapshot
    headlines = list_headlines(steered)["success_vector"]
    assert headlines["off_course"] == int((vector.table["state"] == "off course").sum())
    assert sum(headlines[name] for name in COUNTS.values()) == len(vector.table)


@pytest.mark.parametrize("least", [2, 3, 5, 20])
def test_a_client_sees_no_small_group_and_nobody(steered, least):
    settings = steered.engagement.settings
    report = settings.report.model_copy(update={"min_cell": least})
    changed = dataclasses.replace(steered.engagement, settings=settings.model_copy(update={"report": report}))
    shown = view_for_client(dataclasses.replace(steered, engagement=changed)).success_vector
    assert len(shown.table) == 0
    counts = shown.by_segment[list(COUNTS.values())].to_numpy(dtype=float)
    sizes = shown.by_segment["n"].to_numpy(dtype=float)
    assert not ((counts > 0) & (counts < least)).any()
    for row, size in zip(counts, sizes, strict=True):
        hidden = np.isnan(row)
        # What is hidden in a row follows from its size as a whole only, and is no small count then.
        assert hidden.sum() != 1
        assert not hidden.any() or np.isnan(size) or size - np.nansum(row) >= least or hidden.all()
    due = shown.by_segment["due_members"].to_numpy(dtype=float)
    for part in (due, sizes - due, shown.by_segment["kept_members"].to_numpy(dtype=float)):
        assert not ((part > 0) & (part < least)).any()
    masked = np.isnan(counts[:, :3]).any(axis=1)
    assert shown.by_segment.loc[masked, "on_course_share"].isna().all()
    assert not NO_NUMBER.search(shown.text)


def test_all_states_are_counted_under_a_name_of_their_own():
    assert list(COUNTS) == list(STATES)
    assert len(set(COUNTS.values())) == len(STATES)
