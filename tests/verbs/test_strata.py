import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.verbs.strata import build_strata, label_columns
from axlib.words.errors import ConfigurationError
from tests.verbs.small import quick


def people(**columns):
    n = len(next(iter(columns.values())))
    return pd.DataFrame({"member_id": [f"m{i:03d}" for i in range(n)], **columns})


def test_numbers_become_bands_of_like_size_and_missing_ones_are_unknown():
    years = [float(i) for i in range(30)] + [np.nan] * 3
    labels = label_columns(people(years=years), by=["years"])["years"]
    assert labels.value_counts().to_dict() == {"under 10": 10, "10 to under 20": 10, "20 and more": 10, "unknown": 3}


def test_few_numbers_and_words_stay_as_they_are():
    labels = label_columns(people(level=[1.0, 2.0, np.nan], kind=["Bank", None, "Firm"]), by=["level", "kind"])
    assert labels["level"].tolist() == ["1", "2", "unknown"]
    assert labels["kind"].tolist() == ["Bank", "unknown", "Firm"]


def test_all_problems_at_once():
    members = people(joined=pd.to_datetime(["2020-01-01"]), tier=["Small"])
    with pytest.raises(ConfigurationError) as caught:
        label_columns(members, by=["joined", "teir"])
    assert "'joined' holds days" in caught.value.problems[0]
    assert "Did you mean 'tier'?" in caught.value.problems[1]
    with pytest.raises(ConfigurationError):
        label_columns(members, by=[])


def test_small_cells_go_together_the_last_column_first():
    tier = ["Small"] * 30 + ["Large"] * 22 + ["Odd"] * 2
    kind = ["a"] * 20 + ["b"] * 6 + ["c"] * 4 + ["a"] * 22 + ["a", "b"]
    strata = build_strata(label_columns(people(tier=tier, kind=kind), by=["tier", "kind"]), smallest=10)
    counts = strata.value_counts().to_dict()
    assert counts == {"Small · a": 20, "Small · other": 12, "Large · a": 22}
    assert set(strata[-2:]) == {"Small · other"}


@quick
@given(
    st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("abcd")), min_size=1, max_size=60), st.integers(1, 12)
)
def test_no_stratum_is_too_small_unless_all_members_are(rows, smallest):
    members = people(one=[row[0] for row in rows], two=[row[1] for row in rows])
    strata = build_strata(label_columns(members, by=["one", "two"]), smallest=smallest)
    assert list(strata.index) == list(members["member_id"])
    counts = strata.value_counts()
    assert counts.min() >= min(smallest, len(rows)) or len(counts) == 1
