import numpy as np
import pandas as pd
import pytest

from axlib.tables.coverage_segments import read_segments
from axlib.verbs.intake_plan import plan_intake
from axlib.verbs.segments import make_segmentation
from axlib.words.errors import ConfigurationError
from axlib.words.results import Unavailable

COVERAGE = read_segments()
NAMES = [segment.name for segment in COVERAGE]
HOURS = {segment.name: segment.steady_hours for segment in COVERAGE}
#: Shares of the segments by tier.
MIXES = {"Low": [0.6, 0.25, 0.1, 0.05], "Middle": [0.3, 0.3, 0.3, 0.1], "High": [0.05, 0.15, 0.4, 0.4]}


def seeded(word="intake plan"):
    return np.random.default_rng(sum(map(ord, word)))


def invent(n=900, seed="members to ask"):
    rng = seeded(seed)
    tier = rng.choice(list(MIXES), n, p=[0.6, 0.3, 0.1])
    segment = [NAMES[rng.choice(4, p=MIXES[name])] for name in tier]
    members = pd.DataFrame(
        {"member_id": [f"m{i:04d}" for i in range(n)], "tier": tier, "kind": rng.choice(["a", "b"], n)}
    )
    return members.astype("str"), np.array(segment, dtype=object)


def plan(n=900, **changed):
    members, _ = invent(n)
    return plan_intake(members, **{"strata": ["tier", "kind"], "coverage": COVERAGE, "rng": seeded(), **changed})


def test_without_knowledge_of_segments_it_is_the_textbook_sample_of_the_population():
    """Cochran's n for a half, ± 5 points, with finite population correction, spread in proportion."""
    made = plan(3000, strata=["kind"], load_margin=0.5, response_rate=1.0)
    first = 1.96**2 / 4 / 0.05**2
    expected = first / (1 + (first - 1) / 3000)
    assert made.asked == pytest.approx(expected, abs=2)
    assert (made.strata["asked"] / made.strata["members"]).std() < 0.002


def test_half_as_many_answers_take_twice_as_many_asked():
    all_answer, half_answer = plan(3000, response_rate=1.0), plan(3000, response_rate=0.5)
    assert half_answer.asked == pytest.approx(2 * all_answer.asked, rel=0.02)


def test_every_member_is_in_the_order_once_and_waves_fill_it():
    made = plan(waves=3)
    assert sorted(made.table["member_id"]) == sorted(invent()[0]["member_id"])
    assert made.table["order"].tolist() == list(range(1, 901))
    assert made.table["asked"].is_monotonic_decreasing
    sizes = made.table["wave"].value_counts()
    assert sizes.sum() == 900
    assert sizes[["1", "2", "3"]].sum() == made.asked
    assert sizes[["1", "2", "3"]].max() - sizes[["1", "2", "3"]].min() <= 2
    assert made.strata["asked"].sum() == made.asked


def test_every_start_of_the_list_is_spread_like_the_whole():
    made = plan()
    wanted = made.strata.set_index("stratum")["asked"] / made.asked
    for wave in "123":
        got = made.table.loc[made.table["wave"] == wave, "stratum"].value_counts(normalize=True)
        assert (got.reindex(wanted.index).fillna(0) - wanted).abs().max() < 0.02


def test_the_order_is_of_chance_but_of_no_other_thing():
    members, _ = invent()
    keys = {"strata": ["tier", "kind"], "coverage": COVERAGE}
    made = plan_intake(members, rng=seeded(), **keys)
    shuffled = plan_intake(members.sample(frac=1, random_state=3), rng=seeded(), **keys)
    pd.testing.assert_frame_equal(made.table, shuffled.table)
    other = plan_intake(members, rng=seeded("other"), **keys)
    assert other.table["member_id"].tolist() != made.table["member_id"].tolist()
    pd.testing.assert_frame_equal(made.strata, other.strata)


def test_known_segments_shift_answers_to_strata_that_vary():
    members, segment = invent(3000)
    known = make_segmentation(members["member_id"], segment, segments=NAMES, method="column")
    keys = {"strata": ["tier"], "coverage": COVERAGE, "margin": 0.4, "load_margin": 0.05, "response_rate": 1.0}
    blind, informed = (
        plan_intake(members, rng=seeded(), **keys),
        plan_intake(members, rng=seeded(), expected=known, **keys),
    )
    share = (informed.strata["needed"] / informed.strata["members"]).to_numpy()
    hours = pd.Series([HOURS[name] for name in segment]).groupby(members["tier"]).std()
    spread = hours[informed.strata["stratum"]].to_numpy()
    assert share / share.sum() == pytest.approx(spread / spread.sum(), rel=0.05)
    assert (blind.strata["needed"] / blind.strata["members"]).std() < 0.01
    assert "least favourable" in blind.text
    assert "least favourable" not in informed.text


def test_margins_hold_in_draws_from_the_population():
    """Of repeated samples as planned, 95 % of the estimated shares and loads are within the margins."""
    members, segment = invent(2000)
    known = make_segmentation(members["member_id"], segment, segments=NAMES, method="column")
    made = plan_intake(
        members, strata=["tier"], coverage=COVERAGE, rng=seeded(), expected=known, load_margin=0.08, response_rate=0.5
    )
    rng = seeded("draws")
    tier, hours = members["tier"].to_numpy(), np.array([HOURS[name] for name in segment])
    truth = np.array([*(np.mean(segment == name) for name in NAMES), hours.mean()])
    values = np.column_stack([*((segment == name).astype(float) for name in NAMES), hours])
    draws = np.zeros((1500, 5))
    for row in made.strata.itertuples():
        here = np.flatnonzero(tier == row.stratum)
        for draw in draws:
            chosen = rng.permutation(here)[: row.asked]
            replied = chosen[rng.random(len(chosen)) < 0.5]
            draw += len(here) / 2000 * values[replied].mean(axis=0)
    planned = made.margins[made.margins["planned"]].iloc[0]
    inside = np.abs(draws - truth) <= np.array([*[planned["margin_share"]] * 4, planned["margin_load"] * truth[4]])
    assert (inside.mean(axis=0) > 0.935).all()
    assert inside[:, :4].mean(axis=0).min() < 0.98


def test_members_who_answered_are_not_asked_again_and_count():
    members, _ = invent()
    done = members["member_id"].iloc[:150].tolist()
    made = plan(answered=done)
    assert not set(done) & set(made.table["member_id"])
    assert made.strata["answered"].sum() == 150
    assert made.asked < plan().asked
    enough = plan(answered=members["member_id"].iloc[:600].tolist())
    assert enough.asked == 0
    assert enough.text.startswith("Nobody else has to be asked")
    assert set(enough.table["wave"]) == {"reserve"}


def test_a_wish_out_of_reach_is_said_and_all_are_asked():
    made = plan(120)
    assert made.asked == 120
    assert "is out of reach" in made.text
    assert "out of reach" not in plan().text


def test_margins_fall_with_members_asked():
    margins = plan().margins
    assert margins["asked"].is_monotonic_increasing
    assert margins["margin_share"].is_monotonic_decreasing
    assert margins["margin_load"].is_monotonic_decreasing
    assert margins["planned"].sum() == 1
    everybody = plan(response_rate=1.0).margins.iloc[-1]
    assert (everybody["margin_share"], everybody["answers"]) == (0, 900)


def test_all_impossible_parameters_at_once():
    with pytest.raises(ConfigurationError) as caught:
        plan(margin=0.6, load_margin=0, response_rate=0, waves=0, level=1)
    assert len(caught.value.problems) == 5


def test_nobody_to_ask_is_said_and_arguments_stay_as_they_are():
    members, _ = invent()
    before = members.copy(deep=True)
    plan_intake(members, strata=["tier"], coverage=COVERAGE, rng=seeded())
    pd.testing.assert_frame_equal(members, before)
    assert isinstance(plan_intake(members.iloc[:0], strata=["tier"], coverage=COVERAGE, rng=seeded()), Unavailable)


@pytest.mark.parametrize("n", [1, 2, 3, 25])
def test_few_members_are_all_asked(n):
    made = plan(n)
    assert made.asked == n
    assert "nan" not in made.text
    assert "inf" not in made.text
