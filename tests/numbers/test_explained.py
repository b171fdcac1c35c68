import numpy as np
import pandas as pd
import pytest

from axlib.numbers.explained import design_matrix, out_of_sample_r2

KINDS = {"size": "numeric", "need": "ordinal", "mode": "categorical"}


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "what attributes tell of dues")))


@pytest.fixture
def table(rng):
    n = 400
    return pd.DataFrame(
        {
            "size": rng.normal(50, 20, n),
            "need": rng.integers(0, 5, n).astype(float),
            "mode": pd.array(rng.choice(["async", "live", "group"], n), dtype="str"),
        }
    )


def test_design_has_an_intercept_numbers_standardised_and_indicators(table):
    design = design_matrix(table, kinds=KINDS)
    assert design.shape == (400, 1 + 1 + 1 + 2)
    assert (design[:, 0] == 1).all()
    np.testing.assert_allclose(design[:, 1:3].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(design[:, 1:3].std(axis=0), 1)
    assert set(np.unique(design[:, 3:])) == {0.0, 1.0}


def test_missing_answers_are_the_mean_and_say_so(table):
    holes = table.assign(size=table["size"].mask(table["need"] == 0), mode=table["mode"].mask(table["need"] == 1))
    design = design_matrix(holes, kinds=KINDS)
    missing = (table["need"] == 0).to_numpy()
    assert (design[missing, 1] == 0).all()
    np.testing.assert_array_equal(design[:, 2], (~missing).astype(float))
    # A missing category is one more category.
    assert design.shape[1] == 1 + 2 + 1 + 3


def test_columns_that_say_nothing_are_left_out_or_constant(table):
    blank = table.assign(size=np.nan, need=2.0)
    design = design_matrix(blank, kinds=KINDS)
    assert np.isfinite(design).all()
    assert design.shape[1] == 1 + 1 + 2


def test_r2_of_a_law_with_noise_is_its_share_of_variance(table, rng):
    signal = 3 * table["need"].to_numpy() + 10 * (table["mode"] == "live").to_numpy()
    noise = rng.normal(0, signal.std(), len(table))
    r2 = out_of_sample_r2(design_matrix(table, kinds=KINDS), signal + noise, rng=rng)
    assert r2 == pytest.approx(0.5, abs=0.08)


def test_r2_by_refitting_each_fold_with_normal_equations(table, rng):
    target = table["size"].to_numpy() + rng.normal(0, 30, len(table))
    design = design_matrix(table, kinds=KINDS)
    folds = np.random.default_rng(7).permutation(len(target)) % 5
    guessed, middle = np.zeros(len(target)), np.zeros(len(target))
    for fold in range(5):
        x, y = design[folds != fold], target[folds != fold]
        guessed[folds == fold] = design[folds == fold] @ np.linalg.solve(x.T @ x, x.T @ y)
        middle[folds == fold] = y.mean()
    expected = 1 - ((target - guessed) ** 2).sum() / ((target - middle) ** 2).sum()
    assert out_of_sample_r2(design, target, rng=np.random.default_rng(7)) == pytest.approx(expected)


def test_noise_is_not_explained_and_a_copy_is(table, rng):
    design = design_matrix(table, kinds=KINDS)
    assert out_of_sample_r2(design, rng.normal(size=400), rng=rng) < 0.05
    assert out_of_sample_r2(design, 4 + 2 * table["size"].to_numpy(), rng=rng) == pytest.approx(1)


def test_scale_of_the_target_changes_nothing(table):
    design, target = design_matrix(table, kinds=KINDS), table["size"].to_numpy() ** 2
    one, other = (
        out_of_sample_r2(design, scale * target + shift, rng=np.random.default_rng(1))
        for scale, shift in ((1.0, 0.0), (7.31, 1000.0))
    )
    assert one == pytest.approx(other)


@pytest.mark.parametrize("target", [np.ones(50), np.arange(19.0)], ids=["constant", "too few"])
def test_nothing_to_explain_is_no_number(target, rng):
    assert np.isnan(out_of_sample_r2(np.ones((len(target), 1)), target, rng=rng))


def test_attributes_that_repeat_each_other_are_no_trouble(table, rng):
    twice = table.assign(again=table["size"])
    r2 = out_of_sample_r2(design_matrix(twice, kinds={**KINDS, "again": "numeric"}), table["size"].to_numpy(), rng=rng)
    assert r2 == pytest.approx(1)
