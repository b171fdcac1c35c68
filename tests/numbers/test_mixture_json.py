import json

import numpy as np
import pandas as pd
import pytest

from axlib.numbers.encoding import encode_attributes, encode_like
from axlib.numbers.mixture import fit_mixture, posterior
from axlib.numbers.mixture_json import mixture_from_json, mixture_to_json
from axlib.words.errors import DataError


@pytest.fixture(scope="module", params=["diagonal", "full"])
def fitted(request):
    rng = np.random.default_rng(sum(map(ord, "json")))
    table = pd.DataFrame(
        {
            "hours": np.exp(rng.normal(size=120)),
            "years": rng.normal(size=120),
            "need": rng.integers(0, 5, 120),
            "mode": rng.choice(["call", "mail", "é <b>"], 120),
            "member_of_board": rng.random(120) < 0.4,
            "same": 1,
        }
    )
    kinds = dict(zip(table, ["numeric", "numeric", "ordinal", "categorical", "categorical", "numeric"], strict=True))
    encoded = encode_attributes(table, kinds=kinds)
    return table, encoded, fit_mixture(encoded, k=3, n_starts=2, covariance=request.param, rng=rng)


def test_a_mixture_comes_back_to_the_bit(fitted):
    table, encoded, mixture = fitted
    text = json.dumps(mixture_to_json(mixture, encoded.encoding), allow_nan=False)
    again, encoding = mixture_from_json(json.loads(text))
    assert encoding == encoded.encoding
    assert (posterior(again, encode_like(table, encoding)) == posterior(mixture, encoded)).all()
    assert (again.history == mixture.history).all()
    assert mixture_to_json(again, encoding) == mixture_to_json(mixture, encoded.encoding)


def test_the_document_can_be_read_by_a_person(fitted):
    _, encoded, mixture = fitted
    document = mixture_to_json(mixture, encoded.encoding)
    assert document["attributes"][3]["levels"] == ["call", "mail", "é <b>"]
    assert sum(document["classes"][0]["values"]["mode"]["probabilities"]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "spoil",
    [lambda d: d.pop("classes"), lambda d: d["classes"][0]["values"].pop("mode"), lambda d: d["fit"].pop("bic")],
)
def test_a_damaged_document_is_refused(fitted, spoil):
    _, encoded, mixture = fitted
    document = json.loads(json.dumps(mixture_to_json(mixture, encoded.encoding)))
    spoil(document)
    with pytest.raises(DataError, match="incomplete or malformed"):
        mixture_from_json(document)


def test_another_format_is_refused():
    with pytest.raises(DataError, match="format must be"):
        mixture_from_json({"format": "pickle"})
