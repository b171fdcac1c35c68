"""Clicks of the explorer in JupyterLab, from the press to figures on the page, at 10,000 members.

Run::

    python -m tests.benchmarks.yardstick_clicks

Milliseconds until provisional figures stand on the page, and until complete ones do, in headless Chromium.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from axlib.reports.printing import find_browser
from tests.benchmarks.yardstick_explorer import write_case
from tests.browser.jupyterlab import DONE, READY, RUN_ALL, serve_lab
from tests.places import ROOT

N = 10_000
#: Presses what is named, and watches the tag above the figures.
WATCH = """(name) => new Promise((done) => {
    const tag = () => document.querySelector('.axd .tag').innerText;
    const begun = performance.now();
    let first = null;
    const watching = new MutationObserver(() => {
        const now = performance.now() - begun;
        if (first === null && tag().includes('provisional')) first = now;
        if (first !== null && !tag().includes('provisional')) {
            watching.disconnect();
            done([Math.round(first), Math.round(now)]);
        }
    });
    watching.observe(document.querySelector('.axd-desk'), {subtree: true, childList: true, characterData: true});
    const buttons = [...document.querySelectorAll('.axd-desk button')];
    const press = name === 'an attribute'
        ? document.querySelector('.axd-desk input[type=checkbox]')
        : buttons.find((button) => button.innerText.trim() === name);
    press.click();
    setTimeout(() => done([first, null]), 20000);
})"""
#: Numbers of classes, and an attribute taken away and given back.
PRESSED = ("6", "4", "best", "5", "an attribute", "an attribute", "6")


def main() -> None:
    """Print one line per click."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        root = home / "work"
        shutil.copytree(ROOT / "notebooks", root / "notebooks")
        (root / "data" / "big").mkdir(parents=True)
        write_case(root / "data" / "big", N)
        notebook = root / "notebooks" / "10_explore.ipynb"
        notebook.write_text(notebook.read_text("utf-8").replace("../data/bankers/", "../data/big/"), "utf-8")
        with serve_lab(root, home=home) as (address, token), sync_playwright() as tools:
            browser = tools.chromium.launch(executable_path=str(find_browser()), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1500, "height": 1300})
            page.goto(f"{address}/lab/tree/notebooks/10_explore.ipynb?token={token}&reset")
            page.wait_for_function(READY, timeout=120_000)
            page.evaluate(RUN_ALL)
            page.wait_for_function(DONE, timeout=240_000)
            page.locator(".axd-desk").wait_for()
            page.get_by_role("button", name="Lock this").click()
            page.wait_for_timeout(1000)
            page.get_by_role("button", name="Show outcomes").click()
            page.wait_for_timeout(4000)
            for name in PRESSED:
                provisional, complete = page.evaluate(WATCH, name)
                print(f"{name:<14}{provisional:>6} ms provisional {complete:>6} ms complete", flush=True)
                page.wait_for_timeout(800)
            browser.close()


if __name__ == "__main__":
    main()
