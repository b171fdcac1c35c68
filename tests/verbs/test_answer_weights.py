import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from axlib.verbs.answer_weights import weight_answers
from axlib.words.errors import ConfigurationError
from axlib.words.results import Unavailable
from tests.verbs.test_intake_plan import invent, seeded

RATES = {"Low": 0.08, "Middle": 0.2, "High": 0.5}


def reply(members, rates=RATES, seed="replies"):
    rng = seeded(seed)
    return members["member_id"][rng.random(len(members)) < members["tier"].map(rates).to_numpy()].tolist()


def weigh(members=None, answered=None, **changed):
    members = invent()[0] if members is None else members
    answered = reply(members) if answered is None else answered
    return weight_answers(members, answered=answered, **{"by": ["tier", "kind"], **changed})


@pytest.mark.parametrize("method", ["cells", "raking"])
def test_weights_stand_for_all_and_meet_what_they_are_made_by(method):
    found = weigh(method=method, by=["tier"], cap=50)
    assert found.table["weight"].sum() == pytest.approx(900)
    assert found.balance["weighted_share"].tolist() == pytest.approx(found.balance["population_share"].tolist())
    assert not np.allclose(found.balance["answered_share"], found.balance["population_share"], atol=0.02)


def test_raking_meets_every_column():
    found = weigh(method="raking", cap=50)
    assert found.columns == ("tier", "kind")
    assert found.balance["weighted_share"].tolist() == pytest.approx(found.balance["population_share"].tolist())


def test_effective_number_is_kishs():
    found = weigh()
    weights = found.table["weight"]
    assert found.design_effect == pytest.approx(1 + weights.var(ddof=0) / weights.mean() ** 2)
    assert found.effective == pytest.approx(found.answered / found.design_effect)


def test_how_answerers_differ_is_tested_and_said():
    members, _ = invent()
    answered = reply(members)
    found = weigh(members, answered)
    for row in found.differences.itertuples():
        table = pd.crosstab(members[row.column], members["member_id"].isin(answered))
        expected = chi2_contingency(table, correction=False)
        assert row.p_value == pytest.approx(expected.pvalue)
        assert row.cramers_v == pytest.approx(np.sqrt(expected.statistic / 900))
    assert found.differences.set_index("column")["differ"].to_dict() == {"tier": True, "kind": False}
    assert "They differ from the others in tier (" in found.text
    assert "no weight can tell" in found.text


def test_answerers_at_random_do_not_differ():
    members, _ = invent(2000)
    found = weigh(members, reply(members, dict.fromkeys(RATES, 0.3)))
    assert "They do not differ notably from the others in tier or kind." in found.text
    assert found.design_effect < 1.1


def test_a_group_with_few_answers_is_weighted_with_others():
    members, _ = invent()
    answered = members["member_id"][(members["tier"] != "High").to_numpy()].tolist()[:200]
    answered += members["member_id"][(members["tier"] == "High").to_numpy()].tolist()[:2]
    found = weigh(members, answered)
    assert found.table.groupby("cell").size().min() >= 5
    assert found.table["weight"].sum() == pytest.approx(900)


def test_weights_are_cut_and_that_is_said():
    found = weigh(cap=1.5)
    assert found.table["weight"].max() == pytest.approx(1.5 * 900 / found.answered)
    capped = int(found.table["capped"].sum())
    assert f"{capped} weights would have been too large and were cut." in found.text


@pytest.mark.parametrize("n", [0, 29])
def test_too_few_answers_are_refused(n):
    result = weigh(answered=invent()[0]["member_id"].iloc[:n].tolist())
    assert isinstance(result, Unavailable)
    assert "fewer than 30 cannot stand for 900" in result.why


def test_answers_from_one_corner_are_refused():
    members, _ = invent(4000)
    high = members["member_id"][(members["tier"] == "High").to_numpy()].tolist()[:180]
    low = members["member_id"][(members["tier"] == "Low").to_numpy()].tolist()[:5]
    result = weigh(members, high + low, by=["tier"], cap=1000)
    assert isinstance(result, Unavailable)
    assert "so unevenly" in result.why


def test_all_answered_need_no_weights():
    members, _ = invent()
    found = weigh(members, members["member_id"].tolist())
    assert (found.table["weight"] == 1).all()
    assert found.text == "900 of 900 members answered (100 %)."


def test_order_of_rows_changes_nothing_and_strangers_are_ignored():
    members, _ = invent()
    answered = reply(members)
    shuffled = weigh(members.sample(frac=1, random_state=1), [*answered, "nobody"][::-1])
    pd.testing.assert_frame_equal(shuffled.table, weigh(members, answered).table)


def test_impossible_parameters():
    with pytest.raises(ConfigurationError) as caught:
        weigh(cap=0.5, method="magic")
    assert len(caught.value.problems) == 2
    with pytest.raises(ConfigurationError):
        weigh(by=["nothing"])
