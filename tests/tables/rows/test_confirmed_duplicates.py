import pytest

from axlib.words.errors import ConfigurationError
from tests.tables.engagements import clean_files

HEAD = "member_id,column,value,reason,by\n"
FILES = {
    "members.csv": "Member ID,Name,Email,Dues\n1,Acme Inc,,100\n2,Acme,a@b.c,\n3,Beta,,50\n",
    "touches.csv": "Member,Date,Mode\n2,2025-01-01,sync\n3,2025-01-01,sync\n",
}


def join(folder, lines):
    return clean_files(folder, {**FILES, "overrides.csv": HEAD + lines}, "overrides: overrides.csv\n")


def test_confirmed_duplicates_become_one_in_every_table(tmp_path):
    clean = join(tmp_path, "2,same_as,1,same office,A. Adviser\n1,annual_dues,120,invoice,A. Adviser\n")
    assert clean.members["member_id"].tolist() == ["1", "3"]
    assert clean.members.iloc[0].tolist() == ["1", "Acme Inc", "a@b.c", 120]
    assert clean.touches["member_id"].tolist() == ["1", "3"]
    assert clean.accounts.iloc[0].tolist() == ["members", 3, 2, 1, 0]
    assert clean.merged.to_dict("records") == [{"table": "members", "row": 3, "into_row": 2}]
    assert (clean.ledger["rule"] == "override by A. Adviser: same office").sum() == 2
    assert len(clean.overrides) == 2


def test_chains_end_at_the_last(tmp_path):
    clean = join(tmp_path, "2,same_as,1,why,me\n1,same_as,3,why,me\n")
    assert clean.members["member_id"].tolist() == ["3"]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [("9,same_as,1,why,me\n", "no member '9'"), ("1,same_as,2,why,me\n2,same_as,1,why,me\n", "goes in a circle")],
)
def test_what_cannot_be(tmp_path, lines, sentence):
    with pytest.raises(ConfigurationError, match=sentence):
        join(tmp_path, lines)


def test_meanings_for_a_column_that_is_not_there(tmp_path):
    with pytest.raises(ConfigurationError, match=r"values\.members\.staus: members has no such column"):
        clean_files(tmp_path, FILES, "values: {members.staus: {Active: active}}\n")
