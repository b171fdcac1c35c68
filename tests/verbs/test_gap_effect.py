import dataclasses
from datetime import date

import numpy as np
import pandas as pd
import pytest

from axlib.numbers.e_value import e_value
from axlib.verbs.evidence import check_words
from axlib.verbs.gap_effect import adjust_difference, estimate_gap_effect
from axlib.verbs.service_gap import ServiceGap
from axlib.words.results import Unavailable

N = 3000


def world(name="gap effect", *, effect=0.1, by_dues=0.0, by_tenure=1.0, n=N):
    """Under-service follows tenure (and dues, as far as asked), leaving follows tenure and the effect."""
    rng = np.random.default_rng(sum(map(ord, name)))
    ids = pd.Index([f"m{i:05d}" for i in range(n)], name="member_id", dtype="str")
    tenure, dues = rng.exponential(5, n), np.exp(rng.normal(7, 1, n))
    segment = np.array(["Inbound", "Synchronous"], dtype=object)[rng.integers(0, 2, n)]
    short = (tenure < 3).astype(float)
    chance = 1 / (1 + np.exp(-(by_tenure * (2 * short - 1) - by_dues * (np.log(dues) - 7))))
    under = rng.random(n) < chance
    churn = (rng.random(n) < 0.1 + 0.15 * short + effect * under).astype(float)
    table = pd.DataFrame({"member_id": ids, "segment": segment, "gap": np.where(under, "under", "matched")})
    table = table.astype({"segment": "str", "gap": "str"})
    empty = pd.DataFrame({"group": pd.array([], dtype="str")})
    return {
        "gap": ServiceGap(table, empty, empty, {}, date(2024, 1, 1), date(2024, 12, 31)),
        "outcomes": pd.DataFrame({"member_id": ids, "churn": churn}),
        "confounders": pd.DataFrame({"dues": dues, "tenure": tenure}, index=ids),
    }


def estimate(given, **changed):
    return estimate_gap_effect(**{"dated": True, "rng": np.random.default_rng(2), **given, **changed})


def test_members_are_compared_with_their_like():
    given = world()
    effect = estimate(given)
    row = effect.table.iloc[0]
    both = given["gap"].table.merge(given["outcomes"], on="member_id").groupby("gap")["churn"].mean()
    assert both["under"] - both["matched"] > 0.14
    assert row["estimate_low"] <= 0.1 <= row["estimate_high"] and row["estimate"] == pytest.approx(0.1, abs=0.03)
    assert (row["contrast"], effect.level, effect.design) == ("under - matched", "2", "adjusted")
    assert effect.adjusted_for == ("dues", "tenure", "segment")
    assert row["e_value"] == pytest.approx(e_value(row["treated_mean"] / row["control_mean"]))
    assert 1 < row["e_value_limit"] < row["e_value"]


def test_weighing_brings_the_sides_together():
    balance = estimate(world()).balance.set_index("confounder")
    assert abs(balance.loc["tenure", "difference_before"]) > 0.4
    assert balance["difference_after"].abs().max() < 0.08


def test_without_an_effect_none_is_claimed():
    effect = estimate(world("no effect", effect=0.0))
    row = effect.table.iloc[0]
    assert row["estimate_low"] < 0 < row["estimate_high"] and row["e_value_limit"] == 1.0
    assert "no more than chance may give" in effect.text and "Something not measured" not in effect.text


@pytest.mark.parametrize("dated", [True, False])
def test_the_sentence_adjusts_and_claims_no_cause(dated):
    effect = estimate(world(), dated=dated)
    assert check_words(effect.level, effect.text) == effect.text
    assert effect.text.startswith("Of under-served members, churn is ")
    assert "after adjusting for dues, tenure and segment" in effect.text
    assert (effect.level, "carry no dates" in effect.text) == (("2", False) if dated else ("0", True))


def test_coverage_decided_by_dues_is_refused_and_no_edge_helps():
    refused = estimate(world(by_dues=8.0, by_tenure=0.0))
    assert isinstance(refused, Unavailable)
    assert "What sets the two sides apart most, in standard deviations: dues" in refused.why
    assert "Without dues they would overlap: service is decided by dues." in refused.why
    assert refused.why.endswith("for price and benefits change at the same edge as service does.")


def test_decided_by_something_else_dues_are_not_blamed():
    refused = estimate(world(by_tenure=5.0))
    assert isinstance(refused, Unavailable)
    assert "standard deviations: tenure" in refused.why and "decided by dues" not in refused.why


def test_trimming_speaks_of_those_who_have_their_like_alone():
    given = world("trim", by_dues=2.5, by_tenure=1.0)
    assert isinstance(estimate(given), Unavailable)
    effect = estimate(given, overlap="trim")
    row = effect.table.iloc[0]
    assert row["n"] < N and row["thin_share"] < 0.2
    assert row["estimate_low"] <= 0.1 <= row["estimate_high"]
    assert effect.text.startswith("Of under-served members who have their like on the other side, churn is ")


def test_what_service_cannot_have_moved_must_not_differ():
    given = world()
    rng = np.random.default_rng(5)
    ids = given["confounders"].index
    fair = pd.Series(rng.normal(size=N), index=ids)
    under = (given["gap"].table["gap"] == "under").to_numpy()
    good, bad = estimate(given, negative_control=fair), estimate(given, negative_control=fair + 0.5 * under)
    assert good.checks["passed"].tolist() == [True] and good.level == "2"
    assert bad.checks["passed"].tolist() == [False] and bad.level == "0"
    assert bad.text.endswith("What service cannot have moved differs too, so the members compared are not alike.")


def test_few_members_or_few_who_left_carry_no_comparison():
    given = world(n=60)
    few = dataclasses.replace(given["gap"], table=given["gap"].table.iloc[:25])
    assert "fewer than 20 members are " in estimate(given, gap=few).why
    outcomes = given["outcomes"].assign(churn=(np.arange(60) < 19).astype(float))
    assert estimate(given, outcomes=outcomes).why == (
        "it happened to fewer than 20 of these members, or to all but fewer than 20."
    )


def test_over_served_members_are_left_out():
    given = world()
    table = given["gap"].table.assign(gap=given["gap"].table["gap"].mask(np.arange(N) < 500, "over"))
    effect = estimate(given, gap=dataclasses.replace(given["gap"], table=table))
    assert effect.table["n"].tolist() == [N - 500]


def test_the_order_of_rows_changes_nothing():
    given = world()
    turned = {
        "gap": dataclasses.replace(given["gap"], table=given["gap"].table.iloc[::-1].reset_index(drop=True)),
        "outcomes": given["outcomes"].iloc[::-1],
        "confounders": given["confounders"].sample(frac=1, random_state=1),
    }
    pd.testing.assert_frame_equal(estimate(given).table, estimate(turned).table)


def test_members_of_one_manager_count_together():
    given = world()
    clusters = pd.Series(np.arange(N) % 8, index=given["confounders"].index).astype("str")
    row = estimate(given, clusters=clusters).table.iloc[0]
    alone = estimate(given).table.iloc[0]
    assert (row["clusters"], alone["clusters"]) == (8, 0)
    assert row["estimate_high"] - row["estimate_low"] > alone["estimate_high"] - alone["estimate_low"]


def test_amounts_and_missing_confounders_are_taken():
    given = world()
    rng = np.random.default_rng(4)
    treated = pd.Series((given["gap"].table["gap"] == "under").to_numpy(), index=given["confounders"].index)
    holes = given["confounders"].mask(rng.random((N, 2)) < 0.1).assign(kind=rng.choice(["a", "b", None], N))
    amount = (2.0 * treated + rng.normal(size=N)).rename("growth")
    effect = adjust_difference(treated, outcome=amount, confounders=holes, rng=rng)
    row = effect.table.iloc[0]
    assert row["unit"] == "number" and row["estimate"] == pytest.approx(2.0, abs=0.2) and row["e_value"] > 5
