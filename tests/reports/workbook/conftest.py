"""The small engagement with profiles, diagnosed once, and its workbook."""

from datetime import date

import pytest

from axlib.reports.workbook.writing import render_workbook
from axlib.tables.profiles.taking_back import read_workbooks
from axlib.verbs.diagnose import diagnose
from axlib.verbs.profiles import build_profiles
from tests.reports.workbook.cases import open_engagement
from tests.reports.workbook.edits import read_sheets, write_sheets

DAY = date(2026, 2, 1)


@pytest.fixture(scope="session")
def case(tmp_path_factory):
    """(engagement, profiles, workbook)."""
    opened = open_engagement(tmp_path_factory.mktemp("profiles"))
    profiles = build_profiles(diagnose(opened))
    return opened, profiles, render_workbook(profiles, written_on=DAY)


@pytest.fixture
def send_back(case, tmp_path):
    """Change the sheets of the workbook, write it to a file, and read it back."""

    def send(*edits, engagement=None, on=DAY):
        paths = []
        for number, edit in enumerate(edits, start=1):
            sheets = read_sheets(case[2])
            edit(sheets)
            path = tmp_path / f"copy{number}.xlsx"
            path.write_bytes(write_sheets(sheets))
            paths.append(path)
        return read_workbooks(paths, engagement=engagement or case[0], on=on)

    return send
