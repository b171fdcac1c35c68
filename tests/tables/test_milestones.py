import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.milestones import COLUMNS, take_latest_milestones
from tests.verbs.small import quick

rows = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["one", "two"]), st.integers(1, 9), st.integers(0, 4)), max_size=12
)


def table(lines):
    days = ["" if noted == 0 else f"2025-0{noted}-01" for *_, noted in lines]
    return pd.DataFrame(
        {
            "member_id": pd.array([line[0] for line in lines], dtype="str"),
            "milestone": pd.array([line[1] for line in lines], dtype="str"),
            "due_on": pd.to_datetime([f"2025-01-0{line[2]}" for line in lines]),
            "noted_on": pd.to_datetime(pd.Series(days, dtype="object"), errors="coerce"),
        }
    )


@quick
@given(rows)
def test_the_row_noted_last_counts_as_a_walk_through_them_finds_it(lines):
    latest = {}
    for member, milestone, due, noted in lines:
        if noted >= latest.get((member, milestone), (0, -1))[1]:
            latest[member, milestone] = (due, noted)
    found = take_latest_milestones(table(lines))
    assert dict(
        zip(
            zip(found["member_id"], found["milestone"], strict=True), found["due_on"].dt.day, strict=True
        )
    ) == {key: due for key, (due, _) in latest.items()}  # fmt: skip


def test_what_an_export_leaves_out_is_there_and_empty():
    found = take_latest_milestones(pd.DataFrame({"member_id": ["a"], "milestone": ["one"]}, dtype="str"))
    assert list(found.columns) == list(COLUMNS)
    assert found.iloc[0, 2:].isna().all()
    assert found.dtypes["due_on"] == np.dtype("datetime64[s]")


def test_no_table_gives_no_rows():
    assert len(take_latest_milestones(None)) == 0
