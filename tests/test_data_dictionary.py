"""The data dictionary in data/README.md is the vocabulary, written out.

``python tests/test_data_dictionary.py`` writes it again.
"""

from pathlib import Path

from axlib.words.vocabulary import TABLES, Column

PAGE = Path(__file__).parents[1] / "data" / "README.md"
BEGIN = "<!-- dictionary: written from axlib/words/vocabulary.py by tests/test_data_dictionary.py -->"
END = "<!-- end of dictionary -->"
ONE_ROW_IS = {
    "members": "a dues payer",
    "terms": "one membership term or invoice",
    "touches": "one contact with a member",
    "staff": "one person of the membership team",
    "answers": "one answer of an intake",
    "milestones": "one Success Milestone of a member",
    "outcomes": "one sign of a member's success",
}
KINDS = {
    "text": "text",
    "money": "money",
    "date": "date",
    "number": "number",
    "scale": "0 to 4",
    "category": "category",
    "boolean": "yes or no",
}


def write_row(column: Column) -> str:
    kind = KINDS[column.kind] + (f": {', '.join(column.choices)}" if column.choices else "")
    if column.role == "attribute":
        kind += "; AX attribute"
    name = f"**{column.name}**" if column.required else column.name
    return f"| {name} | {column.label} | {kind} | {', '.join(column.words) or '–'} |"


def write_dictionary() -> str:
    parts = []
    for table, columns in TABLES.items():
        parts += [f"### {table}", "", f"One row is {ONE_ROW_IS[table]}.", ""]
        parts += ["| column | shown as | kind | headers that mean it |", "|---|---|---|---|"]
        parts += [*(write_row(column) for column in columns), ""]
    return "\n".join(parts)


def replace_dictionary(page: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{write_dictionary()}\n{END}{after}"


def test_the_page_holds_todays_vocabulary():
    page = PAGE.read_text("utf-8")
    assert page.count(BEGIN) == page.count(END) == 1
    assert page == replace_dictionary(page), "write it again: python tests/test_data_dictionary.py"


def test_every_column_of_every_table_is_in_it():
    text = write_dictionary()
    for table, columns in TABLES.items():
        section = text.partition(f"### {table}\n")[2].partition("\n### ")[0]
        rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
        assert [row.split(" | ")[0].strip("|* ") for row in rows] == [column.name for column in columns]


if __name__ == "__main__":
    PAGE.write_text(replace_dictionary(PAGE.read_text("utf-8")), "utf-8")
