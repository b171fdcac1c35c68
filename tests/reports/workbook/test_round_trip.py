"""What is written and read back is what it was; what is changed, and nothing else, is new."""

import dataclasses
import io
import re
import shutil
import subprocess
import zipfile
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.reports.workbook.writing import render_workbook
from axlib.tables.instrument import read_instrument
from axlib.tables.profiles.facts import spread_milestones
from axlib.tables.profiles.layout import tidy_cell
from axlib.tables.profiles.reading import read_copy
from axlib.verbs.success_vector import measure_success_vector
from tests.reports.workbook.cases import OWN, listed, make_profiles
from tests.reports.workbook.conftest import DAY
from tests.reports.workbook.edits import column, find_row, first_free, put, read_sheets, write_sheets

ASKED = {
    "Guidance need": "guidance_need",
    "Urgency": "urgency",
    "Preferred mode": "preferred_mode",
    "Staff": "staff_count",
}
few = settings(max_examples=10, deadline=None)
texts = st.one_of(st.sampled_from(OWN), st.text(max_size=30)).map(tidy_cell)
days = st.one_of(st.just(""), st.integers(0, 700).map(lambda n: (date(2024, 6, 1) + timedelta(days=n)).isoformat()))
past = st.one_of(st.just(""), st.integers(0, 500).map(lambda n: (date(2024, 6, 1) + timedelta(days=n)).isoformat()))
stones = st.lists(st.tuples(st.integers(0, 9), texts.filter(bool), days, past, texts), max_size=6)


def read(raw, profiles, name="copy.xlsx"):
    known = frozenset(profiles.table["member_id"])
    return read_copy(
        raw, file_name=name, engagement=profiles.engagement, instrument=profiles.instrument, known=known, on=DAY
    )


def nothing_new(copy):
    return not copy.problems and not any(len(part) for part in [*copy.changes, *copy.signs])


def test_what_nobody_changed_is_not_new(case):
    copy = read(case[2], case[1])
    assert nothing_new(copy)
    assert not copy.notes
    assert not copy.unread


@few
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=6), stones)
def test_whatever_names_goals_and_milestones_say_nothing_is_new(case, people, milestones):
    names, goals = [name for name, _ in people], [goal for _, goal in people]
    profiles = make_profiles(case[1], names, goals, milestones)
    copy = read(render_workbook(profiles, written_on=DAY), profiles)
    assert nothing_new(copy), copy.problems or [part for part in copy.changes if len(part)]
    assert copy.keys.facts.equals(profiles.facts)


def test_no_hostile_string_is_new_or_becomes_a_formula(case):
    hostile = [tidy_cell(text) for text in dict.fromkeys([*OWN, *listed()])]
    people = hostile[: len(case[1].table)]
    stones = [(place, text or "one", "2025-03-01", "", text) for place, text in enumerate(hostile)]
    profiles = make_profiles(case[1], people, people[::-1], stones)
    raw = render_workbook(profiles, written_on=DAY)
    assert nothing_new(read(raw, profiles))
    formulas = set(re.findall(r"<f>([^<]*)</f>", everything(raw)))
    assert not [text for text in hostile if text.startswith("=") and text[1:] in formulas]
    assert "<hyperlink" not in everything(raw)


def everything(raw: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return "".join(archive.read(name).decode("utf-8") for name in sheets)


def test_the_same_profiles_give_the_same_bytes(case):
    assert render_workbook(case[1], written_on=DAY) == case[2]


@few
@given(
    st.lists(
        st.tuples(st.integers(0, 23), st.sampled_from(list(ASKED)), st.integers(0, 4)),
        max_size=5, unique_by=lambda edit: edit[:2],
    ),
    st.lists(st.tuples(st.integers(0, 23), texts), max_size=3, unique_by=lambda edit: edit[0]),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_what_is_changed_and_nothing_else_is_new(case, answers, goals, random):
    sheets = read_sheets(case[2])
    intake, overview = sheets["Intake"], sheets["Overview"]
    instrument = read_instrument()
    top, expected = find_row(intake, "Member"), set()
    for place, header, point in answers:
        row = top + 1 + place
        attribute = ASKED[header]
        item = instrument.find(attribute)
        if item.kind == "category":
            value = list(item.categories)[point % 3]
            cell = item.categories[value]
        else:
            value = str(point)
            cell = point if item.kind == "number" else f"{point} {item.points[point]}"
        before = intake[row][column(intake, header)]
        if before != cell:
            key = intake[row][0].rpartition(" · ")[2]
            expected.add((key, intake[row][1].replace(" ", "_"), attribute, value))
        put(intake, row, header, cell)
    for place, text in goals:
        row = find_row(overview, "Member") + 1 + place
        if text and overview[row][column(overview, "Goal")] != text:
            expected.add((overview[row][0].rpartition(" · ")[2], "", "goal", text))
        put(overview, row, "Goal", text)
    # Columns in any order, and rows too.
    for rows in (intake, overview):
        order = list(range(len(rows[find_row(rows, "Member")])))
        random.shuffle(order)
        head = find_row(rows, "Member")
        body = rows[head + 1 :]
        random.shuffle(body)
        rows[head + 1 :] = body
        rows[head:] = [[row[place] if place < len(row) else "" for place in order] for row in rows[head:]]
    copy = read(write_sheets(sheets), case[1])
    assert not copy.problems
    found = {
        (row.member, row.where, row.what, row.after) for part in copy.changes for row in part.itertuples()
    }  # fmt: skip
    assert found == expected


def test_libreoffice_computes_what_stands_beside_each_formula_and_keeps_all_of_it(case, tmp_path):
    """The real program opens it without our values, computes all formulas, and saves it; then it is read back."""
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("LibreOffice (soffice) is not here")
    people = len(case[1].table)
    names = [tidy_cell(text) for text in OWN][:people]
    some = [
        (place % 8, f"step {place}", (date(2025, 1, 1) + timedelta(days=29 * place % 500)).isoformat(),
         (date(2025, 1, 1) + timedelta(days=23 * place % 360)).isoformat() if place % 3 else "", "=A1")
        for place in range(30)
    ]  # fmt: skip
    profiles = make_profiles(case[1], names, names, some)
    vector = measure_success_vector(
        spread_milestones(profiles.facts).rename(columns={"member": "member_id"}).replace("", None),
        members=profiles.table["member_id"], segments=None, as_of=profiles.as_of,
    )  # fmt: skip
    profiles = dataclasses.replace(profiles, table=profiles.table.assign(state=vector.table["state"].to_numpy()))
    assert len(set(vector.table["state"])) >= 4
    raw = render_workbook(profiles, written_on=DAY, dashboards=range(9))
    file = tmp_path / "profiles.xlsx"
    file.write_bytes(without_values(raw))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = [soffice, home, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "saved"), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    saved = (tmp_path / "saved" / "profiles.xlsx").read_bytes()
    ours, theirs = read_sheets(raw), read_sheets(saved)
    assert list(ours) == list(theirs)
    for name, rows in ours.items():
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                other = (
                    theirs[name][number][place]
                    if number < len(theirs[name]) and place < len(theirs[name][number])
                    else ""
                )
                same = cell == other or (isinstance(cell, float) and other == pytest.approx(cell, abs=1e-6))
                assert same, (name, number + 1, place, cell, other)
    assert 't="e"' not in everything(saved)
    with zipfile.ZipFile(io.BytesIO(saved)) as archive:
        assert sum(re.fullmatch(r"xl/charts/chart\d+\.xml", entry) is not None for entry in archive.namelist()) == 22
    assert everything(saved).count("<dataValidation ") >= 30
    assert nothing_new(read(saved, profiles))


def without_values(raw: bytes) -> bytes:
    """Take the values beside formulas away, so that they have to be computed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.startswith("xl/worksheets/"):
                content = re.sub(rb"(<f>[^<]*</f>)<v>[^<]*</v>", rb"\1", content)
            copy.writestr(entry, content)
    return target.getvalue()


def test_free_rows_take_what_is_added(case):
    sheets = read_sheets(case[2])
    rows = sheets["Milestones"]
    free = first_free(rows)
    put(rows, free, "Member", "m006")
    put(rows, free, "Milestone", "=cmd")
    copy = read(write_sheets(sheets), case[1])
    assert not copy.problems
    assert [tuple(row) for row in copy.changes[-1][["member", "where", "what", "after"]].to_numpy()] == [
        ("m006", "=cmd", "due_on", "")
    ]
