"""The lots read back: as they were written, or refused with every problem."""

import pandas as pd
import pytest

from axlib.tables.pilot_file import read_pilot
from axlib.words.errors import DataError
from axlib.words.table_faces import table_to_csv
from tests.tables.engagements import write_engagement

MEMBERS = "member_id,name,status\n1,A,active\n"


def engagement(folder, text=None, keys="evidence: {pilot: lots.csv}\n"):
    found = write_engagement(folder, {"members.csv": MEMBERS}, keys)
    if text is not None:
        found.locate("lots.csv").write_text(text, "utf-8", newline="")
    return found


def test_lots_come_back_as_they_were_written(tmp_path):
    lots = pd.DataFrame(
        {"member_id": ["-7", "007", "=1"], "arm": ["usual", "changed", "usual"], "stratum": ["a, b", "a, b", "c"]}
    ).astype("str")
    found = read_pilot(engagement(tmp_path, "\ufeff" + table_to_csv(lots.iloc[::-1])))
    pd.testing.assert_frame_equal(found, lots)


def test_no_pilot_is_none(tmp_path):
    assert read_pilot(engagement(tmp_path, keys="")) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "evidence.pilot is 'lots.csv', no file beside it"),
        ("member_id,group\n1,a\n", "has no column arm, stratum"),
        ("member_id,arm,stratum\n1,changed,a\n1,usual,a\n", "names 1 member twice, such as 1"),
        ("member_id,arm,stratum\n1,treated,a\n2,usual,a\n", "the arm 'treated' is none; arms are changed and usual"),
        ("member_id,arm,stratum\n1,usual,a\n2,usual,a\n", "holds one arm alone"),
    ],
)
def test_what_is_wrong_with_them_is_said(tmp_path, text, words):
    with pytest.raises(DataError, match=words):
        read_pilot(engagement(tmp_path, text))
