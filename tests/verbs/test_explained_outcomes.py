import numpy as np
import pandas as pd
import pytest

from axlib.tables.coverage_segments import read_segments
from axlib.verbs.evidence import check_words
from axlib.verbs.explained_outcomes import explain_outcomes
from axlib.verbs.gates import apply_gates
from axlib.verbs.segments import make_segmentation, segment_by_dues
from axlib.words.errors import DataError
from axlib.words.results import Unavailable

N = 600


def draw(name="explained", *, by="segment", n=N):
    """Members of three segments and any dues; churn follows the segment, or dues, or nothing."""
    rng = np.random.default_rng(sum(map(ord, name)))
    ids = pd.Series([f"m{i:04d}" for i in range(n)], dtype="str")
    segment, dues = rng.integers(0, 3, n), np.exp(rng.normal(7, 1, n)).round(2)
    level = {"segment": segment, "dues": np.digitize(dues, np.exp([6.6, 7.4])), "nothing": np.ones(n, int)}[by]
    churn = (rng.random(n) < np.array([0.05, 0.2, 0.45])[level]).astype(float)
    outcomes = pd.DataFrame({"member_id": ids, "churn": churn, "growth": level + rng.normal(size=n)})
    names = np.array(["Inbound", "Asynchronous", "Synchronous"], dtype=object)[segment]
    segments = make_segmentation(
        ids, names, segments=["Inbound", "Asynchronous", "Synchronous"], method="rules", reason="a rule"
    )
    tiers = segment_by_dues(pd.DataFrame({"member_id": ids, "annual_dues": dues}), by="bands", edges=[700, 1600])
    return {
        "tiers": tiers, "segments": segments, "outcomes": outcomes, "dues": pd.Series(dues, index=ids.to_numpy()),
    }  # fmt: skip


def explain(given, **changed):
    return explain_outcomes(**{**given, "rng": np.random.default_rng(1), **changed})


def gain(result, outcome="churn", contrast="segments - tiers"):
    rows = result.table
    return rows[(rows["outcome"] == outcome) & (rows["contrast"] == contrast)].iloc[0]


@pytest.mark.parametrize("outcome", ["churn", "growth"])
def test_what_follows_the_segment_is_told_better_by_segments(outcome):
    row = gain(explain(draw()), outcome)
    assert row["gain_low"] > 0 and row["p_value"] < 0.01
    assert (row["n"], row["groups"]) == (N, 3)


@pytest.mark.parametrize("outcome", ["churn", "growth"])
def test_what_follows_dues_is_told_better_by_tiers_and_by_dues(outcome):
    result = explain(draw(by="dues"))
    for contrast in ("segments - tiers", "segments - dues"):
        assert gain(result, outcome, contrast)["gain_high"] < 0
    assert gain(result, outcome, "both - tiers")["gain_low"] < 0.01


def test_the_gain_is_the_difference_of_the_shares_explained():
    result = explain(draw())
    shares = result.shares.set_index(["outcome", "contender"])["explained_share"]
    assert gain(result)["gain"] == pytest.approx(shares["churn", "segments"] - shares["churn", "tiers"])


def test_of_nothing_nothing_is_claimed():
    result = explain(draw(by="nothing"))
    assert (result.table["gain_low"] <= 0).all()
    assert result.text.count("no more than chance may give") == 2


def test_the_order_of_rows_changes_nothing():
    given = draw()
    turned = {**given, "outcomes": given["outcomes"].iloc[::-1]}
    for name in ("tiers", "segments"):
        table = given[name].table.sample(frac=1, random_state=3, ignore_index=True)
        turned[name] = given[name].__class__(**{**given[name].__dict__, "table": table})
    pd.testing.assert_frame_equal(explain(given).table, explain(turned).table)


def test_the_currency_of_dues_changes_nothing_that_groups_tell():
    given = draw()
    ours, theirs = explain(given), explain(given, dues=given["dues"] * 110)
    for contrast in ("segments - tiers", "both - tiers"):
        assert gain(ours, contrast=contrast)["gain"] == gain(theirs, contrast=contrast)["gain"]


def test_who_is_served_by_the_same_person_counts_as_one():
    given = draw()
    clusters = pd.Series([f"s{i % 6}" for i in range(N)], index=given["dues"].index)
    row, alone = gain(explain(given, clusters=clusters)), gain(explain(given))
    assert (row["clusters"], alone["clusters"]) == (6, 0) and row["gain"] == alone["gain"]
    assert row["gain_high"] - row["gain_low"] > alone["gain_high"] - alone["gain_low"]


def test_undated_values_are_no_evidence_and_that_is_said():
    undated, dated = explain(draw()), explain(draw(), dated=True)
    assert (undated.level, dated.level, dated.level_because) == ("0", "1", "")
    assert undated.text.endswith("so they may have been recorded after these outcomes.")
    assert check_words("1", dated.text) == dated.text


def test_attributes_and_required_hours_are_no_outcomes():
    given = draw()
    outcomes = given["outcomes"].assign(required_hours=1.0, guidance_need=2.0)
    with pytest.raises(DataError, match="guidance_need is of what defines the segments"):
        explain(given, outcomes=outcomes.drop(columns="required_hours"), attributes=["guidance_need"])
    with pytest.raises(DataError, match="required_hours"):
        explain(given, outcomes=outcomes)


def test_segments_that_were_declared_are_refused():
    given = draw()
    members = given["outcomes"][["member_id"]].assign(declared_at_risk=given["outcomes"]["churn"] == 1)
    gated = apply_gates(given["segments"], members=members, coverage=read_segments())
    with pytest.raises(DataError, match="perhaps by who knew the outcome"):
        explain(given, segments=gated)


def test_members_unknown_on_one_side_are_left_out_on_both():
    given = draw()
    table = given["segments"].table
    table = table.assign(segment=table["segment"].where(np.arange(N) >= 50, "undetermined"))
    segments = given["segments"].__class__(**{**given["segments"].__dict__, "table": table})
    dues = given["dues"].copy()
    dues.iloc[50:60] = np.nan
    assert gain(explain(given, segments=segments, dues=dues))["n"] == N - 60


def test_too_few_of_a_kind_are_left_out_with_the_reason():
    given = draw()
    outcomes = given["outcomes"].assign(churn=(np.arange(N) < 19).astype(float))
    result = explain(given, outcomes=outcomes)
    assert result.left_out.to_dict("records") == [
        {"outcome": "churn", "why": "it happened to fewer than 20 members, or to all but fewer than 20."}
    ]
    nothing = explain(given, outcomes=outcomes.assign(growth=2.5))
    assert isinstance(nothing, Unavailable) and "growth of revenue: it is the same for every member." in nothing.why


def test_one_segment_alone_cannot_be_compared():
    given = draw()
    table = given["segments"].table.assign(segment="Inbound")
    segments = given["segments"].__class__(**{**given["segments"].__dict__, "table": table})
    assert isinstance(explain(given, segments=segments), Unavailable)


def test_without_dues_the_third_contender_is_left_out():
    result = explain(draw(), dues=None)
    assert set(result.table["contrast"]) == {"segments - tiers", "both - tiers"}
    assert gain(result)["gain_low"] > 0
