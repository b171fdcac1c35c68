"""What the desk shows, as HTML that reads well on light and dark: bars, tables and sentences, all escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from axlib.desk.looking import Look
from axlib.numbers.intervals import wilson_interval
from axlib.tables.coverage_segments import UNDETERMINED
from axlib.verbs.comparison import Comparison
from axlib.verbs.coverage import CoveragePlan
from axlib.verbs.retention import Retention
from axlib.verbs.segments import Segmentation
from axlib.words.display import count_words, format_share, format_table, format_value
from axlib.words.results import Unavailable

#: Rows of a list that are shown; the rest is counted.
MOST_ROWS = 30

#: Colours are JupyterLab's own where it gives them, so that its dark theme is dark here too.
STYLE = """<style>
.axd {color: var(--jp-ui-font-color1, #1f2328); font-family: var(--jp-ui-font-family, sans-serif);
 font-size: 13px; line-height: 1.4}
section.axd {overflow-x: auto}
.axd h3 {font-size: 14px; margin: .4em 0 .3em; font-weight: 600}
.axd p {margin: .2em 0; max-width: 62em}
.axd table {border-collapse: collapse; margin: .2em 0; font-variant-numeric: tabular-nums; font-size: 13px}
.axd th, .axd td {padding: .15em .7em .15em 0; text-align: left; font-weight: normal; vertical-align: middle;
 border-bottom: 1px solid var(--jp-border-color2, #d0d7de); white-space: nowrap}
.axd thead th {color: var(--jp-ui-font-color2, #57606a); vertical-align: bottom}
.axd .n {text-align: right}
.axd .wide {white-space: normal; min-width: 18em}
.axd .track {display: inline-block; width: 150px; height: 12px; background: var(--jp-layout-color2, #eee);
 position: relative; vertical-align: middle}
.axd .bar {position: absolute; top: 0; bottom: 0; left: 0; background: var(--jp-brand-color1, #0072b2)}
.axd .bar.over {background: var(--jp-warn-color1, #d55e00)}
.axd .range {position: absolute; top: 5px; height: 2px; background: var(--jp-ui-font-color1, #1f2328)}
.axd .mark {position: absolute; top: -2px; bottom: -2px; width: 2px; background: var(--jp-ui-font-color1, #1f2328)}
.axd .tag {display: inline-block; padding: 0 .5em; border: 1px solid currentColor; border-radius: 3px;
 font-weight: 600; margin-right: .5em}
.axd .why {color: var(--jp-ui-font-color2, #57606a)}
.axd .h1, .axd-h1 {background: color-mix(in srgb, var(--jp-brand-color1, #0072b2) 12%, transparent) !important}
.axd .h2, .axd-h2 {background: color-mix(in srgb, var(--jp-brand-color1, #0072b2) 26%, transparent) !important}
.axd .h3, .axd-h3 {background: color-mix(in srgb, var(--jp-brand-color1, #0072b2) 42%, transparent) !important}
.axd .l1 {background: color-mix(in srgb, var(--jp-warn-color1, #d55e00) 12%, transparent)}
.axd .l2 {background: color-mix(in srgb, var(--jp-warn-color1, #d55e00) 26%, transparent)}
.axd .l3 {background: color-mix(in srgb, var(--jp-warn-color1, #d55e00) 42%, transparent)}
.axd-cell {color: var(--jp-ui-font-color1, #1f2328) !important; border: 1px solid var(--jp-border-color2, #d0d7de);
 background: transparent}
.axd-name {display: block; padding-right: 12px; white-space: nowrap}
.axd-cell:focus-visible {outline: 3px solid var(--jp-brand-color1, #0072b2); outline-offset: 1px}
.axd-desk .widget-html {max-width: 100%}
.axd-desk .widget-html-content {flex: 1 1 0; min-width: 0; max-width: 100%}
.axd-desk .widget-toggle-buttons {width: 300px}
.axd-desk .widget-toggle-button {padding: 0 8px; margin: 1px}
.axd-desk .widget-toggle-button.mod-active {background: var(--jp-brand-color1, #0072b2);
 color: var(--jp-ui-inverse-font-color1, #fff)}
.axd-desk button:focus-visible {outline: 3px solid var(--jp-brand-color1, #0072b2); outline-offset: 1px}
.axd-chosen {box-shadow: inset 0 0 0 2px var(--jp-ui-font-color1, #1f2328) !important}
.axd-code textarea {white-space: pre; overflow-x: auto; font-family: var(--jp-code-font-family, monospace);
 font-size: 12px}
.axd-stale {opacity: .8}
</style>"""


def _table(heads: Sequence[tuple[str, bool]], rows: Iterable[Sequence[str]], *, label: str) -> str:
    """Write cells that are HTML already as a table; the second of a head says whether its column holds numbers."""
    css = [' class="n"' if number else "" for _, number in heads]
    head = "".join(
        f'<th scope="col"{c}>{html.escape(text)}</th>' if text else "<td></td>"
        for (text, _), c in zip(heads, css, strict=True)
    )
    body = "".join(
        f'<tr><th scope="row">{first}</th>'
        + "".join(f"<td{c}>{cell}</td>" for cell, c in zip(rest, css[1:], strict=True))
        + "</tr>"
        for first, *rest in rows
    )
    name = html.escape(label, quote=True)
    return f'<table aria-label="{name}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _panel(title: str, *parts: str) -> str:
    return f'<section class="axd"><h3>{html.escape(title)}</h3>{"".join(parts)}</section>'


def _text(text: str, css: str = "") -> str:
    return f"<p{f' class={css!r}' if css else ''}>{html.escape(text)}</p>" if text else ""


def _bar(value: float, top: float, *, low: float = np.nan, high: float = np.nan, over: bool = False) -> str:
    """Draw a value against the largest one, with its interval; beside the number, so it needs no words of its own."""
    if not np.isfinite(value) or top <= 0:
        return ""
    place = [f"{100 * min(max(x / top, 0.0), 1.0):.1f}" for x in (value, low, high) if np.isfinite(x)]
    line = ""
    if len(place) == 3:
        line = f'<span class="range" style="left:{place[1]}%;width:{float(place[2]) - float(place[1]):.1f}%"></span>'
    css = "bar over" if over else "bar"
    return f'<span class="track" aria-hidden="true"><span class="{css}" style="width:{place[0]}%"></span>{line}</span>'


def _reason(title: str, result: Unavailable) -> str:
    return _panel(title, _text(result.text, "why"))


def show_sizes(look: Look) -> str:
    """Show how many current members are in each segment."""
    today = look.today
    if not isinstance(today, Segmentation):
        return _reason("Sizes", today)
    summary = today.summary()
    top = float(summary["share"].max())
    sure = "confidence" in summary.columns
    heads = [("Segment", False), ("Members", True), ("Share", True), ("", False)]
    n = len(today.table)
    bounds = [wilson_interval(row, n) if look.of_sample else (np.nan, np.nan) for row in summary["members"]]
    rows = [
        [
            html.escape(row["segment"]),
            f"{row['members']:,}",
            format_share(row["share"]) + (f" [{format_share(low)}, {format_share(high)}]" if look.of_sample else ""),
            _bar(row["share"], top, low=low, high=high),
            *([format_value(row["confidence"], "share")] if sure else []),
        ]
        for row, (low, high) in zip(summary.to_dict("records"), bounds, strict=True)
    ]
    heads += [("Confidence", True)] if sure else []
    return _panel("Sizes: current members by segment", _table(heads, rows, label="Members by segment"))


def show_profiles(look: Look) -> str:
    """Show each attribute of each segment; shades say how far it stands out."""
    if not len(look.profile):
        return _panel("Profiles", _text("There are no segments to describe.", "why"))
    table = look.profile[look.profile["segment"] != UNDETERMINED]
    segments = list(dict.fromkeys(table["segment"]))
    rows = []
    for (attribute, kind, level), group in table.groupby(["attribute", "kind", "level"], sort=False):
        label = f"{attribute}: {level}" if level else str(attribute)
        cells = group.set_index("segment")
        shares = kind == "categorical"
        texts = [_shade(cells["value"].get(name), cells["standout"].get(name), share=shares) for name in segments]
        overall = float(group["overall"].iloc[0])
        rows.append([html.escape(label.replace("_", " ")), *texts, _number(overall, share=shares)])
    heads = [("Attribute", False), *((name, True) for name in segments), ("All", True)]
    hint = (
        "Means of scales, medians of numbers, shares of categories. Blue: higher than of most members; orange: lower."
    )
    return _panel("Profiles: what their members are like", _table(heads, rows, label="Profiles"), _text(hint, "why"))


def _number(value: float, *, share: bool) -> str:
    return format_share(value, 0) if share else format_value(value, "number")


def _shade(value: object, standout: object, *, share: bool) -> str:
    number, how_far = (float(x) if isinstance(x, (int, float)) else np.nan for x in (value, standout))
    text = _number(number, share=share)
    step = int(np.searchsorted([0.147, 0.33, 0.6], abs(how_far), side="right")) if np.isfinite(how_far) else 0
    return f'<span class="{"h" if how_far > 0 else "l"}{step}">&nbsp;{text}&nbsp;</span>' if step else text


def show_comparison(look: Look) -> str:
    """Say how far tiers and segments agree; the cells stand beside it as buttons."""
    comparison = look.comparison
    if not isinstance(comparison, Comparison):
        return _reason("Crossover", comparison)
    return _panel(
        "Crossover: revenue tiers down, segments across",
        _text(comparison.text),
        _text("Press a cell to list its members; press it again to let them go.", "why"),
    )


def show_load(look: Look) -> str:
    """Show each person's load; where members are undetermined, with the bounds their hours leave."""
    plan = look.coverage
    if not isinstance(plan, CoveragePlan):
        return _reason("Load", plan)
    table = plan.by_person[plan.by_person["load"].notna()].sort_values("load", ascending=False, kind="stable")
    team = plan.team.assign(name="All", staff_id="all").iloc[0]
    people = [team, *(row for _, row in table.head(MOST_ROWS).iterrows())]
    top = max(1.0, float(table["load"].max()) if len(table) else 1.0, float(team["load"]))
    unknown = bool(team["undetermined"])
    rows = [
        [
            html.escape(str(row["name"]) if pd.notna(row["name"]) else str(row["staff_id"])),
            f"{int(row['members']):,}",
            format_value(float(row["required_hours"]), "hours"),
            format_value(float(row["available_hours"]), "hours"),
            format_value(float(row["load"]), "load"),
            *([_with_unknown(row)] if unknown else []),
            _bar(row["load"], top, low=row["load_low"], high=row["load_high"], over=row["load"] > 1),
        ]
        for row in people
    ]
    heads = [
        ("Person", False),
        ("Members", True),
        ("Hours called for", True),
        ("Hours there are", True),
        ("Load", True),
    ]
    heads += [("With the undetermined", True)] if unknown else []
    shown = _cut(len(rows) - 1, len(table), "person", "people")
    return _panel(
        "Load: hours members call for ÷ hours each person can give",
        _text(plan.text),
        _table([*heads, ("", False)], rows, label="Load by person"),
        _text(shown, "why"),
    )


def _with_unknown(row: pd.Series) -> str:
    """Write the bounds that the hours of undetermined members leave; nothing where all are in a segment."""
    low, high = (format_value(float(row[name]), "load") for name in ("load_low", "load_high"))
    return f"{low} to {high}" if row["undetermined"] else ""


def _cut(shown: int, there: int, singular: str, plural: str) -> str:
    return f"{shown:,} of {count_words(there, singular, plural)}." if shown < there else ""


def show_retention(look: Look) -> str:
    """Show what became of the cohort by tier and segment, once outcomes may be seen."""
    title = "Outcomes: what became of the members of the opening day"
    retention = look.retention
    if retention is None:
        return _panel(title, _text("Not shown yet. First lock the segmentation, if it is to count as evidence.", "why"))
    if not isinstance(retention, Retention):
        return _reason(title, retention)
    table = retention.table
    summary = retention.summary()
    summary.insert(0, "grouping", table["grouping"])
    shown = format_table(summary, currency=retention.currency)
    top = float(np.nanmax(table[["logo_churn", "logo_churn_high"]].to_numpy(dtype=float), initial=0.0))
    bars = [
        _bar(row["logo_churn"], top, low=row["logo_churn_low"], high=row["logo_churn_high"], over=True)
        for row in table.to_dict("records")
    ]
    names = list(shown.columns)
    place = names.index("Logo churn") + 1 if "Logo churn" in names else len(names)
    heads = [(name, number > 1) for number, name in enumerate(names)]
    heads.insert(place, ("", False))
    rows = []
    for cells, bar in zip(shown.itertuples(index=False, name=None), bars, strict=True):
        row = [html.escape(cell) for cell in cells]
        row.insert(place, bar)
        rows.append(row)
    return _panel(title, _text(retention.text), _table(heads, rows, label="Retention"))


def show_members(members: pd.DataFrame, *, tier: str, segment: str, currency: str) -> str:
    """List members of a cell, for the team: it names them."""
    shown = format_table(members.head(MOST_ROWS).drop(columns=["tier", "segment"]), currency=currency)
    heads = [(name, False) for name in shown.columns]
    rows = [[html.escape(cell) for cell in cells] for cells in shown.itertuples(index=False, name=None)]
    count = f"{len(shown):,} of {count_words(len(members), 'row')}" if len(members) > len(shown) else ""
    note = f"{count}; all of them: explorer.members." if count else "Internal: members are named."
    return _panel(f"{tier} × {segment}: {count_words(len(members), 'member')}", _text(note, "why"),
                  _table(heads, rows, label="Members of the cell"))  # fmt: skip


def show_standing(standing: str, text: str, *notes: str) -> str:
    """Say how the state stands: open, locked, exploratory; provisional or whole; sampled."""
    first = f'<p><span class="tag">{html.escape(standing)}</span>{html.escape(text)}</p>'
    return f'<section class="axd" role="status">{first}{"".join(_text(note) for note in notes)}</section>'
