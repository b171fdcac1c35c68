"""From the cells of an executed notebook to the pieces of a page, each sanitised.

A notebook is taken whole or not at all: an error, a cell that did not run, or an early end stops here.
"""

from __future__ import annotations

import base64
import binascii
import functools
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from axlib.reports.folding import fold_tables, is_repeated_reason, refer_back
from axlib.reports.sanitising import UNDESCRIBED, clean_text, escape_text, sanitise
from axlib.words.errors import NotebookError
from axlib.words.notebook_face import undress

Face = Literal["client", "internal"]

#: Tags of cells: computed last and shown first; shown to analysts only; values given to the run.
TOP, HIDE = "ax-top", "ax-hide"
PARAMETERS = frozenset({"parameters", "injected-parameters"})

_PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
_CLASS_NAME = re.compile(r"[A-Za-z_][\w.]{0,80}")


@dataclass(frozen=True)
class Piece:
    """One cell as the page shows it.

    Attributes
    ----------
    html : str
        Its text or its outputs, sanitised.
    code : str
        Its code as highlighted HTML; empty where the face shows none.
    is_top : bool
        Whether it stands before all others.
    """

    html: str
    code: str = ""
    is_top: bool = False


def check_complete(notebook: NotebookNode, *, name: str) -> None:
    """Refuse a notebook that failed or did not run to its end.

    Parameters
    ----------
    notebook : NotebookNode
    name : str
        What the sentences call it.

    Raises
    ------
    NotebookError
        One sentence per cell, which names the class of an error and never its message, since that may hold data.
    """
    problems = []
    code_cells = [
        (number, cell)
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code" and _source(cell).strip()
    ]
    for number, cell in code_cells:
        errors = [output.get("ename", "") for output in cell.get("outputs", ()) if output.output_type == "error"]
        if errors:
            known = str(errors[0]) if _CLASS_NAME.fullmatch(str(errors[0])) else "an error"
            problems.append(f"{name}: cell {number} failed with {known}; mend it and run the notebook again.")
        elif cell.get("execution_count") is None:
            where = "ended early" if number == code_cells[-1][0] else "was not run whole"
            problems.append(f"{name}: {where}, cell {number} did not run; run the notebook to its end.")
    if problems:
        raise NotebookError(*problems)


def name_notebook(notebook: NotebookNode, *, otherwise: str) -> str:
    """Find the file name a notebook ran under, without its folder.

    Examples
    --------
    >>> from nbformat.v4 import new_notebook
    >>> name_notebook(new_notebook(), otherwise="Coverage")
    'Coverage'
    """
    record = notebook.metadata.get("papermill")
    path = record.get("input_path") if isinstance(record, dict) else None
    return PurePath(path.replace("\\", "/")).name if isinstance(path, str) and path else otherwise


def read_pieces(notebook: NotebookNode, *, face: Face, folds: bool = False) -> list[Piece]:
    """Turn cells into pieces of a page, those tagged ``ax-top`` first.

    Parameters
    ----------
    notebook : NotebookNode
        Complete, see `check_complete`.
    face : {"client", "internal"}
        A client sees no code, no parameters, no cell tagged ``ax-hide`` and no warnings.
    folds : bool
        Whether tables for looking up are folded, and a reason is given once.
    """
    pieces: list[Piece] = []
    told: dict[str, str] = {}
    for cell in notebook.cells:
        tags = {str(tag) for tag in cell.metadata.get("tags", ())}
        if face == "client" and tags & (PARAMETERS | {HIDE}):
            continue
        if cell.cell_type == "markdown":
            html = render_markdown(_source(cell), prose=True, attachments=cell.get("attachments"))
            code = ""
        elif cell.cell_type == "code":
            shown = [render_output(output, face=face) for output in cell.get("outputs", ())]
            html = "\n".join(piece for piece in shown if piece)
            code = highlight_code(_source(cell)) if face == "internal" else ""
        else:
            continue
        if folds:
            if pieces and is_repeated_reason(html, pieces[-1].html):
                continue
            html = refer_back(fold_tables(html), told)
        if html or code:
            pieces.append(Piece(html=html, code=code, is_top=TOP in tags))
    return sorted(pieces, key=lambda piece: not piece.is_top)


def render_output(output: NotebookNode, *, face: Face) -> str:
    """Turn one output into sanitised HTML: the richest form that cannot act, else its text, else nothing.

    Scripts, diagrams that a script would draw, and widgets have no place on a page that works offline; a client
    sees nothing of them, an analyst their text and what is missing.
    """
    if output.output_type == "stream":
        if output.get("name") == "stderr" and face == "client":
            return ""
        return _plain(_text(output.get("text", "")))
    data = output.get("data", {})
    if "text/html" in data:
        return sanitise(undress(_text(data["text/html"])))
    for kind in _PICTURES:
        if kind in data:
            return _picture(kind, _text(data[kind]), output.get("metadata", {}))
    if "text/markdown" in data:
        return render_markdown(_text(data["text/markdown"]))
    text = _plain(_text(data.get("text/plain", "")))
    unknown = sorted(set(data) - {"text/plain"})
    if not unknown:
        return text
    if face == "client":
        return ""
    kinds = escape_text(", ".join(unknown))
    return f'{text}<aside class="ax-note"><p>Not shown on a page: {kinds}.</p></aside>'


def render_markdown(source: str, *, prose: bool = False, attachments: dict[str, Any] | None = None) -> str:
    """Turn Markdown into sanitised HTML; what cannot be read as Markdown is shown as it is."""
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True, attachments=attachments)
    try:
        html = MarkdownWithMath(renderer=renderer).render(clean_text(source))
    except InvalidNotebook:
        return _plain(source)
    return sanitise(html.strip(), prose=prose)


def highlight_code(source: str) -> str:
    """Write Python code as HTML with a class for each kind of word; empty for no code."""
    return str(_highlighter()(clean_text(source))).strip() if source.strip() else ""


@functools.cache
def _highlighter() -> Highlight2HTML:
    return Highlight2HTML(pygments_lexer="python")  # type: ignore[no-untyped-call]


def _picture(kind: str, data: str, metadata: Any) -> str:
    """Put a picture into an ``img``, where not even an SVG can act."""
    described = metadata if isinstance(metadata, dict) else {}
    own = described.get(kind)
    alt = (own.get("alt") if isinstance(own, dict) else None) or described.get("alt") or UNDESCRIBED
    if kind == "image/svg+xml":
        encoded = base64.b64encode(data.encode("utf-8", "replace")).decode("ascii")
    else:
        try:
            encoded = base64.b64encode(base64.b64decode(data)).decode("ascii")
        except (binascii.Error, ValueError):
            return _plain("A picture could not be read.")
    return f'<p class="ax-picture"><img alt="{escape_text(str(alt))}" src="data:{kind};base64,{encoded}"></p>'


def _plain(text: str) -> str:
    return f'<pre class="ax-plain">{escape_text(text.strip(chr(10)))}</pre>' if text.strip() else ""


def _source(cell: NotebookNode) -> str:
    return _text(cell.get("source", ""))


def _text(value: Any) -> str:
    """Read a notebook's text, which may be stored as a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value)
