"""Retention whose truth hangs on a doubt carries it wherever it is told."""

import pytest

from axlib.reports.client_view import view_for_client
from axlib.verbs.diagnose import diagnose
from axlib.verbs.key_figures import collect_key_figures
from tests.verbs.small import engagement, terms


def told(diagnosis, name="retention"):
    return diagnosis.findings.told.set_index("id").loc[name, "text"]


def piled_up(n=30, times=4):
    """Each member's term runs on, and some more begin beside it in the window."""
    rows = ["member_id,starts_on,ends_on,amount"]
    for i in range(n):
        rows.append(f"m{i:03d},2024-03-01,,100")
        rows += [f"m{i:03d},2025-0{month}-01,,100" for month in range(1, 1 + times)]
    return "\n".join(rows) + "\n"


def test_nothing_is_said_where_nothing_is_in_doubt(small):
    assert small.retention.cautions == {}
    assert told(small).endswith("%.")


def test_members_gone_by_their_status_who_count_as_staying(tmp_path):
    diagnosis = view_for_client(diagnose(engagement(tmp_path, terms=terms(gone=lambda i: False))))
    assert diagnosis.retention.overall["logo_churn"] == 0
    assert list(diagnosis.retention.cautions) == ["logo_churn"]
    for text in (told(diagnosis), diagnosis.retention.text):
        assert "says that they are gone: churn may be higher." in text
    meanings = collect_key_figures(diagnosis).table.set_index("figure")["meaning"]
    for figure in ("Logo churn", "Revenue churn"):
        assert meanings[figure].endswith("; in doubt, see the finding")
    assert "in doubt" not in meanings["NRR"]


def test_members_by_their_status_who_count_as_gone(tmp_path):
    diagnosis = diagnose(engagement(tmp_path, terms=terms(gone=lambda i: i % 5 < 2)))
    assert "says that they are members: churn may be lower." in told(diagnosis)


def test_an_nrr_that_cannot_be_is_not_told_without_a_word(tmp_path):
    diagnosis = view_for_client(diagnose(engagement(tmp_path, terms=piled_up())))
    assert diagnosis.retention.overall["nrr"] == pytest.approx(5)
    text = told(diagnosis)
    assert "Most of the growth is of members with more terms at the same time than when the window opened" in text
    assert "NRR above 200 % is more than dues grow in a window" in text
    assert collect_key_figures(diagnosis).table.set_index("figure").loc["NRR", "meaning"].endswith("see the finding")


def test_growth_of_single_terms_is_no_doubt(tmp_path):
    grown = terms(growth=lambda i: 1.5)
    assert "nrr" not in diagnose(engagement(tmp_path, terms=grown)).retention.cautions


def test_growth_within_a_group_is_said_to_be_of_a_group(tmp_path):
    grown = terms(growth=lambda i: 4 if i % 7 < 3 else 1)
    found = diagnose(engagement(tmp_path, terms=grown)).retention
    assert found.overall["nrr"] < 2 < found.table["nrr"].max()
    assert "NRR of a group above 200 %" in found.cautions["nrr"]
