import numpy as np
import pandas as pd

from axlib.numbers.class_profiles import class_profile
from axlib.numbers.encoding import encode_attributes
from axlib.numbers.mixture import fit_mixture


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def test_profiles_are_what_members_of_a_class_show():
    rng = seeded("profile")
    classes = rng.choice(2, size=4000, p=[0.7, 0.3])
    table = pd.DataFrame(
        {
            "need": rng.binomial(4, np.where(classes, 0.9, 0.1)),
            "hours": np.exp(rng.normal(np.where(classes, 4.0, 1.0), 0.5)),
            "mode": np.where(rng.random(4000) < 0.95, np.where(classes, "call", "mail"), "self"),
            "years": rng.normal(np.where(classes, 30.0, 10.0), 2.0),
        }
    )
    kinds = {"need": "ordinal", "hours": "numeric", "mode": "categorical", "years": "numeric"}
    encoded = encode_attributes(table, kinds=kinds)
    mixture = fit_mixture(encoded, k=2, n_starts=3, rng=rng)
    profile = class_profile(mixture, encoded.encoding)
    assert profile["attribute"].unique().tolist() == list(kinds)
    assert profile.columns.tolist() == ["class", "attribute", "kind", "level", "value", "overall"]
    value = profile.set_index(["class", "attribute", "level"])["value"]
    overall = profile.set_index(["class", "attribute", "level"])["overall"]
    for group in (0, 1):
        own = table[classes == group]
        for level, share in own["need"].value_counts(normalize=True).items():
            assert abs(value[group, "need", level] - share) < 0.01
        assert abs(value[group, "mode", "self"] - (own["mode"] == "self").mean()) < 0.01
        np.testing.assert_allclose(value[group, "years", "mean"], own["years"].mean(), rtol=0.01)
        np.testing.assert_allclose(value[group, "hours", "mean"], own["hours"].mean(), rtol=0.03)
        np.testing.assert_allclose(value[group, "hours", "typical"], own["hours"].median(), rtol=0.05)
    np.testing.assert_allclose(overall[0, "years", "mean"], table["years"].mean(), rtol=0.01)
    np.testing.assert_allclose(overall[1, "hours", "mean"], table["hours"].mean(), rtol=0.03)
    np.testing.assert_allclose(overall[0, "mode", "call"], (table["mode"] == "call").mean(), atol=0.01)
    shares = profile[profile["kind"] != "numeric"].groupby(["class", "attribute"])["value"].sum()
    np.testing.assert_allclose(shares, 1.0)
