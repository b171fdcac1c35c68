"""What every result of the kit has in common: four faces, and no more.

Fields hold raw tables; ``summary()`` is the one table that is shown; ``text`` says it in sentences;
``repr`` and ``_repr_html_`` show both. ``Unavailable`` is the result of an analysis the data cannot carry.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from axlib.words.notebook_face import dress
from axlib.words.table_faces import table_to_html, table_to_text


class Result:
    """Base of all results.

    Attributes
    ----------
    title : str
        What the summary table shows; its caption.
    plots : tuple of str
        The functions that draw this result.
    details : tuple of (str, str)
        Fields that hold further tables, each with a caption: folded below the summary on a page.
    is_told : bool
        Whether ``text`` says all that the summary holds, so that a client's page may fold the table.
    currency : str
        ISO code of the money in the tables; empty where there is none.
    """

    title: ClassVar[str] = ""
    plots: ClassVar[tuple[str, ...]] = ()
    details: ClassVar[tuple[tuple[str, str], ...]] = ()
    is_told: ClassVar[bool] = False
    currency: str = ""

    def summary(self) -> pd.DataFrame:
        """Return the one table that shows this result; the first column names the row."""
        raise TypeError(f"{type(self).__name__} has no summary.")

    @property
    def text(self) -> str:
        """The result in sentences."""
        return ""

    def __repr__(self) -> str:
        table = table_to_text(self.summary(), currency=self.currency)
        hint = f"Draw it: {', '.join(f'axlib.{plot}' for plot in self.plots)}" if self.plots else ""
        return "\n".join(part for part in (self.title, table, self.text, hint) if part)

    def _repr_html_(self) -> str:
        table = self.summary()
        name = type(self).__name__.lower()
        body = table_to_html(table, caption=self.title, currency=self.currency, file_name=name) if len(table) else ""
        classes = "ax-text ax-told" if self.is_told else "ax-text"
        sentences = f'<p class="{classes}">{html.escape(self.text)}</p>' if self.text else ""
        return f"{sentences}{body}{self._fold_details()}"

    def _fold_details(self) -> str:
        """Further tables with rows, each folded under its caption."""
        tables = [(field, caption, getattr(self, field)) for field, caption in self.details]
        return "".join(
            f"<details><summary>{html.escape(caption)}</summary>"
            f"{table_to_html(table, caption=caption, currency=self.currency, file_name=field)}</details>"
            for field, caption, table in tables
            if len(table)
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Return both faces for a notebook, which asks for this first."""
        return {"text/plain": repr(self), "text/html": dress(self._repr_html_(), plots=self.plots)}


@dataclass(frozen=True, eq=False, repr=False)
class Unavailable(Result):
    """An analysis the data cannot carry.

    Attributes
    ----------
    analysis : str
        Which one, in the words of the report.
    why : str
        A sentence.
    ask : str
        What to ask the client for; empty where nothing would help.
    """

    analysis: str
    why: str
    ask: str = ""

    title: ClassVar[str] = "Not computed"

    def summary(self) -> pd.DataFrame:
        """Return one row: what is missing, why, and what would mend it."""
        return pd.DataFrame({"analysis": [self.analysis], "why": [self.why], "ask": [self.ask]})

    @property
    def text(self) -> str:
        """The reason in a sentence."""
        return f"{self.analysis}: {self.why}" + (f" It would take: {self.ask}." if self.ask else "")

    def __repr__(self) -> str:
        return f"Not computed. {self.text}"

    def _repr_html_(self) -> str:
        return f'<aside class="ax-withheld"><p>{html.escape(self.text)}</p></aside>'


@dataclass(frozen=True, eq=False, repr=False)
class Rows(Result):
    """The first rows of a table, under readers' labels and in units.

    Attributes
    ----------
    table : DataFrame
        All of it, in raw numbers.
    most : int
        Rows shown.
    """

    table: pd.DataFrame
    most: int
    currency: str = ""

    def summary(self) -> pd.DataFrame:
        """Return the rows that are shown."""
        return self.table.head(self.most)

    def __repr__(self) -> str:
        return table_to_text(self.table, currency=self.currency, max_rows=self.most)

    def _repr_html_(self) -> str:
        if len(self.table) == 0:
            return '<p class="ax-more">No rows.</p>'
        return table_to_html(self.table, currency=self.currency, max_rows=self.most)


def show_rows(table: pd.DataFrame, *, most: int = 20, currency: str = "") -> Rows:
    """Show the first rows of a table as results are shown: labels, units, and of how many rows they are.

    JupyterLab reads what stands between two dollars of a plain DataFrame as mathematics; here it stays money.

    Parameters
    ----------
    table : DataFrame
        The first column names the row.
    most : int
        Rows shown; where there are more it is said of how many.
    currency : str
        ISO code of columns of money.

    Returns
    -------
    Rows

    Examples
    --------
    >>> show_rows(pd.DataFrame({"segment": ["Inbound", "Task Force"], "n": [1200, 3]}), most=1)
    Segment  Members
    Inbound    1,200
    1 of 2 rows.
    """
    return Rows(table, most, currency)
