import dataclasses

import numpy as np
import pandas as pd
import pytest

from axlib.verbs.cohort import build_cohort
from axlib.verbs.retention import measure_retention
from axlib.verbs.retention_rules import assess_retention_rules, reaches_back
from axlib.words.results import Unavailable
from tests.spec.ascii_tables import read_table
from tests.verbs.histories import AS_OF, RULES, draw_history

ASKED = {**RULES, "window_months": 12}


def late_renewals(n=40):
    """Of forty members, ten renew fifty days late and five come back after half a year."""
    rows = ["member_id  starts_on   ends_on     annual_amount"]
    for i in range(n):
        rows.append(f"m{i:02d}  2023-04-01  2024-03-31  100")
        rows.append(f"m{i:02d}  2024-04-01  2025-03-31  100")
        start = "2025-05-20" if i < 10 else "2025-10-01" if i < 15 else "2025-04-01"
        rows.append(f"m{i:02d}  {start}  2026-06-30  100")
    return read_table("\n".join(rows)).assign(kind="dues")


NOBODY = pd.DataFrame({"member_id": pd.Series(dtype="str")})


def test_each_row_is_the_measures_under_that_rule():
    members, terms = draw_history(300)
    found = assess_retention_rules(members, terms, **ASKED)
    rows = found.table.set_index("setting")
    for setting, rules in {
        "grace 90 days": {"grace_days": 90},
        "rejoining counts as retained": {"rejoin": "retained"},
        "window 24 months": {"window_months": 24},
    }.items():
        cohort = build_cohort(members, terms, snapshot="none", **{**ASKED, **rules})
        expected = measure_retention(cohort, groupings={}, rng=np.random.default_rng(1), n_resamples=5).overall
        for name in ("nrr", "grr", "logo_churn", "renewal_rate"):
            assert rows.loc[setting, name] == pytest.approx(expected[name]), (setting, name)


def test_rules_that_matter_are_named_with_what_they_move():
    found = assess_retention_rules(NOBODY, late_renewals(), **ASKED)
    rows = found.table.set_index("setting")["logo_churn"]
    # Ten were fifty days late, five half a year.
    assert rows.iloc[0] == 15 / 40
    assert (rows["grace 60 days"], rows["rejoining counts as retained"]) == (5 / 40, 0)
    assert "the days of grace from 12.5 % to 37.5 %" in found.text
    assert "how a return is counted from 0.0 % to 37.5 %" in found.text


def test_longer_windows_than_the_records_hold_are_left_out_with_the_reason():
    members, terms = draw_history(300)
    recent = terms[terms["starts_on"] >= "2023-12-01"]
    found = assess_retention_rules(members, recent, **ASKED)
    assert "window 24 months" not in set(found.table["setting"])
    assert "do not reach back" in found.left_out["window 24 months"]
    assert not reaches_back(recent, AS_OF.replace(year=2023))
    assert reaches_back(recent, AS_OF.replace(year=2024))


def test_members_alone_know_no_returns():
    terms = late_renewals().drop_duplicates("member_id", keep="last").reset_index(drop=True)
    gone = terms["member_id"] < "m08"
    terms = terms.assign(ends_on=terms["ends_on"].where(~gone, pd.Timestamp("2025-07-31")))
    members = pd.DataFrame({"member_id": terms["member_id"], "joined_on": pd.Timestamp("2020-01-01")})
    found = assess_retention_rules(members, terms, source="members", **ASKED)
    assert "rejoin" not in set(found.table["rule"])
    assert found.table["nrr"].isna().all()
    assert "nan" not in found.text


def test_where_retention_is_not_there_neither_is_this():
    assert isinstance(assess_retention_rules(NOBODY, late_renewals().iloc[:0], **ASKED), Unavailable)


def test_a_cohort_too_small_to_be_shown_says_so():
    found = assess_retention_rules(NOBODY, late_renewals(), **ASKED)
    hidden = dataclasses.replace(found, table=found.table.assign(n=np.nan))
    assert hidden.text == "The cohort is too small to be shown."
