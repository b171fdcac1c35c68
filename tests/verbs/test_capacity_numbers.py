"""The plans in results.json, and the engagement keys that decide them."""

import pytest

from axlib.pictures.rebalancing import plot_moves
from axlib.reports.client_view import view_for_client
from axlib.reports.hiding.capacity import FEWEST_PEOPLE
from axlib.verbs.capacity_numbers import list_capacity
from axlib.verbs.diagnose import diagnose
from axlib.words.errors import ConfigurationError
from axlib.words.results import Unavailable
from tests.verbs.small import RULES, STAFF, engagement, members, terms, touches

KEYS = RULES + "pool: {handle_minutes: 20}\n"


def two_years(n):
    """The contacts of the year before the window, and the same again in it."""
    log = touches(n)
    return log + log.partition("\n")[2].replace(",2024-", ",2025-")


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    files = {"members": members(120), "terms": terms(120), "touches": two_years(120)}
    return diagnose(engagement(tmp_path_factory.mktemp("large"), KEYS, **files))


def test_numbers_are_those_of_the_results(large):
    numbers = list_capacity(large)
    assert numbers["delivered"]["hours"] == large.delivery.by_member["delivered_hours"].sum()
    assert numbers["rebalancing"]["hand_overs"] == large.rebalancing.hand_overs
    assert numbers["transition"]["waves"] == len(large.transition.waves)
    assert numbers["pool"]["agents"] == large.pool.chosen["agents"]
    assert numbers["outlook"]["team_load"]["value"] == large.coverage.team["load"].iloc[0]
    assert numbers["season"]["peak_month"] == large.season.peak["month"]
    assert numbers["enablement"]["met"] + len(large.enablement.missing) == numbers["enablement"]["checks"]
    assert set(numbers["learned_hours"]["by_segment"]) == set(large.learned_hours.table["segment"])


def test_most_load_decides_the_rebalancing(tmp_path):
    high = diagnose(engagement(tmp_path, RULES + "capacity: {most_load: 2.5}\n"))
    assert high.rebalancing.most_load == 2.5
    with pytest.raises(ConfigurationError, match=r"capacity\.most_load is 0"):
        engagement(tmp_path, RULES + "capacity: {most_load: 0}\n")


def test_hours_learned_are_planned_with_where_the_engagement_says_so(tmp_path):
    files = {"members": members(160), "terms": terms(160, gone=lambda i: i % 20 == 0), "touches": touches(160)}
    learned = diagnose(engagement(tmp_path, RULES + "capacity: {hours_source: learned}\n", **files))
    known = learned.learned_hours.known.set_index("segment")["learned_hours"]
    assert len(known) == 4
    assert learned.coverage.hours_source == "learned"
    planned = learned.hours_model.by_segment.set_index("segment")
    assert planned["planned_hours"].to_dict() == pytest.approx(known.to_dict())
    assert planned["declared_hours"].to_dict() == {"Inbound": 3, "Asynchronous": 9, "Synchronous": 28, "Task Force": 38}
    assert "scenario" not in learned.coverage.text
    level = learned.findings.table.set_index("id").loc["load_of_team", "level"]
    assert level == "0"
    few = diagnose(engagement(tmp_path, RULES + "capacity: {hours_source: learned}\n"))
    assert few.coverage.hours_source == "assumed"
    assert few.findings.table.set_index("id").loc["load_of_team", "level"] == "S"


def test_contact_alone_makes_more_hours(tmp_path):
    log = two_years(30)
    whole = diagnose(engagement(tmp_path, RULES, touches=log))
    contact = diagnose(engagement(tmp_path, RULES + "capacity: {logged: contact}\n", touches=log))
    assert contact.delivery.by_member["delivered_hours"].sum() > whole.delivery.by_member["delivered_hours"].sum()
    gap = [one.service_gap.table["delivered_hours"].sum() for one in (whole, contact)]
    assert gap[1] > gap[0]


def test_a_client_sees_no_hand_over_and_nobody_who_serves_few(tmp_path, large):
    view = view_for_client(large)
    assert isinstance(view.delivery, Unavailable)
    assert isinstance(view.transition, Unavailable)
    assert len(view.rebalancing.assignment) == len(view.rebalancing.moves) == len(view.coverage.books) == 0
    assert view.rebalancing.text
    assert set(view.hours_model.table["stage"]) == {"any"}
    for column in ("required_hours", "contact_hours"):
        assert view.hours_model.table[column].sum() == pytest.approx(large.hours_model.table[column].sum())
    files = {"members": members(30, staff=lambda i: "bo" if i < 4 else "ann")}
    few = view_for_client(diagnose(engagement(tmp_path, RULES, **files)))
    for result in (few.load_outlook, few.rebalancing):
        assert "Bo" not in set(result.by_person["name"])
        assert "bo" not in set(result.by_person["staff_id"])


def test_a_client_sees_no_small_group_of_a_plan(tmp_path):
    files = {"members": members(80, kind=lambda i: 3 if i < 3 else i % 2), "terms": terms(80), "touches": touches(80)}
    keys = KEYS.replace("min_cell: 3", "min_cell: 10")
    diagnosis = diagnose(engagement(tmp_path, keys, **files))
    view = view_for_client(diagnosis)
    for name in ("hours_model", "learned_hours"):
        result = getattr(view, name)
        assert isinstance(result, Unavailable), name
        assert "fewer than 10 members" in result.why
    assert 0 < diagnosis.rebalancing.hand_overs < 10
    assert isinstance(view.rebalancing, Unavailable)


def test_a_client_sees_of_many_hand_overs_the_loads_and_not_who_few_members_go_to(tmp_path):
    staff = "staff_id,hours_per_year,name,team\nann,900,Ann,North\nbo,60,Bo,North\ncy,700,Cy,South\n"
    files = {"members": members(120), "terms": terms(120), "staff": staff}
    diagnosis = diagnose(engagement(tmp_path, KEYS.replace("min_cell: 3", "min_cell: 10"), **files))
    moving = diagnosis.rebalancing.by_person[["leaving", "coming"]]
    assert diagnosis.rebalancing.hand_overs >= 10
    assert ((moving > 0) & (moving < 10)).any(axis=None)
    view = view_for_client(diagnosis).rebalancing
    assert view.by_person[["leaving", "coming", "members"]].isna().all(axis=None)
    assert view.by_person["load"].tolist() == diagnosis.rebalancing.by_person["load"].tolist()
    assert "hidden" in plot_moves(view).alt
    counts = view.relaxations["members"]
    assert not ((counts > 0) & (counts < 10)).any()


@pytest.mark.parametrize("n", [FEWEST_PEOPLE - 1, FEWEST_PEOPLE])
def test_who_left_a_small_team_is_not_told(tmp_path, n):
    days = "staff_id,hours_per_year,name,team,started_on,left_on\n"
    rows = [f"p{i},500,P{i},North,2020-01-01,{'2025-06-30' if i == n else ''}" for i in range(n + 1)]
    staff = days + "\n".join(rows) + "\n"
    files = {"staff": staff, "members": members(staff=lambda i: f"p{i % n}")}
    diagnosis = diagnose(engagement(tmp_path, RULES, **files))
    assert diagnosis.load_outlook.turnover["left"].item() == 1
    view = view_for_client(diagnosis)
    assert len(view.load_outlook.turnover) == (n >= FEWEST_PEOPLE)


def test_members_of_who_left_are_told(tmp_path):
    staff = (
        STAFF.replace("team\n", "team,left_on\n")
        .replace("North\n", "North,\n")
        .replace("South\n", "South,2025-05-31\n")
    )
    diagnosis = diagnose(engagement(tmp_path, RULES, staff=staff))
    assert diagnosis.coverage.unassigned > 0
    assert "Nobody is named for" in diagnosis.coverage.text
    assert "cy" not in set(diagnosis.coverage.by_person["staff_id"])
    assert diagnosis.rebalancing.team["newly_placed"].item() + diagnosis.rebalancing.hand_overs > 0
