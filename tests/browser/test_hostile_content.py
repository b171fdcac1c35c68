"""Hostile content, wherever data can reach a page: nothing runs, nothing is asked for, the page keeps its shape."""

import base64
import html
import random
from pathlib import Path

import nbformat.v4 as v4
import pandas as pd
import pytest

from axlib.reports.brand import Brand
from axlib.reports.page import render_page
from axlib.reports.sanitising import escape_text, sanitise

RUN = "window.__pwned = (window.__pwned || 0) + 1; alert(1)"
IMG = f'<img src=x onerror="{RUN}">'
SCRIPT = f"<script>{RUN}</script>"
BREAK = f'"></td></tr></table></div></main></body>{SCRIPT}<h1>x</h1>{IMG}'
FAR = "https://198.51.100.7/x"
NAUGHTY = Path(__file__).parents[2].parent / "shared" / "data" / "blns"


def frame(names, columns=("name", "dues")):
    return pd.DataFrame({columns[0]: names, columns[1]: range(len(names))})


def shown(**data):
    kinds = {name.replace("__", "/").replace("_plus_", "+").replace("_dot_", "."): text for name, text in data.items()}
    return [v4.new_output("execute_result", data=kinds, execution_count=1)]


def code(outputs, source="show()", **metadata):
    cell = v4.new_code_cell(source, execution_count=1, outputs=outputs)
    cell.metadata.update(metadata)
    return cell


def encoded(text):
    return base64.b64encode(text.encode()).decode()


SVG = (
    f'<svg xmlns="http://www.w3.org/2000/svg" onload="{html.escape(RUN)}">'
    f'<script>{RUN}</script><image href="{FAR}"/></svg>'
)
#: Attack point -> the cell that carries it. Members' names, headers and free text are the attacker's to choose.
ATTACKS = {
    "name in a frame": code(shown(text__html=frame([SCRIPT, IMG, BREAK]).to_html())),
    "name in a frame unescaped": code(shown(text__html=frame([SCRIPT, IMG, BREAK]).to_html(escape=False))),
    "column name unescaped": code(shown(text__html=frame([1], (IMG, SCRIPT)).to_html(escape=False))),
    "index unescaped": code(shown(text__html=frame([1]).set_index(pd.Index([BREAK])).to_html(escape=False))),
    "name in a Styler": code(shown(text__html=frame([SCRIPT, IMG, BREAK]).style.to_html(uuid="a"))),
    "header of a Styler": code(shown(text__html=frame([1], (IMG, SCRIPT)).style.to_html(uuid="a"))),
    "caption of a Styler": code(shown(text__html=frame([1]).style.set_caption(IMG).to_html(uuid="a"))),
    "styles of a Styler": code(
        shown(text__html=frame([1]).style.set_properties(background=f"url({FAR})").to_html(uuid="a"))
    ),
    "table attributes": code(
        shown(text__html=frame([1]).style.set_table_attributes(f'onmouseover="{RUN}"').to_html(uuid="a"))
    ),
    "html with a name in it": code(shown(text__html=f"<b>{IMG}</b>{SCRIPT}")),
    "unclosed tags": code(shown(text__html="</div></section></main></body></html><div><h1>Mine</h1><footer>")),
    "attribute break-out": code(shown(text__html=f'<p title="{BREAK}">a</p>')),
    "inline svg": code(shown(text__html=SVG + f'<svg><a xlink:href="javascript:{RUN}"><text>a</text></a></svg>')),
    "math": code(shown(text__html=f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;{IMG}'>")),
    "iframe and object": code(
        shown(
            text__html=f'<iframe srcdoc="{html.escape(SCRIPT)}"></iframe><object data="{FAR}"></object>'
            f'<embed src="{FAR}">'
        )
    ),
    "style and link": code(
        shown(text__html=f'<style>@import "{FAR}";h1{{display:none}}</style><link rel=stylesheet href="{FAR}">')
    ),
    "base and meta": code(shown(text__html=f'<base href="{FAR}"><meta http-equiv="refresh" content="0;url={FAR}">')),
    "form": code(shown(text__html=f'<form action="{FAR}"><input autofocus onfocus="{RUN}"><button>go</button></form>')),
    "javascript link": code(
        shown(text__html=f'<a href="javascript:{RUN}">press</a><a href="&#106;avascript:{RUN}">press</a>')
    ),
    "data link": code(shown(text__html=f'<a href="data:text/html;base64,{encoded(SCRIPT)}">press</a>')),
    "remote picture": code(shown(text__html=f'<img src="{FAR}" alt="a"><picture><source srcset="{FAR}"></picture>')),
    "media": code(shown(text__html=f'<video src="{FAR}" autoplay onerror="{RUN}"></video><audio src="{FAR}"></audio>')),
    "clobbering ids": code(
        shown(text__html='<p id="pg-main">a</p><a id="location" name="cookie">b</a><h2 id="pg-main">c</h2>')
    ),
    "events by themselves": code(
        shown(
            text__html=f'<details open ontoggle="{RUN}"><summary>a</summary></details><p onanimationstart="{RUN}">b</p>'
        )
    ),
    "fixed overlay": code(shown(text__html='<div style="position:fixed;inset:0;background:red">all mine</div>')),
    "template syntax": code(
        shown(text__html="{{ 7*'7' }}{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}")
    ),
    "svg output": code(shown(image__svg_plus_xml=SVG)),
    "svg alt": code(
        [v4.new_output("display_data", data={"image/svg+xml": SVG}, metadata={"image/svg+xml": {"alt": BREAK}})]
    ),
    "png that is none": code(shown(image__png=BREAK)),
    "svg data address in html": code(shown(text__html=f'<img alt="a" src="data:image/svg+xml;base64,{encoded(SVG)}">')),
    "javascript output": code(shown(application__javascript=RUN)),
    "mermaid output": code(shown(text__vnd_dot_mermaid=f"graph LR; A[{IMG}]; click A '{FAR}'")),
    "widget output": code(
        [v4.new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {"model_id": BREAK}})]
    ),
    "unknown output": code([v4.new_output("display_data", data={f"application/{IMG}": "x", "text/plain": IMG})]),
    "latex output": code(shown(text__latex=rf"$\href{{javascript:{RUN}}}{{a}}$ {IMG}")),
    "markdown output": code(shown(text__markdown=f"# {IMG}\n\n[press](javascript:{RUN}) ![a]({FAR})\n\n{SCRIPT}")),
    "markdown table": code(shown(text__markdown=f"|name|dues|\n|---|---|\n|{IMG}|1|")),
    "markdown attachment": code(shown(text__markdown="![a](attachment:none.png)")),
    "markdown mermaid": code(shown(text__markdown=f"```mermaid\ngraph LR; A[{IMG}]\n```")),
    "markdown cell": v4.new_markdown_cell(f"{IMG}\n\n<a href='javascript:{RUN}'>press</a>\n\n{SCRIPT}"),
    "markdown heading": v4.new_markdown_cell(f"## {IMG} {SCRIPT}\n\n## <b onclick='{RUN}'>x</b>"),
    "markdown cell's attachment": v4.new_markdown_cell(
        "![a](attachment:a.png)", attachments={"a.png": {'image/png" onerror="alert(1)': "AAAA"}}
    ),
    "raw cell": v4.new_raw_cell(SCRIPT),
    "text output": code(shown(text__plain=BREAK)),
    "stream": code([v4.new_output("stream", name="stdout", text=BREAK + "\x1b]8;;javascript:x\x07")]),
    "source": code([], source=f"# {BREAK}\nshow('</pre>{IMG}')"),
    "tags": code(shown(text__plain="a"), tags=[BREAK, "ax-top"]),
    "halves and controls": code(shown(text__html="<p>\ud800 \x00 \u202e gnitset \ufffe</p>", text__plain="a")),
    "nested tables": code(shown(text__html="<table><tbody><tr><td><table></table></td></tr></tbody></table><p>a</p>")),
    "nested headings": code(
        shown(text__html='<h2><h2 id="pg-main">a</h2></h2><h3><div><h2 id="pg-main">b</h2></div></h3>')
    ),
    "our own classes": code(
        shown(text__html='<p class="pg-footer">a</p><footer class="pg-footer"><h2>b</h2></footer>')
    ),
    "file name of a download": code(
        shown(text__html=f'<a download="{html.escape(BREAK)}" href="data:text/csv;base64,YQ==">Download</a>')
    ),
}


def build(cells):
    return v4.new_notebook(
        cells=[v4.new_markdown_cell("# A question"), *cells],
        metadata={
            "title": BREAK,
            "authors": [{"name": BREAK}],
            "language_info": {"name": BREAK, "pygments_lexer": BREAK},
        },
    )


def render(cells, *, face="client"):
    return render_page(
        build(cells),
        face=face,
        title=f"Title {BREAK} {{{{ 7*7 }}}}",
        brand=Brand(f"Name {BREAK}", "#0b6e4f", f"data:image/svg+xml;base64,{encoded(SVG)}", f"Line {BREAK} \\ \n"),
        footer={f"Key {BREAK}": f"Value {BREAK}"},
        folds=face == "client",
        chapters=[(f"Chapter {BREAK}", f"javascript:{RUN}"), ("Far", FAR), ("Quote", '" onclick="alert(1)')],
    )


def check(page, sent, seen):
    """Use the page as a reader would and see that nothing happened but reading."""
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true })")
    for link in page.locator("main a:not([download])").all()[:40]:
        link.dispatch_event("click")
    for button in page.locator("th button").all()[:20]:
        button.dispatch_event("click")
    page.wait_for_timeout(60)
    assert page.evaluate("window.__pwned") is None
    assert [message for message in seen if "Download the React" not in message] == []
    assert sent == []
    assert page.url.partition("#")[0].endswith("report.html")
    shape = page.evaluate(
        """() => ({
            h1: document.querySelectorAll('h1').length,
            body: [...document.body.children].map((part) => part.tagName + '.' + part.className),
            sheet: [...document.querySelector('.pg-sheet').children].map((part) => part.tagName),
            scripts: document.scripts.length,
            styles: document.styleSheets.length,
            main: document.querySelectorAll('#pg-main').length,
            acting: document.querySelectorAll('iframe,object,embed,form,input,svg,math,link,base,video,audio').length,
            handlers: [...document.querySelectorAll('*')].filter(
                (part) => [...part.attributes].some((a) => a.name.startsWith('on') || a.name === 'style')).length,
        })"""
    )
    assert shape == {
        "h1": 1,
        "body": ["A.pg-skip", "HEADER.pg-brand", "DIV.pg-sheet", "FOOTER.pg-footer", "SCRIPT."],
        "sheet": ["DIV", "MAIN"],
        "scripts": 1,
        "styles": 1,
        "main": 1,
        "acting": 0,
        "handlers": 0,
    }


def test_there_are_at_least_33_attack_points():
    assert len(ATTACKS) >= 33


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_comes_to_nothing(open_page, attack):
    check(*open_page(render([ATTACKS[attack]])))


@pytest.mark.parametrize("face", ["client", "internal"])
def test_all_attacks_together_come_to_nothing(open_page, face):
    text = render(list(ATTACKS.values()), face=face)
    assert text.encode("utf-8")
    assert text == render(list(ATTACKS.values()), face=face)
    check(*open_page(text))


def test_sanitised_content_is_harmless_even_without_the_policy(open_page):
    """The policy is the second wall; this tries the first alone."""
    text = render(list(ATTACKS.values()))
    begin = text.index("<meta http-equiv")
    check(*open_page(text[:begin] + text[text.index("\n", begin) :]))


def test_many_of_the_attacks_would_succeed_unsanitised(open_page):
    """The attacks are real: the same content put on a page as it is runs, and asks the network."""
    raw = [
        output["data"]["text/html"].encode("utf-8", "replace").decode()
        for cell in ATTACKS.values()
        for output in cell.get("outputs", ())
        if "text/html" in output.get("data", ())
    ]
    page, _, _ = open_page("<!DOCTYPE html><title>t</title><body>")
    asked = []
    page.route("**/*", lambda route: (asked.append(route.request.url), route.abort()))
    # Frames come and go here by themselves, so nobody may have to ask them or answer their dialogs.
    page.add_init_script(
        """window.alert = () => {
            if (window.__said) return;
            window.__said = true;
            try { top.__ran = (top.__ran || 0) + 1; } catch (elsewhere) { }
        }"""
    )
    page.evaluate(
        """(pieces) => pieces.forEach((piece) => {
            const frame = document.createElement('iframe');
            frame.srcdoc = '<!DOCTYPE html><body>' + piece;
            document.body.append(frame);
        })""",
        raw,
    )
    page.wait_for_function("(window.__ran || 0) >= 10")
    page.wait_for_timeout(500)
    assert sum(url.startswith(FAR) for url in asked) >= 4


def test_a_browser_reads_what_the_sanitiser_wrote_as_it_was_meant(open_page):
    """Random broken markup, sanitised, cannot leave its place in a real parser's tree."""
    chance = random.Random(sum(map(ord, "mutation")))
    tags = """a b p td tr table tbody caption div span svg math style script select option template h1 h2 li ul dl dd
    noscript title mtext mglyph annotation-xml foreignObject form button iframe textarea details summary pre img br
    col colgroup frameset body html head main footer plaintext xmp listing font nobr""".split()  # noqa: SIM905
    bits = [f"<{t}>" for t in tags] + [f"</{t}>" for t in tags]
    bits += [IMG, SCRIPT, "<!--", "-->", "]]>", "<![CDATA[", '<p title="</style>', "'\">", "text", "&lt;", "&#60;", "<"]
    soups = ["".join(chance.choices(bits, k=chance.randint(1, 25))) for _ in range(1500)]
    page, _, seen = open_page("<!DOCTYPE html><title>t</title><body>")
    escaped = page.evaluate(
        """(pieces) => pieces.map((piece, index) => {
            const read = new DOMParser().parseFromString(
                `<!DOCTYPE html><body><main><div>${piece}</div></main><footer>end</footer>`, 'text/html');
            const bad = read.querySelector('script,style,svg,math,iframe,form,input,template,title,select,object');
            const handlers = [...read.querySelectorAll('*')].some(
                (part) => [...part.attributes].some((a) => a.name.startsWith('on')));
            const shape = [...read.body.children].map((part) => part.tagName).join()
                + read.querySelector('main').children.length;
            return bad || handlers || shape !== 'MAIN,FOOTER1' ? index : -1;
        }).filter((index) => index >= 0)""",
        [sanitise(soup) for soup in soups],
    )
    assert [(soups[index], sanitise(soups[index])) for index in escaped] == []
    assert seen == []


def test_random_markup_leaves_the_page_its_shape(open_page):
    chance = random.Random(sum(map(ord, "shape")))
    tags = "a p td th tr table tbody caption div h1 h2 h3 li ul dl dd aside details summary figure figcaption".split()  # noqa: SIM905
    bits = [f"<{t}>" for t in tags] + [f"</{t}>" for t in tags] + ["text", '<h2 id="pg-main">', "<table><tr><td>"]
    soups = ["".join(chance.choices(bits, k=chance.randint(1, 20))) for _ in range(600)]
    check(*open_page(render([code(shown(text__html=soup)) for soup in soups])))


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not beside the project")
def test_naughty_strings_as_names(open_page):
    strings = read_naughty()
    assert len(strings) > 400
    rows = "".join(f'<tr><th scope="row">{escape_text(text)}</th><td class="num">1</td></tr>' for text in strings)
    table = f"<table><caption>Names</caption><thead><tr><th>a</th><th>b</th></tr></thead><tbody>{rows}</tbody></table>"
    cells = [
        code(shown(text__html=table)),
        code(shown(text__html="".join(f"<p>{text}</p>" for text in strings))),
        code(shown(text__html=pd.DataFrame({"name": strings}).style.to_html(uuid="a"))),
        *[code(shown(text__markdown=text)) for text in strings],
        *[code(shown(text__plain=text)) for text in strings],
    ]
    page, sent, seen = open_page(render(cells))
    names = page.locator("table").first.locator("tbody tr")
    assert names.count() == len(strings)
    check(page, sent, seen)


def read_naughty():
    (path,) = sorted(NAUGHTY.rglob("blns.txt")) or sorted(NAUGHTY.rglob("*.txt"))[:1]
    lines = path.read_text("utf-8").split("\n")
    return [line for line in lines if line and not line.startswith("#")]
