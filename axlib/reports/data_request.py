"""The request for missing data as a page that can be sent to the client."""

from __future__ import annotations

import html

import nbformat.v4

from axlib.reports.brand import Brand
from axlib.reports.page import render_page
from axlib.tables.data_check import DataCheck


def render_request(check: DataCheck, *, client: str, brand: Brand | None = None) -> str:
    """Write the request for data as one HTML page.

    Parameters
    ----------
    check : DataCheck
    client : str
    brand : Brand, optional

    Returns
    -------
    str
        The page; where nothing is missing it says so.
    """
    letter = check.letter or "Nothing is missing: the data can carry every analysis."
    # Headers of an export are a stranger's words: as text they can be no markup.
    cell = nbformat.v4.new_markdown_cell(html.escape(letter))  # type: ignore[no-untyped-call]
    cell.id = "request"
    notebook = nbformat.v4.new_notebook(cells=[cell])  # type: ignore[no-untyped-call]
    return render_page(notebook, face="client", title=f"Data request: {client}", brand=brand or Brand(), footer={})
