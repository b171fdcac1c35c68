"""The bankers' case: what the raw files hold, counted by an independent reading of them."""

import csv
import io
import json
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from axlib.tables.coverage_segments import read_segments
from axlib.tables.demo.bankers import bankers_files
from axlib.tables.demo.contacts import HEADERS
from axlib.tables.engagement import read_engagement

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "data" / "bankers"
SEEDS = [0, sum(map(ord, "bankers")), sum(map(ord, "other people, same totals"))]
CASE = pd.DataFrame(
    {
        "LT-1": [120, 100, 70, 10],
        "LT-2": [120, 100, 70, 10],
        "HT-1": [12, 8, 4, 1],
        "HT-2": [12, 8, 4, 1],
    },
    index=["Inbound", "Asynchronous", "Synchronous", "Task Force"],
)
HOURS = pd.Series({"Inbound": 3, "Asynchronous": 9, "Synchronous": 28, "Task Force": 38})


#: Each seed's files, made once for all tests.
files_of = cache(lambda seed: bankers_files(seed=seed))


def tidy(texts: pd.Series) -> pd.Series:
    return texts.str.replace("\u00a0", " ").str.split().str.join(" ")


def to_money(texts: pd.Series) -> pd.Series:
    return pd.to_numeric(tidy(texts).str.replace(r"[$, USD)]", "", regex=True), errors="coerce")


@pytest.fixture(scope="module", params=SEEDS)
def raw(request):
    return files_of(request.param)


@pytest.fixture(scope="module")
def contacts(raw):
    text = raw["export/members.csv"].decode("utf-8-sig")
    return pd.read_csv(io.StringIO(text, newline=""), dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def members(contacts):
    """Real people's reading of the export: tidy, drop what is impossible, one row per id."""
    table = contacts.assign(**{name: tidy(contacts[name]) for name in contacts})
    table = table[(table["User ID"] != "") & ~(to_money(table["Annual dues"]) < 0)]
    table = table[~table["Annual dues"].str.contains("(", regex=False)]
    ended = table["Renewal due"].str[:10] < table["Member since"].str[:10]
    table = table[~ended | (table["Renewal due"] == "")]
    return table.drop_duplicates("User ID").set_index("User ID")


@pytest.fixture(scope="module")
def current(members):
    status = members["Membership status"].str.lower().str.replace("[ -]", "", regex=True)
    return members[status.isin(["active", "pendingrenewal"])]


@pytest.fixture(scope="module")
def invoices(raw):
    table = pd.read_csv(io.BytesIO(raw["export/invoices.csv"]), dtype=str, keep_default_na=False)
    table = table.assign(**{name: tidy(table[name]) for name in table})
    table = table[(table["User ID"] != "") & table["Invoice type"].str.lower().str.startswith("membership")]
    for side in ("Period start", "Period end"):
        table = table.assign(**{side: pd.to_datetime(table[side], format="%m/%d/%Y")})
    table = table[table["Period end"] > table["Period start"]].drop_duplicates("Invoice #")
    return table.assign(amount=to_money(table["Invoice total"]))


@pytest.fixture(scope="module")
def activities(raw):
    table = pd.read_excel(
        io.BytesIO(raw["export/activities.xlsx"]), engine="calamine", sheet_name="Activities", header=3, dtype=str
    )
    table = table.assign(minutes=pd.to_numeric(table["Duration (min)"]), at=pd.to_datetime(table["Activity date"]))
    return table.drop_duplicates("Activity ID")


def segment_by_hand(members: pd.DataFrame) -> pd.Series:
    """The rules of the built-in segments, written out once more."""
    scale = lambda name: pd.to_numeric(members[name])  # noqa: E731
    capacity, guidance = scale("Internal capacity"), scale("Guidance need")
    wish = members["Preferred mode"].str.lower().str.replace("-", "")
    by_mail, live = wish.isin(["async", "email"]), wish.isin(["live", "meetings"])
    conditions = {
        "Task Force": (scale("Goal complexity") >= 3) & (scale("Stakes") >= 3),
        "Inbound": (capacity >= 3) & (guidance <= 1),
        "Asynchronous": ((guidance <= 2) & by_mail) | (guidance <= 1),
        "Synchronous": (guidance >= 3) | ((guidance >= 2) & (capacity <= 1)) | ((guidance >= 2) & live),
    }
    chosen = np.select(list(conditions.values()), list(conditions), "none")
    return pd.Series(chosen, index=members.index)


def covers(invoices: pd.DataFrame, day: str, grace: int = 30) -> set[str]:
    day = pd.Timestamp(day)
    here = (invoices["Period start"] <= day) & (invoices["Period end"] >= day - pd.Timedelta(days=grace))
    return set(invoices.loc[here, "User ID"])


def test_the_books_are_those_of_the_case(current):
    counts = pd.crosstab(segment_by_hand(current), current["Member Success Manager"])
    pd.testing.assert_frame_equal(counts.loc[CASE.index, CASE.columns], CASE, check_names=False)
    assert counts.to_numpy().sum() == len(current) == 650


def test_loads_follow_from_the_rows(raw, current):
    hours = segment_by_hand(current).map(HOURS).groupby(current["Member Success Manager"]).sum()
    staff = pd.read_csv(io.BytesIO(raw["staff.csv"]), thousands=",").set_index("staff_id")
    available = staff["hours_per_year"] * 0.8
    np.testing.assert_allclose(hours / available, [0.215, 0.215, 3.0, 3.0], rtol=1e-12)
    assert hours.sum() / available.sum() == pytest.approx(1.6075)


def test_needs_hardly_differ_between_tiers(current):
    tier = np.where(to_money(current["Annual dues"]) < 2500, "Low-touch", "High-touch")
    table = pd.crosstab(tier, segment_by_hand(current)).to_numpy()
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
    v = np.sqrt(((table - expected) ** 2 / expected).sum() / table.sum())
    assert v == pytest.approx(0.054, abs=0.0005)
    assert (pd.Series(tier, current.index).str[0] == current["Member Success Manager"].str[0]).all()


def test_the_hours_used_here_are_those_of_the_built_in_segments():
    assert {one.name: one.steady_hours for one in read_segments()} == HOURS.to_dict()


def test_what_is_known_of_dues_tells_little_of_needs(current):
    dues = np.log(to_money(current["Annual dues"]).to_numpy())
    names = ["Internal capacity", "Guidance need", "Goal complexity", "Stakes"]
    x = np.column_stack([np.ones(len(current))] + [pd.to_numeric(current[name]) for name in names])
    residual = dues - x @ np.linalg.lstsq(x, dues, rcond=None)[0]
    assert 1 - residual.var() / dues.var() < 0.05


def test_seeds_change_people_not_totals(current, members, invoices):
    assert to_money(current["Annual dues"]).sum() == 2 * (303_750 + 236_000)
    assert len(members) == 880 + 14 + 30 + 18
    opening, closing = covers(invoices, "2024-12-31"), covers(invoices, "2025-12-31")
    assert closing == set(current.index)
    assert len(opening) == 662
    assert len(opening - closing) == 96
    ids = {int(one) for one in files_of(99)["export/members.csv"].decode().split(",") if one.isdigit()}
    assert ids != {int(one) for one in members.index}


def test_about_fifteen_in_a_hundred_lapse_a_little_more_where_needs_are_high(members, invoices):
    opening, closing = covers(invoices, "2024-12-31"), covers(invoices, "2025-12-31")
    low = members.loc[sorted(opening)]
    low = low[low["Member Success Manager"].str.startswith("LT")]
    needy = segment_by_hand(low).isin(["Synchronous", "Task Force"])
    gone = ~low.index.isin(closing)
    assert 0.14 < gone.mean() < 0.16
    assert 0.02 < gone[needy].mean() - gone[~needy].mean() < 0.08


def test_the_dues_on_the_member_are_those_of_the_newest_invoice(current, invoices):
    newest = invoices.sort_values("Period end").drop_duplicates("User ID", keep="last").set_index("User ID")
    years = ((newest["Period end"] - newest["Period start"]).dt.days / 365).round()
    dues = to_money(current["Annual dues"])
    pd.testing.assert_series_equal(
        (newest["amount"] / years).reindex(dues.index), dues, check_names=False, check_dtype=False
    )
    due = pd.to_datetime(current["Renewal due"].str[:10])
    assert (due - newest["Period end"].reindex(due.index) == pd.Timedelta(days=1)).all()


def test_history_has_what_a_ledger_must_cope_with(current, invoices):
    years = ((invoices["Period end"] - invoices["Period start"]).dt.days / 365).round()
    assert set(years.value_counts().index) == {1, 2, 3}
    starts = invoices.sort_values("Period start").groupby("User ID")
    gap = (invoices["Period start"] - starts["Period end"].shift()).dt.days
    assert (gap > 60).sum() == 14  # came back after a break, and are members now
    change = (invoices["amount"] / years).groupby(invoices["User ID"]).agg(["first", "last"])
    assert (change["last"] > change["first"]).sum() > 20
    assert (change["last"] < change["first"]).sum() > 10
    assert len(set(current.index) - covers(invoices, "2025-12-31", grace=0)) == 12


def test_delivered_hours_follow_dues_and_stay_below_what_there_is(activities, current):
    year = activities["at"].dt.year
    hours = activities.groupby([year, "Staff"])["minutes"].sum() / 60
    assert set(year) == {2024, 2025}
    assert hours.between(600, 1200).all()
    per_member = (activities.groupby("User ID")["minutes"].sum() / 120).reindex(current.index).fillna(0)
    segment, high = segment_by_hand(current), current["Member Success Manager"].str.startswith("H")
    low = per_member[~high].groupby(segment).mean()
    assert per_member[high].mean() > 5 * per_member[~high].mean()
    assert low["Synchronous"] == pytest.approx(low["Inbound"], rel=0.25)
    assert (activities["at"].dt.day_of_week < 5).all()


def test_the_mess_is_there_and_small_enough(contacts, raw):
    assert list(contacts.columns) == list(HEADERS)
    ids = tidy(contacts["User ID"])
    assert ids[ids != ""].str.fullmatch(r"0\d{7}").all()
    assert (ids == "").sum() == 3
    assert contacts.duplicated().sum() >= 6
    assert ids[ids != ""].duplicated().sum() == 14
    assert contacts["Organization"].str.contains("\u00a0").any()
    assert contacts["Member since"].str.contains("T20:00:00-04:00", regex=False).any()
    bad = to_money(contacts["Annual dues"].str.replace("(", "-")) < 0
    assert bad.sum() == 2
    assert (3 + 5) / len(contacts) < 0.05
    forms = contacts["Annual dues"].str.replace(r"\d+", "9", regex=True).str.strip().unique()
    assert {"$9.9", "9", "9.9"} <= set(forms)
    assert any("USD" in form for form in forms)
    lost = contacts["Technical maturity"].isin(["", "N/A"])
    assert 0.08 < lost[contacts["Internal capacity"] != ""].mean() < 0.12
    lines = list(csv.reader(io.StringIO(raw["export/invoices.csv"].decode(), newline="")))
    assert lines[-1][0] == "Total"


def test_no_person_is_named(contacts):
    assert (contacts[["First name", "Last name", "Phone"]] == "").all(axis=None)
    assert contacts["Email"].str.fullmatch(r"(?:office|info)@[a-z]+\.example").all()


def test_the_same_seed_gives_the_same_bytes():
    assert bankers_files(seed=99) == files_of(99)


def test_committed_files_are_those_the_demo_writes():
    written = files_of(0)
    for place, content in written.items():
        committed = (COMMITTED / place).read_bytes()
        if place.endswith(".xlsx"):
            # Compressed bytes differ between builds of zlib; what is compressed must not.
            assert unzip(committed) == unzip(content)
        else:
            assert committed == content, f"{place}: write it again with make demo"
    assert json.loads((COMMITTED / "demo.json").read_text())["seed"] == 0
    assert sum(path.stat().st_size for path in COMMITTED.rglob("*") if path.is_file()) < 1_000_000


def test_the_engagement_file_is_accepted():
    engagement = read_engagement(COMMITTED)
    assert engagement.name == "bankers"
    assert engagement.settings.segments.method == "rules"
    assert engagement.settings.tiers.names == ("Low-touch", "High-touch")


def unzip(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
