from dataclasses import replace

import pandas as pd
import pytest

from axlib.reports.client_view import view_for_client
from axlib.tables.settings.analysis import EvidenceSettings
from axlib.verbs.exploring import EXPLORED, NOT_LOCKED, limit_explored
from axlib.words.results import Unavailable


@pytest.fixture
def findings(small):
    """Findings of every level, and one that was withheld anyway."""
    row = small.findings.table.iloc[0].to_dict()
    levels = ["0", "1", "2", "3", "4", "S", "1"]
    rows = [
        {**row, "level": level, "text": f"If so: {level}.", "estimate": 1.0, "low": 0.5, "high": 2.0,
         "withheld_because": ""} for level in levels
    ]  # fmt: skip
    rows[-1] |= {"text": "", "withheld_because": "too few."}
    return replace(small.findings, table=pd.DataFrame(rows).astype(small.findings.table.dtypes.to_dict()))


def test_what_is_exploratory_is_told_at_level_0_and_as_scenario_alone(findings, small):
    limited = limit_explored(findings, evidence=EvidenceSettings(exploratory=True), segments=small.segments)
    assert limited.told["level"].tolist() == ["0", "S"]
    assert limited.table["withheld_because"].tolist() == ["", EXPLORED, EXPLORED, EXPLORED, EXPLORED, "", "too few."]
    assert limited.table.loc[1:4, ["estimate", "low", "high"]].isna().all(axis=None)
    assert (limited.table.loc[1:4, "text"] == "").all()
    assert limited.text.startswith(EXPLORED)
    assert limited._repr_html_().startswith(f'<p class="ax-text">{EXPLORED}</p><ul')


def test_where_nothing_rises_above_level_0_it_is_said_all_the_same(small):
    counted = replace(small.findings, table=small.findings.table.assign(level="0"))
    limited = limit_explored(counted, evidence=EvidenceSettings(exploratory=True), segments=small.segments)
    assert limited.table.equals(counted.table)
    assert limited.note == EXPLORED
    assert view_for_client(replace(small, findings=limited)).findings.note == EXPLORED


def test_without_a_declaration_all_is_told(findings, small):
    assert limit_explored(findings, evidence=EvidenceSettings(), segments=small.segments) is findings


def test_segments_that_are_not_the_locked_ones_are_exploratory(findings, small):
    right = EvidenceSettings(locked=small.segments.fingerprint)
    assert limit_explored(findings, evidence=right, segments=small.segments) is findings
    wrong = limit_explored(findings, evidence=EvidenceSettings(locked="0" * 64), segments=small.segments)
    assert wrong.told["level"].tolist() == ["0", "S"]
    assert NOT_LOCKED in set(wrong.table["withheld_because"])


def test_without_segments_there_is_nothing_to_hold_a_lock_against(findings):
    none = Unavailable("Coverage Segments", "none.")
    assert limit_explored(findings, evidence=EvidenceSettings(locked="0" * 64), segments=none) is findings
