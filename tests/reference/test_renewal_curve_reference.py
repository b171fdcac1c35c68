"""Published figures of the shifted beta-geometric model, on the curves they were published for."""

import numpy as np
import pandas as pd
import pytest

from axlib.numbers.renewal_curve import fit_renewal_curve
from tests.places import SHARED_DATA


@pytest.mark.parametrize(
    ("column", "alpha", "beta"), [("high_end_pct_alive", 0.668, 3.806), ("regular_pct_alive", 0.704, 1.182)]
)
def test_parameters_of_the_published_retention_table(column, alpha, beta):
    file = SHARED_DATA / "sbg_retention_table" / "retention_highend_regular.csv"
    if not file.is_file():
        pytest.skip("../shared/data/sbg_retention_table is not here")
    alive = 10 * pd.read_csv(file)[column].to_numpy()
    first_seven = alive[:8]
    curve = fit_renewal_curve(first_seven[:-1], -np.diff(first_seven))
    assert (round(curve.alpha, 3), round(curve.beta, 3)) == (alpha, beta)
    # What the paper shows: the years left out of the fit are foretold to a few percent.
    np.testing.assert_allclose(curve.survival(12)[8:], alive[8:] / 1000, rtol=0.06)
