"""What changed between two runs: members whose segment is another, and whether their answers or the model did it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.tables.attributes import Attributes
from axlib.tables.coverage_segments import UNDETERMINED, CoverageSegment
from axlib.verbs.alignment import Alignment, align_segments
from axlib.verbs.scoring import score_members
from axlib.verbs.segments import Segmentation, segment_by_rules
from axlib.words.display import count_words, format_number, format_share, join_words
from axlib.words.errors import ConfigurationError, DataError
from axlib.words.results import Result, Unavailable

ANALYSIS = "Changes since the last run"
#: Why a member's segment is another, or is the same.
CAUSES = {
    "stayed": "same segment",
    "answers": "answers changed",
    "model": "model changed",
    "both": "answers and model changed",
    "declared": "declared",
    "moved back": "answers changed, the model made up for it",
}
#: Causes under which the segment is another.
MOVED = ("answers", "model", "both", "declared")
#: Where members come from who are only in the later run, and go who are only in the earlier one.
OUTSIDE = "not in this run"


@dataclass(frozen=True, eq=False, repr=False)
class Drift(Result):
    """Members of two runs beside each other, by segment, under one set of names.

    Attributes
    ----------
    members : DataFrame, one row per member in both runs
        ``member_id``; ``before`` (earlier model, earlier answers); ``by_old_model`` (earlier model, later answers);
        ``after`` (later model, later answers); ``cause`` (stayed, answers, model, both, declared, moved back).
    causes : DataFrame, one row per cause
        ``cause``, ``reading`` (in words), ``members``, ``share`` (of the members in both runs).
    sizes : DataFrame, one row per segment
        ``before`` - ``left`` + ``by_answers`` + ``by_model`` + ``by_declaration`` + ``joined`` = ``after``, exactly.
    flows : DataFrame, one row per pair of segments that holds anybody
        ``before``, ``after``, ``members``, and of them ``answers``, ``model``, ``both``, ``declared``; members in one
        run only come from, or go to, ``not in this run``.
    alignment : DataFrame
        As ``align_segments`` gives it.
    answers : DataFrame, one row per attribute of both runs
        ``attribute``; ``changed`` (members in both with another answer, an answer come or gone included);
        ``changed_share``; ``moved_share`` (the same among members whose answers moved them).
    """

    members: pd.DataFrame
    causes: pd.DataFrame
    sizes: pd.DataFrame
    flows: pd.DataFrame
    alignment: pd.DataFrame
    answers: pd.DataFrame

    title: ClassVar[str] = "Segments now and in the last run"
    plots: ClassVar[tuple[str, ...]] = ("plot_drift",)

    def summary(self) -> pd.DataFrame:
        """Return one row per segment: its members then and now, and what made the difference."""
        return self.sizes

    @property
    def text(self) -> str:
        """Who moved and why, in sentences."""
        n = int(self.causes["members"].sum())
        count = self.causes.set_index("cause")["members"]
        joined, left = int(self.sizes["joined"].sum()), int(self.sizes["left"].sum())
        outside = [f"{count_words(joined, 'member')} joined"] if joined else []
        outside += [f"{count_words(left, 'member')} left"] if left else []
        if n == 0:
            return join_words(["No member is in both runs", *outside], "and") + "."
        moved = int(count[list(MOVED)].sum())
        sentence = f"Of {count_words(n, 'member')} in both runs, "
        if moved == 0:
            sentences = [f"{sentence}none is in another segment."]
        else:
            verb = "is" if moved == 1 else "are"
            reasons = {
                "answers": "because the answers changed",
                "model": "because the model changed",
                "both": "because both did",
                "declared": "by declaration",
            }
            parts = [f"{format_number(count[cause])} {words}" for cause, words in reasons.items() if count[cause]]
            share = format_share(moved / n, 0)
            sentences = [f"{sentence}{format_number(moved)} ({share}) {verb} in another segment: {join_words(parts)}."]
        if count["moved back"]:
            sentences.append(
                f"For {count_words(int(count['moved back']), 'member')} the answers changed, and the model made up "
                "for it."
            )
        if outside:
            sentences.append(f"{join_words(outside)}.")
        renamed = self.alignment[(self.alignment["matched_by"] == "members")]
        sentences += [
            f"{row['after']} is what was {row['before']} (by its members)."
            for row in renamed.to_dict("records")
            if row["before"] != row["after"]
        ]
        for how, words in (("gone", "no longer there"), ("new", "new")):
            names = self.alignment.loc[self.alignment["matched_by"] == how, "segment"].tolist()
            if names:
                sentences.append(f"{join_words(names)} {'is' if len(names) == 1 else 'are'} {words}.")
        return " ".join(sentences)


def measure_drift(
    before: Segmentation,
    after: Segmentation,
    *,
    attributes_before: Attributes,
    attributes_after: Attributes,
    rules_before: Sequence[CoverageSegment] = (),
) -> Drift | Unavailable:
    """Say who is in another segment than in an earlier run, and whether the answers or the model made it so.

    Parameters
    ----------
    before, after : Segmentation
        Of two runs; the earlier one by fitted classes, whose model it holds, or by rules.
    attributes_before, attributes_after : Attributes
        What each was made from.
    rules_before : sequence of CoverageSegment
        The rules of the earlier run, where it went by rules.

    Returns
    -------
    Drift or Unavailable
        Unavailable where the earlier model cannot be applied to the later answers.

    Notes
    -----
    Each member in both runs is placed three times: by the earlier model on the earlier answers, by the earlier model
    on the later answers, and by the later model on the later answers. A difference between the first two is the
    answers', between the last two the model's; so sizes add up exactly. An attribute that the later answers
    lack counts as not answered. Members declared at risk or without potential in either run follow no answers;
    what moves them is the declaration. Undetermined counts as a segment.
    """
    for segmentation, attributes, word in ((before, attributes_before, "before"), (after, attributes_after, "after")):
        strangers = ~segmentation.table["member_id"].isin(attributes.table.index)
        if strangers.any():
            raise DataError(
                f"measure_drift: {count_words(int(strangers.sum()), 'member')} of {word} have no attributes. Give the "
                "attributes that segmentation was made from."
            )
    old, new = before.table.set_index("member_id"), after.table.set_index("member_id")
    shared = new.index[new.index.isin(old.index)]
    later = attributes_after.table.loc[shared]
    try:
        by_old = _place_again(before, attributes_after, later, rules_before)
    except (DataError, ConfigurationError) as error:
        return Unavailable(ANALYSIS, f"the earlier model cannot be applied to the later answers: {error.problems[0]}")
    if by_old is None:
        return Unavailable(ANALYSIS, f"segments by {before.method} hold no model to apply to later answers.")
    first, last = (part.loc[shared, "segment"].to_numpy(dtype=object) for part in (old, new))
    alignment = align_segments(before.segments, after.segments, by_old=by_old, by_new=last)
    first, by_old = _rename(first, alignment.before), _rename(by_old, alignment.before)
    last = _rename(last, alignment.after)
    declared = np.zeros(len(shared), dtype=bool)
    for part in (old, new):
        declared |= part.loc[shared, "reason"].str.startswith("declared ").to_numpy(dtype=bool)
    # What was declared follows no answers, so the earlier model has nothing to say of it.
    by_old = np.where(declared, first, by_old)
    cause = _find_causes(first, by_old, last, declared)
    texts = {"member_id": shared.to_numpy(), "before": first, "by_old_model": by_old, "after": last, "cause": cause}
    members = pd.DataFrame(texts).astype("str")
    counts = members["cause"].value_counts().reindex(list(CAUSES), fill_value=0)
    causes = pd.DataFrame(
        {
            "cause": list(CAUSES),
            "reading": list(CAUSES.values()),
            "members": counts.to_numpy(),
            "share": counts.to_numpy() / max(len(shared), 1),
        }
    ).astype({"cause": "str", "reading": "str"})
    gone = _rename(old.loc[~old.index.isin(shared), "segment"].to_numpy(dtype=object), alignment.before)
    come = _rename(new.loc[~new.index.isin(shared), "segment"].to_numpy(dtype=object), alignment.after)
    return Drift(
        members,
        causes,
        _count_sizes(members, declared, gone, come, alignment),
        _count_flows(members, gone, come),
        alignment.table,
        _compare_answers(attributes_before.table.loc[shared], later, np.isin(cause, ["answers", "both"])),
    )


def _place_again(
    before: Segmentation, attributes: Attributes, table: pd.DataFrame, rules: Sequence[CoverageSegment]
) -> NDArray[np.object_] | None:
    """Place members by the earlier model and their later answers; None where there is no model."""
    if before.method == "rules" and rules:
        return segment_by_rules(table, segments=rules).table["segment"].to_numpy(dtype=object)
    if before.method != "classes":
        return None
    given = Attributes(table, attributes.kinds, attributes.edges, attributes.sources)
    return score_members(before, attributes=given, allow_missing=True).table["segment"].to_numpy(dtype=object)


def _rename(labels: NDArray[np.object_], names: dict[str, str]) -> NDArray[np.object_]:
    return np.array([names.get(label, label) for label in labels.tolist()], dtype=object)


def _find_causes(
    first: NDArray[np.object_], by_old: NDArray[np.object_], last: NDArray[np.object_], declared: NDArray[np.bool_]
) -> NDArray[np.object_]:
    answers, model, moved = first != by_old, by_old != last, first != last
    return np.select(
        [moved & declared, moved & answers & model, moved & answers, moved, answers],
        ["declared", "both", "answers", "model", "moved back"],
        default="stayed",
    ).astype(object)


def _count_sizes(
    members: pd.DataFrame,
    declared: NDArray[np.bool_],
    gone: NDArray[np.object_],
    come: NDArray[np.object_],
    alignment: Alignment,
) -> pd.DataFrame:
    order = list(dict.fromkeys([*alignment.table["segment"], *members["before"], *members["after"], *gone, *come]))
    order = [name for name in order if name != UNDETERMINED] + ([UNDETERMINED] if UNDETERMINED in order else [])

    def count(labels: pd.Series | NDArray[np.object_]) -> NDArray[np.int64]:
        sizes = pd.Series(labels, dtype="str").value_counts().reindex(order, fill_value=0)
        return np.asarray(sizes, dtype=np.int64)

    own, last = members[~declared], count(members["after"])
    left, joined = count(gone), count(come)
    by_answers = count(own["by_old_model"]) - count(own["before"])
    by_model = count(own["after"]) - count(own["by_old_model"])
    by_declaration = count(members.loc[declared, "after"]) - count(members.loc[declared, "before"])
    return pd.DataFrame(
        {
            "segment": pd.array(order, dtype="str"),
            "before": count(members["before"]) + left,
            "left": left,
            "by_answers": by_answers,
            "by_model": by_model,
            "by_declaration": by_declaration,
            "joined": joined,
            "after": last + joined,
        }
    )


def _count_flows(members: pd.DataFrame, gone: NDArray[np.object_], come: NDArray[np.object_]) -> pd.DataFrame:
    outside = [
        pd.DataFrame({"before": gone, "after": OUTSIDE, "cause": "left"}),
        pd.DataFrame({"before": OUTSIDE, "after": come, "cause": "joined"}),
    ]
    every = pd.concat([members[["before", "after", "cause"]], *outside], ignore_index=True).astype("str")
    counts = pd.crosstab([every["before"], every["after"]], every["cause"])
    table = counts.reindex(columns=list(MOVED), fill_value=0)
    table.insert(0, "members", counts.sum(axis=1))
    table.columns.name = None
    return table.reset_index().sort_values(["before", "after"], ignore_index=True)


def _compare_answers(before: pd.DataFrame, after: pd.DataFrame, moved: NDArray[np.bool_]) -> pd.DataFrame:
    rows = []
    for name in [name for name in after.columns if name in before.columns]:
        old, new = before[name], after[name]
        if old.dtype != new.dtype:
            old, new = old.astype("str"), new.astype("str")
        changed = ((old != new) & (old.notna() | new.notna())).to_numpy(dtype=bool)
        rows.append(
            {
                "attribute": str(name),
                "changed": int(changed.sum()),
                "changed_share": float(changed.mean()) if len(changed) else float("nan"),
                "moved_share": float(changed[moved].mean()) if moved.any() else float("nan"),
            }
        )
    columns = ["attribute", "changed", "changed_share", "moved_share"]
    table = pd.DataFrame(rows, columns=columns).astype({"attribute": "str"})
    return table.sort_values(["changed", "attribute"], ascending=[False, True], ignore_index=True)
