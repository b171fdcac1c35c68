"""A client reads what of the data is in doubt: no member, no small count, on the page itself."""

import json
import re
from pathlib import Path

import pytest

from axlib.reports.client_view import view_for_client
from axlib.verbs.diagnose import diagnose
from tests.verbs.small import RULES, engagement, terms

PAGE = Path(__file__).parents[2] / "notebooks" / "05_diagnostic.ipynb"
GONE = "the status says gone, but a term is running"


def diagnosis_of(folder, in_doubt, least):
    """Thirty members; of the six whose status says gone, some have a term that runs."""
    keys = RULES.replace("min_cell: 3", f"min_cell: {least}")
    running = terms(gone=lambda i: i % 5 == 0 and i // 5 >= in_doubt)
    return diagnose(engagement(folder, keys, terms=running))


def test_a_doubt_of_enough_members_is_on_the_clients_view(tmp_path):
    doubts = view_for_client(diagnosis_of(tmp_path, 6, 3)).data_check.doubts
    assert f"For 6 of the 6 members of whom it can be told: {GONE}." in doubts.text
    assert not re.search(r"\bm\d{3}\b", doubts._repr_html_() + doubts.table.to_csv())
    assert doubts.terms.empty


@pytest.mark.parametrize(("in_doubt", "words"), [(2, "of few members"), (5, "of nearly all members")])
def test_of_few_members_and_where_few_are_left_no_count_is_shown(tmp_path, in_doubt, words):
    diagnosis = diagnosis_of(tmp_path, in_doubt, 3)
    inside = diagnosis.data_check.doubts.table.set_index("doubt")
    assert inside.loc[GONE, "members"] == in_doubt
    shown = view_for_client(diagnosis).data_check.doubts
    line = shown.table.set_index("doubt").loc[f"{GONE}, {words}"]
    assert line[["members", "of_members"]].isna().all()
    assert f"The status says gone, but a term is running, {words}." in shown.text


def test_the_page_shows_doubts_where_it_asks_whether_data_can_be_trusted():
    cells = ["".join(cell["source"]) for cell in json.loads(PAGE.read_text("utf-8"))["cells"]]
    at = cells.index("diagnosis.data_check.doubts")
    assert cells[at - 1] == "diagnosis.clean"
    assert cells[at - 2].startswith("## Can we trust this data?")
