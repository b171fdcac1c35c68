"""Overrides may set what a cell of the export could hold; whatever is wrong with a file of them is said at once."""

import pytest

from axlib.words.errors import ConfigurationError
from tests.tables.engagements import clean_files

HEAD = "member_id,column,value,reason,by\n"
MEMBERS = (
    "Member ID,Status,Joined,Expires,Dues,Stakes,Goal complexity,Preferred mode,Boards\n"
    "1,active,2020-01-31,2026-01-31,100,2,1,live,3\n"
    "2,lapsed,2020-01-31,2025-01-31,200,3,4,letter,1\n"
)
KEYS = (
    "overrides: overrides.csv\nattributes: [stakes, goal_complexity, preferred_mode, {name: Boards, kind: numeric}]\n"
)


def apply(folder, lines, keys=KEYS):
    return clean_files(folder, {"members.csv": MEMBERS, "overrides.csv": HEAD + lines}, keys)


def refuse(folder, lines, keys=KEYS):
    with pytest.raises(ConfigurationError) as refused:
        apply(folder, lines, keys)
    return refused.value.problems


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("stakes,9", "'9' cannot be stakes: outside the scale 0 to 4."),
        ("goal_complexity,-3", "'-3' cannot be goal_complexity: outside the scale 0 to 4."),
        ("annual_dues,-1", "'-1' cannot be annual_dues: negative annual_dues."),
        ("annual_dues,many", "'many' is no value of annual_dues; it must be an amount."),
        ("joined_on,2099-01-01", "'2099-01-01' cannot be joined_on: joined_on more than 400 days after 2025-12-31."),
        (
            "status,Gone",
            "'Gone' is no value of status; values are active, grace, lapsed, pending, cancelled, closed, "
            "complimentary and non_member.",
        ),
        (
            "preferred_mode,fax",
            "'fax' is no value of preferred_mode; values are self_serve, async, live and letter.",
        ),
        ("Boards,several", "'several' is no value of Boards; it must be a number."),
    ],
)
def test_a_value_that_no_cell_could_keep_is_refused(tmp_path, cell, sentence):
    assert refuse(tmp_path, f"1,{cell},told by phone,A. Adviser\n") == (f"overrides.csv, row 2: {sentence}",)


def test_values_that_a_cell_could_keep_are_set(tmp_path):
    lines = "".join(
        f"1,{cell},told by phone,A. Adviser\n"
        for cell in ("stakes,4", "preferred_mode,async", "Boards,12", "status,grace", "goal_complexity,")
    )
    row = apply(tmp_path, f"{lines}2,preferred_mode,letter,told,A. Adviser\n").members.loc[2]
    assert row[["stakes", "preferred_mode", "Boards", "status"]].tolist() == [4, "async", "12", "grace"]
    assert row["goal_complexity"] != row["goal_complexity"]


def test_days_in_the_wrong_order_are_refused(tmp_path):
    assert refuse(tmp_path, "1,joined_on,2026-06-30,told,me\n") == (
        "overrides.csv: what it sets of member '1' contradicts its row: expires before joining.",
    )


def test_all_problems_of_a_file_are_said_at_once(tmp_path):
    found = refuse(
        tmp_path,
        "1,stakes,2,,me\n9,stakes,2,why,me\n1,steaks,2,why,me\n1,stakes,9,why,me\n1,status,Gone,why,me\n"
        "8,same_as,1,why,me\n1,preferred_mode,fax,why,me\n1,stakes,3,why,me\n",
    )
    assert [sentence.split(":")[0] for sentence in found] == [
        f"overrides.csv, row {row}" for row in (2, 7, 3, 4, 5, 6, 8)
    ]


def test_the_engagement_s_own_questions_bound_its_own_attributes(tmp_path):
    (tmp_path / "example").mkdir()
    (tmp_path / "example" / "questions.yml").write_text(
        "items:\n  - {id: boards, question: 'How many boards?', becomes: boards, kind: number, least: 1, most: 20}\n",
        encoding="utf-8",
    )
    keys = "overrides: overrides.csv\nintake: {instrument: questions.yml}\ncolumns: {members: {boards: Boards}}\n"
    keys += "attributes: [boards]\n"
    assert refuse(tmp_path, "1,boards,50,told,me\n", keys) == (
        "overrides.csv, row 2: '50' is no value of boards; it must be a number from 1 to 20.",
    )
