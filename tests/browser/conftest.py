"""A browser, and a notebook such as a run leaves it: key figures, findings, pictures, tables, notes, plain pandas."""

import base64
import html
import io
from pathlib import Path

import nbformat.v4 as v4
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync""".split()  # noqa: SIM905
TIERS = ("Under $1k", "$1k-$5k", "$5k-$10k", "$10k-$50k", "Over $50k")
SEGMENTS = ("Inbound", "Asynchronous", "Synchronous", "Task Force")


@pytest.fixture(scope="session")
def browser():
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    with sync_playwright() as tools:
        running = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser, tmp_path):
    """Open a page's text as a file would be opened; returns the page and what it asked for."""
    contexts = []

    def open_it(text, *, width=1280, height=900, dark=False, name="report.html"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        asked, seen = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: seen.append(str(error)))
        page.goto(path.as_uri())
        page.wait_for_load_state("load")
        sent = [url for url in asked if url != path.as_uri() and not url.startswith("data:")]
        return page, sent, seen

    yield open_it
    for context in contexts:
        context.close()


def write_svg(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def write_figure(figure: Figure, *, title: str, reading: str, alt: str, table: str) -> str:
    data = base64.b64encode(write_svg(figure).encode()).decode()
    return (
        f'<figure class="ax-figure"><img alt="{html.escape(alt)}" src="data:image/svg+xml;base64,{data}">'
        f"<figcaption><strong>{html.escape(title)}</strong> {html.escape(reading)}</figcaption>"
        f"<details><summary>The numbers behind this picture</summary>{table}</details></figure>"
    )


def write_table(table: pd.DataFrame, *, caption: str, shown: int = 200) -> str:
    numeric = [pd.api.types.is_numeric_dtype(table[name]) for name in table.columns]
    css = [' class="num"' if number else "" for number in numeric]
    heads = "".join(f'<th scope="col"{c}>{html.escape(str(n))}</th>' for n, c in zip(table.columns, css, strict=True))
    rows = "".join(
        f'<tr><th scope="row">{html.escape(str(first))}</th>'
        + "".join(
            f"<td{c}>{html.escape(f'{value:,}' if not isinstance(value, str) else value)}</td>"
            for value, c in zip(rest, css[1:], strict=True)
        )
        + "</tr>"
        for first, *rest in table.head(shown).itertuples(index=False, name=None)
    )
    more = f'<p class="ax-more">{len(table) - shown} more rows in the data.</p>' if len(table) > shown else ""
    data = base64.b64encode(table.to_csv(index=False).encode()).decode()
    return (
        f'<div class="ax-table"><table><caption>{html.escape(caption)}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>{more}"
        '<p class="ax-download"><a download="coverage.csv" '
        f'href="data:text/csv;charset=utf-8;base64,{data}">Download as CSV</a></p></div>'
    )


def draw_flow() -> tuple[Figure, pd.DataFrame]:
    rng = np.random.default_rng(sum(map(ord, "tiers into segments")))
    counts = pd.DataFrame(rng.integers(8, 120, (5, 4)), columns=list(SEGMENTS))
    counts.insert(0, "Dues tier", TIERS)
    figure = Figure(figsize=(8.4, 3.8), layout="constrained")
    axes = figure.subplots()
    left = np.zeros(5)
    for name, colour in zip(SEGMENTS, ("#1f4e79", "#5b8db8", "#a9c6dd", "#d98b3a"), strict=True):
        axes.barh(TIERS, counts[name], left=left, color=colour, label=name)
        left += counts[name].to_numpy()
    axes.invert_yaxis()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(left=False)
    axes.set_xlabel("members")
    figure.legend(loc="outside upper left", ncols=4, frameon=False)
    for text in figure.findobj(lambda artist: hasattr(artist, "set_parse_math")):
        text.set_parse_math(False)
    return figure, counts


def draw_load() -> tuple[Figure, pd.DataFrame]:
    loads = pd.DataFrame(
        {
            "MSM": [f"MSM {n}" for n in range(1, 9)],
            "Members": [240, 236, 231, 240, 26, 24, 25, 22],
            "Load": [3.0, 3.0, 2.89, 3.0, 0.22, 0.21, 0.21, 0.19],
        }
    )
    figure = Figure(figsize=(8.4, 3.2), layout="constrained")
    axes = figure.subplots()
    axes.bar(loads["MSM"], loads["Load"], color=["#d98b3a"] * 4 + ["#1f4e79"] * 4, width=0.6)
    axes.axhline(1, color="#56606b", lw=1, ls="--")
    axes.text(7.5, 1.05, "full working year", ha="right", color="#56606b")
    for x, load in enumerate(loads["Load"]):
        axes.text(x, load + 0.05, f"{load:.2f}", ha="center")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_yticks([])
    return figure, loads


def html_cell(markup: str, *tags: str, source: str = "load.plot()"):
    output = v4.new_output("execute_result", data={"text/html": markup, "text/plain": "…"}, execution_count=1)
    cell = v4.new_code_cell(source, execution_count=1, outputs=[output])
    cell.metadata["tags"] = list(tags)
    return cell


TILES = """<dl class="ax-tiles">
<div><dt>Members served</dt><dd>1,044</dd><dd class="ax-note">of 1,061 on file; 17 set apart</dd></div>
<div><dt>Load of low-touch MSMs</dt><dd>3.00×</dd><dd class="ax-note">1 is a full working year</dd></div>
<div><dt>Load of high-touch MSMs</dt><dd>0.21×</dd><dd class="ax-note">1 is a full working year</dd></div>
<div><dt>Logo churn</dt><dd>26.5 %</dd><dd class="ax-note">25.5 to 27.6 %</dd></div></dl>"""
FINDINGS = """<ul class="ax-findings">
<li class="ax-finding"><span class="ax-level">counted</span><p>Four MSMs carry three working years each, while
four others carry a fifth of one: the team is not too small, it is placed by dues.</p></li>
<li class="ax-finding"><span class="ax-level">compared</span><p>Members who want to be served one to one and are
served by e-mail left twice as often as those served as they wish (31.2 against 14.8 %, n = 412).</p></li>
<li class="ax-finding"><span class="ax-level">estimated</span><p>Moving 96 members to the segment they call for
would even out the load to between 0.9 and 1.1 at the same cost.</p></li></ul>"""


@pytest.fixture(scope="session")
def sample_notebook():
    flow, counts = draw_flow()
    load, loads = draw_load()
    rng = np.random.default_rng(sum(map(ord, "long table")))
    members = pd.DataFrame(
        {
            "Member": [f"M-{n:04d}" for n in range(240)],
            "Coverage Segment": rng.choice(SEGMENTS, 240),
            "Dues tier": rng.choice(TIERS, 240),
            "Tenure in years": rng.integers(1, 30, 240),
            "Touches in the last twelve months": rng.integers(0, 60, 240),
            "Required hours": rng.integers(1, 400, 240) / 10,
            "Annual dues": rng.integers(300, 90_000, 240),
        }
    )
    frame = loads.describe().round(2)
    cells = [
        v4.new_markdown_cell(
            "# Who is over- and under-served, and what would serving them well take?\n\n"
            "This report sets what members pay beside how they need to be served. It follows one question at a "
            "time; each picture says in its title what it shows, and the numbers behind it open on demand.\n"
        ),
        html_cell("<p>client: bankers</p>", "parameters", source='engagement = "bankers"  # the engagement file'),
        html_cell("<p>injected</p>", "injected-parameters", source='engagement = "data/bankers"'),
        v4.new_markdown_cell(
            "## How are members served today?\n\nToday a member's dues decide the coverage. The tiers are those "
            "of the price list: $5k-$10k is the third. See [the load](#Who-carries-the-load?).\n"
        ),
        html_cell(
            '<p class="ax-text">Of 1,044 members, 612 are in the two lowest tiers; they call for every one of '
            "the four Coverage Segments.</p>"
        ),
        html_cell(
            write_figure(
                flow,
                title="Every tier holds members of all four Coverage Segments: dues do not tell how to serve",
                reading="How to read it: one bar per tier of dues, divided by the segment its members call for. "
                "If dues told how to serve, each bar would have one colour.",
                alt="Stacked bars of five dues tiers, each divided among four Coverage Segments.",
                table=write_table(counts, caption="Members by tier and segment"),
            ),
        ),
        v4.new_markdown_cell(
            "### What the tiers are\n\nA *revenue tier* is a band of dues. The bands are the client's own:\n\n"
            "- fixed in 2019,\n- reviewed each year,\n- never tested against how members fare.\n\n"
            "> The tiers were made for invoicing. We have served by them ever since.\n"
        ),
        v4.new_markdown_cell("## Who carries the load?"),
        html_cell(
            write_figure(
                load,
                title="Four MSMs carry three working years each, four a fifth of one",
                reading="How to read it: hours the members call for, divided by the hours the MSM has.",
                alt="Bars of load by MSM: four at about 3, four at about 0.2.",
                table=write_table(loads, caption="Load by MSM"),
            ),
        ),
        html_cell(write_table(members, caption="Members and the service they call for", shown=40)),
        html_cell(
            '<aside class="ax-withheld"><p>Net revenue retention is withheld: the file holds one period of '
            "charges, and two are needed.</p></aside>"
        ),
        html_cell(
            '<aside class="ax-note"><p>Hours per touch are the client\'s own estimate of March; a tenth more '
            "would raise every load by a tenth.</p></aside>"
        ),
        v4.new_markdown_cell("## Plain tables\n\n### As pandas writes them"),
        html_cell(frame.to_html(), source="loads.describe()"),
        html_cell(frame.style.to_html(uuid="x"), source="loads.describe().style"),
        v4.new_code_cell(
            'print("read 1,061 rows")',
            execution_count=1,
            outputs=[
                v4.new_output("stream", name="stdout", text="read 1,061 rows\nkept 1,044\n"),
                v4.new_output("stream", name="stderr", text="UserWarning: for analysts"),
                v4.new_output(
                    "display_data",
                    data={"image/svg+xml": write_svg(load)},
                    metadata={"image/svg+xml": {"alt": "Load by MSM"}},
                ),
                v4.new_output("execute_result", data={"text/plain": "CoveragePlan(team_load=1.61)"}, execution_count=1),
            ],
        ),
        html_cell("<p>only for analysts</p>", "ax-hide"),
        html_cell("<h2>In short</h2>" + TILES, "ax-top"),
        html_cell(FINDINGS, "ax-top"),
    ]
    return v4.new_notebook(cells=cells)
