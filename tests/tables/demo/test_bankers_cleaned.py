"""The bankers' raw files through the kit's own reading: nothing of the case is lost on the way."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from axlib.tables.cleaning import clean_tables
from axlib.tables.engagement import read_engagement
from axlib.tables.reading import read_tables
from axlib.tables.terms import build_terms
from axlib.words.vocabulary import CURRENT_STATUSES

BANKERS = Path(__file__).parents[3] / "data" / "bankers"


@pytest.fixture(scope="module")
def clean():
    return clean_tables(read_tables(read_engagement(BANKERS)))


def test_every_impossible_row_is_set_aside_and_every_copy_merged(clean):
    accounts = clean.accounts.set_index("table")
    assert accounts.loc["members"].tolist() == [964, 944, 14, 6]
    assert accounts.loc["terms", "merged"] == 12
    assert accounts.loc["terms", "quarantined"] == 4
    reasons = clean.quarantine.loc[clean.quarantine["table"] == "members", "reason"].value_counts()
    assert reasons.to_dict() == {"no member_id": 3, "expires before joining": 3}


def test_six_hundred_and_fifty_members_of_today_in_their_books(clean):
    current = clean.members[clean.members["status"].isin(CURRENT_STATUSES)]
    assert current["staff_id"].value_counts().to_dict() == {"LT-1": 300, "LT-2": 300, "HT-1": 25, "HT-2": 25}
    needed = ["internal_capacity", "guidance_need", "preferred_mode", "goal_complexity", "stakes", "annual_dues"]
    assert current[needed].notna().all(axis=None)
    assert set(current["preferred_mode"]) == {"self_serve", "async", "live"}
    assert current["annual_dues"].sum() == 2 * (303_750 + 236_000)
    assert clean.members["member_id"].str.fullmatch(r"0\d{7}").all()


def test_the_local_day_is_read_not_the_day_in_utc(clean):
    since = clean.members["joined_on"].dropna()
    made = pd.to_datetime(clean.members.loc[since.index, "Creation date"], format="%d %b %Y")
    known = made.notna()
    assert (since[known] == made[known]).all()


def test_the_ledgers_money_is_the_source_s_to_the_cent(clean):
    ledger = build_terms(clean, as_of=date(2025, 12, 31), grace_days=30, rejoin="new")
    assert len(ledger.differences) == 0
    dues = ledger.terms[ledger.terms["kind"] == "dues"]
    prices = {400, 650, 900, 1250, 1600, 2000, 2400, 3000, 5000, 9000, 16000, 30000, 60000}
    assert set(dues["annual_amount"].round(6)) == prices
