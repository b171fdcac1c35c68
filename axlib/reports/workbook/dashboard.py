"""The dashboard: one member chosen from a list, by formulas and charts that need nothing but the spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd

import axlib.tables.profiles.layout as layout
from axlib.reports.workbook.book import BLUE, GREY, HEAD, ORANGE, PROTECTED, Book, escape_value, span, start_sheet
from axlib.reports.workbook.entries import is_number_cell, state_milestone
from axlib.reports.workbook.overview import PLACES
from axlib.tables.profiles.layout import HEADER_ROW, IntakeColumn, list_intake_columns, name_column
from axlib.verbs.success_vector import DRIFTING, NO_COURSE, OFF_COURSE, ON_COURSE, REACHED, state_rule

#: Milestones of one member that the sheet has room for.
ROOM = 12
#: Rows (counted from 1) of the choice, the facts, the milestones' head and the answers' head.
_CHOICE, _FACTS, _STONES = 3, 5, 19
_ANSWERS = _STONES + ROOM + 3
#: Columns out of sight that hold what the formulas step through.
_STEP, _DUE, _WHEN, _LATE = "AA", "AB", "AC", "AD"
_SHOWN = (
    ("Covered by", "MSM"), ("Segment", "Segment"), ("Confidence", "Confidence"), ("Lifecycle stage", "Lifecycle stage"),
    ("Goal", "Goal"), ("Desired Outcome", "Desired Outcome"), ("Next action", "Next action"), ("Why", "Why"),
    ("Would change", "Would change"),
)  # fmt: skip
_TALL = {"Goal": 34, "Desired Outcome": 50, "Next action": 34, "Why": 34, "Would change": 34}


def write_dashboard(
    book: Book, intake: pd.DataFrame, milestones: pd.DataFrame, *, chosen: int, name: str = layout.DASHBOARD
) -> None:
    """Write the sheet, with one member chosen.

    Parameters
    ----------
    book : Book
    intake, milestones : DataFrame
        Rows of those sheets, as ``entries`` lists them.
    chosen : int
        Number of the member, from 0.
    name : str
        Of the sheet; the first one holds the day that all sheets look at.
    """
    profiles = book.profiles
    sheet = start_sheet(
        book, name, "Member Success Profile", f"{profiles.client}. Choose a member; everything below follows."
    )
    for place, width in enumerate((18, 22, 13, 13, 12, 14, 3)):
        sheet.set_column(place, place, width)
    styles = book.styles
    sheet.set_row(_CHOICE - 1, 26)
    sheet.write_string(f"A{_CHOICE}", "Member", styles["label"])
    sheet.merge_range(f"B{_CHOICE}:D{_CHOICE}", "", styles["choice"])
    sheet.write_string(f"B{_CHOICE}", book.labels[chosen] if book.labels else "", styles["choice"])
    sheet.data_validation(f"B{_CHOICE}", {"validate": "list", "source": "=Members", "input_title": "Member",
                                          "input_message": "Choose a member from the list."})  # fmt: skip
    sheet.write_string(f"E{_CHOICE}", "Looked at on", styles["label"])
    if name == layout.DASHBOARD:
        sheet.write_datetime(f"F{_CHOICE}", datetime.fromisoformat(profiles.as_of.isoformat()), styles["entry_day"])
        sheet.data_validation(
            f"F{_CHOICE}",
            {
                "validate": "date",
                "criteria": ">",
                "value": datetime(1990, 1, 1),
                "input_title": "Looked at on",
                "input_message": "Days late are counted up to this day; =TODAY() keeps it up to date.",
            },
        )
        book.file.define_name("LookedAtOn", f"='{name}'!$F${_CHOICE}")
    else:
        sheet.write_formula(f"F{_CHOICE}", "=LookedAtOn", styles["day"], _serial(profiles.as_of.isoformat()))
    _write_steps(book, sheet, intake, milestones, chosen)
    _write_facts(book, sheet, chosen)
    _write_milestones(book, sheet, milestones, chosen)
    columns = list_intake_columns(profiles.instrument)
    _write_answers(book, sheet, columns, intake, chosen)
    sheet.set_column(f"{_STEP}:{_LATE}", 8, None, {"hidden": True})
    _draw_answers(book, sheet, name, [column for column in columns if column.item.kind == "scale"])
    _draw_milestones(book, sheet, name)
    sheet.protect("", PROTECTED)
    sheet.print_area(0, 0, _ANSWERS + len(columns), 16)
    sheet.fit_to_pages(1, 1)


def _serial(day: str) -> float:
    """A day as a spreadsheet counts it, for values shown before anything is computed."""
    return float((datetime.fromisoformat(day) - datetime(1899, 12, 30)).days) if day else 0.0


def _rows_of(numbers: pd.Series, chosen: int) -> list[int]:
    return [place for place, number in enumerate(numbers.tolist()) if number == chosen]


def _write_steps(book: Book, sheet: Any, intake: pd.DataFrame, milestones: pd.DataFrame, chosen: int) -> None:
    """Write where the chosen member stands on the other sheets: its number, its rows, one below the other."""
    style = book.styles["hidden"]
    number = f'=IFERROR(VALUE(LEFT($B${_CHOICE},{book.digits})),0)'  # fmt: skip
    sheet.write_formula(f"{_STEP}1", number, style, chosen + 1 if book.labels else 0)
    overview = span(layout.OVERVIEW, PLACES["No."], book.last_member)
    here = f"=IFERROR(MATCH(${_STEP}$1,{overview},0),0)"
    sheet.write_formula(f"{_STEP}2", here, style, chosen + 1 if book.labels else 0)
    n_questions = len(list_intake_columns(book.profiles.instrument))
    of_intake = span(layout.INTAKE, 4 + n_questions, book.last_intake)
    found = _rows_of(intake["number"], chosen)
    sheet.write_formula(
        f"{_STEP}3", f"=IFERROR(MATCH(${_STEP}$1,{of_intake},0),0)", style, found[0] + 1 if found else 0
    )
    stones = _rows_of(milestones["number"], chosen)
    letters, first, last = name_column(7), HEADER_ROW + 1, book.last_milestone
    for place in range(ROOM):
        row = _STONES + 1 + place
        if place == 0:
            formula = f"=IFERROR(MATCH(${_STEP}$1,{span(layout.MILESTONES, 7, last)},0),0)"
        else:
            before = f"${_STEP}{row - 1}"
            below = (
                f"INDEX('{layout.MILESTONES}'!${letters}${first}:${letters}${last},{before}+1)"
                f":'{layout.MILESTONES}'!${letters}${last}"
            )
            formula = f"=IF({before}=0,0,IFERROR({before}+MATCH(${_STEP}$1,{below},0),0))"
        sheet.write_formula(f"{_STEP}{row}", formula, style, stones[place] + 1 if place < len(stones) else 0)


def _write_facts(book: Book, sheet: Any, chosen: int) -> None:
    styles, table = book.styles, book.profiles.table
    row = _FACTS
    for label, head in _SHOWN:
        column = span(layout.OVERVIEW, PLACES[head], book.last_member)
        style = styles["share"] if head == "Confidence" else styles["cell"]
        sheet.write_string(f"A{row}", label, styles["label"])
        sheet.merge_range(f"B{row}:F{row}", "", style)
        cell = f"INDEX({column},${_STEP}$2)"
        formula = f'=IF(${_STEP}$2=0,"",IF({cell}="","–",{cell}))'
        sheet.write_formula(f"B{row}", formula, style, _fact(book, head, chosen))
        sheet.set_row(row - 1, _TALL.get(label, 18))
        row += 1
    sheet.write_string(f"A{row}", "Success Vector", styles["label"])
    sheet.merge_range(f"B{row}:F{row}", "", styles["strong"])
    rules = book.profiles
    area = f"{_STONES + 1}:${{}}${_STONES + ROOM}"
    stones = {letters: f"${letters}${area.format(letters)}" for letters in ("A", "F", _STEP, _DUE, _WHEN, _LATE)}
    slip = (
        f"MAX(MAX({stones[_DUE]}),IF(MAX({stones[_WHEN]})=0,0,"
        f"INDEX({stones[_LATE]},MATCH(MAX({stones[_WHEN]}),{stones[_WHEN]},0))))"
    )
    unfinished = f'COUNTIF({stones["F"]},"open")+COUNTIF({stones["F"]},"overdue")'
    formula = (
        f'=IF(${_STEP}$2=0,"",IF({unfinished}+COUNTIF({stones["F"]},"reached")=0,"{NO_COURSE}",'
        f'IF({unfinished}=0,"{REACHED}",IF({slip}<={rules.drifting_after},"{ON_COURSE}",'
        f'IF({slip}<={rules.off_course_after},"{DRIFTING}","{OFF_COURSE}")))))'
    )
    sheet.write_formula(f"B{row}", formula, styles["strong"], table["state"].iloc[chosen] if len(table) else "")
    for state, style in ((ON_COURSE, "good"), (DRIFTING, "middling"), (OFF_COURSE, "bad"), (REACHED, "done")):
        sheet.conditional_format(f"B{row}", {"type": "cell", "criteria": "==", "value": f'"{state}"',
                                             "format": styles[style]})  # fmt: skip
    sheet.merge_range(f"A{row + 1}:F{row + 2}", "", styles["question"])
    sheet.write_string(f"A{row + 1}", state_rule(rules.drifting_after, rules.off_course_after), styles["question"])
    sheet.set_row(row, 26)
    sheet.set_row(row + 1, 26)


def _fact(book: Book, head: str, chosen: int) -> str | float:
    """What the formula of a fact gives, for programs that show a workbook without computing it."""
    if not len(book.profiles.table):
        return ""
    member = book.profiles.table.iloc[chosen]
    if head == "Confidence":
        return float(member["confidence"]) if member["confidence"] == member["confidence"] else "–"
    served = dict(zip(book.profiles.segments["segment"], book.profiles.segments["served"], strict=True))
    texts = {
        "MSM": member["msm"],
        "Segment": member["segment"],
        "Lifecycle stage": member["lifecycle_stage"].replace("_", " "),
        "Goal": member["goal"],
        "Desired Outcome": f"{member['goal']}; served {served[member['segment']]}" if member["goal"] else "",
        "Next action": member["next_action"],
        "Why": member["reason"].replace("_", " "),
        "Would change": member["would_change"],
    }
    return escape_value(layout.tidy_cell(str(texts[head]))) or "–"


def _write_milestones(book: Book, sheet: Any, milestones: pd.DataFrame, chosen: int) -> None:
    styles, last = book.styles, book.last_milestone
    heads = ("Milestone", "", "Due", "Reached", "Days late", "State")
    for place, head in enumerate(heads):
        sheet.write_string(_STONES - 1, place, head, styles["head"])
    sheet.merge_range(f"A{_STONES}:B{_STONES}", "Milestone", styles["head"])
    mine = milestones.iloc[_rows_of(milestones["number"], chosen)[:ROOM]].to_dict("records")
    for place in range(ROOM):
        row = _STONES + 1 + place
        sheet.merge_range(f"A{row}:B{row}", "", styles["cell"])
        line = mine[place] if place < len(mine) else {"milestone": "", "due_on": "", "reached_on": ""}
        due, reached = str(line["due_on"]), str(line["reached_on"])
        state, late = state_milestone(due, reached, book.profiles.as_of) if line["milestone"] else ("", "")
        shown = (escape_value(str(line["milestone"])), _serial(due) or "", _serial(reached) or "", late, state)
        sources = (1, 2, 3, 6, 5)
        looks = (styles["cell"], styles["day"], styles["day"], styles["number"], styles["cell"])
        for letters, source, look, value in zip("ACDEF", sources, looks, shown, strict=True):
            cell = f"INDEX({span(layout.MILESTONES, source, last)},${_STEP}{row})"
            formula = f'=IF(${_STEP}{row}=0,"",IF({cell}="","",{cell}))'
            sheet.write_formula(f"{letters}{row}", formula, look, value)
        hidden, lateness = styles["hidden"], 0 if isinstance(late, str) else late
        overdue = f'=IF(F{row}="overdue",E{row},0)'
        sheet.write_formula(f"{_DUE}{row}", overdue, hidden, lateness if state == "overdue" else 0)
        # Of two reached on one day the one further down, due later, counts as the last.
        when = f'=IF(F{row}="reached",D{row}+ROW()/10000,0)'
        sheet.write_formula(f"{_WHEN}{row}", when, hidden, _serial(reached) + row / 10000 if state == "reached" else 0)
        after = f'=IF(AND(F{row}="reached",ISNUMBER(E{row})),E{row},0)'
        sheet.write_formula(f"{_LATE}{row}", after, hidden, lateness if state == "reached" else 0)
    for state, style in (("overdue", "bad"), ("reached", "done"), ("open", "good")):
        look = {"type": "cell", "criteria": "==", "value": f'"{state}"', "format": styles[style]}
        sheet.conditional_format(f"F{_STONES + 1}:F{_STONES + ROOM}", look)


def _write_answers(book: Book, sheet: Any, columns: Sequence[IntakeColumn], intake: pd.DataFrame, chosen: int) -> None:
    """Write the answers of the stage the member is in, beside the mean of its segment."""
    styles, table, facts = book.styles, book.profiles.table, book.profiles.facts
    for letters, head in (("A", "Question"), ("C", "Answer"), ("E", "0 to 4"), ("F", "Segment's mean")):
        sheet.write_string(f"{letters}{_ANSWERS}", head, styles["head"])
    sheet.set_row(_ANSWERS - 1, 32)
    sheet.merge_range(f"A{_ANSWERS}:B{_ANSWERS}", "Question", styles["head"])
    sheet.merge_range(f"C{_ANSWERS}:D{_ANSWERS}", "Answer", styles["head"])
    given: dict[str, str] = {}
    segment = 0
    if len(table):
        member = table.iloc[chosen]
        own = facts[(facts["kind"] == "answer") & (facts["member"] == member["member_id"])]
        own = own[own["where"] == member["lifecycle_stage"]]
        given = dict(zip(own["what"], own["value"], strict=True))
        segment = book.profiles.segments["segment"].tolist().index(member["segment"])
    numbers = f"INDEX({span(layout.OVERVIEW, PLACES['Segment no.'], book.last_member)},${_STEP}$2)"
    scales = [column for column in columns if column.item.kind == "scale"]
    # Scales stand first and together: the chart draws them.
    for place, column in enumerate([*scales, *(c for c in columns if c.item.kind != "scale")]):
        row = _ANSWERS + 1 + place
        source = span(layout.INTAKE, 4 + columns.index(column), book.last_intake)
        sheet.merge_range(f"A{row}:B{row}", "", styles["cell"])
        sheet.write_string(f"A{row}", column.header, styles["cell"])
        sheet.merge_range(f"C{row}:D{row}", "", styles["cell"])
        value = given.get(column.attribute, "")
        text: str | float = escape_value(layout.show_answer(column.item, value)) if value else "–"
        if column.item.kind == "number" and is_number_cell(value):
            text = float(value)
        cell = f"INDEX({source},${_STEP}$3)"
        sheet.write_formula(f"C{row}", f'=IF(${_STEP}$3=0,"",IF({cell}="","–",{cell}))', styles["cell"], text)
        if column not in scales:
            continue
        number = f'=IFERROR(VALUE(LEFT(C{row},1)),"")'
        sheet.write_formula(f"E{row}", number, styles["number"], int(value) if value in tuple("01234") else "")
        means = span(layout.LISTS, 2 + place, 1 + len(book.profiles.segments), first=2)
        mean = book.profiles.segments[column.attribute].iloc[segment] if len(table) else float("nan")
        formula = f'=IF(${_STEP}$2=0,"",IF(INDEX({means},{numbers})="","",INDEX({means},{numbers})))'
        sheet.write_formula(f"F{row}", formula, styles["mean"], float(mean) if mean == mean else "")


def _draw_answers(book: Book, sheet: Any, name: str, scales: Sequence[IntakeColumn]) -> None:
    if not scales:
        return
    first, last = _ANSWERS, _ANSWERS + len(scales) - 1
    chart = book.file.add_chart({"type": "bar"})
    for place, title, colour in ((4, "This member", HEAD), (5, "Mean of its segment", "#B7C4CF")):
        chart.add_series(
            {
                "name": title,
                "categories": [name, first, 0, last, 0],
                "values": [name, first, place, last, place],
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    chart.set_title({"name": "How this member needs to be served", "name_font": {"size": 12}, "overlay": False})
    lines = {"visible": True, "line": {"color": "#E5E8EB"}}
    chart.set_x_axis({"min": 0, "max": 4, "major_unit": 1, "major_gridlines": lines})
    chart.set_y_axis({"reverse": True, "crossing": "max", "major_gridlines": {"visible": False}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 560, "height": 400})
    sheet.insert_chart(
        "H3", chart, {"description": "Bars: this member's answers from 0 to 4, beside the mean of its segment."}
    )


def _draw_milestones(book: Book, sheet: Any, name: str) -> None:
    chart = book.file.add_chart({"type": "column"})
    first, last = _STONES, _STONES + ROOM - 1
    chart.add_series(
        {
            "name": "Days late",
            "categories": [name, first, 0, last, 0],
            "values": [name, first, 4, last, 4],
            "fill": {"color": ORANGE},
            "gap": 60,
            "invert_if_negative": True,
            "invert_if_negative_color": BLUE,
        }
    )
    chart.set_title({"name": "Milestones: days late (below 0: early)", "name_font": {"size": 12}})
    chart.set_x_axis({"label_position": "low", "num_font": {"size": 8}})
    chart.set_y_axis({"num_font": {"color": GREY}, "major_gridlines": {"visible": True, "line": {"color": "#E5E8EB"}}})
    chart.set_legend({"none": True})
    chart.set_size({"width": 560, "height": 320})
    sheet.insert_chart(
        f"H{_STONES}", chart, {"description": "Columns: days each milestone is or was late; early ones are below 0."}
    )
