"""Our curves, tests and restricted means are those of lifelines and statsmodels, on members kept with their values."""

import json
from pathlib import Path

import numpy as np
import pytest

from axlib.numbers.survival import count_months, estimate_curves, log_rank, restricted_sums

REFERENCE = json.loads(Path(__file__).with_name("survival_reference.json").read_text("utf-8"))
MEMBERS = {name: np.array(values) for name, values in REFERENCE["members"].items()}
GROUPS = len(REFERENCE["curves"])


def counts(entered, left):
    return count_months(entered, left, MEMBERS["ended"], groups=MEMBERS["group"], n_groups=GROUPS)


def test_curves_and_bounds_are_those_of_lifelines():
    curves = estimate_curves(counts(MEMBERS["entered"], MEMBERS["left"]))
    months = REFERENCE["horizon"] + 1
    for place, expected in enumerate(REFERENCE["curves"]):
        for name in ("survival", "low", "high"):
            found = getattr(curves, name)[place, :months]
            np.testing.assert_allclose(found, expected[name], rtol=1e-9, err_msg=f"{name} of group {place}")


def test_restricted_means_are_those_of_lifelines():
    means, _ = restricted_sums(counts(MEMBERS["entered"], MEMBERS["left"]), np.ones(REFERENCE["horizon"]))
    np.testing.assert_allclose(means, [curve["restricted_mean"] for curve in REFERENCE["curves"]], rtol=1e-9)


@pytest.mark.parametrize(
    ("which", "entered", "left"),
    [
        ("log_rank_of_months_followed", np.zeros_like(MEMBERS["entered"]), MEMBERS["left"] - MEMBERS["entered"]),
        ("log_rank_with_delayed_entry", MEMBERS["entered"], MEMBERS["left"]),
    ],
    ids=["lifelines", "statsmodels"],
)
def test_the_log_rank_test_is_that_of(which, entered, left):
    found = log_rank(counts(entered, left))
    assert found.df == GROUPS - 1
    assert found.chi2 == pytest.approx(REFERENCE[which]["chi2"], rel=1e-9)
    assert found.p_value == pytest.approx(REFERENCE[which]["p_value"], rel=1e-8)
