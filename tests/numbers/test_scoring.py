import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axlib.numbers.score_tables
import axlib.numbers.scoring
from axlib.numbers.encoding import encode_attributes, encode_like
from axlib.numbers.mixture import fit_mixture, posterior
from axlib.numbers.scoring import score_rows
from axlib.words.errors import DataError

SEED = sum(map(ord, "scoring"))
KINDS = {
    "hours": "numeric", "staff": "numeric", "age": "numeric", "mode": "categorical", "need": "ordinal",
    "same": "ordinal",
}  # fmt: skip


def make_table(n, *, rng, missing=0.2):
    which = rng.integers(0, 3, n)
    columns = {
        "hours": rng.normal(which * 2.0, 1.0),
        "staff": np.exp(rng.normal(which, 0.7)),
        "age": rng.normal(0.5 * which, 1.0),
        "mode": np.array(["live", "async", "own"], dtype=object)[(which + (rng.random(n) < 0.2)) % 3],
        "need": np.clip(np.round(which * 1.5 + rng.normal(0, 0.8, n)), 0, 4),
    }
    holes = {name: rng.random(n) < missing for name in columns}
    table = pd.DataFrame({name: pd.Series(values).mask(holes[name]) for name, values in columns.items()})
    return table.assign(mode=table["mode"].astype("str"), same=1.0)


@pytest.fixture(scope="module")
def table():
    return make_table(1500, rng=np.random.default_rng(SEED))


@pytest.fixture(scope="module", params=["diagonal", "full"])
def fitted(request, table):
    encoded = encode_attributes(table, kinds=KINDS)
    covariance = request.param
    return encoded, fit_mixture(encoded, k=3, covariance=covariance, n_starts=3, rng=np.random.default_rng(SEED))


def assert_as_posterior(scores, probabilities, groups=None):
    k = probabilities.shape[1]
    merged = (
        probabilities @ np.eye(k if groups is None else max(groups) + 1)[list(range(k)) if groups is None else groups]
    )
    np.testing.assert_allclose(scores.probability, merged.max(axis=1), atol=1e-12)
    # Where two are as good as equally probable, rounding may decide.
    clear = (
        np.sort(merged, axis=1)[:, -1] - np.sort(merged, axis=1)[:, -2] > 1e-9 if merged.shape[1] > 1 else slice(None)
    )
    np.testing.assert_array_equal(scores.group[clear], merged.argmax(axis=1)[clear])


def test_members_fitted_get_their_posteriors(table, fitted):
    encoded, mixture = fitted
    scores = score_rows(table, mixture=mixture, encoding=encoded.encoding)
    assert_as_posterior(scores, posterior(mixture, encoded))
    assert scores.unseen == {}


def test_new_members_get_the_posteriors_of_the_long_way(fitted):
    encoded, mixture = fitted
    new = make_table(700, rng=np.random.default_rng(SEED + 1), missing=0.5)
    scores = score_rows(new, mixture=mixture, encoding=encoded.encoding)
    assert_as_posterior(scores, posterior(mixture, encode_like(new, encoded.encoding)))


def test_classes_of_one_group_add_up(table, fitted):
    encoded, mixture = fitted
    scores = score_rows(table, mixture=mixture, encoding=encoded.encoding, groups=np.array([0, 1, 0]))
    assert_as_posterior(scores, posterior(mixture, encoded), [0, 1, 0])


def test_size_of_chunks_and_blocks_changes_nothing(table, fitted, monkeypatch):
    encoded, mixture = fitted
    whole = score_rows(table, mixture=mixture, encoding=encoded.encoding)
    monkeypatch.setattr(axlib.numbers.scoring, "CHUNK", 97)
    monkeypatch.setattr(axlib.numbers.score_tables, "BLOCK", 13)
    monkeypatch.setattr(axlib.numbers.score_tables, "MOST_CELLS", 4)
    parts = score_rows(table, mixture=mixture, encoding=encoded.encoding)
    np.testing.assert_allclose(parts.probability, whole.probability, atol=1e-12)
    np.testing.assert_array_equal(parts.group, whole.group)
    np.testing.assert_array_equal(parts.known, whole.known)


def test_known_counts_the_answers_with_constant_ones(table, fitted):
    encoded, mixture = fitted
    scores = score_rows(table, mixture=mixture, encoding=encoded.encoding)
    np.testing.assert_array_equal(scores.known, table.notna().sum(axis=1))


def test_unseen_values_are_missing_and_counted(table, fitted):
    encoded, mixture = fitted
    strange = table.assign(
        mode=table["mode"].where(table.index % 3 > 0, "fax"), need=table["need"].mask(table.index < 5, 9.0)
    )
    blank = strange.assign(
        mode=strange["mode"].mask(strange["mode"] == "fax"), need=strange["need"].mask(strange["need"] == 9)
    )
    scores, expected = (score_rows(t, mixture=mixture, encoding=encoded.encoding) for t in (strange, blank))
    assert scores.unseen == {"mode": 500, "need": 5}
    np.testing.assert_array_equal(scores.probability, expected.probability)
    np.testing.assert_array_equal(scores.known, expected.known)


def test_a_column_that_is_not_there_is_missing_for_everybody(table, fitted):
    encoded, mixture = fitted
    without = score_rows(table.drop(columns=["hours", "mode"]), mixture=mixture, encoding=encoded.encoding)
    blank = score_rows(table.assign(hours=np.nan, mode=None), mixture=mixture, encoding=encoded.encoding)
    np.testing.assert_allclose(without.probability, blank.probability, atol=1e-12)
    np.testing.assert_array_equal(without.known, blank.known)


def test_nobody_and_a_member_without_answers(table, fitted):
    encoded, mixture = fitted
    assert len(score_rows(table.head(0), mixture=mixture, encoding=encoded.encoding).group) == 0
    silent = score_rows(table.head(1).drop(columns=list(KINDS)), mixture=mixture, encoding=encoded.encoding)
    assert (silent.group[0], silent.probability[0]) == (0, pytest.approx(mixture.weights[0]))


@pytest.mark.parametrize("as_type", ["category", "int", "Int64"])
def test_the_dtype_of_a_scale_changes_nothing(fitted, as_type):
    encoded, mixture = fitted
    new = make_table(300, rng=np.random.default_rng(SEED + 2)).dropna().reset_index(drop=True)
    changed = new.assign(need=new["need"].astype(int).astype(as_type), same=new["same"].astype("Int64"))
    plain, other = (score_rows(t, mixture=mixture, encoding=encoded.encoding) for t in (new, changed))
    np.testing.assert_array_equal(plain.probability, other.probability)


def test_joint_answers_are_looked_up_as_rows_are_scored(table, monkeypatch):
    kinds = {"mode": "categorical", "need": "ordinal"}
    encoded = encode_attributes(table, kinds=kinds)
    mixture = fit_mixture(encoded, k=2, n_starts=3, rng=np.random.default_rng(SEED))
    looked_up = score_rows(table, mixture=mixture, encoding=encoded.encoding)
    monkeypatch.setattr(axlib.numbers.scoring, "MOST_JOINT", 0)
    by_row = score_rows(table, mixture=mixture, encoding=encoded.encoding)
    for one, other in zip(looked_up[:3], by_row[:3], strict=True):
        np.testing.assert_array_equal(one, other)
    assert_as_posterior(looked_up, posterior(mixture, encoded))


def test_columns_not_of_their_kind_are_refused_at_once(table, fitted):
    encoded, mixture = fitted
    wrong = table.assign(hours="many", staff=table["staff"].mask(table.index == 3, np.inf))
    with pytest.raises(DataError) as error:
        score_rows(wrong, mixture=mixture, encoding=encoded.encoding)
    assert [problem.split("'")[1] for problem in error.value.problems] == ["hours", "staff"]
    assert all(problem.startswith("score_rows: ") for problem in error.value.problems)


def test_two_columns_of_one_name_are_refused(table, fitted):
    encoded, mixture = fitted
    twice = pd.concat([table, table[["need"]]], axis=1)
    with pytest.raises(DataError, match="2 columns are called 'need'"):
        score_rows(twice, mixture=mixture, encoding=encoded.encoding)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_order_of_rows_changes_no_score(seed):
    rng = np.random.default_rng(seed)
    table = make_table(60, rng=rng, missing=0.4)
    encoded = encode_attributes(table, kinds={name: KINDS[name] for name in ("hours", "mode", "need")})
    mixture = fit_mixture(encoded, k=2, n_starts=2, rng=rng)
    order = rng.permutation(60)
    straight = score_rows(table, mixture=mixture, encoding=encoded.encoding)
    mixed = score_rows(table.iloc[order], mixture=mixture, encoding=encoded.encoding)
    np.testing.assert_allclose(mixed.probability, straight.probability[order], atol=1e-12)
