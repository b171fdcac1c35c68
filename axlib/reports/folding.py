"""What a page that is read as a story keeps closed: long tables, tables that a sentence tells, reasons given twice.

These functions read HTML that keeps to the sanitiser's grammar, which is why regular expressions will do. Print opens
what is folded here.
"""

from __future__ import annotations

import re

#: More rows than this are for who wants to look things up.
MOST_ROWS = 8

_TABLE = re.compile(
    r'<div class="ax-table"><table><caption>(?P<caption>[^<]*)</caption>(?:(?!</?div|</?details).)*</div>', re.DOTALL
)
_TOLD = '<p class="ax-text ax-told">'
_WITHHELD = '<aside class="ax-withheld">'
_REASON = re.compile(rf"{_WITHHELD}<p>(?P<what>[^<:]*): (?P<reason>[^<]*)</p></aside>")


def fold_tables(markup: str) -> str:
    """Fold tables of many rows, and those that a sentence before them tells whole, under their captions.

    Examples
    --------
    >>> fold_tables('<div class="ax-table"><table><caption>Load</caption><tbody><tr></tr></tbody></table></div>')
    '<div class="ax-table"><table><caption>Load</caption><tbody><tr></tr></tbody></table></div>'
    >>> rows = "<tr></tr>" * 9
    >>> fold_tables(f'<div class="ax-table"><table><caption>Load</caption><tbody>{rows}</tbody></table></div>')[:56]
    '<details class="ax-folded"><summary>Load</summary><div c'
    """

    def fold(found: re.Match[str]) -> str:
        before = markup[: found.start()]
        rows = found[0].partition("<tbody>")[2].count("<tr")
        is_inside = before.count("<details") > before.count("</details>")
        is_told = before.endswith("</p>") and _TOLD in before
        if is_inside or not found["caption"] or not (rows > MOST_ROWS or is_told):
            return found[0]
        return f'<details class="ax-folded"><summary>{found["caption"]}</summary>{found[0]}</details>'

    return _TABLE.sub(fold, markup)


def is_repeated_reason(markup: str, before: str) -> bool:
    """Whether a piece says no more than the reason the piece before it ends with.

    Examples
    --------
    >>> reason = '<aside class="ax-withheld"><p>No table of milestones.</p></aside>'
    >>> is_repeated_reason(reason, f"<p>a</p>{reason}"), is_repeated_reason(reason, "<p>a</p>")
    (True, False)
    """
    return markup.startswith(_WITHHELD) and before.rstrip().endswith(markup.strip())


def refer_back(markup: str, told: dict[str, str]) -> str:
    """Give a reason once on a page: what lacks for the same reason as something above refers to that.

    Parameters
    ----------
    markup : str
    told : dict of str to str
        Reason -> what it was first given for; reasons of this piece are added.

    Examples
    --------
    >>> told = {}
    >>> _ = refer_back('<aside class="ax-withheld"><p>Load: no staff.</p></aside>', told)
    >>> refer_back('<aside class="ax-withheld"><p>Margin: no staff.</p></aside>', told)
    '<aside class="ax-withheld"><p>Margin: for the same reason as “Load”.</p></aside>'
    """

    def refer(found: re.Match[str]) -> str:
        first = told.setdefault(found["reason"], found["what"])
        again = f"{_WITHHELD}<p>{found['what']}: for the same reason as “{first}”.</p></aside>"
        return found[0] if first == found["what"] else again

    return _REASON.sub(refer, markup)
