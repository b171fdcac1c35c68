import pytest

from axlib.verbs.assumptions import list_assumptions
from axlib.verbs.diagnose import diagnose
from tests.verbs.small import RULES, engagement


def value(diagnosis, words):
    table = list_assumptions(diagnosis).table
    return table.loc[table["assumption"].str.contains(words), "value"].tolist()


def test_what_numbers_hang_on_is_listed(small):
    assert value(small, "Hours a member") == ["Inbound 3, Asynchronous 9, Synchronous 28, Task Force 38"]
    assert value(small, "Smallest group") == ["3 members, lowered from the usual 10"]
    assert value(small, "came back") == ["new"]
    assert value(small, "closed cohort") == []


@pytest.mark.parametrize(("source", "who"), [("client", "the client"), ("learned", "the client's own contacts")])
def test_hours_belong_to_whoever_gave_them(tmp_path, source, who):
    diagnosis = diagnose(engagement(tmp_path, f"{RULES}capacity: {{hours_source: {source}}}\n", terms=None))
    assert list_assumptions(diagnosis).table["made_by"].iloc[0] == who


def test_a_declared_snapshot_is_an_assumption(tmp_path):
    diagnosis = diagnose(engagement(tmp_path, f"{RULES}retention: {{snapshot: closed_cohort}}\n", terms=None))
    assert list_assumptions(diagnosis).table["value"].iloc[-1] == "a closed cohort"
