"""How results look in a notebook: their page's markup, dressed for JupyterLab, and undressed for a page.

JupyterLab reads $400 and $2,400 in one paragraph as mathematics, and puts the cells of every table to the right.
Colours are its own, so that its dark theme is dark here too; pictures keep the white ground they are drawn on.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

_STYLE = """<style>
.ax-nb .ax-table table :is(th, td) {text-align: left; vertical-align: top}
.ax-nb .ax-table table .num {text-align: right}
.ax-nb .ax-table caption {text-align: left; font-weight: 600; padding: .2em 0}
.ax-nb .ax-text {max-width: 60em}
.ax-nb .ax-hint, .ax-nb .ax-more, .ax-nb .ax-download {color: var(--jp-ui-font-color2, #57606a); margin: .2em 0}
.ax-nb .ax-level {border: 1px solid currentColor; border-radius: 3px; padding: 0 .4em; font-size: .9em}
.ax-nb .ax-findings {list-style: none; padding: 0; max-width: 60em}
.ax-nb .ax-withheld {border-left: 3px solid var(--jp-border-color1, #8a8f98); padding-left: .8em}
.ax-nb .ax-tiles {display: flex; flex-wrap: wrap; gap: 1em 2.5em}
.ax-nb .ax-tiles dd {margin: 0}
.ax-nb .ax-figure {margin: .5em 0; max-width: 48em}
.ax-nb .ax-figure img {max-width: 100%; background: #fff}
</style>"""
_BEGIN, _END = f'{_STYLE}<div class="ax-nb mathjax_ignore tex2jax_ignore">', "</div>"
_HINT = re.compile(r'<p class="ax-hint">[^\n]*</p>\Z')


def dress(markup: str, *, plots: Sequence[str] = ()) -> str:
    """Write a result's markup for a notebook.

    Parameters
    ----------
    markup : str
        As a page would have it.
    plots : sequence of str
        The verbs that draw it: told to who writes the notebook.
    """
    calls = ", ".join(f"<code>axlib.{html.escape(plot)}(…)</code>" for plot in plots)
    hint = f'<p class="ax-hint">Draw it: {calls}</p>' if calls else ""
    return f"{_BEGIN}{markup}{hint}{_END}"


def undress(markup: str) -> str:
    """Give back the markup for a page; what was not dressed stays as it is.

    Examples
    --------
    >>> undress(dress("<p>42</p>", plots=["plot_load"]))
    '<p>42</p>'
    >>> undress("<p>42</p>")
    '<p>42</p>'
    """
    if not (markup.startswith(_BEGIN) and markup.endswith(_END)):
        return markup
    return _HINT.sub("", markup[len(_BEGIN) : -len(_END)])
