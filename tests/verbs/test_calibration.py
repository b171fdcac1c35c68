"""The yardstick of calibration in small: worlds whose truth is known, through the verbs of a report."""

import json

import numpy as np
import pytest
from scipy.stats import binom

from tests.benchmarks.calibration.designs import DESIGNS, judge_design
from tests.benchmarks.calibration.judging import judge_world
from tests.benchmarks.calibration.worlds import TRUTHS, make_world
from tests.benchmarks.calibration.yardstick_calibration import (
    FALSE,
    TRUE,
    exact_interval,
    is_false,
    read_rows,
    run,
    tabulate,
)

SEEDS = [sum(map(ord, "calibration in small")) + k for k in range(10)]


@pytest.fixture(scope="module")
def empty():
    return [judge_world("nothing", seed) for seed in SEEDS]


def test_in_empty_worlds_reports_hardly_ever_claim_anything(empty):
    # More than two in ten would happen once in eighty times at 5 %.
    assert binom.sf(2, 10, 0.05) < 0.0125
    assert sum(map(is_false, empty)) <= 2


def test_intervals_hold_the_truth_nearly_always(empty):
    for name in ("gap_effect", "gain", "logo_churn", "revenue_churn"):
        held = [row["covered"][name] for row in empty]
        assert len(held) == 10
        assert sum(held) >= 7, name


def test_what_is_there_is_found_and_on_the_right_side():
    rows = [judge_world("needs predict", seed) for seed in SEEDS[:6]]
    found = [row["claims"].get("churn_tiers_against_segments") for row in rows]
    assert found.count(["1", 1]) >= 2
    assert ["1", -1] not in found
    assert sum(row["best"] for row in rows) >= 5


def test_answers_of_survivors_carry_no_claim():
    rows = [judge_world("nothing, survivors answer", seed) for seed in SEEDS[:3]]
    assert not any(row["claims"] for row in rows)


@pytest.mark.parametrize("name", DESIGNS)
def test_designs_are_read_and_graded(name):
    rows = [judge_design(name, seed) for seed in SEEDS]
    assert sum(map(is_false, rows)) <= 3
    if name in TRUE:
        finding, sign = TRUE[name]
        level = "4" if finding == "pilot_effect" else "3"
        assert sum(row["claims"].get(finding) == [level, sign] for row in rows) >= 3


def test_a_world_is_the_same_for_a_seed_and_holds_its_truth():
    one, other = (make_world(TRUTHS["service"], rng=np.random.default_rng(3)) for _ in range(2))
    assert one.clean.touches.equals(other.clean.touches)
    more = one.chance > one.chance_if_matched
    assert 0.3 < more.mean() < 0.7
    assert (one.chance[~more] == one.chance_if_matched[~more]).all()
    nothing = make_world(TRUTHS["nothing"], rng=np.random.default_rng(3))
    assert (nothing.chance == nothing.chance_if_matched).all()


def test_every_kind_of_world_says_what_would_be_false():
    assert FALSE.keys() == TRUTHS.keys() | DESIGNS.keys()


def test_worlds_are_judged_once_and_the_table_is_made_from_the_file(tmp_path):
    out = tmp_path / "worlds.jsonl"
    for _ in range(2):
        run(["pilot, nothing"], 5, entropy=1, jobs=1, out=out)
    rows = read_rows(out)
    assert len(rows) == len({row["seed"] for row in rows}) == 5
    assert json.loads(out.read_text("utf-8").splitlines()[0])["world"] == "pilot, nothing"
    assert "| pilot, nothing | 5 |" in tabulate(rows)


def test_the_exact_interval_is_where_binomial_tails_are_half_a_percent():
    low, high = exact_interval(7, 90)
    assert binom.sf(6, 90, low) == pytest.approx(0.005)
    assert binom.cdf(7, 90, high) == pytest.approx(0.005)
    assert exact_interval(0, 10)[0] == 0 and exact_interval(10, 10)[1] == 1
