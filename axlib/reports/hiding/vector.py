"""The Success Vector before a client: counts of small groups blanked, single members gone."""

from __future__ import annotations

import dataclasses

from axlib.reports.hiding.small_cells import blank, protect_cells, small_groups
from axlib.verbs.success_vector import COUNTS, SuccessVector


def hide_vector(result: SuccessVector, least: int) -> SuccessVector:
    """Blank small counts by state, and what would give them away; sizes of segments are told elsewhere."""
    table = result.by_segment
    names = list(COUNTS.values())
    counts = table[names].to_numpy(dtype=float)
    small = table["segment"].isin(small_groups(dict(zip(table["segment"], table["n"], strict=True)), least=least))
    hide = ((counts > 0) & (counts < least)) | small.to_numpy()[:, None]
    # A total over all segments is told only where no part of it is hidden, so lines alone have to be protected.
    hide = protect_cells(hide, counts, least, column_totals_are_shown=False)
    shown = table.assign(**{name: table[name].astype(float).mask(hide[:, place]) for place, name in enumerate(names)})
    shares = ["on_course_share", "on_course_share_low", "on_course_share_high"]
    shown = blank(shown, shown[names[:3]].isna().any(axis=1), shares)
    due, kept = table["due_members"], table["kept_members"]
    few = ((due > 0) & (due < least)) | ((table["n"] - due > 0) & (table["n"] - due < least))
    told = ((kept > 0) & (kept < least)) | ((due - kept > 0) & (due - kept < least))
    shown = blank(shown, few | small, ["due_members"])
    shown = blank(shown, few | small | told, ["kept_members", "kept_share", "kept_share_low", "kept_share_high"])
    return dataclasses.replace(result, table=result.table.iloc[:0], by_segment=blank(shown, small, ["n"]))
