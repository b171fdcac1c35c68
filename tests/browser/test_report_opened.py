"""The demo's report in a real browser: nothing is asked of the network, everyone can read it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="session")
def pages(bankers_report):
    return {
        name: (bankers_report.folder / name).read_text("utf-8")
        for name in ("client/report.html", "internal/01_data.html", "internal/02_segments.html")
    }


@pytest.mark.parametrize("name", ["client/report.html", "internal/01_data.html", "internal/02_segments.html"])
def test_asks_nothing_of_the_network_and_runs_without_errors(open_page, pages, name):
    page, sent, seen = open_page(pages[name])
    assert sent == []
    assert seen == []
    assert page.locator("h1").count() == 1
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (1280, True), (390, False)], ids=["desktop", "dark", "phone"]
)
def test_no_accessibility_violation(open_page, pages, width, dark):
    page, _, _ = open_page(pages["client/report.html"], width=width, dark=dark)
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(item["id"], len(item["nodes"]), item["nodes"][0]["html"][:200]) for item in found] == []


def test_phone_has_no_side_scroll(open_page, pages):
    page, _, _ = open_page(pages["client/report.html"], width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_pictures_state_their_finding_and_say_what_they_show(open_page, pages):
    page, _, _ = open_page(pages["client/report.html"])
    figures = page.locator("figure.ax-figure")
    assert figures.count() >= 6
    for place in range(figures.count()):
        figure = figures.nth(place)
        assert len(figure.locator("img").get_attribute("alt")) > 30
        assert figure.locator("figcaption strong").inner_text().strip().endswith((".", "."))
        assert figure.locator("details table").count() == 1


def test_what_is_folded_opens_by_a_press_and_in_print(open_page, pages):
    page, _, _ = open_page(pages["client/report.html"])
    folded = page.locator("details.ax-folded").filter(has_text="What was assumed")
    table = folded.locator("table")
    assert not table.is_visible()
    folded.locator("summary").click()
    assert table.is_visible()
    folded.locator("summary").click()
    page.emulate_media(media="print")
    assert table.bounding_box()["height"] > 50
    assert not folded.locator("summary").is_visible()


def test_client_page_shows_no_code(open_page, pages):
    page, _, _ = open_page(pages["client/report.html"])
    assert page.locator("pre, code").count() == 0
    assert "axlib." not in page.locator("main").inner_text()


def test_page_is_light(pages):
    assert len(pages["client/report.html"].encode("utf-8")) < 1_000_000
