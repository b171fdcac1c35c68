"""The pods' case: what the raw files hold, by an independent reading, and through the public API."""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

import axlib
from axlib.tables.demo.pods import pods_files

SEEDS = [0, sum(map(ord, "pods")), sum(map(ord, "others, same totals"))]
files_of = cache(lambda seed, noise=0.0: pods_files(seed=seed, noise=noise))


def read_by_hand(files):
    """Current members with what they pay and which segment the rules give them, and their minutes of 2025."""
    book = pd.read_excel(
        io.BytesIO(files["export/companies.xlsx"]), engine="calamine", sheet_name="Companies", header=3, dtype=str
    ).fillna("")
    book = book[book["iMIS Id"] != ""].drop_duplicates("iMIS Id").set_index("iMIS Id")
    book = book[book["Member Status"].isin(["A", "Active"])]
    dues = book["DUES"].str.replace(r"[$, USD]", "", regex=True).astype(float)
    scale = lambda name: pd.to_numeric(book[name])  # noqa: E731
    hard = (scale("UD_COMPLEXITY") >= 3) & (scale("UD_STAKES") >= 3)
    inbound = ~hard & (scale("UD_CAPACITY") >= 3) & (scale("UD_GUIDANCE") <= 1)
    sheets = pd.read_csv(io.BytesIO(files["export/timesheets.csv"]), encoding="utf-8-sig", dtype=str).fillna("")
    sheets = sheets.drop_duplicates("Entry")
    who = sheets["Company no."].str.replace("\u00a0", " ").str.strip()
    minutes = pd.to_numeric(sheets["Min"].replace("", "0")).groupby(who).sum()
    return pd.DataFrame({"dues": dues, "inbound": inbound, "minutes": minutes.reindex(book.index).fillna(0)})


@pytest.mark.parametrize("seed", SEEDS)
def test_half_call_for_inbound_and_their_margin_is_exact(seed):
    members = read_by_hand(files_of(seed))
    half = members[members["inbound"]]
    assert (len(members), len(half)) == (1000, 500)
    assert half["dues"].sum() == 500 * 2400
    # Fifty dollars for an hour, 240 besides: 40 % are left of 2,400; 60 % with ten hours and a platform for 220.
    assert half["minutes"].sum() / 60 == 500 * 24
    before = 1 - (24 * 50 + 240) / 2400
    after = 1 - (10 * 50 + 240 + 220) / 2400
    assert (before, after) == (pytest.approx(0.4), pytest.approx(0.6))


class Found(NamedTuple):
    clean: object
    economics: object
    scenarios: list


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The numbers of the case, by the public API from the files the demo writes."""
    place = tmp_path_factory.mktemp("demo") / "pods"
    axlib.write_demo("pods", place)
    engagement = axlib.read_engagement(place)
    settings = engagement.settings
    clean = axlib.clean_tables(axlib.read_tables(engagement))
    current = clean.members[clean.members["status"] == "active"]
    attributes = axlib.collect_attributes(clean, attributes=settings.attributes).table
    segments = axlib.segment_by_rules(
        attributes[attributes.index.isin(current["member_id"])], segments=engagement.segments
    )
    tiers = axlib.segment_by_dues(current, by="bands", edges=settings.tiers.edges)
    economics = axlib.cost_to_serve(
        segments, tiers=tiers, revenue=current.set_index("member_id")["annual_dues"], staff=clean.staff,
        touches=clean.touches, coverage=engagement.segments, utilisation=settings.capacity.utilisation,
        ends_on=engagement.as_of, costs=settings.economics.costs, currency="USD",
    )  # fmt: skip
    cohort = axlib.build_cohort(
        clean.members, axlib.build_terms(clean, as_of=engagement.as_of, grace_days=30, rejoin="new").terms,
        as_of=engagement.as_of, window_months=12, grace_days=30, rejoin="new", snapshot="none",
    )  # fmt: skip
    retention = axlib.measure_retention(cohort, groupings={}, rng=np.random.default_rng(1), n_resamples=50)
    scenarios = [
        axlib.project_scenario(
            economics, scenario=one, coverage=engagement.segments, utilisation=settings.capacity.utilisation,
            costs=settings.economics.costs, retention=retention,
        )
        for one in settings.scenarios
    ]  # fmt: skip
    return Found(clean, economics, scenarios)


def test_margin_comes_out_of_the_raw_files_through_the_public_api(found):
    economics = found.economics
    today, ax = (economics.by_group("segment", basis).set_index("group").loc["Inbound"] for basis in ("today", "ax"))
    assert today["members"] == 500
    assert today["revenue"] == pytest.approx(1_200_000, abs=0.01)
    assert today["hours"] == pytest.approx(12_000, abs=1e-6)
    assert today["cost"] == pytest.approx(720_000, abs=0.01)
    assert ax["cost"] == pytest.approx(480_000, abs=0.01)
    assert today["margin_share"] == pytest.approx(0.4) and ax["margin_share"] == pytest.approx(0.6)
    assert ax["margin"] / today["margin"] == pytest.approx(1.5)


def test_the_declared_move_frees_hours_and_no_cash(found):
    scenario = found.scenarios[0]
    share, unused, cash = (scenario.outcome(name) for name in ("margin_share_concerned", "unused_hours", "cash_margin"))
    assert (share["before"], share["after"]) == (pytest.approx(0.4), pytest.approx(0.6))
    assert unused["change"] == pytest.approx(7_000)
    assert unused["change"] * found.economics.of("today")["rate"] == pytest.approx(350_000, abs=0.01)
    assert cash["change"] == pytest.approx(-110_000, abs=0.01)
    assert scenario.concerned["members"].sum() == 500
    assert "allocated margin is no cash until they are used" in scenario.text
    assert "that they still succeed would have to be shown by a test" in scenario.text


def test_the_payroll_is_reconciled_to_the_cent(found):
    economics = found.economics
    for basis in ("today", "ax"):
        lines = economics.lines[economics.lines["basis"] == basis]
        assert lines["amount"].sum() == pytest.approx(21 * 1500 * 40, abs=0.001)
    unused = economics.lines.set_index(["basis", "line"])["amount"]
    assert unused["today", "Members who are gone"] == 21_000
    assert unused["today", "Unused capacity"] == 39_000


def test_the_mess_is_there_and_every_row_accounted_for(found):
    accounts = found.clean.accounts.set_index("table")
    balance = accounts["read"] - accounts["kept"] - accounts["merged"] - accounts["quarantined"]
    assert (balance == 0).all()
    assert accounts.loc["touches", "merged"] == 25 and found.economics.untimed == 40
    assert accounts.loc["terms", "quarantined"] == 4


def test_noise_breaks_exactness_and_stays_near():
    members = read_by_hand(files_of(0, 0.3))
    half = members[members["inbound"]]
    assert len(half) != 500 and 400 < len(half) < 600
    assert half["minutes"].sum() / 60 != 24 * len(half)


def test_the_same_seed_gives_the_same_bytes():
    assert pods_files(seed=99) == pods_files(seed=99)
    assert files_of(0)["export/dues.tsv"] != files_of(SEEDS[1])["export/dues.tsv"]
