"""Values that a mapping does not have: asked for where the meaning is closed, said where it is not, never a default."""

import pytest

from axlib.tables.data_check import check_data
from axlib.tables.terms import build_terms
from axlib.words.errors import ConfigurationError
from tests.tables.engagements import clean_files

MEMBERS = "Member ID,Name\n1,Acme\n2,Beta\n"
CLOSED = {
    "members.status": {"members.csv": "Member ID,Status\n1,Active\n2,Zorp\n"},
    "members.lifecycle_stage": {"members.csv": "Member ID,Lifecycle stage\n1,steady\n2,Zorp\n"},
    "terms.kind": {"terms.csv": "Member,Starts,Ends,Amount,Kind\n1,2025-01-01,2025-12-31,5,Zorp\n"},
    "touches.mode": {"touches.csv": "Member,Date,Mode\n1,2025-02-01,Zorp\n"},
    "touches.initiated_by": {"touches.csv": "Member,Date,Mode,Initiated by\n1,2025-02-01,sync,Zorp\n"},
    "answers.stage": {"answers.csv": "Member,Item,Value,Stage\n1,stakes,3,Zorp\n"},
    "outcomes.kind": {"outcomes.csv": "Member,Date,Kind\n1,2025-02-01,Zorp\n"},
}
#: One meaning of each, so that the value can be declared.
MEANING = {
    "members.status": "lapsed", "members.lifecycle_stage": "renewal", "terms.kind": "one_off", "touches.mode": "async",
    "touches.initiated_by": "team", "answers.stage": "growth", "outcomes.kind": "advocacy",
}  # fmt: skip


@pytest.mark.parametrize("place", CLOSED)
def test_a_value_outside_a_closed_meaning_stops_the_run_with_the_line_to_paste(tmp_path, place):
    files = {"members.csv": MEMBERS, **CLOSED[place]}
    with pytest.raises(ConfigurationError) as raised:
        clean_files(tmp_path, files)
    said = str(raised.value)
    assert f'values: {{{place}: {{"Zorp": …}}}}' in said
    assert MEANING[place] in said

    # A mapping that has other values alone is no answer either.
    with pytest.raises(ConfigurationError, match="'Zorp' \\(1 row\\)"):
        clean_files(tmp_path, files, f"values: {{{place}: {{Other: {MEANING[place]}}}}}\n")

    clean = clean_files(tmp_path, files, f"values: {{{place}: {{Zorp: {MEANING[place]}}}}}\n")
    table, _, column = place.partition(".")
    assert MEANING[place] in getattr(clean, table)[column].tolist()
    entry = clean.ledger[(clean.ledger["table"] == table) & (clean.ledger["column"] == column)].iloc[-1]
    assert (entry["before"], entry["after"], entry["rule"]) == ("Zorp", MEANING[place], "values mapped")


@pytest.mark.parametrize("place", [place for place in CLOSED if place != "members.status"])
def test_an_empty_cell_takes_no_meaning_either(tmp_path, place):
    files = {name: text.replace("Zorp", "") for name, text in CLOSED[place].items()}
    if "members.csv" not in files:
        # A second row, so that one is left when the first is set aside.
        ((name, text),) = files.items()
        again = CLOSED[place][name].splitlines()[1].replace("Zorp", MEANING[place])
        files = {"members.csv": MEMBERS, name: f"{text}{again}\n"}
    clean = clean_files(tmp_path, files)
    table, _, column = place.partition(".")
    kept = getattr(clean, table)[column]
    aside = clean.quarantine["table"].eq(table).sum()
    # What cannot be without one is set aside, with its reason.
    assert kept.isna().sum() + aside == 1
    assert aside == (place in ("touches.mode", "outcomes.kind"))


def test_words_of_a_free_column_outside_its_mapping_are_kept_and_said(tmp_path):
    rows = "Member ID,Member type\n1,Gold\n2,Gold\n3,Silver\n4,gold\n5,Silver\n6,full\n7,\n"
    clean = clean_files(tmp_path, {"members.csv": rows}, "values: {members.member_type: {Gold: full, Tin: full}}\n")
    assert clean.members["member_type"].tolist()[:6] == ["full", "full", "Silver", "gold", "Silver", "full"]
    noted = clean.decisions[clean.decisions["column"] == "member_type"].set_index("decision")["evidence"]
    assert noted["values mapped"] == "Gold → full"
    assert noted["2 values not in the declared mapping, kept as written"] == "'Silver' (2 rows), 'gold' (1 row)"
    checked = check_data(clean, build_terms(clean, as_of=clean.engagement.as_of, grace_days=30, rejoin="new"))
    assert checked.problems["problem"].str.startswith("member_type: 2 values not in the declared mapping").any()


def test_a_mapping_that_has_them_all_leaves_nothing_to_say(tmp_path):
    rows = "Member ID,Member type\n1,Gold\n2,Silver\n"
    keys = "values: {members.member_type: {Gold: full, Silver: full}}\n"
    clean = clean_files(tmp_path, {"members.csv": rows}, keys)
    assert not clean.decisions["decision"].str.contains("not in the declared mapping").any()


def test_neither_yes_nor_no_is_blank_in_the_ledger_and_counted(tmp_path):
    rows = "Member ID,At risk\n" + "".join(f"{at},{word}\n" for at, word in enumerate(["yes", "no"] * 20 + ["Zorp"]))
    clean = clean_files(tmp_path, {"members.csv": rows})
    assert clean.members["declared_at_risk"].isna().sum() == 1
    entry = clean.ledger[clean.ledger["before"] == "Zorp"].iloc[0]
    assert entry["rule"] == "not yes or no"
    checked = check_data(clean, build_terms(clean, as_of=clean.engagement.as_of, grace_days=30, rejoin="new"))
    assert "declared_at_risk: not yes or no" in checked.problems["problem"].tolist()
