import dataclasses
from datetime import date

import pandas as pd
import pytest

from axlib.numbers.intervals import wilson_interval
from axlib.verbs.cohort import Cohort
from axlib.verbs.evidence import check_words
from axlib.verbs.gap_churn import measure_gap_churn
from axlib.verbs.service_gap import ServiceGap
from axlib.words.results import Unavailable

#: (segment, gap, members, of them gone): churn is 10 and 50 % by segment, whatever the service.
CELLS = [("A", "under", 10, 1), ("A", "matched", 40, 4), ("B", "under", 40, 20), ("B", "matched", 10, 5)]
OPENED, CLOSED = date(2024, 12, 31), date(2025, 12, 31)


def world(cells=CELLS, *, ends_on=OPENED, opened_on=OPENED):
    rows = [(segment, gap, i < gone) for segment, gap, n, gone in cells for i in range(n)]
    table = pd.DataFrame(rows, columns=["segment", "gap", "gone"]).astype({"segment": "str", "gap": "str"})
    table = table.assign(member_id=pd.array([f"m{i}" for i in range(len(rows))], dtype="str"))
    by_segment = pd.DataFrame({"group": pd.array(sorted(set(table["segment"])), dtype="str")})
    gap = ServiceGap(table.drop(columns="gone"), by_segment, by_segment, {}, date(2024, 1, 1), ends_on)
    cohort = Cohort(table[["member_id", "gone"]], opened_on, CLOSED, "terms", "USD")
    return gap, cohort


def test_churn_by_gap_is_counted_with_wilson_intervals():
    table = measure_gap_churn(*world()).table.set_index("gap")
    assert table[["n", "gone"]].loc[["under", "matched"]].to_numpy().tolist() == [[50, 21], [50, 9]]
    row = table.loc["under"]
    assert (row["logo_churn"], row["logo_churn_low"], row["logo_churn_high"]) == pytest.approx(
        (21 / 50, *wilson_interval(21, 50))
    )


def test_with_the_same_mix_of_segments_service_makes_no_difference_here():
    table = measure_gap_churn(*world()).table.set_index("gap")
    assert table.loc["under", "logo_churn"] > 2 * table.loc["matched", "logo_churn"]
    assert table.loc[["under", "matched"], "standardised_churn"].tolist() == pytest.approx([0.3, 0.3])


def test_segments_without_enough_of_each_are_not_compared():
    result = measure_gap_churn(*world([*CELLS, ("C", "under", 25, 25), ("C", "matched", 4, 0)]))
    assert result.usable_share == pytest.approx(100 / 129)
    assert result.table.set_index("gap").loc["under", "standardised_churn"] == pytest.approx(0.3)


def test_a_gap_nobody_has_is_empty_and_no_obstacle():
    row = measure_gap_churn(*world()).table.set_index("gap").loc["over"]
    assert row["n"] == 0 and pd.isna(row["logo_churn"]) and pd.isna(row["standardised_churn"])


def test_service_of_the_window_in_which_members_left_is_refused():
    """Who is about to leave draws service: that would look like service driving members away."""
    late = measure_gap_churn(*world(ends_on=CLOSED))
    assert isinstance(late, Unavailable) and "draws service" in late.why
    assert isinstance(measure_gap_churn(*world(opened_on=None)), Unavailable)


def test_the_sentence_compares_and_claims_no_cause():
    text = measure_gap_churn(*world()).text
    assert text.startswith("In the window after, 42.0 % of 50 under-served members and 18.0 % of 50 members served")
    assert check_words("0", text) == text


def test_members_outside_the_cohort_do_not_count():
    gap, cohort = world()
    fewer = dataclasses.replace(cohort, table=cohort.table.iloc[:50])
    assert measure_gap_churn(gap, fewer).table["n"].sum() == 50
