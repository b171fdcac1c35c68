"""The page as a reader meets it: asks for nothing, is accessible, sorts by keyboard, fits, prints."""

import base64
import subprocess

import nbformat.v4 as v4
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from axlib.reports.brand import Brand
from axlib.reports.page import render_page

from .conftest import CHROMIUM, FLAGS

LOGO = base64.b64encode(
    b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40"/></svg>'
).decode()
BRAND = Brand("Harbour Advisory", "#0b6e4f", f"data:image/svg+xml;base64,{LOGO}", "Confidential: for the board")
FOOTER = {"As of": "2026-06-30", "Members file": "members.csv, 1,061 rows", "Kit": "axlib 0.1.0"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def pages(sample_notebook):
    return {
        face: render_page(
            sample_notebook,
            face=face,
            title="Coverage diagnosis",
            brand=BRAND,
            footer=FOOTER,
            chapters=[("Data", "01_data.html"), ("Segments", "02_segments.html")],
            folds=face == "client",
        )
        for face in ("client", "internal")
    }


def unfold(page):
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true })")


@pytest.mark.parametrize("face", ["client", "internal"])
def test_opening_asks_for_nothing_and_complains_of_nothing(open_page, pages, face):
    page, sent, seen = open_page(pages[face])
    page.wait_for_timeout(100)
    assert sent == []
    assert seen == []
    assert page.locator("main img").count() == 3
    assert page.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")


@pytest.mark.parametrize("face", ["client", "internal"])
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (390, False), (390, True)])
def test_axe_finds_no_violation(open_page, pages, face, width, dark):
    page, _, _ = open_page(pages[face], width=width, dark=dark)
    page.evaluate("document.querySelectorAll('main details').forEach((part) => { part.open = true })")
    page.wait_for_timeout(50)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    assert len(found.response["passes"]) > 20


def test_axe_finds_no_violation_in_print(open_page, pages):
    page, _, _ = open_page(pages["client"])
    page.emulate_media(media="print")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("colour", ["#ffdd00", "#ffffff", "#000000", "#e4002b"])
@pytest.mark.parametrize("dark", [False, True])
def test_any_brand_colour_can_be_read(open_page, sample_notebook, colour, dark):
    text = render_page(sample_notebook, face="internal", title="T", brand=Brand("B", colour), footer=FOOTER)
    page, _, _ = open_page(text, dark=dark)
    found = Axe().run(page, options={"runOnly": ["color-contrast"], "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 390, 768, 1100, 1280, 1920])
def test_the_page_never_scrolls_sideways(open_page, pages, width):
    page, _, _ = open_page(pages["client"], width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_wide_tables_scroll_within_a_named_region_on_a_phone(open_page, pages):
    page, _, _ = open_page(pages["client"], width=390)
    unfold(page)
    region = page.get_by_role("region", name="Members and the service they call for")
    assert region.get_attribute("tabindex") == "0"
    region.focus()
    page.keyboard.press("ArrowRight")
    # Asked again and again from outside, for the page's own policy lets nobody evaluate strings inside.
    for _ in range(200):
        if region.evaluate("(part) => part.scrollLeft") > 0:
            break
        page.wait_for_timeout(50)
    assert region.evaluate("(part) => part.scrollLeft") > 0
    wide, _, _ = open_page(pages["client"], width=1280)
    assert wide.locator(".pg-scroll[tabindex]").count() == 0


def column(table, index):
    return [row.locator("th, td").nth(index).text_content() for row in table.locator("tbody tr").all()]


def test_tables_sort_by_keyboard(open_page, pages):
    page, _, _ = open_page(pages["client"])
    unfold(page)
    table = page.locator("table").filter(has_text="Members and the service they call for")
    before = column(table, 0)

    hours = table.get_by_role("button", name="Required hours")
    hours.focus()
    page.keyboard.press("Enter")
    numbers = [float(text) for text in column(table, 5)]
    assert numbers == sorted(numbers, reverse=True)
    assert table.locator("th[aria-sort]").evaluate_all("all => all.map((th) => th.ariaSort)") == ["descending"]
    page.keyboard.press("Space")
    assert [float(text) for text in column(table, 5)] == sorted(numbers)

    table.get_by_role("button", name="Annual dues").click()
    dues = [float(text.replace(",", "")) for text in column(table, 6)]
    assert dues == sorted(dues, reverse=True)

    table.get_by_role("button", name="Member", exact=False).first.click()
    assert column(table, 0) == sorted(before)


def test_numbers_sort_as_numbers_however_written(open_page):
    cells = ["–", "−3.2 %", "$1,234", "< 0.1 %", "12.5 [10.1, 14.0]", "3.00×", "hidden", "−$12.50", "CHF 99", "0.215"]
    rows = "".join(f'<tr><th scope="row">r{i}</th><td class="num">{c}</td></tr>' for i, c in enumerate(cells))
    exact = '<tr><th scope="row">raw</th><td class="num" data-value="5">a lot</td></tr>'
    markup = (
        '<table><thead><tr><th scope="col">a</th><th scope="col" class="num">b</th></tr></thead>'
        f"<tbody>{rows.replace('< 0.1', '&lt; 0.1')}{exact}</tbody></table>"
    )
    output = v4.new_output("execute_result", data={"text/html": markup}, execution_count=1)
    notebook = v4.new_notebook(cells=[v4.new_code_cell("x", execution_count=1, outputs=[output])])
    page, _, _ = open_page(render_page(notebook, face="client", title="T", brand=Brand(), footer={}))
    page.get_by_role("button", name="b").click()
    expected = ["$1,234", "CHF 99", "12.5 [10.1, 14.0]", "a lot", "3.00×", "0.215", "< 0.1 %", "−3.2 %", "−$12.50"]
    assert column(page.locator("table"), 1) == [*expected, "–", "hidden"]


def test_numbers_sort_by_the_marks_of_the_locale_they_are_written_in(open_page):
    cells = ["1.234,5", "99,9", "−1.000", "12.000 €"]
    rows = "".join(f'<tr><th scope="row">r{i}</th><td class="num">{c}</td></tr>' for i, c in enumerate(cells))
    head = '<thead><tr><th scope="col">a</th><th scope="col" class="num">b</th></tr></thead>'
    output = v4.new_output(
        "execute_result", data={"text/html": f"<table>{head}<tbody>{rows}</tbody></table>"}, execution_count=1
    )
    notebook = v4.new_notebook(cells=[v4.new_code_cell("x", execution_count=1, outputs=[output])])
    brand = Brand(locale="de-DE")
    page, _, _ = open_page(render_page(notebook, face="client", title="T", brand=brand, footer={}))
    page.get_by_role("button", name="b").click()
    assert column(page.locator("table"), 1) == ["12.000 €", "1.234,5", "99,9", "−1.000"]


def test_the_keyboard_reaches_the_report_first(open_page, pages):
    page, _, _ = open_page(pages["client"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    expect(page.locator("#pg-main")).to_be_focused()


def test_contents_lead_where_they_say(open_page, pages):
    page, _, _ = open_page(pages["client"])
    links = page.locator("nav a[href^='#']")
    assert links.count() == 6
    for link in links.all():
        link.click()
        expect(page.locator(":target")).to_have_text(link.inner_text())


def test_downloads_arrive(open_page, pages):
    page, sent, seen = open_page(pages["client"])
    unfold(page)
    with page.expect_download() as csv:
        page.get_by_role("link", name="Download as CSV").last.click()
    assert csv.value.suggested_filename == "coverage.csv"
    assert csv.value.path().read_text().startswith("Member,Coverage Segment")
    with page.expect_download() as svg:
        page.get_by_role("link", name="Save as SVG").first.click()
    assert svg.value.suggested_filename == "every-tier-holds-members-of-all-four-coverage-segments-dues-.svg"
    with page.expect_download() as png:
        page.get_by_role("button", name="Save as PNG").first.click()
    assert png.value.path().read_bytes().startswith(b"\x89PNG")
    assert (sent, seen) == ([], [])


def test_without_scripts_the_page_still_reads(browser, pages, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(pages["client"], encoding="utf-8")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.get_by_role("link", name="Who carries the load?").is_visible()
    assert page.locator("figure img").first.is_visible()
    context.close()


def test_print_has_pages_outline_and_running_titles(browser, pages, tmp_path):
    source, target = tmp_path / "report.html", tmp_path / "report.pdf"
    source.write_text(pages["client"], encoding="utf-8")
    options = ["--no-pdf-header-footer", "--generate-pdf-document-outline", f"--print-to-pdf={target}"]
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    subprocess.run([CHROMIUM, *FLAGS, profile, *options, source.as_uri()], check=True, capture_output=True, timeout=60)
    pdf = target.read_bytes()
    assert pdf.startswith(b"%PDF")
    assert 3 <= pdf.count(b"/Type /Page\n") <= 8
    assert b"/StructTreeRoot" in pdf
    assert b"/Outlines" in pdf
