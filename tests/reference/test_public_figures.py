"""Figures that public data are known by, reached through the kit."""

import numpy as np
import pandas as pd
import pytest

import axlib
from axlib.verbs.cohort import build_cohort
from axlib.verbs.segments import segment_by_column
from tests.places import SHARED_DATA, TELCO
from tests.tables.engagements import write_engagement


def test_churn_of_the_telephone_customers_by_contract(telco_data):
    engagement = axlib.read_engagement(TELCO)
    members = axlib.clean_tables(axlib.read_tables(engagement)).members
    nothing = pd.DataFrame({"member_id": []})
    rules = {"window_months": 12, "grace_days": 30, "rejoin": "new", "snapshot": "closed_cohort"}
    cohort = build_cohort(members, nothing, as_of=engagement.as_of, **rules)
    contract = segment_by_column(members, column="Contract")
    table = axlib.measure_retention(
        cohort, groupings={"contract": contract}, rng=np.random.default_rng(0), n_resamples=200
    ).table.set_index("group")
    assert round(table.loc["all members", "logo_churn"], 4) == 0.2654
    assert round(table.loc["all members", "revenue_churn"], 4) == 0.3050
    by_contract = table["logo_churn"].round(4).to_dict()
    assert {name: by_contract[name] for name in ("Month-to-month", "One year", "Two year")} == {
        "Month-to-month": 0.4271,
        "One year": 0.1127,
        "Two year": 0.0283,
    }


def test_every_dollar_of_the_record_shop_is_in_the_ledger_or_listed(tmp_path):
    file = SHARED_DATA / "cdnow" / "cdnow_master_transactions.csv"
    if not file.is_file():
        pytest.skip("../shared/data/cdnow is not here")
    bought = pd.read_csv(file, dtype="str")
    terms = bought.rename(columns={"customer_id": "member_id", "date": "starts_on", "dollar_value": "amount"})
    terms = terms.assign(ends_on=terms["starts_on"], kind="one_off")
    members = terms[["member_id"]].drop_duplicates()
    files = {"members.csv": members.to_csv(index=False), "terms.csv": terms.to_csv(index=False)}
    engagement = write_engagement(tmp_path, files, "")
    ledger = axlib.build_terms(
        axlib.clean_tables(axlib.read_tables(engagement)), as_of=engagement.as_of, grace_days=0, rejoin="new"
    )
    assert ledger.ledger_total == pytest.approx(ledger.source_total, abs=0.005)
    assert round(ledger.source_total + ledger.left_out["amount"].sum(), 2) == 2_500_315.63
