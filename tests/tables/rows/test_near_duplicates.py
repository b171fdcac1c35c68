import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from axlib.tables.rows.near_duplicates import _near_pairs, plain_names, propose_duplicates


def members(*rows, columns=("member_id", "name", "email")):
    return pd.DataFrame(list(rows), columns=list(columns)).astype("str").replace("", np.nan)


def pairs(table):
    return [(row.member_id, row.other_id, row.reason) for row in table.itertuples()]


def test_the_same_name_in_another_writing():
    found = propose_duplicates(members(("1", "The Acme Company, Inc.", ""), ("2", "ACME", ""), ("3", "Other", "")))
    assert pairs(found) == [("1", "2", "same name")]


@pytest.mark.parametrize("other", ["Whiteton Bnk", "Whiteton Bannk", "Whiteton Bsnk", "Whiteton Bnak"])
def test_one_letter_wrong(other):
    found = propose_duplicates(members(("1", "Whiteton Bank", "a@b.c"), ("2", other, "a@b.c")))
    assert pairs(found) == [("1", "2", "nearly the same name, same e-mail")]
    assert found["score"].tolist() == [0.8]


def test_numbers_in_names_must_agree():
    assert propose_duplicates(members(("1", "Harbor Branch 1", ""), ("2", "Harbor Branch 2", ""))).empty


def test_an_address_alone_is_too_little_and_a_shared_mailbox_is_none():
    assert propose_duplicates(members(("1", "Acme East", "a@b.c"), ("2", "Zebra", "a@b.c"))).empty
    crowd = members(*((str(n), f"Quite {n} different {n}", "info@x.y") for n in range(40)))
    assert propose_duplicates(crowd).empty


def test_a_member_and_its_dues_payer_are_two():
    rows = members(("1", "Acme", "", ""), ("2", "Acme", "", "1"), columns=("member_id", "name", "email", "parent_id"))
    assert propose_duplicates(rows).empty


def test_telephone_and_place_count():
    rows = members(
        ("1", "Summit Bank", "+1 555 123 4567", "Rome"),
        ("2", "Summit Bamk", "(555) 123-4567", "rome"),
        columns=("member_id", "name", "Phone", "City"),
    )
    assert pairs(propose_duplicates(rows)) == [("1", "2", "nearly the same name, same telephone, same place")]


def test_members_without_names():
    assert propose_duplicates(pd.DataFrame({"member_id": ["1", "2"]}, dtype="str")).empty


@given(st.lists(st.text("abcd", min_size=4, max_size=7), min_size=2, max_size=9, unique=True))
def test_every_pair_one_letter_apart_is_found(names):
    series = pd.Series(names, dtype="str")
    found = {tuple(pair) for pair in _near_pairs(series, np.arange(len(series))).tolist()}
    near = {
        (a, b) for a in range(len(names)) for b in range(a + 1, len(names)) if OSA.distance(names[a], names[b]) <= 1
    }
    assert near <= found


def test_every_planted_typo_among_many_names_is_found_in_seconds():
    rng = np.random.default_rng(sum(map(ord, "near duplicates")))
    words = np.array([f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "ndrlstm"], dtype=object)
    n = 20_000
    names = (
        words[rng.integers(0, len(words), n)]
        + words[rng.integers(0, len(words), n)]
        + " "
        + words[rng.integers(0, len(words), n)]
    )
    table = pd.DataFrame({"member_id": np.arange(n).astype(str), "name": names}).astype("str")
    planted = table.head(200).assign(
        member_id=[f"x{k}" for k in range(200)], name=table["name"].head(200).str[:-1] + "q"
    )
    start = time.process_time()
    found = propose_duplicates(pd.concat([table, planted], ignore_index=True))
    assert time.process_time() - start < 10
    assert {f"x{k}" for k in range(200)} <= set(found["member_id"]) | set(found["other_id"])


def test_plain_names_keep_what_tells_names_apart():
    assert plain_names(pd.Series(["Bank No. 3", "Bank No. 4"])).tolist() == ["bank no 3", "bank no 4"]
