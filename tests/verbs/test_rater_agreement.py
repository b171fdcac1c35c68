import numpy as np
import pandas as pd
import pytest

from axlib.numbers.rater_agreement import krippendorff_alpha
from axlib.tables.instrument import read_instrument
from axlib.verbs.rater_agreement import OVERALL, assess_rater_agreement
from axlib.words.results import Unavailable

INSTRUMENT = read_instrument()
MODES = ["self_serve", "async", "live"]


def seeded(word="rater agreement"):
    return np.random.default_rng(sum(map(ord, word)))


def invent(n=80, *, raters=("Ann", "Bo", "Cy"), shift=(0, 0, 0), noise=0.3, seed="raters"):
    """Members whose true answers raters give with steps of noise, some of them always higher."""
    rng = seeded(seed)
    rows = []
    for i in range(n):
        truth, mode = rng.integers(0, 5), rng.integers(0, 3)
        for rater, more in zip(raters, shift, strict=False):
            off = rng.choice([-1, 0, 1], p=[noise / 2, 1 - noise, noise / 2])
            rows.append((f"m{i:03d}", "stakes", str(int(np.clip(truth + more + off, 0, 4))), rater))
            mine = mode if rng.random() > noise else rng.integers(0, 3)
            rows.append((f"m{i:03d}", "preferred_mode", MODES[mine], rater))
            rows.append((f"m{i:03d}", "staff_count", str(int(5 * (truth + 1) + off)), rater))
    return pd.DataFrame(rows, columns=["member_id", "item", "value", "rater"], dtype="str")


def assess(answers, **changed):
    return assess_rater_agreement(answers, instrument=INSTRUMENT, **{"rng": seeded(), **changed})


def row_of(result, item):
    return result.table.set_index("item").loc[item]


def test_alpha_of_each_item_is_that_of_its_ratings():
    answers = invent()
    result = assess(answers)
    for item, level, code in (
        ("stakes", "ordinal", float),
        ("preferred_mode", "nominal", MODES.index),
        ("staff_count", "interval", lambda text: np.log1p(float(text))),
    ):
        own = answers[answers["item"] == item]
        units = pd.factorize(own["member_id"])[0]
        expected = krippendorff_alpha(units, own["value"].map(code), level=level)
        row = row_of(result, item)
        assert row["alpha"] == pytest.approx(expected)
        assert row["alpha_low"] < expected < row["alpha_high"]
        assert (row["n"], row["raters"], row["level"]) == (80, 3, level)
    items = result.table[result.table["item"] != OVERALL]
    assert row_of(result, OVERALL)["alpha"] == pytest.approx(items["alpha"].mean())


def test_full_agreement_is_one_and_chance_is_about_nothing():
    assert row_of(assess(invent(noise=0)), OVERALL)["alpha"] == pytest.approx(1)
    rng = seeded("chance")
    answers = invent(300)
    answers = answers.assign(value=answers.groupby("item")["value"].transform(lambda v: rng.permutation(v)))
    overall = row_of(assess(answers), OVERALL)
    assert overall["alpha_low"] < 0 < overall["alpha_high"]
    assert overall["reading"] == "too little"


def test_intervals_narrow_with_members():
    widths = [row_of(assess(invent(n)), "stakes")[["alpha_low", "alpha_high"]].diff().iloc[-1] for n in (30, 120, 480)]
    assert widths[0] > 1.5 * widths[1] > 2 * widths[2]


def test_kappa_stands_where_two_raters_or_two_kinds_of_raters_share_members():
    answers = invent(raters=("Ann", "Bo"))
    wide = answers[answers["item"] == "stakes"].pivot(index="member_id", columns="rater", values="value").astype(float)
    one, other = wide["Ann"], wide["Bo"]
    spread = one.var(ddof=0) + other.var(ddof=0) + (one.mean() - other.mean()) ** 2
    expected = 2 * one.cov(other, ddof=0) / spread
    assert row_of(assess(answers), "stakes")["weighted_kappa"] == pytest.approx(expected)
    assert np.isnan(row_of(assess(answers), "staff_count")["weighted_kappa"])
    assert np.isnan(row_of(assess(invent()), "stakes")["weighted_kappa"])
    odd = answers["member_id"].str[-1].isin(list("13579"))
    named = answers["rater"].map({"Ann": "member", "Bo": "msm: Bo"}).mask((answers["rater"] == "Bo") & odd, "msm: Cy")
    assert row_of(assess(answers.assign(rater=named)), "stakes")["weighted_kappa"] == pytest.approx(expected)


def test_who_answers_higher_is_noted_by_name_and_not_ranked():
    result = assess(invent(shift=(0, 1, 0), noise=0.1))
    assert result.severity["rater"].tolist() == ["Ann", "Bo", "Cy"]
    higher = result.severity.set_index("rater").loc["Bo"]
    assert higher["deviation_low"] > 0.5
    assert "Bo answers" in result.text
    assert "not a ranking" in result.text
    own = invent(shift=(0, 1, 0), noise=0.1)
    wide = own[own["item"] == "stakes"].pivot(index="member_id", columns="rater", values="value").astype(float)
    assert higher["deviation"] == pytest.approx((wide["Bo"] - wide[["Ann", "Cy"]].mean(axis=1)).mean())
    assert "answers" not in assess(invent(noise=0)).text.replace("answers to", "")


def test_few_shared_members_carry_no_interval():
    result = assess(invent(9, shift=(0, 2, 0)))
    assert result.table[["alpha_low", "alpha_high"]].isna().all(axis=None)
    assert "[" not in result.text
    assert "answers" not in result.text


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (None, "there are no intake answers"),
        (invent(raters=("Ann",)), "no member has answers of two raters"),
        (invent().drop(columns="rater"), "no member has answers of two raters"),
    ],
    ids=["none", "one rater", "nameless"],
)
def test_without_two_raters_it_says_so(answers, why):
    result = assess(answers)
    assert isinstance(result, Unavailable)
    assert why in result.why


def test_all_alike_has_no_alpha_and_is_said():
    answers = invent(20)
    answers = answers[answers["item"] == "stakes"].assign(value="2")
    result = assess(answers)
    assert row_of(result, "stakes")["reading"] == "on nothing that varies"
    assert "nan" not in result.text


def test_order_of_rows_changes_nothing():
    answers = invent()
    shuffled = answers.sample(frac=1, random_state=2)
    for table in ("table", "severity"):
        pd.testing.assert_frame_equal(getattr(assess(answers), table), getattr(assess(shuffled), table))
