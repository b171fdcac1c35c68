from datetime import date

import numpy as np
import pandas as pd
import pytest

from axlib.verbs.cohort import Cohort
from axlib.verbs.window_outcomes import collect_window_outcomes
from tests.spec.ascii_tables import read_table

COHORT = Cohort(
    pd.DataFrame(
        {
            "member_id": pd.array(["c", "a", "b"], dtype="str"),
            "opening": [100.0, 200.0, 100.0],
            "closing": [0.0, 100.0, 100.0],
            "gone": [True, False, False],
        }
    ),
    date(2024, 12, 31),
    date(2025, 12, 31),
    "terms",
    "USD",
)
TOUCHES = read_table("""
member_id  at          minutes
a          2024-12-31  60
a          2025-01-01  60
a          2025-12-31  30
a          2026-01-01  60
c          2025-02-01  600
""")
SIGNS = read_table("""
member_id  at          kind             value
a          2025-03-01  outcome_reached  1
b          2025-03-01  outcome_reached  0
a          2025-03-01  satisfaction     4
a          2025-04-01  satisfaction     2
b          2024-04-01  satisfaction     5
c          2025-03-01  resource_use     3
c          2025-03-02  resource_use     4
""").astype({"value": float})


def found(**given):
    return collect_window_outcomes(COHORT, **given).set_index("member_id")


def test_members_stand_in_the_order_of_identifiers():
    assert found().index.tolist() == ["a", "b", "c"]
    assert found()["churn"].tolist() == [0.0, 0.0, 1.0]


def test_growth_is_of_those_who_stayed():
    assert found()["growth"].tolist()[:2] == pytest.approx([np.log(0.5), 0.0])
    assert np.isnan(found()["growth"]["c"])


def test_hours_are_those_of_the_window_and_of_those_who_stayed():
    hours = found(touches=TOUCHES)["delivered_hours"]
    assert hours["a"] == 1.5 and hours["b"] == 0.0 and np.isnan(hours["c"])


def test_signs_of_success_are_counted_by_kind_inside_the_window():
    table = found(outcomes=SIGNS)
    assert table["outcome_reached"].tolist() == [1.0, 0.0, 0.0]
    assert table["satisfaction"]["a"] == 3.0 and table["satisfaction"][["b", "c"]].isna().all()
    assert table["resource_use"].tolist() == [0.0, 0.0, 7.0]
    assert "advocacy" not in table.columns


def test_a_sign_without_a_value_says_that_it_happened():
    table = found(outcomes=SIGNS.assign(value=np.nan))
    assert table["outcome_reached"].tolist() == [1.0, 1.0, 0.0]
    assert table["resource_use"]["c"] == 2.0


def test_without_a_day_that_opens_the_window_churn_alone_is_known():
    cohort = Cohort(COHORT.table.assign(closing=np.nan), None, date(2025, 12, 31), "snapshot", "USD")
    assert collect_window_outcomes(cohort, touches=TOUCHES, outcomes=SIGNS).columns.tolist() == ["member_id", "churn"]
