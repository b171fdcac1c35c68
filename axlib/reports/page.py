"""An executed notebook as a page that can be handed on: one file that asks the network for nothing.

The page forbids itself, by a content security policy, everything but its own style and one small script, both
named by their hashes. Whatever data can reach has passed the sanitiser; nothing here is random, so equal
notebooks give equal bytes.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode

from axlib.reports.brand import DARK_GROUND, LIGHT_GROUND, Brand, make_readable
from axlib.reports.cells import Face, Piece, check_complete, name_notebook, read_pieces
from axlib.reports.commentary import place_note
from axlib.reports.headings import arrange_headings, take_question
from axlib.reports.sanitising import clean_text
from axlib.words.errors import ConfigurationError

TEMPLATE = Path(__file__).parent / "template"

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_INTERVAL = re.compile(r"(<td class=\"num\"[^>]*>[^<\[]+) (\[[^<\]]+\])(?=</td>)")
_EMPTY_HEAD = re.compile(r"<th(?: [^>]*)?>(?:\s|&nbsp;)*</th>")


class PageExporter(TemplateExporter):
    """The exporter that fills our template; use `render_page`, which prepares what the template shows."""

    template_name = "template"
    extra_template_basedirs = [str(TEMPLATE.parent)]  # noqa: RUF012  (nbconvert's own way to set a trait)
    file_extension = ".html"


def render_page(
    notebook: NotebookNode,
    *,
    face: Face,
    title: str,
    brand: Brand,
    footer: Mapping[str, str],
    chapters: Sequence[tuple[str, str]] = (),
    notes: Mapping[str, str] | None = None,
    folds: bool = False,
    language: str = "en",
) -> str:
    """Turn an executed notebook into one HTML file.

    Parameters
    ----------
    notebook : NotebookNode
        Executed to its end. Its first heading, if it begins with one, stands as the question below the title.
    face : {"client", "internal"}
        A client sees no code, parameters, warnings or cells tagged ``ax-hide``; an analyst finds code folded.
    title : str
        The one heading of the first level, also the running title in print.
    brand : Brand
    footer : mapping of str to str
        Where the page comes from, shown at its end in the order given.
    chapters : sequence of (title, href)
        Pages beside this one. An ``href`` is the path of a file; it is written so that it cannot be anything else.
    notes : mapping of str to str, optional
        The consultant's Markdown by section, see `commentary`; shown below the heading of that section.
    folds : bool
        Whether tables for looking up are folded, and a reason is given once: for a page that is read as a story.
    language : str
        Of the notebook's text, such as ``"en"`` or ``"pt-BR"``.

    Returns
    -------
    str
        The page; equal input gives equal bytes.

    Raises
    ------
    NotebookError
        If a cell failed or did not run; it names notebook, cell and class of error, never a message's data.
    ConfigurationError
        If ``language`` is no language tag.
    """
    if not _LANGUAGE.fullmatch(language):
        raise ConfigurationError(f"page: language is {language!r}; write a tag such as 'en' or 'pt-BR'.")
    check_complete(notebook, name=name_notebook(notebook, otherwise=title))
    title = " ".join(clean_text(title).split())
    question, pieces = _lift_question(read_pieces(notebook, face=face, folds=folds))
    bodies, contents = arrange_headings([_frame_parts(place_note(piece.html, notes or {})) for piece in pieces])
    blocks = [
        {"html": Markup(body), "code": Markup(piece.code), "is_top": piece.is_top}  # noqa: S704  (sanitised)
        for body, piece in zip(bodies, pieces, strict=True)
    ]
    style = _read("style.css") + _style_of(brand, title=title)
    script = _read("script.js")
    return _exporter().template.render(
        blocks=blocks,
        brand=brand,
        chapters=[(clean_text(name), quote(href.lstrip("/"), safe="/#")) for name, href in chapters],
        contents=contents,
        face=face,
        footer={clean_text(key): clean_text(value) for key, value in footer.items()},
        language=language,
        policy=Markup(  # noqa: S704  (ours)
            f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
            "base-uri 'none'; form-action 'none'"
        ),
        question=question if question.casefold() != title.casefold() else "",
        script=Markup(script),  # noqa: S704  (ours)
        style=Markup(style),  # noqa: S704  (ours, with the title escaped for style sheets)
        title=title,
    )


def _lift_question(pieces: list[Piece]) -> tuple[str, list[Piece]]:
    """Take the notebook's first heading off the first piece that is not moved to the top."""
    for index, piece in enumerate(pieces):
        if not piece.is_top:
            question, rest = take_question(piece.html)
            kept = [Piece(html=rest, code=piece.code)] if rest or piece.code else []
            return question, pieces[:index] + kept + pieces[index + 1 :]
    return "", pieces


def _frame_parts(markup: str) -> str:
    """Let wide tables scroll by themselves, with intervals below their values; no heading of an empty corner.

    A note is no landmark: a reader who jumps between landmarks would meet one at every remark.
    """
    framed = _INTERVAL.sub(r'\1 <span class="pg-interval">\2</span>', _EMPTY_HEAD.sub("<td></td>", markup))
    for found, written in (
        ("<table", '<div class="pg-scroll"><table'),
        ("</table>", "</table></div>"),
        ("<aside", '<div role="note"'),
        ("</aside>", "</div>"),
    ):
        framed = framed.replace(found, written)
    return framed


def _style_of(brand: Brand, *, title: str) -> str:
    """Write the part of the style that differs between pages: colours and the words at the edge of print."""
    light = make_readable(brand.colour, ground=LIGHT_GROUND)
    dark = make_readable(brand.colour, ground=DARK_GROUND)
    return (
        f":root{{--brand:{light};--mark:{brand.colour}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{--brand:{dark}}}}}"
        f"@page{{@top-left{{content:{_quote_css(title)}}}@top-right{{content:{_quote_css(brand.name)}}}"
        f"@bottom-left{{content:{_quote_css(brand.confidentiality)}}}}}"
        "@page:first{@top-left{content:none}@top-right{content:none}}\n"
    )


def _quote_css(text: str) -> str:
    """Write a text as a string of a style sheet, in which nothing but letters and digits stands as itself."""
    return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in clean_text(text)) + '"'


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


@functools.cache
def _read(name: str) -> str:
    return (TEMPLATE / name).read_text("utf-8")


@functools.cache
def _exporter() -> PageExporter:
    return PageExporter()  # type: ignore[no-untyped-call]
