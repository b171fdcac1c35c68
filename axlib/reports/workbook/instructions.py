"""The first sheet: whose data these are, how to fill the workbook in, and what its words mean."""

from __future__ import annotations

import axlib.tables.profiles.layout as layout
from axlib.reports.workbook.book import Book, start_sheet
from axlib.tables.profiles.layout import list_intake_columns
from axlib.verbs.success_vector import state_rule
from axlib.words.display import count_words, join_words

_NAMED = (
    "This workbook names members{emails}. It is for the team that serves them: keep it where only they can read it, "
    "send it to nobody else, and delete copies that are no longer needed."
)
_PSEUDONYMS = (
    "Members in this workbook have pseudonyms, and no names or e-mails. What people wrote (goals, milestones, next "
    "actions) stands as they wrote it, and may name somebody: treat it as members' data."
)


def write_instructions(book: Book) -> None:
    """Write the sheet."""
    profiles, styles = book.profiles, book.styles
    sheet = start_sheet(
        book,
        layout.INSTRUCTIONS,
        "Member Success Profiles",
        f"{profiles.client}. Written on {book.written_on}, as of {profiles.as_of}; {profiles.text}",
        landscape=False,
    )
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 96)
    emails = ", with their e-mails" if (profiles.table["email"] != "").any() else ""
    warning = _PSEUDONYMS if profiles.pseudonymised else _NAMED.format(emails=emails)
    sheet.merge_range(2, 0, 2, 1, "", styles["warning"])
    sheet.write_string(2, 0, warning, styles["warning"])
    sheet.set_row(2, 50)
    row = 4
    for head, lines in _sections(book):
        sheet.write_string(row, 0, head, styles["title"])
        sheet.set_row(row, 28)
        row += 1
        for label, text in lines:
            sheet.write_string(row, 0, label, styles["strong"])
            sheet.write_string(row, 1, text, styles["note"])
            sheet.set_row(row, 16 * max(1, -(-len(text) // 92), -(-len(label) // 22)) + 2)
            row += 1
        row += 1
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_first_sheet()
    sheet.activate()


def _sections(book: Book) -> list[tuple[str, list[tuple[str, str]]]]:
    profiles = book.profiles
    questions = list_intake_columns(profiles.instrument)
    sheets = [
        (layout.DASHBOARD, "One member at a glance: choose it in the yellow cell. Bring it to the conversation."),
        (
            layout.OVERVIEW,
            "All members, to be filtered. The goal can be written here; Desired Outcome is the goal and the experience "
            "that goes with it.",
        ),
        (
            layout.INTAKE,
            f"{count_words(len(questions), 'question')} on how a member needs to be served, by lifecycle stage, with "
            "who answered and when.",
        ),
        (
            layout.MILESTONES,
            "The steps a member takes towards its Desired Outcome: when due, when reached, what is next.",
        ),
        (layout.SIGNS, "What shows that a member gets where it wants. Each row is new; the sheet begins empty."),
        (layout.TEAM, "Members by segment and by who covers them, milestones overdue."),
    ]
    rules = [
        ("Fill in", "Yellow cells only. All others are computed or come from the records, and are locked."),
        (
            "Choose",
            "Click into a cell and choose from its list; what is pasted over a list is checked when it is read.",
        ),
        ("Add", "Free rows are below the written ones. The member is chosen from the list by its number and name."),
        ("Days", "As dates, 2026-03-31. A day such as 03/04/2026 typed as text cannot be told and is refused."),
        ("Leave", "Do not rename headers or sheets. Columns and sheets of your own are kept apart, and not read."),
        ("Remove", "Deleting a row or clearing an answer removes nothing from the records; it is only said."),
        ("Send back", "Save as XLSX or ODS and send the file back. It is read with: axlib profiles read FILE"),
        (
            "Two copies",
            "Two people may work on copies. Where both changed one cell to different values, nothing is taken until it "
            "is settled.",
        ),
    ]
    state = state_rule(profiles.drifting_after, profiles.off_course_after)
    words = [
        ("Success Vector", state),
        ("Segment", "Members who need to be served alike, whatever they pay. Dues are no part of this workbook."),
        *[(name, f"Served {served}.") for name, served in zip(profiles.segments["segment"], profiles.segments["served"],
                                                              strict=True) if served],
    ]  # fmt: skip
    asked = [
        (
            layout.tidy_cell(column.header),
            f"{column.item.question} {column.item.scale_text}. Asked of {join_words(column.item.answered_by, 'or')}.",
        )
        for column in questions
    ]
    return [
        ("The sheets", sheets),
        ("How to fill it in", rules),
        ("What the words mean", [(layout.tidy_cell(label), layout.tidy_cell(text)) for label, text in words]),
        ("What is asked", asked),
    ]
