"""Doubts about the data: counted by members, the worst first, told to the team and to whoever reads the report."""

import pandas as pd

from tests.tables.test_data_check import check

MEMBERS = "Member ID,Status\n" + "".join(f"m{i},{'lapsed' if i < 4 else 'active'}\n" for i in range(20))
TERMS = "Member,Start date,End date,Amount\n"
RUNNING = TERMS + "".join(f"m{i},2025-01-01,2025-12-31,100\n" for i in range(20))


def test_a_contradiction_is_told_in_a_sentence_with_what_decides(tmp_path):
    found = check(tmp_path, {"members.csv": MEMBERS, "terms.csv": RUNNING}).doubts
    assert found.text == (
        "1 doubt bears on these data. For 4 of the 4 members of whom it can be told: the status says gone, but a term "
        "is running. What was done: decided by the status for who is a member today, the terms for who left when and "
        "for revenue."
    )


def test_terms_at_the_same_time_are_told_on_the_page_and_by_check(tmp_path):
    more = "".join(f"m{i},2025-03-01,2025-12-31,50\nm{i},2025-04-01,2025-12-31,60\n" for i in range(6))
    found = check(tmp_path, {"members.csv": MEMBERS, "terms.csv": RUNNING + more})
    table = found.doubts.table
    assert table["members"].tolist() == [6, 4]
    assert table["doubt"].iloc[0] == "several terms of dues run at the same time"
    assert "their amounts are added" in table["what_was_done"].iloc[0]
    problem = found.problems.set_index("problem").loc["several terms of dues run at the same time"]
    assert (problem["table"], problem["rows"]) == ("terms", 12)
    assert "doubt in terms, 12 rows: several terms of dues run at the same time; their amounts are added" in repr(found)


def test_a_years_amount_read_as_a_terms_is_told_with_the_line_that_mends_it(tmp_path):
    short = RUNNING.replace("Amount", "arr").replace("2025-12-31", "2025-01-31")
    keys = "columns: {terms: {amount: arr}}\n"
    told = repr(check(tmp_path, {"members.csv": MEMBERS, "terms.csv": short}, keys))
    assert "their column 'arr' speaks of a year's amount; if so, write annual_amount: arr beside amount" in told


def test_what_concerns_all_of_the_data_comes_first(tmp_path):
    rows = "Member ID,Name,Dues\n1,Acme Bank of Springfield,5\n2,Acme Bank of Springfeild,-5\n3,Other,7\n"
    table = check(tmp_path, {"members.csv": rows}).doubts.table
    assert table["doubt"].iloc[0].startswith("nothing in the export says who left")
    assert pd.isna(table["members"].iloc[0])
    assert table["members"].iloc[1:].is_monotonic_decreasing
    assert table["doubt"].str.startswith("Annual dues of members: values that cannot be").any()


def test_data_without_a_doubt_say_so(tmp_path):
    found = check(tmp_path, {"members.csv": MEMBERS.replace("lapsed", "active"), "terms.csv": RUNNING}).doubts
    assert found.text == "No two sources of these data disagree, and no amount is in doubt."
