"""Effects known from experiments, and the same by other software (tests/reference/make_effects_reference.py)."""

import json

import numpy as np
import pandas as pd
import pytest

from axlib.numbers.difference_in_differences import compare_changes
from axlib.numbers.doubly_robust import estimate_adjusted
from axlib.numbers.explained import design_matrix
from axlib.numbers.regression import fit_logistic
from axlib.verbs.design_effects import estimate_pilot_effect, estimate_rollout_effect
from axlib.verbs.gap_effect import adjust_difference
from axlib.words.results import Unavailable
from tests.places import ROOT, SHARED_DATA

OTHERS = json.loads((ROOT / "tests" / "reference" / "effects_reference.json").read_text("utf-8"))
QUARTERS = ["Q42010", "Q12011", "Q22011", "Q32011", "Q42011", "Q12012"]
MEASURED = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75", "none74", "none75"]


def read(*place):
    file = SHARED_DATA.joinpath(*place)
    if not file.is_file():
        pytest.skip(f"../shared/data/{'/'.join(place)} is not here")
    return pd.read_csv(file)


@pytest.fixture(scope="module")
def nsw():
    table = read("lalonde", "nsw_experimental.csv")
    return table.assign(none74=(table["re74"] == 0) * 1.0, none75=(table["re75"] == 0) * 1.0)


@pytest.fixture(scope="module")
def cps(nsw):
    """The treated of the experiment, and people of a survey in the place of its controls."""
    table = read("lalonde", "cps_controls.csv")
    table = table.assign(none74=(table["re74"] == 0) * 1.0, none75=(table["re75"] == 0) * 1.0)
    return pd.concat([nsw[nsw["treat"] == 1], table], ignore_index=True)


def adjusted(table, *, overlap="refuse", treated="treat", confounders=MEASURED, outcome="re78"):
    return adjust_difference(
        table[treated] == 1,
        outcome=table[outcome],
        confounders=table[confounders],
        overlap=overlap,
        dated=True,
        rng=np.random.default_rng(sum(map(ord, "lalonde"))),
    )


def test_the_experiment_itself(nsw):
    arms = nsw["treat"].map({0: "control", 1: "training"})
    found = estimate_pilot_effect(arms, outcomes=nsw.assign(member_id=nsw.index), outcome="re78").table.iloc[0]
    other = OTHERS["lalonde"]["difference_of_means"]
    assert found["estimate"] == pytest.approx(1794.34, abs=0.01) == other["estimate"]
    assert found["estimate_high"] - found["estimate"] == pytest.approx(1.9653 * other["error"], rel=1e-3)


def test_people_of_a_survey_are_refused_and_the_difference_of_means_would_be_far_off(cps):
    naive = cps.groupby("treat")["re78"].mean().diff().iloc[-1]
    refused = adjusted(cps)
    assert naive == pytest.approx(-8498, abs=1)
    assert isinstance(refused, Unavailable) and "hardly any like on the other side" in refused.why


def test_among_people_who_have_their_like_the_estimate_is_that_of_the_experiment(cps):
    effect = adjusted(cps, overlap="trim")
    row = effect.table.iloc[0]
    assert row["estimate_low"] < 1794 < row["estimate_high"]
    assert row["estimate"] == pytest.approx(1794, abs=600)
    assert row["thin_share"] < 0.2 and row["treated"] > 140
    assert effect.balance["difference_after"].abs().max() < 0.1 < effect.balance["difference_before"].abs().max()


def test_the_gate_speaks_up_on_raw_psid():
    psid = read("lalonde", "nsw_treated_psid_controls_jtrain3.csv")
    measured = ["age", "educ", "black", "hisp", "married", "re74", "re75", "unem74", "unem75"]
    for overlap in ("refuse", "trim"):
        refused = adjusted(psid, overlap=overlap, treated="train", confounders=measured)
        assert isinstance(refused, Unavailable)
    assert 1000 * psid.groupby("train")["re78"].mean().diff().iloc[-1] == pytest.approx(-15205, abs=1)


@pytest.mark.parametrize(
    ("table", "target", "score"),
    [("nsw", "all", "ATE"), ("nsw", "treated", "ATTE"), ("cps", "treated", "ATTE")],
)
def test_doubleml_finds_the_same(request, table, target, score):
    rows = request.getfixturevalue(table)
    design = design_matrix(rows, kinds=dict.fromkeys(MEASURED, "numeric"))
    rng = np.random.default_rng(sum(map(ord, "doubleml")))
    found = estimate_adjusted(
        design, (rows["treat"] == 1).to_numpy(), rows["re78"].to_numpy(), target=target, n_repeats=10, rng=rng
    )
    other = OTHERS["lalonde"]["experiment" if table == "nsw" else "cps"][score]
    # Members are shared out differently: a tenth of the standard error.
    assert found.estimate == pytest.approx(other["estimate"], abs=0.1 * other["error"])
    assert (found.high - found.low) / 3.92 == pytest.approx(other["error"], rel=0.05)


def test_statsmodels_finds_the_same_logistic_weights(nsw):
    columns = ["age", "educ", "black", "nodegree"]
    spread = nsw[columns].std()
    design = np.column_stack([np.ones(len(nsw)), nsw[columns] / spread])
    weights = fit_logistic(design, nsw["treat"].to_numpy(float), penalty=1e-9)
    other = OTHERS["lalonde"]["logit"]
    assert (weights[1:] / spread).tolist() == pytest.approx([other[name] for name in columns], abs=1e-5)


def test_randomised_mails_are_a_finding_of_level_four():
    table = read("hillstrom", "hillstrom.csv")
    arms = pd.Series(table["segment"].to_numpy(), index=table.index)
    effect = estimate_pilot_effect(
        arms, outcomes=table.assign(member_id=table.index), outcome="visit", control="No E-Mail"
    )
    rows = effect.table.set_index("contrast")
    for arm, points in (("Womens E-Mail", 4.52), ("Mens E-Mail", 7.66)):
        row, other = rows.loc[f"{arm} - No E-Mail"], OTHERS["hillstrom"][arm]
        assert 100 * row["estimate"] == pytest.approx(points, abs=0.005)
        assert row["estimate"] == pytest.approx(other["estimate"])
        assert row["estimate_high"] - row["estimate_low"] == pytest.approx(2 * 1.96 * other["error"], rel=1e-3)
    assert effect.level == "4" and "+4.5 points (95 % interval +3.9 to +5.2)" in effect.text


def test_small_classes():
    table = read("star", "STAR.csv")
    table = table[table["stark"].isin(["small", "regular"])].dropna(subset=["readk", "mathk"])
    table = table.assign(score=table["readk"] + table["mathk"], member_id=table.index)
    for clusters, key in ((None, "all"), (table["schoolidk"], "by_school")):
        effect = estimate_pilot_effect(
            table["stark"], outcomes=table, outcome="score", control="regular", clusters=clusters
        )
        row, other = effect.table.iloc[0], OTHERS["star"][key]
        assert row["estimate"] == pytest.approx(13.90, abs=0.005) == other["estimate"]
        width = (row["estimate_high"] - row["estimate_low"]) / 2
        assert width == pytest.approx((1.9606 if clusters is None else 1.9908) * other["error"], rel=2e-3)


def test_a_rolled_out_question_on_organ_donors():
    table = read("organ_donations_did", "organ_donations.csv")
    panel = table.assign(unit=table["State"], period=table["Quarter"].map(QUARTERS.index))
    effect = estimate_rollout_effect(panel, reached=pd.Series({"California": 3}), outcome="Rate")
    row = effect.table.iloc[0]
    assert row["estimate"] == pytest.approx(-0.0225, abs=5e-5)
    assert row["estimate"] == pytest.approx(OTHERS["organ_donations"]["estimate"])
    # One state alone was reached: what the others do by themselves is far more than the error clustered by state says.
    assert row["estimate_high"] - row["estimate"] > 3 * 1.96 * OTHERS["organ_donations"]["error"]
    assert effect.by_lag["lag"].tolist() == [0, 1, 2]
    assert effect.checks["passed"].all()


def test_no_state_stands_out_from_the_others_as_california_would_have_to(rng):
    """The interval by another way: as if each of the other states had been reached."""
    table = read("organ_donations_did", "organ_donations.csv")
    wide = table.pivot_table(index="State", columns="Quarter", values="Rate")[QUARTERS]
    others = wide.drop(index="California").to_numpy()
    change = others[:, 3:].mean(axis=1) - others[:, :3].mean(axis=1)
    first = np.where(wide.index == "California", 3, np.inf)
    found = compare_changes(wide.to_numpy(), first)
    share_further = (np.abs(change - change.mean()) >= abs(found.estimate)).mean()
    assert (share_further > 0.05) == (found.low < 0 < found.high)
