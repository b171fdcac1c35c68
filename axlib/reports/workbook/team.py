"""The team: members by segment and MSM, milestones overdue, and where members are heading."""

from __future__ import annotations

from typing import Any

import pandas as pd

import axlib.tables.profiles.layout as layout
from axlib.reports.workbook.book import BLUE, GREEN, GREY, HEAD, ORANGE, PROTECTED, RED, Book, span, start_sheet
from axlib.reports.workbook.overview import PLACES
from axlib.tables.profiles.layout import HEADER_ROW, name_column
from axlib.verbs.success_vector import DRIFTING, OFF_COURSE, ON_COURSE, REACHED

#: Colours of segments in their order; a fifth and further one begin again.
_COLOURS = (BLUE, GREEN, ORANGE, RED, GREY, "#7A5195", "#2F7F8F")
#: More people than this make bars nobody can read.
_MOST_DRAWN = 30
_STATES = {ON_COURSE: GREEN, DRIFTING: ORANGE, OFF_COURSE: RED, REACHED: BLUE}


def write_team(book: Book, milestones: pd.DataFrame) -> None:
    """Write the sheet: counts are formulas over the other sheets, by numbers and not by names."""
    profiles, styles = book.profiles, book.styles
    segments = profiles.segments["segment"].tolist()
    sheet = start_sheet(
        book, layout.TEAM, "The team", f"{profiles.client}: members by who covers them, and milestones overdue."
    )
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, len(segments) + 2, 15)
    heads = ["MSM", *segments, "Members", "Milestones overdue"]
    top = HEADER_ROW - 1
    sheet.set_row(top, 34)
    for place, head in enumerate(heads):
        sheet.write_string(top, place, layout.tidy_cell(head), styles["head"])
    counts = pd.crosstab(profiles.table["msm"], profiles.table["segment"]).reindex(
        index=list(book.msms), columns=segments, fill_value=0
    )
    cells = counts.to_numpy(dtype=int)
    overdue = _count_overdue(book, milestones)
    by_segment = span(layout.OVERVIEW, PLACES["Segment no."], book.last_member)
    by_msm = span(layout.OVERVIEW, PLACES["MSM no."], book.last_member)
    states = span(layout.MILESTONES, 5, book.last_milestone)
    of_msm = span(layout.MILESTONES, 8, book.last_milestone)
    for number, name in enumerate(book.msms, start=1):
        row = top + number
        sheet.write_string(row, 0, layout.tidy_cell(name), styles["name"])
        for place in range(1, len(segments) + 1):
            formula = f"=COUNTIFS({by_msm},{number},{by_segment},{place})"
            shown = int(cells[number - 1, place - 1])
            sheet.write_formula(row, place, formula, styles["number"], shown)
        total = f"=SUM(B{row + 1}:{name_column(len(segments))}{row + 1})"
        sheet.write_formula(row, len(segments) + 1, total, styles["total"], int(counts.iloc[number - 1].sum()))
        formula = f'=COUNTIFS({of_msm},{number},{states},"overdue")'
        sheet.write_formula(row, len(segments) + 2, formula, styles["number"], int(overdue.get(number, 0)))
    last = top + len(book.msms)
    sheet.write_string(last + 1, 0, "All", styles["name"])
    sums = [*counts.sum().tolist(), int(counts.to_numpy().sum()), int(overdue.sum())]
    for place, shown in enumerate(sums, start=1):
        letters = name_column(place)
        sheet.write_formula(
            last + 1, place, f"=SUM({letters}{top + 2}:{letters}{last + 1})", styles["total"], int(shown)
        )
    below = _write_vector(book, sheet, last + 4, segments)
    if segments:
        _draw(book, sheet, (top, last, len(segments)), (last + 4, len(segments)), at=below)
    sheet.freeze_panes(HEADER_ROW, 1)
    sheet.repeat_rows(top)
    sheet.protect("", PROTECTED)


def _count_overdue(book: Book, milestones: pd.DataFrame) -> pd.Series:
    """Overdue milestones by the number of the MSM, as the formulas count them."""
    day = book.profiles.as_of.isoformat()
    late = (milestones["due_on"] != "") & (milestones["due_on"] < day)
    late &= (milestones["reached_on"] == "") | (milestones["reached_on"] > day)
    numbers = {name: number for number, name in enumerate(book.msms, start=1)}
    msm = book.profiles.table["msm"].map(numbers)
    return milestones.loc[late, "number"].map(msm).value_counts()


def _write_vector(book: Book, sheet: Any, top: int, segments: list[str]) -> int:
    """Write where the members of each segment are heading, as it stood when the workbook was written."""
    styles, table = book.styles, book.profiles.table
    sheet.set_row(top, 34)
    heading = f"Success Vector by segment, as of {book.profiles.as_of}"
    sheet.merge_range(top - 1, 0, top - 1, len(_STATES), heading, styles["strong"])
    for place, head in enumerate(["Segment", *_STATES]):
        sheet.write_string(top, place, head.capitalize() if place else head, styles["head"])
    counts = pd.crosstab(table["segment"], table["state"]).reindex(index=segments, columns=list(_STATES), fill_value=0)
    cells = counts.to_numpy(dtype=int)
    by_segment = span(layout.OVERVIEW, PLACES["Segment no."], book.last_member)
    states = span(layout.OVERVIEW, PLACES["Success Vector"], book.last_member)
    for number, name in enumerate(segments, start=1):
        sheet.write_string(top + number, 0, layout.tidy_cell(name), styles["name"])
        for place, state in enumerate(_STATES, start=1):
            formula = f'=COUNTIFS({by_segment},{number},{states},"{state}")'
            shown = int(cells[number - 1, place - 1])
            sheet.write_formula(top + number, place, formula, styles["number"], shown)
    return top + len(segments) + 3


def _draw(book: Book, sheet: Any, people: tuple[int, int, int], vector: tuple[int, int], *, at: int) -> None:
    """Draw both tables as stacked bars below them."""
    top, last, n_segments = people
    last = min(last, top + _MOST_DRAWN)
    chart = book.file.add_chart({"type": "bar", "subtype": "stacked"})
    for place in range(1, n_segments + 1):
        chart.add_series(
            {
                "name": [layout.TEAM, top, place],
                "categories": [layout.TEAM, top + 1, 0, last, 0],
                "values": [layout.TEAM, top + 1, place, last, place],
                "fill": {"color": _COLOURS[(place - 1) % len(_COLOURS)]},
                "gap": 50,
            }
        )
    _finish(chart, "Members by who covers them", height=max(260, 90 + 26 * (last - top)))
    sheet.insert_chart(at, 0, chart, {"description": "Stacked bars: members of each MSM by segment."})
    heading = book.file.add_chart({"type": "bar", "subtype": "percent_stacked"})
    begin, n_rows = vector
    for place, colour in enumerate(_STATES.values(), start=1):
        heading.add_series(
            {
                "name": [layout.TEAM, begin, place],
                "categories": [layout.TEAM, begin + 1, 0, begin + n_rows, 0],
                "values": [layout.TEAM, begin + 1, place, begin + n_rows, place],
                "fill": {"color": colour},
                "gap": 50,
            }
        )
    _finish(heading, "Success Vector by segment", height=max(260, 90 + 30 * n_rows))
    sheet.insert_chart(at, 5, heading, {"description": "Stacked bars: where members of each segment are heading."})


def _finish(chart: Any, title: str, *, height: int) -> None:
    chart.set_title({"name": title, "name_font": {"size": 12, "color": HEAD}})
    chart.set_y_axis({"reverse": True, "crossing": "max"})
    chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#E5E8EB"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 560, "height": height})
