"""The evidence of a whole engagement: dated answers, service that does not follow dues, a roll-out."""

import numpy as np
import pytest

from axlib.reports.client_view import view_for_client
from axlib.verbs.diagnose import diagnose
from axlib.verbs.effect import Effect
from axlib.verbs.evidence import check_words
from axlib.verbs.explained_outcomes import ExplainedOutcomes
from axlib.verbs.gap_churn import GapChurn
from axlib.verbs.headline_numbers import list_headlines
from axlib.verbs.segments import Segmentation
from axlib.words.errors import ConfigurationError
from axlib.words.results import Unavailable
from tests.tables.engagements import write_engagement

N = 900
KEYS = (
    "segments: {method: rules}\ntiers: {by: quantiles, n: 4}\nattributes: [guidance_need, internal_capacity]\n"
    "evidence: {confounders: [region, tenure], negative_control: shoe_size, rollout: reached_on by region}\n"
)
RULES = """
segments:
  - {name: Inbound, served: on their own, hours_per_year: 4, rules: ["guidance_need <= 1"]}
  - {name: Synchronous, served: live, hours_per_year: 8, rules: ["guidance_need >= 2"]}
"""


def files(*, asked_on="2024-06-01", n=N):
    """Churn follows needs and short service; service follows tenure and luck; dues follow nothing."""
    rng = np.random.default_rng(sum(map(ord, "weighing")))
    need, capacity = rng.integers(0, 4, n), rng.integers(0, 5, n)
    years, dues = rng.integers(2, 12, n), rng.integers(100, 3000, n)
    short = rng.random(n) < np.where(years < 5, 0.6, 0.4)
    gone = rng.random(n) < 0.05 + 0.25 * (need >= 2) + 0.15 * short
    region = np.array([f"R{i:02d}" for i in range(12)])[rng.integers(0, 12, n)]
    members = ["member_id,joined_on,annual_dues,staff_id,region,reached_on,shoe_size"]
    terms, touches = ["member_id,starts_on,ends_on,amount"], ["member_id,at,mode,minutes"]
    answers = ["member_id,item,value,at"]
    sizes = rng.integers(36, 48, n)
    for i in range(n):
        day = "2025-04-01" if region[i] < "R06" else ""
        members.append(f"m{i:04d},{2025 - years[i]}-01-01,{dues[i]},s{i % 20},{region[i]},{day},{sizes[i]}")
        for year in (2022, 2023, 2024):
            month = 1 + i % 12
            terms.append(f"m{i:04d},{year}-{month:02d}-01,{year + 1}-{month:02d}-01,{dues[i]}")
        if not gone[i]:
            terms.append(f"m{i:04d},2025-{1 + i % 12:02d}-01,2026-{1 + i % 12:02d}-01,{dues[i]}")
        hours = (4 if need[i] < 2 else 8) * (0.4 if short[i] else 1.0)
        touches.append(f"m{i:04d},2024-05-05,sync,{60 * hours:.0f}")
        answers += [
            f"m{i:04d},guidance_need,{need[i]},{asked_on}",
            f"m{i:04d},internal_capacity,{capacity[i]},{asked_on}",
        ]
    tables = {"members": members, "terms": terms, "touches": touches, "answers": answers}
    return {f"{name}.csv": "\n".join(rows) + "\n" for name, rows in tables.items()}


@pytest.fixture(scope="module")
def weigh(tmp_path_factory):
    def make(keys=KEYS, **changed):
        folder = tmp_path_factory.mktemp("weighing")
        (folder / "example").mkdir()
        (folder / "example" / "segments.yml").write_text(RULES, "utf-8")
        keys = keys.replace("{method: rules}", "{method: rules, file: segments.yml}")
        return diagnose(write_engagement(folder, files(**changed), keys))

    return make


@pytest.fixture(scope="module")
def weighed(weigh):
    return weigh()


def test_segments_of_the_opening_come_from_answers_dated_before(weighed):
    start = weighed.segments_at_start
    assert isinstance(start, Segmentation) and set(start.table["member_id"]) == set(weighed.cohort.table["member_id"])
    assert weighed.explained.level == "1"


def test_churn_that_follows_needs_is_told_by_segments(weighed):
    assert isinstance(weighed.explained, ExplainedOutcomes)
    row = weighed.explained.table.set_index(["outcome", "contrast"]).loc[("churn", "segments - tiers")]
    assert row["gain_low"] > 0 and (row["groups"], row["clusters"]) == (2, 20)


def test_under_served_members_are_compared_with_their_like_at_level_two(weighed):
    effect = weighed.gap_effect
    assert isinstance(effect, Effect) and effect.level == "2"
    row = effect.table.iloc[0]
    assert row["estimate_low"] <= 0.15 <= row["estimate_high"]
    assert effect.adjusted_for == ("dues", "tenure", "region", "segment")
    assert effect.checks["check"].tolist() == ["negative control"]


def test_who_left_by_service_is_counted_before_anybody_left(weighed):
    assert isinstance(weighed.gap_churn, GapChurn)
    assert weighed.service_gap.ends_on == weighed.cohort.opened_on
    assert weighed.gap_churn.table["n"].sum() == len(weighed.service_gap.table)


def test_the_rollout_is_compared_region_by_region(weighed):
    effect = weighed.rollout_effect
    assert isinstance(effect, Effect) and effect.design == "rollout"
    row = effect.table.iloc[0]
    assert (row["treated"], row["clusters"]) == (6, 12)
    assert row["estimate_low"] <= 0 <= row["estimate_high"]


def test_answers_of_later_are_no_evidence(weigh):
    late = weigh(asked_on="2025-06-01")
    assert late.explained.level == "0" and "carry no dates" in late.explained.level_because
    assert late.gap_effect.level == "0"


def test_every_sentence_keeps_to_its_level(weighed):
    for result in (weighed.explained, weighed.gap_effect, weighed.rollout_effect):
        check_words(result.level, result.text)
    check_words("0", weighed.gap_churn.text)


def test_the_machine_reads_the_same_numbers(weighed):
    headlines = list_headlines(weighed)
    gain = headlines["comparison"]["deviance_gain"]
    row = weighed.explained.table.iloc[0]
    assert (gain["value"], gain["low"], gain["high"], gain["level"]) == (
        row["gain"], row["gain_low"], row["gain_high"], "1",
    )  # fmt: skip
    effect = headlines["service_gap"]["effect"]
    assert effect["level"] == "2" and effect["contrasts"][0]["value"] == weighed.gap_effect.table["estimate"].iloc[0]
    assert headlines["service_gap"]["churn"]["under"]["n"] == weighed.service_gap.totals["under"]


def test_the_client_sees_no_single_member_and_no_small_group(weighed):
    view = view_for_client(weighed)
    assert len(view.gap_churn.by_segment) == 0
    # Rounded, so that what is hidden of single tiers cannot be worked out from exact totals.
    assert view.gap_churn.table["gone"].isna().all() and (view.gap_churn.table["n"].dropna() % 10 == 0).all()
    assert "of about " in view.gap_churn.text and "of about " not in weighed.gap_churn.text
    assert view.gap_effect.text == weighed.gap_effect.text
    ids = set(weighed.clean.members["member_id"])
    for result in (view.explained, view.gap_churn, view.gap_effect, view.rollout_effect, view.segments_at_start):
        shown = repr(result) + result._repr_html_()
        assert not any(member in shown for member in list(ids)[:50])


def test_a_declaration_that_names_nothing_stops_the_run(weigh):
    with pytest.raises(ConfigurationError, match=r"evidence\.confounders: 'reggion'"):
        weigh(KEYS.replace("[region, tenure]", "[reggion]"), n=60)


def test_without_a_declared_rollout_it_is_asked_for(weigh):
    quiet = weigh("segments: {method: rules}\ntiers: {by: quantiles, n: 4}\n", n=120)
    assert isinstance(quiet.rollout_effect, Unavailable) and "no roll-out is declared" in quiet.rollout_effect.why
