import dataclasses

import pandas as pd

from axlib.verbs.fixing import check_groupings, fix_groupings
from axlib.verbs.segments import make_segmentation
from axlib.words.results import Unavailable


def grouping(labels="aabb"):
    ids = pd.Series([f"m{i}" for i in range(len(labels))], dtype="str")
    return make_segmentation(ids, list(labels), segments=tuple("ab"), method="rules")


def test_what_was_fixed_and_kept_is_unchanged():
    groupings = {"Segments": grouping(), "Tiers": Unavailable("Tiers", "no dues.")}
    fixed = fix_groupings(groupings)
    assert fixed.table["grouping"].tolist() == ["Segments"]
    assert fixed.table["fingerprint"].tolist() == [groupings["Segments"].fingerprint]
    assert check_groupings(fixed, groupings).are_unchanged
    assert "what they were before" in check_groupings(fixed, groupings).text


def test_a_member_moved_after_is_found_even_in_place():
    found = grouping()
    fixed = fix_groupings({"Segments": found})
    found.table.loc[0, "segment"] = "b"
    checked = check_groupings(fixed, {"Segments": found})
    assert not checked.are_unchanged
    assert checked.text.startswith("Segments changed after outcomes were read")


def test_one_that_is_gone_after_is_changed_and_none_is_fine():
    fixed = fix_groupings({"Segments": grouping(), "Tiers": grouping("abab")})
    checked = check_groupings(fixed, {"Segments": grouping(), "Tiers": Unavailable("Tiers", "no dues.")})
    assert checked.table["unchanged"].tolist() == [True, False]
    nothing = fix_groupings({})
    assert nothing.are_unchanged and "no grouping" in nothing.text


def test_order_of_rows_changes_no_fingerprint():
    found = grouping()
    mixed = dataclasses.replace(found, table=found.table.iloc[::-1])
    assert check_groupings(fix_groupings({"S": found}), {"S": mixed}).are_unchanged
