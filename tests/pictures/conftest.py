"""Results with marks enough to look at, made by hand."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from axlib.reports.client_view import view_for_client
from axlib.verbs.design_effects import estimate_pilot_effect
from axlib.verbs.diagnose import diagnose
from tests.verbs.histories import draw_history, survival_of
from tests.verbs.small import (
    COLUMNS,
    RULES,
    answers,
    engagement,
    members,
    milestones,
    terms,
    touches_of_two_years,
    without,
)

HOSTILE = ["$5k-$10k", r"$\foo$", "<script>alert(1)</script> --> ]]>", "会员 ‮gnol", "a" * 60 + "1", "a" * 60 + "2"]


@pytest.fixture(scope="session")
def drawn(tmp_path_factory):
    """A diagnosis by classes, so that every picture has something to draw."""
    keys = RULES.replace("method: rules", "method: classes") + "pool: {handle_minutes: 20}\n"
    files = {
        "members": members(120),
        "terms": terms(120),
        "touches": touches_of_two_years(120),
        "milestones": milestones(120),
    }
    diagnosis = diagnose(engagement(tmp_path_factory.mktemp("drawn"), keys, **files))
    # Under- and over-served members of the small engagement have no like on the other side.
    arm = pd.Series(["changed", "usual"] * 60, dtype="str")
    churn = pd.DataFrame({"member_id": arm.index, "churn": [1.0, 0.0, 0.0, 1.0, 0.0, 1.0] * 20})
    effect = estimate_pilot_effect(arm, outcomes=churn, control="usual")
    # One year of terms makes no curve; this one is of other members.
    return dataclasses.replace(diagnosis, gap_effect=effect, survival=survival_of(*draw_history(800)))


@pytest.fixture(scope="session")
def drawn_for_client(drawn):
    return view_for_client(drawn)


@pytest.fixture(scope="session")
def hostile(drawn):
    """The same with names nobody should choose."""
    names = dict(zip(drawn.plan_segments.segments, HOSTILE, strict=False))
    tiers = dict(zip(drawn.tiers.segments, HOSTILE[::-1], strict=False))

    def renamed(result, mapping):
        table = result.table.assign(segment=result.table["segment"].replace(mapping))
        return dataclasses.replace(result, table=table, segments=tuple(mapping.get(n, n) for n in result.segments))

    def words(frame, *columns):
        return frame.assign(**{column: frame[column].replace({**names, **tiers}) for column in columns})

    return dataclasses.replace(
        drawn,
        plan_segments=renamed(drawn.plan_segments, names),
        segments=renamed(drawn.segments, names),
        tiers=renamed(drawn.tiers, tiers),
        stability=dataclasses.replace(drawn.stability, table=words(drawn.stability.table, "segment")),
        comparison=dataclasses.replace(
            drawn.comparison,
            crossover=words(drawn.comparison.crossover, "tier", "segment"),
            dues=words(drawn.comparison.dues, "segment"),
        ),
        service_gap=dataclasses.replace(drawn.service_gap, by_tier=words(drawn.service_gap.by_tier, "group")),
        economics=dataclasses.replace(drawn.economics, groups=words(drawn.economics.groups, "group")),
        scenarios=dataclasses.replace(
            drawn.scenarios,
            **{
                name: getattr(drawn.scenarios, name).replace(
                    {"scenario": {"One more": HOSTILE[2], "Fewer calls": HOSTILE[0]}}
                )
                for name in ("table", "assumptions", "tornado", "break_even", "projection", "concerned")
            },
        ),
        retention=dataclasses.replace(drawn.retention, table=words(drawn.retention.table, "group")),
        survival=dataclasses.replace(
            drawn.survival,
            curves=drawn.survival.curves.replace({"group": dict(zip(("Brief", "Lasting"), HOSTILE[1:3], strict=True))}),
        ),
        coverage=dataclasses.replace(
            drawn.coverage,
            by_segment=words(drawn.coverage.by_segment, "segment"),
            by_person=drawn.coverage.by_person.assign(name=pd.Series(HOSTILE[:3], dtype="str")),
        ),
        hours_model=dataclasses.replace(drawn.hours_model, by_mode=words(drawn.hours_model.by_mode, "segment")),
        learned_hours=dataclasses.replace(drawn.learned_hours, table=words(drawn.learned_hours.table, "segment")),
        load_outlook=dataclasses.replace(
            drawn.load_outlook,
            by_person=drawn.load_outlook.by_person.assign(name=pd.Series(HOSTILE[:3], dtype="str")),
        ),
        rebalancing=dataclasses.replace(
            drawn.rebalancing,
            by_person=drawn.rebalancing.by_person.assign(name=pd.Series(HOSTILE[:3], dtype="str")),
        ),
    )


@pytest.fixture(scope="session")
def asked(tmp_path_factory):
    """A diagnosis of members of whom some were asked, by two raters and for two stages."""
    who = [i for i in range(240) if (i * 7) % 10 < 6]
    items = COLUMNS[-5:]
    # Of some only a part is known, so that something is left to ask.
    told = answers(who, raters=("Ann", "Bo"), stages=("onboarding", "steady")).splitlines()
    kept = [line for at, line in enumerate(told) if at % 11 or at == 0]
    files = {"members": without(members(240), *items), "terms": None, "touches": None, "answers": "\n".join(kept)}
    keys = RULES.replace("method: rules", "method: classes, min_answers: 0.2")
    return diagnose(engagement(tmp_path_factory.mktemp("asked"), keys, **files))


@pytest.fixture(scope="session")
def asked_for_client(asked):
    return view_for_client(asked)


@pytest.fixture(scope="session")
def hostile_asked(asked):
    """The same, its segments named as nobody should name them."""
    names = dict(zip(asked.plan_segments.segments, HOSTILE, strict=False))

    def renamed(value):
        if isinstance(value, pd.DataFrame):
            text = value.select_dtypes(include=["object", "str"]).columns
            return value.assign(**{column: value[column].replace(names) for column in text}).rename(columns=names)
        return value

    def all_renamed(result):
        fields = {field.name: renamed(getattr(result, field.name)) for field in dataclasses.fields(result)}
        return dataclasses.replace(result, **fields)

    fields = ("journeys", "intake_plan", "answer_weights", "segment_shares", "question_value", "rater_agreement")
    return dataclasses.replace(asked, **{name: all_renamed(getattr(asked, name)) for name in fields})


@pytest.fixture
def rng():
    return np.random.default_rng(sum(map(ord, "pictures")))
