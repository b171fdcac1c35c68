"""What was set by hand is told with its reason: to the team cell by cell, to a client by column."""

import pytest

import axlib
from axlib.words.errors import ConfigurationError
from tests.verbs.small import RULES, engagement

OVERRIDES = """member_id,column,value,reason,by
m001,stakes,4,Told so on the telephone,KL
m002,stakes,4,Told so on the telephone,KL
m003,guidance_need,0,Has its own staff by now,KL
"""


def corrected(folder, overrides=OVERRIDES):
    made = engagement(folder, f"{RULES}overrides: overrides.csv\n")
    (made.path.parent / "overrides.csv").write_text(overrides, encoding="utf-8")
    return made


def test_cells_are_counted_by_column_and_reason(tmp_path):
    diagnosis = axlib.diagnose(corrected(tmp_path))
    found = axlib.list_corrections(diagnosis)
    assert found.text == "3 cells were set by hand."
    assert dict(zip(found.table["reason"], found.table["cells"], strict=True)) == {
        "Told so on the telephone": 2, "Has its own staff by now": 1,
    }  # fmt: skip
    assert found.cells["member_id"].tolist() == ["m001", "m002", "m003"]
    seen = axlib.list_corrections(axlib.view_for_client(diagnosis))
    assert seen.table.equals(found.table)
    assert len(seen.cells) == 0
    assert not {"m001", "KL"} & set(seen._repr_html_().replace("<", " ").replace(">", " ").split())


def test_nothing_set_by_hand_is_said(tmp_path):
    found = axlib.list_corrections(axlib.diagnose(engagement(tmp_path)))
    assert found.text == "Nothing was set by hand."
    assert len(found.table) == 0


def test_a_reason_that_names_a_member_stops_the_report(tmp_path):
    made = corrected(tmp_path, OVERRIDES.replace("Has its own staff by now", "m003 has its own staff"))
    with pytest.raises(ConfigurationError, match=r"overrides\.csv: a reason of 'guidance_need' holds the name, e-mail"):
        axlib.run_report(made.path, reports=tmp_path / "out")
    assert not (tmp_path / "out" / "latest.json").exists()
