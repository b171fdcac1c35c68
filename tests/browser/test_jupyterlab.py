"""Notebooks opened in JupyterLab and run from top to bottom, as an analyst does."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe

import axlib
from tests.browser.jupyterlab import DONE, READY, RUN_ALL, serve_lab
from tests.places import ROOT

SOURCES = """() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells
    .filter(cell => cell.cell_type === 'code').map(cell => cell.source)"""
OUTPUTS = """() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells
    .filter(cell => cell.cell_type === 'code').map(cell => cell.outputs)"""


@pytest.fixture(scope="module")
def lab(bankers, tmp_path_factory):
    """A JupyterLab server with the notebooks and the demo; returns address and token.

    The tour computes its diagnosis; the chapters read a kept one, as they do in a report.
    """
    home = tmp_path_factory.mktemp("lab")
    root = home / "work"
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    shutil.copytree(ROOT / "data" / "bankers", root / "data" / "bankers")
    axlib.keep_diagnosis(bankers, root / "kept")
    for chapter in (root / "notebooks").glob("0[1-5]_*.ipynb"):
        text = chapter.read_text("utf-8")
        assert "kept: str = None" in text
        chapter.write_text(text.replace("kept: str = None", "kept: str = '../kept'"), "utf-8")
    with serve_lab(root, home=home) as found:
        yield found


@pytest.mark.parametrize(
    ("name", "pictures", "tables"),
    [
        ("00_start_here", 3, 8), ("01_data", 0, 8), ("02_segments", 9, 9), ("03_compare", 13, 4),
        ("04_coverage", 13, 2), ("05_diagnostic", 17, 4), ("10_explore", 2, 2),
    ],
)  # fmt: skip
def test_run_all_in_jupyterlab(lab, browser, name, pictures, tables):
    address, token = lab
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    try:
        page.goto(f"{address}/lab/tree/notebooks/{name}.ipynb?token={token}&reset")
        page.wait_for_function(READY, timeout=120_000)
        page.evaluate(RUN_ALL)
        page.wait_for_function(DONE, timeout=240_000)
        outputs = page.evaluate(OUTPUTS)
        errors = [output for cell in outputs for output in cell if output["output_type"] == "error"]
        assert errors == []
        shown = [str(output.get("data", {}).get("text/html", "")) for cell in outputs for output in cell]
        assert sum("<figure" in text and "data:image/svg+xml" in text for text in shown) >= pictures
        # Every cell that draws shows its picture, or says why there is none.
        drawing = [cell for cell, code in zip(outputs, page.evaluate(SOURCES), strict=True) if "axlib.plot_" in code]
        for cell in drawing:
            drawn = str(cell[-1]["data"]["text/html"])
            assert "<figure" in drawn or "ax-withheld" in drawn
        assert sum("<table" in text and "<figure" not in text for text in shown) >= tables
        # What stands between two dollars is money, not mathematics.
        assert page.locator(".jp-OutputArea mjx-container").count() == 0
    finally:
        context.close()


@pytest.fixture(scope="module")
def desk(lab, browser):
    """The explorer's notebook, run."""
    address, token = lab
    context = browser.new_context(viewport={"width": 1500, "height": 2600})
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{address}/lab/tree/notebooks/10_explore.ipynb?token={token}&reset")
    page.wait_for_function(READY, timeout=120_000)
    page.evaluate(RUN_ALL)
    page.wait_for_function(DONE, timeout=240_000)
    page.evaluate("""() => {
        const notebook = window.jupyterapp.shell.currentWidget.content;
        notebook.activeCellIndex = 4;
        notebook.scrollToItem(4);
    }""")
    page.locator(".axd-desk").wait_for()
    yield page
    context.close()


def standing(page):
    return page.locator(".axd .tag").first.inner_text()


def wait_for_standing(page, text):
    page.wait_for_function("text => document.querySelector('.axd .tag')?.innerText === text", arg=text)


def wait_for_copy(page, text):
    page.wait_for_function("t => [...document.querySelectorAll('textarea')].some(a => a.value.includes(t))", arg=text)


def panel(page, title):
    return page.locator("section.axd", has_text=title).first.inner_text()


def test_explorer_begins_whole_and_without_outcomes(desk):
    assert standing(desk) == "open"
    assert "Inbound" in panel(desk, "Sizes: current members")
    assert "Not shown yet" in panel(desk, "Outcomes: what became")
    assert "axlib.change_engagement" in desk.get_by_label("Verb calls").input_value()
    assert "method: rules" in desk.get_by_label("Keys of the file").input_value()


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_explorer_is_readable_on_both_themes_and_every_control_has_a_name(desk, theme, tmp_path):
    desk.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    light = str(theme == "JupyterLab Light").lower()
    desk.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=light)
    found = Axe().run(desk, context=".axd-desk").response["violations"]
    assert [(item["id"], len(item["nodes"]), item["nodes"][0]["html"][:200]) for item in found] == []
    picture = tmp_path / "explorer.png"
    desk.screenshot(path=picture)
    assert picture.stat().st_size > 50_000


def test_a_control_that_moves_changes_the_picture_by_keyboard_alone(desk):
    sizes = panel(desk, "Sizes: current members")
    desk.get_by_role("button", name="classes", exact=True).focus()
    desk.keyboard.press("Space")
    desk.wait_for_function(
        "before => [...document.querySelectorAll('section.axd')].find(s => s.innerText.startsWith('Sizes'))"
        "?.innerText !== before",
        arg=sizes,
    )
    wait_for_standing(desk, "open")
    assert panel(desk, "Sizes: current members") != sizes
    wait_for_copy(desk, "method: classes")
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.innerText") == "rules"
    profiles = panel(desk, "Profiles: what")
    desk.get_by_role("button", name="3", exact=True).focus()
    desk.keyboard.press("Space")
    wait_for_standing(desk, "open")
    wait_for_copy(desk, "k: 3")
    assert panel(desk, "Profiles: what") != profiles


def test_a_wrong_edge_is_said_and_nothing_else_changes(desk):
    edges = desk.get_by_label("Tier edges, dues")
    before, load = edges.input_value(), panel(desk, "Load: hours")
    edges.fill("five hundred")
    edges.press("Enter")
    desk.get_by_text("'five' is no amount").wait_for()
    assert panel(desk, "Load: hours") == load
    edges.fill(before)
    edges.press("Enter")
    desk.get_by_text("'five' is no amount").wait_for(state="hidden")


def test_a_cell_of_the_crossover_lists_its_members(desk):
    cell = desk.locator(".axd-cell:not([disabled])").first
    n = cell.inner_text().split(" ")[0]
    cell.click()
    desk.get_by_text(f"× Inbound: {n} members").wait_for()
    cell.click()
    desk.get_by_text(f"× Inbound: {n} members").wait_for(state="hidden")


def test_locked_is_locked_and_what_is_tried_after_outcomes_is_exploratory(desk):
    desk.get_by_role("button", name="Lock this segmentation").click()
    wait_for_standing(desk, "locked")
    desk.get_by_role("button", name="Show outcomes").click()
    desk.wait_for_function(
        "() => [...document.querySelectorAll('section.axd')].some(s => s.innerText.includes('of members left'))"
    )
    assert standing(desk) == "locked"
    wait_for_copy(desk, "locked: ")
    grace = desk.get_by_label("Days of grace")
    grace.fill("90")
    grace.press("Enter")
    wait_for_standing(desk, "exploratory")
    wait_for_copy(desk, "exploratory: true")
    assert desk.get_by_role("button", name="Lock this segmentation").is_disabled()
    desk.get_by_role("button", name="As in the file").click()
    wait_for_standing(desk, "exploratory")
