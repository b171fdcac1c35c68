from datetime import date

import numpy as np
import pandas as pd
import pytest

from axlib.verbs.cohort import Cohort
from axlib.verbs.confounders import collect_confounders, lay_out_confounders, read_negative_control
from axlib.words.errors import ConfigurationError

IDS = pd.array(["a", "b", "c"], dtype="str")
COHORT = Cohort(
    pd.DataFrame({"member_id": IDS, "opening": [100.0, 200.0, np.nan], "gone": [True, False, False]}),
    date(2024, 12, 31),
    date(2025, 12, 31),
    "terms",
    "USD",
)
MEMBERS = pd.DataFrame(
    {
        "member_id": pd.array(["c", "a", "b"], dtype="str"),
        "joined_on": pd.to_datetime(["2024-06-01", "2014-01-01", None]),
        "lifecycle_stage": pd.array(["steady", "renewal", None], dtype="str"),
        "seats": [5, 1, 2],
        "newsletter": pd.array(["yes", "no", "yes"], dtype="str"),
        "note": pd.array(["one", "two", "three"], dtype="str"),
    }
)


def collect(*names, attributes=None, members=MEMBERS):
    return collect_confounders(COHORT, members, names=names, attributes=attributes, day=date(2024, 1, 1))


def test_dues_and_tenure_are_always_there():
    table = collect()
    assert table.columns.tolist() == ["dues", "tenure"] and table.index.tolist() == ["a", "b", "c"]
    assert table["dues"].tolist()[:2] == [100.0, 200.0]
    # Ten years before the window of service began; nobody knows; joined after it began.
    assert table["tenure"]["a"] == pytest.approx(10, abs=0.01)
    assert np.isnan(table["tenure"]["b"]) and table["tenure"]["c"] == 0.0


def test_declared_ones_are_columns_or_attributes():
    attributes = pd.DataFrame({"guidance_need": [3.0]}, index=pd.Index(["a"], name="member_id"))
    table = collect("lifecycle_stage", "seats", "guidance_need", "tenure", attributes=attributes)
    assert table.columns.tolist() == ["dues", "tenure", "lifecycle_stage", "seats", "guidance_need"]
    assert table["seats"].tolist() == [1.0, 2.0, 5.0] and table["guidance_need"]["a"] == 3.0


def test_unknown_ones_are_refused_all_at_once():
    with pytest.raises(ConfigurationError) as caught:
        collect("lifecycle_stagee", "tenure", "nothing", members=MEMBERS.drop(columns="joined_on"))
    assert len(caught.value.problems) == 3
    assert "lifecycle_stage" in caught.value.problems[0] and "joined_on" in caught.value.problems[2]


def test_a_control_is_numbers_or_two_texts():
    assert read_negative_control(MEMBERS, None) is None
    assert read_negative_control(MEMBERS, "seats").to_dict() == {"c": 5.0, "a": 1.0, "b": 2.0}
    assert read_negative_control(MEMBERS, "newsletter").to_dict() == {"c": 1.0, "a": 0.0, "b": 1.0}


@pytest.mark.parametrize(("name", "says"), [("note", "3 different texts"), ("nothing", "no column 'nothing'")])
def test_other_controls_are_refused(name, says):
    with pytest.raises(ConfigurationError, match=says):
        read_negative_control(MEMBERS, name)


def test_confounders_become_columns_that_know_their_owner():
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "dues": np.exp(rng.normal(7, 1, 60)),
            "stage": pd.array(["steady"] * 40 + ["renewal"] * 14 + ["odd"] * 3 + ["new"] * 3, dtype="str"),
            "same": 1.0,
        }
    )
    design, owners = lay_out_confounders(table)
    # Dues by their logarithm and its square; two stages beside the first, rare ones together; what is one for all goes.
    assert owners == ["dues", "dues", "stage", "stage"] and design.shape == (60, 5)
    logarithm = np.log1p(table["dues"])
    assert np.allclose(design[:, 1], (logarithm - logarithm.mean()) / logarithm.std(ddof=0))
    # In the order of the alphabet the first, renewal or rare, is what the others are measured against.
    assert design[:, 3:].sum(axis=0).tolist() == [14.0, 40.0]
    assert {tuple(row) for row in design[-6:, 3:]} == {tuple(design[-1, 3:])}
