"""The update for the membership system: its headers, only what is new, and nothing a spreadsheet would run."""

import dataclasses
import stat

import pandas as pd
import pytest

from axlib.reports.update_file import write_update
from axlib.tables.files.sources import read_source
from axlib.tables.recognition.profiles_of_systems import read_profiles
from axlib.verbs.diagnose import diagnose
from axlib.verbs.system_update import export_update
from axlib.words.errors import AxError
from axlib.words.table_faces import table_to_csv
from tests.verbs.small import RULES, engagement, members

STONES = "member_id,milestone,due_on\nm001,=1+1,2026-03-01\nm002,Board briefed,2025-09-01\n"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return diagnose(engagement(tmp_path_factory.mktemp("told"), RULES, milestones=STONES))


@pytest.mark.parametrize("profile", read_profiles(), ids=lambda profile: profile.system)
def test_every_system_gets_its_own_headers(told, profile):
    update = export_update(told, system=profile.system)
    assert list(update.table.columns) == [profile.update.keys[0], *profile.update.fields.values()]
    row = update.table.set_index(update.table.columns[0]).loc["m002"]
    due = pd.Timestamp("2025-09-01").strftime(profile.update.day)
    assert row[profile.update.fields["next_milestone_due"]] == due
    assert row[profile.update.fields["success_vector"]] == "off course"
    assert len(update.table) == update.members == 24


def test_the_exports_own_header_is_kept_where_the_system_imports_by_it(tmp_path):
    renamed = members().replace("member_id,", "Internal Contact ID,", 1)
    keys = f"{RULES}columns: {{members: {{member_id: Internal Contact ID}}}}\n"
    opened = diagnose(engagement(tmp_path, keys, members=renamed))
    assert export_update(opened, system="CiviCRM").table.columns[0] == "Internal Contact ID"
    assert export_update(opened, system="imis").table.columns[0] == "iMIS Id"


def test_only_what_has_changed_since_the_last_file(told, tmp_path, snapshot):
    first = export_update(told, system="civicrm")
    file = write_update(first, tmp_path / "first.csv")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(export_update(told, system="civicrm", since=file).table) == 0
    segments = told.plan_segments.table
    moved = segments.assign(segment=segments["segment"].mask(segments["member_id"] == "m003", "Inbound"))
    later = dataclasses.replace(told, plan_segments=dataclasses.replace(told.plan_segments, table=moved))
    update = export_update(later, system="civicrm", since=file)
    assert update.table["Contact ID"].tolist() == ["m003"]
    assert update.table["AX Segment"].tolist() == ["Inbound"]
    assert [first.text, update.text] == snapshot


def test_only_what_the_export_does_not_hold_already(tmp_path):
    rows = members().strip().split("\n")
    held = [f"{line},{'AX Segment' if at == 0 else 'Inbound' if at % 2 else ''}" for at, line in enumerate(rows)]
    opened = diagnose(engagement(tmp_path, RULES, members="\n".join(held) + "\n"))
    update = export_update(opened, system="wild_apricot")
    assert update.against == "what the export holds"
    # Other fields have never been told, so everybody is in it: each member has a confidence.
    assert len(update.table) == 24
    whole = [
        f"{line},{'AX Confidence,Success Vector' if at == 0 else '1.00,no milestone dated'}"
        for at, line in enumerate(held)
    ]
    (tmp_path / "again").mkdir()
    opened = diagnose(engagement(tmp_path / "again", RULES, members="\n".join(whole) + "\n"))
    table = export_update(opened, system="wild_apricot").table
    own = opened.plan_segments.table.set_index("member_id")["segment"]
    expected = {key for key in own.index if own[key] != ("Inbound" if (int(key[1:]) + 1) % 2 else "")}
    assert set(table["User ID"]) == expected


def test_cells_that_look_like_formulas_are_marked_and_come_back(told, tmp_path):
    update = export_update(told, system="npsp")
    assert update.neutralised == 1
    text = table_to_csv(update.table)
    assert ",'=1+1," in text
    read = read_source(text.encode("utf-8"), file_name="update.csv").table
    assert read["Next_Milestone__c"].dropna().tolist() == ["'=1+1", "Board briefed"]
    file = write_update(update, tmp_path / "update.csv")
    assert not file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert len(export_update(told, system="npsp", since=file).table) == 0


def test_what_cannot_be_exported_is_said(told, tmp_path, snapshot):
    said = []
    for keys in ({"system": "wildapricots"}, {"system": "civicrm", "since": tmp_path / "absent.csv"}):
        with pytest.raises(AxError) as refused:
            export_update(told, **keys)
        said += [problem.split(" The folder")[0] for problem in refused.value.problems]
    (tmp_path / "other.csv").write_text("Contact ID,Name\n1,x\n")
    with pytest.raises(AxError) as refused:
        export_update(told, system="civicrm", since=tmp_path / "other.csv")
    assert [*said, *refused.value.problems] == snapshot
