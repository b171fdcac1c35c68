import numpy as np
import pandas as pd
import pytest

from axlib.verbs.design_effects import estimate_pilot_effect, estimate_rollout_effect
from axlib.verbs.evidence import check_words
from axlib.words.results import Unavailable


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "designs")))


def pilot(rng, *, n=2000, effect=-0.08):
    ids = pd.Index([f"m{i:04d}" for i in range(n)], name="member_id", dtype="str")
    arm = pd.Series(rng.choice(["changed", "usual"], n), index=ids, dtype="str")
    churn = (rng.random(n) < 0.2 + effect * (arm == "changed").to_numpy()).astype(float)
    return arm, pd.DataFrame({"member_id": ids, "churn": churn})


def test_a_pilot_may_say_what_it_caused(rng):
    arm, outcomes = pilot(rng)
    effect = estimate_pilot_effect(arm, outcomes=outcomes, control="usual")
    row = effect.table.iloc[0]
    means = outcomes.set_index("member_id")["churn"].groupby(arm).mean()
    assert row["estimate"] == pytest.approx(means["changed"] - means["usual"])
    assert (effect.level, row["contrast"], row["n"]) == ("4", "changed - usual", 2000)
    assert effect.text.endswith("Assignment was by chance, so it is what caused the difference.")
    assert check_words("4", effect.text) == effect.text


def test_a_pilot_that_found_nothing_claims_nothing(rng):
    arm, outcomes = pilot(rng, effect=0.0)
    effect = estimate_pilot_effect(arm, outcomes=outcomes, control="usual")
    assert "no more than chance may give" in effect.text and "caused" not in effect.text


def test_members_out_of_the_pilot_do_not_count(rng):
    arm, outcomes = pilot(rng)
    effect = estimate_pilot_effect(arm.iloc[:900], outcomes=outcomes, control="usual")
    assert effect.table["n"].tolist() == [900]


def test_several_arms_have_a_row_each(rng):
    arm, outcomes = pilot(rng)
    arm = arm.mask(np.arange(len(arm)) % 3 == 0, "other")
    table = estimate_pilot_effect(arm, outcomes=outcomes, control="usual").table
    assert table["contrast"].tolist() == ["changed - usual", "other - usual"]


def test_a_pilot_without_its_control_or_with_few_members_is_refused(rng):
    arm, outcomes = pilot(rng)
    assert isinstance(estimate_pilot_effect(arm, outcomes=outcomes, control="none"), Unavailable)
    few = arm.mask((arm == "changed") & (np.arange(len(arm)) > 20))
    refused = estimate_pilot_effect(few, outcomes=outcomes, control="usual")
    assert isinstance(refused, Unavailable) and "fewer than 20 members are in the smallest arm" in refused.why


def panel(rng, *, effect=-0.05, trend=0.0, units=24, reached=10, periods=8):
    rows = []
    for u in range(units):
        level = rng.normal(0.12, 0.02)
        for p in range(periods):
            change = effect * (p >= 4) * (u < reached) + trend * p * (u < reached)
            rows.append((f"u{u:02d}", p, level + 0.01 * np.sin(p) + change + rng.normal(0, 0.01), 100))
    return pd.DataFrame(rows, columns=["unit", "period", "churn", "n"]), pd.Series(
        {f"u{u:02d}": 4 for u in range(reached)}
    )


def test_a_rollout_is_consistent_with_an_effect(rng):
    table, days = panel(rng)
    effect = estimate_rollout_effect(table, reached=days)
    row = effect.table.iloc[0]
    assert row["estimate_low"] <= -0.05 <= row["estimate_high"] and row["estimate_high"] < 0
    assert (effect.level, row["treated"], row["clusters"]) == ("3", 10, 24)
    assert "consistent with an effect of −" in effect.text and check_words("3", effect.text) == effect.text


def test_another_way_before_takes_the_level(rng):
    table, days = panel(rng, trend=-0.02)
    effect = estimate_rollout_effect(table, reached=days)
    assert effect.level == "0" and effect.checks["passed"].tolist() == [False]
    assert check_words("0", effect.text) == effect.text and "went another way before" in effect.text


def test_one_period_before_cannot_show_how_units_went(rng):
    table, days = panel(rng)
    effect = estimate_rollout_effect(table[table["period"] >= 3], reached=days)
    assert effect.level == "0" and "Fewer than two periods before" in effect.text


def test_a_rollout_that_reached_all_or_none_is_refused(rng):
    table, days = panel(rng)
    everybody = pd.Series(4, index=sorted(set(table["unit"])))
    assert isinstance(estimate_rollout_effect(table, reached=everybody), Unavailable)
    assert isinstance(estimate_rollout_effect(table, reached=days.iloc[:0]), Unavailable)


def test_units_without_every_period_are_left_out(rng):
    table, days = panel(rng)
    holes = table[~((table["unit"] == "u23") & (table["period"] == 2))]
    assert estimate_rollout_effect(holes, reached=days).table["clusters"].tolist() == [23]
