"""Whatever is in the export: no row is lost, every change replays, nothing given is changed, order does not matter."""

import csv
import io
import random
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axlib.tables.cleaning import clean_tables
from axlib.tables.reading import read_tables
from tests.tables.engagements import write_engagement

HEADERS = {
    "member_id": "Member ID", "name": "Name", "status": "Status", "annual_dues": "Annual dues",
    "joined_on": "Member since", "expires_on": "Expires", "guidance_need": "Guidance need", "Notes": "Notes",
}  # fmt: skip
KEYS = (
    "read: {members: {delimiter: ',', header_row: 1}}\n"
    "values: {members.status: {Expired: lapsed, former: lapsed, AKTIV: active}}\n"
)
many = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

days = st.dates(date(1990, 1, 1), date(2025, 12, 31))
missing = st.sampled_from(["", " ", "N/A", "-", "none", "n/a"])
money = st.one_of(
    st.floats(0, 99999, allow_nan=False).map(lambda value: f"${value:,.2f}"),
    st.integers(0, 9999).map(str),
    st.integers(1, 99).map(lambda value: f"{value / 10:.1f}k"),
    st.integers(1, 999).map(lambda value: f"({value})"),
    missing,
    st.just("free"),
)
#: The thirteenth and later days settle the order of day and month.
joined = st.one_of(days.filter(lambda day: day.day > 12).map(lambda day: day.strftime("%d/%m/%Y")), missing)
expires = st.one_of(days.map(date.isoformat), missing, st.just("31/31/2024"))
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=12)
row = st.tuples(
    st.sampled_from(["001", "002", "A-3", " 4 ", "5", "", "0007", "8"]),
    words,
    st.sampled_from(["Active", "active ", "ACTIVE", "Expired", "expired", "former", "AKTIV"]),
    money,
    joined,
    expires,
    st.sampled_from(["0", "4", "2", "9", "-1", "", "x"]),
    words,
)
rows = st.lists(row, min_size=1, max_size=12).map(
    # One whole row, so that every column can be recognised by its values.
    lambda lines: [*lines, ("Z9", "Last", "Active", "10.50", "28/02/2020", "2025-12-31", "3", "-")]
)


def write(lines, order=tuple(HEADERS)):
    places = [list(HEADERS).index(name) for name in order]
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([HEADERS[name] for name in order])
    writer.writerows([line[place] for place in places] for line in lines)
    return buffer.getvalue()


def read(folder, lines, **keys):
    return read_tables(write_engagement(folder, {"members.csv": write(lines, **keys)}, KEYS))


def plain(value):
    """A clean cell as a text, written apart from the kit."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value if isinstance(value, str) else float(value)


@many
@given(lines=rows)
def test_every_row_is_kept_or_merged_or_set_aside_and_only_one_of_them(tmp_path, lines):
    tables = read(tmp_path, lines)
    clean = clean_tables(tables)
    line = clean.accounts.iloc[0]
    assert line["read"] == len(tables.tables["members"]) == line["kept"] + line["merged"] + line["quarantined"]
    places = [
        *clean.members.index,
        *clean.merged.loc[clean.merged["table"] == "members", "row"],
        *clean.quarantine.loc[clean.quarantine["table"] == "members", "row"],
    ]
    assert sorted(places) == sorted(tables.tables["members"].index)
    assert set(clean.merged["into_row"]) <= set(clean.members.index)


@many
@given(lines=rows)
def test_the_ledger_leads_from_every_raw_cell_to_the_clean_one(tmp_path, lines):
    tables = read(tmp_path, lines)
    raw = tables.tables["members"]
    clean = clean_tables(tables)
    cells = {(row, name): raw.at[row, header] for name, header in HEADERS.items() if header in raw for row in raw.index}
    for entry in clean.ledger.itertuples():
        was = cells[(entry.row, entry.column)]
        assert (pd.isna(was) and pd.isna(entry.before)) or was == entry.before, entry
        assert pd.isna(was) or pd.isna(entry.after) or was != entry.after, entry
        cells[(entry.row, entry.column)] = entry.after
    for name in HEADERS:
        if name not in clean.members:
            continue
        for place, value in clean.members[name].items():
            text = cells[(place, name)]
            if pd.isna(value):
                assert pd.isna(text), (name, place, text)
            elif isinstance(value, (str, pd.Timestamp)):
                assert plain(value) == text, (name, place)
            else:
                assert plain(value) == float(text), (name, place)


@many
@given(lines=rows)
def test_what_is_given_is_not_changed(tmp_path, lines):
    tables = read(tmp_path, lines)
    before = {name: table.copy(deep=True) for name, table in tables.tables.items()}
    sources = tables.sources.copy(deep=True)
    clean_tables(tables)
    for name, table in tables.tables.items():
        pd.testing.assert_frame_equal(table, before[name])
    pd.testing.assert_frame_equal(tables.sources, sources)


@many
@given(lines=rows, order=st.permutations(list(HEADERS)))
def test_the_order_of_columns_changes_nothing(tmp_path, lines, order):
    first = clean_tables(read(tmp_path, lines))
    second = clean_tables(read(tmp_path, lines, order=tuple(order)))
    pd.testing.assert_frame_equal(first.members, second.members[first.members.columns])
    pd.testing.assert_frame_equal(first.accounts, second.accounts)
    by = ["row", "column", "rule"]
    ledgers = [found.ledger.astype("str").sort_values(by, ignore_index=True) for found in (first, second)]
    pd.testing.assert_frame_equal(*ledgers)
    assert first.quarantine["row"].tolist() == second.quarantine["row"].tolist()


@many
@given(lines=rows, seed=st.integers(0, 1 << 30))
def test_the_order_of_rows_changes_no_member_but_which_equal_row_stays(tmp_path, lines, seed):
    shuffled = list(lines)
    random.Random(seed).shuffle(shuffled)
    first, second = (clean_tables(read(tmp_path, given)) for given in (lines, shuffled))
    assert first.accounts.equals(second.accounts)
    # Rows of one key that are as complete and as new as each other are told apart by their place alone.
    keys = pd.Series([line[0].strip() for line in lines])
    once = set(keys[~keys.duplicated(keep=False)])
    one, two = (
        found.members[found.members["member_id"].isin(once)].sort_values("member_id", ignore_index=True)
        for found in (first, second)
    )
    pd.testing.assert_frame_equal(one, two)
    assert sorted(first.members["member_id"]) == sorted(second.members["member_id"])
    assert sorted(first.quarantine["reason"]) == sorted(second.quarantine["reason"])


@pytest.mark.parametrize("value", ["Resigned", "on hold", "actve"])
def test_a_status_nobody_declared_stops_the_run_with_the_line_to_paste(tmp_path, value):
    lines = [("1", "a", value, "5", "", "", "1", ""), ("2", "b", "Active", "5", "", "", "1", "")]
    with pytest.raises(Exception, match=r"members\.status") as raised:
        clean_tables(read(tmp_path, lines))
    assert value in str(raised.value)


def test_dates_of_every_day_survive(tmp_path):
    first = date(2023, 12, 20)
    lines = [
        (str(at), "n", "Active", "1", (first + timedelta(days=at)).strftime("%d/%m/%Y"), "", "1", "")
        for at in range(400)
    ]
    clean = clean_tables(read(tmp_path, lines))
    expected = [first + timedelta(days=at) for at in range(400)]
    assert [day.date() for day in clean.members["joined_on"]] == expected
