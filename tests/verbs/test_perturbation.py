"""Moved answers are moved by one step within the scale, and those who stay are counted as they are."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from axlib.tables.coverage_segments import UNDETERMINED, read_segments
from axlib.verbs.classes import segment_by_ax
from axlib.verbs.perturbation import move_answers, perturb_answers
from axlib.verbs.segments import make_segmentation, segment_by_rules
from axlib.words.errors import DataError
from axlib.words.results import Unavailable
from tests.verbs.small import attributes

SEGMENTS = read_segments()


def seeded(words="perturbation"):
    return np.random.default_rng(sum(map(ord, words)))


def segment(given, method="rules"):
    if method == "rules":
        return segment_by_rules(given.table, segments=SEGMENTS)
    return segment_by_ax(given, segments=SEGMENTS, rng=seeded("classes"))


def perturb(given, method="rules", **changed):
    keys = {"segments": SEGMENTS, "rng": seeded(), **changed}
    return perturb_answers(segment(given, method), attributes=given, **keys)


def test_answers_move_one_step_within_their_scale_and_gaps_stay():
    given = attributes(400)
    holes = given.table.mask(seeded("holes").random(given.table.shape) < 0.2)
    given = dataclasses.replace(given, table=holes)
    moved = move_answers(given, share_moved=0.5, rng=seeded())
    for name, kind in given.kinds.items():
        before, after = given.table[name], moved.table[name]
        assert (before.isna() == after.isna()).all()
        if kind == "ordinal":
            steps = (after - before).abs().dropna()
            assert set(steps) == {0.0, 1.0}
            assert abs(steps.mean() - 0.5) < 0.08
            assert after.dropna().between(0, 4).all()
        else:
            assert after.equals(before)


@pytest.mark.parametrize("method", ["rules", "classes"])
def test_who_stays_is_counted_as_by_hand(method):
    given = attributes(160)
    result = perturb(given, method, n_draws=1, share_moved=0.4)
    before = segment(given, method)
    order = np.argsort(given.table.index.to_numpy(dtype=str), kind="stable")
    moved = move_answers(given, share_moved=0.4, rng=seeded(), order=order)
    if method == "rules":
        after = segment_by_rules(moved.table, segments=SEGMENTS).table["segment"]
    else:
        from axlib.verbs.scoring import score_members

        after = score_members(before, attributes=moved).table["segment"]
    first = before.table["segment"]
    for row in result.table.itertuples():
        mine = (first == row.segment).to_numpy()
        assert row.members == mine.sum()
        assert row.stay == pytest.approx((after.to_numpy()[mine] == row.segment).mean())
    assert result.stay == pytest.approx((after == first)[first != UNDETERMINED].mean())


def test_more_moved_answers_keep_fewer_members():
    given = attributes(200)
    stays = [perturb(given, share_moved=share, n_draws=10).stay for share in (0.05, 0.3, 1.0)]
    assert stays[0] > stays[1] > stays[2]


def test_order_of_members_changes_nothing():
    given = attributes(120)
    turned = dataclasses.replace(given, table=given.table.iloc[::-1])
    pd.testing.assert_frame_equal(perturb(given, n_draws=5).table, perturb(turned, n_draws=5).table)


def test_sentences():
    result = perturb(attributes(120), n_draws=5)
    assert result.text.startswith("With 20 % of the answers one step higher or lower, by chance, ")
    firm = dataclasses.replace(result, table=result.table.assign(stay=1.0, stay_low=1.0, stay_high=1.0))
    assert firm.text.endswith("100 % of members stay in their segment (5 draws).")
    shaken = dataclasses.replace(result, table=result.table.assign(stay=[0.5, 1.0, 1.0, 1.0]))
    assert shaken.text.endswith("hangs on single answers: fewer than three in four stay.")


def test_what_cannot_be_asked():
    given = attributes(40)
    with pytest.raises(DataError, match="share_moved must be above 0"):
        perturb(given, share_moved=0.0)
    column = make_segmentation(pd.Series(given.table.index), ["a"] * 40, segments=["a"], method="column")
    none = perturb_answers(column, attributes=given, segments=SEGMENTS, rng=seeded())
    assert isinstance(none, Unavailable)
    mode = dataclasses.replace(given, kinds={"preferred_mode": "categorical"}, table=given.table[["preferred_mode"]])
    ruled = segment(given)
    assert "no attribute is a scale" in perturb_answers(ruled, attributes=mode, segments=SEGMENTS, rng=seeded()).why
