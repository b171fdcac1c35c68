"""What the client sees: no small group, nothing that gives one away, nobody's name."""

import dataclasses
import re
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axlib.reports.client_view import view_for_client
from axlib.reports.hiding.groups import FEW_FOR_PERCENTS, hide_gap_churn
from axlib.reports.hiding.people import OTHERS
from axlib.reports.hiding.small_cells import hide_small, small_groups
from axlib.verbs.comparison import compare_segmentations
from axlib.verbs.diagnose import diagnose
from axlib.verbs.gap_churn import measure_gap_churn
from axlib.verbs.segments import Segmentation, make_segmentation
from axlib.verbs.service_gap import GAPS
from axlib.words.results import Result, Unavailable
from tests.verbs.faces import draw_all, everything_shown
from tests.verbs.small import RULES, engagement, members, terms, touches_of_two_years
from tests.verbs.test_findings import effect
from tests.verbs.test_gap_churn import world

quick = settings(max_examples=50, deadline=None)
tables = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 30), min_size=width, max_size=width), min_size=2, max_size=5)
)


def worked_out(hide, *, with_columns):
    """Which hidden cells follow from totals: a cell follows if a sum of equations is that cell alone."""
    places = np.argwhere(hide)
    rows = [places[:, 0] == row for row in range(hide.shape[0])]
    columns = [places[:, 1] == column for column in range(hide.shape[1])] if with_columns else []
    equations = np.array(rows + columns, dtype=float)
    rank = np.linalg.matrix_rank(equations) if len(places) else 0
    cells = np.eye(len(places))
    return [
        place
        for place, cell in zip(places, cells, strict=True)
        if np.linalg.matrix_rank(np.vstack([equations, cell])) == rank
    ]


@quick
@given(tables, st.integers(2, 12), st.booleans())
def test_no_hidden_cell_follows_from_totals_and_no_small_one_is_shown(rows, least, with_columns):
    counts = np.array(rows, dtype=float)
    hide = hide_small(counts, least=least, column_totals_are_shown=with_columns)
    assert not ((counts > 0) & (counts < least) & ~hide).any()
    if hide.all():
        return
    assert not worked_out(hide, with_columns=with_columns)
    for line, cells in [*zip(hide, counts, strict=True), *(zip(hide.T, counts.T, strict=True) if with_columns else [])]:
        # What is hidden in a line, taken together, is no small count either: its sum is the total less what is shown.
        assert not line.any() or line.all() or cells[line].sum() >= least


@quick
@given(tables, st.integers(2, 12))
def test_nothing_is_hidden_where_nothing_is_small(rows, least):
    counts = np.array(rows, dtype=float) + least
    assert not hide_small(counts, least=least).any()


def test_a_cell_between_two_blocks_is_protected_too():
    # Each line has two hidden cells or more, and yet the third cell of the first row would follow from all totals.
    counts = np.array([[1, 2, 3, 50], [4, 5, 50, 50], [50, 50, 6, 7], [50, 50, 8, 9]], dtype=float)
    hide = hide_small(counts, least=10)
    assert not worked_out(hide, with_columns=True)


@quick
@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 40), min_size=1), st.integers(2, 15))
def test_hidden_groups_protect_each_other(sizes, least):
    hidden = small_groups(sizes, least=least)
    assert {name for name, size in sizes.items() if 0 < size < least} <= hidden
    if hidden and hidden != {name for name, size in sizes.items() if size > 0}:
        assert len(hidden) > 1
        assert sum(sizes[name] for name in hidden) >= least


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=90), st.integers(2, 12))
def test_segments_crossover_and_dues_together_give_no_small_group_away(pairs, least):
    ids = pd.Series([f"m{i}" for i in range(len(pairs))], dtype="str")
    tiers, names = ("S", "M", "L"), ("A", "B", "C", "D")
    one = make_segmentation(ids, [tiers[a] for a, _ in pairs], segments=tiers, method="dues")
    other = make_segmentation(ids, [names[b] for _, b in pairs], segments=names, method="rules")
    dues = pd.DataFrame({"member_id": ids, "annual_dues": np.arange(len(pairs)) + 1.0})
    comparison = compare_segmentations(one, other, dues=dues)
    from_view = view_of(segments=other, tiers=one, comparison=comparison, least=least)
    cells = from_view.comparison.counts
    shown = from_view.plan_segments.sizes
    for name in names:
        size = other.sizes[name]
        if 0 < size < least:
            assert name not in shown
            assert name not in set(from_view.comparison.dues["segment"])
            # None of its members is shown in any tier, so that nothing of it can be added up.
            assert cells[name].isna().all()
    assert not (from_view.comparison.dues["n"] < least).any()
    assert not ((cells > 0) & (cells < least)).to_numpy().any()
    together = shown.get(OTHERS)
    assert together is None or together >= least or together == len(pairs)


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    return diagnose(engagement(tmp_path_factory.mktemp("template")))


_TEMPLATE = {}


@pytest.fixture(autouse=True)
def _keep_template(template):
    _TEMPLATE["diagnosis"] = template


def view_of(*, segments, tiers, comparison, least):
    diagnosis = _TEMPLATE["diagnosis"]
    report = diagnosis.engagement.settings.report.model_copy(update={"min_cell": least})
    changed = diagnosis.engagement.settings.model_copy(update={"report": report})
    return view_for_client(
        dataclasses.replace(
            diagnosis,
            engagement=dataclasses.replace(diagnosis.engagement, settings=changed),
            plan_segments=segments,
            tiers=tiers,
            comparison=comparison,
        )
    )


@pytest.fixture(scope="module", params=[3, 8, 10], ids="at least {}".format)
def case(request, tmp_path_factory):
    """Eighty members with two small segments, seen at three smallest sizes."""
    kinds = {0: 3, 1: 3, 2: 3, 3: 2, 4: 2, 5: 2, 6: 2}
    files = {
        "members": members(80, kind=lambda i: kinds.get(i, i % 2)), "terms": terms(80),
        "touches": touches_of_two_years(80),
    }  # fmt: skip
    keys = RULES.replace("min_cell: 3", f"min_cell: {request.param}")
    diagnosis = diagnose(engagement(tmp_path_factory.mktemp("client"), keys, **files))
    return diagnosis, view_for_client(diagnosis), request.param


def test_no_count_below_the_smallest_size_is_in_any_table(case):
    _, view, least = case
    tables = {
        "segments": (view.plan_segments.summary(), ["members"]),
        "all segments": (view.segments.summary(), ["members"]),
        "tiers": (view.tiers.summary(), ["members"]),
        "retention": (view.retention.table, ["n"]),
        "crossover": (view.comparison.crossover, ["members"]),
        "dues": (view.comparison.dues, ["n"]),
        "gap": (view.service_gap.by_tier, ["n", *GAPS]),
        "hours": (view.coverage.by_segment, ["members"]),
        "economics": (view.economics.groups, ["members"]),
        "methods": (view.method_agreement.table, list(view.method_agreement.table.columns[1:])),
    }
    for name, (table, columns) in tables.items():
        counts = table[columns].to_numpy(dtype=float)
        assert not ((counts > 0) & (counts < least)).any(), f"{name}:\n{table}"


def test_what_is_hidden_is_hidden_with_its_shares_money_and_hours(case):
    _, view, _ = case
    retention = view.retention.table
    hidden = retention[retention["n"].isna()]
    assert hidden.drop(columns=["grouping", "group", "n"]).isna().all(axis=None)
    gap = view.service_gap.by_tier
    for name in GAPS:
        assert (gap[name].isna() <= gap[f"{name}_share"].isna()).all()


def test_groups_that_are_hidden_are_never_alone(case):
    _, view, _ = case
    table = view.retention.table
    for grouping in ("tier", "segment"):
        assert table.loc[table["grouping"] == grouping, "n"].isna().sum() != 1


def test_hours_by_segment_still_add_up(case):
    diagnosis, view, _ = case
    for column in ("members", "required_hours"):
        assert view.coverage.by_segment[column].sum() == pytest.approx(diagnosis.coverage.by_segment[column].sum())


def test_totals_of_everybody_are_what_they_were(case):
    diagnosis, view, _ = case
    assert view.retention.overall.equals(diagnosis.retention.overall)
    assert len(view.plan_segments.table) == len(diagnosis.plan_segments.table)
    assert view.clean.text == diagnosis.clean.text
    assert view.ledger.text == diagnosis.ledger.text
    assert view.cohort.text == diagnosis.cohort.text
    assert view.attributes.text == diagnosis.attributes.text


def test_nobody_is_named_anywhere(case):
    _, view, _ = case
    charts = draw_all(view)
    text = everything_shown(view, charts)
    assert not re.search(r"\bm0\d\d\b|Member No\.", text)
    for field in dataclasses.fields(view):
        for frame in frames(getattr(view, field.name)):
            assert (
                not frame.astype("str")
                .apply(lambda column: column.str.contains(r"^m0\d\d$|Member No\."))
                .any(axis=None)
            ), field.name
            assert not frame.index.astype("str").str.contains(r"^m0\d\d$").any(), field.name


def frames(result):
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        for field in dataclasses.fields(result):
            value = getattr(result, field.name)
            if isinstance(value, pd.DataFrame):
                yield value


def test_the_model_and_the_profiles_of_hidden_classes_are_gone(case):
    _, view, _ = case
    for field in dataclasses.fields(view):
        result = getattr(view, field.name)
        if isinstance(result, Segmentation):
            assert result.model == ""
            assert not len(result.classes) or set(result.classes["segment"]) <= set(result.segments)


def test_who_serves_few_members_is_not_named(tmp_path):
    files = {"members": members(30, staff=lambda i: "bo" if i < 4 else "ann")}
    view = view_for_client(diagnose(engagement(tmp_path, RULES, **files)))
    names = view.coverage.by_person[["staff_id", "name", "members"]].to_dict("records")
    assert {row["name"]: row["members"] for row in names} == {"Ann": 21, "Person 2": 3, "Person 3": 0}
    assert "Bo" not in repr(view.coverage) + draw_all(view)["plot_load"].alt
    assert "bo" not in view.coverage.by_person["staff_id"].tolist()


def test_a_cohort_below_the_smallest_size_shows_nothing(tmp_path):
    files = {"members": members(6), "terms": terms(6), "touches": None}
    view = view_for_client(diagnose(engagement(tmp_path, RULES.replace("min_cell: 3", "min_cell: 10"), **files)))
    assert len(view.retention.bridge) == 0
    assert view.retention.text == "The cohort is too small to be shown."
    assert not view.findings.told["text"].str.contains("there at the start").any()
    assert (view.findings.table["withheld_because"] == "it rests on fewer than 10 members.").any()


@pytest.mark.parametrize("n", [FEW_FOR_PERCENTS // 10, FEW_FOR_PERCENTS - 2])
def test_shares_in_whole_percents_give_no_hidden_gap_away(n, tmp_path):
    """Readers know each tier's size, what is shown of it, and the shares of all in whole percents."""
    rng = np.random.default_rng(n)
    calls = rng.choice([10, 180, 2400], n, p=[0.5, 0.2, 0.3])
    contacts = "member_id,at,mode,minutes,staff_id\n" + "".join(
        f"m{i:03d},2024-05-05,sync,{minutes},ann\n" for i, minutes in enumerate(calls)
    )
    files = {"members": members(n), "terms": terms(n), "touches": contacts}
    diagnosis = diagnose(engagement(tmp_path, RULES.replace("min_cell: 3", "min_cell: 10"), **files))
    truth, shown = diagnosis.service_gap.by_tier, view_for_client(diagnosis).service_gap.by_tier
    hide = shown[list(GAPS)].isna().to_numpy()
    if not hide.any():
        return
    totals = [round(100 * total / n) for total in diagnosis.service_gap.totals.values()]
    # Count the ways to fill the hidden cells that agree with everything shown; each cell must have two values or more.
    first, second = ([list(way) for way in ways(shown.loc[row], truth.loc[row, "n"])] for row in (0, 1))
    agreeing = [
        (one, two) for one, two in product(first, second)
        if [round(100 * (a + b) / n) for a, b in zip(one, two, strict=True)] == totals
    ]  # fmt: skip
    small = (truth[list(GAPS)] > 0) & (truth[list(GAPS)] < 10)
    for row, column in np.argwhere(hide & small.to_numpy()):
        assert len({way[row][column] for way in agreeing}) > 1


def ways(row, n):
    """All counts of under, matched, over of a tier of n members that agree with the shown ones."""
    for under in range(int(n) + 1):
        for matched in range(int(n) + 1 - under):
            way = (under, matched, int(n) - under - matched)
            if all(pd.isna(row[name]) or row[name] == count for name, count in zip(GAPS, way, strict=True)):
                yield way


def test_what_is_unavailable_stays_as_it_is(tmp_path):
    view = view_for_client(diagnose(engagement(tmp_path, RULES, terms=None, touches=None, staff=None)))
    for name in ("retention", "service_gap", "coverage"):
        assert isinstance(getattr(view, name), Unavailable)


def test_the_diagnosis_itself_is_not_changed(template):
    before = everything_shown(template, {})
    view_for_client(template)
    assert everything_shown(template, {}) == before


def test_a_result_nobody_decided_on_is_refused(tmp_path):
    class Unheard(Result):
        """A kind of result that no client has seen."""

    diagnosis = diagnose(engagement(tmp_path))
    with pytest.raises(TypeError, match="nobody decided what a client may see of Unheard"):
        view_for_client(dataclasses.replace(diagnosis, blindness=Unheard()))


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([("under", 300, 60), ("matched", 200, 30)], ["under", "matched"]),
        # Nine of the matched left: with them the others would give them away.
        ([("under", 300, 60), ("matched", 200, 9)], []),
        ([("under", 300, 60), ("matched", 200, 30), ("over", 15, 12)], ["under"]),
    ],
)
def test_churn_by_service_hides_few_who_left_or_stayed_and_what_would_give_them_away(cells, shown):
    churn = measure_gap_churn(*world([("A", *cell) for cell in cells]))
    table = hide_gap_churn(churn, 10).table
    assert table.loc[table["logo_churn"].notna(), "gap"].tolist() == shown
    assert table.loc[table["n"] > 0, "gap"].tolist() == shown


def test_an_effect_is_shown_to_a_client_only_where_the_findings_say_it(template):
    found = effect("pilot", "4")
    table = template.findings.table
    row = {
        "id": "pilot_effect",
        "level": "4",
        "text": "It fell.",
        "n": 400,
        "withheld_because": "",
        "limited_because": "",
    }
    told = pd.concat([table, pd.DataFrame([row])], ignore_index=True)
    for level, is_shown in (("4", True), ("0", False)):
        findings = dataclasses.replace(template.findings, table=told.assign(level=told["level"].replace("4", level)))
        view = view_for_client(dataclasses.replace(template, pilot_effect=found, findings=findings))
        assert isinstance(view.pilot_effect, Unavailable) is not is_shown


def test_a_finding_that_counts_a_hidden_group_is_withheld_from_a_client(template):
    churn = measure_gap_churn(*world([("A", "under", 300, 60), ("A", "matched", 200, 9)]))
    row = {"id": "gap_effect", "level": "0", "text": "20 % left, and 4 %.", "n": 500, "withheld_because": "",
           "limited_because": ""}  # fmt: skip
    table = pd.concat([template.findings.table.query("id != 'gap_effect'"), pd.DataFrame([row])], ignore_index=True)
    findings = dataclasses.replace(template.findings, table=table)
    report = template.engagement.settings.report.model_copy(update={"min_cell": 10})
    settings = template.engagement.settings.model_copy(update={"report": report})
    large = dataclasses.replace(template.engagement, settings=settings)
    view = view_for_client(dataclasses.replace(template, engagement=large, gap_churn=churn, findings=findings))
    found = view.findings.table.set_index("id").loc["gap_effect"]
    assert (found["text"], found["withheld_because"]) == ("", "a group in it is too small to be shown.")
