"""Rows with an answer set or blanked are what encoding the changed table gives."""

import numpy as np
import pandas as pd
import pytest

from axlib.numbers.answer_changes import (
    blank_answer,
    known_answers,
    row_posteriors,
    set_answer,
    set_standardised,
    varying_attributes,
)
from axlib.numbers.encoding import encode_attributes, encode_like
from axlib.numbers.mixture import fit_mixture, posterior

KINDS = {"need": "ordinal", "hours": "numeric", "years": "numeric", "mode": "categorical", "same": "ordinal"}


@pytest.fixture(scope="module", params=["diagonal", "full"])
def fitted(request):
    rng = np.random.default_rng(sum(map(ord, "answer changes")))
    kind = rng.choice(3, size=300)
    years = rng.normal(10.0 * kind, 4.0)
    table = pd.DataFrame(
        {
            "need": rng.binomial(4, (kind + 1) / 4).astype(float),
            "hours": np.exp(rng.normal(kind, 0.5) + years / 20),
            "years": years,
            "mode": np.array(["mail", "call", "self"], dtype=object)[np.where(rng.random(300) < 0.7, kind, 0)],
            "same": 2.0,
        }
    )
    table = table.mask(rng.random(table.shape) < 0.15)
    encoded = encode_attributes(table, kinds=KINDS)
    mixture = fit_mixture(encoded, k=3, n_starts=3, covariance=request.param, rng=rng)
    return table, encoded, mixture


def of_members(mixture, encoded):
    return row_posteriors(mixture, encoded)[0][encoded.row_of_member]


def named(encoded, name):
    return next(attribute for attribute in varying_attributes(encoded) if attribute.name == name)


def test_posteriors_of_rows_are_those_of_their_members(fitted):
    _, encoded, mixture = fitted
    np.testing.assert_allclose(of_members(mixture, encoded), posterior(mixture, encoded), atol=1e-12)


def test_densities_add_up_to_the_likelihood(fitted):
    _, encoded, mixture = fitted
    densities = row_posteriors(mixture, encoded)[1]
    informative = encoded.weights * encoded.answered
    assert informative @ densities + encoded.log_slope == pytest.approx(mixture.log_likelihood, rel=1e-6)


@pytest.mark.parametrize(("name", "value"), [("need", 3), ("hours", 7.5), ("years", -2.0), ("mode", "call")])
def test_setting_an_answer_is_encoding_the_table_with_it(fitted, name, value):
    table, encoded, mixture = fitted
    changed = encode_like(table.assign(**{name: value}), encoded.encoding)
    mine = of_members(mixture, set_answer(encoded, named(encoded, name), value))
    np.testing.assert_allclose(mine, posterior(mixture, changed), atol=1e-10)


@pytest.mark.parametrize("name", ["need", "hours", "years", "mode"])
def test_blanking_an_answer_is_encoding_the_table_without_it(fitted, name):
    table, encoded, mixture = fitted
    changed = encode_like(table.assign(**{name: table[name].mask(table[name].notna())}), encoded.encoding)
    blanked = blank_answer(encoded, named(encoded, name))
    np.testing.assert_allclose(of_members(mixture, blanked), posterior(mixture, changed), atol=1e-10)
    assert not known_answers(blanked, named(encoded, name)).any()


def test_known_answers_are_those_of_the_table(fitted):
    table, encoded, _ = fitted
    for attribute in varying_attributes(encoded):
        known = known_answers(encoded, attribute)[encoded.row_of_member]
        assert (known == table[attribute.name].notna().to_numpy()).all()


def test_constant_attributes_are_left_out_and_arguments_unchanged(fitted):
    _, encoded, _ = fitted
    assert [attribute.name for attribute in varying_attributes(encoded)] == ["need", "hours", "years", "mode"]
    before = encoded.numbers.copy(), encoded.codes.copy(), encoded.observed.copy()
    set_standardised(encoded, named(encoded, "years"), 9.0)
    set_answer(encoded, named(encoded, "mode"), "call")
    blank_answer(encoded, named(encoded, "hours"))
    for kept, now in zip(before, (encoded.numbers, encoded.codes, encoded.observed), strict=True):
        np.testing.assert_array_equal(kept, now)
