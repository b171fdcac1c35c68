import numpy as np
import pandas as pd
import pytest

from axlib.verbs.cohort import build_cohort
from axlib.verbs.retention import measure_retention
from axlib.verbs.retention_years import NOT_DATED, follow_retention
from axlib.words.results import Unavailable
from tests.verbs.histories import RULES, draw_history

ASKED = {**RULES, "window_months": 12, "n_resamples": 50}


@pytest.fixture(scope="module")
def history():
    return draw_history(900)


@pytest.fixture(scope="module")
def years(history):
    return follow_retention(*history, rng=np.random.default_rng(7), **ASKED)


def test_each_window_is_the_retention_of_its_own_cohort(years, history):
    assert years.overall["closed_on"].tolist() == ["2022-12-31", "2023-12-31", "2024-12-31", "2025-12-31"]
    rules = {**RULES, "as_of": pd.Timestamp("2023-12-31").date()}
    cohort = build_cohort(*history, window_months=12, snapshot="none", **rules)
    expected = measure_retention(cohort, groupings={}, rng=np.random.default_rng(1), n_resamples=5).overall
    row = years.overall.set_index("closed_on").loc["2023-12-31"]
    for name in ("n", "nrr", "grr", "logo_churn", "renewal_rate"):
        assert row[name] == pytest.approx(expected[name])


def test_joining_years_add_up_to_all_members_of_each_window(years):
    for _, part in years.table.groupby("closed_on"):
        whole = part[part["grouping"] == "all"].iloc[0]
        cohorts = part[part["grouping"] == "cohort"]
        assert cohorts["n"].sum() == whole["n"]
        assert (cohorts["n"] * cohorts["logo_churn"]).sum() == pytest.approx(whole["n"] * whole["logo_churn"])
        assert cohorts["opening_revenue"].sum() == pytest.approx(whole["opening_revenue"])


def test_windows_the_records_do_not_hold_whole_are_left_out(years, history):
    assert years.why_no_more == "Records do not reach back over an earlier window."
    members, terms = history
    recent = follow_retention(members, terms[terms["starts_on"] >= "2024-01-01"], rng=np.random.default_rng(7), **ASKED)
    assert recent.overall["closed_on"].tolist() == ["2025-12-31"]
    assert "In the one window of 12 months" in recent.text


def test_where_no_joining_is_known_only_members_seen_to_begin_are_dated(history):
    members, terms = history
    found = follow_retention(members[["member_id"]], terms, rng=np.random.default_rng(7), **ASKED)
    last = found.table[(found.table["closed_on"] == "2025-12-31") & (found.table["grouping"] == "cohort")]
    assert last["group"].tolist() == ["2022", "2023", "2024", NOT_DATED]
    dated = follow_retention(members, terms, rng=np.random.default_rng(7), **ASKED).table
    same = dated[(dated["closed_on"] == "2025-12-31") & (dated["group"] == "2023")].iloc[0]
    assert last.set_index("group").loc["2023", "n"] == same["n"]


def test_chance_is_named_where_the_first_and_the_last_window_differ_little(years):
    first, last = years.overall["logo_churn"].iloc[[0, -1]]
    assert abs(first - last) < 0.05
    assert "which may be chance" in years.text


def test_where_retention_is_not_there_neither_is_this(history):
    members, terms = history
    assert isinstance(follow_retention(members, terms.iloc[:0], rng=np.random.default_rng(7), **ASKED), Unavailable)
