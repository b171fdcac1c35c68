"""The homebuilders' case: what the raw files hold, by an independent reading, and through the public API."""

import csv
import io
from fractions import Fraction
from functools import cache

import numpy as np
import pandas as pd
import pytest

import axlib
from axlib.tables.demo.homebuilders import homebuilders_files

SEEDS = [0, sum(map(ord, "homebuilders")), sum(map(ord, "others, same totals"))]
files_of = cache(lambda seed, noise=0.0: homebuilders_files(seed=seed, noise=noise))


def read_day(texts):
    """Month before day where written with slashes."""
    iso = texts.str.contains("-", regex=False)
    days = pd.to_datetime(texts.where(iso), format="%Y-%m-%d")
    return days.where(iso, pd.to_datetime(texts.where(~iso), format="%m/%d/%Y"))


def cohort(files, year):
    """Cents each member paid when the year began, and what it pays when it ends, from the invoices alone."""
    lines = list(csv.reader(io.StringIO(files["export/invoices.csv"].decode(), newline="")))
    table = pd.DataFrame(lines[5:-1], columns=lines[4])
    table = table.drop_duplicates()
    table = table[table["Class"].str.lower() == "dues"]
    table["member"] = table["Customer ID"].str.replace("\u00a0", " ").str.strip()
    table["cents"] = (table["Amount"].str.replace(r"[$, USD]", "", regex=True).astype(float) * 100).round().astype(int)
    table["from"], table["to"] = read_day(table["Service from"]), read_day(table["Service to"])
    table = table[table["to"] > table["from"]]
    table = table.groupby(["member", "from", "to"], as_index=False)["cents"].sum()
    credits = table["cents"] > 0

    def paid(day):
        here = table[credits & (table["from"] <= day) & (table["to"] >= day)]
        return here.set_index("member")["cents"]

    opening = paid(pd.Timestamp(year - 1, 12, 31))
    return opening, paid(pd.Timestamp(year, 12, 31)).reindex(opening.index).fillna(0).astype(int)


@pytest.mark.parametrize(("year", "nrr"), [(2024, Fraction(98, 100)), (2025, Fraction(105, 100))])
@pytest.mark.parametrize("seed", SEEDS)
def test_rates_are_exact_in_the_raw_invoices(seed, year, nrr):
    opening, closing = cohort(files_of(seed), year)
    assert len(opening) == 1200 and opening.index.is_unique
    assert Fraction(int(closing.sum()), int(opening.sum())) == nrr
    assert Fraction(int(np.minimum(opening, closing).sum()), int(opening.sum())) == Fraction(83, 100)
    assert Fraction(int((closing == 0).sum()), len(opening)) == Fraction(15, 100)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("demo") / "homebuilders"
    axlib.write_demo("homebuilders", place)
    return place


@pytest.fixture(scope="module")
def read(folder):
    """Each engagement file's clean tables and closed cohort, by the public API."""

    def read_one(file):
        engagement = axlib.read_engagement(folder / file)
        clean = axlib.clean_tables(axlib.read_tables(engagement))
        if engagement.settings.as_known == "then":
            clean = axlib.keep_known(clean, on=engagement.as_of)
        ledger = axlib.build_terms(clean, as_of=engagement.as_of, grace_days=30, rejoin="new")
        cohort = axlib.build_cohort(
            clean.members, ledger.terms, as_of=engagement.as_of, window_months=12, grace_days=30, rejoin="new",
            snapshot="none", currency="USD",
        )  # fmt: skip
        return engagement, clean, cohort

    return cache(read_one)


FILES = {"before.yml": (0.98, 960_000, 1 / 3), "engagement.yml": (1.05, 1_088_000, 0.8)}


@pytest.mark.parametrize("file", FILES)
def test_rates_come_out_of_the_raw_files_through_the_public_api(read, file):
    nrr, opening, _ = FILES[file]
    row = axlib.measure_retention(read(file)[2], groupings={}, rng=np.random.default_rng(1), n_resamples=50).overall
    assert (row["n"], row["opening_revenue"]) == (1200, opening)
    assert row["closing_revenue"] == pytest.approx(nrr * opening, abs=0.01)
    assert row["nrr"] == pytest.approx(nrr, abs=1e-12)
    assert row["grr"] == pytest.approx(0.83, abs=1e-12)
    assert row["logo_churn"] == 0.15
    assert row["revenue_churn"] == pytest.approx(0.15, abs=1e-12)


def test_all_of_the_change_is_growth(read):
    earlier, later = read("before.yml")[2], read("engagement.yml")[2]
    change = axlib.compare_windows(earlier, later, rng=np.random.default_rng(1), n_resamples=50)
    assert change.of("nrr")["change"] == pytest.approx(0.07)
    assert change.of("expansion")["part_of_nrr"] == pytest.approx(0.07)
    assert change.of("revenue_churn")["part_of_nrr"] == pytest.approx(0, abs=1e-12)
    assert "NRR went from 98.0 % to 105.0 % and GRR stayed at 83.0 %" in change.text
    assert "All of it is what stayers pay; none of it is members kept." in change.text


@pytest.mark.parametrize("file", FILES)
def test_who_was_served_as_needed_grew_more_and_left_as_often(read, file):
    engagement, clean, cohort = read(file)
    attributes = axlib.collect_attributes(clean, attributes=engagement.settings.attributes).table
    there = attributes[attributes.index.isin(cohort.table["member_id"])]
    segments = axlib.segment_by_rules(there, segments=engagement.segments)
    assert segments.undetermined == 0
    paid = cohort.table.rename(columns={"opening": "annual_dues"})
    gap = axlib.measure_service_gap(
        segments, tiers=axlib.segment_by_dues(paid, by="bands", edges=[700]), touches=clean.touches,
        coverage=engagement.segments, ends_on=cohort.opened_on, window_months=12,
    )  # fmt: skip
    assert gap.totals["matched"] == round(1200 * FILES[file][2])
    matched = gap.table.set_index("member_id")["gap"] == "matched"
    table = cohort.table.assign(matched=cohort.table["member_id"].map(matched))
    assert table.groupby("matched")["gone"].mean().to_dict() == {False: 0.15, True: 0.15}
    stay = table[~table["gone"]]
    grew = (stay["closing"] > stay["opening"]).groupby(stay["matched"]).mean()
    assert grew[True] == pytest.approx(10 / 17)
    assert grew[False] == pytest.approx(4 / 17)


def test_the_mess_is_there_and_every_row_accounted_for(folder):
    clean = axlib.clean_tables(axlib.read_tables(axlib.read_engagement(folder)))
    accounts = clean.accounts.set_index("table")
    balance = accounts["read"] - accounts["kept"] - accounts["merged"] - accounts["quarantined"]
    assert (balance == 0).all()
    assert accounts.loc["members", "merged"] == 17 and accounts.loc["members", "quarantined"] == 3
    assert accounts.loc["terms", "merged"] == 12 and accounts.loc["terms", "quarantined"] == 4
    raw = files_of(0)
    assert raw["export/members.csv"].startswith(b"\xef\xbb\xbf")
    assert b"Sales by Customer Detail" in raw["export/invoices.csv"] and b"Credit memo" in raw["export/invoices.csv"]


def test_noise_breaks_exactness_and_stays_near():
    opening, closing = cohort(files_of(0, 0.5), 2025)
    nrr = closing.sum() / opening.sum()
    assert nrr != 1.05 and abs(nrr - 1.05) < 0.1
    assert (closing == 0).mean() != 0.15


def test_the_same_seed_gives_the_same_bytes():
    assert homebuilders_files(seed=99) == homebuilders_files(seed=99)
    assert files_of(0)["export/members.csv"] != files_of(SEEDS[1])["export/members.csv"]
