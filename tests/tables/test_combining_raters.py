import dataclasses
from collections import Counter
from statistics import median, median_low

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.tables.attributes import collect_attributes
from axlib.tables.combining_raters import combine_raters, take_current_stage
from axlib.tables.instrument import read_instrument
from axlib.tables.settings.segmenting import AttributeSettings
from tests.tables.engagements import clean_files

INSTRUMENT = read_instrument()
COLUMNS = ["member_id", "item", "value", "rater", "at"]


def answers(*rows):
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype(dict.fromkeys(COLUMNS[:4], "str")).assign(at=pd.to_datetime(table["at"]))


def combine(*rows):
    return combine_raters(answers(*rows), instrument=INSTRUMENT)


def one(*rows):
    return combine(*rows).table.iloc[0]


def test_the_median_of_three_and_how_far_they_are_apart():
    found = one(("a", "stakes", "4", "x", None), ("a", "stakes", "1", "y", None), ("a", "stakes", "0", "z", None))
    assert (found["value"], found["raters"], bool(found["tied"]), found["apart"]) == ("1", 3, False, 4)


def test_two_who_differ_are_a_tie_that_goes_to_the_later_or_the_lower():
    early, late = "2025-01-01", "2025-02-01"
    assert one(("a", "stakes", "3", "x", early), ("a", "stakes", "1", "y", late))["value"] == "1"
    assert one(("a", "stakes", "3", "x", late), ("a", "stakes", "1", "y", early))["value"] == "3"
    assert one(("a", "stakes", "3", "x", late), ("a", "stakes", "1", "y", late))["value"] == "1"
    assert one(("a", "stakes", "3", "x", None), ("a", "stakes", "1", "y", late))["value"] == "1"
    assert one(("a", "stakes", "3", "x", None), ("a", "stakes", "1", "y", None))["tied"]


def test_categories_take_the_most_frequent_and_a_tie_the_later_or_the_first_listed():
    early, late = "2025-01-01", "2025-02-01"
    live, self_serve = ("a", "preferred_mode", "live"), ("a", "preferred_mode", "self_serve")
    most = one((*live, "x", early), (*live, "y", early), (*self_serve, "z", late))
    assert (most["value"], bool(most["tied"])) == ("live", False)
    tie = one((*live, "x", late), (*self_serve, "y", early))
    assert (tie["value"], bool(tie["tied"])) == ("live", True)
    assert one((*live, "x", late), (*self_serve, "y", late))["value"] == "self_serve"
    assert pd.isna(tie["apart"])


def test_the_sentence_counts_ties():
    result = combine(("a", "stakes", "3", "x", None), ("a", "stakes", "1", "y", None), ("b", "stakes", "1", "y", None))
    assert "1 answer comes from two raters or more" in result.text
    assert "1 tie went to the later answer" in result.text
    assert result.summary().to_dict("records") == [{"attribute": "stakes", "members": 2, "raters": 2, "ties": 1}]


def test_no_answers_are_an_empty_table():
    assert len(combine().table) == 0


def test_the_combined_table_stands_in_for_answers(tmp_path):
    members = "member_id,status\n" + "".join(f"{i},active\n" for i in range(12))
    given = "member_id,item,value,rater,at\n" + "".join(
        f"{i},guidance_need,{(i + k) % 5},rater {k},2025-0{k + 1}-01\n" for i in range(12) for k in range(3)
    )
    clean = clean_files(
        tmp_path, {"members.csv": members, "answers.csv": given}, "values: {members.status: {active: active}}\n"
    )
    combined = combine_raters(clean.answers, instrument=INSTRUMENT)
    found = collect_attributes(
        dataclasses.replace(clean, answers=combined.table), attributes=[AttributeSettings(name="guidance_need")]
    ).table["guidance_need"]
    assert found.to_dict() == {str(i): float(median([(i + k) % 5 for k in range(3)])) for i in range(12)}


def test_gates_are_the_latest_yes_or_no():
    found = combine(
        ("a", "success_potential", "yes", "x", "2025-01-01"),
        ("b", "success_potential", "no", "x", None),
        ("b", "declared_at_risk", "yes", "x", None),
        ("c", "stakes", "3", "x", None),
    ).gates
    assert found["success_potential"].to_dict() == {"a": True, "b": False}
    assert found["declared_at_risk"].isna().to_dict() == {"a": True, "b": False}
    assert combine(("c", "stakes", "3", "x", None)).gates.shape == (0, 0)


def test_the_answer_of_the_members_own_stage_counts():
    rows = [("a", "stakes", stage, value) for stage, value in (("", "1"), ("steady", "2"), ("renewal", "3"))]
    table = pd.DataFrame(rows, columns=["member_id", "item", "stage", "value"], dtype="str")
    table = table.assign(at=pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01"]))

    def taken(rows, stages=None):
        return take_current_stage(rows.reset_index(drop=True), stages=stages)["value"].tolist()

    assert taken(table, pd.Series({"a": "steady"})) == ["2"]
    assert taken(table, pd.Series({"a": "growth"})) == ["1"]
    assert taken(table) == ["1"]
    assert taken(table.iloc[1:], pd.Series({"a": "growth"})) == ["3"]
    assert taken(table.iloc[1:], pd.Series({"b": "growth"})) == ["3"]
    assert taken(table.iloc[:0]) == []


ratings = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["stakes", "preferred_mode"]),
        st.integers(0, 2),
        st.sampled_from("uvwxyz"),
    ),
    max_size=30,
    unique_by=lambda row: (row[0], row[1], row[3]),
)
MODES = ["self_serve", "async", "live"]


@settings(max_examples=25, deadline=None)
@given(ratings, st.randoms(use_true_random=False))
def test_without_days_it_is_the_low_median_and_the_first_most_frequent_whatever_the_order(rows, random):
    table = [(m, i, MODES[v] if i == "preferred_mode" else str(v), r, None) for m, i, v, r in rows]
    result = combine(*table).table
    groups = {}
    for member, item, value, _ in rows:
        groups.setdefault((member, item), []).append(value)
    expected = {}
    for (member, item), values in groups.items():
        counts = Counter(values)
        most = min(value for value in counts if counts[value] == max(counts.values()))
        expected[member, item] = MODES[most] if item == "preferred_mode" else str(median_low(values))
    assert {(row.member_id, row.item): row.value for row in result.itertuples()} == expected
    random.shuffle(table)
    pd.testing.assert_frame_equal(combine(*table).table, result)
