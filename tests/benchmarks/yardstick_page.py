"""The page beside stock nbconvert: the same executed notebook, opened in Chromium.

Run::

    python tests/benchmarks/yardstick_page.py

Size, requests to a network at opening, violations of axe-core (WCAG 2.0 to 2.2 A and AA, and best practice) in light,
dark and print at 1,200 and 390 pixels, and seconds of rendering once everything is imported, at last of every chapter.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import nbformat
from axe_playwright_python.sync_playwright import Axe
from nbconvert import HTMLExporter
from playwright.sync_api import Route, sync_playwright

from axlib.reports.brand import Brand
from axlib.reports.chapters import CHAPTERS
from axlib.reports.page import render_page
from axlib.reports.printing import find_browser
from axlib.reports.running import run_in_kernel

ROOT = Path(__file__).parents[2]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def render_lab(notebook: nbformat.NotebookNode, *, code: bool) -> str:
    """Render with the template everybody gets."""
    exporter = HTMLExporter(template_name="lab", exclude_input=not code)
    return exporter.from_notebook_node(notebook)[0]


def render_ours(notebook: nbformat.NotebookNode) -> str:
    """Render the client's face."""
    footer = {"Kit": "axlib"}
    return render_page(notebook, face="client", title="Coverage diagnostic", brand=Brand(), footer=footer, folds=True)


def open_page(path: Path) -> tuple[int, int, int]:
    """Count requests, violations, and the elements they are on."""
    requests, violations, nodes = 0, 0, 0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(find_browser()), args=["--no-sandbox"])
        for width in (1200, 390):
            for look in ("light", "dark", "print"):
                context = browser.new_context(
                    viewport={"width": width, "height": 900},
                    color_scheme="dark" if look == "dark" else "light",
                    bypass_csp=True,
                )
                page = context.new_page()
                page.emulate_media(media="print" if look == "print" else "screen")
                asked: list[str] = []

                def refuse(route: Route, *, seen: list[str] = asked) -> None:
                    seen.append(route.request.url)
                    route.abort()

                page.route(lambda url: not url.startswith(("file:", "data:")), lambda route: refuse(route))
                page.goto(path.as_uri())
                page.wait_for_timeout(300)
                found = Axe().run(page, options=RULES).response["violations"]
                requests = max(requests, len(asked))
                violations = max(violations, len(found))
                nodes = max(nodes, sum(len(item["nodes"]) for item in found))
                context.close()
        browser.close()
    return requests, violations, nodes


def main() -> None:
    """Print one line per way of rendering."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        given = {"engagement": str(ROOT / "data" / "bankers" / "engagement.yml")}
        notebook = run_in_kernel(
            ROOT / "notebooks" / "05_diagnostic.ipynb", home / "run.ipynb", parameters=given, cell_seconds=600
        )
        ways = {
            "nbconvert lab": lambda: render_lab(notebook, code=True),
            "nbconvert lab, no code": lambda: render_lab(notebook, code=False),
            "ours": lambda: render_ours(notebook),
        }
        for name, render in ways.items():
            render()
            begun = time.perf_counter()
            page = render()
            took = time.perf_counter() - begun
            path = home / "page.html"
            path.write_text(page, "utf-8")
            asked, violations, nodes = open_page(path)
            print(
                f"{name:<24}{len(page.encode('utf-8')) / 1000:>7.0f} kB  {took:5.2f} s  {asked} requests  "
                f"{violations} violations on {nodes} nodes",
                flush=True,
            )
        executed = [notebook]
        for chapter in CHAPTERS:
            if chapter.notebook != "05_diagnostic":
                source = ROOT / "notebooks" / f"{chapter.notebook}.ipynb"
                executed.append(run_in_kernel(source, home / source.name, parameters=given, cell_seconds=600))
        begun = time.perf_counter()
        for one in executed:
            render_page(one, face="internal", title="Chapter", brand=Brand(), footer={"Kit": "axlib"})
        print(f"all {len(executed)} chapters rendered in {time.perf_counter() - begun:.2f} s")


if __name__ == "__main__":
    main()
