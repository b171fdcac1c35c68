"""The sanitiser leaves what the page's grammar knows, whatever comes in; judged by another parser."""

import time

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from axlib.reports.sanitising import UNDESCRIBED, clean_text, escape_text, keeps_grammar, sanitise

KEPT = [
    '<p class="ax-text">42 members &amp; 3 &lt; 4</p>',
    '<div class="ax-table"><table><caption>Load</caption><thead><tr><th scope="col" class="num">Load</th></tr>'
    '</thead><tbody><tr><td class="num" data-value="-3.5">−3.50</td></tr></tbody></table></div>',
    '<a download="members 2026.csv" href="data:text/csv;charset=utf-8;base64,YSxi">Download as CSV</a>',
    '<figure class="ax-figure"><img alt="a &quot;b&quot;" src="data:image/svg+xml;base64,PHN2Zy8+"></figure>',
    '<dl class="ax-tiles"><div><dt>Load</dt><dd>3.00×</dd><dd class="ax-note">a year</dd></div></dl>',
    '<aside class="ax-withheld"><p>Too few.</p></aside><br><hr>',
    '<a href="#Who-carries-the-load?">load</a> <a href="02_segments.html#Sizes">segments</a>',
    '<h2 id="Load">Load</h2>',
    "",
    "plain > text",
]
CHANGED = {
    '<p onclick="x()">a': "<p>a</p>",
    "<script>x()</script>a": "a",
    "<style>p{}</style>a": "a",
    "<svg><text>a</text></svg>b": "b",
    "<math><mi>a</mi></math>b": "b",
    "<iframe src=https://x.org></iframe>b": "b",
    "<object data=x>a</object>b": "b",
    "<form action=x>a</form>": "a",
    "<img src=x onerror=x()>b": "b",
    "<img src=https://x.org/a.png>b": "b",
    "<img src='data:image/png;base64,AAAA'>": '<img src="data:image/png;base64,AAAA" alt="' + UNDESCRIBED + '">',
    "<img src='data:text/html;base64,AAAA'>b": "b",
    "<a href='javascript:x()'>a</a>": "<a>a</a>",
    "<a href='JAVASCRIPT:x()'>a</a>": "<a>a</a>",
    "<a href=' javascript:x()'>a</a>": "<a>a</a>",
    "<a href='jav&#x09;ascript:x()'>a</a>": "<a>a</a>",
    "<a href='javascript&colon;x()'>a</a>": "<a>a</a>",
    "<a href='data:text/html;base64,AAAA'>a</a>": "<a>a</a>",
    "<a href='//x.org'>a</a>": "<a>a</a>",
    "<a href='https://x.org'>a</a>": "<a>a</a>",
    "<a href='../../etc/passwd'>a</a>": "<a>a</a>",
    "<a href='file:///etc/passwd'>a</a>": "<a>a</a>",
    "<p id=pg-main>a</p>": "<p>a</p>",
    "<p style='position:fixed'>a</p>": "<p>a</p>",
    "<p class='pg-footer'>a</p>": "<p>a</p>",
    "<p class='ax-text pg-footer'>a</p>": "<p>a</p>",
    "</div></main></body>a": "a",
    "<table><tr><td>a": "<table><tbody><tr><td>a</td></tr></tbody></table>",
    "<!-- <b> -->a<!--": "a",
    "<details open>a</details>": '<details open="">a</details>',
    "<meta http-equiv=refresh content='0;url=//x'>a": "a",
    "<base href=//x.org>a": "a",
    "<textarea></textarea><input autofocus onfocus=x()>a": "a",
    "<noscript><p title='</noscript><img src=x onerror=x()>'>": "'&gt;",
    "<template><p>a</p></template>b": "b",
}


@pytest.mark.parametrize("markup", KEPT)
def test_what_keeps_the_grammar_passes_unchanged(markup):
    assert keeps_grammar(markup)
    assert sanitise(markup) == markup


@pytest.mark.parametrize(("markup", "expected"), CHANGED.items(), ids=CHANGED)
def test_anything_else_is_written_anew(markup, expected):
    assert not keeps_grammar(markup)
    assert sanitise(markup) == expected


def test_only_prose_links_to_the_web():
    link = '<a href="https://example.org/a?b=1&amp;c=2">a</a>'
    assert sanitise(link, prose=True) == link
    assert sanitise(link) == "<a>a</a>"
    assert sanitise('<a href="mailto:board@example.org">a</a>') == "<a>a</a>"
    assert sanitise('<a href="javascript:x()">a</a>', prose=True) == "<a>a</a>"


@pytest.mark.parametrize(
    "extra", ['<p class="ax-text" class="num">a</p>', "<p >a</p>", "<p/>", "<b><i>a</b></i>", "a<"]
)
def test_the_grammar_is_strict(extra):
    assert not keeps_grammar(extra)


def test_too_deep_is_shown_as_text():
    deep = "<div>" * 100 + "a" + "</div>" * 100
    assert sanitise(deep).startswith('<pre class="ax-plain">&lt;div&gt;')


def test_text_is_escaped_and_fit_for_a_file():
    assert escape_text("<b> & \"'") == "&lt;b&gt; &amp; &quot;&#x27;"
    assert clean_text("a\r\nb\x00\ud800\x1b[1m") == "a\nb\ufffd\ufffd"
    clean_text("".join(map(chr, range(0x1_0000)))).encode("utf-8")


TAGS = "a b p td tr table div img svg math style script select option template h2 li dd noscript title mtext".split()  # noqa: SIM905
SOUP = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
        st.sampled_from(
            [
                "<img src=x onerror=x()>",
                '<a href="javascript:x()" id=b name=c>',
                "<!--",
                "-->",
                "]]>",
                "<![CDATA[",
                '<p title="</style><img src=x onerror=x()>">',
                "&lt;script&gt;",
                '"',
                "'",
                ">",
                "<",
                "<td class=num onclick=x()>",
                "<annotation-xml encoding='text/html'>",
                "<foreignObject>",
            ]
        ),
        st.text(max_size=6),
    ),
    max_size=25,
).map("".join)


@given(SOUP, st.booleans())
def test_whatever_comes_in_the_grammar_comes_out(soup, prose):
    written = sanitise(soup, prose=prose)
    assert keeps_grammar(written, prose=prose)
    assert sanitise(written, prose=prose) == written
    for element in BeautifulSoup(written, "html.parser").find_all(True):
        assert element.name not in {"script", "style", "svg", "math", "iframe", "template", "select", "title"}
        assert not any(name.startswith("on") or name in ("style", "name") for name in element.attrs)
        assert not str(element.get("href", "#")).lower().lstrip().startswith(("javascript", "//"))


@given(st.text())
def test_any_text_survives_as_text(text):
    shown = BeautifulSoup(f"<p>{escape_text(text)}</p>", "html.parser").p.get_text()
    assert shown == clean_text(text)


def test_our_own_tables_pass_quickly():
    row = "<tr>" + '<td class="num" data-value="1.5">1.50</td>' * 8 + "</tr>"
    table = f'<div class="ax-table"><table><tbody>{row * 1000}</tbody></table></div>'
    begin = time.process_time()
    assert sanitise(table) == table
    assert time.process_time() - begin < 1.0
