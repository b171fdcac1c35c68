"""The consultant's notes stand at their sections, are marked as the consultant's, and name nobody to a client."""

import nbformat.v4 as v4
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from axlib.reports.brand import Brand
from axlib.reports.commentary import list_sections, name_section, read_commentary, refuse_names
from axlib.reports.page import render_page
from axlib.tables.engagement import read_engagement
from axlib.words.errors import ConfigurationError
from tests.tables.engagements import write_engagement

SECTIONS = ["what-we-found", "who-gets-how-much-service"]


def engaged(tmp_path, **notes):
    tmp_path.mkdir(exist_ok=True)
    home = write_engagement(tmp_path, {"members.csv": "Member ID\n1\n"}, "commentary: notes\n").path.parent
    (home / "notes").mkdir()
    for name, text in notes.items():
        (home / "notes" / f"{name.replace('_', '-')}.md").write_bytes(
            text if isinstance(text, bytes) else text.encode("utf-8")
        )
    return read_engagement(home)


def page(notes, *headings, face="client"):
    cells = [v4.new_markdown_cell(f"## {heading}\n\nAs it is.") for heading in headings]
    book = v4.new_notebook(cells=[v4.new_markdown_cell("# A question?"), *cells])
    shown = render_page(book, face=face, title="Coverage", brand=Brand(), footer={}, notes=notes)
    return BeautifulSoup(shown, "html.parser")


def test_sections_are_named_after_headings():
    books = [v4.new_notebook(cells=[v4.new_markdown_cell("# Q\n\n## What we found\n\n### Today's tiers!\n")])] * 2
    assert list_sections(books) == ["what-we-found", "todays-tiers"]
    assert name_section("Who gets — how much?") == "who-gets-how-much"


def test_a_note_stands_below_its_own_heading_and_says_whose_it_is():
    shown = page({"what-we-found": "Agreed with the board.\n\n# Loud"}, "What we found", "Other")
    note = shown.find(class_="ax-consultant")
    assert note.get_text(" ", strip=True) == "The consultant's note. Agreed with the board. Loud"
    assert note.find_previous("h2").get_text() == "What we found"
    assert "As it is." in note.find_previous("p").get_text()
    assert [heading.get_text() for heading in shown.find_all("h2")][:2] == ["What we found", "Other"]
    assert not note.find(["h1", "h2", "h3"])
    assert not page({}, "What we found").find(class_="ax-consultant")


def test_a_note_cannot_act():
    text = '<script>alert(1)</script><img src=x onerror="alert(1)"> [go](javascript:alert(1)) </aside></main><b>bold'
    shown = page({"what-we-found": text}, "What we found", "Other")
    note = shown.find(class_="ax-consultant")
    assert not note.find(["script", "img", "a"])
    assert all(name.startswith(("class", "role")) for tag in note.find_all(True) for name in tag.attrs)
    assert note.find("b").get_text() == "bold"
    assert shown.find("main").find(id="Other")


def test_notes_are_read_or_refused_all_at_once(tmp_path):
    found = read_commentary(
        engaged(tmp_path / "good", what_we_found="Well.", who_gets_how_much_service=" \n"), sections=SECTIONS
    )
    assert found == {"what-we-found": "Well."}
    bad = engaged(
        tmp_path / "bad", what_we_fond="x", what_we_found=b"\xff\xfe\xff", who_gets_how_much_service="x" * 20_001
    )
    with pytest.raises(ConfigurationError) as caught:
        read_commentary(bad, sections=SECTIONS)
    assert sorted(caught.value.problems) == [
        "notes/what-we-fond.md: no section is called 'what-we-fond'. Did you mean 'what-we-found'?",
        "notes/what-we-found.md: is not UTF-8; save it as UTF-8.",
        "notes/who-gets-how-much-service.md: has 20,001 characters; at most 20,000 can be shown.",
    ]


def test_a_picture_is_refused_and_does_not_vanish(tmp_path):
    with pytest.raises(ConfigurationError, match=r"what-we-found\.md: holds a picture"):
        read_commentary(engaged(tmp_path, what_we_found="See ![chart](chart.png)."), sections=SECTIONS)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    engagement = write_engagement(tmp_path, {"members.csv": "Member ID\n1\n"}, "commentary: remarks\n")
    with pytest.raises(ConfigurationError, match="commentary is 'remarks', and there is no such folder"):
        read_commentary(engagement, sections=SECTIONS)


@pytest.mark.parametrize(
    ("note", "named"),
    [
        ("We spoke with WHITETON BANK in May.", 1),
        ("Write to a@b.example and c@d.example.", 2),
        ("Acme said little.", 0),
        ("The banks are well.", 0),
        ("We spoke with C-1007 and 1234.", 1),
    ],
)
def test_notes_that_name_members_are_refused_without_saying_whom(note, named):
    members = pd.DataFrame(
        {
            "member_id": ["1234", "c-1007", "3"],
            "name": ["Whiteton Bank", "Acme", None],
            "email": ["a@b.example", None, "C@d.example"],
        }
    )
    if not named:
        refuse_names({"commentary 'what-we-found.md'": note}, members)
        return
    with pytest.raises(ConfigurationError) as caught:
        refuse_names({"commentary 'what-we-found.md'": note}, members)
    words = "1 member" if named == 1 else f"{named} members"
    assert words in str(caught.value)
    assert "hiteton" not in str(caught.value) and "@" not in str(caught.value)
