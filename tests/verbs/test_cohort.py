from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.terms import build_terms
from axlib.verbs.cohort import build_cohort
from tests.tables.engagements import clean_files
from tests.verbs.small import quick
from tests.verbs.test_retention import RULES, as_terms, histories

NOBODY = pd.DataFrame({"member_id": pd.Series(dtype="str")})


@quick
@given(histories, st.permutations(range(12)))
def test_the_order_of_terms_changes_nothing(history, order):
    terms = as_terms(history)
    if len(terms) == 0:
        return
    shuffled = terms.iloc[[place for place in order if place < len(terms)] + list(range(12, len(terms)))]
    shuffled = shuffled[[*terms.columns[::-1]]]
    one, other = (build_cohort(NOBODY, each, **RULES) for each in (terms, shuffled))
    assert one.text == other.text
    if hasattr(one, "table"):
        pd.testing.assert_frame_equal(one.table, other.table.sort_values("member_id", ignore_index=True))


@quick
@given(histories)
def test_gone_pays_nothing_and_who_stays_pays_something_known(history):
    cohort = build_cohort(NOBODY, as_terms(history), **RULES)
    if hasattr(cohort, "table"):
        table = cohort.table
        assert table["member_id"].is_unique
        assert (table.loc[table["gone"], "closing"] == 0).all()
        assert table["closing"].notna().all()
        assert (~table["renewed"] | table["eligible"]).all()


@quick
@given(histories)
def test_more_grace_or_milder_rejoin_never_makes_more_members_gone(history):
    terms = as_terms(history)
    strict = build_cohort(NOBODY, terms, **{**RULES, "rejoin": "new"})
    mild = build_cohort(NOBODY, terms, **{**RULES, "rejoin": "retained"})
    if hasattr(strict, "table"):
        assert strict.table["gone"].sum() >= mild.table["gone"].sum()


def test_the_window_may_have_any_length():
    terms = as_terms([("a", 0, 12, 100.0), ("a", 12, 12, 100.0)])
    cohort = build_cohort(NOBODY, terms, **{**RULES, "window_months": 6})
    assert cohort.opened_on == date(2025, 6, 30)


def test_a_snapshot_without_dues_has_no_money(rng):
    members = pd.DataFrame({"member_id": ["a", "b"], "status": ["active", "lapsed"]}, dtype="str")
    cohort = build_cohort(members, as_terms([]), **{**RULES, "snapshot": "closed_cohort"})
    assert cohort.table["opening"].isna().all()
    assert np.isnan(cohort.summary()["opening_revenue"].iloc[0])
    assert cohort.summary()["opened_on"].iloc[0] == "not dated"


def test_a_declared_snapshot_goes_before_dates_of_members():
    members = pd.DataFrame({"member_id": ["a", "b"], "status": ["active", "lapsed"]}, dtype="str")
    terms = as_terms([("a", 0, 24, 100.0)])
    cohort = build_cohort(members, terms, **{**RULES, "snapshot": "closed_cohort"}, source="members")
    assert cohort.source == "snapshot"


@pytest.mark.parametrize("snapshot", ["none", "closed_cohort"])
def test_members_without_status_are_no_snapshot(snapshot):
    result = build_cohort(NOBODY, as_terms([]), **{**RULES, "snapshot": snapshot})
    assert "lapsed rows may be of any year" in result.why


@pytest.mark.parametrize(("ended", "refused"), [("2026-06-30", True), ("2025-12-15", True), ("2025-06-30", False)])
def test_dates_of_members_who_all_stayed_say_nothing_of_leaving(tmp_path, ended, refused):
    rows = "Member ID,Member since,Term start,Expires,Dues\n" + "".join(
        f"{at},2020-01-01,2025-01-01,{'2026-03-31' if at else ended},100\n" for at in range(30)
    )
    clean = clean_files(tmp_path, {"members.csv": rows})
    ledger = build_terms(clean, as_of=date(2025, 12, 31), grace_days=30, rejoin="new")
    rules = {"as_of": date(2025, 12, 31), "window_months": 12, "grace_days": 30, "rejoin": "new", "snapshot": "none"}
    cohort = build_cohort(clean.members, ledger.terms, **rules, source="members")
    if refused:
        assert "those who stayed, and says nothing of those who left" in cohort.why
    else:
        assert cohort.table["gone"].sum() == 1
