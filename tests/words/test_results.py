from dataclasses import dataclass

import pandas as pd
import pytest

from axlib.words.notebook_face import undress
from axlib.words.results import Result, Unavailable, show_rows


@dataclass(frozen=True, eq=False, repr=False)
class Tally(Result):
    table: pd.DataFrame
    title = "A tally"
    plots = ("plot_tally",)

    def summary(self):
        return self.table

    @property
    def text(self):
        return "So many <b>members</b>."


def test_four_faces():
    tally = Tally(pd.DataFrame({"group": ["a"], "n": [1234]}))
    assert repr(tally).splitlines() == [
        "A tally", "Group  Members", "a        1,234", "So many <b>members</b>.", "Draw it: axlib.plot_tally",
    ]  # fmt: skip
    page = tally._repr_html_()
    assert "<caption>A tally</caption>" in page
    assert "&lt;b&gt;" in page


def test_a_notebook_gets_both_faces_with_the_verb_that_draws_and_a_page_without():
    tally = Tally(pd.DataFrame({"group": ["$5 to $9"], "n": [1]}))
    faces = tally._repr_mimebundle_(include=None, exclude=None)
    assert faces["text/plain"] == repr(tally)
    assert "Draw it: <code>axlib.plot_tally(…)</code>" in faces["text/html"]
    # Else JupyterLab would read what stands between two dollars as mathematics.
    assert 'class="ax-nb mathjax_ignore' in faces["text/html"]
    assert undress(faces["text/html"]) == tally._repr_html_()


def test_long_tables_are_cut_and_say_so():
    tally = Tally(pd.DataFrame({"group": [f"group {i}" for i in range(1050)], "n": range(1050)}))
    lines = repr(tally).splitlines()
    assert "30 of 1,050 rows." in lines
    assert "group 29" in repr(tally)
    assert "group 30" not in repr(tally)
    assert '<p class="ax-more">200 of 1,050 rows.</p>' in tally._repr_html_()


def test_a_result_without_rows_says_so():
    tally = Tally(pd.DataFrame({"group": pd.Series(dtype="str")}))
    assert "(no rows)" in repr(tally)
    assert "<table>" not in tally._repr_html_()


def test_what_is_unavailable_says_why_and_what_to_ask():
    result = Unavailable("Retention", "the export has no terms.", "invoices")
    assert result.text == "Retention: the export has no terms. It would take: invoices."
    assert repr(result).startswith("Not computed.")
    assert result._repr_html_().startswith('<aside class="ax-withheld">')
    assert Unavailable("Retention", "nobody is there.").text == "Retention: nobody is there."


def test_a_reason_is_escaped():
    assert "<i>" not in Unavailable("<i>", "<i>")._repr_html_()


def test_a_result_must_say_what_it_shows():
    with pytest.raises(TypeError, match="Result has no summary"):
        Result().summary()


def test_rows_of_a_table_are_counted_and_their_money_is_no_mathematics():
    table = pd.DataFrame(
        {"name": ["A", "B", "C"], "member_type": "Assets $50M to $100M", "annual_dues": [650, 90.5, 1]}
    )
    rows = show_rows(table, most=2, currency="USD")
    assert rows.table is table
    assert rows.summary()["name"].tolist() == ["A", "B"]
    assert repr(rows).splitlines()[-2:] == ["B     Assets $50M to $100M       $90.50", "2 of 3 rows."]
    face = rows._repr_mimebundle_()["text/html"]
    assert "mathjax_ignore" in face
    assert "<td>Assets $50M to $100M</td>" in face
    assert '<p class="ax-more">2 of 3 rows.</p>' in face
    assert "No rows." in show_rows(table.head(0))._repr_html_()
