"""Expected gains are what setting every answer in turn gives, and what drawn members gain on average."""

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
from axlib.numbers.encoding import encode_attributes
from axlib.numbers.mixture import fit_mixture
from axlib.numbers.question_value import entropy_bits, value_answer
from axlib.numbers.short_form import shorten_questions

KINDS = {"need": "ordinal", "mode": "categorical", "staff": "numeric", "years": "numeric", "noise": "ordinal"}
#: Two of three classes are one group.
MERGE = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])


def seeded(word):
    return np.random.default_rng(sum(map(ord, word)))


@pytest.fixture(scope="module", params=["diagonal", "full"])
def fitted(request):
    rng = seeded("question value")
    n = 400
    kind = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    years = rng.normal(4.0 * kind, 3.0)
    table = pd.DataFrame(
        {
            "need": rng.binomial(4, (kind + 1) / 4).astype(float),
            "mode": np.array(["mail", "call", "self"], dtype=object)[np.where(rng.random(n) < 0.6, kind, 0)],
            "staff": rng.normal(kind, 1.0) + 0.15 * years,
            "years": years,
            "noise": rng.integers(0, 3, n).astype(float),
        }
    )
    table = table.mask(rng.random(table.shape) < 0.4)
    encoded = encode_attributes(table, kinds=KINDS)
    return encoded, fit_mixture(encoded, k=3, n_starts=3, covariance=request.param, rng=rng)


def value(encoded, mixture, attribute, rows, *, merge=MERGE, least=0.8):
    posteriors = row_posteriors(mixture, encoded)[0]
    return value_answer(mixture, encoded, attribute, posteriors=posteriors, merge=merge, least=least, rows=rows)


@pytest.mark.parametrize("name", list(KINDS))
def test_gain_is_what_trying_every_answer_gives(fitted, name):
    encoded, mixture = fitted
    attribute = next(a for a in varying_attributes(encoded) if a.name == name)
    rows = np.flatnonzero(~known_answers(encoded, attribute))[:40]
    before, density = row_posteriors(mixture, encoded)
    # Blanked so that patterns of missing numbers are as setting an answer leaves them.
    bare = blank_answer(encoded, attribute)
    if attribute.kind == "numeric":
        grid = np.linspace(-7, 7, 701)
        tried = [(set_standardised(bare, attribute, point), grid[1] - grid[0]) for point in grid.tolist()]
    else:
        tried = [(set_answer(bare, attribute, level), 1.0) for level in attribute.levels]
    left, sure, total = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows))
    for other, width in tried:
        after, own = row_posteriors(mixture, other)
        chance = np.exp(own - density)[rows] * width
        groups = after[rows] @ MERGE
        left += chance * entropy_bits(groups)
        sure += chance * (groups.max(axis=1) >= 0.8)
        total += chance
    assert total == pytest.approx(1, abs=1e-3)
    found = value(encoded, mixture, attribute, rows)
    assert found.gain == pytest.approx(
        entropy_bits(before[rows] @ MERGE) - left, abs=5e-3 if attribute.kind == "numeric" else 1e-9
    )
    assert found.sure == pytest.approx(sure, abs=0.04 if attribute.kind == "numeric" else 1e-6)


def test_gain_is_between_nothing_and_what_is_unknown(fitted):
    encoded, mixture = fitted
    before = entropy_bits(row_posteriors(mixture, encoded)[0] @ MERGE)
    for attribute in varying_attributes(encoded):
        rows = np.flatnonzero(~known_answers(encoded, attribute))
        found = value(encoded, mixture, attribute, rows)
        assert (found.gain >= 0).all()
        assert (found.gain <= before[rows] + 1e-9).all()
        assert ((found.sure >= 0) & (found.sure <= 1)).all()


def test_noise_tells_next_to_nothing_and_one_group_has_nothing_to_tell(fitted):
    encoded, mixture = fitted
    attributes = {a.name: a for a in varying_attributes(encoded)}

    def mean_gain(name, merge=MERGE):
        rows = np.flatnonzero(~known_answers(encoded, attributes[name]))
        return value(encoded, mixture, attributes[name], rows, merge=merge).gain.mean()

    assert mean_gain("noise") < 0.25 * mean_gain("need")
    assert mean_gain("need", np.ones((3, 1))) == pytest.approx(0, abs=1e-12)


def test_short_form_begins_with_the_most_telling_and_never_loses_much(fitted):
    encoded, mixture = fitted
    steps = shorten_questions(mixture, encoded.encoding, merge=MERGE, least=0.8, n_drawn=4000, rng=seeded("short form"))
    assert [step.attribute for step in steps[1:]].count("noise") == 1
    assert sorted(step.attribute for step in steps[1:]) == sorted(KINDS)
    entropies = [step.entropy for step in steps]
    assert (np.diff(entropies) <= 0.005).all()
    assert entropies[0] == pytest.approx(float(entropy_bits(mixture.weights @ MERGE)), abs=1e-9)
    assert steps[0].placed == pytest.approx((mixture.weights @ MERGE).max())
    # The first step is the attribute with the largest gain of a member of whom nothing is known.
    bare = encode_like_nothing(encoded)
    gains = {}
    for attribute in varying_attributes(encoded):
        gains[attribute.name] = float(value(bare, mixture, attribute, np.array([0])).gain[0])
    assert gains[steps[1].attribute] > max(gains.values()) - 0.03
    assert entropies[0] - entropies[1] == pytest.approx(max(gains.values()), abs=0.03)


def test_placed_is_how_often_the_guess_is_right(fitted):
    """Calibration: over members drawn from the model, the mean of the highest probability is the hit rate."""
    encoded, mixture = fitted
    found = [
        shorten_questions(mixture, encoded.encoding, merge=MERGE, least=0.8, n_drawn=3000, rng=seeded(word))[-1].placed
        for word in ("one", "two")
    ]
    assert found[0] == pytest.approx(found[1], abs=0.02)
    assert found[0] > max(mixture.weights @ MERGE)


def encode_like_nothing(encoded):
    for attribute in varying_attributes(encoded):
        encoded = blank_answer(encoded, attribute)
    return encoded
