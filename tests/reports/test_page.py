"""Pages from notebooks: whole or not at all, the right face, in order, and the same bytes twice."""

import base64
import hashlib
import re
import subprocess
import sys

import nbformat.v4 as v4
import pytest
from bs4 import BeautifulSoup

from axlib.reports.brand import DARK_GROUND, LIGHT_GROUND, Brand, make_readable, measure_contrast
from axlib.reports.headings import arrange_headings
from axlib.reports.page import TEMPLATE, render_page
from axlib.words.errors import ConfigurationError, NotebookError


def code(source="show()", *outputs, tags=(), count=1):
    cell = v4.new_code_cell(source, execution_count=count, outputs=list(outputs))
    cell.metadata["tags"] = list(tags)
    return cell


def html_output(markup):
    return v4.new_output("execute_result", data={"text/html": markup, "text/plain": "x"}, execution_count=1)


def display(metadata=None, **data):
    kinds = {name.replace("__", "/").replace("_plus_", "+"): value for name, value in data.items()}
    return v4.new_output("display_data", data=kinds, metadata=metadata or {})


def notebook(*cells):
    return v4.new_notebook(cells=list(cells))


def render(*cells, face="client", **changes):
    settings = {"title": "Coverage", "brand": Brand(), "footer": {"Kit": "axlib"}} | changes
    return render_page(notebook(*cells), face=face, **settings)


def soup(*cells, **changes):
    return BeautifulSoup(render(*cells, **changes), "html.parser")


# Whole or not at all ---------------------------------------------------------------------------------------


def test_a_failed_cell_is_refused_without_its_message():
    error = v4.new_output("error", ename="KeyError", evalue="member 4711", traceback=["Ann Example owes $5"])
    with pytest.raises(NotebookError) as caught:
        render(v4.new_markdown_cell("# Q"), code("show(member)", error))
    assert str(caught.value) == "Coverage: cell 2 failed with KeyError; mend it and run the notebook again."


@pytest.mark.parametrize(("folds", "folded"), [(True, 1), (False, 0)])
def test_long_tables_fold_where_a_page_is_read_as_a_story(folds, folded):
    rows = "".join(f"<tr><td>{number}</td></tr>" for number in range(9))
    table = f'<div class="ax-table"><table><caption>Nine</caption><tbody>{rows}</tbody></table></div>'
    output = v4.new_output("execute_result", data={"text/html": table}, execution_count=1)
    notebook = v4.new_notebook(cells=[v4.new_code_cell("x", execution_count=1, outputs=[output])])
    page = render_page(notebook, face="client", title="T", brand=Brand(), footer={}, folds=folds)
    assert page.count('<details class="ax-folded">') == folded
    assert page.count("<td>8</td>") == 1


def test_a_class_name_that_is_none_is_not_repeated():
    error = v4.new_output("error", ename="Ann <b>", evalue="", traceback=[])
    with pytest.raises(NotebookError, match="cell 1 failed with an error;"):
        render(code("x", error))


def test_unexecuted_cells_and_early_ends_are_all_named():
    book = notebook(code("a"), code("b", count=None), code("c"), code("d", count=None))
    book.metadata["papermill"] = {"input_path": "/home/ann/notebooks/03_compare.ipynb"}
    with pytest.raises(NotebookError) as caught:
        render_page(book, face="client", title="T", brand=Brand(), footer={})
    assert caught.value.problems == (
        "03_compare.ipynb: was not run whole, cell 2 did not run; run the notebook to its end.",
        "03_compare.ipynb: ended early, cell 4 did not run; run the notebook to its end.",
    )


def test_an_empty_code_cell_needs_no_run():
    assert "<h1>Coverage</h1>" in render(code("  \n", count=None))


# Faces ------------------------------------------------------------------------------------------------------


def test_the_client_sees_no_code_parameters_warnings_or_hidden_cells():
    cells = (
        code("secret_parameter = 1", html_output("<p>shown parameter</p>"), tags=["parameters"]),
        code("secret_value = 2", html_output("<p>shown value</p>"), tags=["injected-parameters"]),
        code("secret_call()", html_output("<p>result</p>")),
        code("x", html_output("<p>for analysts</p>"), tags=["ax-hide"]),
        code("x", v4.new_output("stream", name="stderr", text="a warning")),
    )
    client = render(*cells)
    assert "result" in client
    for word in ("secret", "shown", "for analysts", "a warning", 'ax-code"', "In [", "Out["):
        assert word not in client[client.index("<body") :]
    internal = soup(*cells, face="internal")
    assert len(internal.select("details.ax-code:not([open])")) == 5
    for word in ("secret_parameter", "secret_call", "for analysts", "a warning", "Internal"):
        assert word in internal.get_text()


def test_last_expressions_are_shown():
    page = soup(code("1 + 1", v4.new_output("execute_result", data={"text/plain": "<2>"}, execution_count=1)))
    assert page.select_one("main pre.ax-plain").get_text() == "<2>"


def test_top_cells_come_first_and_the_question_below_the_title():
    page = soup(
        v4.new_markdown_cell("# Who is served?\n\nIntroduction."),
        code("x", html_output("<h2>Finding</h2>"), tags=["ax-top"]),
    )
    assert [h.get_text() for h in page.select("h1")] == ["Coverage"]
    assert page.select_one(".pg-question").get_text() == "Who is served?"
    text = page.main.get_text(" ", strip=True)
    assert text == "Coverage Who is served? Finding Introduction."


def test_a_question_equal_to_the_title_is_said_once():
    assert soup(v4.new_markdown_cell("# Coverage\n\nText")).select(".pg-question") == []


def test_pictures_stand_in_img_with_their_words():
    svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>"
    page = soup(
        code("a", display(image__svg_plus_xml=svg, metadata={"image/svg+xml": {"alt": 'Load "by" MSM'}})),
        code("b", display(image__png="iVBORw0KGgo=\n")),
        code("c", display(image__png="§§")),
    )
    first, second = page.select("main img")
    assert first["alt"] == 'Load "by" MSM'
    assert base64.b64decode(first["src"].partition(",")[2]).decode() == svg
    assert second["alt"] == "Picture without a description"
    assert second["src"] == "data:image/png;base64,iVBORw0KGgo="
    assert page.svg is None


@pytest.mark.parametrize(
    "kind", ["application/javascript", "text/vnd.mermaid", "application/x.unknown+json", "text/latex"]
)
def test_what_acts_is_not_shown(kind):
    output = v4.new_output("display_data", data={kind: "window.x()", "text/plain": "<object>"})
    assert "object" not in soup(code("x", output)).main.get_text()
    internal = soup(code("x", output), face="internal").main.get_text()
    assert f"Not shown on a page: {kind}." in internal
    assert "window.x()" not in internal


def test_markdown_outputs_and_cells_are_sanitised():
    hostile = "[a](javascript:x()) <img src=x onerror=x()> ![b](attachment:none)"
    page = render(v4.new_markdown_cell("Text [b](https://example.org)"), code("x", display(text__markdown=hostile)))
    main = page[page.index("<main") : page.index("</main>")]
    assert 'href="https://example.org"' in main
    assert "<img" not in main
    assert 'href="javascript' not in main


def test_dollars_stay_dollars():
    page = soup(v4.new_markdown_cell("Tiers: $5k-$10k and $10k_a_-$50k."))
    assert page.main.p.get_text() == "Tiers: $5k-$10k and $10k_a_-$50k."


# Frame ------------------------------------------------------------------------------------------------------


def test_policy_names_exactly_the_style_and_the_script():
    text = render(v4.new_markdown_cell("a"), title='A </style> & "title"\\', brand=Brand("B'; }", "#ffee00"))
    page = BeautifulSoup(text, "html.parser")
    policy = page.select_one("meta[http-equiv='Content-Security-Policy']")["content"]

    def digest(tag):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()

    assert policy == (
        f"default-src 'none'; img-src data:; style-src '{digest('style')}'; script-src '{digest('script')}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not page.select("[style]")
    assert not [a for e in page.find_all(True) for a in e.attrs if a.startswith("on")]
    assert re.search(r"https?://", text) is None


def test_head_footer_language_and_chapters():
    page = soup(
        v4.new_markdown_cell("a"),
        language="pt-BR",
        title=" Two\nlines ",
        brand=Brand("Harbour", "#0b6e4f", "data:image/png;base64,AAAA", "For the board"),
        footer={"Run": "<7>", "Kit": "axlib"},
        chapters=[("Data", "../internal/01 data.html"), ("Bad", "javascript:x()"), ("Worse", "//x.org")],
    )
    assert page.html["lang"] == "pt-BR"
    assert page.title.get_text() == "Two lines · Harbour"
    assert [d.get_text() for d in page.footer.select("dt, dd")] == ["Run", "<7>", "Kit", "axlib"]
    assert [a["href"] for a in page.select(".pg-side a")] == [
        "../internal/01%20data.html",
        "javascript%3Ax%28%29",
        "x.org",
    ]
    assert page.select_one("header img")["src"] == "data:image/png;base64,AAAA"


def test_a_wrong_language_is_refused():
    with pytest.raises(ConfigurationError, match="language is 'english please'"):
        render(v4.new_markdown_cell("a"), language="english please")


def test_contents_lead_to_headings_of_their_own():
    page = soup(
        v4.new_markdown_cell("## Load\n\n##### Deep\n\n## Load\n\n## pg-main\n\n## "),
        code("x", html_output("<h1 id='pg-x'>Again</h1><h2></h2><h3>Über <b>uns</b></h3>")),
    )
    ids = [h["id"] for h in page.main.select("h2, h3, h4, h5, h6")]
    assert ids == ["Load", "Deep", "Load-2", "-pg-main", "-pg-x", "Über-uns"]
    assert [h.name for h in page.main.select("h2, h3, h4, h5, h6")] == ["h2", "h3", "h2", "h2", "h2", "h3"]
    assert [a["href"] for a in page.select(".pg-side a")] == [
        "#Load", "#Deep", "#Load-2", "#-pg-main", "#-pg-x", "#%C3%9Cber-uns",
    ]  # fmt: skip
    assert len(set(ids)) == len(ids)


def test_headings_never_skip_a_level():
    pieces, listed = arrange_headings(["<h4>a</h4><h6>b</h6>", "<h2>c</h2><h3>d</h3>"])
    assert re.findall(r"<h(\d)", "".join(pieces)) == ["2", "3", "2", "3"]
    assert [heading.level for heading in listed] == [2, 3, 2, 3]


def test_equal_notebooks_give_equal_bytes():
    cells = (v4.new_markdown_cell("## A"), code("x", html_output("<table><tr><th></th><th>a</th></tr></table>")))
    assert render(*cells) == render(*cells)


def test_wide_tables_scroll_and_corners_are_no_headings():
    page = soup(code("x", html_output("<table><thead><tr><th></th><th>a</th></tr></thead></table>")))
    assert [cell.name for cell in page.select(".pg-scroll > table tr > *")] == ["td", "th"]


def test_intervals_stand_below_their_values_and_read_on():
    row = '<tr><td class="num">89.3 % [84.1 %, 94.2 %]</td><td>a [b]</td><td class="num">5</td></tr>'
    page = soup(code("x", html_output(f"<table><tbody>{row}</tbody></table>")))
    assert [part.get_text() for part in page.select(".pg-interval")] == ["[84.1 %, 94.2 %]"]
    assert page.select_one("td.num").get_text() == "89.3 % [84.1 %, 94.2 %]"


# Brand and weight -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("colour", ["#ffdd00", "#ffffff", "#000000", "#0b6e4f", "#ff0000", "#7f7f7f", "#3366ff"])
@pytest.mark.parametrize("ground", ["#ffffff", LIGHT_GROUND, "#15181d", DARK_GROUND])
def test_brand_colours_can_be_read(colour, ground):
    readable = make_readable(colour, ground=ground)
    assert measure_contrast(readable, ground) >= 4.5
    assert readable == colour or measure_contrast(colour, ground) < 4.5


def test_grounds_are_those_of_the_style_sheet():
    style = (TEMPLATE / "style.css").read_text("utf-8")
    assert re.findall(r"--tint: (#\w+)", style) == [LIGHT_GROUND, DARK_GROUND]


def test_a_wrong_brand_is_refused_in_one_go():
    with pytest.raises(ConfigurationError) as caught:
        Brand("B", colour="red", logo_data_uri="https://x.org/logo.png")
    assert len(caught.value.problems) == 2


def test_template_style_and_script_are_light():
    assert sum(path.stat().st_size for path in TEMPLATE.iterdir()) < 25_000


def test_importing_pages_leaves_the_grammar_of_addresses_alone():
    program = "import sys, axlib.reports.page; print('lark' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
