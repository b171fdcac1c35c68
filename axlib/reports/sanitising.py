"""What may stand on a page: an allow-list, written as a strict grammar.

Markup that already keeps to the grammar (all that our own results write) passes as it is, at the speed of one
regular expression. Anything else is parsed as a browser would and written anew by bleach, and must keep to the
grammar then; what still does not is shown as plain text. So nothing leaves here that the grammar does not know,
whatever bleach lets through.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator
from typing import Any

from bleach.html5lib_shim import Filter  # type: ignore[attr-defined]
from bleach.sanitizer import Cleaner

_VOID = frozenset({"br", "col", "hr", "img", "wbr"})
_TAGS = _VOID | frozenset(
    """a abbr aside b blockquote caption code colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4
    h5 h6 i kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u
    ul var""".split()  # noqa: SIM905
)
#: Elements that go with all they hold: what they hold is not text for readers.
_DROPPED = frozenset(
    """applet audio button canvas embed frame frameset head iframe math noembed noframes noscript object option
    plaintext script select style svg template textarea title video xmp""".split()  # noqa: SIM905
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS = frozenset({"td", "th"})

_NUMBER = re.compile(r"\d{1,4}")
_CLASSES = re.compile(r"(?:ax-[a-z0-9-]+|num|dataframe)(?: (?:ax-[a-z0-9-]+|num|dataframe))*")
_ANCHOR = re.compile(r"#[^\s\"<>]+")
_RELATIVE = re.compile(r"(?!.*\.\.)[\w][\w.-]*(?:/[\w.-]+)*(?:#[\w.%-]*)?")
_WEB = re.compile(r"https://[a-z0-9][a-z0-9.-]*(?:[/?#][^\s\"<>]*)?|mailto:[\w.+-]+@[\w.-]+", re.IGNORECASE)
_CSV = re.compile(r"data:text/csv;(?:charset=utf-8;)?base64,[A-Za-z0-9+/]*={0,2}")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/]*={0,2}")
_FILE_NAME = re.compile(r"[\w][\w .()-]*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_RAW_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")

_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)((?: [a-z-]+=\"[^\"<>]*\")*)( ?/)?>|[^<>]+|>")
_ATTRIBUTE = re.compile(r" ([a-z-]+)=\"([^\"]*)\"")
#: What stands for a picture's description where nobody gave one.
UNDESCRIBED = "Picture without a description"
#: Deeper nesting than a reader's page has; browsers rearrange what nests too deep.
_DEEPEST = 60
#: Half characters and invisible controls, which no file should hold and which break XML readers and UTF-8.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_CODES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def clean_text(text: str) -> str:
    r"""Replace what no file should hold (terminal colours, control characters, half characters).

    Examples
    --------
    >>> clean_text("\x1b[31mred\x1b[0m\x00")
    'red�'
    """
    return _UNFIT.sub("\ufffd", _ESCAPE_CODES.sub("", text).replace("\r\n", "\n").replace("\r", "\n"))


def escape_text(text: str) -> str:
    """Write text so that a page shows it as it is.

    Examples
    --------
    >>> escape_text('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return html.escape(clean_text(text), quote=True)


def sanitise(markup: str, *, prose: bool = False) -> str:
    """Keep of a piece of HTML what the page's grammar knows, balanced, and nothing else.

    Parameters
    ----------
    markup : str
        HTML that data may have reached.
    prose : bool
        Whether a person wrote it for this page, who may link to the web and give headings their ids.

    Returns
    -------
    str
        HTML that keeps to the grammar; unchanged if ``markup`` did.

    Examples
    --------
    >>> sanitise('<p class="ax-text">42 members</p>')
    '<p class="ax-text">42 members</p>'
    >>> sanitise('<p onclick="x()">42 <script>x()</script><b>members')
    '<p>42 <b>members</b></p>'
    """
    markup = clean_text(markup)
    if keeps_grammar(markup, prose=prose):
        return markup
    written_anew = _repairer(prose).clean(markup)
    if keeps_grammar(written_anew, prose=prose):
        return written_anew
    return f'<pre class="ax-plain">{html.escape(markup)}</pre>'


def keeps_grammar(markup: str, *, prose: bool = False) -> bool:
    """Tell whether HTML is balanced and holds only known elements with known, well-formed attributes."""
    open_elements: list[str] = []
    position = 0
    for token in _TOKEN.finditer(markup):
        if token.start() != position:
            return False
        position = token.end()
        closing, tag, attributes, slash = token.groups()
        if tag is None:
            continue
        if closing:
            if attributes or slash or not open_elements or open_elements.pop() != tag:
                return False
            continue
        if tag not in _TAGS or (slash and tag not in _VOID):
            return False
        written = _ATTRIBUTE.findall(attributes)
        names = {name for name, _ in written}
        if len(names) != len(written) or (tag == "img" and not {"src", "alt"} <= names):
            return False
        if not all(_is_allowed(tag, name, value, prose=prose) for name, value in written):
            return False
        if tag in _HEADINGS and not _HEADINGS.isdisjoint(open_elements):
            return False
        if tag not in _VOID:
            open_elements.append(tag)
            if len(open_elements) > _DEEPEST:
                return False
    return position == len(markup) and not open_elements


def _is_allowed(tag: str, name: str, value: str, *, prose: bool) -> bool:
    """Tell whether an attribute may stand; values are judged as written, entities and all."""
    match name:
        case "class":
            return _CLASSES.fullmatch(value) is not None
        case "lang":
            return _LANGUAGE.fullmatch(value) is not None
        case "dir":
            return value in ("ltr", "rtl", "auto")
        case "id":
            return tag in _HEADINGS and value != "" and " " not in value
        case "href" if tag == "a":
            known = (_ANCHOR, _CSV, _RELATIVE, _WEB) if prose else (_ANCHOR, _CSV, _RELATIVE)
            return any(pattern.fullmatch(value) for pattern in known)
        case "download" if tag == "a":
            return _FILE_NAME.fullmatch(value) is not None
        case "src" if tag == "img":
            return _PICTURE.fullmatch(value) is not None
        case "alt" if tag == "img":
            return True
        case "title" if tag == "abbr":
            return True
        case "width" | "height" if tag == "img":
            return _NUMBER.fullmatch(value) is not None
        case "colspan" | "rowspan" if tag in _CELLS:
            return _NUMBER.fullmatch(value) is not None
        case "span" if tag in ("col", "colgroup"):
            return _NUMBER.fullmatch(value) is not None
        case "start" if tag == "ol":
            return _NUMBER.fullmatch(value) is not None
        case "scope" if tag == "th":
            return value in ("col", "row", "colgroup", "rowgroup")
        case "data-value" if tag in _CELLS:
            return _RAW_NUMBER.fullmatch(value) is not None
        case "open" if tag == "details":
            return value in ("", "open")
        case _:
            return False


class _DropWhole(Filter):  # type: ignore[misc]
    """Drop the elements whose content is no text, content included, and pictures that show nothing."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        inside = 0
        for token in super().__iter__():
            kind, name = token["type"], token.get("name")
            if kind == "StartTag" and (inside or name in _DROPPED):
                inside += 1
            elif kind == "EndTag" and inside:
                inside -= 1
            elif inside or (kind == "EmptyTag" and name in _DROPPED):
                continue
            elif kind == "EmptyTag" and name == "img":
                if (None, "src") in token["data"]:
                    token["data"].setdefault((None, "alt"), UNDESCRIBED)
                    yield token
            else:
                yield token


@functools.cache
def _repairer(prose: bool) -> Cleaner:
    """Make the parser and writer once: it is a constant for each of its two settings."""
    cleaner = Cleaner(
        tags=_TAGS | _DROPPED,
        attributes=lambda tag, name, value: _is_allowed(tag, name, value, prose=prose),
        protocols={"https", "mailto", "data"},
        strip=True,
        strip_comments=True,
        filters=[_DropWhole],
    )
    cleaner.serializer.use_best_quote_char = False
    cleaner.serializer.minimize_boolean_attributes = False
    return cleaner
