"""What moved NRR between two windows, by hand and as an identity."""

import dataclasses
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.verbs.cohort import Cohort
from axlib.verbs.retention_change import compare_windows
from axlib.words.results import Unavailable
from tests.verbs.small import quick


def cohort(pairs, opened=2023, source="terms"):
    table = pd.DataFrame(pairs, columns=["member_id", "opening", "closing"])
    table = table.assign(gone=table["closing"] == 0, eligible=True, renewed=True, first_year=False)
    return Cohort(table, date(opened, 12, 31), date(opened + 1, 12, 31), source, "USD")


EARLIER = cohort([("a", 100.0, 0.0), ("b", 100.0, 80.0), ("c", 200.0, 220.0)])
LATER = cohort([("b", 80.0, 80.0), ("c", 220.0, 320.0), ("d", 100.0, 0.0)], opened=2024)


def compare(earlier, later, **more):
    return compare_windows(earlier, later, rng=np.random.default_rng(3), n_resamples=300, **more)


def test_parts_by_hand():
    found = compare(EARLIER, LATER)
    assert found.of("nrr")["earlier"] == pytest.approx(300 / 400)
    assert found.of("nrr")["later"] == pytest.approx(1.0)
    assert found.of("revenue_churn")["part_of_nrr"] == pytest.approx(100 / 400 - 100 / 400)
    assert found.of("contraction")["part_of_nrr"] == pytest.approx(20 / 400)
    assert found.of("expansion")["part_of_nrr"] == pytest.approx(100 / 400 - 20 / 400)
    assert found.of("logo_churn")[["earlier", "later"]].tolist() == [pytest.approx(1 / 3)] * 2


def test_growth_alone_is_called_growth_alone():
    before = cohort([("a", 100.0, 0.0), ("b", 100.0, 100.0), ("c", 100.0, 110.0)])
    after = cohort([("x", 100.0, 0.0), ("y", 100.0, 150.0), ("z", 100.0, 150.0)], opened=2024)
    text = compare(before, after).text
    assert "GRR stayed at 66.7 %" in text
    assert "All of it is what stayers pay; none of it is members kept." in text


amounts = st.lists(st.tuples(st.floats(1, 1e4), st.one_of(st.just(0.0), st.floats(1, 1e4))), min_size=2, max_size=30)


@quick
@given(amounts, amounts)
def test_parts_add_up_to_the_change(before, after):
    one = cohort([(f"m{i}", *pair) for i, pair in enumerate(before)])
    two = cohort([(f"m{i + 3}", *pair) for i, pair in enumerate(after)], opened=2024)
    found = compare(one, two)
    assert found.table["part_of_nrr"].sum() == pytest.approx(found.of("nrr")["change"], abs=1e-9)


def test_the_order_of_rows_changes_nothing():
    turned = dataclasses.replace(LATER, table=LATER.table[::-1].reset_index(drop=True))
    pd.testing.assert_frame_equal(compare(EARLIER, LATER).table, compare(EARLIER, turned).table)


def test_without_terms_there_is_none():
    assert isinstance(compare(cohort([("a", 1.0, 1.0)], source="members"), LATER), Unavailable)
    missing = Unavailable("Retention", "no terms.", "terms")
    assert compare(missing, LATER).why == "no terms."
