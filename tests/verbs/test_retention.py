import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.verbs.cohort import build_cohort
from axlib.verbs.retention import measure_retention
from axlib.verbs.segments import make_segmentation
from tests.verbs.small import quick

RULES = {
    "as_of": pd.Timestamp("2025-12-31").date(),
    "window_months": 12,
    "grace_days": 30,
    "rejoin": "new",
    "snapshot": "none",
}
NOBODY = pd.DataFrame({"member_id": pd.Series(dtype="str")})

#: Member, months from 2024-07-01 to the start, months the term runs, money a year in odd parts of a cent.
histories = st.lists(
    st.tuples(
        st.sampled_from("abcdef"), st.integers(-6, 18), st.integers(1, 24), st.integers(0, 99_999).map(lambda x: x / 7)
    ),
    max_size=12,
)


def as_terms(history):
    starts = [pd.Timestamp("2024-07-01") + pd.DateOffset(months=start) for _, start, _, _ in history]
    ends = [s + pd.DateOffset(months=n) - pd.Timedelta(days=1) for s, (_, _, n, _) in zip(starts, history, strict=True)]
    return pd.DataFrame(
        {
            "member_id": pd.Series([row[0] for row in history], dtype="str"),
            "starts_on": pd.Series(starts, dtype="datetime64[s]"),
            "ends_on": pd.Series(ends, dtype="datetime64[s]"),
            "annual_amount": pd.Series([row[3] for row in history], dtype=float),
            "kind": pd.Series(["dues"] * len(history), dtype="str"),
        }
    )


def retention_of(history, **changed):
    cohort = build_cohort(NOBODY, as_terms(history), **{**RULES, **changed})
    if not hasattr(cohort, "table"):
        return None
    return measure_retention(cohort, groupings={}, rng=np.random.default_rng(1), n_resamples=10)


@quick
@given(histories)
def test_nrr_is_one_less_churned_less_contracted_plus_expanded_to_the_cent(history):
    retention = retention_of(history)
    if retention is None or len(retention.bridge) == 0:
        return
    opening, churned, contracted, expanded, closing = retention.bridge["amount"]
    assert round(opening + churned + contracted + expanded, 2) == closing
    row = retention.overall
    assert row["nrr"] == pytest.approx(1 - row["revenue_churn"] - row["contraction"] + row["expansion"])
    assert round(row["nrr"] * opening, 2) == pytest.approx(closing, abs=0.005)


@quick
@given(histories)
def test_grr_is_at_most_one_and_at_most_nrr(history):
    retention = retention_of(history)
    if retention is not None and pd.notna(retention.overall["grr"]):
        assert retention.overall["grr"] <= min(1, retention.overall["nrr"]) + 1e-12
        assert 0 <= retention.overall["logo_churn"] <= 1


def cohort_and_groups(n=80):
    rng = np.random.default_rng(sum(map(ord, "groups")))
    history = [(f"m{i:03d}", int(rng.integers(-5, 5)), 12, float(rng.integers(100, 900))) for i in range(n)]
    history += [(m, start + 12, 12, money * 1.1) for m, start, _, money in history if rng.random() < 0.8]
    cohort = build_cohort(NOBODY, as_terms(history), **RULES)
    ids = cohort.table["member_id"]
    labels = np.where(np.arange(len(ids)) % 3 == 0, "A", "B").astype(object)
    labels[:4] = "undetermined"
    return cohort, make_segmentation(ids, labels, segments=["A", "B", "Empty"], method="column")


def test_groups_are_measured_as_cohorts_of_their_own(rng):
    cohort, groups = cohort_and_groups()
    table = measure_retention(cohort, groupings={"segment": groups}, rng=rng, n_resamples=50).table
    assert table["group"].tolist() == ["all members", "A", "B", "undetermined"]
    assert table["n"].iloc[1:].sum() == table["n"].iloc[0]
    inside = cohort.table[(groups.table["segment"] == "A").to_numpy()]
    row = table[table["group"] == "A"].iloc[0]
    assert row["logo_churn"] == pytest.approx(inside["gone"].mean())
    assert row["nrr"] == pytest.approx(inside["closing"].sum() / inside["opening"].sum())
    assert row["grr"] == pytest.approx(inside[["opening", "closing"]].min(axis=1).sum() / inside["opening"].sum())


def test_intervals_hold_their_values(rng):
    cohort, groups = cohort_and_groups()
    table = measure_retention(cohort, groupings={"segment": groups}, rng=rng, n_resamples=400).table.iloc[:3]
    for name in ("nrr", "grr", "logo_churn", "revenue_churn", "renewal_rate"):
        known = table[f"{name}_low"].notna()
        assert known.sum() >= 2, name
        assert (table[f"{name}_low"] <= table[name])[known].all(), name
        assert (table[name] <= table[f"{name}_high"])[known].all(), name


def test_the_order_of_members_changes_no_number():
    cohort, groups = cohort_and_groups()
    order = np.random.default_rng(3).permutation(len(cohort.table))
    shuffled = type(cohort)(
        cohort.table.iloc[order][cohort.table.columns[::-1]], cohort.opened_on, cohort.closed_on, cohort.source, "USD"
    )
    tables = [
        measure_retention(each, groupings={"segment": groups}, rng=np.random.default_rng(5), n_resamples=50).table
        for each in (cohort, shuffled)
    ]
    pd.testing.assert_frame_equal(*tables)


def test_arguments_are_not_changed(rng):
    cohort, groups = cohort_and_groups()
    before = cohort.table.copy(deep=True), groups.table.copy(deep=True)
    measure_retention(cohort, groupings={"segment": groups}, rng=rng, n_resamples=10)
    pd.testing.assert_frame_equal(cohort.table, before[0])
    pd.testing.assert_frame_equal(groups.table, before[1])


def test_never_nrr_without_grr(small):
    assert ("NRR" in small.retention.text) == ("GRR" in small.retention.text) is True
    columns = small.retention.summary().columns
    assert ("nrr" in columns) == ("grr" in columns) is True


def test_an_interval_of_money_needs_members_who_make_the_difference(rng):
    """Of 40 members four leave: how many might have left is known from the count, what they might have paid is not."""
    for leaving, known in ((4, False), (5, True)):
        history = [(f"m{i:02d}", -5, 12, 100.0 + i) for i in range(40)]
        history += [(m, start + 12, 12, money) for m, start, _, money in history[leaving:]]
        cohort = build_cohort(NOBODY, as_terms(history), **RULES)
        row = measure_retention(cohort, groupings={}, rng=rng, n_resamples=200).overall
        assert row["logo_churn"] == leaving / 40
        assert 0 < row["logo_churn_low"] < leaving / 40 < row["logo_churn_high"]
        assert [pd.notna(row[f"{name}_low"]) for name in ("nrr", "grr", "revenue_churn")] == [known] * 3
        assert pd.isna(row["expansion_low"])


def test_bounds_of_a_large_group_are_those_of_resampled_members(rng):
    n = 4000
    opening = np.exp(rng.normal(6, 1, n)).round(2)
    gone = rng.random(n) < 0.15
    closing = np.where(gone, 0, opening * rng.choice([0.8, 1, 1.3], n)).round(2)
    history = [(f"m{i:04d}", -5, 12, money) for i, money in enumerate(opening)]
    history += [(f"m{i:04d}", 7, 12, money) for i, money in enumerate(closing) if not gone[i]]
    cohort = build_cohort(NOBODY, as_terms(history), **RULES)
    row = measure_retention(cohort, groupings={}, rng=rng, n_resamples=1000).overall
    weights = rng.multinomial(n, np.full(n, 1 / n), size=1000)
    for name, top in (("nrr", closing), ("grr", np.minimum(opening, closing)), ("revenue_churn", opening * gone)):
        draws = (weights @ top) / (weights @ opening)
        assert row[name] == pytest.approx(top.sum() / opening.sum())
        bounds = [row[f"{name}_low"], row[f"{name}_high"]]
        np.testing.assert_allclose(bounds, np.quantile(draws, [0.025, 0.975]), atol=0.4 * draws.std())
